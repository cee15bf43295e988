//! The one owner of stdout and stderr: data to the first, everything else to the second (cli.md 2.3).

use std::io::{self, Write};

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use clap::error::ErrorKind;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::args::{Color, Format};
use super::exit::ExitCode;
use super::failure::{Code, Ended, Failure};
use super::plain::plain;
use crate::redact;

/// Where a command writes.
#[derive(Debug)]
pub struct Output {
    stdout: io::Stdout,
    format: Format,
    color: ColorChoice,
    quiet: bool,
    warnings: Vec<Value>,
}

impl Output {
    /// An output in this form. Without `quiet`, notices and warnings are shown too.
    pub fn new(format: Format, color: Color, quiet: bool) -> Self {
        let color = match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Self { stdout: io::stdout(), format, color, quiet, warnings: Vec::new() }
    }

    /// Whether only errors and requested data are wanted.
    pub fn quiet(&self) -> bool {
        self.quiet
    }

    /// Whether stderr shows colours.
    pub fn colors_errors(&self) -> bool {
        self.colors(io::stderr())
    }

    /// Whether stdout shows colours.
    pub fn colors_data(&self) -> bool {
        self.colors(io::stdout())
    }

    fn colors(&self, stream: impl RawStream) -> bool {
        AutoStream::new(stream, self.color).current_choice() != ColorChoice::Never
    }

    /// Writes data as it is.
    pub fn data(&self, bytes: &[u8]) -> Result<(), Ended> {
        let mut stdout = self.stdout.lock();
        stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(|error| unwritable(&error))
    }

    /// Writes a text with styles, which go where there are no colours.
    pub fn people(&self, text: &str) -> Result<(), Ended> {
        let mut plain = AutoStream::new(
            Vec::new(),
            if self.colors(io::stdout()) { ColorChoice::Always } else { ColorChoice::Never },
        );
        plain.write_all(text.as_bytes()).map_err(|error| unwritable(&error))?;
        self.data(&plain.into_inner())
    }

    /// Shows what clap says of the arguments: help and version are data, anything else is a usage error.
    pub fn usage(&self, error: &clap::Error) -> Result<(), Ended> {
        let text = error.render().ansi().to_string();
        if !error.use_stderr() {
            return self.people(&text);
        }
        if self.format == Format::Text {
            self.say(&text);
            return Err(Ended::Exit(ExitCode::Usage));
        }
        let plain = error.render().to_string();
        let mut lines = plain.lines().map(str::trim).filter(|line| !line.is_empty());
        let message = match error.kind() {
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "a command is missing",
            _ => lines.next().unwrap_or_default().trim_start_matches("error: "),
        };
        let failure = Failure::new(ExitCode::Usage, Code::Usage, message);
        let tip = lines.find_map(|line| line.strip_prefix("tip: ").map(str::to_owned));
        Err(failure.hint(tip.unwrap_or_else(|| "see orchcli --help".to_owned())).into())
    }

    /// Writes a result: `text` for people, else one document of `kind` with these fields and the warnings.
    pub fn result(&self, kind: &str, fields: Value, text: &str) -> Result<(), Ended> {
        if self.format == Format::Text {
            return self.data(plain(text).as_bytes());
        }
        let mut document = envelope(kind);
        if let Value::Object(fields) = fields {
            document.extend(fields);
        }
        document.insert("warnings".to_owned(), Value::Array(self.warnings.clone()));
        self.document(document, "result")
    }

    /// Tells that something may not be as meant, once; in a machine format it becomes part of the result.
    pub fn warn(&mut self, code: &str, message: &str) {
        if self.warnings.contains(&warning(code, message)) {
            return;
        }
        self.told(code, message);
        if self.format == Format::Text && !self.quiet {
            self.say(&line("warning:", AnsiColor::Yellow, &redact::text(message)));
        }
    }

    /// Notes a warning that was shown already, as part of the result of a machine format.
    pub fn told(&mut self, code: &str, message: &str) {
        self.warnings.push(warning(code, message));
    }

    /// Tells why the command failed. Secrets that crept into the words are masked.
    pub fn fail(&self, failure: &Failure) -> Result<(), Ended> {
        if self.format == Format::Text {
            self.complain(failure);
            return Ok(());
        }
        self.document(Self::error_document(failure), "error")
    }

    fn error_document(failure: &Failure) -> Map<String, Value> {
        let message = redact::text(&failure.message);
        let causes: Vec<String> = failure.causes.iter().map(|cause| redact::text(cause)).collect();
        let mut error =
            json!({"code": failure.code.as_str(), "exitCode": failure.exit.code(), "message": message});
        if let Some(hint) = &failure.hint {
            error["hint"] = json!(hint);
        }
        if !causes.is_empty() {
            error["causes"] = json!(causes);
        }
        if let Some(details) = &failure.details {
            error["details"] = details.as_ref().clone();
        }
        let mut document = envelope("Error");
        document.insert("error".to_owned(), error);
        document
    }

