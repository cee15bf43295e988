//! Numbers of things, in words.

/// `1 container`, `2 containers`.
pub fn counted(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}
