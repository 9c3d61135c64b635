//! Walking through the text of a line.

use super::{LineError, Reason};

/// A text, and how far it has been read.
pub(super) struct Scan<'a> {
    text: &'a str,
    /// Always at the border of a character.
    at: usize,
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// All of it, read or not.
    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// What has not been read yet.
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Goes over so many bytes, which end at the border of a character.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.at += bytes;
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest().is_empty()
    }

    /// The error of what is here.
    pub(super) fn error(&self, reason: Reason, expected: &'static str) -> LineError {
        self.error_at(self.at, reason, expected)
    }

    /// The error of what is at a position where this has been.
    pub(super) fn error_at(&self, at: usize, reason: Reason, expected: &'static str) -> LineError {
        LineError::at(self.text, at, reason, expected)
    }

    /// Goes over one ASCII character.
    pub(super) fn expect(
        &mut self,
        sign: char,
        reason: Reason,
        expected: &'static str,
    ) -> Result<(), LineError> {
        if self.rest().starts_with(sign) {
            self.at += sign.len_utf8();
            Ok(())
        } else {
            Err(self.error(reason, expected))
        }
    }

    /// Goes over one blank or several.
    pub(super) fn blanks(
        &mut self,
        reason: Reason,
        expected: &'static str,
    ) -> Result<(), LineError> {
        self.expect(' ', reason, expected)?;
        self.at += self.rest().bytes().take_while(|byte| *byte == b' ').count();
        Ok(())
    }

    /// Whether only blanks are left.
    pub(super) fn is_at_last_blanks(&self) -> bool {
        self.rest().bytes().all(|byte| byte == b' ')
    }

    /// Takes what comes before the first character that `stop` holds for.
    pub(super) fn until(&mut self, stop: impl Fn(u8) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.bytes().position(stop).unwrap_or(rest.len());
        let taken = rest.get(..length).unwrap_or_default();
        self.at += taken.len();
        taken
    }

    /// Takes a word and the blanks after it.
    pub(super) fn word(
        &mut self,
        reason: Reason,
        expected: &'static str,
    ) -> Result<&'a str, LineError> {
        let word = self.until(is_blank);
        if word.is_empty() {
            return Err(self.error(reason, expected));
        }
        self.blanks(reason, "a blank")?;
        Ok(word)
    }

    /// Takes the content of a pair of quotes. A backslash takes the character after it along.
    pub(super) fn quoted(
        &mut self,
        reason: Reason,
        expected: &'static str,
    ) -> Result<&'a str, LineError> {
        self.expect('"', reason, expected)?;
        let rest = self.rest();
        let end = closing_quote(rest);
        let Some(content) = end.and_then(|end| rest.get(..end)) else {
            self.at = self.text.len();
            return Err(self.error(reason, "the closing quote"));
        };
        self.at += content.len() + 1;
        Ok(content)
    }

    /// Takes exactly so many digits, not more than nine, for a number.
    pub(super) fn digits(
        &mut self,
        count: usize,
        reason: Reason,
        expected: &'static str,
    ) -> Result<u32, LineError> {
        let digits = self.rest().as_bytes().get(..count).unwrap_or(b"-");
        let mut number = 0;
        for digit in digits {
            if !digit.is_ascii_digit() {
                return Err(self.error(reason, expected));
            }
            number = number * 10 + u32::from(digit - b'0');
        }
        self.at += count;
        Ok(number)
    }
}

/// The first quote that has no backslash before it, or an even number of them.
pub(super) fn closing_quote(text: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.find('"')?;
        let before = text.get(..at)?.bytes().rev();
        if before.take_while(|byte| *byte == b'\\').count() % 2 == 0 {
            return Some(at);
        }
        from = at + 1;
    }
}

/// The first quote that no other quote follows: a doubled one stands for a quote.
pub(super) fn closing_doubled(text: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.find('"')?;
        if text.get(at + 1..)?.starts_with('"') {
            from = at + 2;
        } else {
            return Some(at);
        }
    }
}

/// What separates words: no word holds any of these.
pub(super) fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0b
}
