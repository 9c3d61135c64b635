//! What libpq takes from the environment: `PG*` variables and the password file.

use std::fs;
use std::path::{Path, PathBuf};

use tokio_postgres::Config;
use tokio_postgres::config::Host;
use tracking_core::{Error, Result};

use crate::config::Settings;

/// The port of a host for which `PGPORT` has an empty entry.
const DEFAULT_PORT: u16 = 5432;

/// Fills in what a connection string leaves out; an error if `PGPORT` has an entry that is no port.
pub(crate) fn complete(
    settings: &mut Settings,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<()> {
    let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
    let config = &mut settings.config;
    if !settings.names_host {
        let mut named = Config::new();
        if let Some(hosts) = variable("PGHOST") {
            for host in hosts.split(',') {
                named.host(host);
            }
        } else {
            named.host("localhost");
        }
        if let Some(ports) = variable("PGPORT") {
            for port in ports.split(',') {
                named.port(parse_port(port)?);
            }
        }
        for port in config.get_ports() {
            named.port(*port);
        }
        settings.config = crate::config::with_hosts_of(config, &named);
    }
    let config = &mut settings.config;
    if config.get_user().is_none()
        && let Some(user) = variable("PGUSER").or_else(|| variable("USER"))
    {
        config.user(user);
    }
    if config.get_dbname().is_none()
        && let Some(database) = variable("PGDATABASE")
    {
        config.dbname(database);
    }
    if config.get_password().is_none() {
        let password = match (variable("PGPASSWORD"), password_file(&variable)) {
            (None, Some(file)) if is_readable_by_others(&file) => {
                settings.ignored_password_file = Some(file);
                None
            }
            (None, Some(file)) => fs::read_to_string(file)
                .ok()
                .and_then(|text| password_of(&text, config)),
            (password, _) => password,
        };
        if let Some(password) = password {
            config.password(password);
        }
    }
    let root = variable("PGSSLROOTCERT").or_else(|| {
        let file = Path::new(&variable("HOME")?).join(".postgresql/root.crt");
        file.is_file().then(|| file.to_str().map(str::to_owned))?
    });
    settings.tls.complete(variable("PGSSLMODE"), root)
}

fn parse_port(text: &str) -> Result<u16> {
    match text.trim() {
        "" => Ok(DEFAULT_PORT),
        text => text
            .parse()
            .map_err(|_| Error::parse("port in PGPORT", text, "5432")),
    }
}

fn password_file(variable: &impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
    match variable("PGPASSFILE") {
        Some(file) => Some(file.into()),
        None => Some(Path::new(&variable("HOME")?).join(".pgpass")),
    }
}

/// Whether others can read a file with passwords, which is then ignored, as libpq does.
fn is_readable_by_others(file: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(file).map(|metadata| metadata.permissions().mode());
        mode.is_ok_and(|mode| mode & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _all_are_private = file;
        false
    }
}

/// The password of the first line that fits the first host, its port, the database and the user.
fn password_of(text: &str, config: &Config) -> Option<String> {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.clone(),
        _ => "localhost".to_owned(),
    };
    let port = config.get_ports().first().copied();
    let port = port.unwrap_or(DEFAULT_PORT);
    let user = config.get_user()?;
    let database = config.get_dbname().unwrap_or(user);
    let wanted = [&*host, &port.to_string(), database, user];
    text.lines().find_map(|line| {
        let mut fields = split(line).into_iter();
        let fits = wanted.iter().all(|wanted| {
            let field = fields.next();
            field.is_some_and(|field| field == "*" || field == *wanted)
        });
        fields.next().filter(|_| fits)
    })
}

