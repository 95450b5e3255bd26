//! What is asked: method, address, headers and body, with variables.
//!
//! Each place has its encoder, and a value means itself there: it never becomes another segment, header or name (I-6).
//! Scheme, host, port and names are fixed. A secret goes into a header or the body, never into an address.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::address::Address;
use super::body::{self, render};
use super::{Problem, Why};
use crate::template::Template;
use crate::variable::{Class, Variables};

/// Most headers of a look-up.
pub const HEADERS_MAX: usize = 20;
/// Longest value of a header, bytes.
pub const HEADER_BYTES_MAX: usize = 8_192;
/// What stands for a value that is not shown.
pub const HIDDEN: &str = "••••";
/// [`HIDDEN`] where only ASCII may stand.
const HIDDEN_ASCII: &str = "****";

/// Headers that belong to the connection, and who asks for what: the client writes them.
const RESERVED: &[&str] = &[
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "cookie",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// How it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads.
    #[default]
    Get,
    /// Adds, or asks with a body.
    Post,
    /// Replaces.
    Put,
    /// Changes.
    Patch,
    /// Deletes.
    Delete,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Get, Self::Post, Self::Put, Self::Patch, Self::Delete];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// What is asked, as people write it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// How.
    #[serde(default)]
    pub method: Method,
    /// Where; variables stand in segments of the path and in values of the query.
    pub url: String,
    /// Headers.
    #[serde(default)]
    pub headers: Vec<Header>,
    /// Body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
}

/// A header; its value may hold variables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Its name, fixed.
    pub name: String,
    /// Its value.
    pub value: Template,
}

/// A body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Body {
    /// JSON; its texts may hold variables, its names not.
    Json {
        /// Any JSON.
        value: Value,
    },
    /// A form, as browsers send it; values may hold variables.
    Form {
        /// Its fields in turn.
        fields: Vec<FormField>,
    },
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormField {
    /// Its name, fixed.
    pub name: String,
    /// Its value.
    pub value: Template,
}

/// A request, ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Prepared {
    /// How.
    pub method: Method,
    /// Where.
    pub url: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

/// Without what it holds: that is personal, or secret.
impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (headers, bytes) = (self.headers.len(), self.body.len());
        write!(f, "{} with {headers} headers and {bytes} bytes", self.method.as_str())
    }
}

/// Why nothing is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub why: Why,
    /// The variable because of which; empty where it is none alone.
    pub variable: String,
}

/// Gives the value of a variable for one place.
pub(super) trait Fill: Fn(&str) -> Result<String, Refused> {}
impl<F: Fn(&str) -> Result<String, Refused>> Fill for F {}

/// A request, compiled.
#[derive(Debug, Clone)]
pub(super) struct Compiled {
    method: Method,
    address: Address,
    headers: Vec<(String, Template)>,
    body: Option<body::Compiled>,
}

impl Compiled {
    pub(super) fn new(request: &Request) -> Result<Self, Problem> {
        let address = Address::new(&request.url)?;
        if request.headers.len() > HEADERS_MAX {
            return Err(Problem::new("/request/headers", "too-many", "A look-up has at most 20 headers."));
        }
        let mut headers: Vec<(String, Template)> = Vec::new();
        for (at, header) in request.headers.iter().enumerate() {
            let name = header_name(&header.name)
                .map_err(|why| Problem::new(format!("/request/headers/{at}/name"), "invalid-header", why))?;
            if headers.iter().any(|(known, _)| *known == name) {
                let detail = "Another header has this name.";
                return Err(Problem::new(format!("/request/headers/{at}/name"), "duplicate-field", detail));
            }
            let fixed = header.value.parts().iter().filter_map(|part| match part {
                crate::template::Part::Literal(text) => Some(text.as_str()),
                crate::template::Part::Variable(_) => None,
            });
            if !fixed.clone().all(is_header_value) {
                let detail = "A value of a header has printable ASCII characters alone.";
                return Err(Problem::new(format!("/request/headers/{at}/value"), "invalid-header", detail));
            }
            headers.push((name, header.value.clone()));
        }
        if request.body.is_some() && request.method == Method::Get {
            let detail = "A GET has no body: use POST, or put the value into the query.";
            return Err(Problem::new("/request/body", "not-allowed", detail));
        }
        let body = request.body.as_ref().map(body::Compiled::new).transpose()?;
        if let Some(body) = &body
            && !headers.iter().any(|(name, _)| name == "content-type")
        {
            headers.push(("content-type".to_owned(), Template::parse(body.content_type())));
        }
        if !headers.iter().any(|(name, _)| name == "accept") {
            headers.push(("accept".to_owned(), Template::parse("application/json")));
        }
        Ok(Self { method: request.method, address, headers, body })
    }

