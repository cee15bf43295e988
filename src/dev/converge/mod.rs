//! A stack made so on an engine: what is wanted, what there is, the steps between them, and waiting until it is ready
//! (cli.md 8.5).

mod body;
mod budgets;
mod compare;
mod desired;
pub mod down;
mod error;
mod execute;
mod handover;
mod observed;
mod outcome;
mod plan;
mod ready;
mod seen;
mod wait;

pub use budgets::Budgets;
pub use desired::{Desired, Origin};
pub use error::Error;
pub use execute::{Execution, schedule};
pub use observed::{Observed, containers};
pub use outcome::{Launch, Report, StepOutcome};
pub use plan::{Action, Options, Orphans, Plan, Running, Step, Work, only_completes};
pub use ready::{Readiness, ready};
pub use seen::{Health, Seen, State};
pub use wait::{Pulse, Trouble, Why, hint, hint_of_refusal};
