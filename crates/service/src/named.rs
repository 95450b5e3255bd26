//! Who names something by its id: what flows and rules name is not deleted under them.

use countersign_store::{Tx, ivr_flow, rule};
use countersign_types::Result;
use serde_json::Value;

/// Names that are told at most.
const NAMES_MAX: usize = 5;

/// The flows whose draft or newest version names something by its id, as they are told to a person; `None`: no flow does.
pub(crate) async fn flows_that_name(tx: &mut Tx<'_>, id: &str) -> Result<Option<String>> {
    flows_in_which(tx, |document| has_text(document, id)).await
}

/// The flows and rules that name a calendar, or a group, by its id; `queue`: or flows that name a queue so.
pub(crate) async fn all_that_name(tx: &mut Tx<'_>, id: &str, queue: Option<&str>) -> Result<Option<String>> {
    let rules = rule::list_rules(tx).await?;
    let of_rules = rules.iter().filter(|row| has_text(&row.body, id));
    let of_rules = told("rule", of_rules.map(|row| row.body["name"].as_str().unwrap_or_default()));
    let flows =
        flows_in_which(tx, |of| has_text(of, id) || queue.is_some_and(|queue| has_queue(of, queue))).await?;
    Ok(match (of_rules, flows) {
        (Some(rules), Some(flows)) => Some(format!("{rules} and {flows}")),
        (rules, flows) => rules.or(flows),
    })
}

async fn flows_in_which(tx: &mut Tx<'_>, uses: impl Fn(&Value) -> bool) -> Result<Option<String>> {
    let documents = ivr_flow::list_ivr_flow_documents(tx).await?;
    let of_flows =
        documents.iter().filter(|(_, draft, published)| uses(draft) || published.as_ref().is_some_and(&uses));
    Ok(told("phone menu", of_flows.map(|(name, ..)| name.as_str())))
}

/// `the phone menus “A”, “B” and “C”`.
fn told<'a>(noun: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let names: Vec<String> = names.map(|name| format!("“{name}”")).collect();
    Some(match names.as_slice() {
        [] => return None,
        [one] => format!("the {noun} {one}"),
        [some @ .., last] if some.len() < NAMES_MAX => format!("the {noun}s {} and {last}", some.join(", ")),
        some => {
            let more = some.len() - NAMES_MAX;
            format!("the {noun}s {} and {more} more", some[..NAMES_MAX].join(", "))
        }
    })
}

/// Whether a document has this text as a value. An id is a text that nothing else happens to be.
fn has_text(document: &Value, wanted: &str) -> bool {
    match document {
        Value::String(text) => text == wanted,
        Value::Array(items) => items.iter().any(|item| has_text(item, wanted)),
        Value::Object(members) => members.values().any(|member| has_text(member, wanted)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether a flow has callers wait in this queue: a group of its name answers it.
fn has_queue(flow: &Value, name: &str) -> bool {
    let waits = |node: &Value| {
        node["kind"] == "queue"
            && node["queue"].as_str().is_some_and(|queue| queue.eq_ignore_ascii_case(name))
    };
    flow["nodes"].as_object().is_some_and(|nodes| nodes.values().any(waits))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_told_and_the_rest_is_counted() {
        let say =
            |count: usize| told("phone menu", ["A", "B", "C", "D", "E", "F", "G"].into_iter().take(count));
        assert_eq!(say(0), None);
        assert_eq!(say(1).unwrap(), "the phone menu “A”");
        assert_eq!(say(3).unwrap(), "the phone menus “A”, “B” and “C”");
        assert_eq!(say(7).unwrap(), "the phone menus “A”, “B”, “C”, “D”, “E” and 2 more");
    }

    #[test]
    fn a_text_is_found_as_a_value_and_a_queue_by_its_name() {
        let flow = json!({ "nodes": { "grp_1": { "kind": "queue", "queue": "support" }, "b": { "to": ["grp_2"] } } });
        assert!(has_text(&flow, "grp_2") && !has_text(&flow, "grp_1"), "a name of a node is no value");
        assert!(has_queue(&flow, "Support") && !has_queue(&flow, "grp_2"));
    }
}
