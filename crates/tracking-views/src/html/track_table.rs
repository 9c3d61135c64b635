//! Many tracks as HTML.

use std::io::{self, Write};

use askama::Template;
use tracking_core::{Cursor, Order, Query, TrackRef};

use super::page::close;
use super::value::write;
use crate::Context;
use crate::model::TrackList;
use crate::shown::{Label, Visible, When, from_the_start, rows_of_all, summary};

#[derive(Template)]
#[template(path = "tracks_open.html")]
struct Open<'a> {
    caption: &'a str,
    time: String,
    orders: Vec<OrderLink>,
    id_sort: Option<&'static str>,
    time_sort: Option<&'static str>,
    context: &'a Context<'a>,
}

/// A link to the same tracks in some order.
struct OrderLink {
    name: &'static str,
    href: String,
    current: bool,
}

#[derive(Template)]
#[template(path = "tracks_row.html")]
struct Row<'a> {
    id: Label,
    time: When,
    task: Label,
    run: Label,
    user: Label,
    own: Vec<Own<'a>>,
    data: &'a str,
}

/// A cell of a column of the program.
struct Own<'a> {
    title: &'a str,
    number: bool,
    text: String,
}

#[derive(Template)]
#[template(path = "tracks_close.html")]
struct Close {
    rows: String,
    first: Option<String>,
    next: Option<String>,
}

/// The table of a list of tracks, for who has no iterator but is handed one track after the
/// other, as the visitor of a store is; see [`Html::table`](super::Html::table).
#[derive(Debug)]
pub struct TrackTable<'w, 'c, W: Write + ?Sized> {
    out: &'w mut W,
    context: Context<'c>,
    query: Option<Query>,
    total: Option<u64>,
    next: Option<Cursor>,
    count: u64,
    is_page: bool,
}

impl<'w, 'c, W: Write + ?Sized> TrackTable<'w, 'c, W> {
    /// Begins a list of tracks as a fragment, in UTC.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn new(out: &'w mut W, list: &TrackList) -> io::Result<TrackTable<'w, 'static, W>> {
        super::Html::new().table(out, list, list)
    }

    /// Begins the table, and a page with it where `is_page`.
    pub(super) fn below(
        out: &'w mut W,
        context: Context<'c>,
        list: &TrackList,
        is_page: bool,
    ) -> io::Result<Self> {
        let order = list.query().map(Query::track_order);
        let direction = order.map(|order| {
            if order.is_descending() {
                "descending"
            } else {
                "ascending"
            }
        });
        let by_time = order.is_some_and(Order::is_by_time);
        let open = Open {
            caption: list.title(),
            time: context.time_heading(),
            orders: list
                .query()
                .map_or_else(Vec::new, |query| orders(query, &context)),
            id_sort: direction.filter(|_| !by_time),
            time_sort: direction.filter(|_| by_time),
            context: &context,
        };
        write(out, &open)?;
        Ok(Self {
            out,
            query: list.query().cloned(),
            total: list.total(),
            next: list.next(),
            count: 0,
            is_page,
            context,
        })
    }

    /// Writes a row.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn row(&mut self, track: &TrackRef<'_>) -> io::Result<()> {
        self.count += 1;
        let own = self.context.columns().iter().map(|own| Own {
            title: own.title(),
            number: own.is_aligned_right(),
            text: own.value(track),
        });
        let row = Row {
            id: self.context.track(track.id()),
            time: self.context.when(track.time()),
            task: self.context.task(track.task()),
            run: self.context.run(track.run()),
            user: self.context.user(track.user()),
            own: own.collect(),
            data: &summary(track.data()),
        };
        write(self.out, &row)
    }

    /// Ends the table, with how many rows there were and links to other pages, and the page
    /// where it is one.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn finish(self) -> io::Result<()> {
        let next = self.next;
        self.finish_at(next)
    }

    /// The same, where it has come out only now where the next page begins.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn finish_at(self, next: Option<Cursor>) -> io::Result<()> {
        let pages = self
            .query
            .as_ref()
            .map(|query| self.context.pages(query, next));
        let (first, next) = pages.map_or((None, None), |pages| (pages.first, pages.next));
        let rows = rows_of_all(self.count, self.total, "track", "tracks");
        write(self.out, &Close { rows, first, next })?;
        if self.is_page {
            close(self.out)
        } else {
            Ok(())
        }
    }
}

/// Links to the same tracks in every order, from the start.
fn orders(query: &Query, context: &Context<'_>) -> Vec<OrderLink> {
    let all = [
        ("Latest first", Order::TimeDescending),
        ("Earliest first", Order::Time),
        ("Newest id first", Order::IdDescending),
        ("By id", Order::Id),
    ];
    let start = from_the_start(query);
    let link = |(name, order)| {
        Some(OrderLink {
            name,
            href: context.tracks(&start.clone().order(order))?,
            current: query.track_order() == order,
        })
    };
    all.into_iter().filter_map(link).collect()
}
