//! Lines of a log that other threads parse before they are read.

use std::collections::VecDeque;
use std::sync::mpsc::Receiver;

use super::line_parsers::{LineParsers, ParsedBlock, ParsedLine};
use crate::{LineFormat, Lines};

/// What is known of lines that come next in a source.
///
/// It only saves the work of parsing: a line is looked up by its place and its bytes, and whoever
/// reads it parses it where it is not here. So it need not know where reading goes on.
#[derive(Debug)]
pub(super) struct ParseAhead {
    blocks: VecDeque<Block>,
    /// The start of the line after the last block.
    partial: Vec<u8>,
    /// Where the next line was to be read last.
    place: u64,
    /// Where the text ends that was looked at.
    end: u64,
    /// There is no more to look at before this place.
    idle_until: u64,
    /// Readers of lines that no block needs.
    formats: Vec<Box<dyn LineFormat>>,
    /// Whether lines can be read without those before them.
    is_possible: bool,
}

/// Some lines of the source.
#[derive(Debug)]
struct Block {
    start: u64,
    end: u64,
    lines: BlockLines,
}

#[derive(Debug)]
enum BlockLines {
    Pending(Receiver<ParsedBlock>),
    Parsed(ParsedBlock),
}

/// So many blocks are read ahead.
const MAX_BLOCKS: usize = 8;

/// More is read ahead when there are fewer than these.
const MIN_BLOCKS: usize = 4;

/// How many bytes are read without it after a pause begins.
const PAUSE: u64 = 64 * 1024;

/// A text of fewer blocks is not worth another thread.
const WORTHWHILE_BLOCKS: usize = 2;

impl ParseAhead {
    /// Nothing is known of the lines that a format is to read.
    pub(super) fn new(format: &dyn LineFormat) -> Self {
        let formats: Vec<_> = format.for_thread().into_iter().collect();
        Self {
            is_possible: !formats.is_empty(),
            formats,
            blocks: VecDeque::new(),
            partial: Vec::new(),
            place: 0,
            end: 0,
            idle_until: 0,
        }
    }

    /// Reads ahead, and has the lines parsed that come next.
    pub(super) fn read_ahead(
        &mut self,
        lines: &mut Lines,
        format: &dyn LineFormat,
        parsers: &LineParsers,
    ) {
        let place = lines.offset().bytes;
        if place < self.place {
            (self.end, self.idle_until) = (0, 0);
        }
        self.place = place;
        if !self.is_possible || place < self.idle_until || !parsers.are_there() {
            return;
        }
        let block = parsers.block();
        let high = (MAX_BLOCKS * block) as u64;
        let Some((start, text)) = lines.read_ahead((MIN_BLOCKS * block) as u64, high) else {
            return;
        };
        let end = start + text.len() as u64;
        let is_at_end = text.len() as u64 + (start - place) < high;
        self.idle_until = if is_at_end { end } else { 0 };
        let known = self.end.checked_sub(start);
        let known = known.and_then(|known| text.get(usize::try_from(known).ok()?..));
        let new = match known {
            Some(new) if self.end > 0 => new,
            _ => {
                self.blocks.clear();
                self.partial.clear();
                text
            }
        };
        if self.blocks.is_empty() && new.len() < WORTHWHILE_BLOCKS * block {
            return;
        }
        self.end = end;
        self.parse(end - new.len() as u64, new, format, parsers);
    }

    /// Forgets what was parsed, and parses nothing for a while. Whoever looks at lines again and
    /// again would otherwise have them parsed again and again.
    pub(super) fn pause(&mut self) {
        self.blocks.clear();
        self.partial.clear();
        self.end = 0;
        self.idle_until = self.place + PAUSE;
    }

    /// Has a text parsed that goes on after the last block.
    fn parse(&mut self, at: u64, text: &[u8], format: &dyn LineFormat, parsers: &LineParsers) {
        let mut start = at - self.partial.len() as u64;
        let mut rest = text;
        while let Some(block) =
            first_lines(rest, parsers.block().saturating_sub(self.partial.len()))
        {
            let spare = self.formats.pop().or_else(|| format.for_thread());
            let Some(format) = spare else { return };
            let mut lines = std::mem::take(&mut self.partial);
            lines.extend_from_slice(block);
            rest = rest.get(block.len()..).unwrap_or_default();
            let end = start + lines.len() as u64;
            let Some(parsed) = parsers.parse(lines, format) else {
                return;
            };
            let lines = BlockLines::Pending(parsed);
            self.blocks.push_back(Block { start, end, lines });
            start = end;
        }
        self.partial.extend_from_slice(rest);
    }

