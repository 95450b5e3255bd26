use serde_json::{Value, json};

use super::{PATTERNS_MAX, Schema, TEXT_MAX};

fn check(schema: Value, data: Value) -> Option<String> {
    Schema::parse(&schema).unwrap().check(&data)
}

fn places(schema: Value) -> Vec<String> {
    match Schema::parse(&schema) {
        Ok(_) => Vec::new(),
        Err(wrong) => wrong.into_iter().map(|(place, _)| place).collect(),
    }
}

const SEVEN: &str = "http://json-schema.org/draft-07/schema#";

#[test]
fn every_word_decides() {
    let cases = [
        (json!({"type": "integer"}), json!(3), json!(3.5)),
        (json!({"type": "integer"}), json!(3.0), json!("3")),
        (json!({"type": ["string", "null"]}), json!(null), json!(1)),
        (json!({"enum": ["a", 1]}), json!(1.0), json!("b")),
        (json!({"const": {"a": [true]}}), json!({"a": [true]}), json!({"a": [false]})),
        (json!({"required": ["a"]}), json!({"a": null}), json!({"b": 1})),
        (json!({"properties": {"a": {"type": "string"}}}), json!({"b": 1}), json!({"a": 1})),
        (json!({"properties": {"a": {}}, "additionalProperties": false}), json!({"a": 1}), json!({"b": 1})),
        (json!({"additionalProperties": {"type": "number"}}), json!({"a": 1}), json!({"a": "1"})),
        (json!({"items": {"type": "number"}}), json!([1, 2]), json!([1, "2"])),
        (json!({"prefixItems": [{"type": "number"}], "items": false}), json!([1]), json!([1, 2])),
        (json!({"minItems": 1, "uniqueItems": true}), json!([1]), json!([1, 1])),
        (json!({"minLength": 2}), json!("öö"), json!("ö")),
        (json!({"maxLength": 2}), json!("öö"), json!("ööö")),
        (json!({"minimum": 0.5}), json!(0.5), json!(0)),
        (json!({"exclusiveMaximum": 5, "multipleOf": 0.5}), json!(4.5), json!(5)),
        (json!({"pattern": "^\\d{4}$"}), json!("2026"), json!("26")),
        (json!({"format": "date"}), json!("2026-11-22"), json!("22.11.2026")),
        (json!({"oneOf": [{"type": "number"}, {"minimum": 3}]}), json!(1), json!(4)),
        (json!({"not": {"required": ["card"]}}), json!({}), json!({"card": 1})),
        (
            json!({"if": {"properties": {"a": {"const": 1}}}, "then": {"required": ["b"]}}),
            json!({"a": 2}),
            json!({"a": 1}),
        ),
        (json!({"dependentRequired": {"a": ["b"]}}), json!({"b": 1}), json!({"a": 1})),
        (json!({"$ref": "#/$defs/price", "$defs": {"price": {"type": "number"}}}), json!(1), json!("1")),
        (
            json!({"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": false}),
            json!({"a": 1}),
            json!({"b": 1}),
        ),
        (
            json!({"$schema": SEVEN, "items": [{"type": "number"}], "additionalItems": false}),
            json!([1]),
            json!([1, 2]),
        ),
        (json!({"$schema": SEVEN, "dependencies": {"a": ["b"]}}), json!({"b": 1}), json!({"a": 1})),
        (
            json!({"$schema": SEVEN, "$ref": "#/definitions/x", "definitions": {"x": {"type": "null"}}}),
            json!(null),
            json!(1),
        ),
    ];
    for (schema, good, bad) in cases {
        assert_eq!(check(schema.clone(), good), None, "{schema}");
        assert!(check(schema.clone(), bad).is_some(), "{schema}");
    }
}

#[test]
fn t_4_what_is_wrong_is_told_with_its_place_and_without_anything_the_visitor_sent() {
    let schema = json!({"properties": {"a/b": {"items": {"maxLength": 3}}}, "required": ["a/b"]});
    assert_eq!(
        check(schema.clone(), json!({"a/b": ["ok", "secret"]})).unwrap(),
        "/a~1b/1 does not fit `maxLength`"
    );
    assert_eq!(check(schema, json!({"secret": 1})).unwrap(), "/a~1b is missing");
    // Names are the sender's as well, wherever the schema does not give them; so are those that look like places.
    for (schema, data) in [
        (json!({"additionalProperties": false}), json!({"secret": 1})),
        (json!({"additionalProperties": {"type": "null"}}), json!({"secret": 1})),
        (json!({"additionalProperties": {"type": "null"}}), json!({"447700900123": 1})),
        (json!({"patternProperties": {"^se": {"type": "null"}}}), json!({"secret": {"x": "secret"}})),
        (json!({"propertyNames": {"maxLength": 1}}), json!({"secret": 1})),
        (json!({"unevaluatedProperties": false}), json!({"secret": 1})),
        (json!({"enum": [1]}), json!("secret")),
        (json!({"const": 1}), json!("secret")),
        (json!({"not": {}}), json!("secret")),
        (json!({"format": "email"}), json!("secret")),
        (json!({"anyOf": [{"type": "null"}, {"pattern": "^x"}]}), json!("secret")),
        (json!({"uniqueItems": true}), json!(["secret", "secret"])),
    ] {
        let told = check(schema.clone(), data).unwrap();
        assert!(!told.contains("secret") && !told.contains("4477"), "{schema}: {told}");
    }
    let told =
        check(json!({"additionalProperties": {"type": ["null", "boolean"]}}), json!({"447700900123": 1}));
    assert_eq!(told.unwrap(), "/* is not of the type null or boolean");
}

