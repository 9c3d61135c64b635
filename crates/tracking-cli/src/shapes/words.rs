//! Counts in sentences.

/// A count and what is counted, like `1 track` or `12 tracks`.
pub(crate) fn plural(count: u64, what: &str) -> String {
    match (count, what) {
        (1, _) => format!("1 {what}"),
        (_, "index") => format!("{count} indexes"),
        _ => format!("{count} {what}s"),
    }
}

/// Things in a row, like `a, b and c`.
pub(crate) fn list(things: &[String]) -> String {
    match things {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_no_plural() {
        assert_eq!(plural(1, "track"), "1 track");
        assert_eq!(plural(0, "track"), "0 tracks");
        assert_eq!(plural(2, "index"), "2 indexes");
    }

    #[test]
    fn the_last_of_several_follows_an_and() {
        let things = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(list(&things), "a, b and c");
        assert_eq!(list(&things[..2]), "a and b");
        assert_eq!(list(&things[..1]), "a");
    }
}