    pub(super) fn method(&self) -> Method {
        self.method
    }

    pub(super) fn origin(&self) -> &str {
        self.address.origin()
    }

    pub(super) fn url_paths(&self) -> impl Iterator<Item = &str> {
        self.address.paths()
    }

    pub(super) fn paths(&self) -> Vec<&str> {
        let mut templates: Vec<&Template> = self.headers.iter().map(|(_, value)| value).collect();
        if let Some(body) = &self.body {
            body.templates(&mut templates);
        }
        self.url_paths().chain(templates.into_iter().flat_map(Template::paths)).collect()
    }

    pub(super) fn prepare(&self, variables: &Variables) -> Result<Prepared, Refused> {
        let in_url = |path: &str| match variables.find(path) {
            Some((Class::Secret, _)) => Err(Refused { why: Why::SecretInUrl, variable: path.to_owned() }),
            _ => Ok(variables.text(path).unwrap_or_default()),
        };
        let value = |path: &str| Ok(variables.text(path).unwrap_or_default());
        let in_header = |path: &str| {
            let value = variables.text(path).unwrap_or_default();
            let is_good = is_header_value(&value);
            if is_good {
                Ok(value)
            } else {
                Err(Refused { why: Why::UnsafeValue, variable: path.to_owned() })
            }
        };
        self.write(in_url, in_header, value)
    }

    pub(super) fn shown(&self, variables: &Variables) -> Prepared {
        let hidden = |path: &str, by: &str| match variables.find(path) {
            Some((Class::Public, _)) => variables.text(path).unwrap_or_default(),
            Some(_) if !variables.has_value(path) => String::new(),
            Some(_) => by.to_owned(),
            None => String::new(),
        };
        // What was refused is shown as it was written: that says the most and holds no value.
        let ascii = |path: &str| {
            let text = hidden(path, HIDDEN_ASCII);
            Ok(if is_header_value(&text) { text } else { HIDDEN_ASCII.to_owned() })
        };
        let url = |path: &str| {
            Ok(Some(hidden(path, HIDDEN_ASCII))
                .filter(|text| !text.is_empty())
                .unwrap_or_else(|| "{}".to_owned()))
        };
        let any = |path: &str| Ok(hidden(path, HIDDEN));
        let mut shown = self.write(url, ascii, any).unwrap_or_else(|_| Prepared {
            method: self.method,
            url: self.address.origin().to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        });
        // Encoded, the stars and the missing ones are hard to read.
        shown.url = shown.url.replace("%2A%2A%2A%2A", HIDDEN).replace("%7B%7D", "{}");
        shown
    }

    fn write(
        &self,
        in_url: impl Fill,
        in_header: impl Fill,
        in_body: impl Fill,
    ) -> Result<Prepared, Refused> {
        let mut headers = Vec::with_capacity(self.headers.len());
        for (name, value) in &self.headers {
            let value = render(value, &in_header)?;
            if value.len() > HEADER_BYTES_MAX {
                return Err(Refused { why: Why::UnsafeValue, variable: String::new() });
            }
            headers.push((name.clone(), value.trim().to_owned()));
        }
        Ok(Prepared {
            method: self.method,
            url: self.address.expand(in_url)?,
            headers,
            body: self.body.as_ref().map(|body| body.write(in_body)).transpose()?.unwrap_or_default(),
        })
    }
}

/// The name of a header in small letters, or why it is not one that a look-up may set.
pub fn header_name(text: &str) -> Result<String, &'static str> {
    let name = text.to_ascii_lowercase();
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if !(1..=64).contains(&name.len()) || !name.bytes().all(is_token) || !Template::parse(text).is_fixed() {
        return Err("A name of a header has letters, digits and hyphens, at most 64, and no variables.");
    }
    if RESERVED.contains(&name.as_str()) || name.starts_with("proxy-") {
        return Err("This header belongs to the connection and is set by the server itself.");
    }
    Ok(name)
}

