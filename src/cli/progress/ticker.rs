//! Something that is done again and again until it is dropped.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A thread that does one thing at a steady pace.
#[derive(Debug)]
pub struct Ticker {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    /// Calls `tick` every `pace`. Where no thread can be had, it is not called: progress is shown less often then.
    pub fn start(pace: Duration, tick: impl Fn() + Send + 'static) -> Self {
        let (stop, stopped) = mpsc::channel();
        let work = move || {
            while stopped.recv_timeout(pace) == Err(RecvTimeoutError::Timeout) {
                tick();
            }
        };
        Self { stop: Some(stop), thread: thread::Builder::new().name("progress".to_owned()).spawn(work).ok() }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been told already; the screen is all it had.
            let _ = thread.join();
        }
    }
}
