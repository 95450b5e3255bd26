//! The page: an index, what holds for all operations, the operations by noun, the schemas.

use std::collections::BTreeMap;

use serde_json::Value;

use super::escape;
use super::operation::{Operation, named_schema};

const HEAD: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
    <meta name=\"color-scheme\" content=\"light dark\"><title>Countersign API</title>\
    <link rel=\"icon\" href=\"/favicon.svg\">\
    <link rel=\"stylesheet\" href=\"/docs/api.css\"><script src=\"/docs/api.js\" defer></script></head><body>";

const INTRODUCTION: &str = "\
<section id=\"start\"><h2>Before the first call</h2>\
<p>Programs send an API key: <code>Authorization: Bearer cs_live_…</code>. People have a session cookie and send \
<code>X-CSRF-Token</code> with every change. Everything is JSON; times are RFC 3339 in UTC; ids say what they name \
(<code>case_…</code>). A field or query key that is not known is refused, so a slip of the pen is not overlooked.</p>\
<p>Lists answer <code>{\"data\": […], \"next_cursor\": \"…\"}</code>: give the cursor back as <code>cursor</code> to \
go on, and ask for up to 200 with <code>limit</code>.</p></section>\
<section id=\"idempotency\"><h2>Calling again</h2>\
<p>Send <code>Idempotency-Key</code> with any <code>POST</code>: the same key with the same body has one effect \
within 24 hours and answers the same, marked <code>Idempotent-Replayed: true</code>. Another body under that key is \
refused with 422.</p></section>\
<section id=\"errors\"><h2>Problems</h2>\
<p>Whatever is not a success is <code>application/problem+json</code> (RFC 9457). <code>code</code> is for programs \
and does not change; <code>detail</code> says what happened and <code>hint</code> what to do; <code>errors</code> \
names each refused field by a JSON Pointer; <code>request_id</code> names the request in the server's log. 429 and \
503 carry <code>Retry-After</code>.</p></section>";

/// Renders the page.
pub(super) fn render(document: &Value) -> String {
    let groups = groups(document);
    let mut out = HEAD.to_owned();
    out.push_str(&header(document));
    out.push_str(&index(&groups));
    out.push_str("<main id=\"main\">");
    out.push_str(INTRODUCTION);
    for (tag, operations) in &groups {
        let name = escape(&heading(tag));
        out.push_str(&format!("<section class=\"group\" id=\"tag-{}\"><h2>{name}</h2>", escape(tag)));
        for operation in operations {
            out.push_str(&operation.render(document));
        }
        out.push_str("</section>");
    }
    out.push_str("<section class=\"group\" id=\"schemas\"><h2>Schemas</h2>");
    for (name, body) in document["components"]["schemas"].as_object().into_iter().flatten() {
        out.push_str(&named_schema(document, name, body));
    }
    out.push_str("</section><p id=\"none\" hidden>Nothing matches.</p></main></body></html>");
    out
}

fn header(document: &Value) -> String {
    format!(
        "<a class=\"skip\" href=\"#main\">To the operations</a><header><h1>Countersign API</h1>\
         <span class=\"version\">{}</span><label class=\"search\"><span>Search</span>\
         <input id=\"search\" type=\"search\" autocomplete=\"off\" placeholder=\"case, redeem, /v1/profiles …\">\
         </label><a href=\"/v1/openapi.json\">OpenAPI</a></header>",
        escape(document["info"]["version"].as_str().unwrap_or_default())
    )
}

fn index(groups: &BTreeMap<String, Vec<Operation<'_>>>) -> String {
    let mut out = "<nav aria-label=\"Operations\"><ul><li><a href=\"#start\">Before the first call</a>\
        <li><a href=\"#idempotency\">Calling again</a><li><a href=\"#errors\">Problems</a></ul>"
        .to_owned();
    for (tag, operations) in groups {
        out.push_str(&format!("<h2><a href=\"#tag-{}\">{}</a></h2><ul>", escape(tag), escape(&heading(tag))));
        for operation in operations {
            out.push_str(&format!(
                "<li><a href=\"#{}\"><span class=\"method {2}\">{2}</span>{}</a>",
                escape(&operation.id()),
                escape(&operation.title()),
                escape(operation.method),
            ));
        }
        out.push_str("</ul>");
    }
    out.push_str("<h2><a href=\"#schemas\">Schemas</a></h2></nav>");
    out
}

/// The operations by their tag.
fn groups(document: &Value) -> BTreeMap<String, Vec<Operation<'_>>> {
    let mut groups: BTreeMap<String, Vec<Operation<'_>>> = BTreeMap::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, body) in methods.as_object().into_iter().flatten() {
            let tag = body["tags"][0].as_str().unwrap_or("other").to_owned();
            groups.entry(tag).or_default().push(Operation { method, path, body });
        }
    }
    groups
}

/// `api_keys` → `Api keys`
fn heading(tag: &str) -> String {
    let words = tag.replace(['_', '-'], " ");
    let mut letters = words.chars();
    let text: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    super::initials(&text)
}
