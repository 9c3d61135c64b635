//! Posting lists: the track numbers of each name.

use super::rows::{NONE, Row};

/// Track numbers by task, user, run and value of the indexed field, and the users of each task.
#[derive(Default)]
pub(super) struct Lists {
    pub(super) by_task: Vec<Vec<u32>>,
    pub(super) by_user: Vec<Vec<u32>>,
    pub(super) by_run: Vec<Vec<u32>>,
    pub(super) by_page: Vec<Vec<u32>>,
    pub(super) task_users: Vec<Vec<u32>>,
}

fn list(lists: &mut Vec<Vec<u32>>, number: u32) -> &mut Vec<u32> {
    let place = number as usize;
    if lists.len() <= place {
        lists.resize_with(place + 1, Vec::new);
    }
    &mut lists[place]
}

impl Lists {
    pub(super) fn add(&mut self, number: u32, row: &Row) {
        list(&mut self.by_task, row.task).push(number);
        list(&mut self.by_user, row.user).push(number);
        list(&mut self.by_run, row.run).push(number);
        if row.page != NONE {
            list(&mut self.by_page, row.page).push(number);
        }
    }

    pub(super) fn add_user(&mut self, row: &Row) {
        list(&mut self.task_users, row.task).push(row.user);
    }

    pub(super) fn add_page(&mut self, number: u32, page: u32) {
        let numbers = list(&mut self.by_page, page);
        if let Err(place) = numbers.binary_search(&number) {
            numbers.insert(place, number);
        }
    }

    pub(super) fn clear(&mut self) {
        let all = [
            &mut self.by_task,
            &mut self.by_user,
            &mut self.by_run,
            &mut self.by_page,
            &mut self.task_users,
        ];
        all.into_iter().flatten().for_each(Vec::clear);
    }
}
