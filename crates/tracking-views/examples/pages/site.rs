//! Where names lead to on the made-up platform, and what they are called.

use chrono::NaiveDate;
use tracking_core::{Field, FieldValue, Query, RunId, TrackId};
use tracking_views::links::encode;
use tracking_views::{Links, Titles};

use super::course::LESSONS;

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
        let value = encode(value?.as_str());
        let field = encode(&field.to_string());
        Some(format!("tracks.html?field={field}&value={value}"))
    }

    fn tracks(&self, query: &Query) -> Option<String> {
        let after = query.cursor().ok()?;
        let after = after.map_or(String::new(), |after| format!("&after={after}"));
        Some(format!(
            "tracks.html?order={:?}{after}",
            query.track_order()
        ))
    }
}

/// What tasks and users are called.
pub(super) struct Titled;

impl Titles for Titled {
    fn task(&self, task: &str) -> Option<String> {
        let lesson = LESSONS.iter().find(|lesson| lesson.0 == task);
        lesson.map(|lesson| lesson.1.to_owned())
    }

    fn user(&self, user: &str) -> Option<String> {
        let known = [
            ("u-0001", "Ada Okafor"),
            ("u-0002", "Łukasz Żółć"),
            ("u-0003", "山田太郎"),
            ("u-0004", "Zoë Brontë"),
            ("u-0005", "Noor al-Din"),
        ];
        let name = known.iter().find(|known| known.0 == user);
        name.map(|name| name.1.to_owned())
    }
}
