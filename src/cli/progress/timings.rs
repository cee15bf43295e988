//! Where the time of a command went, for people and for Chrome (cli.md 9.5).

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use super::event::span;
use crate::cli::table;
use crate::dev::Event;
use crate::dev::task::{Account, Span, chrome, critical_path};

/// What usually takes less is not worth announcing.
const LONG: Duration = Duration::from_secs(2);

/// The start of a step that takes a while, with how long that usually is; nothing for any other event.
pub fn expected(event: &Event, account: &Account) -> Option<Event> {
    let Event::StepStart { step, service, title } = event else { return None };
    let usual = account.usual(step).filter(|usual| *usual >= LONG)?;
    let title = format!("{title} (usually {})", span(usual));
    Some(Event::StepStart { step: step.clone(), service: service.clone(), title })
}

/// The steps as a table: how long each worked and waited, its share of the critical path, and what is usual.
pub fn table(account: &Account) -> String {
    let spans = account.spans();
    let Some(slowest) = spans.iter().max_by_key(|step| step.took()) else {
        return "no step took any time\n".to_owned();
    };
    let path = critical_path(&spans);
    let whole: Duration = path.iter().map(|step| step.waited() + step.took()).sum();
    let share = |step: &Span| {
        let on = path.iter().any(|other| other.id == step.id);
        let part = (step.waited() + step.took()).as_secs_f64() / whole.as_secs_f64().max(f64::EPSILON);
        if on { format!("{:.0} %", 100.0 * part) } else { String::new() }
    };
    let usual = |step: &Span| match account.usual(&step.id) {
        None => String::new(),
        Some(usual) if step.done && step.took() > 2 * usual => format!("{} ms, slow now", usual.as_millis()),
        Some(usual) => format!("{} ms", usual.as_millis()),
    };
    let millis = |time: Duration| format!("{} ms", time.as_millis());
    let row =
        |step: &Span| [step.id.clone(), millis(step.took()), millis(step.waited()), share(step), usual(step)];
    let headings = ["STEP", "WORKED", "WAITED", "CRITICAL", "USUALLY"];
    let rows = table::table(headings, spans.iter().map(row));
    format!("{rows}slowest: {} ({})\n", slowest.id, millis(slowest.took()))
}

/// Writes the steps as a Chrome trace.
pub fn trace(account: &Account, file: &Path) -> io::Result<()> {
    fs::write(file, chrome(&account.spans()).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dev::StepEnd;

    #[test]
    fn the_table_names_each_step_and_the_slowest() {
        let mut account = Account::begin();
        assert_eq!(table(&account), "no step took any time\n");
        for step in ["a", "b"] {
            let (service, title) = (None, String::new());
            account.hear(&Event::StepReady { step: step.to_owned(), needs: Vec::new() });
            account.hear(&Event::StepStart { step: step.to_owned(), service, title });
            let (title, message, took) = (String::new(), String::new(), Duration::ZERO);
            let (step, end) = (step.to_owned(), StepEnd::Done);
            account.hear(&Event::StepEnd { step, title, end, message, took });
        }
        let text = table(&account);
        assert!(text.starts_with("STEP  WORKED  WAITED  CRITICAL  USUALLY\na "), "{text}");
        assert!(text.contains("slowest: "), "{text}");
    }
}
