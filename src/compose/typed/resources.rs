//! What a service gets of the machine.

use serde::Deserialize;

use super::units;

/// How much a process may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(from = "Written")]
pub struct Ulimit {
    /// Until it is told.
    pub soft: i64,
    /// At most.
    pub hard: i64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Both(i64),
    Each { soft: i64, hard: i64 },
}

impl From<Written> for Ulimit {
    fn from(written: Written) -> Self {
        match written {
            Written::Both(limit) => Self { soft: limit, hard: limit },
            Written::Each { soft, hard } => Self { soft, hard },
        }
    }
}

/// A device of the host.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Device {
    /// On the host.
    pub source: String,
    /// In the container.
    pub target: String,
    /// Some of `rwm`.
    #[serde(default)]
    pub permissions: String,
}

/// How much of the disks a service gets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct BlockIo {
    /// Its share, 10 to 1000.
    pub weight: Option<u16>,
    /// Its share of a device.
    pub weight_device: Vec<Weight>,
    /// Bytes it may read in a second.
    pub device_read_bps: Vec<Rate>,
    /// Operations of reading in a second.
    pub device_read_iops: Vec<Rate>,
    /// Bytes it may write in a second.
    pub device_write_bps: Vec<Rate>,
    /// Operations of writing in a second.
    pub device_write_iops: Vec<Rate>,
}

/// A share of a device.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Weight {
    /// The device.
    pub path: String,
    /// The share.
    #[serde(default)]
    pub weight: u64,
}

/// How much of a device in a second.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Rate {
    /// The device.
    pub path: String,
    /// Bytes or operations.
    #[serde(default, deserialize_with = "units::bytes")]
    pub rate: Option<i64>,
}
