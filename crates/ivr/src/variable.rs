//! What is known in a call.
//!
//! A variable has a name, a value and a class. The class decides where the value may go:
//!
//! | class | shown to agents | stored | in addresses that are called | in widgets' addresses |
//! |---|---|---|---|---|
//! | public | yes | yes | yes | yes |
//! | personal | masked by role | yes, encrypted | yes | yes, with a warning when it is saved |
//! | secret | never | **never** | **never** (only in a body or a header of a look-up) | never |
//!
//! A secret (a PIN, a card number) lives in the memory of the server that takes the call and nowhere else (I-3):
//! writing [`Variables`] down leaves it out, and its `Debug` shows no value of any class.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Longest name, in bytes.
pub const NAME_BYTES_MAX: usize = 64;
/// Most variables of one call.
pub const VARIABLES_MAX: usize = 200;
/// Longest text of a variable, in bytes.
pub const TEXT_BYTES_MAX: usize = 16 * 1_024;
/// Biggest list or object of a variable, in bytes as JSON: as big as an answer may be.
pub const VALUE_BYTES_MAX: usize = 256 * 1_024;
/// All variables of a call together, in bytes as JSON.
pub const CALL_BYTES_MAX: usize = 1_024 * 1_024;
/// Deepest path into a nested value.
pub const PATH_STEPS_MAX: usize = 16;

/// Where the value of a variable may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Anybody who may see the call.
    Public,
    /// Masked by role, like an attribute of a customer. What nobody classed is personal.
    #[default]
    Personal,
    /// Never stored, logged, shown, or put into an address.
    Secret,
}

/// A value and its class.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Variable {
    /// Where it may go.
    pub class: Class,
    /// What it is: a text, a number, or a whole nested answer.
    pub value: Value,
}

impl Variable {
    /// A variable of a class.
    pub fn new(class: Class, value: impl Into<Value>) -> Self {
        Self { class, value: value.into() }
    }
}

impl fmt::Debug for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.value {
            Value::Null => "null",
            Value::Bool(_) => "yes or no",
            Value::Number(_) => "number",
            Value::String(_) => "text",
            Value::Array(_) => "list",
            Value::Object(_) => "object",
        };
        write!(f, "{:?} {kind}", self.class)
    }
}

/// Why a variable was not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSet {
    /// The name is not one.
    #[error("a name begins with a letter or _ and has letters, digits, _ and -, at most 64")]
    Name,
    /// The call has too many.
    #[error("a call has at most 200 variables")]
    TooMany,
    /// The value is too big, or all of them together would be.
    #[error("a text has at most 16 KiB, an answer 256 KiB, all variables of a call 1 MiB")]
    TooBig,
}

/// The variables of a call, by name.
///
/// ```
/// use countersign_ivr::{Class, Variables};
/// use serde_json::json;
///
/// let mut variables = Variables::default();
/// variables.set("customerInfo", Class::Personal, json!({"customer": {"name": "Jane Doe"}})).unwrap();
/// assert_eq!(variables.text("customerInfo.customer.name").as_deref(), Some("Jane Doe"));
/// assert_eq!(variables.text("customerInfo.customer.age"), None);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Variables(BTreeMap<String, Variable>);

impl Variables {
    /// Sets one, over what it was before. A secret stays secret whatever class is given later.
    pub fn set(&mut self, name: &str, class: Class, value: impl Into<Value>) -> Result<(), NotSet> {
        if !is_name(name) {
            return Err(NotSet::Name);
        }
        let value = value.into();
        let size = size_of(&value);
        let size_max = if value.is_string() { TEXT_BYTES_MAX } else { VALUE_BYTES_MAX };
        let others = self.0.iter().filter(|(other, _)| *other != name);
        let all = others.map(|(_, variable)| size_of(&variable.value)).sum::<usize>() + size;
        if size > size_max || all > CALL_BYTES_MAX {
            return Err(NotSet::TooBig);
        }
        if let Some(known) = self.0.get_mut(name) {
            known.class = if known.class == Class::Secret { Class::Secret } else { class };
            known.value = value;
            return Ok(());
        }
        if self.0.len() >= VARIABLES_MAX {
            return Err(NotSet::TooMany);
        }
        self.0.insert(name.to_owned(), Variable::new(class, value));
        Ok(())
    }

