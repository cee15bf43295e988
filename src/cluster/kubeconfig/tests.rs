//! The kubeconfig reader on what people paste, and on what they should not.

use proptest::prelude::*;
use secrecy::ExposeSecret;

use super::*;

const GOOD: &str = r"apiVersion: v1
kind: Config
preferences: {}
current-context: dev
clusters:
- name: one
  cluster:
    server: https://one.example:6443
    certificate-authority-data: Q0E=
    tls-server-name: kubernetes
- name: two
  cluster: {server: 'https://two.example', insecure-skip-tls-verify: true}
users:
- name: alice
  user: {token: t0ken}
- name: bob
  user:
    client-certificate-data: Q0VSVA==
    client-key-data: S0VZ
    as: root
    as-groups: [admins]
contexts:
- name: dev
  context: {cluster: one, user: alice, namespace: team-a}
- name: prod
  context: {cluster: two, user: bob}
";

#[test]
fn the_current_context_is_used_when_none_is_named() {
    let context = read(GOOD, "").unwrap();
    assert_eq!(context.server, "https://one.example:6443");
    assert_eq!(context.ca_data.as_deref(), Some("Q0E="));
    assert_eq!(context.tls_server_name.as_deref(), Some("kubernetes"));
    assert_eq!(context.token.unwrap().expose_secret(), "t0ken");
    assert_eq!(context.namespace.as_deref(), Some("team-a"));
    assert!(!context.insecure);
}

#[test]
fn a_named_context_is_honoured() {
    let context = read(GOOD, "prod").unwrap();
    assert_eq!(context.server, "https://two.example");
    assert!(context.insecure && context.token.is_none());
    assert_eq!(context.certificate.unwrap().0, "Q0VSVA==");
    assert_eq!(context.impersonate.user.as_deref(), Some("root"));
    assert_eq!(context.impersonate.groups, ["admins"]);
}

#[test]
fn json_is_a_kubeconfig_too() {
    let json = r#"{"current-context":"c","clusters":[{"name":"k","cluster":{"server":"https://k"}}],
        "users":[{"name":"u","user":{"token":"t"}}],"contexts":[{"name":"c","context":{"cluster":"k","user":"u"}}]}"#;
    assert_eq!(read(json, "").unwrap().server, "https://k");
}

#[test]
fn what_would_leave_the_file_is_refused_with_its_field_and_line() {
    for (field, line, text) in [
        ("exec", 18, "    exec: {command: /bin/sh}"),
        ("auth-provider", 18, "    auth-provider: {name: gcp}"),
        ("tokenFile", 18, "    tokenFile: /var/run/token"),
        ("client-certificate", 18, "    client-certificate: /etc/cert.pem"),
        ("client-key", 18, "    client-key: key.pem"),
    ] {
        let block = text.replace(": {", ":\n      ").replace('}', "");
        let changed = GOOD.replace("  user:\n    client-cert", &format!("  user:\n{block}\n    client-cert"));
        let error = read(&changed, "").unwrap_err();
        assert!(error.reason.starts_with(&format!("{field} (line {line}) is not accepted: ")), "{error}");

        let changed = GOOD.replace("  user:\n    client-cert", &format!("  user:\n{text}\n    client-cert"));
        let error = read(&changed, "").unwrap_err();
        assert_eq!(error.key, "kubeconfig");
        assert!(error.reason.starts_with(&format!("{field} (line {line}) is not accepted: ")), "{error}");
    }
    for (field, text) in [("certificate-authority", "ca.crt"), ("proxy-url", "socks5://h:1")] {
        let changed = GOOD.replace("    tls-server-name: kubernetes", &format!("    {field}: {text}"));
        let error = read(&changed, "prod").unwrap_err();
        assert!(error.reason.starts_with(&format!("{field} (line 10) is not accepted: ")), "{error}");
    }
}

#[test]
fn a_refused_field_cannot_hide_behind_an_anchor() {
    let hidden = GOOD
        .replace("kind: Config", "kind: Config\nx: &x {exec: {command: id}}")
        .replace("user: {token: t0ken}", "user: {<<: *x, token: t0ken}");
    assert!(read(&hidden, "").is_err());
}

#[test]
fn fields_that_are_empty_refuse_nothing() {
    let text = GOOD.replace("user: {token: t0ken}", "user: {token: t0ken, tokenFile: '', exec: null}");
    assert!(read(&text, "").is_ok());
}

#[test]
fn missing_pieces_are_named() {
    for (from, to, named, words) in [
        ("current-context: dev", "", "", "no current-context"),
        ("current-context: dev", "", "nope", "no context \"nope\""),
        ("name: one", "name: other", "", "cluster of the context \"dev\""),
        ("name: alice", "name: other", "", "user of the context \"dev\""),
        ("{token: t0ken}", "{username: u, password: p}", "", "neither a token nor"),
        ("    client-key-data: S0VZ\n", "", "prod", "without client-key-data"),
    ] {
        let error = read(&GOOD.replace(from, to), named).unwrap_err();
        assert!(error.reason.contains(words), "{error}");
    }
}

#[test]
fn errors_of_the_parser_show_a_place_and_no_text() {
    let error = read("clusters: [\ntoken: hunter2", "").unwrap_err();
    assert!(error.reason.contains("line "), "{error}");
    assert!(!error.reason.contains("hunter2"), "{error}");
    assert!(read(&"a".repeat(LARGEST + 1), "").unwrap_err().reason.contains("256 KiB"));
    assert!(read("", "").is_err());
}

proptest! {
    #[test]
    fn any_text_is_answered(text in ".{0,400}") {
        let _ = read(&text, "");
    }

    #[test]
    fn any_damage_to_a_good_file_is_answered(at in 0..GOOD.len(), with in "[\\PC\\n]{0,12}") {
        // The good file is ASCII: every place in it can be cut.
        let _ = read(&format!("{}{with}{}", &GOOD[..at], &GOOD[at..]), "prod");
    }
}
