//! An array of JSON as lines: each of its elements on a line of its own.

use std::io::{self, BufRead, BufReader, Cursor, Read};

/// Reads on from the start of something: as lines, one for each element, where it is an array of
/// objects, and as it is where it is not.
pub(super) fn json_array_or_text(mut reader: Box<dyn BufRead>) -> Box<dyn BufRead> {
    let Start {
        is_array,
        text,
        failure,
    } = looks_like_array(&mut reader);
    if text.is_empty() && failure.is_none() {
        return reader;
    }
    // A decoder does not repeat its error.
    let failing = BufReader::new(Failing(failure));
    let whole = Cursor::new(text).chain(failing).chain(reader);
    if is_array {
        Box::new(JsonArrayLines::new(whole))
    } else {
        Box::new(whole)
    }
}

/// The start of a text, as far as it was read to see whether it is an array.
pub(super) struct Start {
    pub(super) is_array: bool,
    text: Vec<u8>,
    /// Why no more could be read.
    failure: Option<io::Error>,
}

/// Whether it starts as an array of objects does, or an empty one: `[`, and then `{` or `]`. What
/// was read to see that comes with it.
pub(super) fn looks_like_array(reader: &mut impl BufRead) -> Start {
    /// How much space may stand before it.
    const MAX_SPACE: usize = 64 * 1024;
    let mut start = Start {
        is_array: false,
        text: Vec::new(),
        failure: None,
    };
    let mut is_open = false;
    while start.text.len() < MAX_SPACE {
        let next = match reader.fill_buf() {
            Ok(text) => text.first().copied(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                start.failure = Some(error);
                break;
            }
        };
        match next {
            Some(b'[') if !is_open => is_open = true,
            // A byte order mark, before everything.
            Some(0xef | 0xbb | 0xbf) if start.text.len() < 3 => {}
            Some(byte) if byte.is_ascii_whitespace() => {}
            Some(b'{' | b']') if is_open => {
                start.is_array = true;
                break;
            }
            _ => break,
        }
        start.text.extend(next);
        reader.consume(1);
    }
    start
}

/// Fails once, with an error that was met before its turn.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// Reads an array of JSON element by element, whatever its layout, in little memory.
///
/// Line breaks within an element become blanks. Where elements begin on lines of their own, each
/// one has the number of the line that it begins on: empty lines make up for those that it takes.
pub(super) struct JsonArrayLines<R> {
    inner: R,
    /// What was made of what was read, and how far that has been taken.
    lines: Vec<u8>,
    taken: usize,
    state: State,
    /// How deep within an element it is.
    depth: usize,
    is_escaped: bool,
    /// How many line ends were read, and how many were given.
    read: u64,
    given: u64,
}

/// Where in an array it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before it, or after its end.
    Outside,
    Between,
    Within,
    /// In a text within an element.
    Text,
}

impl<R: BufRead> JsonArrayLines<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            lines: Vec::new(),
            taken: 0,
            state: State::Outside,
            depth: 0,
            is_escaped: false,
            read: 0,
            given: 0,
        }
    }

    fn step(&mut self, byte: u8) {
        self.read += u64::from(byte == b'\n');
        match (self.state, byte) {
            (State::Text, _) => self.text(byte),
            (State::Within, _) => self.within(byte),
            (_, b' ' | b'\t' | b'\r' | b'\n') | (State::Between, b',') => {}
            // What is left of a byte order mark.
            (State::Outside, 0xef | 0xbb | 0xbf) if self.given == 0 => {}
            (State::Outside, b'[') => self.state = State::Between,
            (State::Between, b']') => self.state = State::Outside,
            _ => {
                while self.given < self.read {
                    self.end_line();
                }
                (self.state, self.depth) = (State::Within, 0);
                self.within(byte);
            }
        }
    }

    fn within(&mut self, byte: u8) {
        match byte {
            b',' | b']' if self.depth == 0 => {
                self.end_line();
                self.state = if byte == b',' {
                    State::Between
                } else {
                    State::Outside
                };
                return;
            }
            b'\n' | b'\r' => return self.lines.push(b' '),
            b'"' => self.state = State::Text,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.lines.push(byte);
        if self.depth == 0 && matches!(byte, b'}' | b']') {
            self.end_line();
            self.state = State::Between;
        }
    }

    fn text(&mut self, byte: u8) {
        match byte {
            // No text of JSON has one, but lines end with them.
            b'\n' | b'\r' => return self.lines.push(b' '),
            _ if self.is_escaped => self.is_escaped = false,
            b'\\' => self.is_escaped = true,
            b'"' => self.state = State::Within,
            _ => {}
        }
        self.lines.push(byte);
    }

    fn end_line(&mut self) {
        self.lines.push(b'\n');
        self.given += 1;
    }
}

