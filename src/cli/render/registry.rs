//! Registry records of a graph file, as the API lists them plus the credentials it keeps to itself.

use secrecy::SecretString;

use super::document::Document;
use crate::cli::failure::Failure;
use crate::manifest::{Login, Registry, RegistryType};

/// Reads one record. Without a login of its own it is kept: its images are pulled without one, with a warning.
pub fn registry(record: &mut Document) -> Result<Registry, Failure> {
    let id = record.take("id")?.ok_or_else(|| record.invalid("id", " is required"))?;
    let kind = record.take("registryType")?.ok_or_else(|| record.invalid("registryType", " is required"))?;
    let login = match record.object("credentials")? {
        Some(mut credentials) => login(kind, &mut credentials)?,
        None => None,
    };
    Ok(Registry {
        id,
        kind,
        url: record.take("registryUrl")?.unwrap_or_default(),
        is_default: record.take("isDefault")?.unwrap_or_default(),
        created_at: record.take("createdAt")?.unwrap_or_default(),
        login: login.ok_or_else(|| "the registry record has no login".into()),
    })
}

fn login(kind: RegistryType, credentials: &mut Document) -> Result<Option<Login>, Failure> {
    let mut member = |key| Ok(credentials.text(key)?.filter(|text| !text.is_empty()));
    let (username, password) = match kind {
        RegistryType::Dockerhub | RegistryType::Ghcr | RegistryType::Custom => {
            (member("username")?, member("password")?)
        }
        RegistryType::Gcr => (Some("_json_key".to_owned()), member("serviceAccountJson")?),
        RegistryType::Acr => (member("clientId")?, member("clientSecret")?),
        // The token is made by AWS when a workflow runs; a file may bring one along.
        RegistryType::Ecr => (Some("AWS".to_owned()), member("password")?),
    };
    let login = |(username, password)| Login { username, password: SecretString::from(password) };
    Ok(username.zip(password).map(login))
}
