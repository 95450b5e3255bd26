//! Bodies with variables: in texts of JSON and in values of a form.

use serde_json::{Map, Value};

use super::address::encode;
use super::request::{Body, Fill, Refused};
use super::{DEPTH_MAX, Problem, Why};
use crate::template::Template;

/// Biggest body, as it is sent.
pub(super) const BODY_BYTES_MAX: usize = 64 * 1_024;
const FIELDS_MAX: usize = 100;

/// A body, compiled.
#[derive(Debug, Clone)]
pub(super) enum Compiled {
    Json(Node),
    Form(Vec<(String, Template)>),
}

/// JSON whose texts are templates.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Text(Template),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
    Other(Value),
}

impl Compiled {
    pub(super) fn new(body: &Body) -> Result<Self, Problem> {
        match body {
            Body::Json { value } => {
                if value.to_string().len() > BODY_BYTES_MAX {
                    return Err(Problem::new(
                        "/request/body/value",
                        "too-long",
                        "A body has at most 64 KiB.",
                    ));
                }
                Ok(Self::Json(Node::new(value, "/request/body/value", 0)?))
            }
            Body::Form { fields } => {
                if fields.len() > FIELDS_MAX {
                    let detail = "A form has at most 100 fields.";
                    return Err(Problem::new("/request/body/fields", "too-many", detail));
                }
                let field = |(at, field): (usize, &super::FormField)| {
                    if field.name.is_empty() || !Template::parse(&field.name).is_fixed() {
                        let detail = "A field has a name, and no variable stands in it.";
                        let pointer = format!("/request/body/fields/{at}/name");
                        return Err(Problem::new(pointer, "variable-not-allowed", detail));
                    }
                    Ok((field.name.clone(), field.value.clone()))
                };
                Ok(Self::Form(fields.iter().enumerate().map(field).collect::<Result<_, _>>()?))
            }
        }
    }

    pub(super) fn content_type(&self) -> &'static str {
        match self {
            Self::Json(_) => "application/json",
            Self::Form(_) => "application/x-www-form-urlencoded",
        }
    }

    /// Every template in it.
    pub(super) fn templates<'a>(&'a self, to: &mut Vec<&'a Template>) {
        match self {
            Self::Json(node) => node.templates(to),
            Self::Form(fields) => to.extend(fields.iter().map(|(_, value)| value)),
        }
    }

    pub(super) fn write(&self, fill: impl Fill) -> Result<Vec<u8>, Refused> {
        let text = match self {
            // The whole is written by the library: a value is always inside of its quotes.
            Self::Json(node) => node.value(&fill)?.to_string(),
            Self::Form(fields) => {
                let mut text = String::new();
                for (name, value) in fields {
                    if !text.is_empty() {
                        text.push('&');
                    }
                    encode(name, &mut text);
                    text.push('=');
                    encode(&render(value, &fill)?, &mut text);
                }
                text
            }
        };
        if text.len() > BODY_BYTES_MAX {
            return Err(Refused { why: Why::UnsafeValue, variable: String::new() });
        }
        Ok(text.into_bytes())
    }
}

impl Node {
    fn new(value: &Value, pointer: &str, depth: usize) -> Result<Self, Problem> {
        if depth > DEPTH_MAX {
            return Err(Problem::new(pointer, "too-deep", "A body is nested at most 32 levels deep."));
        }
        Ok(match value {
            Value::String(text) => Self::Text(Template::parse(text)),
            Value::Array(of) => Self::List(
                of.iter()
                    .enumerate()
                    .map(|(at, value)| Self::new(value, &format!("{pointer}/{at}"), depth + 1))
                    .collect::<Result<_, _>>()?,
            ),
            Value::Object(of) => {
                let mut object = Vec::with_capacity(of.len());
                for (key, value) in of {
                    let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
                    if !Template::parse(key).is_fixed() {
                        let detail = "Variables stand in texts of JSON, not in names.";
                        return Err(Problem::new(pointer, "variable-not-allowed", detail));
                    }
                    object.push((key.clone(), Self::new(value, &pointer, depth + 1)?));
                }
                Self::Object(object)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => Self::Other(value.clone()),
        })
    }

    fn templates<'a>(&'a self, to: &mut Vec<&'a Template>) {
        match self {
            Self::Text(template) => to.push(template),
            Self::List(of) => of.iter().for_each(|node| node.templates(to)),
            Self::Object(of) => of.iter().for_each(|(_, node)| node.templates(to)),
            Self::Other(_) => {}
        }
    }

    fn value(&self, fill: &impl Fill) -> Result<Value, Refused> {
        Ok(match self {
            Self::Text(template) => Value::String(render(template, fill)?),
            Self::List(of) => Value::Array(of.iter().map(|node| node.value(fill)).collect::<Result<_, _>>()?),
            Self::Object(of) => {
                let pairs = of.iter().map(|(key, node)| Ok((key.clone(), node.value(fill)?)));
                Value::Object(pairs.collect::<Result<Map<_, _>, _>>()?)
            }
            Self::Other(value) => value.clone(),
        })
    }
}

/// A text with its values as they are.
pub(super) fn render(template: &Template, fill: &impl Fill) -> Result<String, Refused> {
    template.render(|path, text| {
        text.push_str(&fill(path)?);
        Ok(())
    })
}
