//! Where the server is, and how long to wait for it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{ChannelBinding, Host, LoadBalanceHosts, TargetSessionAttrs};
use tracking_core::{Error, Result};

use crate::parameters;
use crate::redact;
use crate::tls::{TlsMode, TlsSettings};

/// How long one host may take to accept a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an answer may take, unless the caller sets another limit.
pub(crate) const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a change waits for others that write to the same store.
pub(crate) const LOCK_TIMEOUT: Duration = Duration::from_secs(10);
/// The limits of `lock_timeout` in PostgreSQL, where 0 would mean to wait for ever.
const MIN_LOCK_TIMEOUT: Duration = Duration::from_millis(1);
const MAX_LOCK_TIMEOUT: Duration = Duration::from_millis(i32::MAX.unsigned_abs() as u64);
/// How many connections are open at most.
pub(crate) const MAX_CONNECTIONS: usize = 8;
/// How far a standby that answers reads may be behind, unless the caller sets another limit.
pub(crate) const MAX_LAG: Duration = Duration::from_secs(5);
/// How long the system waits before it asks whether the server is still there.
const KEEPALIVES_IDLE: Duration = Duration::from_secs(30);

/// Everything that a connection needs.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) config: Config,
    pub(crate) tls: TlsSettings,
    /// Makes encrypted connections.
    #[cfg(feature = "tls")]
    pub(crate) connector: Option<tokio_postgres_rustls::MakeRustlsConnect>,
    /// Whether the connection string names a host.
    pub(crate) names_host: bool,
    pub(crate) max_connections: usize,
    pub(crate) connect_timeout: Duration,
    pub(crate) answer_timeout: Duration,
    pub(crate) lock_timeout: Duration,
    pub(crate) prepares: bool,
    pub(crate) reads_only: bool,
    /// How many ids of tracks each partition of a new store covers; nothing without partitions.
    pub(crate) partition_every: Option<i64>,
    /// Hosts that answer reads, and how far they may be behind.
    pub(crate) read_from: Option<(String, Duration)>,
    /// A file that may have the password, and was not read because others can read it too.
    pub(crate) ignored_password_file: Option<PathBuf>,
}

