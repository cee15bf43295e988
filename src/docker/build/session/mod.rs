//! The session of a build: BuildKit asks in it for files, logins, secrets and the ssh agent, whenever it wants them.
//!
//! It is a connection to `POST /session` that is turned round: the engine is the client on it and speaks gRPC.

mod agent;
mod files;
mod health;
mod logins;
mod secrets;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bollard::auth::DockerCredentials;
use bollard::body_full;
use bollard_buildkit_proto::health::health_server::HealthServer;
use bollard_buildkit_proto::moby::buildkit::secrets::v1::secrets_server::SecretsServer;
use bollard_buildkit_proto::moby::filesync::v1::auth_server::AuthServer;
use bollard_buildkit_proto::moby::filesync::v1::file_sync_server::FileSyncServer;
use bollard_buildkit_proto::moby::sshforward::v1::ssh_server::SshServer;
use bytes::Bytes;
use http::{Request, StatusCode, header};
use hyper::server::conn::http2;
use hyper_util::rt::TokioExecutor;
use hyper_util::service::TowerToHyperService;
use sha2::{Digest, Sha256};
use tokio::task::JoinHandle;
use tonic::service::Routes;

use super::files::Files;
use super::recipe::SecretFrom;
use crate::docker::error::Why;
use crate::docker::{Engine, Error};

pub use files::DOCKERFILE;

/// What BuildKit may ask for, as the engine wants to know beforehand.
const METHODS: [&str; 6] = [
    "/moby.filesync.v1.FileSync/DiffCopy",
    "/moby.filesync.v1.Auth/Credentials",
    "/moby.buildkit.secrets.v1.Secrets/GetSecret",
    "/moby.sshforward.v1.SSH/CheckAgent",
    "/moby.sshforward.v1.SSH/ForwardAgent",
    "/grpc.health.v1.Health/Check",
];

/// What a build is given.
#[derive(Debug, Default)]
pub struct Given {
    /// The files; none when the engine fetches them itself.
    pub files: Option<Files>,
    /// Logins by registry.
    pub logins: HashMap<String, DockerCredentials>,
    /// Secrets by id.
    pub secrets: Vec<(String, SecretFrom)>,
    /// Whether the ssh agent may be asked.
    pub ssh: bool,
}

/// A session that is open; it ends with the value.
pub struct Session {
    id: String,
    serving: JoinHandle<()>,
    fault: Fault,
}

/// What went wrong on our side of a session, if something did: the engine tells only that it missed something.
type Fault = Arc<Mutex<Option<String>>>;

impl Session {
    /// Opens one.
    pub async fn open(engine: &Engine, given: Given) -> Result<Self, Error> {
        let id = format!("{:032x}", rand::random::<u128>());
        let api = engine.api;
        let mut request = Request::post(format!("{}/v{api}/session", engine.wire.base()))
            .header(header::CONNECTION, "Upgrade")
            .header(header::UPGRADE, "h2c")
            .header("X-Docker-Expose-Session-Uuid", &id)
            .header("X-Docker-Expose-Session-Name", "orchcli")
            .header("X-Docker-Expose-Session-Sharedkey", shared_key(given.files.as_ref()));
        for method in METHODS {
            request = request.header("X-Docker-Expose-Session-Grpc-Method", method);
        }
        let broken = |why: String| Error::Unreachable { endpoint: engine.endpoint(), why: Why::Other(why) };
        let request = request.body(body_full(Bytes::new())).map_err(|error| broken(error.to_string()))?;
        let answer = engine.wire.request(request).await;
        let answer = answer
            .map_err(|error| Error::Unreachable { endpoint: engine.endpoint(), why: Why::of(&error) })?;
        if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Err(broken(format!("it opens no session for a build ({})", answer.status())));
        }
        let upgraded = hyper::upgrade::on(answer).await.map_err(|error| broken(error.to_string()))?;
        let fault = Fault::default();
        let routes = routes(given, &fault);
        let serving = tokio::spawn(async move {
            let service = TowerToHyperService::new(routes);
            // It ends with the build; how is told by that.
            let _ = http2::Builder::new(TokioExecutor::new()).serve_connection(upgraded, service).await;
        });
        Ok(Self { id, serving, fault })
    }

    /// Its name, for the call that builds.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What went wrong on our side.
    pub fn fault(&self) -> Option<String> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// What tells the files of one folder from those of another: of the same folder, only what changed is asked for.
fn shared_key(files: Option<&Files>) -> String {
    let folder = files.map(|files| files.root().canonicalize().unwrap_or_else(|_| files.root().to_owned()));
    folder
        .map(|folder| hex::encode(Sha256::digest(folder.as_os_str().as_encoded_bytes())))
        .unwrap_or_default()
}

/// Keeps the first thing that went wrong.
fn keep(fault: &Fault, words: &str) {
    fault.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| words.to_owned());
}

fn routes(given: Given, fault: &Fault) -> Routes {
    let mut routes = Routes::new(HealthServer::new(health::Healthy))
        .add_service(AuthServer::new(logins::Logins::of(given.logins)))
        .add_service(SecretsServer::new(secrets::Secrets { from: given.secrets, fault: Arc::clone(fault) }));
    if let Some(files) = given.files {
        let files = files::Sent { files: Arc::new(files), fault: Arc::clone(fault) };
        routes = routes.add_service(FileSyncServer::new(files));
    }
    if given.ssh {
        routes = routes.add_service(SshServer::new(agent::Agent));
    }
    routes.prepare()
}