    /// Takes one away.
    pub fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// The variable of a name.
    pub fn get(&self, name: &str) -> Option<&Variable> {
        self.0.get(name)
    }

    /// What stands at a path, `name`, `name.key.key` or `name.list.0`, with the class of the whole variable.
    ///
    /// A variable that holds a text which is itself JSON is not looked into.
    pub fn find(&self, path: &str) -> Option<(Class, &Value)> {
        let mut steps = path.split('.');
        let variable = self.0.get(steps.next()?)?;
        let mut value = &variable.value;
        for step in steps {
            value = match value {
                Value::Object(of) => of.get(step)?,
                Value::Array(of) => of.get(step.parse::<usize>().ok()?)?,
                _ => return None,
            };
        }
        Some((variable.class, value))
    }

    /// What stands at a path, as a text. `None` where nothing stands there or `null` does. Lists and objects are
    /// written as JSON.
    pub fn text(&self, path: &str) -> Option<String> {
        self.find(path).and_then(|(_, value)| text_of(value))
    }

    /// Whether something stands at a path that a reader would call a value: not nothing, `null`, an empty text, list
    /// or object.
    pub fn has_value(&self, path: &str) -> bool {
        match self.find(path) {
            None | Some((_, Value::Null)) => false,
            Some((_, Value::String(text))) => !text.trim().is_empty(),
            Some((_, Value::Array(of))) => !of.is_empty(),
            Some((_, Value::Object(of))) => !of.is_empty(),
            Some((_, Value::Bool(_) | Value::Number(_))) => true,
        }
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Variable)> {
        self.0.iter().map(|(name, variable)| (name.as_str(), variable))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same with nothing public but these: where whoever looks may have chosen the classes.
    #[must_use]
    pub fn raised(mut self, free: &[&str]) -> Self {
        for (name, variable) in &mut self.0 {
            if variable.class == Class::Public && !free.contains(&name.as_str()) {
                variable.class = Class::Personal;
            }
        }
        self
    }

    /// The secrets alone, for the memory of the server that takes the call.
    pub fn secrets(&self) -> Vec<(String, Value)> {
        let of = |(name, variable): (&String, &Variable)| (name.clone(), variable.value.clone());
        self.0.iter().filter(|(_, variable)| variable.class == Class::Secret).map(of).collect()
    }
}

/// Secrets are left out, names and all: what is written down never holds one (I-3).
impl Serialize for Variables {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().filter(|(_, variable)| variable.class != Class::Secret))
    }
}

/// About how many bytes a value is as JSON: what stands in it, without escapes.
pub fn size_of(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(true) => 4,
        Value::Bool(false) => 5,
        Value::Number(number) => number.to_string().len(),
        Value::String(text) => text.len() + 2,
        Value::Array(of) => of.iter().map(|value| size_of(value) + 1).sum::<usize>() + 2,
        Value::Object(of) => of.iter().map(|(key, value)| key.len() + size_of(value) + 4).sum::<usize>() + 2,
    }
}

/// How a value reads as a text: texts as they are, numbers and yes/no as JSON writes them, `null` as nothing, lists
/// and objects as JSON.
pub fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// Whether a text is a name of a variable: a letter or `_`, then letters, digits, `_` and `-`, all ASCII, at most 64.
pub fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    text.len() <= NAME_BYTES_MAX
        && bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// Whether a text is a path to a value: a name, then steps into it, each a name or a number.
