//! YAML text to trees: anchors, `<<`, tags, a place for every node, and limits.

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, Span, StrInput, Tag};

use super::finding::{Code, Report};
use super::node::{Data, Map, Mark, Node};
use super::place::{Path, Place, shown};
use super::scalar;

/// Deepest nesting of maps and lists.
const DEPTH: usize = 100;
/// Most nodes that may come out of aliases: what stops a file that doubles itself.
const FROM_ALIASES: usize = 100_000;
/// Most nodes of one file: what stops one that is all brackets.
const NODES: usize = 1_000_000;

/// The documents of a file; nothing when it is no YAML, which is reported.
pub(super) fn parse(text: &str, file: u32, report: &Report) -> Option<Vec<Node>> {
    let options = granit_parser::options! { emit_comments: false };
    let events = Parser::new_from_str_with_options(text, options);
    let mut reader = Reader {
        events,
        file,
        report,
        anchors: HashMap::new(),
        depth: 0,
        nodes: 0,
        from_aliases: 0,
        kept: 0,
    };
    match reader.documents() {
        Ok(documents) => Some(documents),
        Err(Refused { code, at, why }) => {
            report.error(code, at, &Path::Root, why);
            None
        }
    }
}

struct Reader<'a> {
    events: Parser<'a, StrInput<'a>>,
    file: u32,
    report: &'a Report,
    anchors: HashMap<usize, Anchored>,
    depth: usize,
    nodes: usize,
    from_aliases: usize,
    kept: usize,
}

struct Anchored {
    node: Node,
    nodes: usize,
    depth: usize,
}

/// Reading stops here.
struct Refused {
    code: Code,
    at: Place,
    why: String,
}

fn refused<T>(code: Code, at: Place, why: impl Into<String>) -> Result<T, Refused> {
    Err(Refused { code, at, why: why.into() })
}

type Next<'a> = Option<(Event<'a>, Place)>;

impl<'a> Reader<'a> {
    fn documents(&mut self) -> Result<Vec<Node>, Refused> {
        let mut documents = Vec::new();
        while let Some((event, at)) = self.next()? {
            match event {
                Event::StreamStart | Event::DocumentEnd | Event::StreamEnd => {}
                Event::DocumentStart(..) => self.anchors.clear(),
                other => documents.push(self.node(other, at)?.0),
            }
        }
        Ok(documents)
    }

    /// A node and how deep it goes.
    fn node(&mut self, event: Event<'a>, at: Place) -> Result<(Node, usize), Refused> {
        let before = self.nodes;
        self.nodes += 1;
        if self.nodes > NODES {
            return refused(Code::Limit, at, format!("the file holds more than {NODES} values"));
        }
        let (mut node, depth, anchor, tag) = match event {
            Event::Alias(id) => return self.alias(id, at),
            Event::Scalar(text, style, anchor, tag) => {
                let data = scalar_data(&text, style, tag.as_deref()).and_then(finite);
                (Node::new(data.or_else(|why| refused(Code::Syntax, at, why))?, at), 0, anchor, tag)
            }
            Event::SequenceStart(_, anchor, tag) => {
                let (data, depth) = self.nested(at, Self::list)?;
                (Node::new(data, at), depth, anchor, tag)
            }
            Event::MappingStart(_, anchor, tag) => {
                let (data, depth) = self.nested(at, Self::map)?;
                (Node::new(data, at), depth, anchor, tag)
            }
            other => return refused(Code::Syntax, at, format!("unexpected {other:?}")),
        };
        if let Some(tag) = tag.as_deref() {
            node.mark = self.mark(tag, at);
        }
        if anchor > 0 {
            self.kept += self.nodes - before;
            if self.kept > NODES {
                return refused(Code::Limit, at, format!("anchors keep more than {NODES} values"));
            }
            let copy = Anchored { node: node.clone(), nodes: self.nodes - before, depth };
            self.anchors.insert(anchor, copy);
        }
        Ok((node, depth))
    }

    fn mark(&self, tag: &Tag, at: Place) -> Mark {
        if known(tag).is_some() {
            return Mark::None;
        }
        match tag.original().as_str() {
            "!reset" => Mark::Reset,
            "!override" => Mark::Override,
            "!" => Mark::None,
            other => {
                let why = format!("the tag {} means nothing here: the value is taken as it is", shown(other));
                self.report.warning(Code::Value, at, &Path::Root, why);
                Mark::None
            }
        }
    }

    fn alias(&mut self, id: usize, at: Place) -> Result<(Node, usize), Refused> {
        let Some(anchored) = self.anchors.get(&id) else {
            return refused(Code::Cycle, at, "the alias stands within what it is an alias of");
        };
        self.from_aliases += anchored.nodes;
        self.nodes += anchored.nodes;
        if self.from_aliases > FROM_ALIASES {
            return refused(Code::Limit, at, format!("aliases make more than {FROM_ALIASES} values"));
        }
        if self.depth + anchored.depth > DEPTH {
            return too_deep(at);
        }
        Ok((Node { at, key: at, ..anchored.node.clone() }, anchored.depth))
    }

