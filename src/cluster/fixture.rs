//! Certificates for unit tests, made on the spot.

use std::sync::LazyLock;

use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};

static PAIR: LazyLock<CertifiedKey<KeyPair>> =
    LazyLock::new(|| generate_simple_self_signed(["test".to_owned()]).unwrap());

/// A certificate in PEM form.
pub fn cert() -> String {
    PAIR.cert.pem()
}

/// The key of [`cert`].
pub fn key() -> String {
    PAIR.signing_key.serialize_pem()
}

/// A key of no certificate.
pub fn other_key() -> String {
    KeyPair::generate().unwrap().serialize_pem()
}