pub fn is_path(text: &str) -> bool {
    let mut steps = text.split('.');
    let is_step = |step: &str| is_name(step) || (!step.is_empty() && step.len() <= 6 && is_number(step));
    steps.next().is_some_and(is_name) && steps.clone().count() < PATH_STEPS_MAX && steps.all(is_step)
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn i_3_a_secret_is_never_written_down_or_shown() {
        let mut variables = Variables::default();
        variables.set("pin", Class::Secret, "4711").unwrap();
        variables.set("accountNumber", Class::Personal, "1234567890").unwrap();
        let written = serde_json::to_string(&variables).unwrap();
        assert!(!written.contains("4711") && !written.contains("pin"), "{written}");
        assert!(written.contains("1234567890"));
        let debug = format!("{variables:?}");
        assert!(!debug.contains("4711") && !debug.contains("1234567890"), "{debug}");
    }

    #[test]
    fn i_3_a_secret_stays_one() {
        let mut variables = Variables::default();
        variables.set("pin", Class::Secret, "4711").unwrap();
        variables.set("pin", Class::Public, "4712").unwrap();
        assert_eq!(variables.get("pin").unwrap().class, Class::Secret);
        assert_eq!(variables.secrets(), [("pin".to_owned(), json!("4712"))]);
    }

    #[test]
    fn paths_lead_into_objects_and_lists() {
        let mut variables = Variables::default();
        variables.set("a", Class::Public, json!({"b": [{"c": 7}, null], "": 1})).unwrap();
        assert_eq!(variables.text("a.b.0.c").as_deref(), Some("7"));
        assert_eq!(variables.text("a.b.1"), None);
        assert_eq!(variables.text("a.b.2"), None);
        assert_eq!(variables.text("a.b.0.c.d"), None);
        assert!(!variables.has_value("a.b.1"));
        assert!(variables.has_value("a.b"));
        assert!(!variables.has_value("b"));
    }

    #[test]
    fn names_and_paths() {
        for good in ["a", "_a", "customerInfo", "B-NUMBER", "a1_b"] {
            assert!(is_name(good) && is_path(good), "{good}");
        }
        for bad in ["", "1a", "a.b", "a b", "ä", "-a", &"a".repeat(65)] {
            assert!(!is_name(bad), "{bad}");
        }
        for good in ["a.b", "a.0.b", "system.caller"] {
            assert!(is_path(good), "{good}");
        }
        for bad in ["a.", ".a", "a..b", "0.a", "a.-", &["a"; 17].join(".")] {
            assert!(!is_path(bad), "{bad}");
        }
    }

    #[test]
    fn i_5_variables_do_not_grow_without_end() {
        let mut variables = Variables::default();
        variables.set("v", Class::Public, "x").unwrap();
        let mut refused = 0;
        for _ in 0..100 {
            let doubled = format!("{0}{0}", variables.text("v").unwrap());
            refused += usize::from(variables.set("v", Class::Public, doubled) == Err(NotSet::TooBig));
        }
        assert_eq!(
            refused,
            100 - 13,
            "8 KiB are reached by doubling thirteen times; sixteen are over, with their quotes"
        );
        let answer = json!({"of": "x".repeat(VALUE_BYTES_MAX - 100)});
        let kept = (0..20).filter(|n| variables.set(&format!("a{n}"), Class::Public, answer.clone()).is_ok());
        assert_eq!(kept.count(), 4 - 1, "three answers and what was there; a fourth is over a mebibyte");
        assert_eq!(variables.set("a0", Class::Public, answer), Ok(()), "in its own place it fits");
    }

    #[test]
    fn a_call_has_a_limit_of_variables() {
        let mut variables = Variables::default();
        for at in 0..VARIABLES_MAX {
            variables.set(&format!("v{at}"), Class::Public, at).unwrap();
        }
        assert_eq!(variables.set("one_more", Class::Public, 1), Err(NotSet::TooMany));
        assert_eq!(variables.set("v0", Class::Public, 2), Ok(()));
    }
}
