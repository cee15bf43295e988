//! When the steps of a command could begin, began and ended, from what is told of them (cli.md 9.5).

use std::time::{Duration, Instant};

use indexmap::IndexMap;

use crate::dev::report::{Event, StepEnd};

/// A step that is over. Times count from the start of the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Its id.
    pub id: String,
    /// The steps it waited for.
    pub needs: Vec<String>,
    /// When it could have begun.
    pub ready: Duration,
    /// When it began.
    pub began: Duration,
    /// When it ended.
    pub ended: Duration,
    /// Whether it did something.
    pub done: bool,
}

impl Span {
    /// How long it worked.
    pub fn took(&self) -> Duration {
        self.ended.saturating_sub(self.began)
    }

    /// How long it waited: for room, or for a service to get where it needs it.
    pub fn waited(&self) -> Duration {
        self.began.saturating_sub(self.ready)
    }
}

/// The steps of a command, in the order in which they could begin.
#[derive(Debug)]
pub struct Spans {
    start: Instant,
    steps: IndexMap<String, Open>,
}

#[derive(Debug, Default)]
struct Open {
    needs: Vec<String>,
    ready: Duration,
    began: Option<Duration>,
    ended: Option<(Duration, StepEnd)>,
}

impl Spans {
    /// None yet; time runs from now on.
    pub fn begin() -> Self {
        Self { start: Instant::now(), steps: IndexMap::new() }
    }

    /// Takes in what was told.
    pub fn hear(&mut self, event: &Event) {
        self.at(event, self.start.elapsed());
    }

    fn at(&mut self, event: &Event, now: Duration) {
        match event {
            Event::StepReady { step, needs } => {
                let open = Open { needs: needs.clone(), ready: now, ..Open::default() };
                self.steps.insert(step.clone(), open);
            }
            Event::StepStart { step, .. } => {
                let open = || Open { ready: now, ..Open::default() };
                self.steps.entry(step.clone()).or_insert_with(open).began = Some(now);
            }
            Event::StepEnd { step, end, took, .. } => {
                let began = now.saturating_sub(*took);
                let open = || Open { ready: began, began: Some(began), ..Open::default() };
                self.steps.entry(step.clone()).or_insert_with(open).ended = Some((now, *end));
            }
            Event::StepProgress { .. }
            | Event::Line { .. }
            | Event::Health { .. }
            | Event::Warning { .. }
            | Event::Notice(_) => {}
        }
    }

    /// Those that began. One that is not over ends now.
    pub fn all(&self) -> Vec<Span> {
        let now = self.start.elapsed();
        let span = |(id, open): (&String, &Open)| {
            let (ended, end) = open.ended.map_or((now, None), |(at, end)| (at, Some(end)));
            Some(Span {
                id: id.clone(),
                needs: open.needs.clone(),
                ready: open.ready,
                began: open.began?,
                ended,
                done: end == Some(StepEnd::Done),
            })
        };
        self.steps.iter().filter_map(span).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn a_step_waits_from_where_it_could_begin_and_works_from_where_it_began() {
        let mut spans = Spans::begin();
        let step = || "create.core".to_owned();
        spans.at(&Event::StepReady { step: step(), needs: vec!["create.mongodb".to_owned()] }, millis(10));
        spans.at(&Event::StepStart { step: step(), service: None, title: String::new() }, millis(40));
        let (title, message) = (String::new(), String::new());
        let (end, took) = (StepEnd::Done, millis(80));
        spans.at(&Event::StepEnd { step: step(), title, end, message, took }, millis(90));
        let span = spans.all().remove(0);
        assert_eq!((span.waited(), span.took(), span.done), (millis(30), millis(50), true));
        assert_eq!(span.needs, ["create.mongodb"]);
    }

    #[test]
    fn what_never_began_is_no_span_and_what_is_told_only_at_its_end_began_before() {
        let mut spans = Spans::begin();
        spans.at(&Event::StepReady { step: "a".to_owned(), needs: Vec::new() }, millis(10));
        let (step, title, message) = ("b".to_owned(), String::new(), String::new());
        let (end, took) = (StepEnd::Skipped, millis(5));
        spans.at(&Event::StepEnd { step, title, end, message, took }, millis(20));
        let all = spans.all();
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].began, all[0].done), (millis(15), false));
    }
}
