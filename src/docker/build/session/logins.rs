//! Logins for the registries of the images that a build starts from.

use std::collections::HashMap;

use bollard::auth::DockerCredentials;
use bollard_buildkit_proto::moby::filesync::v1::auth_server::Auth;
use bollard_buildkit_proto::moby::filesync::v1::{
    CredentialsRequest, CredentialsResponse, FetchTokenRequest, FetchTokenResponse, GetTokenAuthorityRequest,
    GetTokenAuthorityResponse, VerifyTokenAuthorityRequest, VerifyTokenAuthorityResponse,
};
use tonic::{Request, Response, Status};

use crate::docker::registry_auth::{DOCKER_HUB, bare};

/// The host by which BuildKit asks for Docker's own registry.
const HUB_HOST: &str = "registry-1.docker.io";

/// Logins by host.
pub struct Logins(HashMap<String, DockerCredentials>);

impl Logins {
    /// Those of Docker's configuration, whose names may be URLs.
    pub fn of(logins: HashMap<String, DockerCredentials>) -> Self {
        Self(logins.into_iter().map(|(server, login)| (bare(&server).to_owned(), login)).collect())
    }

    fn of_host(&self, host: &str) -> CredentialsResponse {
        let server = if host == HUB_HOST { bare(DOCKER_HUB) } else { host };
        let Some(login) = self.0.get(server) else { return CredentialsResponse::default() };
        // A token of the registry has no user.
        match &login.identitytoken {
            Some(token) => CredentialsResponse { username: String::new(), secret: token.clone() },
            None => CredentialsResponse {
                username: login.username.clone().unwrap_or_default(),
                secret: login.password.clone().unwrap_or_default(),
            },
        }
    }
}

#[tonic::async_trait]
impl Auth for Logins {
    async fn credentials(
        &self,
        request: Request<CredentialsRequest>,
    ) -> Result<Response<CredentialsResponse>, Status> {
        Ok(Response::new(self.of_host(&request.into_inner().host)))
    }

    // The engine gets tokens itself where a client does not.
    async fn fetch_token(
        &self,
        _: Request<FetchTokenRequest>,
    ) -> Result<Response<FetchTokenResponse>, Status> {
        Err(Status::unimplemented("ask for the credentials"))
    }

    async fn get_token_authority(
        &self,
        _: Request<GetTokenAuthorityRequest>,
    ) -> Result<Response<GetTokenAuthorityResponse>, Status> {
        Err(Status::unimplemented("ask for the credentials"))
    }

    async fn verify_token_authority(
        &self,
        _: Request<VerifyTokenAuthorityRequest>,
    ) -> Result<Response<VerifyTokenAuthorityResponse>, Status> {
        Err(Status::unimplemented("ask for the credentials"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_found_by_the_host_and_a_token_has_no_user() {
        let login = |user: &str| DockerCredentials {
            username: Some(user.to_owned()),
            password: Some("p".to_owned()),
            ..DockerCredentials::default()
        };
        let token = DockerCredentials { identitytoken: Some("t".to_owned()), ..login("u") };
        let logins = Logins::of(HashMap::from([
            (DOCKER_HUB.to_owned(), login("hub")),
            ("https://reg.example/v2/".to_owned(), token),
        ]));
        assert_eq!(logins.of_host(HUB_HOST).username, "hub");
        let found = logins.of_host("reg.example");
        assert_eq!((found.username.as_str(), found.secret.as_str()), ("", "t"));
        assert_eq!(logins.of_host("other.example"), CredentialsResponse::default());
    }
}
