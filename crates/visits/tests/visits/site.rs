//! The settings of a site.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_visits::Site;
use countersign_visits::site::{self, Consent, Place, SchemaMode, Storage};
use countersign_visits::trigger::Action;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Every setting of the contract.
fn whole() -> Value {
    json!({
        "origins": ["https://shop.example"],
        "consent": "assumed",
        "storage": "none",
        "honour_signals": false,
        "query_allow": ["utm_source", "page"],
        "idle_minutes": 60, "daily_events_max": 7000,
        "strategies": {"recognised": "identified", "assumed": "anonymous"},
        "categories": [{"name": "loans", "in": "title", "contains": "Loans"}],
        "triggers": [
            {"id": "timeout-30", "name": "Timeout-30", "action": "timer", "seconds": 30, "condition": "focused",
             "postcondition": "focused", "values": []},
            {"id": "buy", "name": "AddToCart", "action": "click", "element": "#buy", "page": "/shop",
             "condition": "visible", "postcondition": "none", "values": [
                {"name": "price", "from": "text", "selector": "#price"},
                {"name": "id", "from": "attribute", "selector": "#price", "attribute": "data-id"},
                {"name": "shop", "from": "constant", "value": "books"}]},
            {"id": "half", "name": "Half", "action": "scroll", "percent": 50, "condition": "always",
             "postcondition": "none", "values": []},
        ],
        "events": [{"name": "AddToCart", "schema": {"type": "object", "required": ["price"]}, "mode": "refuse"}]
    })
}

fn pointers(config: &Value) -> Vec<String> {
    Site::parse(config)
        .expect_err("these settings are wrong")
        .into_iter()
        .map(|error| error.pointer)
        .collect()
}

#[test]
fn settings_are_read_and_written_back_as_they_were() {
    let site = Site::parse(&whole()).unwrap();
    assert_eq!((site.consent, site.storage, site.honour_signals), (Consent::Assumed, Storage::None, false));
    assert_eq!(
        (site.strategies.recognised, site.strategies.assumed),
        (site::Strategy::Identified, site::Strategy::Anonymous)
    );
    assert_eq!((site.idle_minutes, site.categories[0].place), (60, Place::Title));
    assert_eq!((site.triggers[1].action, site.events[0].mode), (Action::Click, SchemaMode::Refuse));
    assert_eq!(site.to_json(), whole());
}

#[test]
fn what_is_not_said_has_its_default() {
    let site = Site::parse(&json!({})).unwrap();
    assert_eq!(site, Site::default());
    assert_eq!(site.to_json()["idle_minutes"], 30);
    assert_eq!(site.to_json()["consent"], "required");
    assert_eq!(site.query_allow.len(), 5);
    assert_eq!(Site::parse(&site.to_json()).unwrap(), site);
    assert_eq!(
        Site::parse(&json!({"query_allow": [], "consent": null})).unwrap().query_allow,
        Vec::<String>::new()
    );
}

#[test]
fn origins_are_spelled_as_browsers_send_them() {
    let site = Site::parse(
        &json!({"origins": ["https://Shop.Example:443/", "https://shop.example", "http://localhost:3000"]}),
    );
    assert_eq!(site.unwrap().origins, ["https://shop.example", "http://localhost:3000"]);
    for bad in [
        "shop.example",
        "http://shop.example",
        "https://*.example",
        "https://shop.example/a",
        "https://u@shop.example",
        "null",
        "",
    ] {
        assert_eq!(pointers(&json!({"origins": ["https://a.example", bad]})), ["/origins/1"], "{bad}");
    }
}

#[test]
fn everything_that_is_wrong_is_said_at_once_with_its_place() {
    let config = json!({
        "orgins": [],
        "consent": "maybe",
        "idle_minutes": 1,
        "strategies": {"recognised": "guess"},
        "categories": [{"name": "", "in": "body", "contains": "x"}],
        "triggers": [
            {"id": "a", "name": "SignIn", "action": "timer", "seconds": 1},
            {"id": "a", "name": "Click", "action": "click"},
            {"id": "b", "name": "Scroll", "action": "scroll", "percent": 101},
            {"id": "c", "name": "Eval", "action": "script", "values": [{"name": "v", "from": "attribute", "selector": "input", "attribute": "VALUE"}]},
        ],
        "events": [{"name": "A", "schema": {"properties": {"a": {"pattern": "("}}}}, {"name": "A", "schema": {}}]
    });
    let mut found = pointers(&config);
    found.sort();
    assert_eq!(
        found,
        [
            "/categories/0/in",
            "/categories/0/name",
            "/consent",
            "/events/0/schema/properties/a/pattern",
            "/events/1/name",
            "/idle_minutes",
            "/orgins",
            "/strategies/recognised",
            "/triggers/0/name",
            "/triggers/1/element",
            "/triggers/1/id",
            "/triggers/2/percent",
            "/triggers/3/action",
            "/triggers/3/values/0/attribute",
        ]
    );
    assert_eq!(pointers(&json!([])), [""]);
}

#[test]
fn x_15_lists_have_a_length() {
    for name in ["origins", "query_allow", "categories", "triggers", "events"] {
        let many: Vec<Value> = (0..51).map(|n| json!(n.to_string())).collect();
        assert_eq!(pointers(&json!({ name: many })), [format!("/{name}")]);
    }
    let values: Vec<Value> =
        (0..11).map(|n| json!({"name": n.to_string(), "from": "constant", "value": "x"})).collect();
    let trigger = json!({"id": "a", "name": "A", "action": "timer", "seconds": 5, "values": values});
    assert_eq!(pointers(&json!({"triggers": [trigger]})), ["/triggers/0/values"]);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-z:/.]{0,12}".prop_map(Value::from),
        Just(json!("https://shop.example")),
        Just(json!("timer")),
    ];
    let word = prop_oneof![
        Just("origins"),
        Just("consent"),
        Just("strategies"),
        Just("categories"),
        Just("triggers"),
        Just("events"),
        Just("name"),
        Just("schema"),
        Just("values"),
        Just("id"),
        Just("action"),
        Just("seconds"),
        Just("in"),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..6)
                .prop_map(|all| all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_read_is_written_back_and_read_the_same(config in any_json()) {
        match Site::parse(&config) {
            Ok(site) => prop_assert_eq!(Site::parse(&site.to_json()).unwrap(), site),
            Err(errors) => prop_assert!(!errors.is_empty() && errors.iter().all(|error| !error.message.is_empty())),
        }
    }
}
