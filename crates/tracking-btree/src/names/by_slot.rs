//! Names by number, which readers share while they lend tracks.

use std::sync::Arc;

use crate::slots::Slot;

/// How many names a page has.
const PAGE: usize = 1024;

/// Names by number, in pages. A clone shares all of them and stays what it was: as long as there
/// is none, a name is put in where it belongs, else its page is copied first.
#[derive(Clone, Debug)]
pub(crate) struct BySlot<N>(Arc<Vec<Page<N>>>);

type Page<N> = Arc<[Option<N>]>;

impl<N> Default for BySlot<N> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<N: Clone> BySlot<N> {
    pub(crate) fn name(&self, slot: Slot) -> Option<&N> {
        let page = self.0.get(slot.index() / PAGE)?;
        page.get(slot.index() % PAGE)?.as_ref()
    }

    pub(super) fn set(&mut self, slot: Slot, name: Option<N>) {
        let (page, index) = (slot.index() / PAGE, slot.index() % PAGE);
        let pages = Arc::make_mut(&mut self.0);
        while pages.len() <= page {
            pages.push(vec![None; PAGE].into());
        }
        let page = pages.get_mut(page).map(Arc::make_mut);
        if let Some(place) = page.and_then(|page| page.get_mut(index)) {
            *place = name;
        }
    }
}
