//! What a kubeconfig may not hold: it would run commands on the server, open its files, or send its traffic elsewhere.

use serde_saphyr::Spanned;

use super::model::File;

const NO_COMMANDS: &str = "commands are not run on the server; use the token of a service account instead";
const NO_PROXY: &str = "a proxy is not used; give a server that can be reached directly";

/// The first field that refuses the file: its name, its line in `text`, and the way out.
pub(super) fn check(file: &File, text: &str) -> Result<(), String> {
    let refuse = |field: &str, at: u64, way_out: &str| {
        Err(format!("{field} (line {}) is not accepted: {way_out}", key_line(text, field, at)))
    };
    let refuse_path = |field: &str, path: Option<&Spanned<String>>, instead: &str| match filled(path) {
        None => Ok(()),
        Some(at) => refuse(
            field,
            at,
            &format!(
                "files of the server are not read; put the content in {instead}, \
                 as `kubectl config view --flatten --minify --raw` does"
            ),
        ),
    };
    for cluster in file.clusters.iter().flatten().filter_map(|entry| entry.cluster.as_ref()) {
        let authority = cluster.certificate_authority.as_ref();
        refuse_path("certificate-authority", authority, "certificate-authority-data")?;
        if let Some(at) = filled(cluster.proxy_url.as_ref()) {
            return refuse("proxy-url", at, NO_PROXY);
        }
    }
    for user in file.users.iter().flatten().filter_map(|entry| entry.user.as_ref()) {
        for (field, command) in [("exec", &user.exec), ("auth-provider", &user.auth_provider)] {
            if let Some(command) = command {
                return refuse(field, command.referenced.line(), NO_COMMANDS);
            }
        }
        refuse_path("tokenFile", user.token_file.as_ref(), "token")?;
        refuse_path("client-certificate", user.client_certificate.as_ref(), "client-certificate-data")?;
        refuse_path("client-key", user.client_key.as_ref(), "client-key-data")?;
    }
    Ok(())
}

/// The line of a value that is not empty.
fn filled(value: Option<&Spanned<String>>) -> Option<u64> {
    value.filter(|value| !value.value.is_empty()).map(|value| value.referenced.line())
}

/// The line of the key whose value begins in line `at`: the same, or one above it.
fn key_line(text: &str, field: &str, at: u64) -> u64 {
    let is_key = |line: &str| {
        line.split(field).skip(1).any(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with(':'))
    };
    let lines: Vec<&str> = text.lines().take(usize::try_from(at).unwrap_or(usize::MAX)).collect();
    lines.iter().rposition(|line| is_key(line)).and_then(|index| u64::try_from(index + 1).ok()).unwrap_or(at)
}
