//! Certificate authorities that the user names besides those of the system.

use std::sync::Arc;

use rustls::CertificateError as Why;
use rustls::client::danger::ServerCertVerifier;
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;

/// Whether one of the certificates in `pem` vouches at this time for the certificate that `host` shows.
pub fn vouches(pem: &[u8], certificate: &[u8], host: &str, now: UnixTime) -> bool {
    let authorities: Vec<CertificateDer<'_>> = CertificateDer::pem_slice_iter(pem).flatten().collect();
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(authorities.iter().cloned());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let Ok(verifier) = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build() else {
        return false;
    };
    let Ok(name) = ServerName::try_from(host) else { return false };
    let leaf = CertificateDer::from(certificate);
    match verifier.verify_server_cert(&leaf, &authorities, &name, &[], now) {
        Ok(_) => true,
        // Nobody vouches for what is out of its time, not even it itself.
        Err(rustls::Error::InvalidCertificate(
            Why::Expired | Why::ExpiredContext { .. } | Why::NotValidYet | Why::NotValidYetContext { .. },
        )) => false,
        // It is vouched for itself; what is left is whether it is of this host.
        Err(_) => {
            authorities.contains(&leaf)
                && ParsedCertificate::try_from(&leaf)
                    .is_ok_and(|leaf| verify_server_name(&leaf, &name).is_ok())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_certificate_that_is_named_itself_is_taken_for_its_host_and_its_time() {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut parameters = rcgen::CertificateParams::new(vec!["git.example".to_owned()]).unwrap();
        parameters.not_before = rcgen::date_time_ymd(2020, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(2021, 1, 1);
        let shown = parameters.self_signed(&key).unwrap();
        let pem = shown.pem();
        // Since 1970, in seconds: June 2020, and June 2026.
        let (within, later) = (1_591_000_000, 1_780_000_000);
        let vouches = |host, seconds| {
            let now = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
            vouches(pem.as_bytes(), shown.der(), host, now)
        };
        assert!(vouches("git.example", within));
        assert!(!vouches("other.example", within));
        assert!(!vouches("git.example", later));
    }
}
