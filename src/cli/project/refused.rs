//! Why Compose files are no model, for people and programs.

use std::path::Path;

use serde_json::json;

use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::cli::service;
use crate::compose::{self, Finding, Reader, Request, Severity, Wanted};

/// The services that were asked for and that the files do not have, when nothing else is wrong.
pub(super) fn unknown(request: &Request<'_>, reader: &dyn Reader) -> Option<Failure> {
    let asked = Some(request.wanted.services).filter(|asked| !asked.is_empty())?;
    let all = Wanted { services: &[], ..request.wanted };
    let model = compose::load(&Request { wanted: all, ..*request }, reader).0?;
    asked.iter().find_map(|name| service::known(name, model.declared().iter().map(String::as_str)).err())
}

/// Everything that is wrong, and how the command ends for it.
pub(super) fn refusal(findings: &[Finding], here: &str) -> Failure {
    let errors: Vec<&Finding> =
        findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    let unknown = errors.iter().find(|finding| finding.code == compose::Code::Service);
    let mut failure = match (unknown, errors.len()) {
        (Some(unknown), _) => {
            return Failure::new(ExitCode::Usage, Code::ServiceUnknown, unknown.message.clone());
        }
        (None, 1) => Failure::new(ExitCode::Invalid, Code::ComposeInvalid, "the Compose files have an error"),
        (None, many) => Failure::new(
            ExitCode::Invalid,
            Code::ComposeInvalid,
            format!("the Compose files have {many} errors"),
        ),
    };
    failure.causes = errors.iter().map(|finding| line(finding, here)).collect();
    let detail = |finding: &&Finding| {
        json!({
            "code": finding.code.as_str(), "message": finding.message, "file": shown(&finding.file, here),
            "line": finding.line, "column": finding.column, "path": finding.path,
        })
    };
    failure.details(json!({"findings": errors.iter().map(detail).collect::<Vec<_>>()}))
}

/// A finding with its file as seen from here.
pub(super) fn line(finding: &Finding, here: &str) -> String {
    Finding { file: shown(&finding.file, here), ..finding.clone() }.to_string()
}

fn shown(file: &str, here: &str) -> String {
    let below = Path::new(file).strip_prefix(here).ok().and_then(Path::to_str);
    below.unwrap_or(file).to_owned()
}
