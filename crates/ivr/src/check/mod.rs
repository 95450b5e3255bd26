//! What is wrong or doubtful about a flow before it is published.
//!
//! Nodes say what is wrong with their fields and what they read, write and refer to (`Look`); the graph is looked at
//! as a whole (`graph`), and what is known at each node is followed along its exits (`variables`).

mod graph;
mod variables;

use std::collections::BTreeSet;
use std::fmt::Display;
use std::ops::RangeInclusive;

use crate::finding::{Finding, Severity};
use crate::flow::Flow;
use crate::node::Exits;
use crate::prompt::{Prompt, Prompts};
use crate::template::Template;
use crate::variable::{Class, is_name};

/// Variables that every call has; nodes do not write them.
pub const BUILT_IN: &[&str] =
    &["caller", "callee", "from", "NUMBER", "B-NUMBER", "C-NUMBER", "attestation", "system", "keyed"];

/// What there is besides the flow. `None`: it is not known, and nothing is said about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Ids of prompts, `prm_…`.
    pub prompts: Option<BTreeSet<String>>,
    /// Ids of stored look-ups, `lku_…`.
    pub look_ups: Option<BTreeSet<String>>,
    /// Ids of calendars, `cal_…`.
    pub calendars: Option<BTreeSet<String>>,
    /// Names and ids of queues.
    pub queues: Option<BTreeSet<String>>,
    /// Ids of groups, `grp_…`.
    pub groups: Option<BTreeSet<String>>,
    /// Ids of users, `usr_…`.
    pub users: Option<BTreeSet<String>>,
    /// Call widgets: their names and the paths of the variables they show.
    pub widgets: Vec<(String, Vec<String>)>,
}

/// Where a variable is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In an address that is called.
    Address,
    /// In a header or body.
    Sent,
    /// Where the caller or a carrier hears or reads it.
    Heard,
    /// In a comparison.
    Judged,
    /// Only whether it has a value is asked.
    Whether,
    /// In a value of this class.
    Made(Class),
}

/// A variable that is read.
pub(crate) struct Read {
    field: String,
    path: String,
    place: Place,
}

/// A variable that is written. `exit`: only when this exit is taken.
pub(crate) struct Write {
    field: String,
    name: String,
    class: Class,
    exit: Option<&'static str>,
}

/// What a node says of itself.
pub(crate) struct Look<'a> {
    known: &'a Known,
    drawn: &'a Exits,
    findings: Vec<Finding>,
    reads: Vec<Read>,
    writes: Vec<Write>,
}

impl<'a> Look<'a> {
    fn new(known: &'a Known, drawn: &'a Exits) -> Self {
        Self { known, drawn, findings: Vec::new(), reads: Vec::new(), writes: Vec::new() }
    }

