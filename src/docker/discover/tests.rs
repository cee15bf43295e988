//! Which engine is meant, by flag, variable and context.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::*;
use crate::docker::AddressError;

fn context(home: &Path, name: &str, meta: &str) -> std::path::PathBuf {
    let id = hex::encode(Sha256::digest(name.as_bytes()));
    let folder = home.join(".docker/contexts/meta").join(&id);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("meta.json"), meta).unwrap();
    home.join(".docker/contexts/tls").join(id).join("docker")
}

fn host(name: &str, host: &str) -> String {
    format!(
        r#"{{"Name":"{name}","Metadata":{{}},"Endpoints":{{"docker":{{"Host":"{host}","SkipTLSVerify":false}}}}}}"#
    )
}

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    context(home.path(), "colima", &host("colima", "unix:///colima.sock"));
    context(home.path(), "far", &host("far", "ssh://me@far"));
    fs::write(home.path().join(".docker/config.json"), r#"{"auths":{},"currentContext":"colima"}"#).unwrap();
    home
}

fn meant(wanted: Wanted<'_>, environment: &Environment) -> (String, Source) {
    let endpoint = named(wanted, environment).unwrap().unwrap();
    (endpoint.address.to_string(), endpoint.source)
}

#[test]
fn the_flag_beats_the_variable_beats_the_context_beats_the_context_in_use() {
    let home = home();
    let home = home.path().to_str().unwrap();
    let all = Environment::from([("HOME", home), ("DOCKER_HOST", "tcp://var:1"), ("DOCKER_CONTEXT", "far")]);
    let flags = Wanted { docker_host: Some("tcp://flag:1"), context: Some("far") };
    assert_eq!(meant(flags, &all), ("tcp://flag:1".to_owned(), Source::Flag));
    let context = Wanted { docker_host: None, context: Some("far") };
    assert_eq!(meant(context, &all), ("tcp://var:1".to_owned(), Source::Variable));
    let bare = Environment::from([("HOME", home)]);
    assert_eq!(meant(context, &bare), ("ssh://me@far".to_owned(), Source::Context("far".to_owned())));
    let variable = Environment::from([("HOME", home), ("DOCKER_CONTEXT", "far")]);
    assert_eq!(meant(Wanted::default(), &variable).0, "ssh://me@far");
    assert_eq!(
        meant(Wanted::default(), &bare),
        ("unix:///colima.sock".to_owned(), Source::Context("colima".to_owned()))
    );
}

#[test]
fn the_default_context_is_the_usual_places() {
    let home = home();
    let environment = Environment::from([("HOME", home.path().to_str().unwrap())]);
    let wanted = Wanted { docker_host: None, context: Some("default") };
    assert_eq!(named(wanted, &environment).unwrap(), None);
}

#[test]
fn the_configuration_folder_may_be_elsewhere() {
    let home = home();
    let folder = home.path().join(".docker");
    let environment = Environment::from([("HOME", "/nowhere"), ("DOCKER_CONFIG", folder.to_str().unwrap())]);
    assert_eq!(meant(Wanted::default(), &environment).0, "unix:///colima.sock");
}

#[test]
fn certificates_of_a_context_come_from_its_store() {
    let home = home();
    let tls = context(home.path(), "tls", &host("tls", "tcp://engine:2376"));
    fs::create_dir_all(&tls).unwrap();
    let environment = Environment::from([("HOME", home.path().to_str().unwrap())]);
    let wanted = Wanted { docker_host: None, context: Some("tls") };
    assert_eq!(named(wanted, &environment).unwrap().unwrap().tls, Some(tls));
}

#[test]
fn certificates_of_a_named_engine_come_from_where_the_variables_say() {
    let verify = Environment::from([("HOME", "/me"), ("DOCKER_TLS_VERIFY", "1")]);
    let elsewhere = Environment::from([("DOCKER_TLS_VERIFY", "1"), ("DOCKER_CERT_PATH", "/certs")]);
    let off = Environment::from([("HOME", "/me"), ("DOCKER_TLS_VERIFY", ""), ("DOCKER_CERT_PATH", "/certs")]);
    let wanted = Wanted { docker_host: Some("tcp://engine"), context: None };
    let tls = |environment| named(wanted, environment).unwrap().unwrap().tls;
    assert_eq!(tls(&verify), Some("/me/.docker".into()));
    assert_eq!(tls(&elsewhere), Some("/certs".into()));
    assert_eq!(tls(&off), None);
}

#[test]
fn a_context_that_is_not_there_or_says_nothing_is_refused() {
    let home = home();
    context(home.path(), "empty", r#"{"Name":"empty","Endpoints":{}}"#);
    context(home.path(), "broken", "{");
    context(home.path(), "odd", &host("odd", "ftp://x"));
    context(home.path(), "trusting", r#"{"Endpoints":{"docker":{"Host":"tcp://x:1","SkipTLSVerify":true}}}"#);
    let environment = Environment::from([("HOME", home.path().to_str().unwrap())]);
    let refusal = |name| named(Wanted { docker_host: None, context: Some(name) }, &environment).unwrap_err();
    assert!(matches!(refusal("absent"), Error::NoContext { .. }));
    assert!(matches!(refusal("empty"), Error::File { .. }));
    assert!(matches!(refusal("broken"), Error::File { .. }));
    assert!(matches!(refusal("odd"), Error::Address { source: AddressError::Scheme, .. }));
    assert!(refusal("trusting").to_string().contains("SkipTLSVerify"));
}

#[test]
fn a_configuration_that_does_not_parse_is_told_without_its_words() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join(".docker")).unwrap();
    fs::write(home.path().join(".docker/config.json"), r#"{"currentContext": {"auth": "aGVsbG8="}}"#)
        .unwrap();
    let environment = Environment::from([("HOME", home.path().to_str().unwrap())]);
    let said = named(Wanted::default(), &environment).unwrap_err().to_string();
    assert!(said.contains("line 1") && !said.contains("aGVsbG8="), "{said}");
}
