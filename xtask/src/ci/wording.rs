//! The words of documents, comments and names: terms that a newcomer would have to learn first are
//! reported with the standard term.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::files;
use super::links;
use super::rules::{MAX_PROSE_WIDTH, RETIRED_FILES, RETIRED_NAMES, RETIRED_WORDS};

/// Checks all documents, the comments and identifiers of all Rust files, and the names of files.
pub(super) fn check(broken: &mut Vec<String>) -> Result<()> {
    let folders = files::folders()?;
    let readmes = folders.iter().map(|folder| folder.join("README.md"));
    let readmes: Vec<PathBuf> = readmes.filter(|path| path.is_file()).collect();
    for path in links::documents()?.into_iter().chain(readmes) {
        let problems = document_problems(&files::read(&path)?);
        report(&path, problems, broken);
    }
    for folder in folders {
        for path in files::sources(&folder)? {
            // The targets of the fuzzer are built in a folder of their own.
            if path.iter().any(|part| part == "target") {
                continue;
            }
            let mut problems = source_problems(&files::read(&path)?);
            problems.extend(file_problem(&path).map(|problem| (1, problem)));
            report(&path, problems, broken);
        }
    }
    Ok(())
}

fn report(path: &Path, problems: Vec<(usize, String)>, broken: &mut Vec<String>) {
    let path = path.strip_prefix(crate::root()).unwrap_or(path).display();
    broken.extend(
        problems
            .into_iter()
            .map(|(line, problem)| format!("{path}:{line}: {problem}")),
    );
}

/// The problems of a document, each with its line: retired words in prose, and prose lines that are
/// too long. Lines that a link or a tag makes long are allowed, as are tables and code.
fn document_problems(text: &str) -> Vec<(usize, String)> {
    let mut problems = Vec::new();
    for (number, line) in lines_outside_of_code(text) {
        problems.extend(word_problems(line).map(|problem| (number, problem)));
        let is_wrapped = !line.trim_start().starts_with('|');
        let is_breakable = !line.contains("](") && !line.contains('<');
        let width = line.chars().count();
        if is_wrapped && is_breakable && width > MAX_PROSE_WIDTH {
            problems.push((
                number,
                format!("{width} characters; break the line at {MAX_PROSE_WIDTH}"),
            ));
        }
    }
    problems
}

/// The problems of a Rust file, each with its line: retired words in comments, and retired names.
fn source_problems(text: &str) -> Vec<(usize, String)> {
    let mut problems = Vec::new();
    for (index, line) in text.lines().enumerate() {
        match line.trim_start().strip_prefix("//") {
            Some(comment) => {
                problems.extend(word_problems(comment).map(|problem| (index + 1, problem)));
            }
            None => problems.extend(name_problems(line).map(|problem| (index + 1, problem))),
        }
    }
    problems
}

fn lines_outside_of_code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut is_code = false;
    let numbered = text.lines().zip(1..);
    numbered.filter_map(move |(line, number)| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        (!is_code && !is_fence).then_some((number, line))
    })
}

/// The retired words of a line, except in text between backticks.
fn word_problems(line: &str) -> impl Iterator<Item = String> {
    let prose: Vec<&str> = line.split('`').step_by(2).collect();
    let prose = prose.join("`").to_lowercase();
    let found = RETIRED_WORDS.iter();
    let found = found.filter(move |(word, _)| has_word(&prose, word));
    found.map(|(word, better)| format!("\"{word}\" is a retired word; write \"{better}\""))
}

fn name_problems(line: &str) -> impl Iterator<Item = String> {
    // Text in quotes is no name.
    let code: String = line.split('"').step_by(2).collect();
    let found = RETIRED_NAMES.iter();
    let found = found.filter(move |(name, _)| has_word(&code, name));
    found.map(|(name, better)| format!("`{name}` is a retired name; use `{better}`"))
}

fn file_problem(path: &Path) -> Option<String> {
    let stem = path.file_stem()?.to_str()?;
    let (name, better) = RETIRED_FILES.iter().find(|(name, _)| *name == stem)?;
    Some(format!(
        "{name}.rs says too little; name it like {better}.rs"
    ))
}

/// Whether a text contains a word, and not as a part of another one.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(start, _)| {
        let before = text.get(..start).and_then(|text| text.chars().next_back());
        let after = text.get(start + word.len()..);
        let after = after.and_then(|text| text.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(problems: Vec<(usize, String)>) -> Vec<usize> {
        problems.into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn retired_words_are_found_in_prose_and_comments_but_not_in_code() {
        let text =
            "Tracks are Lent here.\n\n```\nlent\n```\nThe field `lent`. Lenten.\nBuilt anew.";
        assert_eq!(lines(document_problems(text)), [1, 7]);
        let source = "//! Passed over\nlet lent = 1;\n    /// each is `lent` to it\n// beside it";
        assert_eq!(lines(source_problems(source)), [1, 4]);
        let problem = document_problems("told apart").remove(0).1;
        assert_eq!(
            problem,
            "\"told apart\" is a retired word; write \"distinguished\""
        );
    }

    #[test]
    fn retired_names_are_found_in_code_but_not_in_texts_or_longer_names() {
        // Put together, so that this file does not contain it.
        let name = ["Under", "Way"].concat();
        let source =
            format!("struct {name};\nlet a = \"{name}\";\nstruct {name}land;\n&{name} {{}}");
        assert_eq!(lines(source_problems(&source)), [1, 4]);
        assert!(file_problem(Path::new("src/told.rs")).is_some());
        assert!(file_problem(Path::new("src/load_report.rs")).is_none());
    }

    #[test]
    fn long_prose_is_found_and_a_long_table_or_link_is_allowed() {
        let long = "word ".repeat(30);
        let text = format!("{long}\n| {long} |\n[{long}](a)\n```\n{long}\n```\n{long}");
        assert_eq!(lines(document_problems(&text)), [1, 7]);
    }

    #[test]
    fn the_project_uses_no_retired_word_or_name() {
        let mut broken = Vec::new();
        check(&mut broken).unwrap();
        assert!(broken.is_empty(), "{broken:#?}");
    }
}
