//! What is wrong or doubtful about a policy, said so that it can be put right.

use std::fmt;

use serde::Serialize;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The policy works, and may let in whom it should not, or keep out whom it should let in.
    Warning,
    /// The policy cannot be published.
    Problem,
}

/// One thing that is wrong or doubtful: the place, what, and what to do next. It names fields and words of the policy's
/// author, never a customer's data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// JSON Pointer into the policy, such as `/customer/required/0/bits`.
    pub pointer: String,
    /// Stable word for programs.
    pub code: &'static str,
    /// What and why, as a sentence.
    pub detail: String,
    /// What to do next, as a sentence.
    pub hint: String,
}

impl Finding {
    pub(crate) fn problem(
        pointer: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        let (pointer, detail, hint) = (pointer.into(), detail.into(), hint.into());
        Self { severity: Severity::Problem, pointer, code, detail, hint }
    }

    pub(crate) fn warning(
        pointer: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { severity: Severity::Warning, ..Self::problem(pointer, code, detail, hint) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.pointer, self.detail, self.hint)
    }
}
