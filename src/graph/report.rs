//! Where the findings about one node are collected while it is read and compiled.

use std::cell::RefCell;

use super::{Code, Finding, Node, Severity};

/// The findings of one node, and the words it is called by in them.
#[derive(Debug)]
pub(crate) struct Report {
    node_id: String,
    subject: String,
    findings: RefCell<Vec<Finding>>,
}

impl Report {
    /// A report that calls the node by kind and name, or by its id while it has no name.
    pub(crate) fn new(node: &Node) -> Self {
        let name = node.data.get("name").and_then(serde_json::Value::as_str).map(str::trim);
        let subject = match name {
            Some(name) if !name.is_empty() => format!("{} {}", node.kind, quoted(name)),
            _ => format!("node {}", shown(&node.id)),
        };
        Self { node_id: node.id.clone(), subject, findings: RefCell::default() }
    }

    pub(crate) fn error(&self, code: Code, field: &str, words: &str) {
        self.add(Severity::Error, code, field, words);
    }

    pub(crate) fn warning(&self, code: Code, field: &str, words: &str) {
        self.add(Severity::Warning, code, field, words);
    }

    pub(crate) fn info(&self, code: Code, field: &str, words: &str) {
        self.add(Severity::Info, code, field, words);
    }

    /// Takes a finding of another part as this node's.
    pub(crate) fn take(&self, finding: Finding) {
        self.findings.borrow_mut().push(finding.at_node(&self.node_id));
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.findings.borrow().iter().any(Finding::is_error)
    }

    /// Whether there already is something to say about that field.
    pub(crate) fn mentions(&self, field: &str) -> bool {
        self.findings.borrow().iter().any(|finding| finding.field.as_deref() == Some(field))
    }

    pub(crate) fn into_findings(self) -> Vec<Finding> {
        self.findings.into_inner()
    }

    /// `field` empty means the node as a whole.
    fn add(&self, severity: Severity, code: Code, field: &str, words: &str) {
        let mut finding = Finding::new(severity, code, format!("{}: {}", self.subject, one_line(words)))
            .at_node(&self.node_id);
        if !field.is_empty() {
            finding = finding.at_field(shown(field));
        }
        self.findings.borrow_mut().push(finding);
    }
}

/// Keys of maps are part of paths, and may hold anything.
fn one_line(words: &str) -> String {
    let escaped = |c: char| if c.is_control() { c.escape_debug().to_string() } else { c.to_string() };
    words.chars().map(escaped).collect()
}

/// A text somebody typed, cut and on one line.
pub(crate) fn shown(text: &str) -> String {
    let line: String = text.escape_debug().take(101).collect();
    if line.len() > 100 { format!("{}…", line.chars().take(100).collect::<String>()) } else { line }
}

/// The same, in quotes.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", shown(text))
}
