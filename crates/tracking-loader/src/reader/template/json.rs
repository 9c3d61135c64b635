//! Formats that write a JSON object.

use serde_json::Value;
use tracking_core::Zone;

use super::LineTemplateError;
use super::field::{Field, Meaning, NAME, Part, check, settle};
use super::time::{TimePiece, pattern};
use crate::TimeFormat;
use crate::reader::json::{FieldPath, WebFields, WebJson};

/// Which field of a line means what.
#[derive(Debug)]
pub(super) struct JsonTemplate {
    /// What a field means, and the keys that lead to it.
    fields: Vec<(Meaning, Vec<String>)>,
    time: TimeFormat,
}

/// What stands for the n-th field in the JSON of a format.
const MARK: char = '\u{1}';
const MARK_ESCAPED: &str = "\\u0001";

impl JsonTemplate {
    pub(super) fn of(parts: &[Part]) -> Result<Self, LineTemplateError> {
        let text = with_marks(parts);
        let no_json = |why: String| LineTemplateError::Json { why };
        let object: Value =
            serde_json::from_str(&text).map_err(|error| no_json(error.to_string()))?;
        let mut parts = parts.to_vec();
        let mut found = Found {
            parts: &mut parts,
            fields: Vec::new(),
            time: None,
        };
        found.collect(&object, &mut Vec::new())?;
        let Found { fields, time, .. } = found;
        // A part of a text means nothing alone; of two that mean the same, one is only itself.
        for (n, part) in parts.iter_mut().enumerate() {
            if let Part::Field(field) = part
                && !fields.iter().any(|(found, _)| *found == n)
            {
                field.meaning = Meaning::Other;
            }
        }
        settle(&mut parts);
        let meaning = |n: &usize| match parts.get(*n) {
            Some(Part::Field(field)) => field.meaning.clone(),
            _ => Meaning::Other,
        };
        let fields: Vec<_> = fields
            .iter()
            .map(|(n, keys)| (meaning(n), keys.clone()))
            .collect();
        check(|is| fields.iter().any(|(meaning, _)| is(meaning)))?;
        let time = time.unwrap_or_default();
        Ok(Self { fields, time })
    }

    /// A reader of such lines.
    pub(super) fn reader(&self, zone: Zone) -> WebJson {
        let of = |is: fn(&Meaning) -> bool| {
            let found = self.fields.iter().filter(|(meaning, _)| is(meaning));
            found.map(|(_, keys)| FieldPath::of_keys(keys)).collect()
        };
        let fields = WebFields {
            time: of(|meaning| matches!(meaning, Meaning::Time(_))),
            host: of(|meaning| *meaning == Meaning::Host),
            ident: of(|meaning| *meaning == Meaning::Ident),
            user: of(|meaning| *meaning == Meaning::User),
            target: of(|meaning| matches!(meaning, Meaning::Target | Meaning::Path)),
            query: of(|meaning| *meaning == Meaning::Query),
            request: of(|meaning| *meaning == Meaning::Request),
            method: of(|meaning| *meaning == Meaning::Method),
            protocol: of(|meaning| *meaning == Meaning::Protocol),
            status: of(|meaning| *meaning == Meaning::Status),
            bytes: of(|meaning| *meaning == Meaning::Bytes),
            referer: of(|meaning| *meaning == Meaning::Referer),
            agent: of(|meaning| *meaning == Meaning::Agent),
            vhost: of(|meaning| *meaning == Meaning::VirtualHost),
            port: of(|meaning| *meaning == Meaning::Port),
        };
        WebJson::new(NAME, fields, self.time.clone(), zone)
    }
}

/// The format with a text for each field, in quotes where the format has none.
fn with_marks(parts: &[Part]) -> String {
    let mut text = String::new();
    let mut is_quoted = false;
    for (n, part) in parts.iter().enumerate() {
        match part {
            Part::Literal(literal) => {
                let mut characters = literal.chars();
                while let Some(c) = characters.next() {
                    text.push(c);
                    match c {
                        '\\' => text.extend(characters.next()),
                        '"' => is_quoted = !is_quoted,
                        _ => {}
                    }
                }
            }
            // As an escape, since JSON admits no control characters.
            Part::Field(_) => {
                let quote = if is_quoted { "" } else { "\"" };
                text.extend([quote, MARK_ESCAPED, &n.to_string(), MARK_ESCAPED, quote]);
            }
        }
    }
    text
}

