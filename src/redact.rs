//! The one place where secrets are taken out of texts that leave the server (engine.md 3.8).
//!
//! Only the secret goes; the words around it stay, so that an ordinary Kubernetes error keeps its meaning.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// What stands in a secret's place.
const MASK: &str = "***";

/// Shorter values occur by chance in any text: masking them would hide the message and protect nothing.
const SHORTEST_KNOWN: usize = 4;

/// What the name of a secret ends with, as in `DB_PASSWORD` or `refresh_token`.
const NAME: &str = r"[\w.-]*(?:password|passwd|passphrase|pwd|token|secret|api[_-]?key|access[_-]?key|credentials?|signature)";

/// What a word in the name of a secret ends with.
const WORDS: [&str; 13] = [
    "key",
    "secret",
    "token",
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "pass",
    "credential",
    "creds",
    "jwt",
    "signature",
    "dsn",
];

/// The patterns, in the order they are applied; group 1 is what stays in front of the mask.
fn patterns() -> [String; 7] {
    [
        // A private key in PEM form, also one whose end was cut off.
        r"(?s)()-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\z)".to_owned(),
        // user:password@ in a URL of any scheme.
        r#"([A-Za-z][A-Za-z0-9+.-]*://)[^\s/?#"'<>]+(?<after>@)"#.to_owned(),
        // A JWT: base64url parts, the first of which begins a JSON object.
        r"()\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?".to_owned(),
        // Bearer token. The word after "bearer" in a sentence is no token.
        concat!(
            r"(?i)(\bbearer\s+)(?:(?<word>(?:tokens?|auth(?:entication|orization)?|headers?|realm|scheme|error)",
            r#"(?:[\s,:;=)"']|\.?\z|\.\s))|[\w.~+/=-]+)"#
        )
        .to_owned(),
        // Other schemes of an Authorization header.
        r#"(?i)(\bauthorization\\?["']?\s*[:=]\s*\\?["']?(?:basic|digest|negotiate|token)\s+)[^\s"'\\]+"#.to_owned(),
        // "password": "value" in JSON, also in JSON inside a JSON string.
        format!(r#"(?i)(["']{NAME}\\?["']\s*:\s*\\?["'])(?:[^"'\\]|\\[^"])+"#),
        // password=value, bare or quoted; the punctuation that ends a clause is not part of a bare value.
        format!(
            r#"(?i)(\b{NAME}\s?=\s?)(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\?["']?[^\s"'&;<>]*[^\s"'&;<>,.:!?)\]}}\\])"#
        ),
    ]
}

/// A constant that does not compile would leave its rule out; `every_pattern_compiles` sees to it that none does.
static RULES: LazyLock<Vec<Regex>> =
    LazyLock::new(|| patterns().iter().filter_map(|pattern| Regex::new(pattern).ok()).collect());

/// Masks what looks like a secret: bearer tokens, JWTs, `password=…`, `token=…`, user info in URLs, private keys.
pub fn text(message: &str) -> String {
    RULES.iter().fold(message.to_owned(), |message, rule| rule.replace_all(&message, mask).into_owned())
}

fn mask(found: &Captures<'_>) -> String {
    if found.name("word").is_some() {
        return found[0].to_owned();
    }
    format!("{}{MASK}{}", &found[1], found.name("after").map_or("", |after| after.as_str()))
}

/// Masks each occurrence of each of `values` that has four or more characters, also where the message quotes it
/// with escapes. Overlapping occurrences are masked as one.
pub fn known<'a>(message: &str, values: impl IntoIterator<Item = &'a str>) -> String {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for value in values.into_iter().filter(|value| value.chars().count() >= SHORTEST_KNOWN) {
        occurrences(message, value, &mut spans);
        let escaped = serde_json::Value::from(value).to_string();
        let escaped = escaped.trim_matches('"');
        if escaped != value {
            occurrences(message, escaped, &mut spans);
        }
    }
    spans.sort_unstable();

    let mut masked = String::with_capacity(message.len());
    let mut end = 0;
    for (from, to) in spans {
        if from >= end {
            masked.push_str(&message[end..from]);
            masked.push_str(MASK);
        }
        end = end.max(to);
    }
    masked.push_str(&message[end..]);
    masked
}

/// Every place where `value` stands in `message`, overlapping ones too.
fn occurrences(message: &str, value: &str, spans: &mut Vec<(usize, usize)>) {
    let step = value.chars().next().map_or(1, char::len_utf8);
    let mut from = 0;
    while let Some(at) = message[from..].find(value) {
        let start = from + at;
        spans.push((start, start + value.len()));
        from = start + step;
    }
}

