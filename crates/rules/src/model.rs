//! A rule as it is stored and sent: strict JSON, no logic.
//!
//! ```
//! let rule = countersign_rules::parse(
//!     r#"{"name": "Ask who it is", "trigger": "new_case",
//!         "match": [{"mode": "all", "conditions": [{"field": "profile.is_identified", "op": "is", "value": false}]}],
//!         "actions": [{"kind": "ask_for_code", "texts": ["Please send your code."]},
//!                     {"kind": "end_chat", "status": "pending"}]}"#,
//! )
//! .unwrap();
//! assert!(rule.enabled && !rule.once_per_case);
//! // Unknown fields are refused, with the place.
//! let problem = countersign_rules::parse(r#"{"name": "x", "trigger": "new_case", "actionz": []}"#).unwrap_err();
//! assert_eq!(problem.code, "not-a-rule");
//! ```

use countersign_types::{RuleGroupId, RuleId};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::finding::Problem;

/// Rules in a workspace, at most (R-3).
pub const RULES_MAX: usize = 200;
/// Blocks in a rule, at most (issue 4: "up to five blocks").
pub const BLOCKS_MAX: usize = 5;
/// Conditions in a block, at most.
pub const CONDITIONS_MAX: usize = 20;
/// Values in a condition, at most.
pub const VALUES_MAX: usize = 50;
/// Actions in a rule, at most.
pub const ACTIONS_MAX: usize = 20;
/// Characters in a rule's name, at most.
pub const NAME_MAX: usize = 120;
/// Characters in a text that is looked for, at most.
pub const LITERAL_MAX: usize = 500;
/// The longest cool-down and the longest delay: 30 days, as long as a time-based rule looks back.
pub const SPAN_SECS_MAX: u32 = 30 * 86_400;
/// The largest body of a rule as JSON, in bytes.
pub const RULE_BYTES_MAX: usize = 256 * 1024;

/// Which occasion a rule waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// The customer began a conversation: the first of this account on the channel, or the one before was closed.
    NewCase,
    /// A message or a change came to a case that was there.
    UpdatedCase,
    /// Time went by: each half hour, or [`RuleBody::delay_secs`] after the last message. Only cases with activity in
    /// the last 30 days.
    ExistingCase,
}

/// How the conditions of a block count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// All of them must hold.
    All,
    /// One is enough.
    Any,
}

/// How blocks count together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// All blocks must hold.
    #[default]
    And,
    /// One block is enough.
    Or,
}

macro_rules! ops {
    ($($(#[$doc:meta])* $name:ident $text:literal $words:literal,)*) => {
        /// What a condition asks. Which ones fit a field follows from its type; `docs/RULES.md` has the table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Op { $($(#[$doc])* #[serde(rename = $text)] $name,)* }

        impl Op {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The words for a sentence, between field and value.
            pub const fn words(self) -> &'static str {
                match self { $(Self::$name => $words,)* }
            }
        }
    };
}

ops! {
    /// One of the values.
    Is "is" "is",
    /// None of the values; nothing at all counts as none of them.
    IsNot "is_not" "is not",
    /// Nothing stands there.
    IsEmpty "is_empty" "is empty",
    /// Something stands there.
    IsNotEmpty "is_not_empty" "is not empty",
    /// Text: the same, folded. Number: the same.
    Equals "equals" "equals",
    /// The opposite of `equals`.
    NotEquals "not_equals" "does not equal",
    /// Text: one of the values stands somewhere in it.
    Contains "contains" "contains",
    /// Text: none of the values stands in it.
    NotContains "not_contains" "does not contain",
    /// Text: begins with one of the values.
    StartsWith "starts_with" "starts with",
    /// Text: one of the values stands in it as whole words.
    HasWord "has_word" "has the word",
    /// Text: none of the values stands in it as whole words.
    NotHasWord "not_has_word" "does not have the word",
    /// Text: a regular expression is found in it.
    Matches "matches" "matches",
    /// Text: a regular expression is not found in it.
    NotMatches "not_matches" "does not match",
    /// Number: below.
    Less "less" "is less than",
    /// Number: below or the same.
    AtMost "at_most" "is at most",
    /// Number: above.
    More "more" "is more than",
    /// Number: above or the same. Assurance: this level or a higher one.
    AtLeast "at_least" "is at least",
    /// Assurance: a lower level. (For numbers there is `less`.)
    Below "below" "is below",
    /// Day or moment: earlier.
    Before "before" "is before",
    /// Day or moment: later.
    After "after" "is after",
    /// Day: that day.
    On "on" "is on",
    /// Labels: at least one of the values.
    Has "has" "has one of",
    /// Labels: all the values.
    HasAll "has_all" "has all of",
    /// Labels: none of the values.
    HasNot "has_not" "has none of",
    /// Business hours: inside those of the calendar.
    Inside "inside" "is inside",
    /// Business hours: outside those of the calendar.
    Outside "outside" "is outside",
    /// Was changed by what happened; `from` and `to` narrow it.
    Changed "changed" "changed",
}

/// One comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// What is looked at, such as `case.status` or `profile.attributes.tariff`.
    pub field: String,
    /// What is asked.
    pub op: Op,
    /// With what it is compared: a value or a list of values, by the field's type; absent where the question needs none.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub value: serde_json::Value,
}

