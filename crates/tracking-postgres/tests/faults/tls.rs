//! Encrypted connections, and servers that are not whom they claim to be.

use std::fs;
use std::path::Path;

use tracking_core::{ErrorKind, Query, TrackingStorage};
use tracking_postgres::{PostgresStorage, StoreName};

use crate::server::{Server, as_other, open_to_all, skip};
use crate::session::Session;
use crate::stores::server;

/// Makes an authority, a certificate of it for `localhost`, and one for `localhost` that signs
/// itself.
const MAKE_CERTIFICATES: &str = "
set -e
printf '[req]\\ndistinguished_name = name\\n[name]\\n' > openssl.cnf
printf 'basicConstraints = critical, CA:TRUE\\n' > ca.ext
printf 'subjectAltName = DNS:localhost\\nbasicConstraints = CA:FALSE\\n' > server.ext
printf 'subjectAltName = DNS:localhost\\nbasicConstraints = critical, CA:TRUE\\n' > own.ext
for name in ca other own server; do
  openssl ecparam -name prime256v1 -genkey -noout -out $name.key
  openssl req -new -config openssl.cnf -key $name.key -subj /CN=$name -out $name.csr
done
for name in ca other; do
  openssl x509 -req -in $name.csr -signkey $name.key -days 2 -extfile ca.ext -out $name.crt
done
openssl x509 -req -in own.csr -signkey own.key -days 2 -extfile own.ext -out own.crt
openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 \\
  -extfile server.ext -out server.crt
chmod 600 *.key
";

/// A server whose certificate is for `localhost`.
struct TlsServer {
    server: Server,
    folder: tempfile::TempDir,
}

impl TlsServer {
    fn start(programs: &Path, certificate: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        open_to_all(folder.path());
        let mut openssl = as_other(programs, folder.path(), "sh");
        let done = openssl.args(["-c", MAKE_CERTIFICATES]).status().unwrap();
        assert!(done.success(), "openssl failed");
        let settings = format!(
            "fsync = off\nssl = on\nssl_cert_file = '../{certificate}.crt'\n\
             ssl_key_file = '../{certificate}.key'\n"
        );
        let server = Server::own(programs, folder.path(), &settings);
        Self { server, folder }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    fn open(&self, host: &str, parameters: &str) -> tracking_core::Result<PostgresStorage> {
        let port = self.server.port();
        let url = format!("postgres://app@{host}:{port}/postgres?hostaddr=127.0.0.1&{parameters}");
        PostgresStorage::open(url)
    }

    /// Whether a store that can be opened talks by TLS.
    fn is_encrypted(&self, host: &str, parameters: &str) -> bool {
        let name = Server::fresh_store_name();
        let store = self.open(host, &format!("application_name={name}&{parameters}"));
        let store = store.unwrap_or_else(|error| panic!("{parameters}: {error:?}"));
        assert_eq!(store.count(&Query::all()).unwrap(), 0);
        let session = Session::open(&self.server, "postgres");
        let encrypted = session.numbers(&format!(
            "select count(*) from pg_stat_ssl join pg_stat_activity using (pid) \
             where application_name = '{name}' and ssl"
        ));
        encrypted != [0]
    }

    /// The error where a store cannot be opened.
    fn refusal(&self, host: &str, parameters: &str) -> String {
        let error = self.open(host, parameters).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AccessDenied, "{error:?}");
        assert!(!error.is_retryable());
        let text = format!("{error}: {}", std::error::Error::source(&error).unwrap());
        assert!(text.contains("sslrootcert"), "{text}");
        text
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        self.server.stop();
    }
}

