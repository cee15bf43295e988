//! Persistent volume claims.

use serde::Serialize;
use serde_json::Value;

use super::Status;
use super::words::ClaimState;
use crate::live::read::text;

/// What is sent for a PersistentVolumeClaim.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BoundVolume {
    /// How large the volume is, a Kubernetes quantity.
    pub capacity: String,
    /// The volume it is bound to.
    pub volume_name: String,
}

/// The status sent.
pub(super) fn status(object: &Value) -> Status<ClaimState, BoundVolume> {
    let volume = text(object, "/spec/volumeName");
    let verdict = match text(object, "/status/phase") {
        "Bound" => (ClaimState::Bound, format!("PVC bound to volume {volume}")),
        "Lost" => (ClaimState::Lost, "Bound volume has been lost".to_owned()),
        _ => (ClaimState::Pending, "Waiting for volume to be provisioned".to_owned()),
    };
    let capacity = text(object, "/status/capacity/storage").to_owned();
    Status::new(verdict, BoundVolume { capacity, volume_name: volume.to_owned() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{said, sent};
    use super::super::{Around, Kind};

    #[test]
    fn bound_names_the_volume() {
        let object = json!({"spec": {"volumeName": "pv-1"}, "status": {"phase": "Bound", "capacity": {"storage": "10Gi"}}});
        assert_eq!(
            sent(Kind::PersistentVolumeClaim, &object, &Around::default()),
            json!({"state": "Bound", "message": "PVC bound to volume pv-1", "capacity": "10Gi", "volumeName": "pv-1"})
        );
    }

    #[test]
    fn pending_and_lost_keep_the_words_of_kubernetes() {
        for (phase, message) in
            [("Pending", "Waiting for volume to be provisioned"), ("Lost", "Bound volume has been lost")]
        {
            let object = json!({"status": {"phase": phase}});
            let status = said(Kind::PersistentVolumeClaim, &object, &Around::default());
            assert_eq!(status, (phase.to_owned(), message.to_owned()));
        }
    }
}
