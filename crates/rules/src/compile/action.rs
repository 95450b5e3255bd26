//! Actions, checked against the workspace, their texts parsed.

use countersign_types::attribute::AttributeType;
use countersign_types::{GroupId, UserId};

use super::change::fits;
use super::label::LABEL_MAX;
use crate::action::{Action, HEADERS_MAX, NAMED_MAX, Settable, TEXT_MAX, VARIANTS_MAX};
use crate::finding::Problem;
use crate::schema::Schema;
use crate::variable::{Part, Text};

/// An action with its texts parsed.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    action: Action,
    texts: Vec<Text>,
    subject: Option<Text>,
    request: Option<Request>,
}

/// The parts of a webhook, parsed.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The address; percent-encode what is put in.
    pub url: Text,
    /// Headers; refuse values with line ends.
    pub headers: Vec<(String, Text)>,
    /// The body; escape what is put in for a JSON string.
    pub body: Option<Text>,
}

impl Step {
    /// What to do.
    pub fn action(&self) -> &Action {
        &self.action
    }

    /// The texts one of which is sent; of a note or a notice the only one.
    pub fn texts(&self) -> &[Text] {
        &self.texts
    }

    /// The subject of an e-mail.
    pub fn subject(&self) -> Option<&Text> {
        self.subject.as_ref()
    }

    /// The call of a webhook.
    pub fn request(&self) -> Option<&Request> {
        self.request.as_ref()
    }

    pub(crate) fn is_stop(&self) -> bool {
        matches!(self.action, Action::Stop {})
    }

    pub(super) fn compile(action: &Action, schema: &Schema) -> Result<Self, Problem> {
        let mut step = Self { action: action.clone(), texts: Vec::new(), subject: None, request: None };
        match action {
            Action::SendMessage { texts } | Action::AskForCode { texts } => {
                step.texts = variants(texts, schema)?
            }
            Action::EmailCustomer { subject, texts } => {
                step.texts = variants(texts, schema)?;
                step.subject = Some(text("/subject", subject, schema)?);
            }
            Action::Note { text: note } => step.texts = vec![text("/text", note, schema)?],
            Action::Notify { people, groups, text: notice } => {
                step.texts = vec![text("/text", notice, schema)?];
                check_named(people, groups, schema)?;
            }
            Action::AssignAgent { agent } => known("/agent", schema.users.contains(agent), "user", agent)?,
            Action::AssignGroup { group } | Action::AssignRoundRobin { group } => {
                known("/group", schema.groups.contains(group), "group", group)?;
            }
            Action::AddLabels { labels } | Action::RemoveLabels { labels } => check_labels(labels)?,
            Action::SetAttribute { field, value } => check_value(field, value, schema)?,
            Action::Webhook { url, headers, body, .. } => {
                step.request = Some(Request::compile(url, headers, body.as_deref(), schema)?);
            }
            Action::EndChat { .. }
            | Action::SetStatus { .. }
            | Action::Unassign {}
            | Action::SetPriority { .. }
            | Action::Stop {} => {}
        }
        Ok(step)
    }
}

impl Request {
    fn compile(
        url: &str,
        headers: &std::collections::BTreeMap<String, String>,
        body: Option<&str>,
        schema: &Schema,
    ) -> Result<Self, Problem> {
        let url = text("/url", url, schema)?;
        if !is_address(&url) {
            let what = "This is no address that a rule can call.";
            let hint = "Begin with `https://` and a host; variables may stand behind the host only, and no user name or password.";
            return Err(Problem::new("/url", "wrong-url", what, hint));
        }
        if headers.len() > HEADERS_MAX {
            let what = format!("There are more than {HEADERS_MAX} headers.");
            return Err(Problem::new("/headers", "too-many", what, "Take some out."));
        }
        let mut parsed = Vec::new();
        for (name, value) in headers {
            let place = format!("/headers/{}", name.replace('~', "~0").replace('/', "~1"));
            let is_name =
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
            let is_ours = ["host", "content-length", "transfer-encoding", "connection"]
                .contains(&name.to_ascii_lowercase().as_str());
            if !is_name || is_ours || value.contains(['\r', '\n']) {
                let what = format!("The header `{}` cannot be set.", name.escape_debug());
                return Err(Problem::new(
                    place,
                    "wrong-header",
                    what,
                    "Use letters, digits and `-`; the host and the length are set for you.",
                ));
            }
            parsed.push((name.clone(), text(&place, value, schema)?));
        }
        let body = body.map(|body| text("/body", body, schema)).transpose()?;
        Ok(Self { url, headers: parsed, body })
    }
}

