//! Where the server is, and how long to wait for it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::Host;
use tracking_core::{Error, Result};

/// How long one host may take to accept a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an answer may take, unless the caller sets another limit.
pub(crate) const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a change waits for others that write to the same store.
pub(crate) const LOCK_TIMEOUT: Duration = Duration::from_secs(10);
/// How many connections are open at most.
pub(crate) const MAX_CONNECTIONS: usize = 8;
/// How long the system waits before it asks whether the server is still there.
const KEEPALIVES_IDLE: Duration = Duration::from_secs(30);

/// Everything that a connection needs.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) config: Config,
    /// Whether the connection string names a host.
    pub(crate) names_host: bool,
    pub(crate) max_connections: usize,
    pub(crate) connect_timeout: Duration,
    pub(crate) answer_timeout: Duration,
    pub(crate) lock_timeout: Duration,
    pub(crate) prepares: bool,
    pub(crate) reads_only: bool,
}

impl Settings {
    /// Reads a connection string: a URL or `key=value` pairs, as libpq takes them.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let config = Config::from_str(text).map_err(|error| {
            let reason = std::error::Error::source(&error)
                .map_or_else(|| error.to_string(), ToString::to_string);
            Error::invalid_name(
                "connection string",
                without_password(text),
                format!("{reason}; write it like postgres://user@host/database"),
            )
        })?;
        let connect_timeout = config.get_connect_timeout().copied();
        let names_host = !(config.get_hosts().is_empty() && config.get_hostaddrs().is_empty());
        let mut settings = Self {
            config,
            names_host,
            max_connections: MAX_CONNECTIONS,
            connect_timeout: connect_timeout.unwrap_or(CONNECT_TIMEOUT),
            answer_timeout: ANSWER_TIMEOUT,
            lock_timeout: LOCK_TIMEOUT,
            prepares: true,
            reads_only: false,
        };
        settings.complete();
        Ok(settings)
    }

    fn complete(&mut self) {
        let config = &mut self.config;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            config.host("localhost");
        }
        config.keepalives(true).keepalives_idle(KEEPALIVES_IDLE);
        if config.get_application_name().is_none() {
            config.application_name("tracking");
        }
    }

    /// One configuration for each host, in the order in which they are tried.
    pub(crate) fn hosts(&self) -> Vec<Config> {
        let hosts = self.config.get_hosts();
        let addresses = self.config.get_hostaddrs();
        let count = hosts.len().max(addresses.len());
        (0..count)
            .map(|place| {
                let mut one = copy_without_hosts(&self.config);
                if let Some(host) = hosts.get(place) {
                    match host {
                        Host::Tcp(name) => one.host(name),
                        #[cfg(unix)]
                        Host::Unix(folder) => one.host_path(folder),
                    };
                }
                if let Some(address) = addresses.get(place) {
                    one.hostaddr(*address);
                }
                let ports = self.config.get_ports();
                if let Some(port) = ports.get(place).or_else(|| ports.first()) {
                    one.port(*port);
                }
                one
            })
            .collect()
    }

    /// The hosts and the database, for messages.
    pub(crate) fn place(&self) -> String {
        let hosts: Vec<String> = self.hosts().iter().map(host_name).collect();
        let database = self.config.get_dbname().or(self.config.get_user());
        match database {
            Some(database) => format!("{}/{database}", hosts.join(",")),
            None => hosts.join(","),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("place", &self.place())
            .finish_non_exhaustive()
    }
}

/// A host as messages show it.
pub(crate) fn host_name(config: &Config) -> String {
    let port = config.get_ports().first().copied().unwrap_or(5432);
    match (config.get_hosts().first(), config.get_hostaddrs().first()) {
        (Some(Host::Tcp(name)), _) => format!("{name}:{port}"),
        #[cfg(unix)]
        (Some(Host::Unix(folder)), _) => format!("{}:{port}", folder.display()),
        (None, Some(address)) => format!("{address}:{port}"),
        (None, None) => format!("localhost:{port}"),
    }
}

/// The same configuration with the hosts and ports of another one.
pub(crate) fn with_hosts_of(config: &Config, hosts: &Config) -> Config {
    let mut copy = copy_without_hosts(config);
    for host in hosts.get_hosts() {
        match host {
            Host::Tcp(name) => copy.host(name),
            #[cfg(unix)]
            Host::Unix(folder) => copy.host_path(folder),
        };
    }
    for port in hosts.get_ports() {
        copy.port(*port);
    }
    copy
}

fn copy_without_hosts(config: &Config) -> Config {
    let mut copy = Config::new();
    if let Some(user) = config.get_user() {
        copy.user(user);
    }
    if let Some(password) = config.get_password() {
        copy.password(password);
    }
    if let Some(database) = config.get_dbname() {
        copy.dbname(database);
    }
    if let Some(options) = config.get_options() {
        copy.options(options);
    }
    if let Some(name) = config.get_application_name() {
        copy.application_name(name);
    }
    if let Some(timeout) = config.get_tcp_user_timeout() {
        copy.tcp_user_timeout(*timeout);
    }
    copy.ssl_mode(config.get_ssl_mode())
        .ssl_negotiation(config.get_ssl_negotiation())
        .channel_binding(config.get_channel_binding())
        .keepalives(config.get_keepalives())
        .keepalives_idle(config.get_keepalives_idle());
    copy
}

/// A connection string for messages: what stands where a URL has its password is left out.
pub(crate) fn without_password(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return if text.contains("password") {
            "(with a password)".to_owned()
        } else {
            text.to_owned()
        };
    };
    match rest.rsplit_once('@') {
        Some((user, rest)) => {
            let user = user.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}@{rest}")
        }
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_host_is_tried_with_its_own_port() {
        let settings = Settings::parse("postgres://u:secret@a:1,b:2/db").unwrap();
        let names: Vec<String> = settings.hosts().iter().map(host_name).collect();
        assert_eq!(names, ["a:1", "b:2"]);
        assert_eq!(settings.place(), "a:1,b:2/db");
        assert!(!format!("{settings:?}").contains("secret"));
        let same = Settings::parse("host=a,b port=7 user=u").unwrap();
        let names: Vec<String> = same.hosts().iter().map(host_name).collect();
        assert_eq!(names, ["a:7", "b:7"]);
    }

    #[test]
    fn an_error_names_the_text_without_its_password() {
        let error = Settings::parse("postgres://u:secret@h:x/db").unwrap_err();
        let text = error.to_string();
        assert!(text.contains("u@h:x"), "{text}");
        assert!(!text.contains("secret"), "{text}");
    }
}