impl Settings {
    /// Reads a connection string: a URL or `key=value` pairs, as libpq takes them.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let own = [
            "sslmode",
            "sslrootcert",
            "prepare_statements",
            "read_from",
            "max_lag",
            "partition_every",
            "sslcert",
            "sslkey",
        ];
        let (known, taken) = parameters::take(text, own);
        let [
            mode,
            root,
            prepares,
            read_from,
            lag,
            partitions,
            certificate,
            key,
        ] = taken;
        refuse_client_certificate(certificate.or(key).as_deref())?;
        let config = Config::from_str(&known).map_err(|error| {
            let shown = redact::unreadable(text);
            let reason = match std::error::Error::source(&error) {
                // The reason may name a part of the text, and that a part of the password.
                Some(source) if shown == text => source.to_string(),
                _ => "it cannot be read".to_owned(),
            };
            Error::invalid_name(
                "connection string",
                shown,
                format!("{reason}; write it like postgres://user@host/database"),
            )
        })?;
        let mut tls = TlsSettings::default();
        tls.complete(mode, root)?;
        let connect_timeout = config.get_connect_timeout().copied();
        let names_host = !(config.get_hosts().is_empty() && config.get_hostaddrs().is_empty());
        let mut settings = Self {
            config,
            tls,
            #[cfg(feature = "tls")]
            connector: None,
            names_host,
            max_connections: MAX_CONNECTIONS,
            connect_timeout: connect_timeout.unwrap_or(CONNECT_TIMEOUT),
            answer_timeout: ANSWER_TIMEOUT,
            lock_timeout: LOCK_TIMEOUT,
            prepares: is_prepared(prepares.as_deref())?,
            reads_only: false,
            partition_every: partitions.as_deref().map(partition_size).transpose()?,
            read_from: hosts_to_read_from(read_from, lag.as_deref())?,
            ignored_password_file: None,
        };
        settings.complete();
        Ok(settings)
    }

    fn complete(&mut self) {
        let config = &mut self.config;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            config.host("localhost");
        }
        if config.get_keepalives_idle() == Config::new().get_keepalives_idle() {
            config.keepalives_idle(KEEPALIVES_IDLE);
        }
        if config.get_application_name().is_none() {
            config.application_name("tracking");
        }
    }

    /// Prepares for encrypted connections, once everything is known.
    pub(crate) fn set_up_tls(&mut self) -> Result<()> {
        let mode = self.tls.mode()?;
        self.config.ssl_mode(mode.for_driver());
        let needs_tls = self.config.get_channel_binding() == ChannelBinding::Require;
        if cfg!(feature = "tls") && !(needs_tls && mode == TlsMode::Disable) {
            #[cfg(feature = "tls")]
            {
                self.connector = crate::certificates::connector(&self.tls)?;
            }
            return Ok(());
        }
        refuse_tls(mode, needs_tls)
    }

    /// Sets how long a change waits for others, as close to it as the server allows.
    pub(crate) fn set_lock_timeout(&mut self, timeout: Duration) {
        self.lock_timeout = timeout.clamp(MIN_LOCK_TIMEOUT, MAX_LOCK_TIMEOUT);
    }

    /// Sets how many ids of tracks each partition of a new store covers.
    pub(crate) fn set_partition_every(&mut self, tracks: u64) -> Result<()> {
        self.partition_every = Some(partition_size(&tracks.to_string())?);
        Ok(())
    }

    /// The same settings for standbys that answer reads, `HOST` or `HOST:PORT` with commas between.
    pub(crate) fn for_standbys(&self, hosts: &str) -> Result<Self> {
        let default = self.config.get_ports().first().copied().unwrap_or(5432);
        let mut named = Config::new();
        for host in hosts.split(',').map(str::trim) {
            let (name, port) = match host.rsplit_once(':') {
                Some((name, port)) if !name.contains(':') || name.ends_with(']') => {
                    let port = port.parse().map_err(|_| {
                        let reason = "the port is no number; write HOST:PORT,HOST:PORT";
                        Error::invalid_name("read_from", hosts, reason)
                    })?;
                    (name, port)
                }
                _ => (host, default),
            };
            let name = name.trim_start_matches('[').trim_end_matches(']');
            if name.is_empty() {
                let reason = "a host has no name; write HOST:PORT,HOST:PORT";
                return Err(Error::invalid_name("read_from", hosts, reason));
            }
            named.host(name).port(port);
        }
        let mut settings = self.clone();
        settings.config = with_hosts_of(&self.config, &named);
        settings
            .config
            .target_session_attrs(TargetSessionAttrs::ReadOnly);
        settings.reads_only = true;
        Ok(settings)
    }

    /// How long the answer to a statement may take that waits for a lock first.
    pub(crate) fn locking_timeout(&self) -> Duration {
        self.lock_timeout.saturating_add(self.answer_timeout)
    }

    /// The hosts in the order in which the `turn`-th connection tries them: as they are written or,
    /// with `load_balance_hosts=random`, beginning with another one each time.
    pub(crate) fn hosts_in_turn(&self, turn: usize) -> Vec<Config> {
        let mut hosts = self.hosts();
        let is_balanced = self.config.get_load_balance_hosts() == LoadBalanceHosts::Random;
        if let Some(first) = turn.checked_rem(hosts.len()).filter(|_| is_balanced) {
            hosts.rotate_left(first);
        }
        hosts
    }

    /// One configuration for each host, in the order in which they are written.
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
                    if hosts.get(place).is_none() {
                        // The name that a certificate is for.
                        one.host(address.to_string());
                    }
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
    pub(crate) fn location(&self) -> String {
        let hosts: Vec<String> = self.hosts().iter().map(host_name).collect();
        let database = self.config.get_dbname().or(self.config.get_user());
        match database {
            Some(database) => format!("{}/{database}", hosts.join(",")),
            None => hosts.join(","),
        }
    }
}

/// What `read_from` and `max_lag` say.
fn hosts_to_read_from(
    hosts: Option<String>,
    lag: Option<&str>,
) -> Result<Option<(String, Duration)>> {
    match (hosts, lag) {
        (Some(hosts), lag) => Ok(Some((hosts, max_lag(lag)?))),
        (None, None) => Ok(None),
        (None, Some(lag)) => {
            let reason = "it says how far a standby may be behind, and there is none to read from; \
                          add read_from=HOST, or leave it out";
            Err(Error::invalid_name("max_lag", lag, reason))
        }
    }
}

