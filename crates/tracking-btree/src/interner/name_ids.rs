//! Which names a query asks for, by their ids.

use crate::numbers::NameId;

/// Some names. Most queries ask for one, and that needs no room of its own.
#[derive(Debug)]
pub(crate) enum NameIds {
    One(NameId),
    /// Sorted.
    Several(Vec<NameId>),
    /// All but these, sorted.
    AllBut(Vec<NameId>),
}

impl FromIterator<NameId> for NameIds {
    fn from_iter<I: IntoIterator<Item = NameId>>(name_ids: I) -> Self {
        let mut name_ids = name_ids.into_iter();
        match (name_ids.next(), name_ids.next()) {
            (None, _) => Self::none(),
            (Some(only), None) => Self::One(only),
            (Some(first), Some(second)) => {
                let mut several: Vec<NameId> =
                    [first, second].into_iter().chain(name_ids).collect();
                several.sort_unstable();
                Self::Several(several)
            }
        }
    }
}

impl NameIds {
    pub(crate) fn none() -> Self {
        Self::Several(Vec::new())
    }

    /// Those that are listed: where that is [all but them](Self::AllBut), those left out.
    pub(crate) fn as_slice(&self) -> &[NameId] {
        match self {
            Self::One(name_id) => std::slice::from_ref(name_id),
            Self::Several(name_ids) | Self::AllBut(name_ids) => name_ids,
        }
    }

    /// Whether what is listed is what is asked for.
    pub(crate) fn is_list(&self) -> bool {
        !matches!(self, Self::AllBut(_))
    }

    /// Those of these, or of all where there are none, that are not excluded.
    pub(crate) fn without(wanted: Option<Self>, excluded: &Self) -> Self {
        match wanted {
            None => Self::AllBut(excluded.as_slice().to_vec()),
            Some(wanted) => {
                let stays = |name_id: &NameId| !excluded.contains(*name_id);
                wanted.as_slice().iter().copied().filter(stays).collect()
            }
        }
    }

    pub(crate) fn contains(&self, name_id: NameId) -> bool {
        match self {
            Self::One(only) => *only == name_id,
            Self::Several(name_ids) => name_ids.binary_search(&name_id).is_ok(),
            Self::AllBut(name_ids) => name_ids.binary_search(&name_id).is_err(),
        }
    }
}
