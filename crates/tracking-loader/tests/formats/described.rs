//! What the docs say of formats holds: each example of `docs/log-formats.md` becomes what stands
//! below it, and each option that any page gives can be meant.

use std::fs;
use std::path::Path;

use tracking_loader::{
    FieldMap, Format, FormatOptions, LinePattern, LineTemplate, TimeFormat, explain,
};

/// A block of the page: the text after its fence, and its lines.
struct Block {
    kind: String,
    text: String,
}

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/log-formats.md");
    fs::read_to_string(path).unwrap()
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in page.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(kind), None) => {
                let (kind, text) = (kind.to_owned(), String::new());
                open = Some(Block { kind, text });
            }
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    blocks
}

fn options(kind: &str) -> FormatOptions {
    let options = FormatOptions::new();
    match kind.split_once(' ') {
        Some(("map", map)) => options.choose(map.parse::<FieldMap>().unwrap()),
        Some(("pattern", pattern)) => options.choose(pattern.parse::<LinePattern>().unwrap()),
        Some(("log-format", template)) => options.choose(template.parse::<LineTemplate>().unwrap()),
        // Found out, as by somebody who does not say which.
        _ => options,
    }
}

#[test]
fn every_example_becomes_the_text_below_it() {
    let page = page();
    let blocks = blocks(&page);
    let examples = blocks.iter().zip(blocks.iter().skip(1));
    let mut shown = Vec::new();
    for (example, becomes) in examples {
        let Some(kind) = example.kind.strip_prefix("log ") else {
            continue;
        };
        assert_eq!(becomes.kind, "becomes", "{kind}");
        let lines: Vec<&[u8]> = example.text.lines().map(str::as_bytes).collect();
        let explained = explain(&lines, &options(kind));
        assert_eq!(Some(explained.format), kind.split(' ').next());
        assert_eq!(explained.to_string(), becomes.text, "{kind}");
        shown.push(explained.format);
    }
    assert_eq!(shown.len(), 18, "{shown:?}");
}

/// The pages of the project, and the readme of each crate.
fn pages() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = |path: &str| fs::read_dir(root.join(path)).unwrap();
    let crates = folder("crates").map(|entry| entry.unwrap().path().join("README.md"));
    let docs = folder("docs").map(|entry| entry.unwrap().path());
    let all = docs.chain(crates).chain([root.join("README.md")]);
    let pages = all.filter(|path| path.extension().is_some_and(|kind| kind == "md"));
    let read = |path: std::path::PathBuf| {
        let text = fs::read_to_string(&path).ok()?;
        Some((path.display().to_string(), text))
    };
    pages.filter_map(read).collect()
}

/// A text as a shell takes it apart, as far as quotes go.
fn shell_words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(characters.next()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// The error in the value of an option; `None` for a placeholder.
fn refused(option: &str, value: &str) -> Option<String> {
    let is_placeholder = !value.is_empty() && value.chars().all(|c| c.is_ascii_uppercase());
    if is_placeholder {
        return None;
    }
    let message = |error: &dyn std::fmt::Display| error.to_string();
    match option {
        "--map" => value.parse::<FieldMap>().err().map(|e| message(&e)),
        "--pattern" => value.parse::<LinePattern>().err().map(|e| message(&e)),
        "--time-format" => value.parse::<TimeFormat>().err().map(|e| message(&e)),
        "--log-format" | "--format" if LineTemplate::is_likely(value) => {
            value.parse::<LineTemplate>().err().map(|e| message(&e))
        }
        "--log-format" => value.parse::<Format>().err().map(|e| message(&e)),
        _ => None,
    }
}

#[test]
fn every_option_that_a_page_gives_can_be_meant() {
    let mut seen = 0;
    for (path, page) in pages() {
        // A table has its bars escaped.
        let page = page.replace("\\|", "|");
        let in_code = page.split('`').skip(1).step_by(2).flat_map(str::lines);
        let commands = page.lines().filter_map(|line| line.strip_prefix("$ "));
        for text in in_code.chain(commands) {
            let words = shell_words(text);
            for pair in words.windows(2) {
                let [option, value] = pair else { continue };
                if let Some(error) = refused(option, value) {
                    panic!("{path}: {option} {value}: {error}");
                }
                seen += usize::from(option == "--log-format" || option == "--map");
            }
        }
    }
    assert!(seen >= 4, "{seen}");
}

#[test]
fn every_format_is_in_the_table() {
    let page = page();
    for format in Format::ALL {
        let name = format!("`{format}`");
        assert!(
            page.lines()
                .any(|line| line.starts_with('|') && line.contains(&name)),
            "{name}"
        );
    }
}