struct Found<'p> {
    parts: &'p mut [Part],
    /// Fields by their places among the parts.
    fields: Vec<(usize, Vec<String>)>,
    time: Option<TimeFormat>,
}

impl Found<'_> {
    fn collect(&mut self, value: &Value, keys: &mut Vec<String>) -> Result<(), LineTemplateError> {
        match value {
            Value::Object(object) => {
                for (key, value) in object {
                    keys.push(key.clone());
                    self.collect(value, keys)?;
                    keys.pop();
                }
                Ok(())
            }
            Value::String(text) => self.leaf(text, keys),
            _ => Ok(()),
        }
    }

    /// A text of one field, or of several that say one thing together.
    fn leaf(&mut self, text: &str, keys: &[String]) -> Result<(), LineTemplateError> {
        let pieces: Vec<_> = text.split(MARK).collect();
        // Every second piece is the number of a field.
        let numbers: Vec<usize> = pieces
            .iter()
            .skip(1)
            .step_by(2)
            .filter_map(|n| n.parse().ok())
            .collect();
        let literals = || pieces.iter().step_by(2);
        let is_bare = literals().all(|literal| literal.is_empty());
        let Some(&first) = numbers.first() else {
            return Ok(());
        };
        let meanings: Vec<_> = numbers
            .iter()
            .filter_map(|n| self.field(*n))
            .map(|field| field.meaning.clone())
            .collect();
        let all_times = meanings
            .iter()
            .all(|meaning| matches!(meaning, Meaning::Time(_)));
        match meanings.as_slice() {
            [Meaning::Time(TimePiece::Whole(format))] if is_bare => {
                if self.time.is_some() {
                    return Ok(());
                }
                self.time = Some(format.clone());
            }
            times if all_times && self.time.is_none() => {
                self.time = Some(composed(times, literals())?);
            }
            [Meaning::Path, Meaning::Query] if is_bare => self.mean(first, Meaning::Target),
            [meaning] if is_bare && !matches!(meaning, Meaning::Time(_)) => {}
            _ => return Ok(()),
        }
        self.fields.push((first, keys.to_vec()));
        Ok(())
    }

    fn field(&self, n: usize) -> Option<&Field> {
        match self.parts.get(n) {
            Some(Part::Field(field)) => Some(field),
            _ => None,
        }
    }

    fn mean(&mut self, n: usize, meaning: Meaning) {
        if let Some(Part::Field(field)) = self.parts.get_mut(n) {
            field.meaning = meaning;
        }
    }
}

/// How a time of several pieces is written, with what stands between them.
fn composed<'a>(
    pieces: &[Meaning],
    literals: impl Iterator<Item = &'a &'a str>,
) -> Result<TimeFormat, LineTemplateError> {
    let mut whole = String::new();
    let mut pieces = pieces.iter();
    let mut count = 0;
    for literal in literals {
        whole.push_str(&literal.replace('%', "%%"));
        match pieces.next() {
            Some(Meaning::Time(TimePiece::Seconds)) => whole.push_str("%s"),
            Some(Meaning::Time(TimePiece::Pattern(pattern))) => whole.push_str(pattern),
            Some(Meaning::Time(TimePiece::Whole(TimeFormat::Clf))) => {
                whole.push_str("[%d/%b/%Y:%H:%M:%S %z]");
            }
            Some(_) => {
                return Err(LineTemplateError::Time {
                    why: "a time in one field has other text beside it".to_owned(),
                });
            }
            None => {}
        }
        count += 1;
    }
    match whole.as_str() {
        "%s" if count == 2 => Ok(TimeFormat::Unix),
        whole => pattern(whole),
    }
}
