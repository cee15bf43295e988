//! An identity provider for tests: discovery, keys, and a token endpoint that takes each refresh token once.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// The provider the test bed's API server trusts.
#[derive(Clone)]
pub struct Issuer(Arc<Inner>);

struct Inner {
    url: String,
    key: EncodingKey,
    /// A new one each time, so that the API server asks for the keys again.
    key_id: String,
    /// The refresh token that is valid now; it changes each time it is used.
    refresh_token: Mutex<String>,
}

impl Issuer {
    /// Serves at the address the bed in `dir` names, with the certificate made for it.
    pub async fn start(dir: &Path) -> Self {
        let read = |name: &str| std::fs::read_to_string(dir.join(name)).unwrap();
        let url = read("oidc.issuer").trim().to_owned();
        let issuer = Self(Arc::new(Inner {
            key: EncodingKey::from_rsa_pem(read("pki/oidc.key").as_bytes()).unwrap(),
            key_id: format!("{:x}", rand::random::<u64>()),
            refresh_token: Mutex::new("refresh-1".to_owned()),
            url: url.clone(),
        }));

        let certificate = CertificateDer::from_pem_slice(read("pki/oidc.crt").as_bytes()).unwrap();
        let key = PrivateKeyDer::from_pem_slice(read("pki/oidc.key").as_bytes()).unwrap();
        let tls = rustls::ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let address = url.trim_start_matches("https://");
        let listener = Listener {
            tcp: TcpListener::bind(address).await.unwrap(),
            tls: TlsAcceptor::from(Arc::new(tls)),
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/jwks", get(keys))
            .route("/token", post(token))
            .with_state(issuer.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        issuer
    }

    pub fn url(&self) -> &str {
        &self.0.url
    }

    pub fn refresh_token(&self) -> String {
        self.0.refresh_token.lock().unwrap().clone()
    }

    fn id_token(&self) -> String {
        let header = Header { kid: Some(self.0.key_id.clone()), ..Header::new(Algorithm::RS256) };
        let now = jiff::Timestamp::now().as_second();
        let claims =
            json!({"iss": self.0.url, "aud": "orchcli", "sub": "tester", "iat": now, "exp": now + 300});
        jsonwebtoken::encode(&header, &claims, &self.0.key).unwrap()
    }
}

async fn discovery(State(issuer): State<Issuer>) -> Json<Value> {
    let url = issuer.url();
    Json(json!({
        "issuer": url,
        "jwks_uri": format!("{url}/jwks"),
        "token_endpoint": format!("{url}/token"),
        "authorization_endpoint": format!("{url}/authorize"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
    }))
}

async fn keys(State(issuer): State<Issuer>) -> Json<Value> {
    let mut key = Jwk::from_encoding_key(&issuer.0.key, Algorithm::RS256).unwrap();
    key.common.key_id = Some(issuer.0.key_id.clone());
    Json(json!({ "keys": [key] }))
}

async fn token(State(issuer): State<Issuer>, form: String) -> (StatusCode, Json<Value>) {
    let form: HashMap<_, _> = url::form_urlencoded::parse(form.as_bytes()).into_owned().collect();
    let current = issuer.refresh_token();
    if form.get("refresh_token") != Some(&current)
        || form.get("client_secret").map(String::as_str) != Some("s3cret")
    {
        let refusal = json!({"error": "invalid_grant", "error_description": "token=abcdefgh is not valid"});
        return (StatusCode::BAD_REQUEST, Json(refusal));
    }
    let next = format!("refresh-{:x}", rand::random::<u64>());
    issuer.0.refresh_token.lock().unwrap().clone_from(&next);
    (
        StatusCode::OK,
        Json(json!({"id_token": issuer.id_token(), "refresh_token": next, "token_type": "Bearer"})),
    )
}

struct Listener {
    tcp: TcpListener,
    tls: TlsAcceptor,
}

impl axum::serve::Listener for Listener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, address) = self.tcp.accept().await.unwrap();
            if let Ok(stream) = self.tls.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.tcp.local_addr()
    }
}
