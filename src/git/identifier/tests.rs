//! The table of what is accepted and what is refused (cli.md 6.1).

use super::*;

const HTTPS: Usual<'_> = Usual { host: "github.com", protocol: Protocol::Https };
const SSH: Usual<'_> = Usual { host: "github.com", protocol: Protocol::Ssh };

fn parse(text: &str) -> Result<Identifier, Invalid> {
    Identifier::parse(text, HTTPS, false)
}

#[test]
fn what_is_accepted_and_the_url_it_becomes() {
    let long_owner = "o".repeat(39);
    let long_repo = "r".repeat(100);
    let longest = format!("{long_owner}/{long_repo}");
    let longest_url = format!("https://github.com/{longest}");
    for (text, url, reference) in [
        ("KubeOrch/ui", "https://github.com/KubeOrch/ui", None),
        ("  me/ui\n", "https://github.com/me/ui", None),
        ("me/ui.git", "https://github.com/me/ui", None),
        ("me/.github", "https://github.com/me/.github", None),
        ("me/_ui", "https://github.com/me/_ui", None),
        ("a-b-c/x.y_z-1", "https://github.com/a-b-c/x.y_z-1", None),
        ("octo_corp/ui", "https://github.com/octo_corp/ui", None),
        ("me/ui#dev", "https://github.com/me/ui", Some("dev")),
        ("me/ui@feature/x", "https://github.com/me/ui", Some("feature/x")),
        (&longest, &longest_url, None),
        ("https://github.com/me/ui", "https://github.com/me/ui", None),
        ("https://github.com/me/ui.git/", "https://github.com/me/ui", None),
        ("HTTPS://git.example:8443/a/b/c.git#v1", "https://git.example:8443/a/b/c", Some("v1")),
        ("http://127.0.0.1:9/ui.git", "http://127.0.0.1:9/ui", None),
        ("http://[::1]:9/ui", "http://[::1]:9/ui", None),
        ("http://localhost/ui", "http://localhost/ui", None),
        ("ssh://git@git.example:2222/me/ui.git", "ssh://git@git.example:2222/me/ui.git", None),
        ("ssh://git.example/me/ui@v1", "ssh://git.example/me/ui", Some("v1")),
        ("git@github.com:me/ui.git", "git@github.com:me/ui.git", None),
        ("git@github.com:me/ui", "git@github.com:me/ui", None),
        ("file:///srv/ui.git", "file:///srv/ui.git", None),
        ("/srv/a@b/ui.git#dev", "/srv/a@b/ui.git", Some("dev")),
        ("./ui", "./ui", None),
        ("../ui@v2", "../ui", Some("v2")),
    ] {
        let found = parse(text).unwrap_or_else(|invalid| panic!("{invalid}"));
        assert_eq!((found.repository.url.as_str(), found.reference.as_deref()), (url, reference), "{text}");
    }
    let found = Identifier::parse("me/ui", SSH, false).expect("valid");
    assert_eq!(found.repository.url, "git@github.com:me/ui.git");
    let found = Identifier::parse("http://git.example/me/ui", HTTPS, true).expect("allowed");
    assert_eq!(found.repository.url, "http://git.example/me/ui");
}

#[test]
fn what_is_refused_and_why() {
    let long_owner = format!("{}/ui", "o".repeat(40));
    let long_repo = format!("me/{}", "r".repeat(101));
    let long = format!("https://git.example/{}", "a/".repeat(1200));
    for (text, why) in [
        ("", "empty"),
        ("   ", "empty"),
        ("ui", "owner is missing"),
        ("a/b/c", "too many parts"),
        ("/", "absolute"),
        ("me/", "name"),
        ("me/.", "name"),
        ("me/..", "name"),
        ("-me/ui", "option"),
        ("me-/ui", "owner"),
        ("me--x/ui", "owner"),
        ("me_/ui", "owner"),
        (&long_owner, "owner"),
        (&long_repo, "name"),
        (&long, "longer"),
        ("mé/ui", "owner"),
        ("me/üi", "name"),
        ("me/u\u{202e}i", "name"),
        ("--upload-pack=touch /tmp/x", "contains"),
        ("--upload-pack=x/y", "option"),
        ("me/-ui", "name"),
        ("me/ui\nx", "contains"),
        ("me/ui x", "contains"),
        ("me/ui\0", "contains"),
        ("me/ui#", "reference"),
        ("me/ui#-x", "option"),
        ("me/ui#a..b", "reference"),
        ("me/ui@x.lock", "reference"),
        ("ext::sh -c x", "contains"),
        ("ext::x", "before :"),
        ("ftp://h/a/b", "ftp"),
        ("git://h/a/b", "git"),
        ("https://h", "path"),
        ("https://h/", "part"),
        ("https://h/../b", "part"),
        ("https://h/a/%2e%2e", "part"),
        ("https://h/-x/b", "part"),
        ("https://bob:hunter2@h/a/b", "password"),
        ("https://bob@h/a/b", "user"),
        ("https://-h/a/b", "host"),
        ("https://h_/a/b", "host"),
        ("https://h:99999/a/b", "port"),
        ("https://[::g]/a/b", "host"),
        ("https://github.com/a", "owner/repo"),
        ("https://github.com/a/b/c", "owner/repo"),
        ("http://git.example/a/b", "--insecure"),
        ("http://127.0.0.1.evil.example/a/b", "--insecure"),
        ("ssh://bob:pw@h/a/b", "password"),
        ("ssh://-oProxyCommand=x/a/b", "host"),
        ("-oProxyCommand=x@h:a/b", "option"),
        ("git@-h:a/b", "host"),
        ("git@h:../b", "part"),
        ("git@h:a/b#dev", "--ui-ref"),
        ("file://srv/x", "absolute"),
    ] {
        match parse(text) {
            Ok(found) => assert_eq!((text, why), ("/", "absolute"), "{found:?}"),
            Err(invalid) => assert!(invalid.to_string().contains(why), "{text:?}: {invalid}"),
        }
    }
}

#[test]
fn a_secret_in_a_url_is_not_repeated() {
    let invalid = parse("https://bob:hunter2@h/a/b").expect_err("refused");
    assert!(!crate::redact::text(&invalid.to_string()).contains("hunter2"));
}

#[test]
fn the_same_repository_has_many_spellings() {
    let official = parse("KubeOrch/ui").expect("valid").repository;
    for text in [
        "kubeorch/UI",
        "https://github.com/KubeOrch/ui.git",
        "https://GitHub.com:443/kubeorch/ui/",
        "git@github.com:KubeOrch/ui.git",
        "ssh://git@github.com/KubeOrch/ui",
        "ssh://git@github.com:22/KubeOrch/ui",
    ] {
        assert!(official.is(&parse(text).expect("valid").repository), "{text}");
    }
    for text in
        ["me/ui", "KubeOrch/core", "https://gitlab.com/KubeOrch/ui", "https://github.com:8443/KubeOrch/ui"]
    {
        assert!(!official.is(&parse(text).expect("valid").repository), "{text}");
    }
}
