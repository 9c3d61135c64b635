//! JSON documents.

use std::io::{self, Write};

use serde::Serialize;

/// Writes an indented JSON document.
pub(crate) fn json(out: &mut dyn Write, value: &(impl Serialize + ?Sized)) -> io::Result<()> {
    write_escaped(out, &serde_json::to_string_pretty(value)?)
}

/// Writes a JSON document as a line.
pub(crate) fn json_line(out: &mut dyn Write, value: &(impl Serialize + ?Sized)) -> io::Result<()> {
    write_escaped(out, &serde_json::to_string(value)?)
}

/// Writes JSON and ends its line. What could steer a terminal, turn the direction of writing or
/// end a script in a page is written as `\uXXXX`, which means the same. There is none of it but
/// in strings.
fn write_escaped(out: &mut dyn Write, json: &str) -> io::Result<()> {
    let mut units = [0; 2];
    for part in json.split_inclusive(must_escape) {
        let escaped = part.chars().next_back().filter(|c| must_escape(*c));
        let plain = part.len() - escaped.map_or(0, char::len_utf8);
        out.write_all(part.get(..plain).unwrap_or(part).as_bytes())?;
        for unit in escaped
            .iter()
            .flat_map(|c| c.encode_utf16(&mut units).to_vec())
        {
            write!(out, "\\u{unit:04x}")?;
        }
    }
    out.write_all(b"\n")
}

/// Line feeds occur only between strings; within strings they are escaped already.
fn must_escape(c: char) -> bool {
    matches!(c, '<' | '>' | '&') || is_terminal_control(c)
}

/// Control characters and characters that change the direction of text.
pub(super) fn is_terminal_control(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}'
            | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_loud_is_left_and_it_means_the_same() {
        let value = "a\u{9b}b\u{202e}<script>&\u{e0041}\u{7f}\n é";
        let (mut long, mut short) = (Vec::new(), Vec::new());
        json(&mut long, &[value]).unwrap();
        json_line(&mut short, &[value]).unwrap();
        for out in [long, short] {
            let text = String::from_utf8(out).unwrap();
            assert_eq!(text.find(must_escape), None, "{text:?}");
            assert_eq!(serde_json::from_str::<[String; 1]>(&text).unwrap(), [value]);
        }
    }
}
