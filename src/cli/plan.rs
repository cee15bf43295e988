//! What a command would do, with `--dry-run` (cli.md 2.7).

use serde_json::json;

use crate::cli::failure::Ended;
use crate::cli::output::Output;

/// Shows a plan of one step.
pub fn show(id: &str, action: &str, target: &str, reason: &str, output: &Output) -> Result<(), Ended> {
    let mark = match action {
        "create" => '+',
        "remove" => '-',
        "keep" => '=',
        _ => '~',
    };
    let step = json!({"id": id, "action": action, "target": target, "reason": reason, "dependsOn": []});
    output.result("Plan", json!({"steps": [step]}), &format!("{mark} {action} {target}  {reason}\n"))
}
