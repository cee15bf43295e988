//! Where keys and values stand in a text.

use std::ops::Range;

use granit_parser::{Event, Parser, Span, StrInput, StructureStyle};

use super::EditError;

/// Deepest nesting of maps and lists.
const DEPTH: usize = 32;

/// A value and where it stands, in bytes.
#[derive(Debug)]
pub(super) struct Spot {
    pub range: Range<usize>,
    pub form: Form,
}

/// What a value is, as far as editing goes.
#[derive(Debug)]
pub(super) enum Form {
    /// Not written.
    Nothing,
    Scalar,
    List,
    Map {
        /// Whether it is in braces.
        flow: bool,
        entries: Vec<Entry>,
    },
}

/// A key and its value.
#[derive(Debug)]
pub(super) struct Entry {
    pub name: String,
    pub key: Range<usize>,
    pub value: Spot,
}

impl Spot {
    /// Its entries, when it is a map.
    pub(super) fn entries(&self) -> &[Entry] {
        match &self.form {
            Form::Map { entries, .. } => entries,
            Form::Nothing | Form::Scalar | Form::List => &[],
        }
    }
}

/// The value of the one document of a text.
pub(super) fn read(text: &str) -> Result<Spot, EditError> {
    let options = granit_parser::options! { emit_comments: false };
    let mut reader = Reader { events: Parser::new_from_str_with_options(text, options), depth: 0 };
    let mut root = None;
    while let Some((event, range)) = reader.next()? {
        match event {
            Event::StreamStart | Event::StreamEnd | Event::DocumentStart(..) | Event::DocumentEnd => {}
            _ if root.is_some() => return Err(EditError::Form),
            other => root = Some(reader.spot(&other, range)?),
        }
    }
    Ok(root.unwrap_or(Spot { range: text.len()..text.len(), form: Form::Nothing }))
}

struct Reader<'t> {
    events: Parser<'t, StrInput<'t>>,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn spot(&mut self, event: &Event<'t>, range: Range<usize>) -> Result<Spot, EditError> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(EditError::Form);
        }
        let spot = match event {
            Event::Scalar(..) if range.is_empty() => Spot { range, form: Form::Nothing },

            Event::Scalar(..) => Spot { range, form: Form::Scalar },
            Event::SequenceStart(..) => self.list(range)?,
            Event::MappingStart(style, ..) => self.map(*style == StructureStyle::Flow, range)?,
            // What stands in two places cannot be changed in one.
            _ => return Err(EditError::Form),
        };
        self.depth -= 1;
        Ok(spot)
    }

    fn list(&mut self, start: Range<usize>) -> Result<Spot, EditError> {
        let mut end = start.end;
        while let Some((event, range)) = self.next()? {
            if matches!(event, Event::SequenceEnd) {
                end = end.max(if range.is_empty() { end } else { range.end });
                break;
            }
            end = self.spot(&event, range)?.range.end;
        }
        Ok(Spot { range: start.start..end, form: Form::List })
    }

    fn map(&mut self, flow: bool, start: Range<usize>) -> Result<Spot, EditError> {
        let (mut entries, mut end) = (Vec::new(), start.end);
        while let Some((event, key)) = self.next()? {
            let name = match event {
                Event::MappingEnd => {
                    end = if flow { key.end } else { end };
                    break;
                }
                Event::Scalar(name, ..) => name.into_owned(),
                _ => return Err(EditError::Form),
            };
            let Some((event, range)) = self.next()? else { break };
            let mut value = self.spot(&event, range)?;
            if matches!(value.form, Form::Nothing) {
                // The parser puts what is not written where the next thing is.
                value.range = key.end..key.end;
            }
            end = value.range.end.max(key.end);
            entries.push(Entry { name, key, value });
        }
        Ok(Spot { range: start.start..end, form: Form::Map { flow, entries } })
    }

    fn next(&mut self) -> Result<Option<(Event<'t>, Range<usize>)>, EditError> {
        match self.events.next_event() {
            None => Ok(None),
            Some(Ok((event, span))) => Ok(Some((event, bytes(span)?))),
            Some(Err(error)) => Err(EditError::Syntax(error.info().clone())),
        }
    }
}

fn bytes(span: Span) -> Result<Range<usize>, EditError> {
    span.byte_range().ok_or(EditError::Form)
}
