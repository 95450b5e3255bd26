//! A flow: what happens to a call, as a graph of nodes. The document is strict; nothing is run here.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::check::{Known, check};
use crate::finding::{Finding, Problems, escaped};
use crate::node::{At, Exits, Kind, Node};

/// Most nodes of a flow.
pub const NODES_MAX: usize = 500;
/// Most exits of a node.
pub const EXITS_MAX: usize = 30;
/// Longest id of a node and name of an exit, in bytes.
pub const NODE_ID_BYTES_MAX: usize = 64;
/// Longest label, in characters.
pub const LABEL_CHARS_MAX: usize = 120;
/// Largest flow, as JSON, in bytes.
pub const FLOW_BYTES_MAX: usize = 1024 * 1024;

/// A flow.
///
/// ```
/// use countersign_ivr::{Flow, Known};
/// use serde_json::json;
///
/// let flow = Flow::parse(&json!({
///     "start": "ask",
///     "nodes": {
///         "ask": {"kind": "keypad_input", "variable": "accountNumber", "min": 10, "max": 10,
///                 "prompt": {"say": "Enter your account number, ten digits, and end with the pound key."},
///                 "exits": {"next": "bye", "failed": "bye"}},
///         "bye": {"kind": "hang_up"}
///     }
/// })).unwrap();
/// assert!(flow.check(&Known::default()).is_empty());
/// // Unknown fields are refused, with their place.
/// let problems = Flow::parse(&json!({"start": "a", "nodes": {"a": {"kind": "hang_up", "promt": []}}})).unwrap_err();
/// assert_eq!(problems.0[0].pointer, "/nodes/a/promt");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// The first node.
    pub start: String,
    /// Where a call goes when something goes wrong for which no exit is drawn.
    pub on_error: Option<String>,
    /// The nodes by their ids.
    pub nodes: BTreeMap<String, Node>,
}

impl Flow {
    /// Reads a document `{"start", "on_error"?, "nodes"}`. Says everything that is wrong, not only the first.
    pub fn parse(document: &Value) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let flow = read(document, &mut problems);
        match flow {
            Some(flow) if problems.0.is_empty() => Ok(flow),
            _ => Err(problems),
        }
    }

    /// The document.
    pub fn to_json(&self) -> Value {
        let node = |node: &Node| {
            let mut fields = Map::new();
            fields.insert("kind".to_owned(), json!(node.kind.as_str()));
            fields.extend(node.kind.write());
            fields.insert("exits".to_owned(), json!(node.exits));
            fields.extend(node.label.as_ref().map(|label| ("label".to_owned(), json!(label))));
            fields.extend(node.at.map(|at| ("at".to_owned(), json!(at))));
            Value::Object(fields)
        };
        let nodes: Map<String, Value> = self.nodes.iter().map(|(id, of)| (id.clone(), node(of))).collect();
        let mut document = Map::new();
        document.insert("start".to_owned(), json!(self.start));
        document.extend(self.on_error.as_ref().map(|id| ("on_error".to_owned(), json!(id))));
        document.insert("nodes".to_owned(), Value::Object(nodes));
        Value::Object(document)
    }

    /// What is wrong or doubtful. A flow without problems can be published.
    pub fn check(&self, known: &Known) -> Vec<Finding> {
        check(self, known)
    }

    /// The node of an id.
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.get(id)
    }
}

impl Serialize for Flow {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(to)
    }
}

fn read(document: &Value, problems: &mut Problems) -> Option<Flow> {
    let Value::Object(members) = document else {
        problems.add("", "A phone menu is an object with start and nodes.");
        return None;
    };
    for name in members.keys().filter(|name| !matches!(name.as_str(), "start" | "on_error" | "nodes")) {
        problems
            .add(format!("/{}", escaped(name)), "A phone menu has start, on_error and nodes, nothing else.");
    }
    let start = read_id(members.get("start"), "/start", problems);
    let on_error = match members.get("on_error") {
        None | Some(Value::Null) => None,
        some => read_id(some, "/on_error", problems),
    };
    let Some(Value::Object(of)) = members.get("nodes") else {
        problems.add("/nodes", "Nodes are an object, each under its id.");
        return None;
    };
    if of.len() > NODES_MAX {
        problems.add("/nodes", "A phone menu has at most 500 nodes.");
        return None;
    }
    let mut nodes = BTreeMap::new();
    for (id, value) in of {
        let pointer = format!("/nodes/{}", escaped(id));
        if !is_id(id) {
            problems.add(&pointer, "The id of a node is 1 to 64 letters, digits, _, - and .");
        }
        if let Some(node) = read_node(value, &pointer, problems) {
            nodes.insert(id.clone(), node);
        }
    }
    Some(Flow { start: start?, on_error, nodes })
}

