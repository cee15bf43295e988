//! `include`: other projects as a part of this one.

use super::{Files, Scope, TOP_SHAPE};
use crate::compose::finding::Code;
use crate::compose::merge::{merge, settle};
use crate::compose::node::{Data, Map, Node};
use crate::compose::path;
use crate::compose::place::{Path, shown};
use crate::compose::variables::fill_from;

impl Files<'_> {
    /// What all entries bring, as one tree; an earlier one lies on a later one.
    pub(super) fn include(&self, includes: &Node, file: &str, scope: Scope<'_>) -> Node {
        let root = Path::Root;
        let list = root.key("include");
        let mut whole = Map::new();
        for (index, entry) in includes.items().iter().enumerate() {
            if let Some(Node { data: Data::Map(tree), .. }) =
                self.included(entry, &list.item(index), file, scope)
            {
                self.add(&mut whole, tree);
            }
        }
        Node::new(Data::Map(whole), includes.at)
    }

    fn included(&self, entry: &Node, place: &Path<'_>, file: &str, scope: Scope<'_>) -> Option<Node> {
        let texts = |key: &str| -> Vec<&Node> {
            entry.get(key).map(|list| list.items().iter().collect()).unwrap_or_default()
        };
        let paths = texts("path");
        let Some(first) = paths.first().and_then(|first| first.as_text()) else {
            // When it is not empty, what is wrong with it is told already.
            if !self.report.has_errors() {
                self.report.error(Code::Missing, entry.at, place, "path names no file");
            }
            return None;
        };
        let base =
            entry.text_of("project_directory").map_or_else(|| path::parent(&path::clean(first)), path::clean);
        let mut within = scope.within.to_vec();
        within.push(file);
        let mut parsed = Vec::new();
        for node in &paths {
            let path = path::clean(node.as_text().unwrap_or_default());
            if let Some(from) = within.iter().position(|other| *other == path) {
                let circle: Vec<String> =
                    within[from..].iter().copied().chain([path.as_str()]).map(shown).collect();
                let why = format!("includes itself: {}", circle.join(" → "));
                self.report.error(Code::Cycle, node.at, place, why);
                return None;
            }
            let documents = self.bring_in(&path, node.at, place)?;
            parsed.push((path, documents));
        }
        let named: Vec<String> =
            texts("env_file").iter().filter_map(|node| node.as_text()).map(str::to_owned).collect();
        let usual = [path::join(&base, ".env")];
        let env_files = if named.is_empty() { &usual[..] } else { &named };
        let variables =
            fill_from(scope.variables.clone(), env_files, !named.is_empty(), self.reader, self.report);
        let mut tree = self.set(
            parsed,
            Scope { base: &base, variables: &variables, within: &within, number: self.next_scope() },
        );
        settle(&mut tree);
        let map = tree.as_map_mut()?;
        map.shift_remove("name");
        map.shift_remove("version");
        Some(tree)
    }

    fn add(&self, whole: &mut Map, tree: Map) {
        for (section, node) in tree {
            let (at, key) = (node.at, node.key);
            let shape = TOP_SHAPE.member(&section);
            let Data::Map(entries) = node.data else {
                whole.entry(section).or_insert(node);
                continue;
            };
            let into = whole
                .entry(section.clone())
                .or_insert_with(|| Node { key, ..Node::new(Data::Map(Map::new()), at) });
            let Some(into) = into.as_map_mut() else { continue };
            for (name, node) in entries {
                match into.get_mut(&name) {
                    None => {
                        into.insert(name, node);
                    }
                    Some(before) if *before == node => {}
                    Some(before) => {
                        let root = Path::Root;
                        let section = root.key(&section);
                        let why =
                            "an earlier include has another one of that name, which goes before this one";
                        self.report.warning(Code::Conflict, node.key, &section.key(&name), why);
                        let earlier = std::mem::replace(before, Node::new(Data::Null, at));
                        *before = merge(node, earlier, shape.member(&name));
                    }
                }
            }
        }
    }
}
