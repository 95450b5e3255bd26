//! Takes an exit by what is known.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Exits, Step};
use crate::check::{Look, Place};
use crate::engine::{Next, Run};
use crate::finding::Finding;
use crate::flow::is_id;
use crate::template::Template;
use crate::variable::{Variables, is_path, text_of};

/// Most branches.
pub const BRANCHES_MAX: usize = 10;
/// Most tests of a branch, and most values of a test.
pub const TESTS_MAX: usize = 20;

/// `condition`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Looked at in turn; the first that holds decides. None holds: `otherwise`.
    #[serde(default)]
    pub branches: Vec<Branch>,
}

/// An exit and when it is taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Branch {
    /// The exit.
    pub exit: String,
    /// All of these hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all: Option<Vec<Test>>,
    /// One of these holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub any: Option<Vec<Test>>,
}

/// One comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// The variable, or a path into it.
    pub variable: String,
    /// What is asked.
    pub op: Op,
    /// With what it is compared; texts have variables.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub value: Value,
}

/// What is asked. What has no value equals nothing, contains nothing, and is neither more nor less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// The same text: `0010` is not `10`.
    Equals,
    /// Another text, or no value.
    NotEquals,
    /// The text stands in it.
    Contains,
    /// It begins with the text.
    StartsWith,
    /// There is something.
    HasValue,
    /// There is nothing.
    HasNoValue,
    /// Both are numbers and it is more.
    GreaterThan,
    /// Both are numbers and it is less.
    LessThan,
    /// The same text as one of the values.
    OneOf,
}

impl Op {
    fn needs_value(self) -> bool {
        !matches!(self, Self::HasValue | Self::HasNoValue)
    }
}

impl Test {
    /// Whether it holds.
    pub fn holds(&self, variables: &Variables) -> bool {
        let is = variables.text(&self.variable);
        let with = |value: &Value| match value {
            Value::String(text) => {
                let template = Template::parse(text);
                // What is compared with a value that is missing does not hold: a PIN never equals no PIN.
                template.paths().all(|path| variables.has_value(path)).then(|| template.text(variables))
            }
            other => text_of(other),
        };
        let both = |holds: fn(&str, &str) -> bool| match (&is, with(&self.value)) {
            (Some(is), Some(with)) => holds(is, &with),
            _ => false,
        };
        match self.op {
            Op::Equals => both(|is, with| is == with),
            Op::NotEquals => !both(|is, with| is == with),
            Op::Contains => both(|is, with| !with.is_empty() && is.contains(with)),
            Op::StartsWith => both(|is, with| !with.is_empty() && is.starts_with(with)),
            Op::HasValue => variables.has_value(&self.variable),
            Op::HasNoValue => !variables.has_value(&self.variable),
            Op::GreaterThan => both(|is, with| numbers(is, with).is_some_and(|(is, with)| is > with)),
            Op::LessThan => both(|is, with| numbers(is, with).is_some_and(|(is, with)| is < with)),
            Op::OneOf => {
                let values = self.value.as_array().map(Vec::as_slice).unwrap_or_default();
                is.is_some_and(|is| values.iter().take(TESTS_MAX).any(|value| with(value).as_ref() == Some(&is)))
            }
        }
    }
}

fn numbers(is: &str, with: &str) -> Option<(f64, f64)> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    Some((number(is)?, number(with)?))
}

impl Branch {
    /// Whether it holds. One without any test never does.
    pub fn holds(&self, variables: &Variables) -> bool {
        let all = self.all.as_ref().map(|tests| tests.iter().all(|test| test.holds(variables)));
        let any = self.any.as_ref().map(|tests| tests.iter().any(|test| test.holds(variables)));
        (all.is_some() || any.is_some()) && all.unwrap_or(true) && any.unwrap_or(true)
    }

    fn tests(&self) -> impl Iterator<Item = (String, &Test)> {
        let all = self.all.iter().flatten().enumerate().map(|(at, test)| (format!("all.{at}"), test));
        let any = self.any.iter().flatten().enumerate().map(|(at, test)| (format!("any.{at}"), test));
        all.chain(any)
    }
}

impl Step for Condition {
    fn exits<'a>(&'a self, _drawn: &'a Exits) -> Vec<Cow<'a, str>> {
        let mut exits: Vec<Cow<'a, str>> = Vec::new();
        for branch in &self.branches {
            if !exits.contains(&Cow::Borrowed(branch.exit.as_str())) {
                exits.push(Cow::Borrowed(&branch.exit));
            }
        }
        if !exits.contains(&Cow::Borrowed("otherwise")) {
            exits.push(Cow::Borrowed("otherwise"));
        }
        exits
    }

