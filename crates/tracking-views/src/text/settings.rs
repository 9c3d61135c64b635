//! Settings that the renderer shares with its tables and parts.

use super::TextOptions;
use crate::Context;

/// The viewer, and the width and colours of the output.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings<'c> {
    pub(super) context: Context<'c>,
    pub(super) options: TextOptions,
}
