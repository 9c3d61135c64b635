//! TLS by rustls: which certificate of a server is accepted.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore,
    SignatureScheme,
};
use tokio_postgres_rustls::MakeRustlsConnect;
use tracking_core::{Error, Result};

use crate::tls::{SYSTEM, TlsMode, TlsSettings};

/// Makes encrypted connections; nothing where they must not be encrypted.
pub(crate) fn connector(settings: &TlsSettings) -> Result<Option<MakeRustlsConnect>> {
    let checks_name = match (settings.mode()?, settings.root()) {
        (TlsMode::Disable, _) => return Ok(None),
        (TlsMode::Prefer, _) | (TlsMode::Require, None) => None,
        (TlsMode::Require, Some(_)) | (TlsMode::VerifyCa, _) => Some(false),
        (TlsMode::VerifyFull, _) => Some(true),
    };
    let provider = Arc::new(ring::default_provider());
    let authority = match checks_name {
        Some(checks_name) => Some(Authority::new(settings.root(), checks_name, &provider)?),
        None => None,
    };
    let verifier = Verifier {
        provider: Arc::clone(&provider),
        authority,
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::backend("set up TLS", error))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(Some(MakeRustlsConnect::new(config)))
}

/// Whether a connection failed because one side does not accept the other.
pub(crate) fn is_refusal(error: &(dyn std::error::Error + 'static)) -> bool {
    let error = error.downcast_ref::<std::io::Error>();
    let error = error.and_then(std::io::Error::get_ref);
    matches!(error, Some(error) if error.is::<TlsError>())
}

/// Checks a server's certificate. The handshake proves in any case that the server has its key.
#[derive(Debug)]
struct Verifier {
    provider: Arc<CryptoProvider>,
    /// Who must have signed it; nothing where anybody may.
    authority: Option<Authority>,
}

/// Whose signature is trusted.
#[derive(Debug)]
struct Authority {
    trusted: Vec<CertificateDer<'static>>,
    verifier: Arc<WebPkiServerVerifier>,
    checks_name: bool,
}

impl Authority {
    fn new(root: Option<&str>, checks_name: bool, provider: &Arc<CryptoProvider>) -> Result<Self> {
        let trusted = match root {
            Some(file) if file != SYSTEM => certificates_of(file)?,
            _ => system_certificates()?,
        };
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(trusted.iter().cloned());
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider));
        let verifier = verifier.build().map_err(|error| {
            let reason = format!("no certificate of it can be used: {error}");
            Error::invalid_name("sslrootcert", root.unwrap_or(SYSTEM), reason)
        })?;
        Ok(Self {
            trusted,
            verifier,
            checks_name,
        })
    }

    fn verify(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<(), TlsError> {
        // A certificate that signs itself is often used by the server as it is.
        if self.trusted.iter().any(|trusted| trusted == certificate) {
            let parsed = ParsedCertificate::try_from(certificate)?;
            return if self.checks_name {
                verify_server_name(&parsed, name)
            } else {
                Ok(())
            };
        }
        let verified =
            self.verifier
                .verify_server_cert(certificate, intermediates, name, ocsp, now);
        match verified {
            // The name is what is checked last.
            Err(TlsError::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.checks_name => Ok(()),
            verified => verified.map(drop),
        }
    }
}

fn certificates_of(file: &str) -> Result<Vec<CertificateDer<'static>>> {
    let refuse = |reason: String| Error::invalid_name("sslrootcert", file, reason);
    let certificates = CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| refuse(format!("the file cannot be read: {error}")))?;
    if certificates.is_empty() {
        return Err(refuse("the file has no certificate in PEM".to_owned()));
    }
    Ok(certificates)
}

fn system_certificates() -> Result<Vec<CertificateDer<'static>>> {
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() {
        let reasons: Vec<String> = found.errors.iter().map(ToString::to_string).collect();
        let reason = format!(
            "the system has no certificates ({}); name a file with sslrootcert",
            reasons.join("; ")
        );
        return Err(Error::invalid_name("sslrootcert", SYSTEM, reason));
    }
    Ok(found.certs)
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        if let Some(authority) = &self.authority {
            authority.verify(certificate, intermediates, name, ocsp, now)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}
