//! Documents as the JSON that is stored.

use bson::oid::ObjectId;

use crate::store::{Document, Error};

/// How deep lists and maps may be nested in a document. The parser gives up at 128: what is deeper could be written,
/// but never read again.
pub const DEPTH: usize = 120;

/// What is stored for `document`.
pub fn encode<D: Document>(document: &D) -> Result<String, Error> {
    let what = D::COLLECTION.name;
    let body = serde_json::to_string(document).map_err(|source| Error::Unwritable { what, source })?;
    if depth(&body) > DEPTH {
        return Err(Error::TooDeep { what, limit: DEPTH });
    }
    Ok(body)
}

/// How deep lists and maps are nested in `json`.
pub fn depth(json: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut bytes = json.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => skip_text(&mut bytes),
            _ => {}
        }
    }
    deepest
}

/// Goes on after the end of a text.
fn skip_text(bytes: &mut std::str::Bytes<'_>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'"' => return,
            _ => {}
        }
    }
}

/// The document stored as `body` under `id`.
pub fn decode<D: Document>(id: ObjectId, body: &str) -> Result<D, Error> {
    serde_json::from_str(body).map_err(|_| Error::Unreadable {
        collection: D::COLLECTION.name,
        id,
        at: place_of_error::<D>(body),
    })
}

/// Where in `body` the first thing is that a `D` cannot have; without the words of the parser, which quote values.
fn place_of_error<D: Document>(body: &str) -> String {
    let mut json = serde_json::Deserializer::from_str(body);
    match serde_path_to_error::deserialize::<_, D>(&mut json) {
        Ok(_) => "its end".to_owned(),
        Err(error) => error.path().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::depth;

    #[test]
    fn depth_counts_lists_and_maps_outside_of_texts() {
        for (json, expected) in [
            ("1", 0),
            ("[]", 1),
            (r#"{"a": [1, {"b": []}], "c": {}}"#, 4),
            (r#"["[[[", "\"[", "\\", []]"#, 2),
        ] {
            assert_eq!(depth(json), expected, "{json}");
        }
    }
}