    /// The exits that are drawn.
    pub(crate) fn drawn(&self) -> &'a Exits {
        self.drawn
    }

    pub(crate) fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Texts that are played.
    pub(crate) fn prompt(&mut self, field: &str, prompts: &Prompts) {
        for (at, prompt) in prompts.0.iter().enumerate() {
            let field = if prompts.0.len() == 1 { field.to_owned() } else { format!("{field}.{at}") };
            match prompt {
                Prompt::Recorded { prompt } => {
                    self.reference(&field, "prompt", prompt, |known| &known.prompts)
                }
                Prompt::Say { say: text, .. } | Prompt::Digits { digits: text, .. } => {
                    self.reads(&field, text, Place::Heard);
                    if text.source().trim().is_empty() {
                        self.add(Finding::problem(
                            field,
                            "empty-prompt",
                            "The sentence to be spoken is empty.",
                            "Write what the caller hears.",
                        ));
                    }
                }
            }
        }
    }

    /// The same, and there must be some.
    pub(crate) fn needed_prompt(&mut self, field: &str, prompts: &Prompts) {
        if prompts.is_empty() {
            self.add(Finding::problem(
                field,
                "no-prompt",
                "The caller hears nothing here.",
                "Choose a recording, or write a sentence to be spoken.",
            ));
        }
        self.prompt(field, prompts);
    }

    pub(crate) fn range<T: PartialOrd + Display>(&mut self, field: &str, is: T, range: &RangeInclusive<T>) {
        if !range.contains(&is) {
            let (from, to) = (range.start(), range.end());
            self.add(Finding::problem(
                field,
                "out-of-range",
                format!("{field} is {is}."),
                format!("Choose a value from {from} to {to}."),
            ));
        }
    }

    /// A text with variables.
    pub(crate) fn reads(&mut self, field: &str, text: &Template, place: Place) {
        for path in text.paths() {
            self.reads_path(field, path, place);
        }
    }

    /// Whether something is wrong there already.
    pub(crate) fn has_problem_at(&self, field: &str) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Problem && finding.field == field)
    }

    /// One variable.
    pub(crate) fn reads_path(&mut self, field: &str, path: &str, place: Place) {
        self.reads.push(Read { field: field.to_owned(), path: path.to_owned(), place });
    }

    /// A variable that is written.
    pub(crate) fn writes(&mut self, field: &str, name: &str, class: Class, exit: Option<&'static str>) {
        if !is_name(name) {
            return self.add(Finding::problem(
                field,
                "not-a-name",
                "This is not a name of a variable.",
                "A name begins with a letter or _ and has letters, digits, _ and -, at most 64.",
            ));
        }
        if BUILT_IN.contains(&name) {
            return self.add(Finding::problem(
                field,
                "built-in",
                format!("{name} is set by the call itself."),
                "Choose another name.",
            ));
        }
        self.writes.push(Write { field: field.to_owned(), name: name.to_owned(), class, exit });
    }

    /// Something that stands elsewhere.
    fn reference(
        &mut self,
        field: &str,
        noun: &'static str,
        id: &str,
        of: impl Fn(&Known) -> &Option<BTreeSet<String>>,
    ) {
        if id.is_empty() {
            self.add(Finding::problem(
                field,
                "not-chosen",
                format!("No {noun} is chosen."),
                format!("Choose a {noun}."),
            ));
        } else if of(self.known).as_ref().is_some_and(|known| !known.contains(id)) {
            let code = match noun {
                "prompt" => "unknown-prompt",
                "look-up" => "unknown-look-up",
                "calendar" => "unknown-calendar",
                "queue" => "unknown-queue",
                "group" => "unknown-group",
                _ => "unknown-user",
            };
            self.add(Finding::problem(
                field,
                code,
                format!("There is no {noun} {id}."),
                format!("Choose another {noun}."),
            ));
        }
    }

    pub(crate) fn look_up(&mut self, field: &str, id: &str) {
        self.reference(field, "look-up", id, |known| &known.look_ups);
    }

    pub(crate) fn calendar(&mut self, field: &str, id: &str) {
        self.reference(field, "calendar", id, |known| &known.calendars);
    }

    pub(crate) fn queue(&mut self, field: &str, id: &str) {
        self.reference(field, "queue", id, |known| &known.queues);
    }

    pub(crate) fn group(&mut self, field: &str, id: &str) {
        self.reference(field, "group", id, |known| &known.groups);
    }

    /// Somebody or something that is called. `is_good`: it can be, as it is written.
    pub(crate) fn target(&mut self, field: &str, to: &Template, is_good: bool) {
        if to.source().trim().is_empty() {
            return self.add(Finding::problem(
                field,
                "not-chosen",
                "It is not said who is called.",
                "Write a number or a SIP address, or choose somebody.",
            ));
        }
        if !to.is_fixed() {
            return;
        }
        if !is_good {
            return self.add(Finding::problem(
                field,
                "not-a-target",
                "This cannot be called.",
                "Write a number such as +46701234567 or a SIP address such as sip:desk@pbx.example.",
            ));
        }
        match to.source() {
            id if id.starts_with("usr_") => self.reference(field, "user", id, |known| &known.users),
            id if id.starts_with("grp_") => self.reference(field, "group", id, |known| &known.groups),
            _ => {}
        }
    }
}

/// Everything that is wrong or doubtful, problems first, in the order of the nodes.
pub(crate) fn check(flow: &Flow, known: &Known) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut looks = Vec::new();
    for (id, node) in &flow.nodes {
        let mut look = Look::new(known, &node.exits);
        node.kind.step().look(&mut look);
        findings.extend(std::mem::take(&mut look.findings).into_iter().map(|finding| finding.at(id)));
        looks.push((id.as_str(), node, look));
    }
    graph::check(flow, &mut findings);
    variables::check(flow, known, &looks, &mut findings);
    findings.sort_by(|a, b| {
        let key =
            |finding: &Finding| (finding.severity, finding.node.clone(), finding.field.clone(), finding.code);
        key(a).cmp(&key(b))
    });
    findings.dedup();
    findings
}

/// Whether a flow with these findings can be published.
pub fn is_publishable(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.severity != Severity::Problem)
}

#[cfg(test)]
mod tests;
