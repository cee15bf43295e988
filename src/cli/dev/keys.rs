//! Keys of a terminal while local processes run (cli.md 3.2).

use tokio::sync::mpsc::{self, Receiver};

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Start a service anew.
    Restart,
    /// Build core anew.
    Rebuild,
    /// Show the lines of another service.
    Filter,
    /// Clear the screen.
    Clear,
    /// Open the UI.
    Open,
    /// Say how the services are.
    Status,
    /// End.
    Quit,
    /// Say which keys there are.
    Help,
    /// The answer to which service; 0 is all of them.
    Number(usize),
}

impl Key {
    fn of(byte: u8) -> Option<Self> {
        Some(match byte {
            b'r' => Self::Restart,
            b'b' => Self::Rebuild,
            b'l' => Self::Filter,
            b'c' => Self::Clear,
            b'o' => Self::Open,
            b's' => Self::Status,
            b'q' => Self::Quit,
            b'?' | b'h' => Self::Help,
            b'0'..=b'9' => Self::Number(usize::from(byte - b'0')),
            _ => return None,
        })
    }
}

/// The keys that are pressed from now on; the terminal is as it was when this value goes.
#[derive(Debug)]
pub struct Keys {
    pressed: Option<Receiver<Key>>,
    _single: Option<Single>,
}

impl Keys {
    /// Listens, if there is a terminal to listen to.
    pub fn new() -> Self {
        let Some(single) = Single::enter() else { return Self { pressed: None, _single: None } };
        let (told, pressed) = mpsc::channel(8);
        tokio::spawn(async move {
            use tokio::io::AsyncReadExt;
            let mut ours = tokio::io::stdin();
            while let Ok(byte) = ours.read_u8().await {
                if let Some(key) = Key::of(byte)
                    && told.send(key).await.is_err()
                {
                    return;
                }
            }
        });
        Self { pressed: Some(pressed), _single: Some(single) }
    }

    /// Waits for the next one.
    pub async fn next(&mut self) -> Key {
        let key = match &mut self.pressed {
            Some(pressed) => pressed.recv().await,
            None => None,
        };
        match key {
            Some(key) => key,
            None => std::future::pending().await,
        }
    }
}

#[cfg(unix)]
use unix::Single;

#[cfg(unix)]
mod unix {
    use std::io::{IsTerminal, stdin, stdout};

    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

    /// A terminal that hands on single keys without showing them; Ctrl-C stays a signal.
    #[derive(Debug)]
    pub(super) struct Single(Termios);

    impl Single {
        pub(super) fn enter() -> Option<Self> {
            if !stdin().is_terminal() || !stdout().is_terminal() {
                return None;
            }
            let before = tcgetattr(stdin()).ok()?;
            let mut single = before.clone();
            single.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
            tcsetattr(stdin(), OptionalActions::Now, &single).ok()?;
            Some(Self(before))
        }
    }

    impl Drop for Single {
        fn drop(&mut self) {
            // A terminal that is gone needs nothing back.
            let _ = tcsetattr(stdin(), OptionalActions::Now, &self.0);
        }
    }
}

#[cfg(not(unix))]
use other::Single;

#[cfg(not(unix))]
mod other {
    /// Keys elsewhere are not listened to.
    #[derive(Debug)]
    pub(super) struct Single;

    impl Single {
        pub(super) fn enter() -> Option<Self> {
            None
        }
    }
}
