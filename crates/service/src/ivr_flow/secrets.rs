//! Values of headers that stand in flows. They are the company's access to its own systems: taken out of the document
//! before it is stored, sealed beside it, put back for calls, and never answered (I-7).

use std::collections::{BTreeMap, BTreeSet};

use countersign_ivr::Template;
use countersign_types::{Error, FieldError, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use url::Url;

/// Longest value, bytes.
const VALUE_BYTES_MAX: usize = 4_096;
/// Of a shorter value four characters would be too much of it.
const SHOWN_FROM_CHARS: usize = 12;

/// The values by node and by the name of the header in small letters.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Secrets(BTreeMap<String, BTreeMap<String, String>>);

impl Secrets {
    /// As the store gives them.
    pub(super) fn parse(stored: Option<&str>) -> Result<Self> {
        stored.map_or_else(|| Ok(Self::default()), |text| serde_json::from_str(text).map_err(Error::internal))
    }

    /// As the store keeps them.
    pub(super) fn to_stored(&self) -> Result<Option<String>> {
        if self.0.is_empty() {
            return Ok(None);
        }
        serde_json::to_string(self).map(Some).map_err(Error::internal)
    }

    fn get(&self, node: &str, header: &str) -> Option<&String> {
        self.0.get(node)?.get(&header.to_lowercase())
    }

    /// Takes the values out of `document`. A header without one keeps what the same node had in `before`, as long as its
    /// address leads to the same host: nobody gets a value that they do not know sent to a host of their own.
    pub(super) fn take(document: &mut Value, before: (&Value, &Self)) -> Result<Self> {
        let (mut taken, mut wrong) = (Self::default(), Vec::new());
        let nodes = document.get_mut("nodes").and_then(Value::as_object_mut);
        for (id, node) in nodes.into_iter().flatten() {
            let is_same_host =
                origin(node).is_some() && origin(node) == before.0.pointer(&at(id)).and_then(origin);
            let Some(headers) = node.get_mut("headers").and_then(Value::as_array_mut) else { continue };
            let mut names = BTreeSet::new();
            for (index, header) in headers.iter_mut().enumerate() {
                let place = format!("{}/headers/{index}", at(id));
                let Some(header) = header.as_object_mut() else { continue };
                let Some(name) = header.get("name").and_then(Value::as_str).map(ToOwned::to_owned) else {
                    continue;
                };
                if !names.insert(name.to_lowercase()) {
                    let detail = "The node has a header of this name already.";
                    wrong.push(FieldError::new(format!("{place}/name"), "duplicate-header", detail));
                    continue;
                }
                let kept = before.1.get(id, &name);
                match value_of(header, kept, is_same_host) {
                    Ok(value) => {
                        hide(header, &name, &value);
                        taken.0.entry(id.clone()).or_default().insert(name.to_lowercase(), value);
                    }
                    Err((code, detail)) => {
                        wrong.push(FieldError::new(format!("{place}/value"), code, detail))
                    }
                }
            }
        }
        if wrong.is_empty() { Ok(taken) } else { Err(Error::Invalid(wrong)) }
    }

    /// Puts the values back, for whoever sends them.
    pub(super) fn put(&self, document: &mut Value) {
        let nodes = document.get_mut("nodes").and_then(Value::as_object_mut);
        for (id, node) in nodes.into_iter().flatten() {
            let headers = node.get_mut("headers").and_then(Value::as_array_mut);
            for header in headers.into_iter().flatten().filter_map(Value::as_object_mut) {
                let Some(name) = header.get("name").and_then(Value::as_str).map(ToOwned::to_owned) else {
                    continue;
                };
                if let Some(value) = self.get(id, &name) {
                    *header = Map::from_iter([
                        ("name".to_owned(), name.into()),
                        ("value".to_owned(), value.clone().into()),
                    ]);
                }
            }
        }
    }
}

fn at(node: &str) -> String {
    format!("/nodes/{}", node.replace('~', "~0").replace('/', "~1"))
}

/// The new value of a header, or the one that is kept.
fn value_of(
    header: &Map<String, Value>,
    kept: Option<&String>,
    is_same_host: bool,
) -> std::result::Result<String, (&'static str, &'static str)> {
    match header.get("value") {
        Some(Value::String(value)) => {
            let is_line = !value.trim().is_empty() && !value.chars().any(char::is_control);
            match is_line && value.len() <= VALUE_BYTES_MAX {
                true => Ok(value.clone()),
                false => {
                    Err(("invalid-value", "The value of a header is a text on one line, at most 4096 bytes."))
                }
            }
        }
        None | Some(Value::Null) => match (kept, is_same_host) {
            (Some(value), true) => Ok(value.clone()),
            (Some(_), false) => Err((
                "value-needed",
                "The address leads to another host: write the value of this header again.",
            )),
            (None, _) => Err(("missing-field", "No value of this header is kept: write it.")),
        },
        Some(_) => Err(("invalid-value", "The value of a header is a text.")),
    }
}

/// In place of a value: that there is one, and its end where that says little.
fn hide(header: &mut Map<String, Value>, name: &str, value: &str) {
    let chars: Vec<char> = value.chars().collect();
    header.remove("value");
    header.remove("last4");
    header.insert("name".to_owned(), name.into());
    header.insert("secret".to_owned(), json!(true));
    if chars.len() >= SHOWN_FROM_CHARS {
        header.insert("last4".to_owned(), String::from_iter(&chars[chars.len() - 4..]).into());
    }
}

/// Where a node's request goes: scheme, host and port.
fn origin(node: &Value) -> Option<String> {
    let template = Template::parse(node.get("url")?.as_str()?);
    let stand_in = |_: &str, text: &mut String| {
        text.push('x');
        Ok::<(), std::convert::Infallible>(())
    };
    let url = Url::parse(&template.render(stand_in).ok()?).ok()?;
    url.host_str()?;
    Some(url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(url: &str, headers: Value) -> Value {
        json!({ "start": "ask", "nodes": {
            "ask": { "kind": "http_request", "url": url, "headers": headers }, "bye": { "kind": "hang_up" } } })
    }

    fn said(error: Error) -> Vec<(String, &'static str)> {
        match error {
            Error::Invalid(fields) => fields.into_iter().map(|field| (field.pointer, field.code)).collect(),
            other => panic!("{other}"),
        }
    }

    const URL: &str = "https://crm.example/{accountNumber}";

    #[test]
    fn i_7_values_are_taken_out_and_put_back() {
        let given =
            json!([{ "name": "X-Key", "value": "tok_0123456789" }, { "name": "Accept", "value": "text/x" }]);
        let mut flow = document(URL, given);
        let secrets = Secrets::take(&mut flow, (&Value::Null, &Secrets::default())).unwrap();
        let shown = json!([{ "name": "X-Key", "secret": true, "last4": "6789" }, { "name": "Accept", "secret": true }]);
        assert_eq!(flow, document(URL, shown));
        let stored = secrets.to_stored().unwrap();
        let mut whole = flow.clone();
        Secrets::parse(stored.as_deref()).unwrap().put(&mut whole);
        assert_eq!(
            whole["nodes"]["ask"]["headers"][0],
            json!({ "name": "X-Key", "value": "tok_0123456789" })
        );
        assert_eq!(
            Secrets::take(&mut document(URL, json!([])), (&flow, &secrets)).unwrap().to_stored().unwrap(),
            None
        );
        // Written back as it was shown, in other letters too.
        let mut again = document(URL, json!([{ "name": "x-key", "secret": true, "last4": "6789" }]));
        let kept = Secrets::take(&mut again, (&flow, &secrets)).unwrap();
        kept.put(&mut again);
        assert_eq!(again["nodes"]["ask"]["headers"][0]["value"], "tok_0123456789");
    }

    #[test]
    fn i_7_a_kept_value_does_not_follow_the_address_to_another_host() {
        let mut flow = document(URL, json!([{ "name": "X-Key", "value": "tok_0123456789" }]));
        let secrets = Secrets::take(&mut flow, (&Value::Null, &Secrets::default())).unwrap();
        let write_back = |url: &str| {
            let mut after = document(url, json!([{ "name": "X-Key", "secret": true }]));
            Secrets::take(&mut after, (&flow, &secrets)).map(|_| ()).map_err(said)
        };
        assert_eq!(write_back("https://crm.example/v2/{accountNumber}?x={caller}"), Ok(()));
        for elsewhere in [
            "https://evil.example/{accountNumber}",
            "https://crm.example:8443/",
            "http://crm.example/",
            "{caller}",
            "",
            "https://crm.example@evil.example/",
        ] {
            let wanted = Err(vec![("/nodes/ask/headers/0/value".to_owned(), "value-needed")]);
            assert_eq!(write_back(elsewhere), wanted, "{elsewhere}");
        }
    }

    #[test]
    fn bad_headers_are_named_without_their_values() {
        for (header, pointer, code) in [
            (json!([{ "name": "A" }]), "/nodes/ask/headers/0/value", "missing-field"),
            (json!([{ "name": "A", "value": 4711 }]), "/nodes/ask/headers/0/value", "invalid-value"),
            (json!([{ "name": "A", "value": "a\r\nb" }]), "/nodes/ask/headers/0/value", "invalid-value"),
            (json!([{ "name": "A", "value": "  " }]), "/nodes/ask/headers/0/value", "invalid-value"),
            (
                json!([{ "name": "A", "value": "x".repeat(4_097) }]),
                "/nodes/ask/headers/0/value",
                "invalid-value",
            ),
            (
                json!([{ "name": "A", "value": "x" }, { "name": "a", "value": "y" }]),
                "/nodes/ask/headers/1/name",
                "duplicate-header",
            ),
        ] {
            let mut flow = document(URL, header.clone());
            let refused = Secrets::take(&mut flow, (&Value::Null, &Secrets::default()));
            assert_eq!(said(refused.map(|_| ()).unwrap_err()), [(pointer.to_owned(), code)], "{header}");
        }
    }
}
