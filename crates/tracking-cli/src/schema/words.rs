//! Counts in sentences.

/// A count and what is counted, like `1 track` or `12 tracks`.
pub(crate) fn plural(count: u64, what: &str) -> String {
    match (count, what) {
        (1, _) => format!("1 {what}"),
        (_, "index") => format!("{count} indexes"),
        _ => format!("{count} {what}s"),
    }
}

/// A number of bytes, like `512 bytes` or `1.5 MiB`.
pub(crate) fn bytes(count: u64) -> String {
    if count < 1024 {
        plural(count, "byte")
    } else {
        indicatif::BinaryBytes(count).to_string()
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
    fn many_bytes_are_shown_in_larger_units() {
        assert_eq!(bytes(1), "1 byte");
        assert_eq!(bytes(1023), "1023 bytes");
        assert_eq!(bytes(1536 * 1024), "1.50 MiB");
    }

    #[test]
    fn the_last_of_several_follows_an_and() {
        let things = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(list(&things), "a, b and c");
        assert_eq!(list(&things[..2]), "a and b");
        assert_eq!(list(&things[..1]), "a");
    }
}