    /// The same on stderr in the form asked for: for a command whose stdout belongs to somebody else.
    pub fn fail_aside(&self, failure: &Failure) {
        match self.written(Self::error_document(failure), "error") {
            Ok(text) if self.format != Format::Text => self.say(&text),
            Ok(_) | Err(_) => self.complain(failure),
        }
    }

    /// The same in words on stderr, whatever the form: for commands whose stdout holds documents and nothing else.
    pub fn complain(&self, failure: &Failure) {
        self.error(&failure.message);
        for cause in &failure.causes {
            self.say(&line("cause:", AnsiColor::Yellow, &redact::text(cause)));
        }
        if let Some(hint) = &failure.hint {
            self.say(&line("hint:", AnsiColor::Green, hint));
        }
    }

    /// One line about something that stops the command.
    pub fn error(&self, text: &str) {
        self.say(&line("error:", AnsiColor::Red, &redact::text(text)));
    }

    /// One line about something worth knowing; not when only errors are wanted.
    pub fn warning(&self, text: &str) {
        if self.quiet {
            return;
        }
        self.say(&line("warning:", AnsiColor::Yellow, &redact::text(text)));
    }

    /// Text worth knowing, on stderr; not when only errors are wanted.
    pub fn notice(&self, text: &str) {
        if !self.quiet {
            self.say(&plain(text));
        }
    }

    /// The form asked for.
    pub fn format(&self) -> Format {
        self.format
    }

    fn document(&self, document: Map<String, Value>, event: &str) -> Result<(), Ended> {
        self.data(self.written(document, event)?.as_bytes())
    }

    fn written(&self, document: Map<String, Value>, event: &str) -> Result<String, Failure> {
        let value = match self.format {
            Format::Text | Format::Json | Format::Yaml => Value::Object(document),
            Format::Ndjson => Value::Object(stamped(event, document)),
        };
        match self.format {
            Format::Yaml => serde_saphyr::to_string(&value).map_err(|error| {
                Failure::new(ExitCode::Failed, Code::Internal, "the result has no YAML form").because(&error)
            }),
            Format::Text | Format::Json | Format::Ndjson => Ok(format!("{value}\n")),
        }
    }

    /// Nobody is left to tell when stderr is gone.
    fn say(&self, text: &str) {
        let _ = AutoStream::new(io::stderr().lock(), self.color).write_all(text.as_bytes());
    }
}

/// Writes one event as a line of NDJSON: `fields` behind the time and the name (cli.md 2.3).
pub fn event(name: &str, fields: Value) -> Result<(), Ended> {
    let fields = if let Value::Object(fields) = fields { fields } else { Map::new() };
    let line = format!("{}\n", Value::Object(stamped(name, fields)));
    let mut stdout = io::stdout().lock();
    stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush()).map_err(|error| unwritable(&error))
}

fn stamped(event: &str, fields: Map<String, Value>) -> Map<String, Value> {
    let mut line = Map::new();
    line.insert("ts".to_owned(), json!(format!("{:.3}", Timestamp::now())));
    line.insert("event".to_owned(), json!(event));
    line.extend(fields);
    line
}

/// Ends when nobody reads stdout any more; never where that is not told, and a write tells it.
#[cfg(target_os = "linux")]
pub async fn reader_gone() {
    use tokio::io::Interest;
    use tokio::net::unix::pipe;
    // The same pipe opened once more: what is set for waiting is not set for stdout itself.
    if let Ok(pipe) = pipe::OpenOptions::new().open_sender("/proc/self/fd/1")
        && pipe.ready(Interest::ERROR).await.is_ok()
    {
        return;
    }
    std::future::pending::<()>().await;
}

/// Never ends: a write tells it.
#[cfg(not(target_os = "linux"))]
pub async fn reader_gone() {
    std::future::pending::<()>().await;
}

fn unwritable(error: &io::Error) -> Ended {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Ended::ReaderGone,
        _ => Failure::new(ExitCode::Failed, Code::Internal, "the output cannot be written")
            .because(error)
            .into(),
    }
}

fn envelope(kind: &str) -> Map<String, Value> {
    let mut document = Map::new();
    document.insert("apiVersion".to_owned(), json!("orchcli/v1"));
    document.insert("kind".to_owned(), json!(kind));
    document
}

/// A warning as part of a result.
fn warning(code: &str, message: &str) -> Value {
    json!({"code": code, "message": redact::text(message)})
}

fn line(label: &str, color: AnsiColor, text: &str) -> String {
    let style = Style::new().bold().fg_color(Some(color.into()));
    format!("{style}{label}{style:#} {}\n", plain(text))
}
