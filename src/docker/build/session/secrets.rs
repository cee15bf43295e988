//! Secrets that the commands of a build may read.

use std::io::{self, Read};
use std::{env, fs};

use bollard_buildkit_proto::moby::buildkit::secrets::v1::secrets_server;
use bollard_buildkit_proto::moby::buildkit::secrets::v1::{GetSecretRequest, GetSecretResponse};
use tonic::{Request, Response, Status};

use super::Fault;
use crate::docker::build::files::named;
use crate::docker::build::recipe::SecretFrom;

/// Largest secret, in bytes; BuildKit's own limit.
const MOST: u64 = 500 * 1024;

/// The secrets of a build. They are read when they are asked for, and not kept.
pub struct Secrets {
    /// Where each comes from, by id.
    pub from: Vec<(String, SecretFrom)>,
    /// What went wrong with them.
    pub fault: Fault,
}

#[tonic::async_trait]
impl secrets_server::Secrets for Secrets {
    async fn get_secret(
        &self,
        request: Request<GetSecretRequest>,
    ) -> Result<Response<GetSecretResponse>, Status> {
        let id = request.into_inner().id;
        let missing = || Status::not_found(format!("there is no secret {id}"));
        let (_, from) = self.from.iter().find(|(name, _)| *name == id).ok_or_else(missing)?;
        match read(from) {
            Ok(data) => Ok(Response::new(GetSecretResponse { data })),
            Err(error) => {
                let words = format!("the secret {id} cannot be read: {error}");
                super::keep(&self.fault, &words);
                Err(Status::failed_precondition(words))
            }
        }
    }
}

fn read(from: &SecretFrom) -> io::Result<Vec<u8>> {
    match from {
        SecretFrom::Variable(name) => Ok(env::var_os(name).unwrap_or_default().into_encoded_bytes()),
        SecretFrom::File(path) => {
            let mut content = Vec::new();
            let read = fs::File::open(path).and_then(|file| file.take(MOST + 1).read_to_end(&mut content));
            read.map_err(|error| named(path, &error))?;
            if content.len() as u64 > MOST {
                return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 500 KiB"));
            }
            Ok(content)
        }
    }
}
