//! What a container does.

/// What a container does, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It was made and never started.
    Created,
    /// It runs.
    Running,
    /// It is frozen.
    Paused,
    /// It ended and is about to be started again.
    Restarting,
    /// It ended.
    Exited,
    /// It is being removed, or cannot be.
    Gone,
}

impl State {
    /// The word of `ServiceStatus` (cli.md 3.7).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Restarting => "restarting",
            Self::Exited => "exited",
            Self::Gone => "missing",
        }
    }
}
