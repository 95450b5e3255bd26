//! Schemas of the document, as tables and as examples.

use serde_json::{Map, Value, json};

use super::{escape, prose};

/// How deep examples go.
const DEPTH_MAX: usize = 5;

/// The name behind `#/components/schemas/Name`.
pub(super) fn name_of(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix("#/components/schemas/")
}

/// The schema behind a reference.
pub(super) fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match name_of(schema) {
        Some(name) => &document["components"]["schemas"][name],
        None => schema,
    }
}

/// The type in words, with links to named schemas.
pub(super) fn words(schema: &Value) -> String {
    if let Some(name) = name_of(schema) {
        let name = escape(name);
        return format!("<a href=\"#schema-{name}\">{name}</a>");
    }
    for key in ["oneOf", "anyOf"] {
        if let Some(list) = schema[key].as_array() {
            return list.iter().map(words).collect::<Vec<_>>().join(" or ");
        }
    }
    if let Some(list) = schema["enum"].as_array() {
        return list
            .iter()
            .map(|v| format!("<code>{}</code>", escape(&v.to_string())))
            .collect::<Vec<_>>()
            .join(" · ");
    }
    let of = |kind: &str| match kind {
        "array" => format!("list of {}", words(&schema["items"])),
        "object" if schema["additionalProperties"].is_object() => {
            format!("object of {}", words(&schema["additionalProperties"]))
        }
        "string" if schema["format"].is_string() => escape(schema["format"].as_str().unwrap_or_default()),
        kind => escape(kind),
    };
    match &schema["type"] {
        Value::String(kind) => of(kind),
        Value::Array(kinds) => {
            kinds.iter().filter_map(Value::as_str).map(of).collect::<Vec<_>>().join(" or ")
        }
        _ => "anything".to_owned(),
    }
}

/// What a value may be besides its type.
fn limits(schema: &Value) -> String {
    let mut parts = Vec::new();
    let pairs = [
        ("minLength", "at least", "characters"),
        ("maxLength", "at most", "characters"),
        ("minItems", "at least", "entries"),
        ("maxItems", "at most", "entries"),
        ("minimum", "from", ""),
        ("maximum", "to", ""),
    ];
    for (key, before, after) in pairs {
        if schema[key].is_number() {
            parts.push(format!("{before} {} {after}", schema[key]).trim().to_owned());
        }
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        parts.push(match choices(pattern) {
            Some(list) => list.iter().map(|c| format!("`{c}`")).collect::<Vec<_>>().join(" · "),
            None => format!("`{pattern}`"),
        });
    }
    if !schema["default"].is_null() {
        parts.push(format!("default `{}`", schema["default"]));
    }
    parts.join(", ")
}

/// The words of a pattern that is only a list of them: `^(a|b)$`.
fn choices(pattern: &str) -> Option<Vec<&str>> {
    let list = pattern.strip_prefix("^(")?.strip_suffix(")$")?;
    let is_plain = list.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'|' | b'-' | b'.'));
    is_plain.then(|| list.split('|').collect())
}

/// The fields of an object schema, with those it takes over by `allOf`.
fn fields<'a>(document: &'a Value, schema: &'a Value, depth: usize) -> Vec<(&'a str, &'a Value, bool)> {
    let schema = resolve(document, schema);
    let mut all = Vec::new();
    if depth < DEPTH_MAX
        && let Some(parts) = schema["allOf"].as_array()
    {
        for part in parts {
            all.extend(fields(document, part, depth + 1));
        }
    }
    let is_required = |name: &str| {
        schema["required"].as_array().is_some_and(|list| list.iter().any(|v| v.as_str() == Some(name)))
    };
    if let Some(properties) = schema["properties"].as_object() {
        all.extend(properties.iter().map(|(name, field)| (name.as_str(), field, is_required(name))));
    }
    all
}

/// A table of the fields of a schema; the type alone where it has none.
pub(super) fn table(document: &Value, schema: &Value) -> String {
    let mut rows = String::new();
    table_rows(document, schema, "", 0, &mut rows);
    if rows.is_empty() {
        return format!("<p>{}</p>", words(schema));
    }
    format!("<table><thead><tr><th>Field<th>Type<th>Meaning</thead><tbody>{rows}</tbody></table>")
}

/// Rows of the fields, with those of objects that have no name of their own below them.
fn table_rows(document: &Value, schema: &Value, prefix: &str, depth: usize, rows: &mut String) {
    for (name, field, is_required) in fields(document, schema, 0) {
        let note = limits(field);
        let meaning = prose(field["description"].as_str().unwrap_or_default());
        let note = if note.is_empty() { String::new() } else { format!("<small>{}</small>", prose(&note)) };
        let need = if is_required { "" } else { " <i>optional</i>" };
        rows.push_str(&format!(
            "<tr><td><code>{}</code>{need}<td>{}<td>{meaning} {note}",
            escape(&format!("{prefix}{name}")),
            words(field)
        ));
        let (inner, mark) = match field["items"].is_object() {
            true => (&field["items"], "[]."),
            false => (field, "."),
        };
        if depth < 2 && inner["properties"].is_object() {
            table_rows(document, inner, &format!("{prefix}{name}{mark}"), depth + 1, rows);
        }
    }
}

/// A value that fits a schema.
pub(super) fn example(document: &Value, schema: &Value, depth: usize) -> Value {
    let schema = resolve(document, schema);
    if !schema["example"].is_null() {
        return schema["example"].clone();
    }
    if let Some(first) = schema["enum"].as_array().and_then(|list| list.first()) {
        return first.clone();
    }
    if depth >= DEPTH_MAX {
        return Value::Null;
    }
    for key in ["oneOf", "anyOf"] {
        let other = schema[key].as_array().and_then(|list| list.iter().find(|s| s["type"] != "null"));
        if let Some(other) = other {
            return example(document, other, depth + 1);
        }
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|k| *k != "null"),
        kind => kind.as_str(),
    };
    match kind {
        Some("string") => text_example(schema),
        Some("integer" | "number") => schema["minimum"].as_i64().map_or(json!(1), |n| json!(n)),
        Some("boolean") => json!(true),
        Some("array") => json!([example(document, &schema["items"], depth + 1)]),
        _ => {
            let fields = fields(document, schema, 0).into_iter();
            let object = fields.map(|(name, field, _)| {
                (name.to_owned(), named(name).unwrap_or_else(|| example(document, field, depth + 1)))
            });
            Value::Object(object.collect::<Map<_, _>>())
        }
    }
}

fn text_example(schema: &Value) -> Value {
    if let Some(word) = schema["pattern"].as_str().and_then(choices).and_then(|c| c.first().copied()) {
        return json!(word);
    }
    match schema["format"].as_str() {
        Some("date-time") => json!("2026-11-21T10:15:00.000000Z"),
        Some("uri") => json!("https://example.org/"),
        Some("uuid") => json!("0c8b7f8e-8f43-4f0a-9d1e-1a2b3c4d5e6f"),
        _ => json!("text"),
    }
}

/// Examples that say more than the type does.
fn named(name: &str) -> Option<Value> {
    Some(match name {
        "email" => json!("anna@example.org"),
        "phone" => json!("+4930901820"),
        "name" => json!("Anna Standard"),
        "external_id" => json!("anna"),
        "language" | "default_language" => json!("en"),
        "attributes" => json!({ "tariff": "vip" }),
        "password" | "new_password" | "current_password" => json!("correct horse battery staple"),
        _ => return None,
    })
}
