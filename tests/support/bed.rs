//! The test bed: where it is, and what its administrator's kubeconfig holds.
#![allow(dead_code, reason = "each test file uses its part")]

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use orchcli::clock::Clock;
use orchcli::cluster::{AuthType, Client, Credentials, Doors, Endpoint, Error, Key, connect};
use orchcli::outbound::{self, Settings};
use secrecy::SecretString;
use serde_json::Value;

/// The real cluster the tests run against.
pub struct Bed {
    pub dir: PathBuf,
    pub kubeconfig: String,
    parsed: Value,
}

impl Bed {
    pub fn new() -> Self {
        // The binary does this once at start; a second test in the same process finds it done.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let path = std::env::var("ORCHCLI_TESTBED_KUBECONFIG").expect("needs the test bed: run tests/run.sh");
        let path = PathBuf::from(path);
        let kubeconfig = std::fs::read_to_string(&path).unwrap();
        let parsed = serde_saphyr::from_str(&kubeconfig).unwrap();
        Self { dir: path.parent().unwrap().to_owned(), kubeconfig, parsed }
    }

    fn text(&self, pointer: &str) -> String {
        self.parsed.pointer(pointer).and_then(Value::as_str).unwrap().to_owned()
    }

    pub fn server(&self) -> String {
        self.text("/clusters/0/cluster/server")
    }

    /// The authority, as base64 of PEM.
    pub fn authority(&self) -> String {
        self.text("/clusters/0/cluster/certificate-authority-data")
    }

    pub fn certificate(&self) -> (String, String) {
        (self.text("/users/0/user/client-certificate-data"), self.text("/users/0/user/client-key-data"))
    }

    /// The bed's authority signed the certificate of the test's identity provider too.
    pub fn doors(&self) -> Doors {
        let settings = Settings {
            allow: vec!["127.0.0.1".parse().unwrap()],
            ca_file: Some(self.dir.join("pki/ca.crt")),
        };
        Doors {
            outbound: outbound::Client::new(&settings).unwrap(),
            clock: Clock::system(),
            keep_refresh_token: Arc::new(|_| Box::pin(std::future::ready(()))),
        }
    }

    pub fn connect(&self, auth_type: AuthType, server: &str, given: &Credentials) -> Result<Client, Error> {
        connect(Endpoint::resolve(auth_type, server, given)?, &self.doors())
    }

    /// A client with all rights.
    pub fn admin(&self) -> Client {
        self.connect(AuthType::Kubeconfig, "", &credentials([(Key::Kubeconfig, self.kubeconfig.as_str())]))
            .unwrap()
    }

    /// Ends the API server and starts it again on its data; when this returns, it is ready.
    pub fn restart_api(&self) {
        drop(self.without_api());
    }

    /// Ends the API server, and everything else goes on; when the value goes, the server is back and ready.
    pub fn without_api(&self) -> Away<'_> {
        self.testbed("stop-api");
        Away(self)
    }

    fn testbed(&self, verb: &str) {
        let testbed = std::env::var("ORCHCLI_TESTBED").expect("needs the test bed: run tests/run.sh");
        let ended = Command::new(&testbed).arg(verb).arg(&self.dir).status().unwrap();
        assert!(ended.success(), "{testbed} {verb}: {ended}");
    }

    /// A token of a service account.
    pub async fn service_account_token(&self, namespace: &str, name: &str) -> String {
        let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token");
        let request = http::Request::post(path)
            .header("content-type", "application/json")
            .body(br#"{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}"#.to_vec())
            .unwrap();
        let answer: Value = self.admin().kube().request(request).await.unwrap();
        answer.pointer("/status/token").and_then(Value::as_str).unwrap().to_owned()
    }
}

/// The API server is away, until this goes: also when a test fails meanwhile.
pub struct Away<'a>(&'a Bed);

impl Drop for Away<'_> {
    fn drop(&mut self) {
        self.0.testbed("start-api");
    }
}

pub fn credentials<const N: usize>(secrets: [(Key, &str); N]) -> Credentials {
    let secrets = secrets.into_iter().map(|(key, value)| (key, SecretString::from(value))).collect();
    Credentials { secrets, ..Credentials::default() }
}
