//! Many tracks as HTML.

use std::io::{self, Write};

use askama::Template;
use tracking_core::{Cursor, Order, Query, TrackRef};

use super::page::close;
use super::value::write;
use crate::cells::TrackCells;
use crate::format::{Visible, rows_of_all};
use crate::model::{TrackColumn, TrackList};
use crate::{Column, Context};

#[derive(Template)]
#[template(path = "tracks_open.html")]
struct Open<'a> {
    list: &'a TrackList,
    heading: Option<&'a str>,
    all: Option<String>,
    time: String,
    orders: Vec<OrderLink>,
    id_sort: Option<&'static str>,
    time_sort: Option<&'static str>,
    context: &'a Context<'a>,
    is_empty: bool,
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
    cells: TrackCells,
    columns: &'a [Column],
}

#[derive(Template)]
#[template(path = "tracks_close.html")]
struct Close {
    is_empty: bool,
    has_heading: bool,
    rows: Option<String>,
    first: Option<String>,
    next: Option<String>,
}

/// The context of a list of tracks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Placement {
    /// A fragment.
    Fragment,
    /// A whole page.
    Page,
    /// A part of another view, as an example: without a count, with a link to all
    /// tracks.
    View,
}

/// The table of a list of tracks, for callers that get one track at a time, such as the
/// visitor of a store; see [`HtmlRenderer::table`](super::HtmlRenderer::table).
#[derive(Debug)]
pub struct TrackTable<'w, 'c, W: Write + ?Sized> {
    out: &'w mut W,
    context: Context<'c>,
    list: TrackList,
    has_heading: bool,
    placement: Placement,
    count: u64,
}

impl<'w, 'c, W: Write + ?Sized> TrackTable<'w, 'c, W> {
    /// A table without rows; with a heading unless its title is the title of the view.
    pub(super) fn for_list(
        out: &'w mut W,
        context: Context<'c>,
        (list, has_heading): (&TrackList, bool),
        placement: Placement,
    ) -> Self {
        Self {
            out,
            context,
            list: list.clone(),
            has_heading,
            placement,
            count: 0,
        }
    }

    /// Writes a row.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn row(&mut self, track: &TrackRef<'_>) -> io::Result<()> {
        if self.count == 0 {
            self.open(false)?;
        }
        self.count += 1;
        let row = Row {
            cells: TrackCells::new(track, &self.list, &self.context, false),
            columns: self.context.columns(),
        };
        write(self.out, &row)
    }

    /// Writes the head of the table, or a sentence if it is empty.
    fn open(&mut self, is_empty: bool) -> io::Result<()> {
        let (list, context) = (&self.list, &self.context);
        let query = list.query();
        let order = query.map(Query::track_order);
        let direction = order.map(|order| {
            if order.is_descending() {
                "descending"
            } else {
                "ascending"
            }
        });
        let by_time = order.is_some_and(Order::is_by_time);
        let is_example = self.placement == Placement::View;
        let listed = query.filter(|_| !is_example);
        let open = Open {
            list,
            heading: self.has_heading.then(|| list.title()),
            all: query
                .filter(|_| is_example)
                .and_then(|query| context.tracks(query)),
            time: context.time_heading(),
            orders: listed.map_or_else(Vec::new, |query| orders(query, context)),
            id_sort: direction.filter(|_| !by_time && !is_example),
            time_sort: direction.filter(|_| by_time && !is_example),
            context,
            is_empty,
        };
        write(self.out, &open)
    }

    /// Ends the table, with how many rows there were and links to other pages, and the page
    /// where it is one.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn finish(self) -> io::Result<()> {
        let next = self.list.next();
        self.finish_at(next)
    }

    /// Does the same with the start of the next page, if it was not known before.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn finish_at(mut self, next: Option<Cursor>) -> io::Result<()> {
        let is_empty = self.count == 0;
        if is_empty {
            self.open(true)?;
        }
        let listed = self
            .list
            .query()
            .filter(|_| self.placement != Placement::View);
        let pages = listed.map(|query| self.context.pages(query, next));
        let (first, next) = pages.map_or((None, None), |pages| (pages.first, pages.next));
        let rows = rows_of_all(self.count, self.list.total(), self.context.terms().track());
        let rows = (self.placement != Placement::View).then_some(rows);
        let close_list = Close {
            is_empty,
            has_heading: self.has_heading,
            rows,
            first,
            next,
        };
        write(self.out, &close_list)?;
        match self.placement {
            Placement::Page => close(self.out),
            _ => Ok(()),
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
    let start = query.clone().from_the_start();
    let link = |(name, order)| {
        Some(OrderLink {
            name,
            href: context.tracks(&start.clone().order(order))?,
            current: query.track_order() == order,
        })
    };
    all.into_iter().filter_map(link).collect()
}
