//! How a command ends: the exit codes (cli.md 2.2).

/// An exit code. The numbers are part of the public contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// Done, or nothing to do.
    Ok = 0,
    /// An operation failed and none of the below fits.
    Failed = 1,
    /// Bad arguments.
    Usage = 2,
    /// No project here, and none is named.
    NoProject = 3,
    /// A configuration or a file does not parse or validate.
    Invalid = 5,
    /// Something is in the way: a busy port, a folder another server uses.
    Conflict = 6,
    /// Something needed did not become ready in time.
    Unhealthy = 7,
    /// Ended at once by a second SIGINT.
    Interrupted = 130,
    /// Ended at once by a second SIGTERM.
    Terminated = 143,
}

impl ExitCode {
    /// Every code, in order.
    pub const ALL: [Self; 9] = [
        Self::Ok,
        Self::Failed,
        Self::Usage,
        Self::NoProject,
        Self::Invalid,
        Self::Conflict,
        Self::Unhealthy,
        Self::Interrupted,
        Self::Terminated,
    ];

    /// The number.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The symbol and what it stands for, in a line each.
    pub const fn meaning(self) -> (&'static str, &'static str) {
        match self {
            Self::Ok => ("ok", "done, or nothing to do"),
            Self::Failed => ("failed", "an operation failed and none of the below fits"),
            Self::Usage => ("usage", "bad arguments"),
            Self::NoProject => ("no-project", "no project here, and none is named"),
            Self::Invalid => ("invalid", "a configuration or a file does not parse or validate"),
            Self::Conflict => ("conflict", "something is in the way, such as a busy port"),
            Self::Unhealthy => ("unhealthy", "something needed did not become ready in time"),
            Self::Interrupted => ("signal", "ended at once by a second SIGINT"),
            Self::Terminated => ("signal", "ended at once by a second SIGTERM"),
        }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        code.code().into()
    }
}
