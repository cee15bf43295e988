//! Documents as the JSON that is stored.

use bson::oid::ObjectId;

use crate::store::{Document, Error};

/// What is stored for `document`.
pub fn encode<D: Document>(document: &D) -> Result<String, Error> {
    serde_json::to_string(document).map_err(|source| Error::Unwritable { what: D::COLLECTION.name, source })
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
