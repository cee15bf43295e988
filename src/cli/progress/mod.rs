//! Progress of a command: what the use cases tell, shown as it happens (cli.md 2.3, 9.3).

mod event;
mod live;
mod markers;
mod plain;
mod stream;
mod ticker;
mod timings;

pub use markers::{Markers, clean};

use std::io::{IsTerminal, stderr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use console::Term;

use super::args::{Format, Progress as Wanted, WorkFlags};
use super::output::Output;
use crate::dev::folder::Folder;
use crate::dev::task::Account;
use crate::dev::{Event, Reporter};
use live::Live;
use plain::Plain;
use stream::Stream;
use ticker::Ticker;

/// How often running tasks tell that they run, where lines are not redrawn.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How often live lines are redrawn when nothing happens.
const FRAME: Duration = Duration::from_millis(100);

/// What is shown while a command works. Ends with [`Progress::finish`], or when it is dropped.
#[derive(Debug)]
pub struct Progress {
    screen: Screen,
    ticker: Option<Ticker>,
    timings: bool,
    trace: Option<PathBuf>,
}

/// The handle of what is on the screen. Clones are the same.
#[derive(Debug, Clone)]
pub struct Screen(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    renderer: Renderer,
    account: Account,
    warnings: Vec<(&'static str, String)>,
    /// What happened while a prompt had the terminal.
    waiting: Option<Vec<Event>>,
}

#[derive(Debug)]
enum Renderer {
    Live(Box<Live>),
    Plain(Plain),
    Stream(Stream),
}

impl Progress {
    /// Begins to show progress, in the form that the flags ask for.
    pub fn start(flags: &WorkFlags, output: &Output) -> Self {
        let text = output.format() == Format::Text;
        let attended = stderr().is_terminal() && console::Term::stderr().features().is_attended();
        let dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
        let markers = Markers::new(flags.no_emoji, output.colors_errors());
        let quiet = output.quiet() || flags.progress == Wanted::Quiet;
        // What is a warning to people is part of the result to programs.
        let warnings = text && !output.quiet();
        let plain = |steps| Renderer::Plain(Plain::new(markers, steps, warnings, flags.verbose > 0));
        let renderer = match (output.format(), flags.progress) {
            (Format::Ndjson, _) => Renderer::Stream(Stream::default()),
            _ if quiet => plain(false),
            (Format::Text | Format::Json | Format::Yaml, Wanted::Auto | Wanted::Tty) if attended && !dumb => {
                Renderer::Live(Box::new(Live::new(Term::stderr(), markers, warnings, flags.verbose > 0)))
            }
            (Format::Json | Format::Yaml, Wanted::Auto) => plain(false),
            (
                Format::Text | Format::Json | Format::Yaml,
                Wanted::Auto | Wanted::Tty | Wanted::Plain | Wanted::Quiet,
            ) => plain(true),
        };
        let pace = match &renderer {
            Renderer::Live(_) => Some(FRAME),
            Renderer::Plain(plain) if plain.shows_steps() => Some(HEARTBEAT),
            Renderer::Plain(_) | Renderer::Stream(_) => None,
        };
        let state = State { renderer, account: Account::begin(), warnings: Vec::new(), waiting: None };
        let screen = Screen(Arc::new(Mutex::new(state)));
        let ticking = screen.clone();
        let ticker = pace.map(|pace| Ticker::start(pace, move || ticking.tick()));
        Self { screen, ticker, timings: flags.timings, trace: flags.trace_file.clone() }
    }

    /// Whom the use cases tell.
    pub fn reporter(&self) -> Reporter {
        let screen = self.screen.clone();
        Reporter::new(move |event| screen.show(event))
    }

    /// The screen, for a prompt that needs the terminal to itself.
    pub fn screen(&self) -> Screen {
        self.screen.clone()
    }

    /// Keeps how long the steps take, and what their programs print, in the folder of a project whose lock is held.
    pub fn keep(&self, folder: &Folder, command: &'static str) {
        self.screen.state().account.keep(folder.clone(), command);
    }

    /// Ends it: live lines go, the warnings become part of the result, and where the time went is told if that is asked
    /// for.
    pub fn finish(mut self, output: &mut Output) {
        self.stop();
        let mut state = self.screen.state();
        for (code, message) in std::mem::take(&mut state.warnings) {
            output.told(code, &message);
        }
        if self.timings {
            output.notice(&timings::table(&state.account));
        }
        if let Some(file) = &self.trace
            && let Err(error) = timings::trace(&state.account, file)
        {
            output.warn("TRACE", &format!("the trace {} cannot be written: {error}", file.display()));
        }
        state.account.close();
    }

    fn stop(&mut self) {
        self.ticker.take();
        match &mut self.screen.state().renderer {
            Renderer::Live(live) => live.clear(),
            Renderer::Plain(_) | Renderer::Stream(_) => {}
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Screen {
    /// Leaves the terminal to somebody else until [`Screen::resume`]; what happens meanwhile is shown then.
    pub fn pause(&self) {
        let mut state = self.state();
        if let Renderer::Live(live) = &mut state.renderer {
            live.hide();
        }
        state.waiting.get_or_insert_default();
    }

    /// Takes the terminal back.
    pub fn resume(&self) {
        let mut state = self.state();
        let waiting = state.waiting.take();
        if let Renderer::Live(live) = &mut state.renderer {
            live.unhide();
        }
        for event in waiting.unwrap_or_default() {
            state.show(&event);
        }
    }

    fn show(&self, event: Event) {
        let mut state = self.state();
        match &mut state.waiting {
            Some(waiting) => waiting.push(event),
            None => state.show(&event),
        }
    }

    fn tick(&self) {
        let mut state = self.state();
        if state.waiting.is_some() {
            return;
        }
        match &mut state.renderer {
            Renderer::Live(live) => live.tick(),
            Renderer::Plain(plain) => plain.heartbeat(),
            Renderer::Stream(_) => {}
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn show(&mut self, event: &Event) {
        if let Event::Warning { code, message } = event {
            self.warnings.push((code, message.clone()));
        }
        self.account.hear(event);
        let expected = timings::expected(event, &self.account);
        let to_people = expected.as_ref().unwrap_or(event);
        match &mut self.renderer {
            Renderer::Live(live) => live.show(to_people),
            Renderer::Plain(plain) => plain.show(to_people),
            Renderer::Stream(stream) => stream.show(event),
        }
    }
}
