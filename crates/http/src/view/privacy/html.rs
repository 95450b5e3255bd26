//! The file for a person, to be read and printed: one page without scripts and without anything from elsewhere. All of
//! its texts were written by people, some of them by strangers, so every one is escaped, and a policy in the page itself
//! forbids what would slip through: it is opened from a disk, where no header of ours speaks.

use std::fmt::Write as _;

use countersign_types::privacy::registry::Section;
use serde_json::Value;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}\
h1{font-size:1.6rem}h2{font-size:1.2rem;border-bottom:1px solid #bbb;margin-top:2.5rem}\
table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{border:1px solid #ccc;padding:.3rem .5rem;\
text-align:start;vertical-align:top;overflow-wrap:anywhere}th{background:#f3f3f3}td{white-space:pre-wrap}\
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dt{font-weight:600}dd{margin:0;white-space:pre-wrap;\
overflow-wrap:anywhere}@media print{body{margin:0;max-width:none}tr,dl{break-inside:avoid}}";

/// The title of a part.
const fn title(section: Section) -> &'static str {
    match section {
        Section::Profile => "What is known of you",
        Section::Attributes => "More about you",
        Section::Identifiers => "Addresses, numbers and ids by which you are found",
        Section::Accounts => "You on our channels",
        Section::Links => "How we knew that an account is yours",
        Section::Codes => "Identification codes (never the code itself)",
        Section::Conversations => "Conversations",
        Section::Files => "Files",
        Section::Sessions => "Visits of the web chat",
        Section::Calls => "Your calls",
        Section::Mandates => "Who may act for you, and for whom you may act",
        Section::Engagements => "When you, or somebody for you, were verified",
        Section::Website => "Your visits of our websites",
        Section::Events => "What happened",
        Section::Merges => "Profiles that became part of yours",
        Section::Viewers => "Who looked at your data",
        Section::Requests => "What you asked for",
    }
}

/// Renders the document of an export.
pub fn page(document: &Value) -> String {
    let text = |key: &str| document.get(key).and_then(Value::as_str).unwrap_or_default();
    let mut out = String::with_capacity(64 * 1_024);
    out.push_str("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    out.push_str(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
    );
    out.push_str("<meta name=\"viewport\" content=\"width=device-width\"><meta name=\"referrer\" content=\"no-referrer\">");
    let _ = write!(
        out,
        "<title>Your data: {}</title><style>{STYLE}</style></head><body>",
        escaped(text("reference"))
    );
    let _ = write!(
        out,
        "<h1>Your data at {}</h1><p>Reference {}, made {}. Times are in UTC. The same data for programs is in the JSON \
         file, with the contents of files.</p>",
        escaped(text("controller")),
        escaped(text("reference")),
        escaped(text("made_at")),
    );
    for section in Section::ALL {
        let Some(value) = document.get("sections").and_then(|all| all.get(section.as_str())) else {
            continue;
        };
        let _ = write!(out, "<h2>{}</h2>", title(*section));
        render(value, &mut out, 0);
    }
    out.push_str("<h2>What is not in this file, and why</h2>");
    render(document.get("left_out").unwrap_or(&Value::Null), &mut out, 0);
    out.push_str("</body></html>\n");
    out
}

/// How deep values lie in one another at most; what lies deeper is written as JSON.
const DEEP: usize = 6;

fn render(value: &Value, out: &mut String, depth: usize) {
    match value {
        Value::Array(items) if items.is_empty() => out.push_str("<p>Nothing.</p>"),
        Value::Array(items) if depth < DEEP && items.iter().all(Value::is_object) => rows(items, out, depth),
        Value::Object(map) if depth < DEEP => {
            out.push_str("<dl>");
            for (key, value) in map.iter().filter(|(_, value)| !is_nothing(value)) {
                let _ = write!(out, "<dt>{}</dt><dd dir=\"auto\">", escaped(&words(key)));
                render(value, out, depth + 1);
                out.push_str("</dd>");
            }
            out.push_str("</dl>");
        }
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            let all: Vec<String> = items.iter().map(plain).collect();
            out.push_str(&escaped(&all.join(", ")));
        }
        other => out.push_str(&escaped(&plain(other))),
    }
}

/// Rows of one form as a table; the contents of files stay in the JSON file.
fn rows(items: &[Value], out: &mut String, depth: usize) {
    let mut columns: Vec<&String> = Vec::new();
    for key in
        items.iter().filter_map(Value::as_object).flat_map(|map| map.iter()).filter(|(_, v)| !is_nothing(v))
    {
        if key.0 != "content_base64" && !columns.contains(&key.0) {
            columns.push(key.0);
        }
    }
    out.push_str("<table><thead><tr>");
    for column in &columns {
        let _ = write!(out, "<th scope=\"col\">{}</th>", escaped(&words(column)));
    }
    out.push_str("</tr></thead><tbody>");
    for item in items {
        out.push_str("<tr>");
        for column in &columns {
            out.push_str("<td dir=\"auto\">");
            match item.get(column.as_str()) {
                Some(value) if !is_nothing(value) => render(value, out, depth + 1),
                _ => {}
            }
            out.push_str("</td>");
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table>");
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => other.to_string(),
    }
}

fn words(key: &str) -> String {
    key.replace('_', " ")
}

/// A text that is nothing but text, wherever in the page it stands. What a browser would take for the end of something,
/// or what turns the direction of other texts, does not come through.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '`' => out.push_str("&#96;"),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            '\n' | '\t' => out.push(c),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The tags of a page, in their order, without what stands between them.
    fn tags(page: &str) -> Vec<String> {
        page.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn x_10_nothing_that_people_wrote_becomes_markup() {
        let payloads = [
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(1)>",
            "'-alert(1)-'",
            "</td></table><svg/onload=alert(1)>",
            "</style><script>alert(1)</script>",
            "<!--",
            "]]><a href=javascript:alert(1)>",
            "&lt;script&gt;",
            "\u{0}<\u{0}script>",
            "\u{202e}gpj.exe",
        ];
        let harmless = json!({ "controller": "x", "reference": "C-1", "made_at": "2026", "left_out": [],
            "sections": { "profile": { "name": "x" }, "attributes": [{ "label": "x", "value": ["x", 1] }],
                "conversations": [{ "subject": "x", "fields": { "x": "x" }, "messages": [{ "text": "x", "files": ["x"] }] }] } });
        let expected = tags(&page(&harmless));
        for payload in payloads {
            let bad = json!({ "controller": payload, "reference": payload, "made_at": payload, "left_out": [],
                "sections": { "profile": { "name": payload }, "attributes": [{ "label": payload, "value": [payload, 1] }],
                    "conversations": [{ "subject": payload, "fields": { payload: payload },
                        "messages": [{ "text": payload, "files": [payload] }] }] } });
            let page = page(&bad);
            assert_eq!(tags(&page), expected, "{payload}");
            assert!(!page.contains('\u{202e}') && !page.contains('\u{0}'));
        }
        assert!(page(&harmless).contains("default-src 'none'"));
    }

    #[test]
    fn contents_of_files_stay_in_the_json_file_and_emptiness_is_said() {
        let document =
            json!({ "sections": { "files": [{ "name": "a.pdf", "content_base64": "QUJD" }], "codes": [] } });
        let page = page(&document);
        assert!(page.contains("a.pdf") && !page.contains("QUJD"));
        assert!(page.contains("<p>Nothing.</p>"));
    }
}
