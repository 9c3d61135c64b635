//! Tables in a document, between marks.

use std::fmt::Write as _;

use anyhow::{Context, Result, bail};

const OPEN: &str = "<!-- table: ";
const CLOSE: &str = " -->";
const END: &str = "<!-- end of table -->";

/// Puts tables into a document, each between `<!-- table: NAME -->` and `<!-- end of table -->`,
/// in place of what stands there.
///
/// # Errors
///
/// Where the document asks for a table that there is none of, does not end one, or has no place
/// for one.
pub fn fill(document: &str, tables: &[(&str, String)]) -> Result<String> {
    let mut filled = String::with_capacity(document.len());
    let (mut rest, mut used) = (document, Vec::new());
    while let Some((before, after)) = rest.split_once(OPEN) {
        let (name, after) = after.split_once(CLOSE).context("a mark is not closed")?;
        let Some((_, after)) = after.split_once(END) else {
            bail!("the table {name} does not end with {END}");
        };
        let Some((_, table)) = tables.iter().find(|(other, _)| *other == name) else {
            bail!("there is no table {name}");
        };
        // Writing to a string does not fail.
        let _ = write!(filled, "{before}{OPEN}{name}{CLOSE}\n{table}{END}");
        (rest, used) = (after, [used, vec![name]].concat());
    }
    if let Some((name, _)) = tables.iter().find(|(name, _)| !used.contains(name)) {
        bail!("the document has no place for the table {name}");
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "One\n<!-- table: a -->\nold\n<!-- end of table -->\ntwo\n";

    #[test]
    fn what_stands_between_marks_is_replaced() {
        let filled = fill(DOCUMENT, &[("a", "new\n".to_owned())]).unwrap();
        assert_eq!(filled, DOCUMENT.replace("old", "new"));
        let again = fill(&filled, &[("a", "new\n".to_owned())]).unwrap();
        assert_eq!(again, filled);
    }

    #[test]
    fn each_table_has_a_place_and_each_place_a_table() {
        let tables = [("a", String::new()), ("b", String::new())];
        assert!(fill(DOCUMENT, &tables).is_err());
        assert!(fill(DOCUMENT, &[]).is_err());
        assert!(fill("<!-- table: a -->\n", &tables).is_err());
    }
}
