//! Panels: counts by the values of data fields.

mod counts;
mod spec;

use std::borrow::Cow;

use anyhow::Result;
use tracking_core::{Field, Query, TrackRef, TrackingStorage};
use tracking_loader::NO_PATH;

use counts::TopCounts;
pub(crate) use spec::{PanelKind, PanelSpec};

use crate::agents::{Agent, KnownAgents};
use crate::pages::each_track;
use crate::web;

/// Panels with their counts, and the bytes of all tracks.
#[derive(Debug)]
pub(crate) struct Panels {
    all: Vec<Panel>,
    /// The field of the bytes, and those of the panels: all are looked up in a track at once.
    fields: Vec<Field>,
    /// The indexes of the panels of each field.
    of_field: Vec<Vec<usize>>,
    bytes: u64,
    has_bytes: bool,
    known: KnownAgents,
}

/// A panel with its counts.
#[derive(Debug)]
pub(crate) struct Panel {
    pub(crate) spec: PanelSpec,
    pub(crate) counts: TopCounts,
}

impl Panels {
    /// Counts the tracks of a query; each panel keeps its `top` largest rows.
    pub(crate) fn query(
        store: &dyn TrackingStorage,
        query: &Query,
        specs: &[PanelSpec],
        top: usize,
    ) -> Result<Self> {
        let panel = |spec: &PanelSpec| Panel {
            spec: spec.clone(),
            counts: TopCounts::new(top),
        };
        let (fields, of_field) = by_field(specs);
        let mut panels = Self {
            all: specs.iter().map(panel).collect(),
            fields,
            of_field,
            bytes: 0,
            has_bytes: false,
            known: KnownAgents::default(),
        };
        let mut is_first_pass = true;
        let mut needs_pass = !specs.is_empty();
        while needs_pass {
            each_track(store, query, |track| {
                panels.add(&track, is_first_pass);
                Ok(())
            })?;
            is_first_pass = false;
            needs_pass = false;
            for panel in &mut panels.all {
                needs_pass |= panel.counts.next_pass();
            }
        }
        Ok(panels)
    }

    fn add(&mut self, track: &TrackRef<'_>, is_first_pass: bool) {
        let values = track.data().raw_all(&self.fields);
        let bytes = values.first().copied().flatten();
        let bytes: Option<u64> = bytes.and_then(|bytes| bytes.parse().ok());
        if is_first_pass {
            self.has_bytes |= bytes.is_some();
            self.bytes = self.bytes.saturating_add(bytes.unwrap_or(0));
        }
        let bytes = bytes.unwrap_or(0);
        for (json, panels) in values.into_iter().zip(&self.of_field) {
            let Some(json) = json else {
                continue;
            };
            for index in panels {
                if let Some(panel) = self.all.get_mut(*index)
                    && let Some(name) = name_of(panel.spec.kind, json, track, &mut self.known)
                {
                    panel.counts.add(&name, bytes);
                }
            }
        }
    }

    /// The panels that are not empty.
    pub(crate) fn shown(&self) -> impl Iterator<Item = &Panel> {
        let panels = self.all.iter();
        panels.filter(|panel| panel.counts.total() > 0)
    }

    /// Whether a panel of this kind is shown.
    pub(crate) fn has(&self, kind: PanelKind) -> bool {
        self.shown().any(|panel| panel.spec.kind == kind)
    }

    /// The bytes of all tracks, if any track has some.
    pub(crate) fn bytes(&self) -> Option<u64> {
        self.has_bytes.then_some(self.bytes)
    }
}

/// The field of the bytes first, and the other fields of panels, with the indexes of their panels.
fn by_field(specs: &[PanelSpec]) -> (Vec<Field>, Vec<Vec<usize>>) {
    let mut fields = vec![Field::key("bytes")];
    let mut of_field = vec![Vec::new()];
    for (index, spec) in specs.iter().enumerate() {
        let known = fields.iter().position(|field| *field == spec.field);
        if let Some(panels) = known.and_then(|known| of_field.get_mut(known)) {
            panels.push(index);
        } else {
            fields.push(spec.field.clone());
            of_field.push(vec![index]);
        }
    }
    (fields, of_field)
}

