//! Credential helpers: programs `docker-credential-<name>` that are told a server and answer with a login.

use std::process::Stdio;
use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::docker::Error;

/// Longest wait for a helper; it may ask its user to unlock a key ring.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a helper knows.
pub enum Answer {
    /// A login.
    Login {
        /// Who.
        user: String,
        /// Password or token.
        secret: SecretString,
    },
    /// Nothing about this server.
    Nothing,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Written {
    username: String,
    secret: SecretString,
}

/// Asks a helper for the login of a server.
pub async fn get(helper: &str, server: &str) -> Result<Answer, Error> {
    let failed = |why: String| Error::Login { server: server.to_owned(), why };
    // The name comes from a file: no path, and nothing but the helper.
    if helper.contains(['/', '\\']) {
        return Err(failed("the name of a credential helper holds no path".to_owned()));
    }
    let program = format!("docker-credential-{helper}");
    let mut command = Command::new(&program);
    command.arg("get").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| failed(format!("{program} cannot be run: {error}")))?;
    let asked = async {
        if let Some(mut stdin) = child.stdin.take() {
            // A helper that does not read what it is asked fails by itself.
            let _ = stdin.write_all(server.as_bytes()).await;
        }
        child.wait_with_output().await
    };
    let output = tokio::time::timeout(PATIENCE, asked).await;
    let output = output.map_err(|_| failed(format!("{program} does not answer")))?;
    let output = output.map_err(|error| failed(format!("{program} failed: {error}")))?;
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        // What it prints may be anything: only the sentence that is known is looked for.
        if said.contains("credentials not found") {
            return Ok(Answer::Nothing);
        }
        return Err(failed(format!("{program} failed ({})", output.status)));
    }
    let login: Written =
        serde_json::from_str(&said).map_err(|_| failed(format!("{program} did not answer with a login")))?;
    if login.username.is_empty() {
        Ok(Answer::Nothing)
    } else {
        Ok(Answer::Login { user: login.username, secret: login.secret })
    }
}