    /// Takes out what is known of the line at a place.
    pub(super) fn take(&mut self, (at, line): (u64, &[u8])) -> Option<ParsedLine> {
        while self.blocks.front()?.end <= at {
            if let Some(BlockLines::Parsed(block)) = self.blocks.pop_front().map(|old| old.lines) {
                self.formats.push(block.format);
            }
        }
        let block = self.blocks.front_mut()?;
        let at = usize::try_from(at.checked_sub(block.start)?).ok()?;
        if let BlockLines::Pending(parsed) = &block.lines {
            if let Ok(parsed) = parsed.recv() {
                block.lines = BlockLines::Parsed(parsed);
            } else {
                // Its thread has panicked, as the one that reads the line will.
                self.blocks.pop_front();
                return None;
            }
        }
        match &mut block.lines {
            BlockLines::Parsed(block) => block.take(at, line),
            BlockLines::Pending(_) => None,
        }
    }
}

/// The first whole lines of a text: so many bytes and the rest of a line, or all of them.
fn first_lines(text: &[u8], length: usize) -> Option<&[u8]> {
    let is_end = |byte: &u8| *byte == b'\n';
    let after = text.get(length..).unwrap_or_default();
    let end = match after.iter().position(is_end) {
        Some(end) => length + end,
        None => text.iter().rposition(is_end)?,
    };
    text.get(..=end)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::{AccessLog, LineContent, Source};

    fn line(n: usize) -> String {
        let long = "x".repeat(n % 90);
        format!("h - - [23/Nov/2026:15:47:01 +0000] \"GET /{n}/{long} HTTP/1.1\" 200 1\n")
    }

    /// How many lines of a file were parsed ahead, each to what it says.
    fn parsed_ahead(text: &[u8], block: usize, mut rewind_at: Option<usize>) -> usize {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.log");
        fs::write(&path, text).unwrap();
        let mut lines = Source::from(path).lines().unwrap();
        let (parsers, mut format) = (LineParsers::new(2, block), AccessLog::any());
        let mut ahead = ParseAhead::new(&format);
        let (mut found, mut count) = (0, 0);
        loop {
            lines.consume_line();
            ahead.read_ahead(&mut lines, &format, &parsers);
            let Some(line) = lines.next_line().unwrap() else {
                return found;
            };
            let expected = format.read(line.bytes);
            let digest = lines.digest();
            if let Some(parsed) = ahead.take(lines.raw()) {
                assert_eq!((parsed.digest, parsed.content), (digest, expected));
                found += 1;
            }
            count += 1;
            if rewind_at.take_if(|at| *at == count).is_some() {
                lines
                    .rewind(crate::source::SourceOffset::default())
                    .unwrap();
            }
        }
    }

    #[test]
    fn every_whole_line_is_parsed_ahead() {
        let text: String = (0..500).map(line).collect();
        for block in [100, 1000, 3000] {
            assert_eq!(parsed_ahead(text.as_bytes(), block, None), 500, "{block}");
        }
        let half = text.trim_end();
        assert_eq!(parsed_ahead(half.as_bytes(), 1000, None), 499);
    }

    #[test]
    fn a_log_that_is_gone_back_in_is_parsed_ahead_again() {
        let text: String = (0..500).map(line).collect();
        let found = parsed_ahead(text.as_bytes(), 1000, Some(300));
        assert!(found >= 600, "{found} of 800");
    }

    #[test]
    fn a_short_log_is_not_worth_a_thread() {
        let text: String = (0..10).map(line).collect();
        assert_eq!(parsed_ahead(text.as_bytes(), 32 * 1024, None), 0);
    }

    #[test]
    fn bytes_that_have_changed_are_not_those_that_were_parsed() {
        let text = line(1) + &line(2);
        let changed = text.replace("/2/", "/3/");
        let mut block = ParsedBlock::of(text.into_bytes(), Box::new(AccessLog::any()));
        let at = line(1).len();
        assert!(block.take(at, &changed.as_bytes()[at..]).is_none());
        assert!(matches!(
            block.take(at, line(2).as_bytes()).unwrap().content,
            Ok(LineContent::Record(_))
        ));
        assert!(block.take(at, line(2).as_bytes()).is_none());
    }

    #[test]
    fn the_first_lines_are_whole_ones() {
        for (length, expected) in [
            (0, Some("a\n")),
            (1, Some("a\n")),
            (2, Some("a\nbc\n")),
            (9, Some("a\nbc\n")),
        ] {
            let found = first_lines(b"a\nbc\nd", length);
            assert_eq!(found, expected.map(str::as_bytes), "{length}");
        }
        assert_eq!(first_lines(b"abc", 0), None);
    }
}
