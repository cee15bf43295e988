//! A diagnosis for people and for programs.

use std::fmt::Write as _;
use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};

use crate::cli::args::Format;
use crate::cli::failure::Ended;
use crate::cli::output::Output;
use crate::cli::progress::clean;
use crate::dev::doctor::{Check, Status};
use crate::redact;

/// The archive of a diagnosis.
pub struct Archive {
    /// Where it is.
    pub path: PathBuf,
    /// Whether it is there, or only would be.
    pub written: bool,
}

/// Shows the checks, and the archive of them.
pub fn show(checks: &[Check], archive: Option<&Archive>, output: &Output) -> Result<(), Ended> {
    if output.format() != Format::Text {
        let mut fields = fields(checks);
        if let Some(Archive { path, written }) = archive {
            fields["bundle"] = json!({"path": path.display().to_string(), "written": written});
        }
        return output.result("Diagnosis", fields, "");
    }
    let width = checks.iter().map(|check| check.id.len()).max().unwrap_or_default();
    let mut text = String::new();
    for check in checks.iter().filter(|check| !output.quiet() || check.status == Status::Fail) {
        let style = Style::new().fg_color(Some(color(check.status).into()));
        let summary = clean(&redact::text(&check.summary));
        let _ =
            writeln!(text, "{style}{:<4}{style:#}  {:<width$}  {summary}", check.status.as_str(), check.id);
        if matches!(check.status, Status::Ok | Status::Skip) {
            continue;
        }
        for line in check.detail.iter().flat_map(|detail| detail.lines()) {
            let _ = writeln!(text, "{:6}{:<width$}  | {}", "", "", clean(&redact::text(line)));
        }
        if let Some(fix) = &check.fix {
            let _ = writeln!(text, "{:6}{:<width$}  fix: {}", "", "", clean(&fix.command));
        }
    }
    if let Some(Archive { path, written }) = archive {
        let path = path.display();
        let _ = match written {
            true => writeln!(text, "written to {path}"),
            false => {
                writeln!(text, "+ create {path}  this diagnosis, the model and the last lines of the logs")
            }
        };
    }
    output.people(&text)
}

const fn color(status: Status) -> AnsiColor {
    match status {
        Status::Ok => AnsiColor::Green,
        Status::Warn => AnsiColor::Yellow,
        Status::Fail => AnsiColor::Red,
        Status::Skip => AnsiColor::BrightBlack,
    }
}

/// The fields of the document.
pub fn fields(checks: &[Check]) -> Value {
    let check = |check: &Check| {
        let fix = check.fix.as_ref();
        json!({
            "id": check.id,
            "group": check.group.as_str(),
            "status": check.status.as_str(),
            "summary": redact::text(&check.summary),
            "detail": check.detail.as_deref().map(redact::text),
            "fix": fix.map(|fix| json!({"command": fix.command, "automatic": fix.automatic.is_some()})),
            "durationMs": u64::try_from(check.took.as_millis()).unwrap_or(u64::MAX),
        })
    };
    json!({"checks": checks.iter().map(check).collect::<Vec<_>>()})
}