    fn look(&self, look: &mut Look<'_>) {
        if self.branches.is_empty() || self.branches.len() > BRANCHES_MAX {
            look.add(Finding::problem(
                "branches",
                "branch-count",
                "A condition has 1 to 10 branches.",
                "Add a branch, or split the condition.",
            ));
        }
        for (at, branch) in self.branches.iter().take(BRANCHES_MAX).enumerate() {
            let field = format!("branches.{at}");
            let count = branch.tests().count();
            if branch.exit == "otherwise" || !is_id(&branch.exit) {
                look.add(Finding::problem(
                    format!("{field}.exit"),
                    "exit-taken",
                    "A branch needs an exit of its own, of letters, digits, _ and -; otherwise is for when none holds.",
                    "Give the exit another name.",
                ));
            }
            if count == 0 || count > TESTS_MAX {
                look.add(Finding::problem(
                    field.clone(),
                    "test-count",
                    "A branch has 1 to 20 tests.",
                    "Add a test under all or any.",
                ));
            }
            for (place, test) in branch.tests().take(TESTS_MAX) {
                test.look(look, &format!("{field}.{place}"));
            }
        }
    }

    fn enter(&self, run: &mut Run<'_>) -> Next {
        let held = self.branches.iter().take(BRANCHES_MAX).find(|branch| branch.holds(run.variables()));
        Next::Exit(held.map_or_else(|| "otherwise".to_owned(), |branch| branch.exit.clone()))
    }
}

impl Test {
    fn look(&self, look: &mut Look<'_>, field: &str) {
        if !is_path(&self.variable) {
            return look.add(Finding::problem(
                format!("{field}.variable"),
                "not-a-variable",
                "This is not the name of a variable.",
                "Write a name such as accountNumber or customerInfo.customer.name.",
            ));
        }
        let asks_whether = !self.op.needs_value();
        let place = if asks_whether { Place::Whether } else { Place::Judged };
        look.reads_path(&format!("{field}.variable"), &self.variable, place);
        let field = format!("{field}.value");
        let values = match (&self.value, self.op) {
            (Value::Array(of), Op::OneOf) if (1..=TESTS_MAX).contains(&of.len()) => of.as_slice(),
            (Value::Null, _) if asks_whether => &[],
            (one @ (Value::String(_) | Value::Number(_) | Value::Bool(_)), op)
                if op.needs_value() && op != Op::OneOf =>
            {
                std::slice::from_ref(one)
            }
            _ => {
                return look.add(Finding::problem(
                    field,
                    "value-form",
                    "The value does not fit what is asked.",
                    "has_value and has_no_value take none, one_of a list of 1 to 20, the others a text or a number.",
                ));
            }
        };
        for value in values {
            if let Value::String(text) = value {
                look.reads(&field, &Template::parse(text), Place::Judged);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::variable::Class;

    #[test]
    fn every_operator() {
        let mut variables = Variables::default();
        variables.set("a", Class::Public, "0010").unwrap();
        variables.set("n", Class::Public, json!(12.5)).unwrap();
        variables.set("empty", Class::Public, "").unwrap();
        variables.set("none", Class::Public, Value::Null).unwrap();
        variables.set("o", Class::Public, json!({"tier": "gold", "same": "0010"})).unwrap();
        for (variable, op, value, wanted) in [
            ("a", "equals", json!("0010"), true),
            ("a", "equals", json!("10"), false),
            ("a", "equals", json!("{o.same}"), true),
            ("a", "equals", json!("{o.other}"), false),
            ("empty", "equals", json!("{o.other}"), false),
            ("a", "not_equals", json!("10"), true),
            ("missing", "not_equals", json!("10"), true),
            ("missing", "equals", json!(""), false),
            ("o.tier", "contains", json!("ol"), true),
            ("o.tier", "contains", json!(""), false),
            ("o.tier", "starts_with", json!("go"), true),
            ("o.tier", "starts_with", json!("ld"), false),
            ("o.tier", "has_value", Value::Null, true),
            ("none", "has_value", Value::Null, false),
            ("none", "has_no_value", Value::Null, true),
            ("n", "greater_than", json!(12), true),
            ("a", "greater_than", json!("9"), true),
            ("n", "less_than", json!("12.6"), true),
            ("o.tier", "less_than", json!(1), false),
            ("missing", "less_than", json!(1), false),
            ("o.tier", "one_of", json!(["silver", "gold"]), true),
            ("o.tier", "one_of", json!([]), false),
            ("n", "one_of", json!([12.5]), true),
        ] {
            let test: Test =
                serde_json::from_value(json!({"variable": variable, "op": op, "value": value})).unwrap();
            assert_eq!(test.holds(&variables), wanted, "{variable} {op} {value}");
        }
    }

    #[test]
    fn all_any_and_both() {
        let variables = Variables::default();
        let branch = |value: Value| serde_json::from_value::<Branch>(value).unwrap().holds(&variables);
        let (yes, no) = (json!({"variable": "x", "op": "has_no_value"}), json!({"variable": "x", "op": "has_value"}));
        assert!(branch(json!({"exit": "e", "all": [yes]})));
        assert!(!branch(json!({"exit": "e", "all": [yes, no]})));
        assert!(branch(json!({"exit": "e", "any": [yes, no]})));
        assert!(!branch(json!({"exit": "e", "all": [yes], "any": [no]})));
        assert!(!branch(json!({"exit": "e"})));
    }
}
