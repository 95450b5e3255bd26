//! What of a flow's variables the caller keys in: by these, numbers of accounts can be guessed (I-1).

use std::collections::BTreeSet;

use crate::flow::Flow;
use crate::node::Kind;

impl Flow {
    /// The names of variables that hold what a caller keys in, those that were made of such ones too.
    ///
    /// ```
    /// use countersign_ivr::Flow;
    /// use serde_json::json;
    ///
    /// let flow = Flow::parse(&json!({"start": "ask", "nodes": {
    ///     "ask": {"kind": "keypad_input", "variable": "number", "exits": {"next": "copy"}},
    ///     "copy": {"kind": "set_variable", "variable": "account", "value": "A-{number}", "exits": {"next": "bye"}},
    ///     "bye": {"kind": "hang_up"}}})).unwrap();
    /// assert_eq!(flow.keyed().into_iter().collect::<Vec<_>>(), ["account", "keyed", "number"]);
    /// ```
    pub fn keyed(&self) -> BTreeSet<String> {
        // What was not accepted is kept under this name.
        let mut names = BTreeSet::from(["keyed".to_owned()]);
        let mut copies = Vec::new();
        for node in self.nodes.values() {
            match &node.kind {
                Kind::KeypadInput(input) => {
                    names.insert(input.variable.clone());
                }
                Kind::SetVariable(copy) => copies.push(copy),
                _ => {}
            }
        }
        // Copies of copies: each round finds at least one more, or is the last.
        loop {
            let before = names.len();
            for copy in &copies {
                if copy.value.paths().any(|path| names.contains(head(path))) {
                    names.insert(copy.variable.clone());
                }
            }
            if names.len() == before {
                return names;
            }
        }
    }
}

/// The variable that a path begins with.
pub(crate) fn head(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn i_1_copies_of_copies_are_keyed_in_and_answers_are_not() {
        let flow = Flow::parse(&json!({"start": "ask", "nodes": {
            "ask": {"kind": "keypad_input", "variable": "n", "exits": {"next": "c"}},
            "b": {"kind": "set_variable", "variable": "third", "value": "{second}", "exits": {"next": "look"}},
            "c": {"kind": "set_variable", "variable": "second", "value": "{n}{n}", "exits": {"next": "b"}},
            "look": {"kind": "http_request", "url": "https://x.example/{third}", "variable": "found",
                     "exits": {"found": "d", "not_found": "bye", "unavailable": "bye"}},
            "d": {"kind": "set_variable", "variable": "name", "value": "{found.name}", "exits": {"next": "bye"}},
            "bye": {"kind": "hang_up"},
        }}))
        .unwrap();
        assert_eq!(flow.keyed().into_iter().collect::<Vec<_>>(), ["keyed", "n", "second", "third"]);
    }
}
