//! The objects of a JSON array, one after the other.

use std::io::{self, BufRead, BufReader, Read};

/// Hands on what is in an array of objects without its brackets and commas, so that the array
/// need not be in memory as a whole; what is no such array is an error.
#[derive(Debug)]
pub(super) struct Elements<R> {
    input: BufReader<R>,
    state: State,
    line: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before the array, where a mark of the byte order may be.
    Before,
    /// Where the first object may begin.
    First,
    /// Within an object, so deep.
    Within(usize),
    /// Within a text in it; whether the next character is escaped.
    Text(usize, bool),
    /// After an object.
    After,
    /// Where the next object must begin.
    Next,
    /// After the array.
    End,
}

impl<R: Read> Elements<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input: BufReader::new(input),
            state: State::Before,
            line: 1,
        }
    }

    /// Consumes a byte and returns the byte to pass on in its place.
    fn step(&mut self, byte: u8) -> io::Result<u8> {
        self.state = match self.state {
            State::Text(depth, is_escaped) => {
                self.state = text(depth, is_escaped, byte);
                return Ok(byte);
            }
            State::Within(depth) => {
                self.state = within(depth, byte);
                return Ok(byte);
            }
            state => match (state, byte) {
                (State::First | State::Next, b'{') => {
                    self.state = State::Within(1);
                    return Ok(byte);
                }
                (_, b' ' | b'\t' | b'\r' | b'\n') | (State::Before, 0xEF | 0xBB | 0xBF) => state,
                (State::Before, b'[') => State::First,
                (State::First | State::After, b']') => State::End,
                (State::After, b',') => State::Next,
                _ => return Err(self.error(io::ErrorKind::InvalidData, state.expected())),
            },
        };
        self.line += u64::from(byte == b'\n');
        Ok(if byte == b'\n' { byte } else { b' ' })
    }

    fn error(&self, kind: io::ErrorKind, expected: &str) -> io::Error {
        io::Error::new(kind, format!("line {} lacks {expected}", self.line))
    }
}

/// The state after a byte of a text.
fn text(depth: usize, is_escaped: bool, byte: u8) -> State {
    match byte {
        b'"' if !is_escaped => State::Within(depth),
        _ => State::Text(depth, byte == b'\\' && !is_escaped),
    }
}

/// The state after a byte of an object.
fn within(depth: usize, byte: u8) -> State {
    match byte {
        b'"' => State::Text(depth, false),
        b'{' | b'[' => State::Within(depth + 1),
        b'}' | b']' if depth <= 1 => State::After,
        b'}' | b']' => State::Within(depth - 1),
        _ => State::Within(depth),
    }
}

impl State {
    /// What the input must contain next, for an error message.
    fn expected(self) -> &'static str {
        match self {
            Self::Before => "a list of records, which begins with [",
            Self::First | Self::Next => "a record, which begins with {",
            Self::Within(_) | Self::Text(..) => "the end of a record",
            Self::After => "a comma or the end of the list",
            Self::End => "an end: something stands after the list",
        }
    }
}

impl<R: Read> Read for Elements<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let available = self.input.fill_buf()?;
        if available.is_empty() && !out.is_empty() && self.state != State::End {
            let kind = io::ErrorKind::UnexpectedEof;
            return Err(self.error(kind, self.state.expected()));
        }
        let number = available.len().min(out.len());
        let taken: Vec<u8> = available.iter().copied().take(number).collect();
        for (byte, slot) in taken.into_iter().zip(out) {
            *slot = self.step(byte)?;
        }
        self.input.consume(number);
        Ok(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> io::Result<String> {
        io::read_to_string(Elements::new(json.as_bytes()))
    }

    #[test]
    fn brackets_and_commas_of_the_list_alone_are_gone() {
        let json = "\u{feff}[\n{\"a\":[1,{\"b\":\"],}\\\"\"}]} ,\r\n{}\n]\n";
        let objects = "\n{\"a\":[1,{\"b\":\"],}\\\"\"}]}  \r\n{}\n \n";
        assert_eq!(
            read(json).unwrap(),
            format!("    {}", objects.replace('\r', " "))
        );
        assert_eq!(read("[]").unwrap(), "  ");
    }

    #[test]
    fn what_is_no_list_of_objects_is_reported_with_its_line() {
        for (json, expected) in [
            ("", "line 1 lacks a list of records, which begins with ["),
            ("{}", "line 1 lacks a list of records, which begins with ["),
            ("[\n1]", "line 2 lacks a record, which begins with {"),
            ("[{},]", "line 1 lacks a record, which begins with {"),
            ("[{}\n{}]", "line 2 lacks a comma or the end of the list"),
            ("[{}", "line 1 lacks a comma or the end of the list"),
            ("[{\"a", "line 1 lacks the end of a record"),
            (
                "[] []",
                "line 1 lacks an end: something stands after the list",
            ),
        ] {
            assert_eq!(read(json).unwrap_err().to_string(), expected, "{json}");
        }
    }
}
