//! TLS to an engine, with the files Docker keeps for it: `ca.pem`, `cert.pem`, `key.pem`.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

/// Trust and identity out of a folder. What is wrong is told as a sentence with the file's name.
pub fn config(folder: &Path) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore::empty();
    let authorities = certificates(&folder.join("ca.pem"))?
        .ok_or_else(|| format!("{} is not there: it says whom to trust", folder.join("ca.pem").display()))?;
    for authority in authorities {
        roots.add(authority).map_err(|error| format!("{}: {error}", folder.join("ca.pem").display()))?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots);
    let Some(chain) = certificates(&folder.join("cert.pem"))? else {
        return Ok(config.with_no_client_auth());
    };
    let path = folder.join("key.pem");
    let Some(pem) = read(&path)? else { return Err(format!("{} is not there", path.display())) };
    let key = PrivateKeyDer::from_pem_slice(&pem)
        .map_err(|_| format!("{} holds no private key without a passphrase", path.display()))?;
    config.with_client_auth_cert(chain, key).map_err(|error| format!("{}: {error}", path.display()))
}

fn certificates(path: &Path) -> Result<Option<Vec<CertificateDer<'static>>>, String> {
    let Some(pem) = read(path)? else { return Ok(None) };
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(Some(found)),
        Ok(_) | Err(_) => Err(format!("{} holds no certificate", path.display())),
    }
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, String> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}
