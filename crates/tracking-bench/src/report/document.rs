//! Tables in documents, between marks.

use std::fmt::Write as _;

use anyhow::{Context, Result, bail};

const OPEN: &str = "<!-- table: ";
const CLOSE: &str = " -->";
const END: &str = "<!-- end of table -->";

/// Writes tables into documents, each between `<!-- table: NAME -->` and `<!-- end of table -->`,
/// replacing the text there.
///
/// # Errors
///
/// If a document asks for an unknown table or does not end one, or if no document has a place for
/// a table.
pub fn fill<D: AsRef<str>>(documents: &[D], tables: &[(&str, String)]) -> Result<Vec<String>> {
    let mut used = Vec::new();
    let filled = documents
        .iter()
        .map(|document| fill_one(document.as_ref(), tables, &mut used))
        .collect::<Result<_>>()?;
    if let Some((name, _)) = tables.iter().find(|(name, _)| !used.contains(name)) {
        bail!("no document has a place for the table {name}");
    }
    Ok(filled)
}

fn fill_one<'d>(
    document: &'d str,
    tables: &[(&str, String)],
    used: &mut Vec<&'d str>,
) -> Result<String> {
    let mut filled = String::with_capacity(document.len());
    let mut rest = document;
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
        used.push(name);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "One\n<!-- table: a -->\nold\n<!-- end of table -->\ntwo\n";

    #[test]
    fn the_text_between_marks_is_replaced() {
        let filled = fill(&[DOCUMENT], &[("a", "new\n".to_owned())]).unwrap();
        assert_eq!(filled, [DOCUMENT.replace("old", "new")]);
        let again = fill(&filled, &[("a", "new\n".to_owned())]).unwrap();
        assert_eq!(again, filled);
    }

    #[test]
    fn each_table_has_marks_in_some_document_and_each_mark_a_table() {
        let tables = [("a", String::new()), ("b", String::new())];
        assert!(fill(&[DOCUMENT], &tables).is_err());
        assert!(fill(&[DOCUMENT], &[]).is_err());
        assert!(fill(&["<!-- table: a -->\n"], &tables).is_err());
        let second = DOCUMENT.replace("table: a", "table: b");
        assert_eq!(fill(&[DOCUMENT, &second], &tables).unwrap().len(), 2);
    }
}
