//! Recognises web logs, and assets in them.

use anyhow::Result;
use tracking_core::{
    DataRef, Field, NameFilter, Order, Query, TrackingStorage, TrackingStorageExt,
};
use tracking_loader::NO_PATH;
use tracking_views::Terms;

/// The number of the latest tracks that are examined.
const SAMPLE_SIZE: usize = 100;

/// The endings of the paths of assets, in lower case.
const ASSETS: [&str; 27] = [
    "avif",
    "bmp",
    "css",
    "eot",
    "gif",
    "ico",
    "jpeg",
    "jpg",
    "js",
    "map",
    "mjs",
    "mp3",
    "mp4",
    "ogg",
    "otf",
    "png",
    "svg",
    "tif",
    "tiff",
    "ttf",
    "wasm",
    "wav",
    "webm",
    "webmanifest",
    "webp",
    "woff",
    "woff2",
];

/// Whether tracks come from the log of a web server: at least half of the latest 100 have an HTTP
/// status in the field `status`, and `method`, `request` or `host`.
pub(crate) fn is_web_log(store: &dyn TrackingStorage, query: &Query) -> Result<bool> {
    let latest = query
        .clone()
        .order(Order::TimeDescending)
        .limit(SAMPLE_SIZE);
    let (mut requests, mut tracks) = (0_usize, 0_usize);
    store.for_each(&latest, |track| {
        tracks += 1;
        requests += usize::from(is_request(track.data()));
    })?;
    Ok(tracks > 0 && requests * 2 >= tracks)
}

fn is_request(data: DataRef<'_>) -> bool {
    let has = |name: &str| data.raw(&Field::key(name)).is_some();
    let status = data.raw(&Field::key("status")).and_then(status);
    status.is_some() && (has("method") || has("request") || has("host"))
}

/// An HTTP status in its canonical text; some log formats keep it as text.
pub(crate) fn status(json: &str) -> Option<u16> {
    let status: u16 = json.trim_matches('"').parse().ok()?;
    (100..600).contains(&status).then_some(status)
}

/// The names of the tasks that are assets: their endings are in lower case, in upper case, or
/// capitalised.
pub(crate) fn assets() -> NameFilter {
    let endings = ASSETS.iter().flat_map(|ending| spellings(ending));
    NameFilter::patterns(endings.map(|ending| format!("*.{ending}")))
}

/// Whether a path is that of an asset, as [`assets`] has it.
pub(crate) fn is_asset(path: &str) -> bool {
    let Some((_, ending)) = path.rsplit_once('.') else {
        return false;
    };
    let lower = ending.to_ascii_lowercase();
    ASSETS.contains(&lower.as_str()) && spellings(&lower).contains(&ending.to_owned())
}

/// An ending in lower case, in upper case, and capitalised.
fn spellings(ending: &str) -> [String; 3] {
    let (first, rest) = ending.split_at_checked(1).unwrap_or((ending, ""));
    [
        ending.to_owned(),
        ending.to_ascii_uppercase(),
        format!("{}{rest}", first.to_ascii_uppercase()),
    ]
}

/// Whether a path is that of a page: one that is no asset, and not missing.
pub(crate) fn is_page(path: &str) -> bool {
    path != NO_PATH && !is_asset(path)
}

/// The query for the requests of assets only.
pub(crate) fn only_assets(query: Query) -> Query {
    query.tasks_in(assets())
}

/// The query for the requests of pages only.
pub(crate) fn pages(query: Query) -> Query {
    query.except_tasks_in(assets()).except_task(NO_PATH)
}

/// The words for tracks: those of web logs, or the default ones.
pub(crate) fn terms(is_web: bool) -> Terms {
    if is_web { Terms::web() } else { Terms::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use tracking_btree::BTreeStorage;

    fn store(requests: u32, others: u32) -> BTreeStorage {
        let store = BTreeStorage::new();
        for _ in 0..requests {
            let data = json!({"status": 200, "method": "GET"});
            store.save_data("/", "u", data).unwrap();
        }
        for _ in 0..others {
            store.save_data("/", "u", json!({"status": 200})).unwrap();
        }
        store
    }

    #[test]
    fn a_web_log_is_known_by_most_of_its_latest_tracks() {
        for (requests, others, is_web) in [(1, 0, true), (2, 2, true), (1, 2, false), (0, 0, false)]
        {
            let found = is_web_log(&store(requests, others), &Query::all()).unwrap();
            assert_eq!(found, is_web, "{requests} {others}");
        }
    }

    #[test]
    fn a_status_is_a_number_or_a_text_of_three_digits() {
        for (json, expected) in [
            ("200", Some(200)),
            ("\"404\"", Some(404)),
            ("99", None),
            ("600", None),
            ("\"ok\"", None),
            ("200.5", None),
        ] {
            assert_eq!(status(json), expected, "{json}");
        }
    }

    #[test]
    fn assets_are_known_by_their_endings() {
        let assets = assets();
        for (path, is_asset) in [
            ("/a.css", true),
            ("/font.woff2", true),
            ("/a.png", true),
            ("/LOGO.PNG", true),
            ("/Logo.Jpg", true),
            ("/a.min.js", true),
            ("/logo.PnG", false),
            ("/.", false),
            ("/png", false),
            ("/", false),
            ("/a.html", false),
            ("/css", false),
        ] {
            assert_eq!(assets.matches(path), is_asset, "{path}");
            assert_eq!(super::is_asset(path), is_asset, "{path}");
        }
    }
}
