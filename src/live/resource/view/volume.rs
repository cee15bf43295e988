//! Claims and the volumes they are bound to.

use serde_json::Value;

use super::View;

/// Of a PersistentVolumeClaim.
pub(super) fn claim(object: &Value) -> View {
    View::default()
        .text("storageClass", object, "/spec/storageClassName")
        .copy("accessModes", object, "/spec/accessModes")
        .text("capacity", object, "/status/capacity/storage")
}

/// Of a persistent volume.
pub(super) fn volume(object: &Value) -> View {
    View::default()
        .text("storageClass", object, "/spec/storageClassName")
        .copy("accessModes", object, "/spec/accessModes")
        .text("capacity", object, "/spec/capacity/storage")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::ResourceKind;
    use super::super::tests::said;

    #[test]
    fn a_claim_says_what_it_got_and_a_volume_what_it_has() {
        let said_of_both =
            json!({"storageClass": "standard", "accessModes": ["ReadWriteOnce"], "capacity": "10Gi"});
        let spec = json!({"storageClassName": "standard", "accessModes": ["ReadWriteOnce"]});
        let claim = json!({"spec": spec, "status": {"capacity": {"storage": "10Gi"}}});
        assert_eq!(said(ResourceKind::PersistentVolumeClaim, &claim), said_of_both);
        let mut volume = json!({"spec": spec});
        volume["spec"]["capacity"] = json!({"storage": "10Gi"});
        assert_eq!(said(ResourceKind::PersistentVolume, &volume), said_of_both);
    }
}
