//! The options of log readers.

use std::str::FromStr;

use anyhow::Result;
use clap::Args;
use tracking_core::{TimeRange, Timestamp};
use tracking_loader::{
    FieldMap, Format, FormatChoice, FormatOptions, IfUnsure, LinePattern, LineTemplate, Loader,
    SessionGap, TimeFormat,
};
use tracking_views::Terms;

use super::zone::ZoneChoice;

/// The options of log readers; the same for all commands that read logs.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "How logs are read")]
pub(crate) struct ReaderArgs {
    #[command(flatten)]
    format: Box<FormatArgs>,

    /// Start a new session after a longer pause than this, like `30m` or `1h 30m`
    #[arg(long, value_name = "LENGTH", default_value = "30m", value_parser = session_gap)]
    session_gap: SessionGap,

    /// Namespace for session ids found in a log; logs with the same OWNER share sessions. By
    /// default each log has its own, together with its rotated files
    #[arg(long, value_name = "OWNER")]
    sessions_of: Option<String>,

    /// What to do with lines that may have been loaded before, as they are the same in another log,
    /// but are too few to be certain. By default such a log is an error, and not loaded further
    #[arg(long, value_name = "WHAT")]
    if_unsure: Option<UnsureChoice>,
}

/// What to do with lines that may have been loaded before.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum UnsureChoice {
    /// Load them, as if they were new
    Load,
    /// Skip them, as if they had been loaded
    Skip,
}

/// The options that choose the format of logs.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "How logs are read")]
pub(crate) struct FormatArgs {
    /// The format of the lines, instead of finding it out: a name (`tracking`, `reference`, `access`,
    /// `common`, `combined`, `vhost-common`, `vhost-combined`, `nginx`, `caddy`, `traefik`, `w3c`,
    /// `haproxy`, `s3`, `elb`, `alb`), or the server's own words, as in its configuration: nginx's
    /// `log_format` or Apache's `LogFormat`
    #[arg(
        long,
        value_name = "FORMAT",
        conflicts_with_all = ["map", "pattern"]
    )]
    log_format: Option<LogFormat>,

    /// Lines are JSON, or CSV with a header, with these fields:
    /// `task=path,user=remote_user|remote_addr|"nobody",time=ts`
    #[arg(long, value_name = "MAP", conflicts_with = "pattern")]
    map: Option<FieldMap>,

    /// Lines are like this regular expression, with groups named `task`, `time`, and perhaps
    /// `user`, `run` and `key`
    #[arg(long, value_name = "REGEX")]
    pattern: Option<LinePattern>,

    /// How times are written, with --map or --pattern: `rfc3339`, `unix`, `unix-millis`,
    /// `unix-micros`, `clf`, or like `%d.%m.%Y %H:%M:%S`; a date alone is its midnight
    #[arg(long, value_name = "FORMAT")]
    time_format: Option<TimeFormat>,

    /// Time zone of times that a log gives without an offset
    #[arg(
        long,
        value_name = "ZONE",
        default_value = "UTC",
        allow_hyphen_values = true
    )]
    log_time_zone: ZoneChoice,
}

/// A format: its name, or a template of the server's configuration.
#[derive(Clone, Debug)]
enum LogFormat {
    Named(Format),
    Template(Box<LineTemplate>),
}

impl FromStr for LogFormat {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        Ok(if LineTemplate::is_likely(text) {
            Self::Template(Box::new(text.parse()?))
        } else {
            Self::Named(text.parse()?)
        })
    }
}

impl From<LogFormat> for FormatChoice {
    fn from(format: LogFormat) -> Self {
        match format {
            LogFormat::Named(format) => format.into(),
            LogFormat::Template(template) => (*template).into(),
        }
    }
}

impl FormatArgs {
    /// Returns what is wrong with the arguments, if anything.
    pub(crate) fn validate(&self) -> Option<String> {
        let is_used = self.map.is_some() || self.pattern.is_some();
        let is_idle = self.time_format.is_some() && !is_used;
        is_idle.then(|| "--time-format goes with --map or --pattern".to_owned())
    }

    /// Converts to the options of the loader.
    pub(crate) fn options(&self) -> FormatOptions {
        let zone = self.log_time_zone.zone(years());
        let options = FormatOptions::new().zone(zone);
        let options = match &self.time_format {
            Some(format) => options.time_format(format.clone()),
            None => options,
        };
        match (&self.log_format, &self.map, &self.pattern) {
            (Some(format), ..) => options.choose(format.clone()),
            (_, Some(map), _) => options.choose(map.clone()),
            (.., Some(pattern)) => options.choose(pattern.clone()),
            (None, None, None) => options,
        }
    }
}

impl ReaderArgs {
    /// Returns what is wrong with the arguments, if anything.
    pub(crate) fn validate(&self) -> Option<String> {
        self.format.validate()
    }

    /// Sets the options of a loader.
    pub(crate) fn on<'s>(&self, loader: Loader<'s>) -> Loader<'s> {
        let loader = loader
            .format(self.format.options())
            .session_gap(self.session_gap)
            .if_unsure(match self.if_unsure {
                None => IfUnsure::Refuse,
                Some(UnsureChoice::Load) => IfUnsure::Load,
                Some(UnsureChoice::Skip) => IfUnsure::Skip,
            });
        match &self.sessions_of {
            Some(owner) => loader.sessions_of(owner.as_str()),
            None => loader,
        }
    }

    /// A sentence that says what a run is.
    pub(crate) fn about_runs(&self, terms: &Terms) -> String {
        let (gap, run, user) = (self.gap(), terms.run().one(), terms.user().one());
        format!("A {run} is what one {user} does without a pause of more than {gap}.")
    }

    /// The session gap in words.
    pub(crate) fn gap(&self) -> String {
        let gap = self.session_gap.length().to_std().unwrap_or_default();
        humantime::format_duration(gap).to_string()
    }
}

/// The years that logs are of.
fn years() -> TimeRange {
    let last = Timestamp::from_secs(LAST_SECOND).unwrap_or(Timestamp::MAX);
    TimeRange::between(Timestamp::EPOCH, last)
}

/// That of the year 2099.
const LAST_SECOND: i64 = 4_102_444_799;

/// The longest pause within a session, like `30m`.
pub(crate) fn session_gap(text: &str) -> Result<SessionGap> {
    Ok(humantime::parse_duration(text)?.into())
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_session_gap_is_written_as_people_say_it() {
        let gap = session_gap("1h 30m").unwrap();
        assert_eq!(gap.length(), TimeDelta::minutes(90));
        assert_eq!(session_gap("0s").unwrap().length(), TimeDelta::zero());
        for text in ["", "30", "-30m", "soon", "99999999999999y"] {
            assert!(session_gap(text).is_err(), "{text}");
        }
    }
}