/// Conditions that count together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// All or any.
    pub mode: Mode,
    /// The conditions, 1 to [`CONDITIONS_MAX`].
    pub conditions: Vec<Condition>,
}

/// A rule without its id: what is stored as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleBody {
    /// Its name for people.
    pub name: String,
    /// Which occasion it waits for.
    pub trigger: Trigger,
    /// Only with `existing_case`: seconds after the last message, instead of each half hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_secs: Option<u32>,
    /// Whether it takes part.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// The group it is switched with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<RuleGroupId>,
    /// Blocks of conditions, at most [`BLOCKS_MAX`]. None: it always holds.
    #[serde(rename = "match", default)]
    pub blocks: Vec<Block>,
    /// How blocks count together.
    #[serde(default)]
    pub join: Join,
    /// What it does, in this order.
    pub actions: Vec<Action>,
    /// Whether it fires once in a case and never again.
    #[serde(default)]
    pub once_per_case: bool,
    /// After firing in a case, it rests there for so many seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cooldown_secs: Option<u32>,
    /// Where it came from, such as `chat-identification/ask`: a template installs again without doubling by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

fn yes() -> bool {
    true
}

/// A rule with its id.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its id.
    pub id: RuleId,
    /// What it says.
    pub body: RuleBody,
}

/// Reads the JSON of a rule.
///
/// # Errors
/// One [`Problem`] with code `not-a-rule` and the place, when it is not JSON, has an unknown field or a missing one, or
/// is larger than [`RULE_BYTES_MAX`].
pub fn parse(json: &str) -> Result<RuleBody, Problem> {
    if json.len() > RULE_BYTES_MAX {
        let what = format!("The rule is larger than {} KiB.", RULE_BYTES_MAX / 1024);
        return Err(Problem::new(
            "",
            "not-a-rule",
            what,
            "Shorten its texts or split it into several rules.",
        ));
    }
    let mut reader = serde_json::Deserializer::from_str(json);
    let rule: RuleBody = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let place = pointer(error.path());
        let what = format!("This is not a rule: {}.", error.into_inner());
        Problem::new(
            place,
            "not-a-rule",
            what,
            "Correct the place named; docs/RULES.md has the form of a rule.",
        )
    })?;
    reader.end().map_err(|error| {
        let what = format!("Something stands behind the rule: {error}.");
        Problem::new("", "not-a-rule", what, "Send one rule at a time.")
    })?;
    Ok(rule)
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut out = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => out.push_str(&format!("/{index}")),
            Segment::Map { key } => out.push_str(&format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    out
}
