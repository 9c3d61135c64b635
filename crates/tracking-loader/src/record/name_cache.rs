//! Names that come again and again share their text.

use tracking_core::{Result, TaskId, UserName};

/// The names seen last, so many at most.
#[derive(Clone, Debug, Default)]
pub(crate) struct NameCache {
    tasks: SlotCache<TaskId>,
    users: SlotCache<UserName>,
}

impl NameCache {
    /// This text as a task id.
    pub(crate) fn task(&mut self, text: &str) -> Result<TaskId> {
        self.tasks.get(text, |text| TaskId::new(text))
    }

    /// This text as a user name.
    pub(crate) fn user(&mut self, text: &str) -> Result<UserName> {
        self.users.get(text, |text| UserName::new(text))
    }
}

/// Each name has one place, which it takes from the name that was there.
#[derive(Clone, Debug)]
struct SlotCache<N>(Box<[Option<N>]>);

impl<N> Default for SlotCache<N> {
    fn default() -> Self {
        Self((0..Self::SLOTS).map(|_| None).collect())
    }
}

impl<N> SlotCache<N> {
    const SLOTS: usize = 1024;
}

impl<N: AsRef<str> + Clone> SlotCache<N> {
    fn get(&mut self, text: &str, make: impl Fn(&str) -> Result<N>) -> Result<N> {
        let Some(slot) = self.0.get_mut(slot_of(text) % Self::SLOTS) else {
            return make(text);
        };
        match slot {
            Some(name) if name.as_ref() == text => Ok(name.clone()),
            slot => Ok(slot.insert(make(text)?).clone()),
        }
    }
}

/// Spreads texts well enough; who sends texts that all share a place wins nothing.
fn slot_of(text: &str) -> usize {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut sum = text.len() as u64;
    let mut add = |word: u64| sum = (sum.rotate_left(5) ^ word).wrapping_mul(FACTOR);
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    for word in words {
        add(u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    add(u64::from_le_bytes(last));
    // The high bits are the mixed ones.
    usize::try_from(sum >> 40).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_itself_whatever_was_there_before() {
        let mut names = NameCache::default();
        for round in 0..3 {
            for n in 0..5000 {
                let text = format!("/path/{n}");
                assert_eq!(names.task(&text).unwrap().as_str(), text, "{round}");
                assert_eq!(names.user(&text).unwrap().as_str(), text, "{round}");
            }
        }
    }

    #[test]
    fn a_name_that_comes_again_shares_its_text() {
        let mut names = NameCache::default();
        let first = names.task("/a").unwrap();
        let again = names.task("/a").unwrap();
        assert!(std::ptr::eq(first.as_str(), again.as_str()));
    }

    #[test]
    fn what_is_no_name_is_refused_each_time() {
        let mut names = NameCache::default();
        assert!(names.task("").is_err());
        assert!(names.task("").is_err());
        assert!(names.user("").is_ok());
        assert!(names.user("a\0").is_err());
    }
}
