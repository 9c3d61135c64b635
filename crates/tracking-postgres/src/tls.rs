//! Whether connections are encrypted, and how the server proves who it is.

use tokio_postgres::config::SslMode;
use tracking_core::{Error, Result};

/// What `sslmode` says; as in libpq.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TlsMode {
    Disable,
    /// Encrypts where the server can.
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

impl TlsMode {
    fn from_name(name: &str) -> Result<Self> {
        Ok(match name {
            "disable" => Self::Disable,
            "prefer" => Self::Prefer,
            "require" => Self::Require,
            "verify-ca" => Self::VerifyCa,
            "verify-full" => Self::VerifyFull,
            _ => {
                let reason = "use disable, prefer, require, verify-ca or verify-full";
                return Err(Error::invalid_name("sslmode", name, reason));
            }
        })
    }

    pub(crate) fn for_driver(self) -> SslMode {
        match self {
            Self::Disable => SslMode::Disable,
            Self::Prefer => SslMode::Prefer,
            Self::Require | Self::VerifyCa | Self::VerifyFull => SslMode::Require,
        }
    }
}

/// The name of the certificates that the system trusts, instead of a file.
pub(crate) const SYSTEM: &str = "system";

/// The settings of a connection string that concern TLS.
#[derive(Clone, Debug, Default)]
pub(crate) struct TlsSettings {
    mode: Option<TlsMode>,
    /// A file with certificates, or [`SYSTEM`].
    root: Option<String>,
}

impl TlsSettings {
    /// Fills in what is not set yet.
    pub(crate) fn complete(&mut self, mode: Option<String>, root: Option<String>) -> Result<()> {
        if let (None, Some(mode)) = (self.mode, mode) {
            self.mode = Some(TlsMode::from_name(&mode)?);
        }
        self.root = self.root.take().or(root);
        Ok(())
    }

    /// How connections are made. Who trusts the system's certificates has to check the name of the
    /// server, since anybody gets a certificate of theirs.
    pub(crate) fn mode(&self) -> Result<TlsMode> {
        let is_system = self.root() == Some(SYSTEM);
        match self.mode {
            None if is_system => Ok(TlsMode::VerifyFull),
            None => Ok(TlsMode::Prefer),
            Some(mode) if is_system && mode != TlsMode::VerifyFull => Err(Error::invalid_name(
                "sslrootcert",
                SYSTEM,
                "the certificates of the system prove nothing without the name of the server; \
                 use sslmode=verify-full",
            )),
            Some(mode) => Ok(mode),
        }
    }

    pub(crate) fn root(&self) -> Option<&str> {
        self.root.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(mode: Option<&str>, root: Option<&str>) -> Result<TlsSettings> {
        let mut settings = TlsSettings::default();
        settings.complete(mode.map(str::to_owned), root.map(str::to_owned))?;
        Ok(settings)
    }

    #[test]
    fn a_mode_is_what_libpq_takes_it_for() {
        let mode = |mode, root| settings(mode, root).and_then(|settings| settings.mode());
        assert_eq!(mode(None, None).unwrap(), TlsMode::Prefer);
        assert_eq!(mode(None, Some("a.crt")).unwrap(), TlsMode::Prefer);
        assert_eq!(mode(None, Some(SYSTEM)).unwrap(), TlsMode::VerifyFull);
        assert_eq!(mode(Some("disable"), None).unwrap(), TlsMode::Disable);
        assert_eq!(mode(Some("verify-ca"), None).unwrap(), TlsMode::VerifyCa);
        let weak = mode(Some("require"), Some(SYSTEM)).unwrap_err();
        assert!(weak.to_string().contains("sslmode=verify-full"), "{weak}");
        let unknown = mode(Some("on"), None).unwrap_err();
        assert!(unknown.to_string().contains("verify-ca"), "{unknown}");
    }

    #[test]
    fn what_is_set_stays() {
        let mut settings = settings(Some("require"), Some("a.crt")).unwrap();
        let others = [Some("disable".to_owned()), Some("b.crt".to_owned())];
        let [mode, root] = others;
        settings.complete(mode, root).unwrap();
        assert_eq!(settings.mode().unwrap(), TlsMode::Require);
        assert_eq!(settings.root(), Some("a.crt"));
    }
}
