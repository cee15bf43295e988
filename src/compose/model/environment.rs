//! What comes into the environment and the labels of a service from files and variables.

use indexmap::IndexMap;

use super::services_mut;
use crate::compose::dotenv;
use crate::compose::finding::{Code, Report};
use crate::compose::node::{Data, Map, Node};
use crate::compose::place::{Path, Place, shown};
use crate::compose::read::{self, Reader};
use crate::compose::template::Lookup;
use crate::compose::variables::Variables;

/// Folds `env_file` and `label_file` in, and fills in the keys that have no value.
pub(super) fn fold(tree: &mut Node, variables: &Variables, reader: &dyn Reader, report: &Report) {
    for (name, service) in services_mut(tree) {
        let root = Path::Root;
        let services = root.key("services");
        let path = services.key(name);
        let folding = Folding { variables, reader, report, path: &path };
        folding.files(service, "env_file", "environment");
        folding.files(service, "label_file", "labels");
        folding.resolve(service.get_mut("environment"), false);
        let arguments =
            service.get_mut("build").and_then(Node::as_map_mut).and_then(|build| build.get_mut("args"));
        folding.resolve(arguments, true);
    }
}

struct Folding<'a> {
    variables: &'a Variables,
    reader: &'a dyn Reader,
    report: &'a Report,
    path: &'a Path<'a>,
}

impl Folding<'_> {
    fn files(&self, service: &mut Map, from: &str, into: &str) {
        let Some(files) = service.shift_remove(from) else { return };
        let mut found: IndexMap<String, Option<String>> = IndexMap::new();
        for (index, file) in files.items().iter().enumerate() {
            let source = if into == "labels" { Source::Labels } else { Source::Variables(service.get(into)) };
            self.file(file, &self.path.key(from).item(index), source, &mut found);
        }
        let text = |text: String| Node::new(Data::Text(text), files.at);
        let mut folded: Map =
            found.into_iter().filter_map(|(name, value)| Some((name, text(value?)))).collect();
        if let Some(Node { data: Data::Map(own), .. }) = service.shift_remove(into) {
            folded.extend(own);
        }
        service.insert(into.to_owned(), Node::new(Data::Map(folded), files.at));
    }

    fn file(
        &self,
        file: &Node,
        path: &Path<'_>,
        source: Source<'_>,
        found: &mut IndexMap<String, Option<String>>,
    ) {
        let Some(name) = file.text_of("path").or_else(|| file.as_text()) else { return };
        let required = file.get("required").is_none_or(|required| required.data != Data::Bool(false));
        let text = match read::text(self.reader, name) {
            Ok(Some(text)) => text,
            Ok(None) if !required => return,
            Ok(None) => {
                let why =
                    format!("there is no file {}: say required: false if there need not be", shown(name));
                return self.report.error(Code::File, file.at, path, why);
            }
            Err((code, why)) => {
                return self.report.error(code, file.at, path, format!("{} {why}", shown(name)));
            }
        };
        let raw = file.text_of("format") == Some("raw");
        let parse = if raw { dotenv::parse_raw } else { dotenv::parse };
        let known = match source {
            Source::Variables(own) => Known::Variables(self.variables, own),
            Source::Labels => Known::Labels(found),
        };
        match parse(&text, &known, found) {
            Ok(more) => found.extend(more),
            Err(wrong) => {
                let file = self.report.file(name);
                let at = Place { file, line: wrong.line, column: wrong.column };
                self.report.error(Code::Syntax, at, &Path::Root, wrong.why);
            }
        }
    }

    /// A key without a value has that of the variable; one that is not set stays without, or goes with `drop`.
    fn resolve(&self, pairs: Option<&mut Node>, drop: bool) {
        let Some(pairs) = pairs.and_then(Node::as_map_mut) else { return };
        for (name, node) in pairs.iter_mut().filter(|(_, node)| node.data == Data::Null) {
            if let Some(value) = self.variables.get(name) {
                node.data = Data::Text(value.clone());
            }
        }
        if drop {
            pairs.retain(|_, node| node.data != Data::Null);
        }
    }
}

/// What the files of a service are.
#[derive(Clone, Copy)]
enum Source<'a> {
    /// Variables, of which the service has these itself.
    Variables(Option<&'a Node>),
    Labels,
}

/// What goes before what a file says itself.
enum Known<'a> {
    /// What is set, and what the service itself says.
    Variables(&'a Variables, Option<&'a Node>),
    /// Compose gives labels no variables; those of earlier files stand for themselves.
    Labels(&'a dotenv::Found),
}

impl Lookup for Known<'_> {
    fn value(&self, name: &str) -> Option<&str> {
        match self {
            Self::Variables(variables, own) => match variables.get(name) {
                Some(value) => Some(value),
                None => own.and_then(|own| own.text_of(name)),
            },
            Self::Labels(earlier) => earlier.get(name)?.as_deref(),
        }
    }

    fn missing(&self, _: &str) {}
}