/// Refuses the file with a certificate of the client, or with its key.
fn refuse_client_certificate(file: Option<&str>) -> Result<()> {
    match file {
        None => Ok(()),
        Some(file) => {
            let reason = "certificates of clients are not supported; leave sslcert and sslkey out, and \
                          let the server ask for a password (scram-sha-256)";
            Err(Error::invalid_name("sslcert", file, reason))
        }
    }
}

/// What `max_lag` says, in seconds.
fn max_lag(value: Option<&str>) -> Result<Duration> {
    let Some(value) = value else {
        return Ok(MAX_LAG);
    };
    value.parse().map(Duration::from_secs).map_err(|_| {
        let reason = "write how many seconds a standby may be behind, like max_lag=5";
        Error::invalid_name("max_lag", value, reason)
    })
}

/// What `partition_every` says, in ids of tracks.
fn partition_size(value: &str) -> Result<i64> {
    let size = value.parse().ok().filter(|size| *size > 0);
    size.ok_or_else(|| {
        let reason =
            "write how many ids of tracks each partition covers, like partition_every=1000000";
        Error::invalid_name("partition_every", value, reason)
    })
}

/// What `prepare_statements` says.
fn is_prepared(value: Option<&str>) -> Result<bool> {
    match value {
        None | Some("on") => Ok(true),
        Some("off") => Ok(false),
        Some(other) => {
            let reason = "use on, or off behind a pooler in transaction mode";
            Err(Error::invalid_name("prepare_statements", other, reason))
        }
    }
}

