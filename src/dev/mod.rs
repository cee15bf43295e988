//! The local stack: projects, modes, containers and processes of a developer's machine (cli.md).
//!
//! Nothing here prints or asks: what happens is told to a [`Reporter`], and who wants to know renders it.

pub mod adopt;
pub mod converge;
mod counted;
pub mod dependencies;
pub mod doctor;
pub mod exec;
pub mod files;
pub mod folder;
pub mod gateway;
pub mod images;
pub mod init;
pub mod link;
pub mod local;
pub mod lock;
pub mod logs;
pub mod ports;
pub mod project;
mod published;
pub mod ready;
pub mod record;
pub mod registry;
mod report;
pub mod repos;
pub mod restart;
mod service_status;
pub mod settings;
pub mod start;
pub mod state;
pub mod status;
pub mod stop;
pub mod task;
pub mod tools;
pub mod wsl;

pub use counted::counted;
pub use published::PublishedPort;
pub use report::{Event, Reporter, StepEnd, Unit};
pub use service_status::ServiceStatus;