#[test]
fn a_server_is_talked_to_by_tls_and_has_to_prove_who_it_is() {
    let Some(programs) = Server::programs() else {
        return skip("PostgreSQL is not installed (apt-get install postgresql)");
    };
    let server = TlsServer::start(programs, "server");
    let (ca, other) = (server.path("ca.crt"), server.path("other.crt"));
    let with = |mode: &str, root: &str| format!("sslmode={mode}&sslrootcert={root}");
    assert!(!server.is_encrypted("localhost", "sslmode=disable"));
    // Without a certificate to check it by, any server will do.
    for parameters in ["connect_timeout=5", "sslmode=prefer", "sslmode=require"] {
        assert!(server.is_encrypted("127.0.0.1", parameters), "{parameters}");
    }
    for mode in ["require", "verify-ca", "verify-full"] {
        assert!(server.is_encrypted("localhost", &with(mode, &ca)), "{mode}");
        let unknown = server.refusal("localhost", &with(mode, &other));
        assert!(unknown.contains("UnknownIssuer"), "{unknown}");
        assert!(unknown.contains("has signed the server's"), "{unknown}");
    }
    assert!(server.is_encrypted("127.0.0.1", &with("verify-ca", &ca)));
    for name in ["127.0.0.1", "db1"] {
        let wrong = server.refusal(name, &with("verify-full", &ca));
        assert!(wrong.contains("not valid for name"), "{wrong}");
    }
    // The system may have no certificates at all.
    let system = server.open("localhost", "sslmode=verify-full").unwrap_err();
    let kinds = [ErrorKind::AccessDenied, ErrorKind::InvalidName];
    assert!(kinds.contains(&system.kind()), "{system:?}");
    let missing = server.open("localhost", &with("verify-full", "/none.crt"));
    let missing = missing.unwrap_err().to_string();
    assert!(missing.contains("/none.crt"), "{missing}");

    // The password of a role is bound to the connection, so that nobody can stand between.
    let session = Session::open(&server.server, "postgres");
    session.execute(
        "set password_encryption = 'scram-sha-256'; create role bound superuser login password 'secret'",
    );
    let access = server.server.data().join("pg_hba.conf");
    let rules = fs::read_to_string(&access).unwrap();
    fs::write(
        &access,
        format!("hostssl all bound all scram-sha-256\n{rules}"),
    )
    .unwrap();
    session.execute("select pg_reload_conf()");
    let url = format!(
        "postgres://bound:secret@localhost:{}/postgres?channel_binding=require&{}",
        server.server.port(),
        with("verify-full", &ca)
    );
    PostgresStorage::open(&url).unwrap();
    let without = url.replace("bound:secret", "bound");
    let error = PostgresStorage::open(without).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AccessDenied, "{error:?}");
    assert!(error.to_string().contains("give the password"), "{error}");
}

#[test]
fn a_certificate_that_signs_itself_is_trusted_as_it_is() {
    let Some(programs) = Server::programs() else {
        return skip("PostgreSQL is not installed (apt-get install postgresql)");
    };
    let server = TlsServer::start(programs, "own");
    let own = format!("sslmode=verify-full&sslrootcert={}", server.path("own.crt"));
    assert!(server.is_encrypted("localhost", &own));
    let wrong = server.refusal("db1", &own);
    assert!(wrong.contains("not valid for name"), "{wrong}");
    let other = format!("sslmode=verify-ca&sslrootcert={}", server.path("other.crt"));
    let refused = server.refusal("localhost", &other);
    assert!(refused.contains("put this very certificate"), "{refused}");
}

#[test]
fn a_server_without_tls_is_refused_where_it_is_required() {
    let Some(server) = server() else { return };
    let name = StoreName::new(Server::fresh_store_name()).unwrap();
    let url = format!("{}?sslmode=require", server.url());
    let opened = PostgresStorage::builder(url).store(name.clone()).open();
    let error = opened.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AccessDenied, "{error:?}");
    let reason = std::error::Error::source(&error).unwrap().to_string();
    assert!(reason.contains("ssl = on"), "{reason}");
    assert!(reason.contains("sslmode=prefer"), "{reason}");
    let url = format!("{}?sslmode=prefer", server.url());
    let store = PostgresStorage::builder(url).store(name).open().unwrap();
    store.remove_store().unwrap();
}
