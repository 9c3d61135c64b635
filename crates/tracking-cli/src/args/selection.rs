//! Which records of logs are loaded.

use std::str::FromStr;

use anyhow::bail;
use clap::Args;
use serde_json::Value;
use tracking_core::Query;
use tracking_logfile::{LogFilter, NamePattern};

use super::data::{DataValue, data_value};
use super::filters::{Period, with_data};
use super::when::ZoneArg;

/// What records must be, and must not be.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which records")]
pub(crate) struct SelectionArgs {
    /// Load only records of tasks like this, as `/lesson*`; may be given again for more of them,
    /// like all of these
    #[arg(long, value_name = "PATTERN")]
    only_task: Vec<String>,

    /// Leave out records of tasks like this, as `*.css`
    #[arg(long, value_name = "PATTERN")]
    except_task: Vec<String>,

    /// Load only records of users like this
    #[arg(long, value_name = "PATTERN")]
    only_user: Vec<String>,

    /// Leave out records of users like this
    #[arg(long, value_name = "PATTERN")]
    except_user: Vec<String>,

    /// Load only records with this status: `200`, `2xx`, or `200-304`
    #[arg(long, value_name = "STATUS")]
    only_status: Vec<Status>,

    /// Leave out records with this status
    #[arg(long, value_name = "STATUS")]
    except_status: Vec<Status>,

    /// Load only records whose data has this value: JSON, or else text
    #[arg(long, value_name = "KEY=VALUE", value_parser = data_value)]
    only_data: Vec<DataValue>,

    /// Leave out records whose data has this value
    #[arg(long, value_name = "KEY=VALUE", value_parser = data_value)]
    except_data: Vec<DataValue>,

    #[command(flatten)]
    period: Period,

    #[command(flatten)]
    zone: ZoneArg,
}

/// From one status to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Status(u16, u16);

impl SelectionArgs {
    /// Says what cannot be meant.
    pub(crate) fn fault(&self) -> Option<String> {
        self.period.fault(self.zone.time_zone)
    }

    /// The filter that is meant.
    pub(crate) fn filter(&self) -> LogFilter {
        let mut only = with_data(Query::all(), &self.only_data);
        if self.period.is_given() {
            only = only.within(self.period.range(self.zone.time_zone));
        }
        if !self.only_status.is_empty() {
            only = only.field_in("status", values(&self.only_status));
        }
        let mut filter = LogFilter::new().only(only);
        if !self.except_status.is_empty() {
            let status = values(&self.except_status);
            filter = filter.except(Query::all().field_in("status", status));
        }
        for data in &self.except_data {
            filter = filter.except(Query::all().field(&data.field, data.value.clone()));
        }
        let like = |pattern: &String| NamePattern::new(pattern);
        let tasks = self.only_task.iter().map(like);
        filter = tasks.fold(filter, LogFilter::only_tasks);
        let tasks = self.except_task.iter().map(like);
        filter = tasks.fold(filter, LogFilter::except_tasks);
        let users = self.only_user.iter().map(like);
        filter = users.fold(filter, LogFilter::only_users);
        let users = self.except_user.iter().map(like);
        users.fold(filter, LogFilter::except_users)
    }
}

/// All that a status may be in the data: some formats keep it as text.
fn values(statuses: &[Status]) -> Vec<Value> {
    let numbers = statuses.iter().flat_map(|status| status.0..=status.1);
    let forms = |number: u16| [Value::from(number), Value::from(number.to_string())];
    numbers.flat_map(forms).collect()
}

impl FromStr for Status {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let class = text.strip_suffix("xx").and_then(|class| class.parse().ok());
        let (from, to) = match (class, text.split_once('-')) {
            (Some(class @ 1..=5), _) => (class * 100, class * 100 + 99),
            (None, Some((from, to))) => (from.parse()?, to.parse()?),
            (None, None) => {
                let status = text.parse()?;
                (status, status)
            }
            _ => bail!("the first digit of a status is 1 to 5"),
        };
        let is_status = |status| (100..=599).contains(&status);
        if !is_status(from) || !is_status(to) || from > to {
            bail!("a status lies between 100 and 599");
        }
        Ok(Self(from, to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_one_a_class_or_a_range() {
        for (text, from, to) in [("404", 404, 404), ("2xx", 200, 299), ("200-304", 200, 304)] {
            assert_eq!(text.parse::<Status>().unwrap(), Status(from, to), "{text}");
        }
        for text in [
            "", "6xx", "xx", "99", "600", "304-200", "a-b", "200-", "20x",
        ] {
            assert!(text.parse::<Status>().is_err(), "{text}");
        }
    }
}
