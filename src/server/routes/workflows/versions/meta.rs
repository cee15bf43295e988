//! `WorkflowVersionMeta`, and the number in the path.

use serde::Deserialize;

use crate::server::error::{Code, Error};
use crate::server::routes::workflows::text::sized;
use crate::workflow::VersionMeta;

/// What a user says about a version.
#[derive(Deserialize, Default)]
pub(super) struct Meta {
    name: Option<String>,
    tag: Option<String>,
    description: Option<String>,
}

impl Meta {
    pub(super) fn checked(self) -> Result<VersionMeta, Error> {
        let checked =
            |field, text: Option<String>, most| text.map(|text| sized(field, text, 0..=most)).transpose();
        Ok(VersionMeta {
            name: checked("name", self.name, 100)?,
            tag: checked("tag", self.tag, 50)?,
            description: checked("description", self.description, 2000)?,
        })
    }
}

/// The `{version}` of a path.
#[derive(Deserialize)]
pub(super) struct Numbered {
    version: String,
}

impl Numbered {
    pub(super) fn number(&self) -> Result<u32, Error> {
        number(Code::InvalidId, "version", Some(&self.version))
    }
}

/// A version number, wherever it was sent.
pub(super) fn number(code: Code, place: &str, sent: Option<&str>) -> Result<u32, Error> {
    sent.and_then(|text| text.parse().ok())
        .filter(|number| *number >= 1)
        .ok_or_else(|| Error::new(code, format!("{place}: must be the number of a version, 1 or more")))
}
