//! Who goes first, what is wrong, and what is only worth a word.

use std::num::NonZeroU32;
use std::path::Path;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::*;

/// Sources to start from: a user's machine without a configuration.
fn sources() -> Sources {
    let secret = |text: &str| SecretString::from(text.repeat(32));
    Sources {
        flags: Vec::new(),
        environment: [("HOME".to_owned(), "/home/ada".to_owned())].into(),
        file: None,
        machine: Machine::default(),
        fresh: Fresh { jwt_secret: secret("j"), encryption_key: secret("e") },
    }
}

fn with_environment(variables: &[(&str, &str)]) -> Sources {
    let mut sources = sources();
    sources
        .environment
        .extend(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    sources
}

fn with_file(text: &str) -> Sources {
    Sources { file: Some(File::parse(Path::new("config.yaml"), text).unwrap()), ..sources() }
}

fn loaded(sources: &Sources) -> Loaded {
    load(sources).unwrap_or_else(|refused| panic!("{:?}", refused.problems))
}

fn problems(sources: &Sources) -> Vec<String> {
    load(sources).unwrap_err().problems.iter().map(ToString::to_string).collect()
}

fn warnings(sources: &Sources) -> Vec<String> {
    loaded(sources).warnings.into_iter().map(|warning| warning.message).collect()
}

fn origin(loaded: &Loaded, key: Key) -> String {
    loaded.shown.iter().find(|shown| shown.key == key).unwrap().origin.to_string()
}

#[test]
fn each_place_goes_before_the_next() {
    let flag = Flag { key: key::PORT, name: "--port", value: "1".to_owned() };
    let mut sources = with_file("PORT: 4");
    let variables =
        [("KUBEORCH_PORT", "2"), ("PORT", "3")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    sources.environment.extend(variables);
    sources.flags.push(flag);

    let mut seen = Vec::new();
    let mut look = |sources: &Sources| {
        let loaded = loaded(sources);
        seen.push((loaded.settings.port, origin(&loaded, key::PORT)));
    };
    look(&sources);
    sources.flags.clear();
    look(&sources);
    sources.environment.remove("KUBEORCH_PORT");
    look(&sources);
    sources.environment.remove("PORT");
    look(&sources);
    sources.file = None;
    look(&sources);

    let expected = [
        (1, "flag --port"),
        (2, "environment KUBEORCH_PORT"),
        (3, "environment PORT"),
        (4, "config.yaml:1"),
        (3000, "default"),
    ];
    assert_eq!(seen, expected.map(|(port, origin)| (port, origin.to_owned())));
}

#[test]
fn every_default_of_the_table_is_valid() {
    let loaded = loaded(&sources());
    assert_eq!(loaded.shown.len(), key::ALL.len());
    for (shown, key) in loaded.shown.iter().zip(key::ALL) {
        assert_eq!(shown.key.name, key.name, "shown in the order of the table");
    }
    let settings = loaded.settings;
    assert_eq!((settings.host.as_str(), settings.port), ("127.0.0.1", 3000));
    assert_eq!(settings.console_port, ConsolePort::Same);
    assert!(matches!(settings.store, Store::Sqlite));
    assert_eq!(settings.data_dir, Path::new("/home/ada/.local/share/orchcli"));
    assert_eq!(settings.base_url(), "http://localhost:3000");
    assert_eq!(settings.frontend_url(), "http://localhost:3000");
    assert_eq!(settings.cors_allowed_origins, ["http://localhost:3001"]);
    assert_eq!(settings.cluster_log_ttl, Duration::from_hours(24));
    assert_eq!(settings.token_refresh_max_age, Duration::from_hours(7 * 24));
    assert_eq!(settings.session_max, Some(Duration::from_hours(30 * 24)));
    let rate = |per_second, burst| {
        Some(Rate {
            per_second: NonZeroU32::new(per_second).unwrap(),
            burst: NonZeroU32::new(burst).unwrap(),
        })
    };
    assert_eq!((settings.rate_limits.anonymous, settings.rate_limits.user), (rate(10, 20), rate(50, 100)));
    assert!(settings.builtin_login && settings.builtin_signup && settings.avatars);
    assert!(settings.regenerate_invite_after_signup && settings.allow_insecure_db_defaults);
    assert!(!settings.allow_insecure_tls && !settings.release);
}

#[test]
fn a_configuration_of_the_reference_is_understood() {
    let text = r#"
CLUSTER_LOG_TTL_HOURS: 48
ENCRYPTION_KEY: "0123456789abcdef0123456789abcdef"
gin_mode: release
INVITE_CODE: 012345
JWT_SECRET: "a-secret-that-is-long-enough-for-everybody"
LOG_LEVEL: Warning
MONGO_URI: "mongodb://ada:love@db:27017/kubeorch?authSource=admin"
port: "3100"
REGENERATE_INVITE_AFTER_SIGNUP: false
FRONTEND_URL: "https://orch.example.com/"
CORS_ALLOWED_ORIGINS: http://localhost:3001, https://orch.example.com/
TEMPLATES_DIR: ./templates
Auth:
  Builtin:
    Enabled: yes
    SIGNUP_ENABLED: false
    ALLOWED_DOMAINS: ["Example.com", "@example.org"]
"#;
    let loaded = loaded(&with_file(text));
    let settings = &loaded.settings;
    assert_eq!((settings.port, settings.release, settings.log_level), (3100, true, LogLevel::Warn));
    assert_eq!(settings.host, "0.0.0.0", "release mode listens everywhere");
    assert_eq!(
        settings.invite_code.as_ref().unwrap().expose_secret(),
        "012345",
        "digits keep their spelling"
    );
    assert_eq!(settings.frontend_url(), "https://orch.example.com");
    assert_eq!(settings.cors_allowed_origins, ["http://localhost:3001", "https://orch.example.com"]);
    assert!(settings.builtin_login && !settings.builtin_signup && !settings.regenerate_invite_after_signup);
    assert_eq!(settings.allowed_email_domains, ["example.com", "example.org"]);
    assert!(matches!(&settings.store, Store::Mongo(uri) if uri.expose_secret().contains("ada:love")));
    assert!(loaded.unset.is_empty());
    assert_eq!(
        loaded.warnings.iter().map(|warning| warning.code).collect::<Vec<_>>(),
        ["SETTING_IGNORED"],
        "the templates are inside the binary"
    );
}

#[test]
fn nested_names_have_two_underscores_in_the_environment() {
    let sources = with_environment(&[
        ("KUBEORCH_AUTH__BUILTIN__SIGNUP_ENABLED", "false"),
        ("AUTH__BUILTIN__ALLOWED_DOMAINS", "example.com,,example.org"),
    ]);
    let settings = loaded(&sources).settings;
    assert!(!settings.builtin_signup);
    assert_eq!(settings.allowed_email_domains, ["example.com", "example.org"]);
}

#[test]
fn variables_that_nobody_meant_are_passed_over() {
    let sources = with_environment(&[
        ("HOST", "my-laptop"),
        ("KUBEORCH_LOG_LEVEL", ""),
        ("KUBEORCH_PORT", "tcp://10.0.0.1:3000"),
        ("KUBEORCH_PORT_3000_TCP", "tcp://10.0.0.1:3000"),
        ("KUBEORCH_SERVICE_HOST", "10.0.0.1"),
    ]);
    let loaded = loaded(&sources);
    assert_eq!((loaded.settings.host.as_str(), loaded.settings.port), ("127.0.0.1", 3000));
    assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
}

#[test]
fn defaults_follow_the_machine() {
    let host = |container, release: &str| {
        let mut sources = with_environment(&[("GIN_MODE", release)]);
        sources
            .environment
            .extend(["JWT_SECRET", "ENCRYPTION_KEY"].map(|name| (name.to_owned(), "x".repeat(40))));
        sources.machine.container = container;
        loaded(&sources).settings.host
    };
    assert_eq!(host(false, "debug"), "127.0.0.1");
    assert_eq!(host(true, "debug"), "0.0.0.0");
    assert_eq!(host(false, "release"), "0.0.0.0");

    let data = |variables: &[(&str, &str)], root| {
        let mut sources = with_environment(variables);
        sources.machine.root = root;
        loaded(&sources).settings.data_dir
    };
    assert_eq!(data(&[("XDG_DATA_HOME", "/data")], false), Path::new("/data/orchcli"));
    assert_eq!(data(&[("XDG_DATA_HOME", "relative")], false), Path::new("/home/ada/.local/share/orchcli"));
    assert_eq!(data(&[("XDG_DATA_HOME", "/data")], true), Path::new("/var/lib/orchcli"));
    assert_eq!(data(&[("DATA_DIR", "here")], true), Path::new("here"));
}

#[test]
fn without_a_home_the_data_folder_must_be_named() {
    let mut sources = sources();
    sources.environment.clear();
    assert_eq!(problems(&sources), ["DATA_DIR: is not set, and there is no HOME to put it in (default)"]);
}

#[test]
fn zero_switches_a_limit_off() {
    let names = [
        "RATE_LIMIT_RPS",
        "RATE_LIMIT_USER_RPS",
        "AUTH_RATE_LIMIT_PER_MINUTE",
        "AUTH_MAX_FAILURES",
        "STREAMS_PER_USER",
        "SESSION_MAX_DAYS",
    ];
    let settings = loaded(&with_environment(&names.map(|name| (name, "0")))).settings;
    let limits = settings.rate_limits;
    assert_eq!((limits.anonymous, limits.user), (None, None));
    assert_eq!((limits.auth_per_minute, limits.auth_max_failures), (None, None));
    assert_eq!((settings.streams_per_user, settings.session_max), (None, None));
}

#[test]
fn a_log_is_kept_a_day_when_told_nothing_or_less() {
    for (text, hours) in [("0", 24), ("-3", 24), ("1", 1)] {
        let settings = loaded(&with_environment(&[("CLUSTER_LOG_TTL_HOURS", text)])).settings;
        assert_eq!(settings.cluster_log_ttl, Duration::from_hours(hours), "{text}");
    }
}

#[test]
fn spans_of_time_are_written_as_people_write_them() {
    for (text, millis) in
        [("500ms", 500), ("10s", 10_000), ("2m", 120_000), ("1h30m", 5_400_000), ("7", 7_000)]
    {
        assert_eq!(value::duration(text), Ok(Duration::from_millis(millis)), "{text}");
    }
    for text in ["", "-1s", "1 day", "ten", "5x", "1d"] {
        assert!(value::duration(text).is_err(), "{text}");
    }
}

#[test]
fn every_wrong_value_is_told_at_once_with_its_place() {
    let text =
        "PORT: 70000\nCONSOLE_PORT: here\nTRUSTED_PROXIES:\n  - 10.0.0.0/8\n  - 10.0.0/8\nAVATARS: [on]\n";
    let mut sources = with_file(text);
    let variables =
        [("GIN_MODE", "fast"), ("HOST_", "x"), ("KUBEORCH_HOST", "a b"), ("BASE_URL", "localhost:3000")];
    sources.environment.extend(variables.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(
        problems(&sources),
        [
            r#"HOST: "a b" is not an address or a host name (environment KUBEORCH_HOST)"#,
            r#"PORT: "70000" is not a port (config.yaml:1)"#,
            r#"CONSOLE_PORT: "here" is not a place for the console (config.yaml:2)"#,
            r#"GIN_MODE: "fast" is not a mode (environment GIN_MODE)"#,
            r#"BASE_URL: "localhost:3000" is not an http or https address (environment BASE_URL)"#,
            r#"TRUSTED_PROXIES: "10.0.0/8" is not an address or a network (config.yaml:3)"#,
            "AVATARS: is not a text (config.yaml:6)",
        ]
    );
}

#[test]
fn each_kind_of_value_refuses_what_it_cannot_be() {
    for (name, value) in [
        ("PORT", "-1"),
        ("PORT", "3000.5"),
        ("CONSOLE_PORT", "65536"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
        ("STORE", "postgres://db"),
        ("MONGO_URI", "localhost:27017"),
        ("BASE_URL", "ftp://example.com"),
        ("BASE_URL", "https://example.com/?a=b"),
        ("FRONTEND_URL", "https://ada:love@example.com"),
        ("CORS_ALLOWED_ORIGINS", "*"),
        ("CORS_ALLOWED_ORIGINS", "http://a.example,http://b.example/path"),
        ("TRUSTED_PROXIES", "proxy.example.com"),
        ("AUTH__BUILTIN__ENABLED", "perhaps"),
        ("AUTH__BUILTIN__ALLOWED_DOMAINS", "ada@example.com"),
        ("PASSWORD_MIN_LENGTH", "5"),
        ("PASSWORD_MIN_LENGTH", "129"),
        ("REGENERATE_INVITE_AFTER_SIGNUP", "2"),
        ("TOKEN_REFRESH_MAX_AGE_DAYS", "-1"),
        ("SESSION_MAX_DAYS", "3651"),
        ("RATE_LIMIT_RPS", "many"),
        ("RATE_LIMIT_BURST", "0"),
        ("RATE_LIMIT_USER_RPS", "-1"),
        ("RATE_LIMIT_USER_BURST", "0"),
        ("AUTH_RATE_LIMIT_PER_MINUTE", "1.5"),
        ("AUTH_MAX_FAILURES", "x"),
        ("STREAMS_PER_USER", "x"),
        ("CLUSTER_LOG_TTL_HOURS", "1h"),
        ("OUTBOUND_ALLOW", "http://example.com"),
        ("ALLOW_INSECURE_TLS", "maybe"),
        ("ALLOW_INSECURE_DB_DEFAULTS", "maybe"),
        ("AVATARS", "gravatar"),
        ("SHUTDOWN_TIMEOUT", "soon"),
    ] {
        let problems = problems(&with_environment(&[(name, value)]));
        assert_eq!(problems.len(), 1, "{name}={value}: {problems:?}");
        let refused = load(&with_environment(&[(name, value)])).unwrap_err();
        assert!(!refused.problems[0].hint.is_empty(), "{name} says what to write instead");
    }
}

#[test]
fn a_file_that_is_no_configuration_is_refused_with_its_line() {
    for (text, line, words) in [
        ("PORT: 1\n  - x: [", 2, "is not valid YAML"),
        ("- PORT", 1, "is not a mapping of settings to values"),
        ("PORT: 1\n---\nPORT: 2", 3, "holds more than one document"),
        ("PORT: 1\nport: 2", 2, "sets port a second time; the first is in line 1"),
        ("A: &a 1\nB: *a", 2, "uses an alias"),
        ("? [a]\n: b", 1, "has a name that is not plain text"),
        (&format!("A: {}{}", "[".repeat(40), "]".repeat(40)), 1, "is nested too deeply"),
    ] {
        let problem = File::parse(Path::new("config.yaml"), text).unwrap_err();
        assert_eq!(problem.origin.to_string(), format!("config.yaml:{line}"), "{text}: {problem}");
        assert!(problem.why.starts_with(words), "{text}: {problem}");
    }
    for empty in ["", "# nothing\n", "---\n", "PORT:\nAUTH:\n"] {
        assert_eq!(loaded(&with_file(empty)).settings.port, 3000, "{empty:?}");
    }
}

#[test]
fn unknown_names_are_told_with_the_one_that_was_meant() {
    let mut sources = with_file("PROT: 1\nAUTH:\n  BUILTIN:\n    SIGNUP: false\nzzz: 1\n");
    sources.environment.insert("KUBEORCH_JWT_SECRT".to_owned(), "x".to_owned());
    sources.environment.insert("UNRELATED".to_owned(), "x".to_owned());
    assert_eq!(
        warnings(&sources),
        [
            "PROT (config.yaml:1) is not a setting; did you mean PORT?",
            "AUTH.BUILTIN.SIGNUP (config.yaml:4) is not a setting; did you mean AUTH.BUILTIN.SIGNUP_ENABLED?",
            "ZZZ (config.yaml:5) is not a setting",
            "JWT_SECRT (environment KUBEORCH_JWT_SECRT) is not a setting; did you mean KUBEORCH_JWT_SECRET?",
        ]
    );
}

#[test]
fn missing_secrets_are_fresh_in_debug_mode_and_refused_in_release_mode() {
    let loaded = loaded(&with_environment(&[("ENCRYPTION_KEY", "given")]));
    assert_eq!(loaded.unset, [Secret::Jwt]);
    assert_eq!(loaded.settings.jwt_secret.expose_secret(), "j".repeat(32));
    assert_eq!(loaded.settings.encryption_key.expose_secret(), "given");
    assert_eq!(origin(&loaded, key::JWT_SECRET), "generated");

    assert_eq!(
        problems(&with_environment(&[("GIN_MODE", "release")])),
        [
            "JWT_SECRET: is not set, and release mode does not make one up (default)",
            "ENCRYPTION_KEY: is not set, and release mode does not make one up (default)",
        ]
    );
}

#[test]
fn secrets_are_never_shown() {
    let sources = with_environment(&[
        ("JWT_SECRET", "hunter2"),
        ("ENCRYPTION_KEY", "hunter2"),
        ("INVITE_CODE", "hunter2"),
        ("METRICS_TOKEN", "hunter2"),
        ("MONGO_URI", "mongodb://ada:hunter2@a,b:27017/kubeorch"),
    ]);
    let loaded = loaded(&sources);
    assert!(!format!("{loaded:?}").contains("hunter2"));
    let shown = |key: Key| loaded.shown.iter().find(|shown| shown.key == key).unwrap().value.clone().unwrap();
    assert_eq!(shown(key::INVITE_CODE), "***");
    assert_eq!(shown(key::MONGO_URI), "mongodb://***@a,b:27017/kubeorch");
    assert_eq!(
        loaded.warnings.iter().map(|warning| warning.code).collect::<Vec<_>>(),
        ["SECRET_WEAK"],
        "seven characters can be guessed"
    );

    let wrong = problems(&with_environment(&[("STORE", "ada://me:hunter2@db")]));
    assert!(!wrong[0].contains("hunter2"), "{wrong:?}");
}

#[test]
fn somebody_must_be_able_to_sign_in() {
    let off = "AUTH:\n  BUILTIN:\n    ENABLED: false\n";
    assert_eq!(
        problems(&with_file(off)),
        ["AUTH.BUILTIN.ENABLED: is off and no provider is enabled: nobody could sign in (config.yaml:3)"]
    );
    let provider = |enabled| format!("{off}  PROVIDERS:\n    - NAME: github\n      ENABLED: {enabled}\n");
    assert_eq!(problems(&with_file(&provider(false))).len(), 1);
    assert_eq!(
        warnings(&with_file(&provider(true))),
        ["AUTH.PROVIDERS enables github, but this version signs in with email and password only"]
    );
}

#[test]
fn the_store_named_outright_goes_before_the_address_of_mongodb() {
    let uri = ("MONGO_URI", "mongodb://localhost:27017/kubeorch");
    assert!(matches!(loaded(&with_environment(&[uri])).settings.store, Store::Mongo(_)));
    assert!(matches!(loaded(&with_environment(&[uri, ("STORE", "sqlite")])).settings.store, Store::Sqlite));
}

#[test]
fn made_secrets_are_kept_and_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let start = |secret: &str| {
        let mut sources = with_environment(&[("DATA_DIR", data.to_str().unwrap())]);
        sources.fresh.jwt_secret = SecretString::from(secret);
        let mut loaded = loaded(&sources);
        let kept = keep::secrets(&mut loaded).unwrap();
        (
            loaded.settings.jwt_secret.expose_secret().to_owned(),
            kept.iter().map(|kept| kept.new).collect::<Vec<_>>(),
        )
    };
    assert_eq!(start("first"), ("first".to_owned(), vec![true, true]));
    assert_eq!(start("second"), ("first".to_owned(), vec![false, false]));
    let names: Vec<_> =
        std::fs::read_dir(data.join("secrets")).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "no drafts are left: {names:?}");
}

#[test]
fn an_empty_secret_file_is_not_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("secrets")).unwrap();
    std::fs::write(folder.path().join("secrets/JWT_SECRET"), "\n").unwrap();
    let mut loaded = loaded(&with_environment(&[("DATA_DIR", folder.path().to_str().unwrap())]));
    let error = keep::secrets(&mut loaded).unwrap_err();
    assert!(error.to_string().ends_with("JWT_SECRET is empty; a secret belongs in it"), "{error}");
}
