//! Texts a client says about a workflow or a version, held to their rules.

use std::ops::RangeInclusive;

use crate::server::error::Error;

/// Most words to find a workflow by.
const MAX_TAGS: usize = 20;

/// A required name, trimmed.
pub(super) fn name(name: Option<String>) -> Result<String, Error> {
    let name = name.unwrap_or_default();
    sized("name", name.trim().to_owned(), 1..=200)
}

/// What an owner says about a workflow.
pub(super) fn description(text: String) -> Result<String, Error> {
    sized("description", text, 0..=4000)
}

/// The name of a cluster, trimmed.
pub(super) fn cluster(name: Option<String>) -> Result<String, Error> {
    let name = name.unwrap_or_default();
    sized("cluster_id", name.trim().to_owned(), 1..=253)
}

/// Words to find a workflow by.
pub(super) fn tags(tags: Vec<String>) -> Result<Vec<String>, Error> {
    if tags.len() > MAX_TAGS {
        return Err(Error::field("tags", format!("has {} entries, {MAX_TAGS} are allowed", tags.len())));
    }
    tags.into_iter().enumerate().map(|(at, tag)| sized(&format!("tags[{at}]"), tag, 1..=50)).collect()
}

/// `text`, when it has as many characters as are allowed.
pub(super) fn sized(field: &str, text: String, characters: RangeInclusive<usize>) -> Result<String, Error> {
    if characters.contains(&text.chars().count()) {
        return Ok(text);
    }
    let (least, most) = (characters.start(), characters.end());
    Err(match (text.is_empty(), least) {
        (true, 1..) => Error::field(field, format!("is required; give 1 to {most} characters")),
        _ => Error::field(field, format!("must have {least} to {most} characters")),
    })
}