impl<R: BufRead> BufRead for JsonArrayLines<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.taken >= self.lines.len() {
            self.lines.clear();
            self.taken = 0;
            let text = self.inner.fill_buf()?.to_vec();
            let length = text.len();
            if length == 0 {
                return Ok(&[]);
            }
            for byte in text {
                self.step(byte);
            }
            self.inner.consume(length);
        }
        Ok(self.lines.get(self.taken..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.taken += amount;
    }
}

impl<R: BufRead> Read for JsonArrayLines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(buffer)?;
        self.consume(length);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn lines(text: &str, buffer: usize) -> String {
        let mut lines = String::new();
        let mut elements = JsonArrayLines::new(BufReader::with_capacity(buffer, text.as_bytes()));
        elements.read_to_string(&mut lines).unwrap();
        lines
    }

    #[test]
    fn only_an_array_of_objects_is_taken_apart() {
        let read = |text: &'static str| {
            let mut read = String::new();
            let reader = BufReader::with_capacity(2, text.as_bytes());
            json_array_or_text(Box::new(reader))
                .read_to_string(&mut read)
                .unwrap();
            read
        };
        for text in [
            "",
            "[",
            "[[1]]",
            "[1]",
            "[Wed Oct 11] [error]",
            "{}\n[{}]",
            " [\n",
            "\u{feff}a",
            "a[{}]",
        ] {
            assert_eq!(read(text), text);
        }
        assert_eq!(read("\u{feff} [\n{},{}]"), "\n{}\n{}\n");
        assert_eq!(read("[ ]"), "");
    }

    #[test]
    fn each_element_is_a_line() {
        for (text, expected) in [
            ("[]", ""),
            (
                r#"[{"a":[1,"]}"]},{"b":"\"["}]"#,
                "{\"a\":[1,\"]}\"]}\n{\"b\":\"\\\"[\"}\n",
            ),
            ("[1, \"a\" ,[2,3],null]", "1\n\"a\" \n[2,3]\nnull\n"),
            ("[{}][{}]\n[{}]", "{}\n{}\n{}\n"),
            ("[{},{\"a\":", "{}\n{\"a\":"),
            ("[{}]\nnoise", "{}\nnoise"),
        ] {
            for buffer in [1, 3, 1000] {
                assert_eq!(lines(text, buffer), expected, "{text}");
            }
        }
    }

    #[test]
    fn an_element_has_the_number_of_the_line_that_it_begins_on() {
        let text = "[\n  {\n    \"a\": 1\n  },\r\n  {\"b\": 2},\n\n  {}\n]\n";
        let expected = "\n{     \"a\": 1   }\n\n\n{\"b\": 2}\n\n{}\n";
        assert_eq!(lines(text, 7), expected);
    }

    proptest! {
        #[test]
        fn no_element_is_lost(
            values in prop::collection::vec(("[ -~é]{0,9}", 0..3_usize), 0..9),
            pretty: bool,
            buffer in 1..40_usize,
        ) {
            let values: Vec<Value> = values
                .into_iter()
                .map(|(text, kind)| match kind {
                    0 => json!({"a": {"b": [text, 1]}}),
                    1 => json!([text, {}]),
                    _ => json!(text),
                })
                .collect();
            let text = if pretty {
                serde_json::to_string_pretty(&values)
            } else {
                serde_json::to_string(&values)
            };
            let lines = lines(&text.unwrap(), buffer);
            let filled = lines.lines().filter(|line| !line.trim().is_empty());
            let back: Vec<Value> = filled.map(|line| serde_json::from_str(line).unwrap()).collect();
            prop_assert_eq!(back, values);
        }

        #[test]
        fn no_bytes_make_it_panic(text in "[\\[\\]{}\",\\\\ \n\ra1é]{0,40}", buffer in 1..9_usize) {
            let _lines = lines(&text, buffer);
        }
    }
}
