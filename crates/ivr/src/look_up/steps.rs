//! Paths of plain steps, walked by hand: `.name`, `['name']`, `[0]`, `[*]`, `.*`, `..name`, and the filter that nearly all are,
//! `[?@.name == 'text']`. What is not one of these (other filters, slices, several selectors in brackets, escapes in names) is
//! left to the library, whose results these are held against.

use serde_json::Value;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Name(Box<str>),
    /// From the end where it is negative.
    Place(i64),
    All,
    /// Anything of this name below.
    Below(Box<str>),
    /// Those of which this is the text.
    Where(Filter),
}

/// `@.kind == 'savings'`: where a value of these names stands, it is this text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Filter {
    names: Vec<Box<str>>,
    text: Box<str>,
}

impl Filter {
    fn holds(&self, value: &Value) -> bool {
        let found = self.names.iter().try_fold(value, |value, name| value.as_object()?.get(&**name));
        found.and_then(Value::as_str) == Some(&*self.text)
    }
}

/// The steps of a path that has no others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Steps(Vec<Step>);

impl Steps {
    /// Reads a path that the library took for one. `None`: it has other steps.
    pub(super) fn read(source: &str) -> Option<Self> {
        let mut rest = source.strip_prefix('$')?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, after) = step(rest)?;
            steps.push(step);
            rest = after;
        }
        Some(Self(steps))
    }

    /// Whether it leads to one value at most.
    pub(super) fn is_single(&self) -> bool {
        self.0.iter().all(|step| matches!(step, Step::Name(_) | Step::Place(_)))
    }

    /// The value that a single path leads to.
    pub(super) fn find<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        self.0.iter().try_fold(value, |value, step| match step {
            Step::Name(name) => value.as_object()?.get(&**name),
            Step::Place(place) => at(value, *place),
            Step::All | Step::Below(_) | Step::Where(_) => None,
        })
    }

    /// All values that it leads to, in the order of the RFC.
    pub(super) fn query<'a>(&self, value: &'a Value) -> Vec<&'a Value> {
        let mut found = vec![value];
        for step in &self.0 {
            let mut next = Vec::with_capacity(found.len());
            for value in found {
                match step {
                    Step::Name(name) => next.extend(value.as_object().and_then(|of| of.get(&**name))),
                    Step::Place(place) => next.extend(at(value, *place)),
                    Step::All => children(value, |child| next.push(child)),
                    Step::Where(filter) => children(value, |child| {
                        if filter.holds(child) {
                            next.push(child);
                        }
                    }),
                    Step::Below(name) => below(value, name, &mut next),
                }
            }
            found = next;
        }
        found
    }
}

fn at(value: &Value, place: i64) -> Option<&Value> {
    let of = value.as_array()?;
    let place = if place < 0 { i64::try_from(of.len()).ok()?.checked_add(place)? } else { place };
    of.get(usize::try_from(place).ok()?)
}

fn children<'a>(value: &'a Value, each: impl FnMut(&'a Value)) {
    match value {
        Value::Object(of) => of.values().for_each(each),
        Value::Array(of) => of.iter().for_each(each),
        _ => {}
    }
}

/// An answer is at most 32 levels deep.
fn below<'a>(value: &'a Value, name: &str, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(of) => {
            found.extend(of.get(name));
            for child in of.values() {
                below(child, name, found);
            }
        }
        Value::Array(of) => {
            for child in of {
                below(child, name, found);
            }
        }
        _ => {}
    }
}

/// A step and what comes after it.
fn step(rest: &str) -> Option<(Step, &str)> {
    if let Some(rest) = rest.strip_prefix("..") {
        let (name, after) = name(rest)?;
        return Some((Step::Below(name.into()), after));
    }
    if let Some(rest) = rest.strip_prefix(".*").or_else(|| rest.strip_prefix("[*]")) {
        return Some((Step::All, rest));
    }
    if let Some(rest) = rest.strip_prefix('.') {
        let (name, after) = name(rest)?;
        return Some((Step::Name(name.into()), after));
    }
    if let Some(rest) = rest.strip_prefix("[?") {
        return filter(rest);
    }
    let (inside, after) = rest.strip_prefix('[')?.split_once(']')?;
    let quoted = |mark| inside.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark));
    if let Some(name) = quoted('\'').or_else(|| quoted('"')) {
        let is_plain = !name.contains(['\\', '\'', '"', '[']);
        return is_plain.then(|| (Step::Name(name.into()), after));
    }
    Some((Step::Place(inside.parse().ok()?), after))
}

