//! The links of documents: each leads somewhere, and those of a published README also do so where
//! only the crate is.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::files::read;

/// Checks that every link of the root's README and of the pages in `docs` leads to a file of the
/// repository, and to a heading in it where it names one.
pub(super) fn check_documents(broken: &mut Vec<String>) -> Result<()> {
    for document in documents()? {
        let text = read(&document)?;
        for target in targets(&text) {
            if !leads_somewhere(&document, &text, target)? {
                broken.push(format!(
                    "{}: the link {target} leads nowhere",
                    document.display()
                ));
            }
        }
    }
    Ok(())
}

/// The README of the root and the pages in `docs`.
pub(super) fn documents() -> Result<Vec<PathBuf>> {
    let root = crate::root();
    let mut documents = vec![root.join("README.md")];
    for entry in fs::read_dir(root.join("docs")).context("cannot read docs")? {
        let path = entry.context("cannot read docs")?.path();
        if path.extension().is_some_and(|ending| ending == "md") {
            documents.push(path);
        }
    }
    documents.sort();
    Ok(documents)
}

/// Checks that every link of a crate's README is absolute or stays inside the crate.
pub(super) fn check_readme(folder: &Path, broken: &mut Vec<String>) -> Result<()> {
    let readme = folder.join("README.md");
    let text = read(&readme)?;
    for target in targets(&text) {
        if target.starts_with("..") || !leads_somewhere(&readme, &text, target)? {
            broken.push(format!(
                "{}: the link {target} leads nowhere in the package; make it absolute, or name the \
                 file without a link",
                readme.display()
            ));
        }
    }
    Ok(())
}

fn leads_somewhere(document: &Path, text: &str, target: &str) -> Result<bool> {
    if target.contains("://") || target.starts_with("mailto:") {
        return Ok(true);
    }
    let (file, heading) = target.split_once('#').unwrap_or((target, ""));
    if file.is_empty() {
        return Ok(has_heading(text, heading));
    }
    let path = document.parent().unwrap_or(document).join(file);
    if heading.is_empty() || path.is_dir() {
        return Ok(path.exists());
    }
    Ok(path.is_file() && has_heading(&read(&path)?, heading))
}

/// The targets of all links and pictures, code aside.
fn targets(text: &str) -> Vec<&str> {
    let mut targets = Vec::new();
    let mut is_code = false;
    for line in text.lines() {
        if line.starts_with("```") {
            is_code = !is_code;
        }
        if is_code {
            continue;
        }
        // Text between backticks is no link.
        for prose in line.split('`').step_by(2) {
            for (start, end) in [("](", ')'), (" src=\"", '"'), (" srcset=\"", '"')] {
                let rest = prose.split(start).skip(1);
                targets.extend(rest.filter_map(|rest| rest.split(end).next()));
            }
        }
    }
    targets
}

/// Whether a text has the heading that a link names as forges do: lower case, with hyphens.
fn has_heading(text: &str, name: &str) -> bool {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings.map(anchor).any(|anchor| anchor == name)
}

fn anchor(heading: &str) -> String {
    let title = heading.trim_start_matches('#').trim();
    let kept = title.chars().filter_map(|character| match character {
        ' ' => Some('-'),
        '-' | '_' => Some(character),
        _ if character.is_alphanumeric() => Some(character),
        _ => None,
    });
    kept.collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_outside_of_code() {
        let text = "[a](b.md) and `[c](d)`\n```\n[e](f)\n```\n<img alt=\"\" src=\"g.png\">\n";
        assert_eq!(targets(text), ["b.md", "g.png"]);
    }

    #[test]
    fn a_link_leads_to_a_file_or_a_heading_or_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let document = folder.path().join("a.md");
        let text = "# Which log it is\n";
        fs::write(&document, text).unwrap();
        let leads = |target| leads_somewhere(&document, text, target).unwrap();
        for target in [
            "a.md",
            "#which-log-it-is",
            "a.md#which-log-it-is",
            "https://a.b/c",
        ] {
            assert!(leads(target), "{target}");
        }
        for target in ["b.md", "#which", "a.md#which"] {
            assert!(!leads(target), "{target}");
        }
    }

    #[test]
    fn a_readme_stays_inside_its_crate() {
        let folder = tempfile::tempdir().unwrap();
        let text = "[a](../docs/a.md) [b](README.md) [c](missing.md)";
        fs::write(folder.path().join("README.md"), text).unwrap();
        let mut broken = Vec::new();
        check_readme(folder.path(), &mut broken).unwrap();
        assert_eq!(broken.len(), 2, "{broken:?}");
    }

    #[test]
    fn every_link_of_our_documents_leads_somewhere() {
        let mut broken = Vec::new();
        check_documents(&mut broken).unwrap();
        assert!(broken.is_empty(), "{broken:#?}");
    }
}
