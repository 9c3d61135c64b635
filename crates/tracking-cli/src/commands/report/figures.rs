//! The figures of a report, as `--json` prints them.

use serde::Serialize;
use tracking_core::{Group, GroupKey, Timestamp};
use tracking_loader::LoadSummary;

use super::report_data::ReportData;
use crate::queries::Panels;
use crate::schema::{
    Malformed, PanelOutput, Reason, TaskCount, UserCount, by_reason, panel_outputs, unlisted,
};

/// All figures of a report. The names of the fields are the keys of the JSON and must not change.
#[derive(Debug, Serialize)]
pub(super) struct Figures {
    /// All lines: blank ones, comments, valid and malformed ones.
    pub(super) lines: u64,
    /// Lines with nothing but white space.
    pub(super) blank: u64,
    /// Directives and comments, of formats that have such.
    pub(super) comments: u64,
    /// Lines that became requests.
    pub(super) valid: u64,
    /// Lines that could not be read.
    pub(super) malformed: u64,
    /// Valid lines that the criteria left out, as `--from`; of all below, only the others are counted.
    pub(super) out_of_range: u64,
    /// Requests: valid lines that were not left out.
    pub(super) requests: u64,
    /// Requests that have no path, and so are of no task.
    pub(super) requests_without_path: u64,
    /// Different users.
    pub(super) users: u64,
    /// Different paths.
    pub(super) paths: u64,
    /// Sessions.
    pub(super) sessions: u64,
    /// The time of the first request.
    pub(super) first: Option<Timestamp>,
    /// The time of the last request.
    pub(super) last: Option<Timestamp>,
    /// Requests per day in the time zone of the report, by day; days without any are left out.
    pub(super) per_day: Vec<Day>,
    /// The tasks with the most requests, and of equal ones those that sort first.
    pub(super) top_tasks: Vec<TaskCount>,
    /// The users with the most requests, and of equal ones those that sort first.
    pub(super) top_users: Vec<UserCount>,
    /// How many bytes were sent, where the log says so.
    pub(super) bytes: Option<u64>,
    /// What was counted by the values of data fields.
    pub(super) panels: Vec<PanelOutput>,
    /// Malformed lines by what is wrong with them.
    pub(super) malformed_by_reason: Vec<Reason>,
    /// The first of the malformed lines; `malformed` is the number of all.
    pub(super) malformed_lines: Vec<Malformed>,
    /// How many more of them there are.
    pub(super) malformed_lines_left_out: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct Day {
    pub(super) day: chrono::NaiveDate,
    pub(super) count: u64,
}

impl Figures {
    pub(super) fn new(loaded: &LoadSummary, data: &ReportData, panels: &Panels) -> Self {
        let (read, sums) = (&loaded.total, &data.sums);
        let day = |group: &Group| match group.key() {
            GroupKey::Day(day) => Some(Day {
                day: *day,
                count: group.count(),
            }),
            _ => None,
        };
        Self {
            lines: read.lines,
            blank: read.blank,
            comments: read.comments,
            valid: read.valid,
            malformed: read.malformed,
            out_of_range: read.filtered,
            requests: sums.numbers.tracks,
            requests_without_path: data.without_path,
            users: sums.numbers.users,
            paths: sums.numbers.tasks,
            sessions: sums.numbers.runs,
            first: sums.period.map(|period| period.0),
            last: sums.period.map(|period| period.1),
            per_day: sums.days.iter().filter_map(day).collect(),
            top_tasks: sums.tasks.iter().filter_map(TaskCount::of).collect(),
            top_users: sums.users.iter().filter_map(UserCount::of).collect(),
            bytes: panels.bytes(),
            panels: panel_outputs(panels),
            malformed_by_reason: by_reason(read),
            malformed_lines: loaded.rejects.iter().map(Malformed::from).collect(),
            malformed_lines_left_out: unlisted(loaded),
        }
    }
}
