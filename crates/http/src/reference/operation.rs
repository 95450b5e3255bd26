//! One operation on the page: what it takes, what it answers, how it is called.

use serde_json::Value;

use super::schema::{self, example, table, words};
use super::{escape, prose};

/// An operation of the document.
pub(super) struct Operation<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) body: &'a Value,
}

impl Operation<'_> {
    pub(super) fn id(&self) -> String {
        self.body["operationId"].as_str().map_or_else(
            || format!("{}-{}", self.method, self.path.replace(['/', '{', '}'], "-")),
            ToOwned::to_owned,
        )
    }

    /// `list_channels` → `List channels`
    pub(super) fn title(&self) -> String {
        let words = self.id().replace('_', " ");
        let mut letters = words.chars();
        let text: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
        super::initials(&text)
    }

    pub(super) fn render(&self, document: &Value) -> String {
        let id = escape(&self.id());
        let text = [&self.body["summary"], &self.body["description"]].map(|v| v.as_str().unwrap_or_default());
        let text = if text[1].starts_with(text[0]) { text[1].to_owned() } else { text.join("\n\n") };
        let mut out = format!(
            "<article class=\"operation\" id=\"{id}\"><h3><a href=\"#{id}\">{}</a></h3>\
             <p class=\"line\"><span class=\"method {}\">{}</span> <code>{}</code></p><p>{}</p>",
            escape(&self.title()),
            escape(self.method),
            escape(&self.method.to_uppercase()),
            escape(self.path),
            prose(text.trim()),
        );
        out.push_str(&self.parameters());
        let content = content(&self.body["requestBody"]);
        if let Some((_, media)) = content {
            out.push_str("<h4>Body</h4>");
            out.push_str(&table(document, &media["schema"]));
        }
        out.push_str(&self.answers(document));
        out.push_str(&format!(
            "<div class=\"example\"><button type=\"button\" class=\"copy\">Copy</button><pre tabindex=\"0\"><code>{}</code></pre></div>",
            escape(&self.curl(document, content.map(|(_, media)| &media["schema"])))
        ));
        out.push_str("</article>");
        out
    }

    fn parameters(&self) -> String {
        let Some(list) = self.body["parameters"].as_array().filter(|list| !list.is_empty()) else {
            return String::new();
        };
        let mut out =
            "<h4>Parameters</h4><table><thead><tr><th>Name<th>Type<th>Meaning</thead><tbody>".to_owned();
        for parameter in list {
            let place = parameter["in"].as_str().unwrap_or_default();
            let need = if parameter["required"] == true { "" } else { " <i>optional</i>" };
            out.push_str(&format!(
                "<tr><td><code>{}</code> <small>{}</small>{need}<td>{}<td>{}",
                escape(parameter["name"].as_str().unwrap_or_default()),
                escape(place),
                words(&parameter["schema"]),
                prose(parameter["description"].as_str().unwrap_or_default()),
            ));
        }
        out.push_str("</tbody></table>");
        out
    }

    /// Successes in full; refusals, which look alike everywhere, by their status.
    fn answers(&self, document: &Value) -> String {
        let Some(responses) = self.body["responses"].as_object() else { return String::new() };
        let mut out = "<h4>Answers</h4>".to_owned();
        let mut refusals = Vec::new();
        for (status, response) in responses {
            let meaning = response["description"].as_str().unwrap_or_default();
            if status.as_str() >= "400" {
                refusals.push(format!("<abbr title=\"{}\">{}</abbr>", escape(meaning), escape(status)));
                continue;
            }
            out.push_str(&format!("<p><b class=\"status\">{}</b> {}</p>", escape(status), prose(meaning)));
            if let Some((kind, media)) = content(response) {
                out.push_str(&match kind {
                    "application/json" => table(document, &media["schema"]),
                    other => format!("<p><code>{}</code></p>", escape(other)),
                });
            }
        }
        if !refusals.is_empty() {
            out.push_str(&format!(
                "<p class=\"refusals\">Or a <a href=\"#errors\">problem</a>: {}</p>",
                refusals.join(" ")
            ));
        }
        out
    }

    fn curl(&self, document: &Value, body: Option<&Value>) -> String {
        let method = self.method.to_uppercase();
        let mut line = "curl".to_owned();
        if method != "GET" {
            line.push_str(&format!(" -X {method}"));
        }
        line.push_str(&format!(" \"$COUNTERSIGN{}\"", self.path));
        if self.body["security"].as_array().is_some_and(|list| !list.is_empty()) {
            line.push_str(" \\\n  -H \"Authorization: Bearer $API_KEY\"");
        }
        if let Some(body) = body {
            let text = serde_json::to_string_pretty(&example(document, body, 0)).unwrap_or_default();
            line.push_str(" \\\n  -H \"Content-Type: application/json\" \\\n  -d '");
            line.push_str(&text.replace('\'', "'\\''"));
            line.push('\'');
        }
        line
    }
}

/// The first kind of content, JSON if there is any.
fn content(of: &Value) -> Option<(&str, &Value)> {
    let content = of["content"].as_object()?;
    let (kind, media) = content.get_key_value("application/json").or_else(|| content.iter().next())?;
    Some((kind.as_str(), media))
}

/// A named schema on the page.
pub(super) fn named_schema(document: &Value, name: &str, body: &Value) -> String {
    let name = escape(name);
    format!(
        "<article class=\"schema\" id=\"schema-{name}\"><h3><a href=\"#schema-{name}\">{name}</a></h3><p>{}</p>{}</article>",
        prose(body["description"].as_str().unwrap_or_default()),
        schema::table(document, body)
    )
}