/// Whether a name says that its value is a secret.
pub fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| WORDS.iter().any(|end| word.ends_with(end) || word.trim_end_matches('s').ends_with(end)))
}

/// At most `chars` characters of `message`; the last one is `…` when something was cut off.
pub fn cut(message: &str, chars: usize) -> String {
    if message.chars().nth(chars).is_none() {
        return message.to_owned();
    }
    let mut short: String = message.chars().take(chars.saturating_sub(1)).collect();
    if chars > 0 {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(RULES.len(), patterns().len());
    }

    #[test]
    fn masks_only_the_secret() {
        for (message, masked) in [
            ("Authorization: Bearer abc.DEF-123_~+/= was refused", "Authorization: Bearer *** was refused"),
            ("authorization=basic dXNlcjpwYXNz", "authorization=basic ***"),
            (r#"{"Authorization":"Basic dXNlcjpwYXNz"}"#, r#"{"Authorization":"Basic ***"}"#),
            ("password=hunter2, user=bob", "password=***, user=bob"),
            ("DB_PASSWORD = 'hun ter2' set", "DB_PASSWORD = *** set"),
            (r#"env: token="a \" b" end"#, "env: token=*** end"),
            ("https://h/cb?code=1&access_token=xyz&state=2", "https://h/cb?code=1&access_token=***&state=2"),
            ("client_secret=s3.cr,et.", "client_secret=***."),
            (r#"{"user":"bob","password":"hunter2","n":1}"#, r#"{"user":"bob","password":"***","n":1}"#),
            (
                r#"body "{\"refresh_token\": \"r1\", \"n\":1}""#,
                r#"body "{\"refresh_token\": \"***\", \"n\":1}""#,
            ),
            ("dial postgres://app:p%40ss@db:5432/x: refused", "dial postgres://***@db:5432/x: refused"),
            ("https://ghp_abc@github.com/a/b.git", "https://***@github.com/a/b.git"),
            ("proxy http://user:p@ss@proxy:3128", "proxy http://***@proxy:3128"),
            ("got eyJhbGciOi.eyJzdWIi.c2ln back", "got *** back"),
            (
                "key: -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nend",
                "key: ***\nend",
            ),
            ("cut -----BEGIN PRIVATE KEY-----\nMIIE", "cut ***"),
        ] {
            assert_eq!(text(message), masked);
        }
    }

    #[test]
    fn leaves_ordinary_errors_alone() {
        for message in [
            r#"secrets "db-token" not found"#,
            r#"Secret "web" is invalid: data[password]: Required value"#,
            "the bearer token is missing",
            "key=value, path /etc/hosts, credential helper",
            "pods is forbidden: User \"system:serviceaccount:a:b\" cannot list resource",
            "https://registry.example/v2/web@sha256:12",
            "WWW-Authenticate: Bearer realm=\"x\"",
            "password: Invalid value: must be set",
        ] {
            assert_eq!(text(message), message);
        }
    }

    #[test]
    fn known_values_go_wherever_they_stand() {
        assert_eq!(known("a=hunter2 b=hunter2!", ["hunter2"]), "a=*** b=***!");
        assert_eq!(known("abcdef", ["abcd", "cdef"]), "***");
        assert_eq!(known("ababab", ["abab"]), "***");
        assert_eq!(known("long-secret", ["long", "long-secret"]), "***");
        assert_eq!(known(r#"Invalid value: "a\"b\nc""#, ["a\"b\nc"]), r#"Invalid value: "***""#);
        assert_eq!(known("grüße für alle", ["grüße"]), "*** für alle");
    }

    #[test]
    fn values_shorter_than_four_characters_stay() {
        assert_eq!(known("yes, the port is 80", ["yes", "80", ""]), "yes, the port is 80");
    }

    #[test]
    fn the_names_of_secrets_are_known() {
        for name in
            ["ENCRYPTION_KEY", "PASSWORD_FILE_X", "PGPASS", "JWT", "db.creds", "API_TOKENS", "--requirepass"]
        {
            assert!(is_secret(name), "{name}");
        }
        for name in ["PORT", "KEYBOARD", "image", "tokenizer", "monitoring"] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn cut_counts_characters() {
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äöüß", 3), "äö…");
        assert_eq!(cut("abc", 0), "");
    }
}