#[test]
fn what_is_no_schema_is_refused_with_its_place() {
    for (schema, place) in [
        (json!(true), ""),
        (json!({"type": "text"}), "/type"),
        (json!({"type": []}), "/type"),
        (json!({"properties": {"a": {"pattern": "("}}}), "/properties/a/pattern"),
        (json!({"properties": {"a": {"minItems": -1}}}), "/properties/a/minItems"),
        (json!({"properties": {"a": {"maxLenght": 1}}}), "/properties/a/maxLenght"),
        (json!({"items": [{}]}), "/items"),
        (json!({"additionalItems": false}), "/additionalItems"),
        (json!({"$schema": SEVEN, "prefixItems": []}), "/prefixItems"),
        (json!({"$schema": "http://json-schema.org/draft-04/schema#"}), "/$schema"),
        (json!({"items": {"$id": "https://example.org/a"}}), "/items/$id"),
        (json!({"$dynamicRef": "#"}), "/$dynamicRef"),
        (json!({"format": "colour"}), "/format"),
        (json!({"format": "regex"}), "/format"),
    ] {
        assert_eq!(places(schema.clone()), [place], "{schema}");
    }
    // A name of an entry is no word.
    assert!(places(json!({"properties": {"$ref": {}, "if": {}, "maxLenght": {}}})).is_empty());
}

#[test]
fn x_10_nothing_is_fetched_and_references_stay_within() {
    for target in [
        "https://example.org/schema.json",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "other.json",
        "#/$defs/none",
        "#anchor",
        "#/$defs/a%20b",
    ] {
        assert_eq!(places(json!({"items": {"$ref": target}})), ["/items/$ref"], "{target}");
    }
}

#[test]
fn x_15_the_data_does_not_decide_how_long_a_check_takes() {
    // References that go round, by themselves and by each other.
    for schema in [
        json!({"$ref": "#"}),
        json!({"properties": {"a": {"$ref": "#"}}}),
        json!({"items": {"$ref": "#/$defs/a"}, "$defs": {"a": {"items": {"$ref": "#/$defs/b"}}, "b": {"not": {"$ref": "#/$defs/a"}}}}),
        json!({"items": {"anyOf": [{"$ref": "#/items"}]}}),
    ] {
        assert_eq!(places(schema.clone()).len(), 1, "{schema}");
    }
    // Twice the one before, thirty times over: a thousand million parts.
    let mut definitions = serde_json::Map::new();
    definitions.insert("d0".into(), json!({"type": "string"}));
    for n in 1..30 {
        let before = format!("#/$defs/d{}", n - 1);
        definitions.insert(format!("d{n}"), json!({"anyOf": [{"$ref": before}, {"$ref": before}]}));
    }
    assert_eq!(places(json!({"$ref": "#/$defs/d29", "$defs": definitions})).len(), 1);
    // With a name of its own it still is its own.
    let named = json!({"$id": "https://example.org/a", "items": {"$ref": "#/$defs/x"}, "$defs": {"x": {"type": "null"}}});
    assert!(check(named, json!([1])).is_some());
    // The same definition in many places is no circle.
    let twice = json!({"properties": {"a": {"$ref": "#/$defs/x"}, "b": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"type": "null"}}});
    assert!(places(twice).is_empty());
    // On an engine that backtracks this does not end.
    let schema = Schema::parse(&json!({"pattern": "^(a+)+$"})).unwrap();
    assert!(schema.check(&json!(format!("{}!", "a".repeat(8_000)))).is_some());
    // Patterns that only a backtracking engine knows, and those that grow.
    assert_eq!(places(json!({"pattern": "(?=a)b"})), ["/pattern"]);
    assert_eq!(places(json!({"pattern": "(\\p{L}{50}){200}"})), ["/pattern"]);
}

#[test]
fn x_15_schemas_have_a_size() {
    let mut deep = json!({});
    for _ in 0..17 {
        deep = json!({"items": deep});
    }
    assert_eq!(places(deep).len(), 1);
    let wide: serde_json::Map<_, _> = (0..600).map(|n| (n.to_string(), json!({}))).collect();
    assert_eq!(places(json!({"properties": wide})).len(), 1);
    assert_eq!(places(json!({"const": "x".repeat(TEXT_MAX)})), [""]);
    let many: serde_json::Map<_, _> =
        (0..=PATTERNS_MAX).map(|n| (n.to_string(), json!({"pattern": "a"}))).collect();
    assert_eq!(places(json!({"properties": many})).len(), 1);
}

#[test]
fn a_schema_reads_back_as_it_was_written() {
    let text = json!({"title": "Cart", "properties": {"a": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"type": "null"}}});
    let schema = Schema::parse(&text).unwrap();
    assert_eq!(serde_json::to_value(&schema).unwrap(), text);
    assert_eq!(Schema::parse(&text).unwrap(), schema);
    assert_ne!(Schema::parse(&json!({})).unwrap(), schema);
}
