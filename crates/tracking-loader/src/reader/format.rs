//! The formats by their names.

use std::fmt;
use std::str::FromStr;

/// A format that needs nothing but its name.
///
/// ```
/// use tracking_loader::Format;
///
/// assert_eq!("combined".parse::<Format>()?, Format::Combined);
/// assert_eq!(Format::Access.to_string(), "access");
/// assert!("apache".parse::<Format>().unwrap_err().to_string().contains("vhost-combined"));
/// # Ok::<(), tracking_loader::UnknownFormat>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Our own: a JSON object with key, task, run, user, time and data.
    Tracking,
    /// The record of the reference system: `time;001;principal;node;target;view;params`.
    Reference,
    /// Common or Combined, with or without a virtual host and its port, found out line by line.
    Access,
    /// The Common Log Format of web servers.
    Common,
    /// The Combined one, which has referer and agent.
    Combined,
    /// The Common one with a virtual host in front.
    VhostCommon,
    /// The Combined one with a virtual host in front.
    VhostCombined,
    /// JSON objects whose fields are named as nginx's variables are.
    Nginx,
    /// The JSON access log of Caddy.
    Caddy,
    /// The JSON access log of Traefik.
    Traefik,
    /// The W3C Extended format, as IIS writes it.
    W3c,
    /// The HTTP log of `HAProxy`.
    Haproxy,
    /// The server access log of Amazon S3.
    S3,
    /// The access log of Amazon's Classic Load Balancer.
    Elb,
    /// The access log of Amazon's Application Load Balancer.
    Alb,
}

impl Format {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Tracking,
        Self::Reference,
        Self::Access,
        Self::Common,
        Self::Combined,
        Self::VhostCommon,
        Self::VhostCombined,
        Self::Nginx,
        Self::Caddy,
        Self::Traefik,
        Self::W3c,
        Self::Haproxy,
        Self::S3,
        Self::Elb,
        Self::Alb,
    ];

    /// Its name, as in `--format`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tracking => "tracking",
            Self::Reference => "reference",
            Self::Access => "access",
            Self::Common => "common",
            Self::Combined => "combined",
            Self::VhostCommon => "vhost-common",
            Self::VhostCombined => "vhost-combined",
            Self::Nginx => "nginx",
            Self::Caddy => "caddy",
            Self::Traefik => "traefik",
            Self::W3c => "w3c",
            Self::Haproxy => "haproxy",
            Self::S3 => "s3",
            Self::Elb => "elb",
            Self::Alb => "alb",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A name that no format has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no log format {name:?}; take one of {}, or the server's own log format, such as \
     '$remote_addr [$time_local] \"$request\"' or '%h %t \"%r\"'",
    names()
)]
#[non_exhaustive]
pub struct UnknownFormat {
    /// The name.
    pub name: String,
}

fn names() -> String {
    let names: Vec<_> = Format::ALL.iter().map(|format| format.name()).collect();
    names.join(", ")
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        let found = Self::ALL.iter().find(|format| format.name() == name);
        found.copied().ok_or_else(|| UnknownFormat {
            name: name.to_owned(),
        })
    }
}