/// What is asked after `[?`, and what comes after it.
fn filter(rest: &str) -> Option<(Step, &str)> {
    let (mut rest, is_within) = match rest.trim_start().strip_prefix('(') {
        Some(rest) => (rest.trim_start(), true),
        None => (rest.trim_start(), false),
    };
    rest = rest.strip_prefix('@')?;
    let mut names = Vec::new();
    while let Some(after) = rest.strip_prefix('.') {
        let (name, after) = word(after)?;
        names.push(name.into());
        rest = after;
    }
    rest = rest.trim_start().strip_prefix("==")?.trim_start();
    let mark = rest.chars().next().filter(|mark| matches!(mark, '\'' | '"'))?;
    let (text, after) = rest[1..].split_once(mark)?;
    rest = after.trim_start();
    if is_within {
        rest = rest.strip_prefix(')')?.trim_start();
    }
    let is_plain = !names.is_empty() && !text.contains('\\');
    let after = rest.strip_prefix(']').filter(|_| is_plain)?;
    Some((Step::Where(Filter { names, text: text.into() }), after))
}

/// A name at the beginning that ends its step, and what comes after it.
fn name(rest: &str) -> Option<(&str, &str)> {
    word(rest).filter(|(_, after)| after.is_empty() || after.starts_with(['.', '[']))
}

/// Letters, digits and underscores at the beginning, and what comes after them.
fn word(rest: &str) -> Option<(&str, &str)> {
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
    (end > 0).then(|| rest.split_at(end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;
    use serde_json_path::JsonPath;

    use super::*;

    #[test]
    fn what_is_not_a_plain_step_is_left_to_the_library() {
        for other in [
            "$[?@.a]",
            "$['a','b']",
            "$[0:2]",
            "$['it\\'s']",
            "$..*",
            "$..[0]",
            "$.é",
            "$ .a",
            "$['a]']",
            "$[ 0 ]",
            "$[?@.a == 1]",
            "$[?@.a != 'b']",
            "$[?@.a == 'b' && @.c]",
            "$[?(@.a == 'b') || @.c]",
            "$[?@ == 'b']",
            "$[?@.a[0] == 'b']",
            "$[?@.a == 'it\\'s']",
            "$[?$.a == 'b']",
        ] {
            assert_eq!(Steps::read(other), None, "{other}");
        }
        assert!(Steps::read("$.a['b c'][\"d\"][-1]").unwrap().is_single());
        assert!(!Steps::read("$.a[*]").unwrap().is_single());
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i32>().prop_map(|n| json!(n)),
            "[a-c]{0,2}".prop_map(|s| json!(s))
        ];
        leaf.prop_recursive(4, 40, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
                prop::collection::btree_map("[a-d]", inner, 0..4).prop_map(|of| json!(of)),
            ]
        })
    }

    fn path() -> impl Strategy<Value = String> {
        let step = prop_oneof![
            "[a-d]".prop_map(|name| format!(".{name}")),
            "[a-d]".prop_map(|name| format!("['{name}']")),
            "[a-d]".prop_map(|name| format!("..{name}")),
            (-4i64..5).prop_map(|place| format!("[{place}]")),
            Just(".*".to_owned()),
            Just("[*]".to_owned()),
            ("[a-d]", "[a-c]{0,2}").prop_map(|(name, text)| format!("[?@.{name}=='{text}']")),
            ("[a-d]", "[a-d]", "[a-c]{0,2}")
                .prop_map(|(a, b, text)| format!("[?( @.{a}.{b} == \"{text}\" )]")),
        ];
        prop::collection::vec(step, 1..5).prop_map(|steps| format!("${}", steps.concat()))
    }

    proptest! {
        #[test]
        fn plain_steps_lead_where_the_library_leads(value in value(), path in path()) {
            let steps = Steps::read(&path).expect("plain steps");
                let library = JsonPath::parse(&path).unwrap();
            let wanted = library.query(&value).all();
            prop_assert_eq!(steps.query(&value), wanted.clone(), "{}", path);
            if steps.is_single() {
                prop_assert_eq!(steps.find(&value), wanted.first().copied());
            }
        }
    }
}
