//! Links, titles of videos, and columns.

use std::collections::HashMap;

use anyhow::Result;
use chrono::NaiveDate;
use tracking_core::{
    Field, FieldValue, Query, RunId, RunQuery, TrackId, TrackRef, TrackingStorage,
    TrackingStorageExt,
};
use tracking_views::links::encode;
use tracking_views::{Links, Titles};

/// Pages that are in the same folder.
pub(super) struct Site;

impl Links for Site {
    fn home(&self) -> Option<String> {
        Some("overview.html".into())
    }

    fn task(&self, task: &str) -> Option<String> {
        Some(format!("task.html?task={}", encode(task)))
    }

    fn user(&self, user: &str) -> Option<String> {
        Some(format!("user.html?user={}", encode(user)))
    }

    fn run(&self, run: RunId) -> Option<String> {
        Some(format!("run.html?run={run}"))
    }

    fn track(&self, track: TrackId) -> Option<String> {
        Some(format!("track.html?track={track}"))
    }

    fn day(&self, day: NaiveDate) -> Option<String> {
        Some(format!("tracks.html?day={day}"))
    }

    fn field(&self, field: &Field, value: Option<&FieldValue>) -> Option<String> {
        let (field, value) = (encode(&field.to_string()), encode(value?.as_str()));
        Some(format!("tracks.html?field={field}&value={value}"))
    }

    fn tracks(&self, query: &Query) -> Option<String> {
        let after = query.cursor().ok()?;
        let after = after.map_or(String::new(), |after| format!("&after={after}"));
        let order = query.track_order();
        Some(format!("tracks.html?order={order:?}{after}"))
    }

    fn runs(&self, query: &RunQuery) -> Option<String> {
        Some(format!("runs.html?after={}", query.run_before()?))
    }
}

/// The names of videos in statements.
pub(super) struct Videos(HashMap<String, String>);

impl Videos {
    /// Looks into one statement of each video.
    pub(super) fn of(store: &dyn TrackingStorage) -> Result<Self> {
        let field = Field::from("object.definition.name.en-US");
        let mut titles = HashMap::new();
        for task in &store.task_ids()? {
            let one = Query::all().task(task.as_str()).limit(1);
            for track in store.query(&one)? {
                let title = track.data().as_ref().raw(&field).map(serde_json::from_str);
                if let Some(Ok(title)) = title {
                    titles.insert(task.to_string(), title);
                }
            }
        }
        Ok(Self(titles))
    }
}

impl Titles for Videos {
    fn task(&self, task: &str) -> Option<String> {
        self.0.get(task).cloned()
    }

    fn field(&self, field: &Field) -> Option<String> {
        (*field == Field::from(super::VERB)).then(|| "verb".into())
    }
}

/// The second of the video at which something was done.
pub(super) fn second(track: &TrackRef<'_>) -> String {
    let extension = |name: &str| {
        let name = format!("https://w3id.org/xapi/video/extensions/{name}");
        let field = Field::path(["result", "extensions", &name]);
        track.data().raw(&field)?.parse::<f64>().ok()
    };
    let second = extension("time").or_else(|| extension("time-from"));
    second.map_or(String::new(), |second| format!("{second:.0} s"))
}
