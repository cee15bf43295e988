//! Variables into the values of a tree.

use super::Files;
use crate::compose::finding::Code;
use crate::compose::node::{Data, Node};
use crate::compose::place::Path;
use crate::compose::template;
use crate::compose::variables::{Told, Variables};

impl Files<'_> {
    /// Fills every text in; keys stay as they are.
    pub(super) fn fill(&self, node: &mut Node, variables: &Variables, path: &Path<'_>) {
        if !self.filled {
            return;
        }
        match &mut node.data {
            Data::Text(text) if text.contains('$') => {
                let (missing, report, at) = (&self.missing, self.report, node.at);
                match template::fill(text, &Told { variables, missing, report, at, path }) {
                    Ok(filled) => *text = filled,
                    Err(error) => self.report.error(Code::Variable, at, path, error.to_string()),
                }
            }
            Data::List(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.fill(item, variables, &path.item(index));
                }
            }
            Data::Map(map) => {
                for (name, value) in map.iter_mut() {
                    self.fill(value, variables, &path.key(name));
                }
            }
            Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Text(_) => {}
        }
    }
}
