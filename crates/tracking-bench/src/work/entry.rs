//! A track with its names, ready for a store.

use serde_json::{Map, Value};

use super::names::at;
use super::{Kind, Names, Record};

/// A parsed JSON object.
pub type Object = Map<String, Value>;

const ACTIONS: [&str; 4] = ["view", "edit", "done", "open"];

/// A track with its names.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Entry<'w> {
    /// Task id.
    pub task: &'w str,
    /// User name.
    pub user: &'w str,
    /// Run id.
    pub run: u64,
    /// Time in seconds since 1970.
    pub time: i64,
    /// Value of the indexed field.
    pub page: &'w str,
    ms: u16,
    kind: Kind,
}

impl<'w> Entry<'w> {
    /// Adds the names to a record.
    pub fn new(names: &'w Names, record: &Record) -> Self {
        Self {
            task: at(names.tasks(), record.task),
            user: at(names.users(), record.user),
            run: record.run.into(),
            time: record.time,
            page: at(names.pages(), record.page),
            ms: record.ms,
            kind: record.kind,
        }
    }

    /// The data as compact JSON text, keys in the order in which a program writes them.
    pub fn text(&self) -> String {
        let (page, ms) = (self.page, self.ms);
        match self.kind {
            Kind::Full(action) => {
                let action = action_of(action);
                format!(r#"{{"action":"{action}","page":"{page}","ms":{ms}}}"#)
            }
            Kind::Patch(true) => format!(r#"{{"done":true,"page":"{page}","ms":{ms}}}"#),
            Kind::Patch(false) => format!(r#"{{"done":true,"ms":{ms}}}"#),
        }
    }

    /// The data as a parsed object.
    pub fn object(&self) -> Object {
        let mut object = Object::new();
        match self.kind {
            Kind::Full(action) => object.insert("action".into(), action_of(action).into()),
            Kind::Patch(_) => object.insert("done".into(), true.into()),
        };
        if self.kind != Kind::Patch(false) {
            object.insert("page".into(), self.page.into());
        }
        object.insert("ms".into(), self.ms.into());
        object
    }
}

fn action_of(number: u8) -> &'static str {
    ACTIONS.get(usize::from(number)).copied().unwrap_or("view")
}

#[cfg(test)]
mod tests {
    use super::super::{Generator, Shape};
    use super::*;

    #[test]
    fn text_and_object_hold_the_same() {
        let names = Names::new(Shape::Skewed, 100);
        let mut generator = Generator::new(Shape::Skewed, &names);
        for _ in 0..100 {
            let track = generator.track();
            for record in [track, generator.patch(&track)] {
                let entry = Entry::new(&names, &record);
                let parsed: Object = serde_json::from_str(&entry.text()).unwrap();
                assert_eq!(parsed, entry.object());
            }
        }
    }
}