/// Refuses what needs TLS, where there is none.
fn refuse_tls(mode: TlsMode, binds_channel: bool) -> Result<()> {
    if mode <= TlsMode::Prefer && !binds_channel {
        return Ok(());
    }
    let setting = if binds_channel {
        "channel_binding=require"
    } else {
        "sslmode"
    };
    let reason = "it needs TLS, which sslmode=disable turns off, or which this program was built without: \
                  build it with the feature `tls` of tracking-postgres, or connect through a tunnel and \
                  leave this out";
    Err(Error::invalid_name("connection string", setting, reason))
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("location", &self.location())
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
    if let Some(interval) = config.get_keepalives_interval() {
        copy.keepalives_interval(interval);
    }
    if let Some(retries) = config.get_keepalives_retries() {
        copy.keepalives_retries(retries);
    }
    copy.ssl_mode(config.get_ssl_mode())
        .ssl_negotiation(config.get_ssl_negotiation())
        .channel_binding(config.get_channel_binding())
        .target_session_attrs(config.get_target_session_attrs())
        .load_balance_hosts(config.get_load_balance_hosts())
        .keepalives(config.get_keepalives())
        .keepalives_idle(config.get_keepalives_idle());
    copy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_host_is_tried_with_its_own_port() {
        let settings = Settings::parse("postgres://u:secret@a:1,b:2/db").unwrap();
        let names: Vec<String> = settings.hosts().iter().map(host_name).collect();
        assert_eq!(names, ["a:1", "b:2"]);
        assert_eq!(settings.location(), "a:1,b:2/db");
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

    #[test]
    fn a_reason_does_not_name_a_part_of_the_password() {
        for text in [
            "password=a secret=b host=h",
            "postgres://u@h/db?pass%77ord=secret&port=x",
            "host=h password='secret",
        ] {
            let text = Settings::parse(text).unwrap_err().to_string();
            assert!(!text.contains("secret"), "{text}");
        }
    }

    #[test]
    fn any_lock_timeout_is_one_that_the_server_takes() {
        let mut settings = Settings::parse("postgres://h").unwrap();
        for (given, taken) in [
            (Duration::ZERO, 1),
            (Duration::from_nanos(1), 1),
            (Duration::from_millis(7), 7),
            (Duration::MAX, 2_147_483_647),
        ] {
            settings.set_lock_timeout(given);
            assert_eq!(settings.lock_timeout.as_millis(), taken);
        }
        settings.answer_timeout = Duration::MAX;
        assert_eq!(settings.locking_timeout(), Duration::MAX);
    }

    #[test]
    fn each_host_keeps_what_the_connection_string_says_of_connections() {
        let settings = Settings::parse(
            "postgres://a,b/db?keepalives=0&keepalives_idle=7&keepalives_interval=8\
             &keepalives_retries=9&target_session_attrs=read-only&load_balance_hosts=random",
        );
        let settings = settings.unwrap();
        for host in settings.hosts() {
            assert!(!host.get_keepalives());
            assert_eq!(host.get_keepalives_idle(), Duration::from_secs(7));
            assert_eq!(host.get_keepalives_interval(), Some(Duration::from_secs(8)));
            assert_eq!(host.get_keepalives_retries(), Some(9));
            let attributes = host.get_target_session_attrs();
            assert_eq!(attributes, TargetSessionAttrs::ReadOnly);
        }
        let first = |turn| host_name(&settings.hosts_in_turn(turn)[0]);
        assert_eq!((first(0), first(1)), ("a:5432".into(), "b:5432".into()));
        let plain = Settings::parse("postgres://a,b/db").unwrap();
        assert_eq!(host_name(&plain.hosts_in_turn(1)[0]), "a:5432");
        assert_eq!(plain.hosts()[0].get_keepalives_idle(), KEEPALIVES_IDLE);
    }

    #[test]
    fn what_needs_tls_is_refused_without_it_with_what_to_do() {
        let mode = |text: &str| Settings::parse(text).unwrap().tls.mode().unwrap();
        let required = mode("postgres://u:secret@h/db?sslmode=require");
        let refused = refuse_tls(required, false).unwrap_err().to_string();
        assert!(refused.contains("feature `tls`"), "{refused}");
        assert!(refuse_tls(mode("host=h sslmode=prefer"), false).is_ok());
        assert!(refuse_tls(mode("host=h"), true).is_err());
        let mut plain = Settings::parse("host=h sslmode=disable channel_binding=require").unwrap();
        assert!(plain.set_up_tls().is_err());
    }

    #[test]
    fn a_connection_string_turns_prepared_statements_off() {
        let prepares = |text: &str| Settings::parse(text).map(|settings| settings.prepares);
        assert!(prepares("postgres://h/db").unwrap());
        assert!(prepares("host=h prepare_statements=on").unwrap());
        assert!(!prepares("postgres://h/db?prepare_statements=off").unwrap());
        let refused = prepares("postgres://h/db?prepare_statements=no").unwrap_err();
        assert!(refused.to_string().contains("use on, or off"), "{refused}");
    }

    #[test]
    fn a_connection_string_says_how_large_partitions_are() {
        let size = |text: &str| Settings::parse(text).map(|settings| settings.partition_every);
        assert_eq!(size("postgres://h/db").unwrap(), None);
        assert_eq!(
            size("postgres://h/db?partition_every=1000").unwrap(),
            Some(1_000)
        );
        assert_eq!(size("host=h partition_every=1").unwrap(), Some(1));
        for wrong in ["0", "-1", "1e6", "9223372036854775808", ""] {
            let refused = size(&format!("postgres://h/db?partition_every={wrong}")).unwrap_err();
            assert!(refused.to_string().contains("how many ids"), "{refused}");
        }
    }

    #[test]
    fn standbys_for_reading_have_ports_of_their_own() {
        let text = "postgres://u@a:7/db?read_from=b,c:8,[::1]:9&max_lag=2";
        let settings = Settings::parse(text).unwrap();
        assert_eq!(settings.location(), "a:7/db");
        let (hosts, lag) = settings.read_from.clone().unwrap();
        assert_eq!(lag, Duration::from_secs(2));
        let standbys = settings.for_standbys(&hosts).unwrap();
        assert_eq!(standbys.location(), "b:7,c:8,::1:9/db");
        assert!(settings.for_standbys("b:x").is_err());
        assert!(settings.for_standbys("b,,c").is_err());
        assert!(Settings::parse("postgres://a?read_from=b&max_lag=x").is_err());
        let alone = Settings::parse("postgres://a?max_lag=2").unwrap_err();
        assert!(alone.to_string().contains("add read_from=HOST"), "{alone}");
    }

    #[test]
    fn a_certificate_of_the_client_is_refused_with_what_to_do() {
        for text in [
            "postgres://h/db?sslcert=a.crt&sslkey=a.key",
            "host=h sslkey=a.key",
        ] {
            let refused = Settings::parse(text).unwrap_err().to_string();
            assert!(refused.contains("not supported"), "{refused}");
            assert!(refused.contains("ask for a password"), "{refused}");
        }
    }

    #[test]
    fn an_address_is_also_the_name_of_the_host() {
        let settings = Settings::parse("hostaddr=127.0.0.1,::1").unwrap();
        let names: Vec<String> = settings.hosts().iter().map(host_name).collect();
        assert_eq!(names, ["127.0.0.1:5432", "::1:5432"]);
    }
}
