//! What the `#Fields` directive says.

use std::fmt;

/// The fields of the lines that follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fields(Vec<(String, Field)>);

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Date,
    Time,
    User,
    Host,
    HostName,
    Path,
    Query,
    Uri,
    Agent,
    Method,
    Protocol,
    Referer,
    VirtualHost,
    Status,
    Bytes,
    Port,
    /// Something else, under its own name.
    Other(String),
}

impl Fields {
    /// Takes names of fields; nothing where no line could have a time.
    pub(super) fn of(text: &str) -> Option<Self> {
        let named = |name: &str| (name.to_owned(), Field::of(name));
        let mut fields: Vec<_> = text.split_ascii_whitespace().map(named).collect();
        // Local times count where there are no others.
        for (field, local) in [(Field::Date, "date-local"), (Field::Time, "time-local")] {
            if !fields.iter().any(|(_, other)| *other == field) {
                let mut named = fields.iter_mut();
                let found = named.find(|(name, _)| name.eq_ignore_ascii_case(local));
                if let Some((_, found)) = found {
                    *found = field;
                }
            }
        }
        let timed = fields.iter().any(|(_, field)| *field == Field::Time);
        timed.then_some(Self(fields))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Field> {
        self.0.iter().map(|(_, field)| field)
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }
}

/// The names, as they stood there.
impl fmt::Display for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        f.write_str(&names.join(" "))
    }
}

impl Field {
    fn of(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "date" => Self::Date,
            "time" => Self::Time,
            "cs-username" | "c-username" => Self::User,
            "c-ip" => Self::Host,
            "c-dns" => Self::HostName,
            "cs-uri-stem" => Self::Path,
            "cs-uri-query" => Self::Query,
            "cs-uri" => Self::Uri,
            "cs(user-agent)" | "c-user-agent" => Self::Agent,
            "cs-method" => Self::Method,
            "cs-version" | "cs-protocol-version" => Self::Protocol,
            "cs(referer)" | "cs(referrer)" | "c-referrer" => Self::Referer,
            "cs-host" | "cs(host)" => Self::VirtualHost,
            "sc-status" | "c-status" => Self::Status,
            "sc-bytes" => Self::Bytes,
            "s-port" => Self::Port,
            _ => Self::Other(name.to_owned()),
        }
    }
}
