//! The report on logs: read, load into a store, ask it, and show the answers.

mod figures;
mod store;
mod view;

use anyhow::Result;
use tracking_btree::BTreeStorage;
use tracking_logfile::{Loader, LogReader};

use crate::args::ReportArgs;
use crate::output;
use crate::progress::Bar;

/// Makes the report that was asked for.
pub(crate) fn run(args: &ReportArgs) -> Result<()> {
    let mut bar = Bar::new();
    let read = LogReader::new().read(&args.sources(), |progress| bar.show(progress));
    drop(bar);
    let (records, read) = read?;

    let store = BTreeStorage::new();
    let loaded = Loader::new(&store)
        .session_gap(args.session_gap)
        .within(args.range())
        .load(records)?;
    let asked = store::ask(&store, args.top)?;
    let figures = figures::Figures::new(&read, loaded, asked);
    let overview = view::overview(&figures, args);

    // The page goes first, so that it is there also where nobody reads the text to its end.
    if let Some(out) = &args.html {
        output::write_file(out, &view::page(&overview)?)?;
    }
    let shown = if args.json {
        serde_json::to_vec_pretty(&figures)?
    } else {
        view::text(&overview)?
    };
    output::print(&shown)
}
