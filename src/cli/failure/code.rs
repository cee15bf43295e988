//! The stable codes of failures, for programs (cli.md 2.3).

use std::fmt;

/// What kind a failure is. The texts are part of the public contract; the exit code says how bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// The arguments are wrong.
    Usage,
    /// No project is here, and none is named.
    NoProject,
    /// `init` did not come to its end here.
    InitIncomplete,
    /// No engine answers.
    EngineUnreachable,
    /// The engine does not let this user in.
    EngineDenied,
    /// The engine is older than what is needed.
    EngineTooOld,
    /// A program that is needed is not there.
    ToolMissing,
    /// A program is older than what is needed.
    ToolTooOld,
    /// A configuration does not parse or validate.
    ConfigInvalid,
    /// Another process holds a configuration.
    ConfigLocked,
    /// The Compose files do not parse or validate.
    ComposeInvalid,
    /// The Compose files ask for what cannot be done here.
    ComposeUnsupported,
    /// A port is in use.
    PortBusy,
    /// A name belongs to somebody else.
    NameTaken,
    /// A folder is where another one should go.
    DirExists,
    /// A file that is made here was edited, and cannot be used so.
    FileEdited,
    /// What names a repository does not name one that fits.
    RepoInvalid,
    /// A repository cannot be copied.
    CloneFailed,
    /// A host does not let this account in.
    AuthFailed,
    /// A host shows another key than before.
    HostKeyChanged,
    /// An image cannot be pulled.
    PullFailed,
    /// An image does not exist, or may not be seen.
    ImageNotFound,
    /// A service does not get healthy.
    Unhealthy,
    /// A service died, or does not start.
    Exited,
    /// Something took longer than it may.
    Timeout,
    /// No service has this name.
    ServiceUnknown,
    /// A service does not run.
    ServiceNotRunning,
    /// The engine refused to run a command in a container.
    ExecRefused,
    /// `--offline` forbids what is needed.
    Offline,
    /// The user said no, or was not there to say yes.
    Declined,
    /// Another command works on the same project.
    LockHeld,
    /// A signal ended the command.
    Interrupted,
    /// Something went wrong that no other code tells.
    Internal,
}

impl Code {
    /// Every code, in the order `help exit-codes` tells them.
    pub const ALL: [Self; 33] = [
        Self::Usage,
        Self::NoProject,
        Self::InitIncomplete,
        Self::EngineUnreachable,
        Self::EngineDenied,
        Self::EngineTooOld,
        Self::ToolMissing,
        Self::ToolTooOld,
        Self::ConfigInvalid,
        Self::ConfigLocked,
        Self::ComposeInvalid,
        Self::ComposeUnsupported,
        Self::PortBusy,
        Self::NameTaken,
        Self::DirExists,
        Self::FileEdited,
        Self::RepoInvalid,
        Self::CloneFailed,
        Self::AuthFailed,
        Self::HostKeyChanged,
        Self::PullFailed,
        Self::ImageNotFound,
        Self::Unhealthy,
        Self::Exited,
        Self::Timeout,
        Self::ServiceUnknown,
        Self::ServiceNotRunning,
        Self::ExecRefused,
        Self::Offline,
        Self::Declined,
        Self::LockHeld,
        Self::Interrupted,
        Self::Internal,
    ];

    /// The text of the code, and what it stands for.
    const fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::Usage => ("USAGE", "the arguments are wrong"),
            Self::NoProject => ("NO_PROJECT", "no project is here, and none is named"),
            Self::InitIncomplete => ("INIT_INCOMPLETE", "init did not come to its end here"),
            Self::EngineUnreachable => ("ENGINE_UNREACHABLE", "no engine answers"),
            Self::EngineDenied => ("ENGINE_DENIED", "the engine does not let this user in"),
            Self::EngineTooOld => ("ENGINE_TOO_OLD", "the engine is older than what is needed"),
            Self::ToolMissing => ("TOOL_MISSING", "a program that is needed is not there"),
            Self::ToolTooOld => ("TOOL_TOO_OLD", "a program is older than what is needed"),
            Self::ConfigInvalid => ("CONFIG_INVALID", "a configuration does not parse or validate"),
            Self::ConfigLocked => ("CONFIG_LOCKED", "another process holds a configuration"),
            Self::ComposeInvalid => ("COMPOSE_INVALID", "the Compose files do not parse or validate"),
            Self::ComposeUnsupported => {
                ("COMPOSE_UNSUPPORTED", "the Compose files ask for what cannot be done here")
            }
            Self::PortBusy => ("PORT_BUSY", "a port is in use"),
            Self::NameTaken => ("NAME_TAKEN", "a name belongs to somebody else"),
            Self::DirExists => ("DIR_EXISTS", "a folder is where another one should go"),
            Self::FileEdited => {
                ("FILE_EDITED", "a file that orchcli makes was edited, and cannot be used so")
            }
            Self::RepoInvalid => ("REPO_INVALID", "what names a repository does not name one that fits"),
            Self::CloneFailed => ("CLONE_FAILED", "a repository cannot be copied"),
            Self::AuthFailed => ("AUTH_FAILED", "a host does not let this account in"),
            Self::HostKeyChanged => ("HOST_KEY_CHANGED", "a host shows another key than before"),
            Self::PullFailed => ("PULL_FAILED", "an image cannot be pulled"),
            Self::ImageNotFound => ("IMAGE_NOT_FOUND", "an image does not exist, or may not be seen"),
            Self::Unhealthy => ("UNHEALTHY", "a service does not get healthy"),
            Self::Exited => ("EXITED", "a service died, or does not start"),
            Self::Timeout => ("TIMEOUT", "something took longer than it may"),
            Self::ServiceUnknown => ("SERVICE_UNKNOWN", "no service has this name"),
            Self::ServiceNotRunning => ("SERVICE_NOT_RUNNING", "a service does not run"),
            Self::ExecRefused => ("EXEC_REFUSED", "a command cannot be run in a container"),
            Self::Offline => ("OFFLINE", "--offline forbids what is needed"),
            Self::Declined => ("DECLINED", "the user said no, or was not there to say yes"),
            Self::LockHeld => ("LOCK_HELD", "another command works on the same project"),
            Self::Interrupted => ("INTERRUPTED", "a signal ended the command before its end"),
            Self::Internal => ("INTERNAL", "something went wrong that no other code tells"),
        }
    }

    /// The text of the code.
    pub const fn as_str(self) -> &'static str {
        self.told().0
    }

    /// What it stands for, in a few words.
    pub const fn meaning(self) -> &'static str {
        self.told().1
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
