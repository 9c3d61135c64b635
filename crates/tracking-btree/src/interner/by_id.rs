//! Names by number, which readers share while they lend tracks.

use std::sync::Arc;

use crate::numbers::NameId;

/// How many names a page has.
const PAGE_SIZE: usize = 1024;

/// Names by number, in pages. A clone shares all of them and stays what it was: as long as there
/// is none, a name is put in where it belongs, else its page is copied first.
#[derive(Clone, Debug)]
pub(crate) struct NamesById<N>(Arc<Vec<Page<N>>>);

type Page<N> = Arc<[Option<N>]>;

impl<N> Default for NamesById<N> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<N: Clone> NamesById<N> {
    pub(crate) fn name(&self, name_id: NameId) -> Option<&N> {
        let page = self.0.get(name_id.index() / PAGE_SIZE)?;
        page.get(name_id.index() % PAGE_SIZE)?.as_ref()
    }

    pub(super) fn set(&mut self, name_id: NameId, name: Option<N>) {
        let (page, index) = (name_id.index() / PAGE_SIZE, name_id.index() % PAGE_SIZE);
        let pages = Arc::make_mut(&mut self.0);
        while pages.len() <= page {
            pages.push(vec![None; PAGE_SIZE].into());
        }
        let page = pages.get_mut(page).map(Arc::make_mut);
        if let Some(place) = page.and_then(|page| page.get_mut(index)) {
            *place = name;
        }
    }
}
