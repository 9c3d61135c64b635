//! Which panels to show.

use std::str::FromStr;

use anyhow::{Result, bail};
use tracking_core::Field;

/// A panel to show: how to count, and by which data field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PanelSpec {
    /// Its name, as `--panel` takes it.
    pub(crate) name: String,
    pub(crate) kind: PanelKind,
    pub(crate) field: Field,
    pub(crate) title: String,
    /// The heading of the column of its names.
    pub(crate) of: String,
}

/// How values of a field are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PanelKind {
    /// Tasks that are no assets.
    Pages,
    /// Tasks that are assets.
    Assets,
    /// Each value.
    Values,
    /// HTTP statuses by class, such as `2xx`.
    Classes,
    /// HTTP statuses, with their meaning.
    Statuses,
    /// The tasks of tracks with the status 404.
    NotFound,
    /// The hosts of addresses.
    Hosts,
    /// Browsers of user agents that are no robots.
    Browsers,
    /// Operating systems of user agents that are no robots.
    Systems,
    /// Robots among user agents.
    Robots,
}

/// The names of panels, for errors.
const PANELS: &str = "pages, assets, classes, status, not-found, referrers, browsers, systems, robots, or \
     field:NAME, class:NAME, host:NAME, browser:NAME, system:NAME, robot:NAME for a data field of any \
     name";

/// The panels of a web log.
const WEB: [&str; 9] = [
    "pages",
    "assets",
    "classes",
    "status",
    "not-found",
    "referrers",
    "browsers",
    "systems",
    "robots",
];

impl PanelSpec {
    /// The panels of a web log.
    pub(crate) fn web() -> Vec<Self> {
        WEB.iter().filter_map(|name| Self::named(name)).collect()
    }

    fn new(name: &str, (kind, field): (PanelKind, &str), title: &str, of: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            field: Field::from(field),
            title: title.to_owned(),
            of: of.to_owned(),
        }
    }

    fn named(name: &str) -> Option<Self> {
        let new = |kind, title, of| Self::new(name, kind, title, of);
        Some(match name {
            "pages" => new((PanelKind::Pages, "status"), "Top pages", "Page"),
            "assets" => new((PanelKind::Assets, "status"), "Top assets", "Asset"),
            "classes" => new((PanelKind::Classes, "status"), "Status classes", "Class"),
            "status" => new((PanelKind::Statuses, "status"), "Status codes", "Status"),
            "not-found" => new((PanelKind::NotFound, "status"), "Not found", "Page"),
            "referrers" => new((PanelKind::Hosts, "referer"), "Referring sites", "Site"),
            "browsers" => new((PanelKind::Browsers, "agent"), "Browsers", "Browser"),
            "systems" => new((PanelKind::Systems, "agent"), "Operating systems", "System"),
            "robots" => new((PanelKind::Robots, "agent"), "Robots", "Robot"),
            _ => return None,
        })
    }

    fn of_field(name: &str, kind: &str, field: &str) -> Option<Self> {
        let (kind, what) = match kind {
            "field" => return Some(Self::new(name, (PanelKind::Values, field), field, field)),
            "class" => (PanelKind::Classes, "classes"),
            "host" => (PanelKind::Hosts, "hosts"),
            "browser" => (PanelKind::Browsers, "browsers"),
            "system" => (PanelKind::Systems, "systems"),
            "robot" => (PanelKind::Robots, "robots"),
            _ => return None,
        };
        let title = format!("{field}: {what}");
        Some(Self::new(name, (kind, field), &title, field))
    }
}

impl FromStr for PanelSpec {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let found = match text.split_once(':') {
            Some((_, "")) => bail!("a data field follows the colon, as in field:verb"),
            Some((kind, field)) => Self::of_field(text, kind, field),
            None => Self::named(text),
        };
        match found {
            Some(panel) => Ok(panel),
            None => bail!("a panel is {PANELS}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panel_is_a_name_or_a_kind_with_a_field() {
        let read = |text: &str| text.parse::<PanelSpec>();
        assert_eq!(read("browsers").unwrap().field, Field::from("agent"));
        let verbs = read("field:verb.id").unwrap();
        assert_eq!(
            (verbs.kind, verbs.title.as_str(), verbs.name.as_str()),
            (PanelKind::Values, "verb.id", "field:verb.id")
        );
        assert_eq!(read("host:link").unwrap().kind, PanelKind::Hosts);
        for text in ["", "verb", "field:", "nothing:verb", "Browsers"] {
            assert!(read(text).is_err(), "{text}");
        }
        assert_eq!(PanelSpec::web().len(), WEB.len());
    }
}
