//! The command line: one file a command; arguments, output, exit codes.

use std::process::ExitCode;

/// Parses the arguments, runs the command, and says how it ended as an exit code (`cli.md` 2.2).
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
