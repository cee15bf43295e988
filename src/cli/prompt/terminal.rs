//! The terminal as it was before a prompt (cli.md 2.4: the cursor is always restored).

use console::Term;

/// Gives the terminal its settings and its cursor back when it is dropped, also when a prompt did not get that far.
pub struct Kept {
    #[cfg(unix)]
    settings: Option<rustix::termios::Termios>,
}

impl Kept {
    /// Notes how the terminal is now.
    pub fn new() -> Self {
        Self {
            #[cfg(unix)]
            settings: rustix::termios::tcgetattr(std::io::stdin()).ok(),
        }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(settings) = &self.settings {
            // A terminal that is gone needs nothing back.
            let _ =
                rustix::termios::tcsetattr(std::io::stdin(), rustix::termios::OptionalActions::Now, settings);
        }
        let _ = Term::stderr().show_cursor();
    }
}
