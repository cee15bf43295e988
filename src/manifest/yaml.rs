//! Manifests as YAML text.

use serde_json::Value;

/// One document, without a `---` line. Every reader of YAML 1.1 or 1.2 reads the same value back.
pub fn to_yaml(object: &Value) -> Result<String, serde_saphyr::ser::Error> {
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    serde_saphyr::to_string_with_options(object, options)
}
