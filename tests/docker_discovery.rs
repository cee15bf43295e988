//! Reaching an engine: what is found, what is refused, and why (cli.md 8.1). No real engine is needed.
#![allow(clippy::expect_used, clippy::unwrap_used, missing_docs)]

#[path = "support/scripted.rs"]
mod scripted;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use orchcli::docker::discover::{self, Environment, Wanted};
use orchcli::docker::{Engine, Error, Source, Why};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use scripted::{answer, at_port, at_socket, pong, script};
use tokio_rustls::TlsAcceptor;

async fn connect(host: &str, more: &[(&str, &str)]) -> Result<Engine, Error> {
    let environment = match more {
        [] => Environment::default(),
        [(name, value)] => Environment::from([("DOCKER_TLS_VERIFY", "1"), (name, value)]),
        _ => unreachable!("one variable at most"),
    };
    discover::connect(Wanted { docker_host: Some(host), context: None }, &environment).await
}

async fn why(host: &str) -> Why {
    match connect(host, &[]).await.unwrap_err() {
        Error::Unreachable { why, .. } => why,
        error => panic!("{error}"),
    }
}

#[tokio::test]
async fn the_api_is_the_newest_that_both_know() {
    let folder = tempfile::tempdir().unwrap();
    for (api, spoken) in [("1.41", (1, 41)), ("1.44", (1, 44))] {
        let path = folder.path().join(api);
        at_socket(&path, script(pong(api, "linux", &[]), |_| None).0);
        assert_eq!(connect(&format!("unix://{}", path.display()), &[]).await.unwrap().api(), spoken);
    }
    let path = folder.path().join("future");
    at_socket(&path, script(pong("2.7", "linux", &[]), |_| None).0);
    let spoken = connect(&format!("unix://{}", path.display()), &[]).await.unwrap().api();
    assert_eq!(spoken.0, 1, "{spoken:?}");
}

#[tokio::test]
async fn the_builder_is_the_one_the_engine_names() {
    for (builder, build_kit) in [("2", true), ("1", false)] {
        let port =
            at_port(script(pong("1.41", "linux", &[("Builder-Version", builder)]), |_| None).0, None).await;
        let engine = connect(&format!("tcp://127.0.0.1:{port}"), &[]).await.unwrap();
        assert_eq!(engine.has_build_kit(), build_kit);
    }
}

#[tokio::test]
async fn an_engine_that_is_too_old_is_refused() {
    let port = at_port(script(pong("1.40", "linux", &[]), |_| None).0, None).await;
    let error = connect(&format!("tcp://127.0.0.1:{port}"), &[]).await.unwrap_err();
    assert!(
        matches!(&error, Error::TooOld { api, oldest, .. } if api == "1.40" && oldest == "1.41"),
        "{error}"
    );
}

#[tokio::test]
async fn an_engine_of_windows_containers_is_refused() {
    let port = at_port(script(pong("1.44", "windows", &[]), |_| None).0, None).await;
    let error = connect(&format!("tcp://127.0.0.1:{port}"), &[]).await.unwrap_err();
    assert!(matches!(&error, Error::WrongSystem { os, .. } if os == "windows"), "{error}");
}

#[tokio::test]
async fn an_absent_socket_a_refusal_and_a_stranger_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("docker.sock");
    let host = format!("unix://{}", path.display());
    assert_eq!(why(&host).await, Why::Absent);
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    assert_eq!(why(&host).await, Why::Refused);
    let port = at_port(script(answer("200 OK", &[], "hello"), |_| None).0, None).await;
    assert_eq!(why(&format!("tcp://127.0.0.1:{port}")).await, Why::NoEngine(200));
}

#[tokio::test]
async fn usual_places_are_tried_until_one_answers() {
    let home = tempfile::tempdir().unwrap();
    let socket = |path: &str| {
        let path = home.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    };
    drop(std::os::unix::net::UnixListener::bind(socket(".docker/run/docker.sock")).unwrap());
    let environment = Environment::from([("HOME", home.path().to_str().unwrap())]);
    let error = discover::connect(Wanted::default(), &environment).await.unwrap_err();
    assert!(matches!(&error, Error::Nowhere { tried } if !tried.is_empty()), "{error}");
    assert!(error.to_string().contains(".docker/run/docker.sock: the connection is refused"), "{error}");

    at_socket(&socket(".colima/default/docker.sock"), script(pong("1.43", "linux", &[]), |_| None).0);
    let engine = discover::connect(Wanted::default(), &environment).await.unwrap();
    assert!(engine.endpoint().ends_with(".colima/default/docker.sock"), "{}", engine.endpoint());
    assert_eq!(engine.source(), &Source::Usual);
}

/// An authority, and what it signs.
struct Authority {
    certificate: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().pem();
        Self { certificate, issuer: Issuer::new(params, key) }
    }

    fn sign(&self, name: &str) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }

    /// A server of 127.0.0.1 that asks its callers who they are.
    fn server(&self) -> TlsAcceptor {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (certificate, key) = self.sign("127.0.0.1");
        let mut roots = RootCertStore::empty();
        let pem = self.certificate.as_bytes();
        let authority =
            <rustls::pki_types::CertificateDer as rustls::pki_types::pem::PemObject>::from_pem_slice(pem);
        roots.add(authority.unwrap()).unwrap();
        let callers = WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder()
            .with_client_cert_verifier(callers)
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }

    fn write(&self, folder: &Path) {
        let (certificate, key) = self.sign("client");
        fs::write(folder.join("ca.pem"), &self.certificate).unwrap();
        fs::write(folder.join("cert.pem"), certificate.pem()).unwrap();
        fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
    }
}

#[tokio::test]
async fn an_engine_behind_tls_is_reached_with_its_certificates() {
    let authority = Authority::new();
    let port = at_port(script(pong("1.43", "linux", &[]), |_| None).0, Some(authority.server())).await;
    let folder = tempfile::tempdir().unwrap();
    authority.write(folder.path());
    let path = folder.path().to_str().unwrap();
    let host = format!("tcp://127.0.0.1:{port}");
    assert_eq!(connect(&host, &[("DOCKER_CERT_PATH", path)]).await.unwrap().api(), (1, 43));

    // Another authority is not trusted.
    let stranger = tempfile::tempdir().unwrap();
    Authority::new().write(stranger.path());
    let error = connect(&host, &[("DOCKER_CERT_PATH", stranger.path().to_str().unwrap())]).await.unwrap_err();
    assert!(matches!(&error, Error::Unreachable { why: Why::Tls(_), .. }), "{error}");

    // Nor is a folder without its files.
    let empty = tempfile::tempdir().unwrap();
    let error = connect(&host, &[("DOCKER_CERT_PATH", empty.path().to_str().unwrap())]).await.unwrap_err();
    assert!(error.to_string().contains("ca.pem is not there"), "{error}");
}
