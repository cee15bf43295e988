//! What `docker login` leaves behind.

use std::fs;

use super::*;

async fn login(config: &str, image: &str) -> Result<Option<DockerCredentials>, Error> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("config.json"), config).unwrap();
    let environment = Environment::from([("DOCKER_CONFIG", folder.path().to_str().unwrap())]);
    Ok(Logins::read(&environment)?.of_image(image).await?.map(Login::for_engine))
}

fn user(found: Option<DockerCredentials>) -> Option<(String, String)> {
    let found = found?;
    Some((found.username?, found.password?))
}

fn pair(user: &str, password: &str) -> (String, String) {
    (user.to_owned(), password.to_owned())
}

#[tokio::test]
async fn a_login_belongs_to_its_registry_only() {
    // me:pass:word
    let config = r#"{"auths": {"ghcr.io": {"auth": "bWU6cGFzczp3b3Jk"}, "https://other.io/v2/": {"auth": "eW91Ong="}}}"#;
    assert_eq!(
        user(login(config, "ghcr.io/kubeorch/core:latest").await.unwrap()),
        Some(pair("me", "pass:word"))
    );
    assert_eq!(user(login(config, "other.io/x").await.unwrap()), Some(pair("you", "x")));
    assert!(login(config, "mongo:8.0").await.unwrap().is_none());
    assert!(login(config, "127.0.0.1:5000/x").await.unwrap().is_none());
}

#[tokio::test]
async fn an_image_without_a_registry_is_docker_hubs() {
    let config = r#"{"auths": {"https://index.docker.io/v1/": {"auth": "bWU6eA=="}}}"#;
    for image in ["mongo", "library/mongo:8.0", "docker.io/library/mongo", "index.docker.io/x/y"] {
        assert_eq!(user(login(config, image).await.unwrap()), Some(pair("me", "x")), "{image}");
    }
}

#[tokio::test]
async fn an_identity_token_takes_the_place_of_a_password() {
    let config = r#"{"auths": {"r.io": {"identitytoken": "t0ken"}}}"#;
    assert_eq!(login(config, "r.io/x").await.unwrap().unwrap().identitytoken.as_deref(), Some("t0ken"));
}

#[tokio::test]
async fn an_empty_login_is_none() {
    assert!(login(r#"{"auths": {"r.io": {}}}"#, "r.io/x").await.unwrap().is_none());
}

#[tokio::test]
async fn a_login_that_is_none_is_told_without_its_words() {
    let error = login(r#"{"auths": {"r.io": {"auth": "c2VjcmV0d29yZA=="}}}"#, "r.io/x").await.unwrap_err();
    let said = error.to_string();
    assert!(said.contains("r.io") && !said.contains("secretword") && !said.contains("c2Vjc"), "{said}");
}

#[tokio::test]
async fn a_helper_that_is_not_there_is_named() {
    let config = r#"{"credHelpers": {"r.io": "orchcli-no-such-helper"}}"#;
    let said = login(config, "r.io/x").await.unwrap_err().to_string();
    assert!(said.contains("docker-credential-orchcli-no-such-helper"), "{said}");
    let path = r#"{"credsStore": "../evil"}"#;
    assert!(login(path, "r.io/x").await.unwrap_err().to_string().contains("no path"));
}
