//! What a caller says of the format of a log.

use tracking_core::Zone;

use super::aws::ColumnLog;
use super::haproxy::HaproxyLog;
use super::json::{FieldMap, Mapped, WebJson};
use super::pattern::{LinePattern, Patterned};
use super::reference::ReferenceLog;
use super::template::LineTemplate;
use super::tracking::TrackingLog;
use super::w3c::W3cLog;
use super::{AccessFormat, AccessLog, Format, LineFormat, TimeFormat};

/// How the format of a log is chosen.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum FormatChoice {
    /// It is found out from the first lines.
    #[default]
    Detect,
    /// It is the one of this name.
    Named(Format),
    /// The lines are JSON objects, or rows of CSV after a header, and this says which field means
    /// what.
    Map(FieldMap),
    /// The lines are described by this pattern.
    Pattern(LinePattern),
    /// The lines are as their server is configured to write them.
    Template(LineTemplate),
}

/// What a caller says of the format of a log; by default nothing, and it is found out.
///
/// ```
/// use tracking_loader::{FieldMap, FormatOptions};
///
/// let map: FieldMap = "task=path,user=remote_user,time=ts".parse()?;
/// let mut format = FormatOptions::new().choose(map).chosen().unwrap();
/// let line = br#"{"path": "/a", "remote_user": "anna", "ts": 1795445221.5, "ms": 3}"#;
/// let record = format.read(line).unwrap().into_record().unwrap();
/// assert_eq!((record.task().as_str(), record.user().as_str()), ("/a", "anna"));
/// assert_eq!(record.time().to_string(), "2026-11-23T14:47:01.500Z");
/// assert_eq!(record.data().as_str(), r#"{"ms":3}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct FormatOptions {
    choice: FormatChoice,
    zone: Zone,
    time_format: TimeFormat,
}

impl FormatOptions {
    /// Finds out the format from the first lines; times without an offset are in UTC.
    pub fn new() -> Self {
        Self::default()
    }

    /// Chooses the format.
    pub fn choose(self, choice: impl Into<FormatChoice>) -> Self {
        Self {
            choice: choice.into(),
            ..self
        }
    }

    /// The zone of times that come without an offset, as those of the reference's records do.
    pub fn zone(self, zone: Zone) -> Self {
        Self { zone, ..self }
    }

    /// How times are written where a field map or a pattern is used.
    pub fn time_format(self, time_format: TimeFormat) -> Self {
        Self {
            time_format,
            ..self
        }
    }

    /// What tells whether the same lines are read as the same: a text that is equal for equal
    /// options, but for how the format is found out.
    pub(crate) fn fingerprint(&self) -> String {
        let choice = match &self.choice {
            FormatChoice::Detect | FormatChoice::Named(_) => String::new(),
            FormatChoice::Map(map) => format!("{map:?}"),
            FormatChoice::Pattern(pattern) => format!("{pattern:?}"),
            FormatChoice::Template(template) => format!("{template:?}"),
        };
        format!("{choice} {:?} {:?}", self.zone, self.time_format)
    }

    /// How the format is chosen.
    pub fn choice(&self) -> &FormatChoice {
        &self.choice
    }

    /// A reader of one log, as it was chosen; nothing where the format is to be found out.
    pub fn chosen(&self) -> Option<Box<dyn LineFormat>> {
        let (zone, time) = (self.zone.clone(), self.time_format.clone());
        match &self.choice {
            FormatChoice::Detect => None,
            FormatChoice::Named(format) => Some(self.reader(*format)),
            FormatChoice::Map(map) => Some(Box::new(Mapped::new(map.clone(), time, zone))),
            FormatChoice::Pattern(pattern) => {
                Some(Box::new(Patterned::new(pattern.clone(), time, zone)))
            }
            FormatChoice::Template(template) => Some(template.reader(zone)),
        }
    }

    /// A reader of one log in this format.
    pub fn reader(&self, format: Format) -> Box<dyn LineFormat> {
        let zone = self.zone.clone();
        match format {
            Format::Tracking => Box::new(TrackingLog::new()),
            Format::Reference => Box::new(ReferenceLog::new(zone)),
            Format::Access => Box::new(AccessLog::any()),
            Format::Common => Box::new(AccessLog::only(AccessFormat::Common)),
            Format::Combined => Box::new(AccessLog::only(AccessFormat::Combined)),
            Format::VhostCommon => Box::new(AccessLog::with_virtual_host(AccessFormat::Common)),
            Format::VhostCombined => Box::new(AccessLog::with_virtual_host(AccessFormat::Combined)),
            Format::Nginx => Box::new(WebJson::nginx(zone)),
            Format::Caddy => Box::new(WebJson::caddy(zone)),
            Format::Traefik => Box::new(WebJson::traefik(zone)),
            Format::W3c => Box::new(W3cLog::new(zone)),
            Format::Haproxy => Box::new(HaproxyLog::new(zone)),
            Format::S3 => Box::new(ColumnLog::s3(zone)),
            Format::Elb => Box::new(ColumnLog::elb(zone)),
            Format::Alb => Box::new(ColumnLog::alb(zone)),
        }
    }
}

impl From<Format> for FormatChoice {
    fn from(format: Format) -> Self {
        Self::Named(format)
    }
}

impl From<FieldMap> for FormatChoice {
    fn from(map: FieldMap) -> Self {
        Self::Map(map)
    }
}

impl From<LineTemplate> for FormatChoice {
    fn from(template: LineTemplate) -> Self {
        Self::Template(template)
    }
}

impl From<LinePattern> for FormatChoice {
    fn from(pattern: LinePattern) -> Self {
        Self::Pattern(pattern)
    }
}
