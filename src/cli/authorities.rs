//! `--ca-file` is looked at before anything is done: one that says nothing would only be missed in the middle of it.

use std::path::Path;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::exit::ExitCode;
use super::failure::{Code, Failure};

/// Refuses a file in which there is no certificate.
pub fn check(file: Option<&Path>) -> Result<(), Failure> {
    let Some(file) = file else { return Ok(()) };
    let invalid = |message: String| Failure::new(ExitCode::Invalid, Code::ConfigInvalid, message);
    let pem = std::fs::read(file)
        .map_err(|error| invalid(format!("--ca-file {} cannot be read", file.display())).because(&error))?;
    if CertificateDer::pem_slice_iter(&pem).flatten().next().is_none() {
        return Err(invalid(format!("--ca-file {} holds no certificate", file.display()))
            .hint("name a PEM file, with lines such as -----BEGIN CERTIFICATE-----"));
    }
    Ok(())
}
