//! Texts of rules for those who read them: the customer they are about, the team, another program.

use countersign_masking::render;
use countersign_rules::variable::{CaseVariable, ProfileVariable, Text, Variable};
use countersign_types::attribute::{Attribute, AttributeLevel, AttributeType, PiiClass};
use countersign_types::pii::{Kind, Pii, Purpose, Viewer};
use countersign_types::{Assurance, Role};
use serde_json::Value as Json;

use super::run::Run;

/// Who reads a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// The customer: their own values as they are.
    Customer,
    /// The team: as an agent may see them, whoever reads it later.
    Team,
    /// The company's own program, to which an administrator sends them.
    Program,
}

/// Characters of a text that a rule sends or notes at most, as of every message: values could make it longer.
const TEXT_CHARS_MAX: usize = crate::message::TEXT_CHARS_MAX;

/// A text for a person, cut where it is longer than a message may be.
pub(super) fn written(run: &Run<'_>, text: &Text, reader: Reader) -> String {
    let mut words = rendered(run, text, reader, plain);
    if let Some((end, _)) = words.char_indices().nth(TEXT_CHARS_MAX) {
        words.truncate(end);
    }
    words
}

/// Puts a text together. `encode` makes a value fit the place.
pub(super) fn rendered(run: &Run<'_>, text: &Text, reader: Reader, encode: fn(&str) -> String) -> String {
    text.render(|variable| value(run, variable, reader).map(|value| encode(&value)))
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

fn value(run: &Run<'_>, variable: &Variable, reader: Reader) -> Option<String> {
    let viewer = run.snapshot.masking.viewer(Role::Agent);
    let (row, case) = (&*run.row, &run.row.case);
    let person = run.person.as_ref();
    match variable {
        Variable::Profile(field) => match field {
            ProfileVariable::Name => shown(row.profile.name.as_ref(), reader, &viewer),
            ProfileVariable::Email => shown(person?.email.as_ref(), reader, &viewer),
            ProfileVariable::Phone => shown(person?.phone.as_ref(), reader, &viewer),
            ProfileVariable::ExternalId => shown(person?.external_id.as_ref(), reader, &viewer),
            ProfileVariable::Reference => Some(format!("C-{}", row.profile.number)),
            ProfileVariable::Language => person?.language.clone(),
            ProfileVariable::Assurance => {
                let level = row.link.as_ref().map_or(Assurance::Al0, |(_, evidence)| evidence.assurance);
                Some(level.label().to_owned())
            }
        },
        Variable::Case(field) => Some(match field {
            CaseVariable::Id => case.id.to_string(),
            CaseVariable::Number => case.number.to_string(),
            CaseVariable::Status => case.status.as_str().to_owned(),
            CaseVariable::Priority => case.priority.as_str().to_owned(),
            CaseVariable::Channel => run.snapshot.channels.get(&case.channel)?.channel.name.clone(),
            CaseVariable::Assignee => row.assignee_name.clone()?,
            CaseVariable::Group => run.group_name()?,
        }),
        Variable::Message(_) => shown(run.message.map(|m| &m.text), reader, &viewer),
        Variable::Workspace(_) => Some(run.snapshot.workspace.name.clone()),
        Variable::Attribute(level, key) => {
            let attribute = run.snapshot.attribute_by_key(*level, key)?;
            let value = match level {
                AttributeLevel::Case => case.attributes.get(key)?,
                AttributeLevel::Profile => &run.values.as_ref()?.iter().find(|held| held.key == *key)?.value,
            };
            let text = in_words(attribute, value)?;
            match attribute.pii {
                PiiClass::None => Some(text),
                PiiClass::Personal | PiiClass::Sensitive => {
                    shown(Some(&Pii::<countersign_types::pii::Attribute>::new(text)), reader, &viewer)
                }
            }
        }
    }
}

fn shown<K: Kind>(value: Option<&Pii<K>>, reader: Reader, viewer: &Viewer) -> Option<String> {
    let value = value?;
    Some(match reader {
        Reader::Team => render(value, viewer).text,
        Reader::Customer | Reader::Program => value.plain(Purpose::Deliver).to_owned(),
    })
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