/// Whether a text can be the value of a header: printable ASCII. Line ends and NUL would begin another header.
pub fn is_header_value(text: &str) -> bool {
    text.len() <= HEADER_BYTES_MAX && text.bytes().all(|b| (0x20..0x7f).contains(&b))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::{Definition, Plan};
    use super::*;

    fn plan(request: Value) -> Result<Plan, Problem> {
        Plan::compile(&serde_json::from_value::<Definition>(json!({ "request": request })).unwrap())
    }

    fn variables(of: &[(&str, Class, &str)]) -> Variables {
        let mut variables = Variables::default();
        for (name, class, value) in of {
            variables.set(name, *class, *value).unwrap();
        }
        variables
    }

    fn problem(request: Value) -> (String, &'static str) {
        let problem = plan(request).unwrap_err();
        assert!(problem.detail.ends_with('.'), "{}", problem.detail);
        (problem.pointer, problem.code)
    }

    #[test]
    fn the_example_of_the_account_number() {
        let plan =
            plan(json!({"method": "GET", "url": "https://crm.example/customers/{accountNumber}"})).unwrap();
        let variables = variables(&[("accountNumber", Class::Personal, "1234567890")]);
        let prepared = plan.request(&variables).unwrap();
        assert_eq!(prepared.url, "https://crm.example/customers/1234567890");
        assert_eq!(prepared.headers, [("accept".to_owned(), "application/json".to_owned())]);
        assert_eq!(plan.shown(&variables).url, "https://crm.example/customers/••••");
        assert_eq!(plan.origin(), "https://crm.example");
        assert_eq!(plan.url_paths().collect::<Vec<_>>(), ["accountNumber"]);
    }

    #[test]
    fn i_3_a_secret_goes_into_a_header_or_the_body_and_never_into_the_address() {
        let secret = variables(&[("pin", Class::Secret, "4711"), ("a", Class::Personal, "1")]);
        let in_url = plan(json!({"url": "https://crm.example/{a}?pin={pin}"})).unwrap();
        let refused = in_url.request(&secret).unwrap_err();
        assert_eq!((refused.why, refused.variable.as_str()), (Why::SecretInUrl, "pin"));
        let good = plan(json!({
            "method": "POST", "url": "https://crm.example/check", "headers": [{"name": "X-Pin", "value": "p {pin}"}],
            "body": {"kind": "json", "value": {"pin": "{pin}", "account": ["{a}"], "n": 7, "x": null}},
        }))
        .unwrap();
        let sent = good.request(&secret).unwrap();
        assert_eq!(
            String::from_utf8(sent.body.clone()).unwrap(),
            r#"{"account":["1"],"n":7,"pin":"4711","x":null}"#
        );
        assert!(sent.headers.contains(&("x-pin".to_owned(), "p 4711".to_owned())));
        assert!(sent.headers.contains(&("content-type".to_owned(), "application/json".to_owned())));
        assert!(!format!("{sent:?}").contains("4711"));
        let shown = good.shown(&secret);
        let text = format!("{} {:?} {}", shown.url, shown.headers, String::from_utf8(shown.body).unwrap());
        assert!(!text.contains("4711") && !text.contains("[\"1\"]"), "{text}");
        assert!(text.contains("••••") && text.contains("p ****"), "{text}");
        // Nor does what was refused show it.
        assert!(!in_url.shown(&secret).url.contains("4711"));
    }

    #[test]
    fn i_6_bodies_and_headers_keep_a_value_in_its_place() {
        let plan = plan(json!({
            "method": "PUT", "url": "https://crm.example/", "headers": [{"name": "x-a", "value": "{a}"}],
            "body": {"kind": "form", "fields": [{"name": "account no", "value": "{a}"}, {"name": "b", "value": "1&c=2"}]},
        }))
        .unwrap();
        let of = |value| plan.request(&variables(&[("a", Class::Personal, value)]));
        assert_eq!(of("x&b=3 é").unwrap_err().why, Why::UnsafeValue, "é is no header");
        let sent = of("x&b=3").unwrap();
        assert_eq!(String::from_utf8(sent.body).unwrap(), "account%20no=x%26b%3D3&b=1%26c%3D2");
        for bad in ["1\r\nhost: evil.example", "1\nx: y", "\0", "\u{7f}"] {
            assert_eq!(of(bad).unwrap_err().why, Why::UnsafeValue, "{bad:?}");
        }
    }

    #[test]
    fn wrong_requests_are_named() {
        let url = "https://crm.example/";
        let header =
            |name: &str, value: &str| json!({"url": url, "headers": [{"name": name, "value": value}]});
        for name in
            ["Host", "content-length", "Proxy-Authorization", "a b", "", "{a}", "%a%", "a\r\nb", "Cookie"]
        {
            assert_eq!(problem(header(name, "1")).0, "/request/headers/0/name", "{name:?}");
        }
        assert_eq!(problem(header("x", "a\r\nb")).0, "/request/headers/0/value");
        let twice =
            json!({"url": url, "headers": [{"name": "x", "value": "1"}, {"name": "X", "value": "2"}]});
        assert_eq!(problem(twice).0, "/request/headers/1/name");
        let body = json!({"kind": "json", "value": {}});
        assert_eq!(problem(json!({"url": url, "body": body})).0, "/request/body");
        let named = |value: Value| {
            problem(json!({"method": "POST", "url": url, "body": {"kind": "json", "value": value}}))
        };
        assert_eq!(
            named(json!({"a/b": {"{x}": 1}})),
            ("/request/body/value/a~1b/{x}".to_owned(), "variable-not-allowed")
        );
        let deep = (0..40).fold(json!(1), |inner, _| json!([inner]));
        assert_eq!(named(deep).1, "too-deep");
        assert_eq!(named(json!("x".repeat(70_000))).1, "too-long");
        let form = json!({"kind": "form", "fields": [{"name": "{x}", "value": "1"}]});
        assert_eq!(
            problem(json!({"method": "POST", "url": url, "body": form})).0,
            "/request/body/fields/0/name"
        );
        assert_eq!(problem(json!({"url": "https://{x}/"})).0, "/request/url");
        for strict in [
            json!({"request": {"url": url, "verb": "GET"}}),
            json!({"request": {"url": url, "method": "get"}}),
            json!({"request": {"url": url, "headers": [{"name": "x", "value": "1", "secret": true}]}}),
        ] {
            assert!(serde_json::from_value::<Definition>(strict.clone()).is_err(), "{strict}");
        }
        for (field, value) in [("timeout_ms", 99), ("timeout_ms", 10_001), ("cache_secs", 3_601)] {
            let mut definition = json!({"request": {"url": url}});
            definition[field] = json!(value);
            let definition: Definition = serde_json::from_value(definition).unwrap();
            assert_eq!(Plan::compile(&definition).unwrap_err().pointer, format!("/{field}"));
        }
        let posted = json!({"request": {"url": url, "method": "POST"}, "cache_secs": 1});
        let posted: Definition = serde_json::from_value(posted).unwrap();
        assert_eq!(Plan::compile(&posted).unwrap_err().code, "not-cacheable");
    }

    proptest! {
        #[test]
        fn i_6_json_holds_the_value_and_headers_hold_one_line(value in "\\PC{0,40}|[\"\\\\{}\r\n\0\u{1}:, ]{0,20}") {
            let body = json!({"kind": "json", "value": {"a": "{v}", "b": {"c": ["<{v}>"]}}});
            let plan = plan(json!({"method": "POST", "url": "https://crm.example/", "body": body})).unwrap();
            let sent = plan.request(&variables(&[("v", Class::Personal, &value)])).unwrap();
            let read: Value = serde_json::from_slice(&sent.body).unwrap();
            prop_assert_eq!(read, json!({"a": &value, "b": {"c": [format!("<{value}>")]}}));
            let header = json!([{"name": "x-v", "value": "{v}"}]);
            let plan = plan_of_header(header);
            if let Ok(sent) = plan.request(&variables(&[("v", Class::Personal, &value)])) {
                prop_assert!(sent.headers.iter().all(|(_, value)| value.bytes().all(|b| (0x20..0x7f).contains(&b))));
            }
        }
    }

    fn plan_of_header(headers: Value) -> Plan {
        plan(json!({"url": "https://crm.example/", "headers": headers})).unwrap()
    }
}
