//! What tracks and runs are counted by, in SQL and back.

use tokio_postgres::Row;
use tokio_postgres::types::Type;
use tracking_core::{FieldValue, GroupBy, GroupKey, UserName, Zone};

use crate::conditions::field_text;
use crate::error::{Result, corrupt_row};
use crate::names::join;
use crate::rows::{self, run_id};
use crate::statement::Sql;
use crate::values::Time;

/// The expressions that tell the groups of one kind from each other: at most two.
pub(crate) fn expressions(sql: &mut Sql, by: &GroupBy) -> Vec<String> {
    match by {
        GroupBy::Task => vec!["t.task".to_owned(), "t.task_rest".to_owned()],
        GroupBy::User => vec!["t.username".to_owned(), "t.username_rest".to_owned()],
        GroupBy::Run => vec!["t.run".to_owned()],
        GroupBy::Field(field) => vec![field_text("t.data", field)],
        by => vec![period(sql, by)],
    }
}

/// One expression that is the same for all tracks of a group, and null for those without the
/// field.
pub(crate) fn distinct_expression(sql: &mut Sql, by: &GroupBy) -> String {
    match by {
        GroupBy::Task => "t.task || coalesce(t.task_rest, '')".to_owned(),
        GroupBy::User => "t.username || coalesce(t.username_rest, '')".to_owned(),
        by => expressions(sql, by).concat(),
    }
}

/// A number for each period, as [`GroupBy::period_number`] has it.
fn period(sql: &mut Sql, by: &GroupBy) -> String {
    let seconds = match by.zone() {
        Some(zone) => local_seconds(sql, zone),
        None => "0".to_owned(),
    };
    let day = format!("floor({seconds} / 86400.0)::bigint");
    match by {
        GroupBy::Hour(_) => format!("floor({seconds} / 3600.0)::bigint"),
        GroupBy::Week(_) => format!("floor(({day} + 3) / 7.0)::bigint"),
        GroupBy::Month(_) => format!(
            "(extract(year from date '1970-01-01' + ({day})::int) * 12 \
             + extract(month from date '1970-01-01' + ({day})::int))::bigint"
        ),
        GroupBy::HourOfDay(_) => {
            let hour = format!("floor({seconds} / 3600.0)::bigint");
            format!("((({hour} % 24) + 24) % 24)")
        }
        GroupBy::DayOfWeek(_) => format!("((({day} + 3) % 7 + 7) % 7)"),
        _ => day,
    }
}

/// Seconds since 1970 on the clocks of a zone, as a whole number.
fn local_seconds(sql: &mut Sql, zone: &Zone) -> String {
    // As a float, which is exact for whole seconds and takes half the time of a numeric. A float of a time
    // with microseconds would reach the next second where the year is far away.
    let seconds = "date_part('epoch', date_trunc('second', t.time))";
    if zone.changes().is_empty() {
        return format!("({seconds} + {})", zone.first_offset());
    }
    let times: Vec<Time> = zone.changes().iter().map(|(time, _)| Time(*time)).collect();
    let offsets = std::iter::once(zone.first_offset());
    let offsets: Vec<i32> = offsets
        .chain(zone.changes().iter().map(|(_, offset)| *offset))
        .collect();
    let times = sql.bind(times, Type::TIMESTAMPTZ_ARRAY);
    let offsets = sql.bind(offsets, Type::INT4_ARRAY);
    format!("({seconds} + ({offsets})[width_bucket(t.time, {times}) + 1])")
}

/// Reads the key of a group from the columns that [`expressions`] made; `sample` is the time of
/// any track of the group. Advances the column.
pub(crate) fn key(row: &Row, column: &mut usize, by: &GroupBy, sample: Time) -> Result<GroupKey> {
    let first = *column;
    match by {
        GroupBy::Task => {
            *column += 2;
            let task = rows::task(row, first)?;
            Ok(task.map_or(GroupKey::NoTask, GroupKey::Task))
        }
        GroupBy::User => {
            *column += 2;
            let name = join(row.try_get(first)?, row.try_get(first + 1)?);
            Ok(GroupKey::User(UserName::new(name)?))
        }
        GroupBy::Run => {
            *column += 1;
            Ok(GroupKey::Run(run_id(row.try_get(first)?)?))
        }
        GroupBy::Field(_) => {
            *column += 1;
            let value: Option<String> = row.try_get(first)?;
            Ok(GroupKey::Field(value.map(FieldValue::from_canonical)))
        }
        by => {
            *column += 1;
            let period = by.period_of(sample.0);
            period.ok_or_else(|| corrupt_row("track", "", "it has no period"))
        }
    }
}
