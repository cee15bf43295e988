//! The first line of a file that is made here: which version made it, and the hash of what follows.

use sha2::{Digest as _, Sha256};

/// How a file stands to what would be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is not there.
    Absent,
    /// It holds the same.
    Current,
    /// It is as an earlier version wrote it.
    Untouched,
    /// Somebody edited it, or it never was ours.
    Edited,
}

const BEGIN: &str = "# orchcli ";

/// The body with its marker before it.
pub(super) fn marked(body: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let hash = hash(body);
    format!(
        "{BEGIN}{version} sha256:{hash} made this file; changes of yours go into an override file beside it\n{body}"
    )
}

/// How the text of a file stands to `body`.
pub fn standing(found: Option<&str>, body: &str) -> Standing {
    let Some(text) = found else { return Standing::Absent };
    // Git may have changed the ends of its lines.
    let text = text.replace("\r\n", "\n");
    let (mark, rest) = match text.split_once('\n') {
        Some((first, rest)) if first.starts_with(BEGIN) => (first, rest),
        _ => ("", text.as_str()),
    };
    if rest == body {
        return Standing::Current;
    }
    let told = mark.split_whitespace().find_map(|word| word.strip_prefix("sha256:"));
    if told == Some(&hash(rest)) { Standing::Untouched } else { Standing::Edited }
}

fn hash(body: &str) -> String {
    hex::encode(Sha256::digest(body.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_tells_whether_somebody_edited_the_body() {
        let ours = marked("a\nb\n");
        assert_eq!(standing(None, "a\n"), Standing::Absent);
        assert_eq!(standing(Some(&ours), "a\nb\n"), Standing::Current);
        assert_eq!(standing(Some(&ours), "c\n"), Standing::Untouched);
        assert_eq!(standing(Some(&ours.replace('\n', "\r\n")), "c\n"), Standing::Untouched);
        assert_eq!(standing(Some(&format!("{ours}d\n")), "c\n"), Standing::Edited);
        assert_eq!(standing(Some("a\nb\n"), "a\nb\n"), Standing::Current, "its marker was taken away");
        assert_eq!(standing(Some("version: '3.8'\n"), "c\n"), Standing::Edited, "the reference's");
    }
}