fn read_id(value: Option<&Value>, pointer: &str, problems: &mut Problems) -> Option<String> {
    match value {
        Some(Value::String(id)) if is_id(id) => Some(id.clone()),
        _ => {
            problems.add(pointer, "The id of a node is expected.");
            None
        }
    }
}

fn read_node(value: &Value, pointer: &str, problems: &mut Problems) -> Option<Node> {
    let Value::Object(members) = value else {
        problems.add(pointer, "A node is an object.");
        return None;
    };
    let mut fields = members.clone();
    let label = read_label(fields.remove("label"), pointer, problems);
    let at = fields.remove("at").filter(|at| !at.is_null());
    let at = at.and_then(|at| match serde_json::from_value::<At>(at) {
        Ok(at) => Some(at),
        Err(_) => {
            problems.add(format!("{pointer}/at"), "A place is {\"column\", \"row\"}, whole numbers from 0.");
            None
        }
    });
    let exits = read_exits(fields.remove("exits"), pointer, problems);
    let Some(Value::String(word)) = fields.remove("kind") else {
        problems.add(format!("{pointer}/kind"), "A node has a kind.");
        return None;
    };
    match Kind::read(&word, Value::Object(fields)) {
        None => {
            let kinds = Kind::WORDS.join(", ");
            problems.add(format!("{pointer}/kind"), format!("There is no such kind; there are {kinds}."));
            None
        }
        Some(Err(unread)) => {
            let path = unread.path().to_string();
            let below: String = path
                .split(['.', '[', ']'])
                .filter(|step| is_step(step))
                .fold(String::new(), |below, step| format!("{below}/{}", escaped(step)));
            problems.add(format!("{pointer}{below}"), unread.inner().to_string());
            None
        }
        Some(Ok(kind)) => Some(Node { kind, exits, label, at }),
    }
}

fn is_step(step: &str) -> bool {
    !step.is_empty() && step != "?"
}

fn read_label(value: Option<Value>, pointer: &str, problems: &mut Problems) -> Option<String> {
    match value {
        None | Some(Value::Null) => None,
        Some(Value::String(label)) if label.chars().count() <= LABEL_CHARS_MAX => Some(label),
        Some(_) => {
            problems.add(format!("{pointer}/label"), "A label is a text of at most 120 characters.");
            None
        }
    }
}

fn read_exits(value: Option<Value>, pointer: &str, problems: &mut Problems) -> Exits {
    let mut exits = Exits::new();
    let of = match value {
        None | Some(Value::Null) => return exits,
        Some(Value::Object(of)) if of.len() <= EXITS_MAX => of,
        Some(_) => {
            problems.add(format!("{pointer}/exits"), "Exits are an object, exit to node, at most 30.");
            return exits;
        }
    };
    for (exit, target) in of {
        match target {
            // An exit that is not drawn yet.
            Value::Null => {}
            Value::String(target) if is_id(&target) && is_exit(&exit) => {
                exits.insert(exit, target);
            }
            _ => problems.add(format!("{pointer}/exits/{}", escaped(&exit)), "The id of a node is expected."),
        }
    }
    exits
}

/// Whether a text can be the id of a node.
pub fn is_id(text: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    (1..=NODE_ID_BYTES_MAX).contains(&text.len()) && text.bytes().all(is_plain)
}

