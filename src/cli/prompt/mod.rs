//! Questions to the user (cli.md 2.6): only on a terminal, each with a flag that answers it.

mod terminal;

use std::io::{self, IsTerminal};

use console::Term;
use dialoguer::theme::{SimpleTheme, Theme};
use dialoguer::{Confirm, Input, Password, Select};
use secrecy::SecretString;

use super::args::WorkFlags;
use super::exit::ExitCode;
use super::failure::{Code, Ended, Failure};
use super::progress::Screen;
use super::runtime::Interrupt;
use terminal::Kept;

/// Who asks. Clones ask the same user.
#[derive(Debug, Clone)]
pub struct Prompter {
    may_ask: bool,
    yes: bool,
    interrupt: Interrupt,
    screen: Option<Screen>,
}

/// Whether there is somebody to ask, as far as the flags, the environment and the terminal allow.
pub fn may_ask(flags: &WorkFlags) -> bool {
    let ci = std::env::var("CI").is_ok_and(|ci| !ci.is_empty() && ci != "false");
    let terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
    terminal && !flags.no_input && !ci
}

impl Prompter {
    /// A prompter that asks as far as the flags, the environment and the terminal allow.
    pub fn new(flags: &WorkFlags, interrupt: &Interrupt) -> Self {
        Self { may_ask: may_ask(flags), yes: flags.yes, interrupt: interrupt.clone(), screen: None }
    }

    /// Shares the terminal with the progress shown on it.
    #[must_use]
    pub fn over(mut self, screen: Screen) -> Self {
        self.screen = Some(screen);
        self
    }

    /// Whether there is somebody to ask.
    pub fn may_ask(&self) -> bool {
        self.may_ask
    }

    /// Shows a text between questions.
    pub fn show(&self, text: &str) {
        let _paused = self.screen.as_ref().map(Paused::new);
        // Nobody is left to read it when the terminal is gone.
        let _ = Term::stderr().write_str(text);
    }

    /// Whether questions are answered by the user, or by `--yes`.
    pub fn is_answered(&self) -> bool {
        self.may_ask || self.yes
    }

    /// Keeps the progress off the terminal for as long as what this gives lives.
    pub fn hold(&self) -> Option<Paused> {
        self.screen.as_ref().map(Paused::new)
    }

    /// Asks a question of yes or no. `flag` is what answers it with yes on the command line.
    pub async fn confirm(&self, question: &str, default: bool, flag: &str) -> Result<bool, Ended> {
        if self.yes {
            return Ok(true);
        }
        let prompt = question.to_owned();
        self.ask(question, flag, move |term, theme| {
            let confirm = Confirm::with_theme(theme).with_prompt(prompt).default(default);
            confirm.wait_for_newline(true).interact_on(term)
        })
        .await
    }

    /// Asks for consent to something that cannot be taken back; without it the command ends (exit 10).
    pub async fn consent(&self, question: &str, flag: &str) -> Result<(), Ended> {
        if self.confirm(question, false, flag).await? {
            return Ok(());
        }
        Err(Failure::new(ExitCode::Declined, Code::Declined, "not done, as you said no").into())
    }

    /// Asks for one of `items`, which are not empty; `--yes` takes the default. `flag` is what names one.
    pub async fn select(
        &self,
        question: &str,
        items: Vec<String>,
        default: usize,
        flag: &str,
    ) -> Result<usize, Ended> {
        if self.yes {
            return Ok(default);
        }
        let prompt = question.to_owned();
        self.ask(question, flag, move |term, theme| {
            Select::with_theme(theme).with_prompt(prompt).items(items).default(default).interact_on(term)
        })
        .await
    }

    /// Asks for a line of text that `check` accepts; `--yes` takes the default.
    pub async fn input(
        &self,
        question: &str,
        default: Option<String>,
        flag: &str,
        check: impl Fn(&str) -> Result<(), String> + Send + 'static,
    ) -> Result<String, Ended> {
        if let (true, Some(default)) = (self.yes, &default) {
            return Ok(default.clone());
        }
        let prompt = question.to_owned();
        self.ask(question, flag, move |term, theme| {
            let input = Input::<String>::with_theme(theme).with_prompt(prompt);
            let input = match default {
                Some(default) => input.default(default),
                None => input,
            };
            input.validate_with(|text: &String| check(text)).interact_text_on(term)
        })
        .await
    }

    /// Asks for a secret, which is not shown. There is no flag for it: `instead` says where else it is looked for.
    pub async fn password(&self, question: &str, instead: &str) -> Result<SecretString, Ended> {
        let prompt = question.to_owned();
        let secret = self.ask(question, instead, move |term, theme| {
            Password::with_theme(theme).with_prompt(prompt).interact_on(term)
        });
        Ok(secret.await?.into())
    }

    /// Runs one prompt on a thread of its own, as a signal must not wait for an answer.
    async fn ask<T: Send + 'static>(
        &self,
        question: &str,
        instead: &str,
        prompt: impl FnOnce(&Term, &dyn Theme) -> dialoguer::Result<T> + Send + 'static,
    ) -> Result<T, Ended> {
        if !self.may_ask {
            let message = format!("cannot ask here: {question}");
            return Err(Failure::new(ExitCode::Declined, Code::Declined, message)
                .hint(format!("answer it with {instead}"))
                .into());
        }
        let _paused = self.screen.as_ref().map(Paused::new);
        let _kept = Kept::new();
        let asked = tokio::task::spawn_blocking(move || prompt(&Term::stderr(), &SimpleTheme));
        let interrupted = || Ended::from(self.interrupt.ended());
        tokio::select! {
            biased;
            () = self.interrupt.asked().cancelled_owned() => Err(interrupted()),
            answer = asked => match answer {
                Ok(Ok(answer)) => Ok(answer),
                // Ctrl-C: the terminal was in raw mode, so that the prompt sees it first.
                Ok(Err(dialoguer::Error::IO(error))) if error.kind() == io::ErrorKind::Interrupted => {
                    Err(interrupted())
                }
                Ok(Err(dialoguer::Error::IO(error))) => Err(unanswered(question, instead, &error).into()),
                Err(error) => Err(unanswered(question, instead, &error).into()),
            },
        }
    }
}

fn unanswered(question: &str, instead: &str, error: &dyn std::error::Error) -> Failure {
    Failure::new(ExitCode::Declined, Code::Declined, format!("no answer to: {question}"))
        .because(error)
        .hint(format!("answer it with {instead}"))
}

/// Progress that leaves the terminal to a prompt for as long as this lives.
#[derive(Debug)]
pub struct Paused(Screen);

impl Paused {
    fn new(screen: &Screen) -> Self {
        screen.pause();
        Self(screen.clone())
    }
}

impl Drop for Paused {
    fn drop(&mut self) {
        self.0.resume();
    }
}