/// Whether scheme and host are fixed, and there is no user in it.
fn is_address(url: &Text) -> bool {
    let [Part::Plain(begin), more @ ..] = url.parts() else { return false };
    let Some(rest) = begin.strip_prefix("https://").or_else(|| begin.strip_prefix("http://")) else {
        return false;
    };
    let end = rest.find(['/', '?', '#', '\\']);
    let host = &rest[..end.unwrap_or(rest.len())];
    let is_host =
        !host.is_empty() && !host.contains(|c: char| c == '@' || c.is_whitespace() || c.is_control());
    is_host && (end.is_some() || more.is_empty())
}

fn variants(texts: &[String], schema: &Schema) -> Result<Vec<Text>, Problem> {
    if texts.is_empty() {
        return Err(Problem::new("/texts", "no-text", "There is no text.", "Write one."));
    }
    if texts.len() > VARIANTS_MAX {
        let what = format!("There are {} variants; {VARIANTS_MAX} are the most.", texts.len());
        return Err(Problem::new("/texts", "too-many", what, "Take some out."));
    }
    texts.iter().enumerate().map(|(at, t)| text(&format!("/texts/{at}"), t, schema)).collect()
}

fn text(place: &str, words: &str, schema: &Schema) -> Result<Text, Problem> {
    if words.trim().is_empty() {
        return Err(Problem::new(
            place,
            "no-text",
            "The text is empty.",
            "Write one, or take the action out.",
        ));
    }
    if words.chars().count() > TEXT_MAX {
        let what = format!("The text is longer than {TEXT_MAX} characters.");
        return Err(Problem::new(place, "too-long", what, "Shorten it."));
    }
    let text = Text::parse(words).map_err(|problem| problem.below(place))?;
    text.check(schema).map_err(|problem| problem.below(place))?;
    Ok(text)
}

fn known(place: &str, is_known: bool, what: &str, id: impl std::fmt::Display) -> Result<(), Problem> {
    if is_known {
        return Ok(());
    }
    let said = format!("There is no {what} `{id}`; it may have been deleted.");
    Err(Problem::new(place, "unknown-id", said, "Choose one that is there."))
}

fn check_named(people: &[UserId], groups: &[GroupId], schema: &Schema) -> Result<(), Problem> {
    if people.is_empty() && groups.is_empty() {
        return Err(Problem::new("/people", "no-value", "Nobody would be told.", "Name people or groups."));
    }
    if people.len() + groups.len() > NAMED_MAX {
        let what = format!("More than {NAMED_MAX} people and groups are named.");
        return Err(Problem::new("/people", "too-many", what, "Name a group instead of its people."));
    }
    for (at, id) in people.iter().enumerate() {
        known(&format!("/people/{at}"), schema.users.contains(id), "user", id)?;
    }
    for (at, id) in groups.iter().enumerate() {
        known(&format!("/groups/{at}"), schema.groups.contains(id), "group", id)?;
    }
    Ok(())
}

fn check_labels(labels: &[String]) -> Result<(), Problem> {
    if labels.is_empty() || labels.len() > NAMED_MAX {
        let what = format!("An action names 1 to {NAMED_MAX} labels.");
        return Err(Problem::new("/labels", "wrong-value", what, "Name the labels."));
    }
    match labels.iter().position(|l| l.trim().is_empty() || l.chars().count() > LABEL_MAX) {
        Some(at) => {
            let what = format!("A label has 1 to {LABEL_MAX} characters.");
            Err(Problem::new(format!("/labels/{at}"), "wrong-value", what, "Correct it."))
        }
        None => Ok(()),
    }
}

fn check_value(field: &Settable, value: &serde_json::Value, schema: &Schema) -> Result<(), Problem> {
    let definition = schema.attribute(field.level, &field.key);
    let definition =
        definition.ok_or_else(|| schema.no_attribute(field.level, &field.key).below("/field"))?;
    if !fits(definition.r#type, value) {
        let what = format!("The value does not fit `{field}`, which is a {}.", definition.r#type.as_str());
        return Err(Problem::new(
            "/value",
            "wrong-value",
            what,
            "Give a value of that type, or `null` to clear it.",
        ));
    }
    let option = value.as_str().filter(|_| definition.r#type == AttributeType::Dropdown);
    if let Some(option) = option
        && !definition.options.iter().any(|o| o.value == option && !o.is_retired)
    {
        let choices: Vec<&str> =
            definition.options.iter().filter(|o| !o.is_retired).map(|o| o.value.as_str()).collect();
        let what = format!("`{option}` is no option of `{field}` that can be chosen.");
        return Err(Problem::new(
            "/value",
            "unknown-option",
            what,
            format!("Give {}.", super::word::one_of(&choices)),
        ));
    }
    if value.as_str().is_some_and(|text| text.chars().count() > TEXT_MAX) {
        return Err(Problem::new(
            "/value",
            "too-long",
            format!("The value is longer than {TEXT_MAX} characters."),
            "Shorten it.",
        ));
    }
    Ok(())
}
