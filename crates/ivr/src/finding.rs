//! What is wrong or doubtful about a flow, said so that it can be put right.

use std::fmt;

use serde::Serialize;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The flow cannot be published.
    Problem,
    /// It may not be meant, but can be published.
    Warning,
}

/// One thing that is wrong or doubtful: where, what, and what to do next.
///
/// Sentences name nodes, fields and variables of the flow's author, never what a caller keyed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The node it is about; `None`: the whole flow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// The field of the node, such as `prompt` or `branches.0.all.1.variable`, or the exit, such as `exits.found`.
    /// Empty: the node as a whole.
    pub field: String,
    /// Stable word for programs.
    pub code: &'static str,
    /// What and why, as a sentence.
    pub sentence: String,
    /// What to do next, as a sentence.
    pub hint: String,
}

impl Finding {
    pub(crate) fn problem(
        field: impl Into<String>,
        code: &'static str,
        sentence: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        let (field, sentence, hint) = (field.into(), sentence.into(), hint.into());
        Self { severity: Severity::Problem, node: None, field, code, sentence, hint }
    }

    pub(crate) fn warning(
        field: impl Into<String>,
        code: &'static str,
        sentence: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { severity: Severity::Warning, ..Self::problem(field, code, sentence, hint) }
    }

    pub(crate) fn at(mut self, node: &str) -> Self {
        self.node = Some(node.to_owned());
        self
    }

    /// JSON Pointer into the flow: `/nodes/ask/exits/next`.
    pub fn pointer(&self) -> String {
        let mut pointer = match &self.node {
            Some(node) => format!("/nodes/{}", escaped(node)),
            None => String::new(),
        };
        for step in self.field.split('.').filter(|step| !step.is_empty()) {
            pointer.push('/');
            pointer.push_str(&escaped(step));
        }
        pointer
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.pointer(), self.sentence, self.hint)
    }
}

/// Why a document is not a flow: one place and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// JSON Pointer into the document, such as `/nodes/ask/min`.
    pub pointer: String,
    /// What is wrong, as a sentence.
    pub sentence: String,
}

/// Why a document is not a flow; at least one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
#[serde(transparent)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    pub(crate) fn add(&mut self, pointer: impl Into<String>, sentence: impl Into<String>) {
        self.0.push(Problem { pointer: pointer.into(), sentence: sentence.into() });
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.0.iter().enumerate() {
            let gap = if at == 0 { "" } else { "; " };
            write!(f, "{gap}{}: {}", problem.pointer, problem.sentence)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// A step of a JSON Pointer (RFC 6901).
pub(crate) fn escaped(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}
