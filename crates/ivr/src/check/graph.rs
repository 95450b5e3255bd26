//! The graph: exits that lead nowhere, nodes nobody comes to, loops nobody leaves.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Finding;
use crate::flow::Flow;

/// Node to nodes, by id.
pub(super) type Graph<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// Where calls can go from each node, along exits that exist and are drawn.
pub(super) fn graph(flow: &Flow) -> Graph<'_> {
    let targets = |node: &'_ crate::node::Node| -> BTreeSet<String> {
        node.exits_offered().iter().filter_map(|exit| node.exits.get(exit.as_ref()).cloned()).collect()
    };
    let known = |id: String| flow.nodes.get_key_value(&id).map(|(id, _)| id.as_str());
    flow.nodes
        .iter()
        .map(|(id, node)| (id.as_str(), targets(node).into_iter().filter_map(known).collect()))
        .collect()
}

/// What can be reached from some nodes, they included.
pub(super) fn reached<'a>(graph: &Graph<'a>, from: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = from.into_iter().filter(|id| graph.contains_key(id)).collect();
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            open.extend(graph.get(id).into_iter().flatten());
        }
    }
    seen
}

/// The first nodes of calls.
pub(super) fn roots(flow: &Flow) -> impl Iterator<Item = &str> {
    [Some(flow.start.as_str()), flow.on_error.as_deref()].into_iter().flatten()
}

pub(super) fn check(flow: &Flow, findings: &mut Vec<Finding>) {
    for (field, id) in [("start", Some(&flow.start)), ("on_error", flow.on_error.as_ref())] {
        if let Some(id) = id.filter(|id| !flow.nodes.contains_key(*id)) {
            findings.push(unknown(field, id));
        }
    }
    exits(flow, findings);
    let graph = graph(flow);
    let reached = reached(&graph, roots(flow));
    for id in flow.nodes.keys().filter(|id| !reached.contains(id.as_str())) {
        findings.push(
            Finding::warning(
                "",
                "unreachable",
                "No call comes here.",
                "Draw an exit to the node, or delete it.",
            )
            .at(id),
        );
    }
    loops(flow, &graph, findings);
    ends(flow, &graph, &reached, findings);
}

fn unknown(field: impl Into<String>, id: &str) -> Finding {
    Finding::problem(field, "unknown-node", format!("There is no node {id}."), "Choose a node that exists.")
}

fn exits(flow: &Flow, findings: &mut Vec<Finding>) {
    for (id, node) in &flow.nodes {
        let offered = node.exits_offered();
        for exit in offered.iter().filter(|exit| !node.exits.contains_key(exit.as_ref())) {
            findings.push(
                Finding::problem(
                    format!("exits.{exit}"),
                    "missing-exit",
                    format!("The exit {exit} leads nowhere."),
                    "Draw it to a node; hang_up ends a call.",
                )
                .at(id),
            );
        }
        for (exit, target) in &node.exits {
            let field = format!("exits.{exit}");
            if !offered.iter().any(|offered| offered == exit) {
                findings.push(
                    Finding::problem(
                        field,
                        "unknown-exit",
                        format!("The node has no exit {exit}."),
                        "Take the exit away.",
                    )
                    .at(id),
                );
            } else if !flow.nodes.contains_key(target) {
                findings.push(unknown(field, target).at(id));
            }
        }
    }
}

/// Loops in which nothing waits for the world run until the step limit ends the call. One finding for each loop.
fn loops(flow: &Flow, graph: &Graph<'_>, findings: &mut Vec<Finding>) {
    let is_busy = |id: &str| flow.node(id).is_some_and(|node| !node.kind.step().waits());
    let busy: Graph<'_> = graph
        .iter()
        .filter(|(id, _)| is_busy(id))
        .map(|(id, next)| (*id, next.iter().copied().filter(|id| is_busy(id)).collect()))
        .collect();
    let mut told = BTreeSet::new();
    for (id, next) in &busy {
        let after = reached(&busy, next.iter().copied());
        if !after.contains(id) || told.contains(id) {
            continue;
        }
        // All of the same loop: reached from here and leading back here.
        let is_same = |other: &&str| {
            busy.get(other).is_some_and(|next| reached(&busy, next.iter().copied()).contains(id))
        };
        told.extend(after.iter().copied().filter(is_same));
        findings.push(
            Finding::problem(
                "",
                "endless-loop",
                "From here calls come back here without a key, a look-up or a person in between.",
                "Lead one of the exits out of the loop, or ask for something in it.",
            )
            .at(id),
        );
    }
}

/// From every node a person, a recording or a spoken end can be reached.
fn ends(flow: &Flow, graph: &Graph<'_>, reached: &BTreeSet<&str>, findings: &mut Vec<Finding>) {
    let mut back: Graph<'_> = graph.keys().map(|id| (*id, BTreeSet::new())).collect();
    for (id, next) in graph {
        for target in next {
            back.entry(target).or_default().insert(id);
        }
    }
    let is_end = |id: &&str| flow.node(id).is_some_and(|node| node.kind.step().is_end());
    let good = self::reached(&back, graph.keys().copied().filter(is_end));
    for id in reached.iter().filter(|id| !good.contains(*id)) {
        findings.push(
            Finding::problem(
                "",
                "no-way-out",
                "From here no call comes to a person, a recording or an end.",
                "Lead an exit to queue, connect, transfer, voicemail or hang_up.",
            )
            .at(id),
        );
    }
}