fn is_exit(text: &str) -> bool {
    is_id(text) || matches!(text, "*" | "#")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One node of each kind, with every field.
    fn all_kinds() -> Value {
        let say = json!({"say": "Hello {caller}", "language": "en"});
        json!({"start": "play", "on_error": "hang_up", "nodes": {
            "play": {"kind": "play", "prompt": [say, {"prompt": "prm_1"}], "label": "Welcome", "at": {"column": 1, "row": 2}, "exits": {"next": "menu"}},
            "menu": {"kind": "menu", "prompt": say, "choices": ["1", "*"], "first_digit_ms": 4000, "tries": 2, "wrong_prompt": say,
                "no_input_prompt": say, "exits": {"1": "keypad_input", "*": "play", "failed": "hang_up"}},
            "keypad_input": {"kind": "keypad_input", "prompt": say, "variable": "pin", "class": "secret", "min": 4, "max": 4,
                "require_terminator": false, "terminators": "*#", "clear_key": null, "barge_in": false, "first_digit_ms": 2000,
                "inter_digit_ms": 2000, "tries": 2, "wrong_prompt": say, "no_input_prompt": say, "exits": {}},
            "http_request": {"kind": "http_request", "method": "POST", "url": "https://a.example/{caller}",
                "headers": [{"name": "X-Key", "value": "abc"}, {"name": "X-Other", "secret": true, "last4": "1234"}],
                "body": {"kind": "json", "value": {"a": ["{caller}"]}}, "json_path": "$.a", "found": {"status": [200], "not_found_status": [404], "path": "$.b"},
                "timeout_ms": 3000, "cache_secs": 5, "variable": "v", "class": "public", "hold_prompt": say, "exits": {}},
            "form": {"kind": "http_request", "url": "https://a.example", "body": {"kind": "form", "fields": [{"name": "a", "value": "{caller}"}]},
                "variable": "w", "class": "personal", "exits": {}},
            "condition": {"kind": "condition", "branches": [{"exit": "a", "all": [{"variable": "v.x", "op": "one_of", "value": ["1"]}],
                "any": [{"variable": "v", "op": "has_value"}]}], "exits": {}},
            "set_variable": {"kind": "set_variable", "variable": "s", "class": "public", "value": "x{caller}", "exits": {}},
            "business_hours": {"kind": "business_hours", "calendar": "cal_1", "exits": {}},
            "verify_code": {"kind": "verify_code", "prompt": say, "barge_in": true, "first_digit_ms": 5000, "inter_digit_ms": 3000,
                "tries": 3, "wrong_prompt": say, "no_input_prompt": say, "exits": {}},
            "queue": {"kind": "queue", "queue": "Support", "hold_prompt": say, "timeout_ms": 1000, "exits": {}},
            "connect": {"kind": "connect", "to": "usr_1", "ring_ms": 20000, "hold_prompt": say, "exits": {}},
            "transfer": {"kind": "transfer", "to": "+46701234567", "exits": {}},
            "voicemail": {"kind": "voicemail", "prompt": say, "max_ms": 60000, "to": "grp_1", "exits": {}},
            "send_sms": {"kind": "send_sms", "to": "{caller}", "text": "x", "exits": {}},
            "hang_up": {"kind": "hang_up", "prompt": say, "exits": {}}
        }})
    }

    #[test]
    fn every_kind_reads_as_it_is_written() {
        let document = all_kinds();
        let flow = Flow::parse(&document).unwrap();
        let kinds: std::collections::BTreeSet<_> =
            flow.nodes.values().map(|node| node.kind.as_str()).collect();
        assert_eq!(kinds.len(), Kind::WORDS.len());
        let written = flow.to_json();
        for (id, node) in document["nodes"].as_object().unwrap() {
            for (field, value) in node.as_object().unwrap() {
                assert_eq!(&written["nodes"][id][field], value, "{id} {field}");
            }
        }
        assert_eq!(Flow::parse(&written).unwrap(), flow);
    }

    #[test]
    fn an_empty_draft_is_a_flow() {
        for kind in Kind::WORDS {
            let flow = Flow::parse(&json!({"start": "a", "nodes": {"a": {"kind": kind}}})).unwrap();
            assert_eq!(Flow::parse(&flow.to_json()).unwrap(), flow, "{kind}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let places = |document: Value| -> Vec<String> {
            Flow::parse(&document).unwrap_err().0.into_iter().map(|problem| problem.pointer).collect()
        };
        assert_eq!(places(json!([])), [""]);
        assert_eq!(places(json!({"start": 1, "nodes": {}, "name": "x"})), ["/name", "/start"]);
        let node = |node: Value| places(json!({"start": "a", "nodes": {"a": node}}));
        assert_eq!(node(json!({"kind": "dance"})), ["/nodes/a/kind"]);
        assert_eq!(
            node(json!({"kind": "play", "exits": {"next": 1}, "at": {"x": 1}})),
            ["/nodes/a/at", "/nodes/a/exits/next"]
        );
        assert_eq!(node(json!({"kind": "keypad_input", "min": -1})), ["/nodes/a/min"]);
        assert_eq!(node(json!({"kind": "menu", "prompt": {"play": 1}})), ["/nodes/a/prompt"]);
        let test = json!({"variable": "v", "op": "is"});
        assert_eq!(
            node(json!({"kind": "condition", "branches": [{"exit": "x", "all": [test]}]})),
            ["/nodes/a/branches/0/all/0/op"]
        );
        assert_eq!(places(json!({"start": "a", "nodes": {"a/b": {"kind": "hang_up"}}})), ["/nodes/a~1b"]);
    }
}
