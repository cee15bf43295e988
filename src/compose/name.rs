//! The name of a project (cli.md 8.3).

use thiserror::Error;

use super::place::shown;

/// Why a name is none.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum NameError {
    /// Somebody chose it, and it is not made of what names are made of.
    #[error(
        "{} is no project name: it may hold lower-case letters, digits, _ and -, and begins with a letter or digit",
        shown(.0)
    )]
    Form(String),
    /// Nothing is left of it.
    #[error("no project name can be made of {}: give one with name: or --project-name", shown(.0))]
    Empty(String),
}

/// A name somebody gave on the command line or in the environment.
pub fn checked(name: &str) -> Result<String, NameError> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let good =
        name.bytes().next().is_some_and(fits) && name.bytes().all(|byte| fits(byte) || b"_-".contains(&byte));
    if good { Ok(name.to_owned()) } else { Err(NameError::Form(name.to_owned())) }
}

/// A name from a file or a folder, with what does not belong into one taken out.
pub fn tidied(name: &str) -> Result<String, NameError> {
    let tidy: String = name
        .to_lowercase()
        .chars()
        .filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-'))
        .skip_while(|c| matches!(c, '_' | '-'))
        .collect();
    if tidy.is_empty() { Err(NameError::Empty(name.to_owned())) } else { Ok(tidy) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chosen_names_are_checked_and_found_ones_tidied() {
        assert_eq!(checked("my_app-2"), Ok("my_app-2".to_owned()));
        for wrong in ["", "My", "-a", "a.b"] {
            assert_eq!(checked(wrong), Err(NameError::Form(wrong.to_owned())));
        }
        assert_eq!(tidied("_My App.2"), Ok("myapp2".to_owned()));
        assert_eq!(tidied("…"), Err(NameError::Empty("…".to_owned())));
    }
}
