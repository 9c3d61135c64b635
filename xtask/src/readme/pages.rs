//! Checks the pages that the commands of the README have written about the reader's own log.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::counts::Counts;

/// The first page of the site: it names the user and the page of the log, with links.
const INDEX: &str = "www/index.html";
/// The page that shows only requests for what does not exist.
const FILTERED: &str = "not-found.html";

/// Checks the pages in the folder where the commands ran.
pub(super) fn check(folder: &Path) -> Result<Counts> {
    let mut counts = Counts::default();
    let mut note = |what: &str, passed: bool| {
        println!("{} {what}", if passed { "ok    " } else { "FAILED" });
        counts.note(passed);
    };
    let index = read(&folder.join(INDEX))?;
    for name in ["anna", "/lesson"] {
        note(&format!("{INDEX} links {name}"), links(&index, name));
    }
    let filtered = read(&folder.join(FILTERED))?;
    let has_only_matches = filtered.contains("/missing") && !filtered.contains("/lesson");
    note(
        &format!("{FILTERED} shows only what matches"),
        has_only_matches,
    );
    let dead = dead_links(&folder.join("www"))?;
    for link in &dead {
        println!("{link}");
    }
    note("every link of the site leads to a page", dead.is_empty());
    Ok(counts)
}

/// Whether a name is the text of a link.
fn links(page: &str, name: &str) -> bool {
    page.split("<a ").skip(1).any(|rest| {
        let link = rest.split("</a>").next().unwrap_or_default();
        // Between the tags: those of the link itself, and those that isolate a name.
        link.split('<')
            .any(|part| part.split_once('>').is_some_and(|(_, text)| text == name))
    })
}

/// The links of all pages in a folder that lead to no file.
fn dead_links(folder: &Path) -> Result<Vec<String>> {
    let mut dead = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| cannot_read(folder))? {
        let path = entry.with_context(|| cannot_read(folder))?.path();
        if path.extension().is_some_and(|ending| ending == "html") {
            let page = read(&path)?;
            let missing = targets(&page).filter(|target| !folder.join(target).is_file());
            dead.extend(missing.map(|target| format!("{}: {target}", path.display())));
        }
    }
    Ok(dead)
}

/// The files that the links of a page lead to.
fn targets(page: &str) -> impl Iterator<Item = &str> {
    let targets = page.split("href=\"").skip(1);
    let targets = targets.filter_map(|rest| rest.split('"').next());
    let files = targets.filter_map(|target| target.split(['#', '?']).next());
    files.filter(|file| !file.is_empty() && !file.contains(':'))
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| cannot_read(path))
}

fn cannot_read(path: &Path) -> String {
    format!("cannot read {}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_known_by_their_text_and_by_their_file() {
        let page = "<p>ben</p><a href=\"user-1.html#top\"><bdi>anna</bdi></a><a href=\"#x\">x</a>\
                    <a href=\"https://example.org/\">y</a>";
        assert!(links(page, "anna"));
        assert!(!links(page, "ben"));
        assert_eq!(targets(page).collect::<Vec<_>>(), ["user-1.html"]);
    }

    #[test]
    fn a_link_to_a_missing_page_is_dead() {
        let folder = tempfile::tempdir().unwrap();
        let index = folder.path().join("index.html");
        fs::write(
            &index,
            "<a href=\"index.html\">a</a><a href=\"b.html\">b</a>",
        )
        .unwrap();
        let dead = dead_links(folder.path()).unwrap();
        assert_eq!(dead, [format!("{}: b.html", index.display())]);
    }
}
