//! Config maps and secrets: they are there, or they are not.

use serde::Serialize;

use super::Status;
use super::words::Presence;

/// A ConfigMap has nothing to send but its state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Nothing {}

/// What is sent for a Secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SecretPresence {
    /// Whether it exists; left out when that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_created: Option<bool>,
}

/// The status of a ConfigMap that exists.
pub(super) fn config_map() -> Status<Presence, Nothing> {
    Status::bare(Presence::Created, "ConfigMap exists in Kubernetes")
}

/// The status of a Secret that exists.
pub(super) fn secret() -> Status<Presence, SecretPresence> {
    let verdict = (Presence::Created, "Secret exists in Kubernetes".to_owned());
    Status::new(verdict, SecretPresence { secret_created: Some(true) })
}

/// The status of a Secret that does not exist.
pub(super) fn no_secret(message: &str) -> Status<Presence, SecretPresence> {
    Status::new((Presence::Pending, message.to_owned()), SecretPresence { secret_created: Some(false) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::sent;
    use super::super::{Around, Kind};

    #[test]
    fn existing_is_all_there_is_to_say() {
        let object = json!({"data": {"password": "aHVudGVyMg=="}});
        assert_eq!(
            sent(Kind::ConfigMap, &object, &Around::default()),
            json!({"state": "created", "message": "ConfigMap exists in Kubernetes"})
        );
        assert_eq!(
            sent(Kind::Secret, &object, &Around::default()),
            json!({"state": "created", "message": "Secret exists in Kubernetes", "secretCreated": true})
        );
    }
}
