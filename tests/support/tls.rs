//! TLS before a server of this machine, with a certificate of an authority of its own; and a proxy that leads to it.
#![allow(clippy::expect_used, reason = "a failed expectation is a failed test")]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// The server, until the test ends.
pub struct Tls {
    pub port: u16,
    /// PEM file of the authority.
    pub authority: PathBuf,
}

impl Tls {
    /// Stands before `url`, under this name.
    pub fn before(url: &str, name: &str, folder: &Path) -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let root = params.self_signed(&key).expect("a certificate");
        std::fs::create_dir_all(folder).expect("a folder");
        let authority = folder.join("authority.pem");
        std::fs::write(&authority, root.pem()).expect("a file");
        let issuer = Issuer::new(params, key);
        let own = KeyPair::generate().expect("a key");
        let leaf = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
        let leaf = leaf.signed_by(&own, &issuer).expect("a certificate");
        let key = PrivateKeyDer::try_from(own.serialize_der()).expect("a key");
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], key)
            .expect("a certificate");
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let upstream = url.trim_start_matches("http://").to_owned();
        let (told, port) = mpsc::channel();
        thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
                told.send(listener.local_addr().expect("an address").port()).expect("it is awaited");
                while let Ok((stream, _)) = listener.accept().await {
                    let (acceptor, upstream) = (acceptor.clone(), upstream.clone());
                    tokio::spawn(async move {
                        // A client that does not trust it leaves in the middle.
                        let Ok(mut stream) = acceptor.accept(stream).await else { return };
                        let Ok(mut behind) = TcpStream::connect(upstream).await else { return };
                        let _ = tokio::io::copy_bidirectional(&mut stream, &mut behind).await;
                    });
                }
            });
        });
        Self { port: port.recv().expect("a port"), authority }
    }
}

/// A proxy that leads every connection to one port of this machine, until the test ends.
pub struct Proxy {
    pub url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Leads to this port.
    pub fn before(port: u16) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let told = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let told = Arc::clone(&told);
                thread::spawn(move || lead(stream, port, &told));
            }
        });
        Self { url, asked }
    }

    /// Where it was asked to lead, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").clone()
    }
}

fn lead(mut stream: std::net::TcpStream, port: u16, asked: &Mutex<Vec<String>>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    asked.lock().expect("no panic").push(line.strip_prefix("CONNECT ")?.split(' ').next()?.to_owned());
    while line.trim() != "" {
        line.clear();
        reader.read_line(&mut line).ok()?;
    }
    let mut behind = std::net::TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").ok()?;
    let (mut back, mut client) = (behind.try_clone().ok()?, stream.try_clone().ok()?);
    thread::spawn(move || std::io::copy(&mut back, &mut client));
    std::io::copy(&mut reader, &mut behind).ok().map(drop)
}
