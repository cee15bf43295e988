//! A stack made so on an engine: what is wanted, what there is, the steps between them, and waiting until it is ready
//! (cli.md 8.5).

mod body;
mod compare;
mod desired;
pub mod down;
mod error;
mod execute;
mod handover;
mod hint;
mod observed;
mod plan;
mod ready;
mod seen;
mod wait;

pub use desired::{Desired, Origin};
pub use error::Error;
pub use execute::{Execution, Launch, Report, StepOutcome, schedule};
pub use hint::{of as hint, of_refusal as hint_of_refusal};
pub use observed::{Observed, containers};
pub use plan::{Action, Options, Orphans, Plan, Running, Step, Work};
pub use ready::{Budgets, Readiness, ready};
pub use seen::{Health, Seen, State};
pub use wait::{Pulse, Trouble, Why};
