//! A body's JSON, read into what the operation takes. A refusal names the member and says what it must be; it never
//! repeats the value, which can be a password in the wrong place.

use serde::de::DeserializeOwned;

use super::error::{Code, Error};

pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json)
        .map_err(|cause| refusal(&cause.path().to_string(), cause.inner()))?;
    json.end().map_err(|cause| malformed(&format!("it holds more than one JSON value: {cause}")))?;
    Ok(value)
}

fn refusal(field: &str, cause: &serde_json::Error) -> Error {
    match (cause.is_data(), field) {
        // The words about broken syntax hold a place and nothing that was sent.
        (false, _) => malformed(&cause.to_string()),
        (true, ".") => malformed(&rule(cause)),
        (true, field) => Error::field(field, rule(cause)),
    }
}

fn malformed(why: &str) -> Error {
    Error::new(Code::MalformedBody, format!("the body is not the JSON this operation takes: {why}"))
}

/// What was expected. What came instead stands before it, in serde's words and in full.
fn rule(cause: &serde_json::Error) -> String {
    let words = cause.to_string();
    let words = words.rsplit_once(" at line ").map_or(words.as_str(), |(words, _)| words);
    match words.rsplit_once(", expected ") {
        None => words.to_owned(),
        Some((_, expected)) => format!("must be {}", in_plain_words(expected)),
    }
}

/// What Rust calls a type, as JSON and people do.
fn in_plain_words(expected: &str) -> &str {
    match expected {
        "a map" => "an object",
        "a sequence" => "a list",
        "a string" | "a borrowed string" => "text",
        "a boolean" => "true or false",
        "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        structure if structure.starts_with("struct ") => "an object",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        Token,
        Oidc,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "only read")]
    struct Form {
        name: String,
        port: Option<u16>,
        kind: Option<Kind>,
        secrets: Option<BTreeMap<String, Option<BTreeMap<String, String>>>>,
        open: Option<bool>,
    }

    fn refused(body: &str) -> (Code, String) {
        let error = parse::<Form>(body.as_bytes()).unwrap_err();
        (error.code(), error.to_string())
    }

    #[test]
    fn a_member_of_the_wrong_kind_is_named_with_what_it_must_be() {
        for (body, words) in [
            (r#"{"name": 5}"#, "name: must be text"),
            (r#"{"name": "a", "port": 70000}"#, "port: must be a whole number"),
            (r#"{"name": "a", "port": "80"}"#, "port: must be a whole number"),
            (r#"{"name": "a", "kind": "none"}"#, "kind: must be `token` or `oidc`"),
            (r#"{"name": "a", "open": "yes"}"#, "open: must be true or false"),
            (r#"{"name": "a", "secrets": []}"#, "secrets: must be an object"),
            (r#"{"name": "a", "secrets": {"node-1": {"KEY": {}}}}"#, "secrets.node-1.KEY: must be text"),
        ] {
            assert_eq!(refused(body), (Code::InvalidField, words.to_owned()));
        }
    }

    #[test]
    fn a_secret_in_the_wrong_place_is_not_repeated() {
        for body in [
            r#"{"name": 481516}"#,
            r#"{"name": "a", "secrets": "481516"}"#,
            r#"{"name": "a", "secrets": {"node-1": "481516, expected 481516 at line 481516"}}"#,
            r#"{"name": "a", "secrets": {"node-1": {"KEY": 481516}}}"#,
            r#"{"name": "a", "kind": "481516"}"#,
            r#""481516""#,
            "481516",
            r#"{"name": "a"} 481516"#,
            r#"{"name": "a", 481516"#,
        ] {
            let (_, words) = refused(body);
            assert!(!words.contains("481516"), "{words}");
        }
    }

    #[test]
    fn what_is_no_such_object_is_malformed() {
        for (body, why) in [
            ("{}", "missing field `name`"),
            ("5", "must be an object"),
            ("{", "EOF while parsing an object at line 1 column 1"),
            (
                r#"{"name": "a"} {}"#,
                "it holds more than one JSON value: trailing characters at line 1 column 15",
            ),
        ] {
            let words = format!("the body is not the JSON this operation takes: {why}");
            assert_eq!(refused(body), (Code::MalformedBody, words));
        }
    }
}
