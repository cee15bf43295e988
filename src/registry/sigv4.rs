//! AWS Signature Version 4, for requests to `/` without a query: all that one token asks for.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::clock::Time;

/// What is signed.
pub(super) struct Signing<'a> {
    pub(super) key_id: &'a str,
    pub(super) secret: &'a str,
    pub(super) region: &'a str,
    pub(super) service: &'a str,
    /// As in `X-Amz-Date`: `20150830T123600Z`.
    pub(super) at: &'a str,
    /// Lower-case names in order.
    pub(super) headers: &'a [(&'a str, &'a str)],
    pub(super) body: &'a str,
}

/// The time as AWS writes it.
pub(super) fn timestamp(at: Time) -> String {
    at.timestamp().strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// The `Authorization` header of a POST to `/`.
pub(super) fn authorization(signing: &Signing<'_>) -> String {
    let day = signing.at.get(..8).unwrap_or(signing.at);
    let names: Vec<&str> = signing.headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let headers: Vec<String> =
        signing.headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let headers = headers.concat();
    let request = format!("POST\n/\n\n{headers}\n{names}\n{}", hash(signing.body));
    let scope = format!("{day}/{}/{}/aws4_request", signing.region, signing.service);
    let text = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{}", signing.at, hash(&request));
    let key = [day, signing.region, signing.service, "aws4_request"]
        .iter()
        .fold(format!("AWS4{}", signing.secret).into_bytes(), |key, part| sign(&key, part));
    let signature = hex::encode(sign(&key, &text));
    format!(
        "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={names}, Signature={signature}",
        signing.key_id
    )
}

fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

fn sign(key: &[u8], text: &str) -> Vec<u8> {
    // HMAC takes keys of any length, so there is no key to refuse.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `post-vanilla` and `post-x-www-form-urlencoded` of AWS's published signature test suite.
    #[test]
    fn signs_as_the_published_examples() {
        let signature = |headers: &[(&str, &str)], body: &str| {
            authorization(&Signing {
                key_id: "AKIDEXAMPLE",
                secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                region: "us-east-1",
                service: "service",
                at: "20150830T123600Z",
                headers,
                body,
            })
        };
        let host = ("host", "example.amazonaws.com");
        let date = ("x-amz-date", "20150830T123600Z");
        assert_eq!(
            signature(&[host, date], ""),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, \
             Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
        );
        let form = ("content-type", "application/x-www-form-urlencoded");
        assert!(
            signature(&[form, host, date], "Param1=value1")
                .ends_with("Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a")
        );
    }

    #[test]
    fn writes_the_time_as_aws_does() {
        assert_eq!(timestamp("2015-08-30T12:36:00Z".parse().unwrap()), "20150830T123600Z");
    }
}
