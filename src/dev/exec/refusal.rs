//! What a runtime says of a command that it could not start (cli.md 3.8).

/// Why there never was a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The program is not there.
    NotFound,
    /// The program cannot be executed.
    NotExecutable,
    /// Something else about it, such as its user or its folder, was refused.
    Refused,
}

/// Reads the sentence. Engines before 23 answer 126 for everything, so only the words tell.
pub fn refusal(sentence: &str) -> Refusal {
    let sentence = sentence.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| sentence.contains(word));
    if says(&["chdir to cwd", "unable to find user", "unable to find group", "no users found"]) {
        Refusal::Refused
    } else if says(&["executable file not found", "executable file `", "no such file"]) {
        Refusal::NotFound
    } else if says(&["permission denied", "exec format error", "is a directory", "not a directory"]) {
        Refusal::NotExecutable
    } else {
        Refusal::Refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentences_of_runtimes_are_told_apart() {
        let runc = "OCI runtime exec failed: exec failed: unable to start container process: ";
        for (sentence, expected) in [
            (format!("{runc}exec: \"nope\": executable file not found in $PATH: unknown"), Refusal::NotFound),
            (
                format!("{runc}exec: \"/nope/x\": stat /nope/x: no such file or directory: unknown"),
                Refusal::NotFound,
            ),
            (
                "crun: executable file `nope` not found in $PATH: No such file or directory".to_owned(),
                Refusal::NotFound,
            ),
            (format!("{runc}exec: \"/etc/passwd\": permission denied: unknown"), Refusal::NotExecutable),
            (format!("{runc}exec /x: exec format error: unknown"), Refusal::NotExecutable),
            (
                format!(
                    "{runc}chdir to cwd (\"/nope\") set in config.json failed: no such file or directory: unknown"
                ),
                Refusal::Refused,
            ),
            ("unable to find user bob: no matching entries in passwd file".to_owned(), Refusal::Refused),
        ] {
            assert_eq!(refusal(&sentence), expected, "{sentence}");
        }
    }
}
