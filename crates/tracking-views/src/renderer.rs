//! What the renderers share: the walk over the parts of a view.

use std::io::{self, Write};

use tracking_core::{Query, RunQuery};

use crate::Context;
use crate::describe::{Criterion, describe, describe_runs, exclusions};
use crate::model::{Part, View};
use crate::terms::Term;

/// A format that views are written in: it writes each part, the walk over them is the same for all.
pub(crate) trait Renderer {
    /// The viewer and the program that views are written for.
    fn context(&self) -> &Context<'_>;

    /// Writes a part that is not empty.
    fn write_part<W: Write + ?Sized>(&self, out: &mut W, part: &Part<'_>) -> io::Result<()>;

    /// Writes the criteria of a query for what `of` names.
    fn write_criteria<W: Write + ?Sized>(
        &self,
        out: &mut W,
        criteria: &[Criterion],
        of: &Term,
    ) -> io::Result<()>;

    /// Writes all parts of a view.
    fn write_view<W: Write + ?Sized>(&self, out: &mut W, view: &dyn View) -> io::Result<()> {
        let parts = view.parts(self.context());
        // The criteria of a query include the exclusions.
        if !parts.iter().any(Part::is_query) {
            let criterion = exclusions(self.context());
            let track = self.context().terms().track();
            criterion.map_or(Ok(()), |one| self.write_criteria(out, &[one], track))?;
        }
        self.write_parts(out, &parts)
    }

    /// Writes the parts that are not empty.
    fn write_parts<W: Write + ?Sized>(&self, out: &mut W, parts: &[Part<'_>]) -> io::Result<()> {
        let mut parts = parts.iter().filter(|part| !part.is_empty());
        parts.try_for_each(|part| self.write_part(out, part))
    }

    /// Writes the criteria of a query for tracks.
    fn write_query<W: Write + ?Sized>(&self, out: &mut W, query: &Query) -> io::Result<()> {
        let context = self.context();
        self.write_criteria(out, &describe(query, context), context.terms().track())
    }

    /// Writes the criteria of a query for runs.
    fn write_run_query<W: Write + ?Sized>(&self, out: &mut W, query: &RunQuery) -> io::Result<()> {
        let context = self.context();
        self.write_criteria(out, &describe_runs(query, context), context.terms().run())
    }
}
