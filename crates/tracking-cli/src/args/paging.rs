//! Order, limit and cursor of a list.

use anyhow::{Result, bail};
use clap::Args;
use tracking_core::{Cursor, Order, Query};

use super::format::Format;

/// The number of rows in text and HTML if no limit is given.
const DEFAULT_PAGE_SIZE: usize = 100;

/// Order, limit and cursor of a list.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Order and pages")]
pub(crate) struct Paging {
    /// Sort by id, -id, time or -time; a minus puts the highest or latest first [default: -time]
    #[arg(long, value_name = "ORDER", value_parser = order, allow_hyphen_values = true)]
    order: Option<Order>,

    /// Show at most N, or `all` [default: 100 in text and html, else all]
    #[arg(long, value_name = "N", value_parser = limit)]
    limit: Option<Limit>,

    /// Continue after this cursor, which the previous page has printed
    #[arg(long, value_name = "CURSOR")]
    after: Option<Cursor>,
}

/// The number of rows to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    All,
    Count(usize),
}

impl Limit {
    /// The given limit, or the default of a format; `None` means all.
    pub(crate) fn or_default(given: Option<Self>, format: Format) -> Option<usize> {
        match given {
            Some(Self::All) => None,
            Some(Self::Count(limit)) => Some(limit),
            None => format.is_for_people().then_some(DEFAULT_PAGE_SIZE),
        }
    }
}

impl Paging {
    /// The query with this order, limit and cursor.
    pub(crate) fn of(self, query: Query, format: Format) -> Query {
        let query = query.order(self.order());
        let query = match self.after {
            Some(cursor) => query.after(cursor),
            None => query,
        };
        match Limit::or_default(self.limit, format) {
            Some(limit) => query.limit(limit),
            None => query,
        }
    }

    /// The given order, else the order of the cursor, else the latest first.
    fn order(self) -> Order {
        let cursor = self.after.map(|cursor| cursor.order());
        self.order.or(cursor).unwrap_or(Order::TimeDescending)
    }

    pub(crate) fn validate(self) -> Option<String> {
        let after = self.after?;
        (after.order() != self.order()).then(|| {
            format!("--after {after} is of another --order; leave --order out to go on in it")
        })
    }
}

fn order(text: &str) -> Result<Order> {
    match text {
        "id" => Ok(Order::Id),
        "-id" => Ok(Order::IdDescending),
        "time" => Ok(Order::Time),
        "-time" => Ok(Order::TimeDescending),
        _ => bail!("it is one of id, -id, time, -time"),
    }
}

/// Parses a number, or `all`.
pub(crate) fn limit(text: &str) -> Result<Limit> {
    match text {
        "all" => Ok(Limit::All),
        _ => Ok(Limit::Count(text.parse()?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paging(order: Option<Order>, after: Option<&str>) -> Paging {
        let after = after.map(|text| text.parse().unwrap());
        Paging {
            order,
            limit: None,
            after,
        }
    }

    #[test]
    fn a_cursor_brings_its_order() {
        let query = paging(None, Some("id.7")).of(Query::all(), Format::Json);
        assert_eq!(query.track_order(), Order::Id);
        assert!(query.cursor().is_ok());
        let query = paging(None, None).of(Query::all(), Format::Json);
        assert_eq!(query.track_order(), Order::TimeDescending);
    }

    #[test]
    fn a_cursor_of_another_order_is_a_fault() {
        assert!(paging(Some(Order::Time), Some("id.7")).validate().is_some());
        assert!(paging(Some(Order::Id), Some("id.7")).validate().is_none());
    }

    #[test]
    fn people_are_shown_a_page_and_programs_all() {
        let limit = |format| paging(None, None).of(Query::all(), format).max_tracks();
        assert_eq!(
            (limit(Format::Text), limit(Format::Html)),
            (Some(100), Some(100))
        );
        assert_eq!((limit(Format::Csv), limit(Format::Jsonl)), (None, None));
    }
}
