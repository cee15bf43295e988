//! Pages opened for the user (cli.md 3.2, 3.3).

use std::env;
use std::process::{Command, Stdio};

/// What opens a page where the user names nothing.
const USUAL: &str = if cfg!(target_os = "macos") {
    "open"
} else if cfg!(windows) {
    "explorer"
} else {
    "xdg-open"
};

/// Opens a page in the program of `BROWSER`, else in that of the system; why it cannot, in words.
pub fn open(url: &str) -> Result<(), String> {
    let named = env::var("BROWSER").unwrap_or_default();
    // A list is tried from its first.
    let separator = if cfg!(windows) { ';' } else { ':' };
    let named = named.split(separator).filter(|command| !command.trim().is_empty());
    let mut refused = String::new();
    for command in named.chain([USUAL]) {
        match begin(command, url) {
            Ok(()) => return Ok(()),
            Err(why) => refused = why,
        }
    }
    Err(refused)
}

fn begin(command: &str, url: &str) -> Result<(), String> {
    let words = words(command, url).ok_or_else(|| format!("BROWSER is no command: {command}"))?;
    let Some((program, arguments)) = words.split_first() else { return Err("BROWSER is empty".to_owned()) };
    let program =
        which::which(program).map_err(|_| format!("{program} is not there, and BROWSER names no other"))?;
    let mut started = Command::new(&program);
    started.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    match started.spawn() {
        Ok(mut child) => {
            // It may stay open as long as it likes; its end is fetched.
            std::thread::spawn(move || child.wait());
            Ok(())
        }
        Err(error) => Err(format!("{} cannot be started: {error}", program.display())),
    }
}

/// The words of a command with the page in place of `%s`, else behind them.
fn words(command: &str, url: &str) -> Option<Vec<String>> {
    let words = shlex::split(command)?;
    if words.iter().any(|word| word.contains("%s")) {
        return Some(words.into_iter().map(|word| word.replace("%s", url)).collect());
    }
    Some(words.into_iter().chain([url.to_owned()]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stands_where_the_command_says_or_at_its_end() {
        let url = "http://localhost:3001";
        assert_eq!(words("w3m", url).unwrap(), ["w3m", url]);
        assert_eq!(
            words("'my browser' --page=%s -x", url).unwrap(),
            ["my browser", "--page=http://localhost:3001", "-x"]
        );
        assert_eq!(words("'", url), None);
    }
}