    fn nested(
        &mut self,
        at: Place,
        read: fn(&mut Self) -> Result<(Data, usize), Refused>,
    ) -> Result<(Data, usize), Refused> {
        self.depth += 1;
        if self.depth > DEPTH {
            return too_deep(at);
        }
        let (data, depth) = read(self)?;
        self.depth -= 1;
        Ok((data, depth + 1))
    }

    fn list(&mut self) -> Result<(Data, usize), Refused> {
        let (mut items, mut deepest) = (Vec::new(), 0);
        while let Some((event, at)) = self.next()? {
            if matches!(event, Event::SequenceEnd) {
                break;
            }
            let (node, depth) = self.node(event, at)?;
            deepest = deepest.max(depth);
            items.push(node);
        }
        Ok((Data::List(items), deepest))
    }

    fn map(&mut self) -> Result<(Data, usize), Refused> {
        let (mut map, mut deepest) = (Map::new(), 0);
        let mut merged: Vec<Node> = Vec::new();
        while let Some((event, at)) = self.next()? {
            let (name, style) = match event {
                Event::MappingEnd => break,
                Event::Scalar(name, style, ..) => (name, style),
                _ => return refused(Code::Syntax, at, "a key must be a text"),
            };
            let Some((event, value_at)) = self.next()? else { break };
            let (mut node, depth) = self.node(event, value_at)?;
            deepest = deepest.max(depth);
            node.key = at;
            if style == ScalarStyle::Plain {
                if name == "<<" {
                    merged.push(node);
                    continue;
                }
                if !matches!(scalar::plain(&name), Data::Text(_)) {
                    let why = format!("the key {} is no text: write \"{0}\"", shown(&name));
                    return refused(Code::Syntax, at, why);
                }
            }
            if let Some(first) = map.get(name.as_ref()) {
                let why = format!(
                    "the key {} is here a second time; first in line {}",
                    shown(&name),
                    first.key.line
                );
                return refused(Code::Syntax, at, why);
            }
            map.insert(name.into_owned(), node);
        }
        for node in merged {
            take_in(&mut map, node)?;
        }
        Ok((Data::Map(map), deepest))
    }

    fn next(&mut self) -> Result<Next<'a>, Refused> {
        match self.events.next_event() {
            None => Ok(None),
            Some(Ok((event, span))) => Ok(Some((event, self.place(span)))),
            Some(Err(error)) => {
                let at = self.place(Span::empty(*error.marker()));
                refused(Code::Syntax, at, format!("is not valid YAML: {}", error.info()))
            }
        }
    }

    fn place(&self, span: Span) -> Place {
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Place { file: self.file, line: number(span.start.line()), column: number(span.start.col() + 1) }
    }
}

fn too_deep<T>(at: Place) -> Result<T, Refused> {
    refused(Code::Limit, at, format!("is nested more than {DEPTH} deep"))
}

/// `<<`: what the map does not have itself; of several, the first that has it.
fn take_in(map: &mut Map, node: Node) -> Result<(), Refused> {
    let at = node.at;
    let maps = match node.data {
        Data::Map(other) => vec![other],
        Data::List(items) => {
            let map = |item: Node| match item.data {
                Data::Map(map) => Ok(map),
                _ => refused(Code::Syntax, item.at, "<< takes maps"),
            };
            items.into_iter().map(map).collect::<Result<_, _>>()?
        }
        Data::Null => Vec::new(),
        Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Text(_) => {
            return refused(Code::Syntax, at, "<< takes a map or a list of maps");
        }
    };
    for (name, value) in maps.into_iter().flatten() {
        map.entry(name).or_insert(value);
    }
    Ok(())
}

fn scalar_data(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Data, String> {
    match tag.map(known) {
        Some(Some(kind)) => scalar::tagged(text, &kind),
        Some(None) | None if style == ScalarStyle::Plain && tag.is_none_or(|tag| tag.original() != "!") => {
            Ok(scalar::plain(text))
        }
        Some(None) | None => Ok(Data::Text(text.to_owned())),
    }
}

/// Infinity and what is no number are nothing that a model can hold.
fn finite(data: Data) -> Result<Data, String> {
    match data {
        Data::Float(number) if !number.is_finite() => {
            Err("is no number that a Compose file may hold: put it in quotes, if a text is meant".to_owned())
        }
        other => Ok(other),
    }
}

/// What YAML itself says a value of this tag is.
fn known(tag: &Tag) -> Option<Cow<'_, str>> {
    match tag.core_suffix() {
        Some(kind) => Some(kind.into()),
        None => tag.suffix_in_namespace("tag:yaml.org,2002:").filter(|kind| kind == "binary"),
    }
}
