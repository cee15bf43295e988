//! Container registries: their records, and the logins that pull from them.

mod ecr;
mod login;
mod record;
mod sigv4;

pub use login::{Error, Logins};
pub use record::{Credentials, Registry};
