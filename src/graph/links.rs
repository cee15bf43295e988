//! What the drawn edges mean (engine.md 2.1): an edge is an unordered relation between two typed nodes.

use std::collections::{HashMap, HashSet};

use super::report::{Report, shown};
use super::{Code, Edge, Finding, Graph, NodeKind, Severity};

/// A usable edge.
#[derive(Debug)]
pub(crate) struct Link {
    /// Position of the node at the other end.
    pub(crate) node: usize,
    /// The handle at this end, where it names something; see [`handle`].
    pub(crate) handle: Option<String>,
}

/// Usable edges by node position, in edge order; each edge is listed at both its ends.
#[derive(Debug)]
pub(crate) struct Links(Vec<Vec<Link>>);

impl Links {
    pub(crate) fn of(&self, node: usize) -> &[Link] {
        &self.0[node]
    }

    pub(crate) fn joins(&self, node: usize, other: usize) -> bool {
        self.0[node].iter().any(|link| link.node == other)
    }

    /// Sorts the edges; what is unusable is reported at the node it touches, the rest returned as findings.
    pub(crate) fn resolve(
        graph: &Graph,
        index: &HashMap<&str, usize>,
        reports: &[Report],
    ) -> (Self, Vec<Finding>) {
        let mut links: Vec<Vec<Link>> = graph.nodes.iter().map(|_| Vec::new()).collect();
        let mut seen = HashSet::new();
        let mut loose = Vec::new();
        for edge in &graph.edges {
            let ends = (index.get(edge.source.as_str()).copied(), index.get(edge.target.as_str()).copied());
            let (at, why) = match ends {
                (None, None) => {
                    let words = format!("edge {} is ignored: neither end exists", shown(&edge.id));
                    loose.push(Finding::new(Severity::Warning, Code::EdgeIgnored, words));
                    continue;
                }
                (Some(at), None) => (at, format!("node {} does not exist", shown(&edge.target))),
                (None, Some(at)) => (at, format!("node {} does not exist", shown(&edge.source))),
                (Some(source), Some(target)) if source == target => {
                    (source, "it joins the node with itself".into())
                }
                (Some(source), Some(target)) => match owner(graph, source, target) {
                    None => (source, unknown_pair(graph, source, target)),
                    Some((owner, other)) => {
                        let handle = handle(edge, owner == source);
                        if seen.insert((owner, other, handle)) {
                            links[owner].push(Link { node: other, handle: handle.map(str::to_owned) });
                            links[other].push(Link { node: owner, handle: None });
                            continue;
                        }
                        (source, "it is a duplicate of another edge".into())
                    }
                },
            };
            reports[at].warning(
                Code::EdgeIgnored,
                "",
                &format!("edge {} is ignored: {why}", shown(&edge.id)),
            );
        }
        loose.extend(cycle(graph, index));
        (Self(links), loose)
    }
}

/// The ends of a meaningful pair, the one whose fields the link is written to by the console first.
fn owner(graph: &Graph, source: usize, target: usize) -> Option<(usize, usize)> {
    let kind = |at: usize| graph.nodes[at].kind();
    let (a, b) = (kind(source)?, kind(target)?);
    if links_to(a, b) {
        Some((source, target))
    } else if links_to(b, a) {
        Some((target, source))
    } else {
        None
    }
}

/// The table of pairs.
fn links_to(from: NodeKind, to: NodeKind) -> bool {
    let long_running = matches!(to, NodeKind::Deployment | NodeKind::StatefulSet | NodeKind::DaemonSet);
    match from {
        NodeKind::Ingress => to == NodeKind::Service,
        NodeKind::Service | NodeKind::NetworkPolicy => long_running,
        NodeKind::ConfigMap | NodeKind::Secret => to.is_workload(),
        NodeKind::PersistentVolumeClaim | NodeKind::Hpa => {
            matches!(to, NodeKind::Deployment | NodeKind::StatefulSet)
        }
        NodeKind::Deployment
        | NodeKind::StatefulSet
        | NodeKind::Job
        | NodeKind::CronJob
        | NodeKind::DaemonSet
        | NodeKind::Plugin => false,
    }
}

/// The handle at the owner's end that names an ingress path or a policy rule; generic handles name nothing. When the
/// edge was drawn towards the owner, the canvas may have put the name at the other end.
fn handle(edge: &Edge, from_owner: bool) -> Option<&str> {
    let named =
        |handle: &'_ Option<String>| !matches!(handle.as_deref(), None | Some("output" | "input" | "main"));
    let ends =
        if from_owner { [&edge.source_handle, &None] } else { [&edge.target_handle, &edge.source_handle] };
    ends.into_iter().find(|handle| named(handle))?.as_deref()
}

fn unknown_pair(graph: &Graph, source: usize, target: usize) -> String {
    let kind = |at: usize| shown(&graph.nodes[at].kind);
    format!("{} and {} cannot be linked", kind(source), kind(target))
}

/// Whether the edges between existing nodes, as drawn, run in a circle. Order never depends on it.
fn cycle(graph: &Graph, index: &HashMap<&str, usize>) -> Option<Finding> {
    let mut incoming = vec![0_usize; graph.nodes.len()];
    let mut outgoing: Vec<Vec<usize>> = vec![Vec::new(); graph.nodes.len()];
    for edge in &graph.edges {
        let ends = (index.get(edge.source.as_str()), index.get(edge.target.as_str()));
        if let (Some(&source), Some(&target)) = ends
            && source != target
        {
            outgoing[source].push(target);
            incoming[target] += 1;
        }
    }
    let mut ready: Vec<usize> = (0..incoming.len()).filter(|at| incoming[*at] == 0).collect();
    while let Some(at) = ready.pop() {
        for &next in &outgoing[at] {
            incoming[next] -= 1;
            if incoming[next] == 0 {
                ready.push(next);
            }
        }
    }
    let first = incoming.iter().position(|count| *count > 0)?;
    let words = format!(
        "the edges form a cycle near node {}; order does not depend on edges",
        shown(&graph.nodes[first].id)
    );
    Some(Finding::new(Severity::Warning, Code::Cycle, words))
}
