//! Criteria that are understood wrongly.

use std::ops::ControlFlow;

use serde_json::{Value, json};
use tracking_core::{
    Cursor, FieldFilter, NameFilter, Number, NumberRange, Query, Result, TrackRef, Visitor,
};

use super::rewrite;
use super::wrap::{Right, Rules};

/// The filters of a query as JSON, each to be changed.
fn each_filter(query: &Query, change: impl Fn(&mut serde_json::Map<String, Value>)) -> Query {
    rewrite::query(query, |parts| {
        let filters = parts.get_mut("fields").and_then(Value::as_array_mut);
        let filters = filters.into_iter().flatten();
        filters.filter_map(Value::as_object_mut).for_each(change);
    })
}

/// Ignores what is excluded.
pub(super) struct IgnoresExclusions;

impl Rules for IgnoresExclusions {
    fn asking(&self, _right: &Right, query: &Query) -> Query {
        rewrite::query(query, |parts| {
            if let Some(parts) = parts.as_object_mut() {
                parts.retain(|name, _| !name.starts_with("except_"));
            }
        })
    }
}

/// Takes nothing to exclude for everything.
pub(super) struct ExcludesAllForNothing;

impl Rules for ExcludesAllForNothing {
    fn asking(&self, _right: &Right, query: &Query) -> Query {
        let mut excluded = [query.excluded_tasks(), query.excluded_users()].into_iter();
        if excluded.any(|names| names.is_some_and(NameFilter::is_empty)) {
            return query.clone().runs([]);
        }
        query.clone()
    }
}

/// Leaves tracks without the field out where one of its values is excluded, as SQL does.
pub(super) struct ExclusionWantsTheField;

impl Rules for ExclusionWantsTheField {
    fn asking(&self, _right: &Right, query: &Query) -> Query {
        let filters = query.field_filters().iter();
        let inverted = filters.filter(|filter| filter.is_inverted() && !filter.is_presence());
        inverted.fold(query.clone(), |query, filter| {
            query.has_field(filter.field())
        })
    }
}

/// Lets a star stand for all but slashes, as shells do.
pub(super) struct StarsStopAtSlashes;

impl Rules for StarsStopAtSlashes {
    fn asking(&self, right: &Right, query: &Query) -> Query {
        let patterns = query.task_filter().map(NameFilter::name_patterns);
        if patterns.is_none_or(<[_]>::is_empty) {
            return query.clone();
        }
        let tasks = tracking_core::TrackingStorageExt::query(right, &Query::all());
        let tasks = tasks
            .unwrap_or_default()
            .into_iter()
            .map(|track| track.task().clone());
        let flat = tasks.filter(|task| !task.get(1..).is_some_and(|rest| rest.contains('/')));
        query.clone().tasks(flat.map(|task| task.to_string()))
    }
}

/// Takes a question mark in a pattern for itself.
pub(super) struct QuestionMarksAreThemselves;

impl Rules for QuestionMarksAreThemselves {
    fn asking(&self, _right: &Right, query: &Query) -> Query {
        rewrite::query(query, |parts| {
            for names in ["tasks", "users"] {
                let patterns = parts.pointer_mut(&format!("/{names}/patterns"));
                let patterns = patterns.and_then(Value::as_array_mut);
                for pattern in patterns.into_iter().flatten() {
                    *pattern = json!(pattern.as_str().unwrap_or_default().replace('?', "\u{1}"));
                }
            }
        })
    }
}

/// Tells 10 from 10.0: visits only the tracks whose numbers are written as asked.
pub(super) struct TellsEqualNumbersApart;

impl Rules for TellsEqualNumbersApart {
    fn visit(
        &self,
        right: &Right,
        query: &Query,
        visitor: &mut Visitor<'_>,
    ) -> Result<Option<Cursor>> {
        let is_as_asked = |track: &TrackRef<'_>, filter: &FieldFilter| {
            let first = filter.json_values().first().map(Value::to_string);
            filter.is_inverted() || first.as_deref() == track.data().raw(filter.field())
        };
        right.visit(query, &mut |track| {
            let mut filters = query.field_filters().iter();
            let is_number =
                |f: &&FieldFilter| f.json_values().first().is_some_and(Value::is_number);
            if filters.all(|f| !is_number(&f) || is_as_asked(&track, f)) {
                visitor(track)
            } else {
                ControlFlow::Continue(())
            }
        })
    }
}

/// Compares numbers as 64-bit floats.
pub(super) struct RoundsLargeIntegers;

impl Rules for RoundsLargeIntegers {
    fn asking(&self, _right: &Right, query: &Query) -> Query {
        each_filter(query, |filter| {
            let ranges = filter.get_mut("numbers").and_then(Value::as_array_mut);
            for range in ranges
                .into_iter()
                .flatten()
                .filter_map(Value::as_object_mut)
            {
                if let Some(end) = range.remove("more_than").and_then(|end| end.as_f64()) {
                    range.insert("at_least".to_owned(), json!(end + 2.0));
                }
            }
        })
    }
}

/// Leaves the ends of a range of numbers out.
pub(super) struct NumberRangesExcludeTheirEnds;

impl Rules for NumberRangesExcludeTheirEnds {
    fn asking(&self, _right: &Right, query: &Query) -> Query {
        each_filter(query, |filter| {
            let ranges = filter.get_mut("numbers").and_then(Value::as_array_mut);
            for range in ranges
                .into_iter()
                .flatten()
                .filter_map(Value::as_object_mut)
            {
                if let Some(end) = range.remove("at_most") {
                    range.insert("less_than".to_owned(), end);
                }
            }
        })
    }
}

/// Takes a text of digits for a number.
pub(super) struct TextsAreNumbers;

impl Rules for TextsAreNumbers {
    fn count(&self, right: &Right, query: &Query) -> Result<u64> {
        let [filter] = query.field_filters() else {
            return right.count(query);
        };
        let ranges: &[NumberRange] = filter.number_ranges();
        let mut more = 0;
        right.visit(&Query::all(), &mut |track| {
            let text = track.data().get(filter.field());
            let text = text.as_ref().and_then(Value::as_str);
            let number = text.and_then(Number::from_json);
            more += u64::from(number.is_some_and(|n| ranges.iter().any(|r| r.contains(n))));
            ControlFlow::Continue(())
        })?;
        Ok(right.count(query)? + more)
    }
}

/// Takes a field with the value null for a field that is not there.
pub(super) struct NullIsMissing;

impl Rules for NullIsMissing {
    fn asking(&self, _right: &Right, query: &Query) -> Query {
        let filters = query.field_filters().iter();
        let present = filters.filter(|filter| filter.is_presence() && !filter.is_inverted());
        present.fold(query.clone(), |query, filter| {
            query.except_field(filter.field(), Value::Null)
        })
    }
}
