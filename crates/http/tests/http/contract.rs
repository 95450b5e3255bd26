//! The served document is the public contract: checked in, reviewed, and complete.

use serde_json::Value;

fn served() -> Value {
    serde_json::to_value(countersign_http::router::document()).unwrap()
}

#[test]
fn the_checked_in_document_is_the_one_that_is_served() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../api/openapi.json");
    let stored: Value =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap_or_default()).unwrap_or_default();
    assert!(stored == served(), "api/openapi.json is stale: run `cargo xtask openapi` and review the change");
}

#[test]
fn every_operation_has_an_id_a_sentence_and_its_refusals() {
    let document = served();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let what = format!("{method} {path}");
            assert!(operation["operationId"].is_string(), "{what} has no operation id");
            let summary = operation["summary"].as_str().unwrap_or_default();
            assert!(summary.len() > 5, "{what} says nothing about itself");
            let answers = operation["responses"].as_object().unwrap();
            assert!(answers.keys().any(|s| s.starts_with('2')), "{what} never succeeds");
        }
    }
}
