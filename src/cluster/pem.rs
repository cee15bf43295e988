//! Certificates and keys as people give them: PEM, or base64 of PEM.

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::RootCertStore;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use zeroize::Zeroizing;

use super::invalid::Invalid;

/// Authorities that may vouch for an API server.
#[derive(Clone)]
pub struct Authorities(Vec<CertificateDer<'static>>);

impl Authorities {
    /// Reads a bundle; `key` is what it is called on the wire.
    pub fn parse(key: &str, text: &str) -> Result<Self, Invalid> {
        let certificates = certificates(key, text)?;
        let mut store = RootCertStore::empty();
        for certificate in &certificates {
            store.add(certificate.clone()).map_err(|error| {
                Invalid::new(key, format!("a certificate in it is not one of an authority: {error}"))
            })?;
        }
        Ok(Self(certificates))
    }

    /// The certificates in DER form.
    pub(super) fn to_der(&self) -> Vec<Vec<u8>> {
        self.0.iter().map(|certificate| certificate.to_vec()).collect()
    }
}

impl fmt::Debug for Authorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} certificates", self.0.len())
    }
}

/// A certificate with the private key that belongs to it.
#[derive(Clone)]
pub struct ClientCertificate(pub(super) Arc<CertifiedKey>);

impl ClientCertificate {
    /// Reads both and checks that they belong together; the names are those on the wire.
    pub fn parse((cert_name, cert): (&str, &str), (key_name, key): (&str, &str)) -> Result<Self, Invalid> {
        let chain = certificates(cert_name, cert)?;
        let pem = decode(key_name, key)?;
        let key = PrivateKeyDer::from_pem_slice(&pem).map_err(|_| {
            Invalid::new(key_name, "no unencrypted private key in it: give PEM, or base64 of PEM")
        })?;
        let pair = CertifiedKey::from_der(chain, key, &default_provider()).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => {
                Invalid::new(key_name, format!("the key does not belong to the certificate in {cert_name}"))
            }
            rustls::Error::InvalidCertificate(error) => {
                Invalid::new(cert_name, format!("the certificate cannot be read: {error}"))
            }
            error => Invalid::new(key_name, format!("the key cannot be used: {error}")),
        })?;
        Ok(Self(Arc::new(pair)))
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientCertificate")
    }
}

fn certificates(key: &str, text: &str) -> Result<Vec<CertificateDer<'static>>, Invalid> {
    let pem = decode(key, text)?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) => Err(Invalid::new(key, "no certificate in it: give PEM, or base64 of PEM")),
        Err(_) => Err(Invalid::new(key, "the PEM text is damaged")),
    }
}

/// The PEM text itself, or what base64 (line breaks allowed) holds.
fn decode(key: &str, text: &str) -> Result<Zeroizing<Vec<u8>>, Invalid> {
    if text.contains("-----BEGIN") {
        return Ok(Zeroizing::new(text.as_bytes().to_vec()));
    }
    let compact: Zeroizing<String> = Zeroizing::new(text.split_ascii_whitespace().collect());
    STANDARD
        .decode(compact.as_bytes())
        .map(Zeroizing::new)
        .map_err(|_| Invalid::new(key, "this is neither PEM nor base64 of PEM"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::fixture;

    fn pair(cert: &str, key: &str) -> Result<ClientCertificate, Invalid> {
        ClientCertificate::parse(("clientCertData", cert), ("clientKeyData", key))
    }

    #[test]
    fn pem_and_base64_of_pem_are_the_same() {
        let (cert, key) = (fixture::cert(), fixture::key());
        assert!(pair(&cert, &key).is_ok());
        assert!(pair(&STANDARD.encode(&cert), &STANDARD.encode(&key)).is_ok());
        let wrapped: Vec<u8> =
            STANDARD.encode(&cert).as_bytes().chunks(64).flat_map(|line| [line, b"\r\n"].concat()).collect();
        assert!(Authorities::parse("caData", std::str::from_utf8(&wrapped).unwrap()).is_ok());
    }

    #[test]
    fn a_key_of_another_certificate_is_refused() {
        let error = pair(&fixture::cert(), &fixture::other_key()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "clientKeyData: the key does not belong to the certificate in clientCertData"
        );
    }

    #[test]
    fn what_is_not_pem_names_its_key() {
        let (cert, key) = (fixture::cert(), fixture::key());
        let damaged = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
        for (cert, key, named) in [
            ("garbage!", key.as_str(), "clientCertData"),
            (&key, &key, "clientCertData"),
            (damaged, &key, "clientCertData"),
            (&cert, "garbage!", "clientKeyData"),
            (&cert, &cert, "clientKeyData"),
        ] {
            assert_eq!(pair(cert, key).unwrap_err().key, named);
        }
        assert_eq!(Authorities::parse("caData", "plain words").unwrap_err().key, "caData");
    }

    #[test]
    fn debug_shows_no_key() {
        assert_eq!(format!("{:?}", pair(&fixture::cert(), &fixture::key()).unwrap()), "ClientCertificate");
    }
}
