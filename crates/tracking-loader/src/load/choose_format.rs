//! The format that a log is read in.

use super::error::OpenError;
use super::options::ReadOptions;
use super::survey::FormatSurvey;
use crate::position::Position;
use crate::source::OpenSource;
use crate::{Detected, Format, LineFormat, SourceError, detect};

/// A format, and why it is this one.
pub(super) struct ChosenFormat {
    pub(super) format: Box<dyn LineFormat>,
    pub(super) why: String,
}

impl From<Detected> for ChosenFormat {
    fn from(detected: Detected) -> Self {
        Self {
            format: detected.format,
            why: detected.why,
        }
    }
}

/// The format as it was chosen, or as it was before, or as the lines have it. A file that was
/// found in a folder must have a line in it. Nothing where there is no line yet.
pub(super) fn choose_format(
    reading: &ReadOptions,
    input: &mut OpenSource,
    position: Option<&Position>,
    survey: &mut FormatSurvey,
    found_in_folder: bool,
) -> Result<Option<ChosenFormat>, OpenError> {
    let before = position.map(|position| position.format.as_str());
    let known = before.and_then(|name| name.parse::<Format>().ok());
    let is_chosen = reading.format.chosen().is_some();
    let must_fit = found_in_folder && position.is_none();
    let mut chosen = match (before, known) {
        (Some(_), Some(known)) if !is_chosen => {
            let why = "it was in it before".to_owned();
            let format = reading.format.reader(known);
            ChosenFormat { format, why }
        }
        (Some(name), None) if !is_chosen => {
            let why = format!("it was loaded through a {name} before; give it again");
            return Err(unknown(input, why));
        }
        _ if is_chosen && !must_fit => ChosenFormat::from(detect(&[], &reading.format)),
        _ => match detected(reading, input, must_fit, survey)? {
            Some(detected) => detected,
            None => return Ok(None),
        },
    };
    if before == Some(chosen.format.name())
        && let Some(state) = position.and_then(|position| position.state.as_ref())
    {
        chosen.format.resume(state);
    }
    Ok(Some(chosen))
}

/// The format that its lines are in.
fn detected(
    reading: &ReadOptions,
    input: &mut OpenSource,
    must_fit: bool,
    survey: &mut FormatSurvey,
) -> Result<Option<ChosenFormat>, OpenError> {
    let detected = survey.detect(input)?;
    if detected.fits || (!must_fit && (detected.is_sure || reading.any_format)) {
        return Ok(Some(detected.into()));
    }
    if detected.lines == 0 {
        return Ok(None);
    }
    Err(unknown(input, detected.why_not.unwrap_or(detected.why)))
}

fn unknown(input: &OpenSource, why: String) -> OpenError {
    let log = input.source().clone();
    SourceError::UnknownFormat { log, why }.into()
}