/// The fields of a line, in which a backslash stands before a colon or a backslash.
fn split(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        let c = match c {
            ':' => {
                fields.push(String::new());
                continue;
            }
            '\\' => chars.next().unwrap_or('\\'),
            c => c,
        };
        if let Some(field) = fields.last_mut() {
            field.push(c);
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls::TlsMode;

    fn try_complete(text: &str, variables: &[(&str, &str)]) -> Result<Settings> {
        let mut settings = Settings::parse(text)?;
        complete(&mut settings, |name| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).to_owned())
        })?;
        Ok(settings)
    }

    fn completed(text: &str, variables: &[(&str, &str)]) -> Settings {
        try_complete(text, variables).unwrap()
    }

    #[test]
    fn a_port_that_is_none_is_an_error_and_moves_no_other() {
        let ports = |ports| {
            let variables = [("PGHOST", "a,b"), ("PGPORT", ports), ("PGDATABASE", "db")];
            try_complete("postgres://", &variables).map(|settings| settings.location())
        };
        assert_eq!(ports("7,8").unwrap(), "a:7,b:8/db");
        assert_eq!(ports(",8").unwrap(), "a:5432,b:8/db");
        for bad in ["x,8", "7,x", "70000,8", "-1,8"] {
            let error = ports(bad).unwrap_err().to_string();
            assert!(error.contains("PGPORT"), "{error}");
        }
        // A connection string with a host does not need it.
        assert!(try_complete("postgres://h/db", &[("PGPORT", "x")]).is_ok());
    }

    #[test]
    fn variables_fill_in_what_the_connection_string_omits() {
        let all = [
            ("PGHOST", "db1,db2"),
            ("PGPORT", "7"),
            ("PGUSER", "anna"),
            ("PGDATABASE", "lessons"),
            ("PGPASSWORD", "secret"),
        ];
        let settings = completed("postgres://", &all);
        assert_eq!(settings.location(), "db1:7,db2:7/lessons");
        assert_eq!(settings.config.get_user(), Some("anna"));
        assert_eq!(settings.config.get_password(), Some(&b"secret"[..]));
        let settings = completed("postgres://bea:own@h/db", &all);
        assert_eq!(settings.location(), "h:5432/db");
        assert_eq!(settings.config.get_user(), Some("bea"));
        assert_eq!(settings.config.get_password(), Some(&b"own"[..]));
        assert_eq!(completed("postgres://", &[]).hosts().len(), 1);
    }

    #[test]
    fn variables_say_how_the_server_proves_who_it_is() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join(".postgresql");
        fs::create_dir(&folder).unwrap();
        let file = folder.join("root.crt");
        let home = home.path().to_str().unwrap();
        let all = [("PGSSLMODE", "verify-ca"), ("HOME", home)];
        let none = completed("postgres://h", &all);
        assert_eq!(none.tls.mode().unwrap(), TlsMode::VerifyCa);
        assert_eq!(none.tls.root(), None);
        fs::write(&file, "").unwrap();
        assert_eq!(completed("postgres://h", &all).tls.root(), file.to_str());
        let own = completed("postgres://h?sslmode=require&sslrootcert=a", &all);
        assert_eq!(own.tls.mode().unwrap(), TlsMode::Require);
        assert_eq!(own.tls.root(), Some("a"));
    }

    #[cfg(unix)]
    #[test]
    fn a_password_file_that_others_can_read_is_ignored_and_named() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("passwords");
        fs::write(&file, "*:*:*:*:secret\n").unwrap();
        let variables = [("PGPASSFILE", file.to_str().unwrap())];
        let with_mode = |mode| {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            completed("postgres://anna@h", &variables)
        };
        let private = with_mode(0o600);
        assert_eq!(private.config.get_password(), Some(&b"secret"[..]));
        assert_eq!(private.ignored_password_file, None);
        for mode in [0o640, 0o604] {
            let shared = with_mode(mode);
            assert_eq!(shared.config.get_password(), None);
            assert_eq!(shared.ignored_password_file.as_deref(), Some(&*file));
        }
        let given = completed("postgres://anna:own@h", &variables);
        assert_eq!(given.ignored_password_file, None);
    }

    #[test]
    fn a_password_file_is_read_like_libpq_does() {
        let text = "other:*:*:anna:no\n*:5432:les\\:sons:anna:a\\\\b:c\nh:*:*:*:yes\n";
        let password = |url: &str| password_of(text, &Settings::parse(url).unwrap().config);
        assert_eq!(
            password("postgres://anna@h/les:sons").as_deref(),
            Some("a\\b")
        );
        assert_eq!(password("postgres://bea@h:1/db").as_deref(), Some("yes"));
        assert_eq!(password("postgres://bea@elsewhere/db"), None);
    }
}
