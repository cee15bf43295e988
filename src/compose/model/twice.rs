//! Things that can be said in two places.

use crate::compose::finding::{Code, Report};
use crate::compose::node::{Data, Node};
use crate::compose::place::Path;
use crate::compose::scalar;

/// Two keys for one thing must not say two things.
pub(super) fn check(service: &Node, path: &Path<'_>, report: &Report) {
    for (key, below) in [
        ("scale", &["deploy", "replicas"][..]),
        ("cpus", &["deploy", "resources", "limits", "cpus"]),
        ("mem_limit", &["deploy", "resources", "limits", "memory"]),
        ("pids_limit", &["deploy", "resources", "limits", "pids"]),
        ("mem_reservation", &["deploy", "resources", "reservations", "memory"]),
    ] {
        let Some(node) = service.get(key) else { continue };
        let Some(other) = below.iter().try_fold(service, |node, part| node.get(part)) else { continue };
        if number(other).zip(number(node)).is_some_and(|(other, node)| other != node) {
            let why = format!("says something else than {} in line {}", below.join("."), other.at.line);
            report.error(Code::Conflict, node.at, &path.key(key), why);
        }
    }
}

/// A number in its shortest form; none where a variable still stands.
fn number(node: &Node) -> Option<String> {
    match &node.data {
        Data::Float(number) => Some(scalar::shortest(*number)),
        Data::Int(number) => Some(number.to_string()),
        Data::Null | Data::Bool(_) | Data::Text(_) | Data::List(_) | Data::Map(_) => None,
    }
}
