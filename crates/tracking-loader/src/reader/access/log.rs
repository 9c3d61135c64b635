//! Logs of web servers in the Common and Combined formats.

use super::{AccessFormat, AccessLine};
use crate::reader::text::read_text;
use crate::reader::{Format, LineContent, LineError, LineFormat, Reason};
use crate::record::AccessRecorder;

/// Reads logs of web servers in the Common and Combined formats.
#[derive(Clone, Debug)]
pub struct AccessLog {
    layout: Layout,
    recorder: AccessRecorder,
}

/// Which of the lines are allowed.
#[derive(Clone, Copy, Debug)]
struct Layout {
    name: &'static str,
    /// Nothing where both are.
    format: Option<AccessFormat>,
    /// Nothing where it is found out.
    vhost: Option<bool>,
}

impl AccessLog {
    /// Of every line it is found out which of the formats it has, and whether a virtual host
    /// stands in front.
    pub fn any() -> Self {
        Self::of(Format::Access, None, None)
    }

    /// Lines of this format only.
    pub fn only(format: AccessFormat) -> Self {
        match format {
            AccessFormat::Common => Self::of(Format::Common, Some(format), Some(false)),
            AccessFormat::Combined => Self::of(Format::Combined, Some(format), Some(false)),
        }
    }

    /// Lines of this format only, each with a virtual host in front, with or without its port.
    pub fn with_virtual_host(format: AccessFormat) -> Self {
        match format {
            AccessFormat::Common => Self::of(Format::VhostCommon, Some(format), Some(true)),
            AccessFormat::Combined => Self::of(Format::VhostCombined, Some(format), Some(true)),
        }
    }

    fn of(name: Format, format: Option<AccessFormat>, vhost: Option<bool>) -> Self {
        let name = name.name();
        Self {
            layout: Layout {
                name,
                format,
                vhost,
            },
            recorder: AccessRecorder::default(),
        }
    }
}

impl LineFormat for AccessLog {
    fn name(&self) -> &'static str {
        self.layout.name
    }

    fn read(&mut self, line: &[u8]) -> Result<LineContent, LineError> {
        read_text(line, |text| {
            let read = match self.layout.vhost {
                None => AccessLine::of(text)?,
                Some(false) => AccessLine::without_virtual_host(text)?,
                Some(true) => AccessLine::with_virtual_host(text)?,
            };
            self.layout.check(text, &read)?;
            self.recorder.record(&read).map(Into::into)
        })
    }

    fn for_thread(&self) -> Option<Box<dyn LineFormat>> {
        Some(Box::new(self.clone()))
    }
}

impl Layout {
    /// Refuses the other one of the two formats.
    fn check(self, text: &str, read: &AccessLine<'_>) -> Result<(), LineError> {
        if self.format.is_none_or(|format| format == read.format) {
            return Ok(());
        }
        let (reason, expected) = match read.format {
            AccessFormat::Common => (Reason::Referer, "a blank and the referer"),
            AccessFormat::Combined => (Reason::LineEnd, "the end of the line"),
        };
        Err(LineError::at(text, read.common_end, reason, expected))
    }
}
