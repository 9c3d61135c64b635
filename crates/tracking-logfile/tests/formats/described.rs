//! What `docs/log-formats.md` says that a line becomes is what it becomes.

use std::fs;
use std::path::Path;

use tracking_logfile::{FieldMap, Format, FormatOptions, LinePattern, explain};

/// A block of the page: what stands behind its fence, and its lines.
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
        // Found out, as by somebody who does not say which.
        _ => options,
    }
}

#[test]
fn every_example_becomes_what_stands_below_it() {
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
    assert_eq!(shown.len(), 9, "{shown:?}");
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
