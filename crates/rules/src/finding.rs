//! What is wrong or doubtful about rules, said so that it can be put right.

use std::fmt;

use countersign_types::RuleId;

/// One thing that is wrong or doubtful: the rule, the place in it, what, and what to do next.
///
/// Sentences name fields and values of the rule's author, never a customer's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The place of the rule in the list that was compiled; 0 when one rule was parsed.
    pub index: usize,
    /// The rule; `None` when one was parsed that has no id yet, or when it is about the whole list.
    pub rule: Option<RuleId>,
    /// JSON Pointer into the rule's body, such as `/match/0/conditions/1/value`.
    pub pointer: String,
    /// Stable word for programs.
    pub code: &'static str,
    /// What and why, as a sentence.
    pub detail: String,
    /// What to do next, as a sentence.
    pub hint: String,
}

/// Why rules are refused.
pub type Problem = Finding;

/// What may not be meant, but is accepted.
pub type Warning = Finding;

impl Finding {
    pub(crate) fn new(
        pointer: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        let (pointer, detail, hint) = (pointer.into(), detail.into(), hint.into());
        Self { index: 0, rule: None, pointer, code, detail, hint }
    }

    /// The same below a place: `/match/0` and `/conditions/1` make `/match/0/conditions/1`.
    pub(crate) fn below(mut self, place: &str) -> Self {
        self.pointer.insert_str(0, place);
        self
    }

    /// The pointer into a list of rules: `/3/match/0/conditions/1/value`.
    pub fn pointer_in_list(&self) -> String {
        format!("/{}{}", self.index, self.pointer)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.pointer_in_list(), self.detail, self.hint)
    }
}

impl std::error::Error for Finding {}
