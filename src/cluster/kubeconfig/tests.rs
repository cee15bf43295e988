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

/// What runs commands, opens files of the server or sends its traffic elsewhere: where it stands, and as what.
const FORBIDDEN: [(&str, &str, &str); 7] = [
    ("users", "user", "exec"),
    ("users", "user", "auth-provider"),
    ("users", "user", "tokenFile"),
    ("users", "user", "client-certificate"),
    ("users", "user", "client-key"),
    ("clusters", "cluster", "certificate-authority"),
    ("clusters", "cluster", "proxy-url"),
];

/// Whether a parser that knows nothing of kubeconfigs finds something forbidden in the text. What it cannot read, such
/// as a list for a key, holds nothing that has a name.
fn holds_what_is_forbidden(text: &str) -> bool {
    let file: serde_json::Value = serde_saphyr::from_str(text).unwrap_or_default();
    FORBIDDEN.iter().any(|(list, entry, field)| {
        let entries = file[*list].as_array().into_iter().flatten();
        entries.filter_map(|found| found[*entry].get(*field)).any(|value| !value.is_null() && value != "")
    })
}

/// Ways to write a member, some of which look like something else.
fn written(field: &str, value: &str) -> impl Strategy<Value = String> + use<> {
    let escaped = format!("\\x{:02x}{}", field.as_bytes()[0], &field[1..]);
    prop::sample::select(vec![
        format!("    {field}: {value}"),
        format!("    {field}:   # a remark\n      {value}"),
        format!("    '{field}': {value}"),
        format!("    \"{escaped}\": {value}"),
        format!("    ? {field}\n    : {value}"),
        format!("    !!str {field}: {value}"),
        format!("    {field}: &anchor {value}"),
        format!("    <<: {{{field}: {value}}}"),
        format!("    <<: [{{{field}: {value}}}]"),
    ])
}

/// One forbidden member, in any spelling, with any value that means something.
fn forbidden() -> impl Strategy<Value = (&'static str, String)> {
    prop::sample::select(FORBIDDEN.to_vec()).prop_flat_map(|(list, _, field)| {
        let values = match field {
            "exec" | "auth-provider" => {
                vec!["{command: /bin/sh, args: [-c, id]}", "{}", "[]", "text", "0", "false", "{name: gcp}"]
            }
            _ => vec![
                "/etc/passwd",
                "./key.pem",
                "'  '",
                "socks5://127.0.0.1:1",
                "\"~\"",
                "file:///etc/passwd",
            ],
        };
        prop::sample::select(values)
            .prop_flat_map(move |value| written(field, value).prop_map(move |text| (list, text)))
    })
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

    #[test]
    fn what_is_forbidden_is_refused_in_any_spelling_whichever_context_is_used((list, member) in forbidden()) {
        let first = if list == "users" { "    client-certificate-data" } else { "    server: https://one" };
        let changed = GOOD.replacen(first, &format!("{member}\n{first}"), 1);
        for context in ["dev", "prod"] {
            prop_assert!(read(&changed, context).is_err(), "{changed}");
        }
    }

    #[test]
    fn nothing_forbidden_is_in_a_file_that_is_accepted(
        (_, member) in forbidden(),
        line in 0..GOOD.lines().count(),
        indent in 0..6_usize,
        damage in prop::option::of((0..GOOD.len(), "[\\PC\\n]{0,6}")),
    ) {
        let member: Vec<String> =
            member.lines().map(|text| format!("{}{}", " ".repeat(indent), text.trim_start())).collect();
        let mut lines: Vec<&str> = GOOD.lines().collect();
        lines.splice(line..line, member.iter().map(String::as_str));
        let mut text = lines.join("\n");
        if let Some((at, with)) = damage {
            text.insert_str(at, &with);
        }
        for context in ["dev", "prod"] {
            if read(&text, context).is_ok() {
                prop_assert!(!holds_what_is_forbidden(&text), "{text}");
            }
        }
    }
}
