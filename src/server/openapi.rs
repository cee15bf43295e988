//! This server's description of itself: `openapi.yaml`, embedded, as YAML and as JSON.

use std::sync::LazyLock;

/// The document as written.
pub const YAML: &str = include_str!("openapi.yaml");

/// The same document as JSON; empty only if the embedded file were not YAML, which a test rules out.
pub static JSON: LazyLock<String> = LazyLock::new(|| {
    serde_saphyr::from_str::<serde_json::Value>(YAML).map(|document| document.to_string()).unwrap_or_default()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_is_openapi_in_both_forms() {
        let document: serde_json::Value = serde_json::from_str(&JSON).unwrap();
        assert_eq!(document["openapi"], "3.1.0");
    }
}
