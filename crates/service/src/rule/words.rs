//! Texts of rules for those who read them: the customer they are about, the team, another program.

use countersign_masking::{render, render_attribute};
use countersign_rules::variable::{CaseVariable, ProfileVariable, Text, Variable};
use countersign_store::case::CaseRow;
use countersign_types::attribute::{Attribute, AttributeLevel, AttributeType};
use countersign_types::pii::{FreeText, Kind, Pii, Purpose, Viewer};
use countersign_types::profile::Profile;
use countersign_types::{Assurance, Role};
use serde_json::Value as Json;

use super::run::{Held, Run};
use crate::snapshot::Snapshot;

/// What variables are looked up in, borrowed for one text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) row: &'a CaseRow,
    /// The profile and the values of its attributes, where something asked for them.
    pub(super) person: Option<&'a Profile>,
    pub(super) values: &'a [Held],
    /// What `{message.text}` says.
    pub(super) said: Option<&'a Pii<FreeText>>,
}

impl<'a> From<&'a Run<'_>> for Facts<'a> {
    fn from(run: &'a Run<'_>) -> Self {
        Self {
            snapshot: run.snapshot,
            row: run.row,
            person: run.person.as_ref(),
            values: run.values.as_deref().unwrap_or_default(),
            said: run.message.map(|message| &message.text),
        }
    }
}

/// Who reads a text.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reader {
    /// The customer: their own values as they are.
    Customer,
    /// The team: as an agent may see them, whoever reads it later.
    Team,
    /// The company's own program, to which an administrator sends them.
    Program,
    /// Somebody who sends it on to the customer: what they see masked is not there for them.
    Sender(Viewer),
}

/// A value that is there, and that the reader may not see.
#[derive(Debug)]
struct Hidden;

/// Characters of a text that a rule sends or notes at most, as of every message: values could make it longer.
const TEXT_CHARS_MAX: usize = crate::message::TEXT_CHARS_MAX;

/// A text for a person, cut where it is longer than a message may be.
pub(super) fn written(run: &Run<'_>, text: &Text, reader: Reader) -> String {
    cut(rendered(run, text, reader, plain))
}

/// A text for somebody who sends it on, and the variables that were left out because they see them masked: there stands
/// what is written behind `|`.
pub(super) fn for_sender(facts: &Facts<'_>, text: &Text, viewer: Viewer) -> (String, Vec<String>) {
    let mut left_out = Vec::new();
    let words = text.render(|variable| match value(facts, variable, Reader::Sender(viewer)) {
        Ok(value) => value,
        Err(Hidden) => {
            let word = variable.word();
            if !left_out.contains(&word) {
                left_out.push(word);
            }
            None
        }
    });
    (cut(words), left_out)
}

/// No longer than a message may be.
fn cut(mut words: String) -> String {
    if let Some((end, _)) = words.char_indices().nth(TEXT_CHARS_MAX) {
        words.truncate(end);
    }
    words
}

/// Puts a text together. `encode` makes a value fit the place.
pub(super) fn rendered(run: &Run<'_>, text: &Text, reader: Reader, encode: fn(&str) -> String) -> String {
    let facts = Facts::from(run);
    text.render(|variable| value(&facts, variable, reader).ok().flatten().map(|value| encode(&value)))
}

/// As it is.
fn plain(value: &str) -> String {
    value.to_owned()
}

/// For a part of a URL.
pub(super) fn percent_encoded(value: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// For the inside of a JSON string.
pub(super) fn json_escaped(value: &str) -> String {
    let quoted = Json::from(value).to_string();
    quoted.get(1..quoted.len() - 1).unwrap_or_default().to_owned()
}

/// For a header: one line of what headers may hold.
pub(super) fn header_safe(value: &str) -> String {
    value.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '?' }).collect()
}

