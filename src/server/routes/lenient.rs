//! Paging where consoles send anything: what is out of range or no number falls back.

use std::ops::RangeInclusive;

use serde::Deserialize;

/// A page and how long it is, as they were sent.
#[derive(Deserialize)]
pub(super) struct Paging {
    pub(super) page: Option<String>,
    pub(super) limit: Option<String>,
}

/// The number that was sent, or `fallback`.
pub(super) fn in_range(sent: Option<&str>, range: RangeInclusive<u64>, fallback: u64) -> u64 {
    sent.and_then(|text| text.parse().ok()).filter(|number| range.contains(number)).unwrap_or(fallback)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_falls_back() {
        let limit = |sent| in_range(sent, 1..=50, 10);
        assert_eq!(limit(Some("50")), 50);
        assert_eq!(
            [limit(None), limit(Some("0")), limit(Some("51")), limit(Some("-1")), limit(Some("x"))],
            [10; 5]
        );
    }
}
