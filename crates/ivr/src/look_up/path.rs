//! Paths into an answer (RFC 9535), compiled once by `serde_json_path` (MIT; it runs the compliance suite of the RFC). What most
//! paths are made of (names, places, all, anything below, a text that is compared) is walked by our own `Steps`, which take a tenth of the time.

use std::fmt;

use serde_json::Value;
use serde_json_path::JsonPath;

use super::steps::Steps;

/// Longest path, in bytes.
pub const PATH_BYTES_MAX: usize = 512;
/// Most commas of a path: each adds a selector, and selectors of several steps multiply.
const COMMAS_MAX: usize = 3;
/// Most values that a path may lead to.
pub const VALUES_MAX: usize = 1_000;

/// A path; an empty one leads to the whole.
#[derive(Clone)]
pub struct Path {
    source: String,
    compiled: Option<Compiled>,
}

#[derive(Clone)]
enum Compiled {
    Steps(Steps),
    Library(JsonPath),
}

impl Compiled {
    fn query<'a>(&self, value: &'a Value) -> Vec<&'a Value> {
        match self {
            Self::Steps(steps) => steps.query(value),
            Self::Library(path) => path.query(value).all(),
        }
    }
}

impl Path {
    /// Reads a path. The error is a sentence.
    pub fn compile(text: &str) -> Result<Self, String> {
        let source = text.trim();
        if source.len() > PATH_BYTES_MAX {
            return Err("A JSON path has at most 512 characters.".to_owned());
        }
        if source.is_empty() || source == "$" {
            return Ok(Self { source: source.to_owned(), compiled: None });
        }
        if !source.starts_with('$') {
            return Err("A JSON path begins with `$`, as in `$.customer.name`.".to_owned());
        }
        // Each of them visits all that is below a place, for each place that came before it.
        if source.matches("..").count() > 1 || source.matches('?').count() > 2 {
            return Err("A JSON path has at most one `..` and two filters.".to_owned());
        }
        // Three steps of two selectors each lead to eight values, thirty to a billion.
        if source.matches(',').count() > COMMAS_MAX {
            return Err("A JSON path has at most three commas.".to_owned());
        }
        if !patterns_are_fixed(source) {
            return Err("The pattern of `match()` and `search()` is a text in quotes.".to_owned());
        }
        let compiled = JsonPath::parse(source).map_err(|error| {
            format!("This is not a JSON path (RFC 9535) from character {} on.", error.position() + 1)
        })?;
        let compiled = Steps::read(source).map_or(Compiled::Library(compiled), Compiled::Steps);
        Ok(Self { source: source.to_owned(), compiled: Some(compiled) })
    }

    /// As it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it leads to the whole.
    pub fn is_whole(&self) -> bool {
        self.compiled.is_none()
    }

    /// What it leads to: one value as it is, several as a list; nothing where there is none.
    pub fn find(&self, value: &Value) -> Option<Value> {
        let Some(path) = &self.compiled else { return Some(value.clone()) };
        if let Compiled::Steps(steps) = path
            && steps.is_single()
        {
            return steps.find(value).cloned();
        }
        let found = path.query(value);
        match found.as_slice() {
            [] => None,
            [one] => Some((*one).clone()),
            _ => {
                // The same value may stand in it more than once: no more of it than an answer has.
                let mut left = super::ANSWER_BYTES_MAX;
                let fits = |value: &&&Value| {
                    let size = crate::variable::size_of(value) + 1;
                    let is_room = size <= left;
                    left = left.saturating_sub(size);
                    is_room
                };
                Some(found.iter().take(VALUES_MAX).take_while(fits).map(|value| (*value).clone()).collect())
            }
        }
    }
}

/// Whether each pattern is written in the path: one that an answer brings along could cost any time.
fn patterns_are_fixed(source: &str) -> bool {
    ["match(", "search("].iter().all(|function| {
        source.match_indices(function).all(|(at, _)| {
            let arguments = &source[at + function.len()..];
            arguments
                .split_once(',')
                .is_some_and(|(_, pattern)| pattern.trim_start().starts_with(['"', '\'']))
        })
    })
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.source, f)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn find(path: &str, value: &Value) -> Option<Value> {
        Path::compile(path).unwrap().find(value)
    }

    #[test]
    fn an_empty_path_keeps_all() {
        let value = json!({"a": 1});
        for whole in ["", " ", "$"] {
            assert_eq!(find(whole, &value), Some(value.clone()), "{whole:?}");
            assert!(Path::compile(whole).unwrap().is_whole());
        }
    }

    #[test]
    fn one_result_is_itself_and_several_are_a_list() {
        let value = json!({"customers": [{"n": "a", "open": true}, {"n": "b"}], "one": [7], "none": null});
        assert_eq!(find("$.customers[0].n", &value), Some(json!("a")));
        assert_eq!(find("$.customers[*].n", &value), Some(json!(["a", "b"])));
        assert_eq!(find("$..n", &value), Some(json!(["a", "b"])));
        assert_eq!(find("$.customers[?@.open == true].n", &value), Some(json!("a")));
        assert_eq!(find("$.one", &value), Some(json!([7])));
        assert_eq!(find("$['none']", &value), Some(Value::Null));
        assert_eq!(find("$.customers[-1].n", &value), Some(json!("b")));
        assert_eq!(find("$.customers[?search(@.n, '^[ab]$')].n", &value), Some(json!(["a", "b"])));
        assert_eq!(find("$.gone.deeper", &value), None);
        assert_eq!(find("$.customers[9]", &value), None);
    }

    #[test]
    fn what_is_not_a_path_is_refused_with_a_sentence() {
        for bad in [
            "customer.name",
            "$.",
            "$[",
            "$.a[?",
            "$..a..b",
            "$.a b",
            "$[?@.a][?@.b][?@.c]",
            "$[?match(@.a, @.b)]",
        ] {
            let sentence = Path::compile(bad).unwrap_err();
            assert!(sentence.ends_with('.'), "{bad}: {sentence}");
        }
        assert!(Path::compile(&format!("${}", ".a".repeat(300))).is_err());
    }

    #[test]
    fn many_results_are_cut() {
        let value = json!({"a": vec![1; VALUES_MAX + 5]});
        assert_eq!(find("$.a[*]", &value).unwrap().as_array().unwrap().len(), VALUES_MAX);
    }
}
