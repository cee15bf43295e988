//! `persistentvolumeclaim` (engine.md 1.12).

use crate::graph::fields::{Fields, choices};

choices! {
    AccessMode {
        ReadWriteOnce = "ReadWriteOnce",
        ReadOnlyMany = "ReadOnlyMany",
        ReadWriteMany = "ReadWriteMany",
        ReadWriteOncePod = "ReadWriteOncePod",
    }
    VolumeMode { Filesystem = "Filesystem", Block = "Block" }
}

#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) storage: String,
    pub(crate) access_modes: Vec<AccessMode>,
    pub(crate) storage_class: Option<String>,
    pub(crate) volume_mode: Option<VolumeMode>,
}

impl Claim {
    pub(super) fn decode(fields: &Fields) -> Self {
        Self {
            storage: storage(fields),
            access_modes: access_modes(fields),
            storage_class: fields.reference("storageClassName").map(str::to_owned),
            volume_mode: fields.choice("volumeMode"),
        }
    }

    /// Whether only one node at a time can mount it.
    pub(crate) fn is_single_node(&self) -> bool {
        let single = |mode: &AccessMode| match mode {
            AccessMode::ReadWriteOnce | AccessMode::ReadWriteOncePod => true,
            AccessMode::ReadOnlyMany | AccessMode::ReadWriteMany => false,
        };
        self.access_modes.iter().all(single)
    }
}

/// A required size above nothing.
pub(super) fn storage(fields: &Fields) -> String {
    if fields.set("storage").is_none() {
        fields.required("storage", ", for example 10Gi");
    }
    let Some((text, amount)) = fields.quantity("storage") else { return String::new() };
    if !amount.is_positive() {
        fields.invalid("storage", "must be more than 0");
    }
    text
}

/// `ReadWriteOnce` unless something else is asked for.
pub(super) fn access_modes(fields: &Fields) -> Vec<AccessMode> {
    let modes = fields.choices("accessModes");
    if modes.is_empty() { vec![AccessMode::ReadWriteOnce] } else { modes }
}
