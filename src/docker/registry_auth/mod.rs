//! Who we are to a registry: what `docker login` left behind (cli.md 8.1).

mod helper;

use std::collections::{BTreeSet, HashMap};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bollard::auth::DockerCredentials;
use secrecy::{ExposeSecret, SecretString};

use super::Error;
use super::config_file::{Auth, ConfigFile};
use super::discover::Environment;
use super::images::registry_of;
use helper::Answer;

/// The name under which Docker keeps the login of its own registry.
pub(super) const DOCKER_HUB: &str = "https://index.docker.io/v1/";

/// The logins of this user. They are never shown.
#[derive(Default)]
pub struct Logins {
    file: ConfigFile,
}

impl Logins {
    /// Reads Docker's configuration; without one, everybody is anonymous.
    pub fn read(environment: &Environment) -> Result<Self, Error> {
        let file = environment.docker_folder().map(|folder| ConfigFile::read(&folder)).transpose()?;
        Ok(Self { file: file.unwrap_or_default() })
    }

    /// The login for the registry of an image; none is anonymous.
    pub async fn of_image(&self, image: &str) -> Result<Option<Login>, Error> {
        let server = match registry_of(image) {
            Some(host) => host,
            None => DOCKER_HUB,
        };
        self.of_server(server).await
    }

    /// Every login there is a trace of, for a build that may start from any image.
    pub async fn all(&self) -> Result<HashMap<String, Login>, Error> {
        let servers: BTreeSet<&String> =
            self.file.auths.keys().chain(self.file.cred_helpers.keys()).collect();
        let mut logins = HashMap::new();
        for server in servers {
            if let Some(login) = self.of_server(server).await? {
                logins.insert(server.clone(), login);
            }
        }
        Ok(logins)
    }

    async fn of_server(&self, server: &str) -> Result<Option<Login>, Error> {
        let host = bare(server);
        let own =
            self.file.cred_helpers.iter().find(|(name, _)| bare(name) == host).map(|(_, helper)| helper);
        if let Some(helper) = own.or(self.file.creds_store.as_ref()).filter(|helper| !helper.is_empty()) {
            match helper::get(helper, server).await? {
                Answer::Login { user, secret } => return Ok(Some(Login::helped(server, user, &secret))),
                Answer::Nothing => {}
            }
        }
        let written = self.file.auths.iter().find(|(name, _)| bare(name) == host).map(|(_, auth)| auth);
        written.map_or(Ok(None), |auth| Login::written(server, auth))
    }
}

/// The host of a registry's name, which may be written as a URL.
pub(super) fn bare(name: &str) -> &str {
    let rest = name.strip_prefix("https://").or_else(|| name.strip_prefix("http://")).unwrap_or(name);
    rest.split('/').next().unwrap_or(rest)
}

/// A login. It has no `Debug`: what is in it is not to be seen.
#[derive(Clone)]
pub struct Login(DockerCredentials);

impl Login {
    /// What a credential helper knows; the user `<token>` says that the secret is a token.
    fn helped(server: &str, user: String, secret: &SecretString) -> Self {
        let secret = Some(secret.expose_secret().to_owned());
        let server = Some(server.to_owned());
        Self(if user == "<token>" {
            DockerCredentials { identitytoken: secret, serveraddress: server, ..Default::default() }
        } else {
            DockerCredentials {
                username: Some(user),
                password: secret,
                serveraddress: server,
                ..Default::default()
            }
        })
    }

    fn written(server: &str, auth: &Auth) -> Result<Option<Self>, Error> {
        let exposed = |secret: &Option<SecretString>| {
            secret
                .as_ref()
                .map(|secret| secret.expose_secret().to_owned())
                .filter(|secret| !secret.is_empty())
        };
        let mut login = DockerCredentials {
            identitytoken: exposed(&auth.identity_token),
            registrytoken: exposed(&auth.registry_token),
            serveraddress: Some(server.to_owned()),
            ..Default::default()
        };
        if let Some(both) = exposed(&auth.auth) {
            let wrong = || Error::Login {
                server: bare(server).to_owned(),
                why: "auths of config.json holds no user:password in base64".to_owned(),
            };
            let text = STANDARD
                .decode(both)
                .ok()
                .and_then(|bytes| String::from_utf8(bytes).ok())
                .ok_or_else(wrong)?;
            let (user, password) = text.trim_end_matches('\0').split_once(':').ok_or_else(wrong)?;
            login.username = Some(user.to_owned());
            login.password = Some(password.to_owned());
        }
        let some = login.identitytoken.is_some() || login.registrytoken.is_some() || login.username.is_some();
        Ok(some.then_some(Self(login)))
    }

    /// As the engine wants it.
    pub(super) fn for_engine(self) -> DockerCredentials {
        self.0
    }
}

#[cfg(test)]
mod tests;