fn value(facts: &Facts<'_>, variable: &Variable, reader: Reader) -> Result<Option<String>, Hidden> {
    let team = facts.snapshot.masking.viewer(Role::Agent);
    let (row, person) = (facts.row, facts.person);
    match variable {
        Variable::Profile(field) => match field {
            ProfileVariable::Name => shown(row.profile.name.as_ref(), reader, &team),
            ProfileVariable::Email => shown(person.and_then(|p| p.email.as_ref()), reader, &team),
            ProfileVariable::Phone => shown(person.and_then(|p| p.phone.as_ref()), reader, &team),
            ProfileVariable::ExternalId => shown(person.and_then(|p| p.external_id.as_ref()), reader, &team),
            ProfileVariable::Reference => Ok(Some(format!("C-{}", row.profile.number))),
            ProfileVariable::Language => Ok(person.and_then(|p| p.language.clone())),
            ProfileVariable::Assurance => {
                let level = row.link.as_ref().map_or(Assurance::Al0, |(_, evidence)| evidence.assurance);
                Ok(Some(level.label().to_owned()))
            }
        },
        Variable::Case(field) => Ok(of_case(facts, *field)),
        Variable::Message(_) => shown(facts.said, reader, &team),
        Variable::Workspace(_) => Ok(Some(facts.snapshot.workspace.name.clone())),
        Variable::Attribute(level, key) => {
            let Some(attribute) = facts.snapshot.attribute_by_key(*level, key) else { return Ok(None) };
            let value = match level {
                AttributeLevel::Case => row.case.attributes.get(key),
                AttributeLevel::Profile => {
                    facts.values.iter().find(|held| held.key == *key).map(|h| &h.value)
                }
            };
            let Some(text) = value.and_then(|value| in_words(attribute, value)) else { return Ok(None) };
            let viewer = match reader {
                Reader::Customer | Reader::Program => return Ok(Some(text)),
                Reader::Team => team,
                Reader::Sender(viewer) => viewer,
            };
            let rendered = render_attribute(&Pii::new(text), Some(attribute), &viewer);
            match reader {
                Reader::Sender(_) if rendered.is_masked => Err(Hidden),
                _ => Ok(Some(rendered.text)),
            }
        }
    }
}

fn of_case(facts: &Facts<'_>, field: CaseVariable) -> Option<String> {
    let case = &facts.row.case;
    Some(match field {
        CaseVariable::Id => case.id.to_string(),
        CaseVariable::Number => case.number.to_string(),
        CaseVariable::Status => case.status.as_str().to_owned(),
        CaseVariable::Priority => case.priority.as_str().to_owned(),
        CaseVariable::Channel => facts.snapshot.channels.get(&case.channel)?.channel.name.clone(),
        CaseVariable::Assignee => facts.row.assignee_name.clone()?,
        CaseVariable::Group => {
            let group = facts.snapshot.groups.iter().find(|entry| Some(entry.id) == case.group)?;
            group.name.clone()
        }
    })
}

fn shown<K: Kind>(value: Option<&Pii<K>>, reader: Reader, team: &Viewer) -> Result<Option<String>, Hidden> {
    let Some(value) = value else { return Ok(None) };
    match reader {
        Reader::Team => Ok(Some(render(value, team).text)),
        Reader::Customer | Reader::Program => Ok(Some(value.plain(Purpose::Deliver).to_owned())),
        Reader::Sender(viewer) => {
            let rendered = render(value, &viewer);
            if rendered.is_masked { Err(Hidden) } else { Ok(Some(rendered.text)) }
        }
    }
}

/// A value as people read it: the label of an option, not its stored word.
fn in_words(attribute: &Attribute, value: &Json) -> Option<String> {
    match value {
        Json::Null => None,
        Json::String(text) if attribute.r#type == AttributeType::Dropdown => {
            let option = attribute.options.iter().find(|option| option.value == *text);
            Some(option.map_or_else(|| text.clone(), |option| option.label.clone()))
        }
        Json::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_encoded_for_their_place() {
        assert_eq!(percent_encoded("a b/ä?&#"), "a%20b%2F%C3%A4%3F%26%23");
        assert_eq!(json_escaped("say \"hi\"\n\\"), "say \\\"hi\\\"\\n\\\\");
        assert_eq!(header_safe("a\r\nX-Evil: 1 ä"), "a??X-Evil: 1 ?");
    }
}
