//! Variables into the values of a tree.

use super::Files;
use crate::compose::finding::Code;
use crate::compose::node::{Data, Node};
use crate::compose::place::Path;
use crate::compose::template;
use crate::compose::variables::{Told, Variables};

/// Most bytes of text that may be filled in, in all files.
const BYTES: usize = 64 * 1024 * 1024;

impl Files<'_> {
    /// Fills every text in; keys stay as they are.
    pub(super) fn fill(&self, node: &mut Node, variables: &Variables, path: &Path<'_>) {
        if !self.filled || self.written.get() > BYTES {
            return;
        }
        match &mut node.data {
            Data::Text(text) if text.contains('$') => {
                let (missing, report, at) = (&self.missing, self.report, node.at);
                match template::fill(text, &Told { variables, missing, report, at, path }) {
                    Ok(filled) => {
                        self.written.set(self.written.get() + filled.len());
                        if self.written.get() > BYTES {
                            let why = format!("variables make more than {BYTES} bytes of text");
                            return self.report.error(Code::Limit, at, path, why);
                        }
                        *text = filled;
                    }
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
