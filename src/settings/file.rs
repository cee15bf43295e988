//! `config.yaml` as a tree that knows the line of every value and the text as it was written.

use std::path::{Path, PathBuf};

use granit_parser::{Event, Parser, ScalarStyle};

use super::problem::{Origin, Problem};

/// Longest file that is read, in bytes.
pub const LIMIT: u64 = 1024 * 1024;
const DEPTH: usize = 16;

/// A parsed configuration file.
#[derive(Debug, Clone)]
pub struct File {
    /// Its path, as given.
    pub path: PathBuf,
    pub(super) root: Vec<Entry>,
}

/// One member of a mapping.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub name: String,
    pub line: usize,
    pub value: Node,
}

/// A value of the file. Scalars keep their spelling: `INVITE_CODE: 001234` is those six digits.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Null,
    Scalar(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

impl File {
    /// Parses `text`, the content of `path`: one YAML document that is a mapping, without aliases.
    pub fn parse(path: &Path, text: &str) -> Result<Self, Problem> {
        let mut reader = Reader { path, events: Parser::new_from_str(text), depth: 0 };
        let root = reader.document()?;
        Ok(Self { path: path.to_owned(), root })
    }

    /// The value at `path`, names compared without case, and the line of its last name.
    pub(super) fn find(&self, path: &[&str]) -> Option<(&Node, usize)> {
        let (first, rest) = path.split_first()?;
        let mut entry = self.root.iter().find(|entry| entry.name.eq_ignore_ascii_case(first))?;
        for name in rest {
            let Node::Map(entries) = &entry.value else { return None };
            entry = entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))?;
        }
        Some((&entry.value, entry.line))
    }
}

struct Reader<'a> {
    path: &'a Path,
    events: Parser<'a, granit_parser::StrInput<'a>>,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn document(&mut self) -> Result<Vec<Entry>, Problem> {
        let mut root = None;
        while let Some((event, line)) = self.next()? {
            match event {
                Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd | Event::StreamEnd => {}
                _ if root.is_some() => return Err(self.wrong(line, "holds more than one document")),
                other => match self.node(other, line)? {
                    Node::Map(entries) => root = Some(entries),
                    Node::Null => root = Some(Vec::new()),
                    Node::Scalar(_) | Node::List(_) => {
                        return Err(self.wrong(line, "is not a mapping of settings to values"));
                    }
                },
            }
        }
        Ok(root.unwrap_or_default())
    }

    fn node(&mut self, event: Event<'a>, line: usize) -> Result<Node, Problem> {
        match event {
            Event::Scalar(text, style, ..) => Ok(match (style, text.as_ref()) {
                (ScalarStyle::Plain, "" | "~" | "null" | "Null" | "NULL") => Node::Null,
                (_, text) => Node::Scalar(text.to_owned()),
            }),
            Event::SequenceStart(..) => self.nested(line, Self::list),
            Event::MappingStart(..) => self.nested(line, Self::map),
            _ => Err(self.wrong(line, "uses an alias, which settings do not need")),
        }
    }

    fn nested(&mut self, line: usize, read: fn(&mut Self) -> Result<Node, Problem>) -> Result<Node, Problem> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(self.wrong(line, "is nested too deeply"));
        }
        let node = read(self)?;
        self.depth -= 1;
        Ok(node)
    }

    fn list(&mut self) -> Result<Node, Problem> {
        let mut items = Vec::new();
        while let Some((event, line)) = self.next()? {
            if matches!(event, Event::SequenceEnd) {
                break;
            }
            items.push(self.node(event, line)?);
        }
        Ok(Node::List(items))
    }

    fn map(&mut self) -> Result<Node, Problem> {
        let mut entries: Vec<Entry> = Vec::new();
        while let Some((event, line)) = self.next()? {
            let name = match event {
                Event::MappingEnd => break,
                Event::Scalar(name, ..) => name.into_owned(),
                _ => return Err(self.wrong(line, "has a name that is not plain text")),
            };
            if let Some(first) = entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(&name)) {
                let why = format!("sets {name} a second time; the first is in line {}", first.line);
                return Err(self.wrong(line, &why));
            }
            let Some((event, at)) = self.next()? else { break };
            let value = self.node(event, at)?;
            entries.push(Entry { name, line, value });
        }
        Ok(Node::Map(entries))
    }

    /// The next event that is not a comment, and its line.
    fn next(&mut self) -> Result<Option<(Event<'a>, usize)>, Problem> {
        loop {
            match self.events.next_event() {
                None => return Ok(None),
                Some(Ok((Event::Comment(..), _))) => {}
                Some(Ok((event, span))) => return Ok(Some((event, span.start.line()))),
                Some(Err(error)) => {
                    let why = format!("is not valid YAML: {}", error.info());
                    return Err(self.wrong(error.marker().line(), &why));
                }
            }
        }
    }

    fn wrong(&self, line: usize, why: &str) -> Problem {
        Problem {
            key: self.path.display().to_string(),
            origin: Origin::File(self.path.to_owned(), line),
            why: why.to_owned(),
            hint: "correct the file; every line reads NAME: value".to_owned(),
        }
    }
}
