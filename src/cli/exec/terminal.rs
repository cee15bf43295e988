//! Our terminal while it belongs to a command elsewhere: raw, and as it was afterwards.

#[cfg(unix)]
pub use unix::{CAN_BE_RAW, Raw, Sizes, size};

#[cfg(not(unix))]
pub use other::{CAN_BE_RAW, Raw, Sizes, size};

#[cfg(unix)]
mod unix {
    use std::io;

    use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr};
    use tokio::signal::unix::{Signal, SignalKind, signal};

    /// Whether every key can reach the command.
    pub const CAN_BE_RAW: bool = true;

    /// The terminal hands every key on until this value goes.
    #[derive(Debug)]
    pub struct Raw {
        before: Termios,
    }

    impl Raw {
        /// Makes it so.
        pub fn enter() -> io::Result<Self> {
            let before = tcgetattr(io::stdin())?;
            let mut raw = before.clone();
            raw.make_raw();
            tcsetattr(io::stdin(), OptionalActions::Now, &raw)?;
            Ok(Self { before })
        }
    }

    impl Drop for Raw {
        fn drop(&mut self) {
            // A terminal that is gone needs nothing back.
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.before);
        }
    }

    /// Rows and columns.
    pub fn size() -> Option<(u16, u16)> {
        let size = tcgetwinsize(io::stdout()).ok()?;
        (size.ws_row > 0 && size.ws_col > 0).then_some((size.ws_row, size.ws_col))
    }

    /// Tells whenever the size changed.
    #[derive(Debug)]
    pub struct Sizes(Option<Signal>);

    impl Sizes {
        /// From now on.
        pub fn new() -> Self {
            Self(signal(SignalKind::window_change()).ok())
        }

        /// Waits for the next change.
        pub async fn changed(&mut self) {
            let heard = match &mut self.0 {
                Some(signal) => signal.recv().await,
                None => None,
            };
            if heard.is_none() {
                std::future::pending::<()>().await;
            }
        }
    }
}

#[cfg(not(unix))]
mod other {
    use std::io;

    /// A console elsewhere is not made raw: commands run without a terminal there.
    pub const CAN_BE_RAW: bool = false;

    /// Nothing to restore.
    #[derive(Debug)]
    pub struct Raw;

    impl Raw {
        /// Does nothing.
        pub fn enter() -> io::Result<Self> {
            Ok(Self)
        }
    }

    /// Not known.
    pub fn size() -> Option<(u16, u16)> {
        None
    }

    /// Never tells anything.
    #[derive(Debug)]
    pub struct Sizes;

    impl Sizes {
        /// From now on.
        pub fn new() -> Self {
            Self
        }

        /// Waits for ever.
        pub async fn changed(&mut self) {
            std::future::pending().await
        }
    }
}
