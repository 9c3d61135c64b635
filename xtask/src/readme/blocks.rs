//! The code blocks of a README.

/// A block of code: the text behind its fence, and its lines.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block<'a> {
    pub(super) info: &'a str,
    pub(super) code: String,
}

/// All blocks, in order.
pub(super) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut open: Option<Block<'_>> = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(info), None) => {
                open = Some(Block {
                    info,
                    code: String::new(),
                });
            }
            (Some(_), Some(block)) => blocks.push(block),
            (None, Some(mut block)) => {
                block.code.push_str(line);
                block.code.push('\n');
                open = Some(block);
            }
            (None, None) => {}
        }
    }
    blocks
}

impl Block<'_> {
    /// In which language it is.
    pub(super) fn language(&self) -> &str {
        self.info.split(',').next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found_with_their_language() {
        let found = blocks("a\n```rust,no_run\nfn main() {}\n```\n```toml\nx = 1\n```\n");
        let found: Vec<_> = found
            .iter()
            .map(|b| (b.language(), b.code.as_str()))
            .collect();
        assert_eq!(found, [("rust", "fn main() {}\n"), ("toml", "x = 1\n")]);
    }
}
