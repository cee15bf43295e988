//! What a project and its user may set: one table of keys, where each value comes from, and what the values mean
//! (cli.md 4.2, 4.3).

mod edit;
mod file;
mod key;
mod kind;
mod mode;
mod resolve;
mod schema;
mod typed;

pub use edit::{EditError, change, set, unset, update};
pub use file::{File, Finding};
pub use key::{Key, NoKey, PROJECT, Scope, USER, find};
pub use kind::{Kind, Wrong};
pub use mode::{Mode, UnknownMode};
pub use resolve::{Origin, Overrides, Resolver, Unfit, Value};
pub use schema::schema;
pub use typed::{Provider, Runner, Service, ServiceSettings, Settings, Wait};
