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
    /// The engine is unreachable, or a tool is missing or too old.
    Prerequisite = 4,
    /// A configuration or a file does not parse or validate.
    Invalid = 5,
    /// Something is in the way: a busy port, a folder another server uses.
    Conflict = 6,
    /// Something needed did not become ready in time.
    Unhealthy = 7,
    /// A transfer from a registry, a Git host or another server failed.
    Network = 8,
    /// Some of the work failed, and some was done.
    Partial = 9,
    /// The user said no, or was not there to say yes.
    Declined = 10,
    /// The engine refused to run a command in a container.
    ExecRefused = 125,
    /// A command in a container cannot be executed.
    NotExecutable = 126,
    /// A command is not there in the container.
    CommandNotFound = 127,
    /// Ended by SIGINT.
    Interrupted = 130,
    /// Ended by SIGTERM.
    Terminated = 143,
}

impl ExitCode {
    /// Every code, in order.
    pub const ALL: [Self; 16] = [
        Self::Ok,
        Self::Failed,
        Self::Usage,
        Self::NoProject,
        Self::Prerequisite,
        Self::Invalid,
        Self::Conflict,
        Self::Unhealthy,
        Self::Network,
        Self::Partial,
        Self::Declined,
        Self::ExecRefused,
        Self::NotExecutable,
        Self::CommandNotFound,
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
            Self::Prerequisite => ("prerequisite", "engine unreachable, or a tool is missing or too old"),
            Self::Invalid => ("invalid", "a configuration or a file does not parse or validate"),
            Self::Conflict => ("conflict", "something is in the way, such as a busy port"),
            Self::Unhealthy => ("unhealthy", "something needed did not become ready in time"),
            Self::Network => ("network", "a transfer from a registry, a Git host or another server failed"),
            Self::Partial => ("partial", "some of the work failed, and some was done"),
            Self::Declined => ("declined", "the user said no, or was not there to say yes"),
            Self::ExecRefused => ("exec", "the engine refused to run a command in a container"),
            Self::NotExecutable => ("exec", "a command in a container cannot be executed"),
            Self::CommandNotFound => ("exec", "a command is not there in the container"),
            Self::Interrupted => ("signal", "ended by SIGINT, after cleaning up"),
            Self::Terminated => ("signal", "ended by SIGTERM, after cleaning up"),
        }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        code.code().into()
    }
}