/// The row that a value counts for.
fn name_of<'a>(
    kind: PanelKind,
    json: &'a str,
    track: &TrackRef<'a>,
    known: &'a mut KnownAgents,
) -> Option<Cow<'a, str>> {
    match kind {
        PanelKind::Pages => web::is_page(track.task()).then(|| track.task().into()),
        PanelKind::Assets => web::is_asset(track.task()).then(|| track.task().into()),
        PanelKind::Values => Some(text_of(json)),
        PanelKind::Classes => {
            let class = web::status(json)? / 100;
            Some(class_name(class).into())
        }
        PanelKind::Statuses => Some(status_name(web::status(json)?)),
        PanelKind::NotFound => {
            let is_not_found = web::status(json)? == NOT_FOUND && track.task() != NO_PATH;
            is_not_found.then(|| Cow::Borrowed(track.task()))
        }
        PanelKind::Hosts => host_of(&text_of(json)).map(Cow::Owned),
        PanelKind::Browsers => match known.of_json(json) {
            Agent::Browser { browser, .. } => Some(browser.as_str().into()),
            _ => None,
        },
        PanelKind::Systems => match known.of_json(json) {
            Agent::Browser { system, .. } => Some(system.as_str().into()),
            _ => None,
        },
        PanelKind::Robots => match known.of_json(json) {
            Agent::Robot(name) => Some(name.as_str().into()),
            _ => None,
        },
    }
}

const NOT_FOUND: u16 = 404;

/// A value as text: a string without its quotes, anything else as JSON.
fn text_of(json: &str) -> Cow<'_, str> {
    if !json.starts_with('"') {
        return json.into();
    }
    serde_json::from_str::<String>(json).map_or(json.into(), Cow::Owned)
}

fn class_name(class: u16) -> &'static str {
    match class {
        1 => "1xx Informational",
        2 => "2xx Success",
        3 => "3xx Redirection",
        4 => "4xx Client errors",
        _ => "5xx Server errors",
    }
}

/// A status with its reason phrase, if it is common.
fn status_name(status: u16) -> Cow<'static, str> {
    let meaning = match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        410 => "Gone",
        413 => "Content Too Large",
        416 => "Range Not Satisfiable",
        429 => "Too Many Requests",
        499 => "Client Closed Request",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => return status.to_string().into(),
    };
    format!("{status} {meaning}").into()
}

/// The host of an address, in lower case and without its port.
fn host_of(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    if scheme.is_empty()
        || !scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-')
    {
        return None;
    }
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|c| c.is_ascii_digit()) => name,
        _ => host,
    };
    (!host.is_empty()).then(|| host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use tracking_btree::BTreeStorage;
    use tracking_core::TrackingStorageExt;

    #[test]
    fn the_host_of_an_address_is_without_port_and_user() {
        for (address, host) in [
            ("http://Example.com/a", Some("example.com")),
            ("https://u:p@example.com:8080?x", Some("example.com")),
            ("http://[::1]:80/", Some("[::1]")),
            ("android-app://com.google", Some("com.google")),
            ("example.com", None),
            ("://x", None),
            ("http://", None),
        ] {
            assert_eq!(host_of(address).as_deref(), host, "{address}");
        }
    }

    #[test]
    fn one_pass_fills_all_panels() {
        let store = BTreeStorage::new();
        let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0";
        for (task, status, referer) in [
            ("/a", 200, "http://x.org/"),
            ("/b", 404, "http://x.org/y"),
            ("/b", 404, "-"),
            ("/s.css", 200, "-"),
            (NO_PATH, 404, "-"),
        ] {
            let data = json!({"status": status, "bytes": 10, "referer": referer, "agent": agent});
            store.save_data(task, "u", data).unwrap();
        }
        store.save_data("/c", "u", json!({"verb": "read"})).unwrap();
        let mut specs = PanelSpec::web();
        specs.push("field:verb".parse().unwrap());
        let panels = Panels::query(&store, &Query::all(), &specs, 2).unwrap();
        let shown = panels.shown().map(|panel| {
            let rows = panel.counts.largest();
            let rows = rows.map(|(name, count, bytes)| format!("{name} {count} {bytes}"));
            format!(
                "{}: {}",
                panel.spec.title,
                rows.collect::<Vec<_>>().join(", ")
            )
        });
        assert_eq!(
            shown.collect::<Vec<_>>(),
            [
                "Top pages: /b 2 20, /a 1 10",
                "Top assets: /s.css 1 10",
                "Status classes: 4xx Client errors 3 30, 2xx Success 2 20",
                "Status codes: 404 Not Found 3 30, 200 OK 2 20",
                "Not found: /b 2 20",
                "Referring sites: x.org 2 20",
                "Browsers: Firefox 5 50",
                "Operating systems: Linux 5 50",
                "verb: read 1 0",
            ]
        );
        assert_eq!(panels.bytes(), Some(50));
        assert!(panels.has(PanelKind::Pages));
    }
}
