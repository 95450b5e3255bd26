//! What a caller hears: recordings, sentences, digits one by one.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::template::Template;
use crate::variable::{Class, Variables};

/// Most pieces of what is played at one place.
pub const PIECES_MAX: usize = 20;
/// How much of a sentence a transcript tells, in characters.
const SOURCE_CHARS_MAX: usize = 200;
/// Longest sentence that is spoken, in characters, with its variables filled in; the rest is left out.
pub const SAY_CHARS_MAX: usize = 2_000;

/// One piece, as the flow has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prompt {
    /// A recording.
    Recorded {
        /// Its id, `prm_…`.
        prompt: String,
    },
    /// A sentence, spoken.
    Say {
        /// With variables.
        say: Template,
        /// In which language, such as `sv`; none: the workspace's.
        language: Option<String>,
    },
    /// Digits, each spoken by itself.
    Digits {
        /// With variables.
        digits: Template,
        /// In which language; none: the workspace's.
        language: Option<String>,
    },
}

/// What is played at one place: no, one or several pieces, in turn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prompts(pub Vec<Prompt>);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prompt: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    say: Option<Template>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    digits: Option<Template>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<String>,
}

impl Prompt {
    /// A sentence.
    pub fn say(text: &str) -> Self {
        Self::Say { say: Template::parse(text), language: None }
    }

    /// The texts with variables in it.
    pub fn template(&self) -> Option<&Template> {
        match self {
            Self::Recorded { .. } => None,
            Self::Say { say, .. } => Some(say),
            Self::Digits { digits, .. } => Some(digits),
        }
    }

    fn read(written: Written) -> Result<Self, &'static str> {
        match written {
            Written { prompt: Some(prompt), say: None, digits: None, language: None } => {
                let is_id = prompt.starts_with("prm_") && prompt.len() <= 64;
                if is_id { Ok(Self::Recorded { prompt }) } else { Err("the id of a prompt begins with prm_") }
            }
            Written { prompt: None, say: Some(say), digits: None, language } => {
                checked(language).map(|language| Self::Say { say, language })
            }
            Written { prompt: None, say: None, digits: Some(digits), language } => {
                checked(language).map(|language| Self::Digits { digits, language })
            }
            _ => Err("one of prompt, say (with language) and digits (with language) is expected"),
        }
    }

    fn written(&self) -> Written {
        let empty = Written { prompt: None, say: None, digits: None, language: None };
        match self.clone() {
            Self::Recorded { prompt } => Written { prompt: Some(prompt), ..empty },
            Self::Say { say, language } => Written { say: Some(say), language, ..empty },
            Self::Digits { digits, language } => Written { digits: Some(digits), language, ..empty },
        }
    }
}

/// A language tag by its form (BCP 47): letters, digits and hyphens.
fn checked(language: Option<String>) -> Result<Option<String>, &'static str> {
    let is_tag = |tag: &String| {
        (2..=35).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if language.as_ref().is_none_or(is_tag) {
        Ok(language)
    } else {
        Err("a language is a tag such as sv or pt-BR")
    }
}

impl<'de> Deserialize<'de> for Prompts {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let pieces = match Value::deserialize(from)? {
            Value::Array(pieces) => pieces,
            one => vec![one],
        };
        if pieces.len() > PIECES_MAX {
            return Err(D::Error::custom("at most 20 pieces are played at one place"));
        }
        let piece = |value| {
            let written: Written = serde_json::from_value(value).map_err(D::Error::custom)?;
            Prompt::read(written).map_err(D::Error::custom)
        };
        pieces.into_iter().map(piece).collect::<Result<_, _>>().map(Self)
    }
}

impl Serialize for Prompts {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => one.written().serialize(to),
            pieces => to.collect_seq(pieces.iter().map(Prompt::written)),
        }
    }
}

impl Prompts {
    /// Whether nothing is played.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What the caller hears now, with the variables as they are.
    pub fn fill(&self, variables: &Variables) -> Vec<Spoken> {
        let fill = |prompt: &Prompt| match prompt {
            Prompt::Recorded { prompt } => Spoken::Recorded { prompt: prompt.clone() },
            Prompt::Say { say, language } => {
                Spoken::Say { text: Filled::new(say, variables), language: language.clone() }
            }
            Prompt::Digits { digits, language } => {
                let text = Filled::new(digits, variables);
                let kept: String = text.0.chars().filter(|c| c.is_ascii_digit()).take(64).collect();
                Spoken::Digits { digits: Filled(kept), language: language.clone() }
            }
        };
        self.0.iter().map(fill).filter(|spoken| !spoken.is_empty()).collect()
    }

    /// How the pieces read in a transcript: ids and texts as the flow has them, without values, and their beginnings.
    pub fn sources(&self) -> Vec<String> {
        let source = |prompt: &Prompt| match prompt {
            Prompt::Recorded { prompt } => prompt.clone(),
            Prompt::Say { say, .. } => say.source().chars().take(SOURCE_CHARS_MAX).collect(),
            Prompt::Digits { digits, .. } => digits.source().chars().take(SOURCE_CHARS_MAX).collect(),
        };
        self.0.iter().map(source).collect()
    }
}

/// A text with values of a call in it: personal, but never secret. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Filled(String);

impl Filled {
    /// A template with its values. Secrets are left out: they are neither spoken nor sent (I-3).
    pub fn new(template: &Template, variables: &Variables) -> Self {
        let put = |path: &str, text: &mut String| {
            if variables.find(path).is_some_and(|(class, _)| class != Class::Secret) {
                text.push_str(&variables.text(path).unwrap_or_default());
            }
            Ok::<(), std::convert::Infallible>(())
        };
        let text = template.render(put).unwrap_or_default();
        // What comes from outside (a caller's name, an answer) is heard, not obeyed: no control characters.
        let heard = text.chars().map(|c| if c.is_control() { ' ' } else { c });
        Self(heard.take(SAY_CHARS_MAX).collect())
    }

    /// A text of our own.
    pub fn fixed(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text, for the caller's ear or the message that is sent to them.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Filled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("••••")
    }
}

/// One piece that is played now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spoken {
    /// A recording.
    Recorded {
        /// Its id, `prm_…`.
        prompt: String,
    },
    /// A sentence.
    Say {
        /// What is said.
        text: Filled,
        /// In which language; none: the workspace's.
        language: Option<String>,
    },
    /// Digits, each by itself.
    Digits {
        /// `0` to `9` only.
        digits: Filled,
        /// In which language; none: the workspace's.
        language: Option<String>,
    },
}

impl Spoken {
    fn is_empty(&self) -> bool {
        match self {
            Self::Recorded { .. } => false,
            Self::Say { text, .. } => text.as_str().trim().is_empty(),
            Self::Digits { digits, .. } => digits.as_str().is_empty(),
        }
    }

    /// Its language, if it says one.
    pub fn language(&self) -> Option<&str> {
        match self {
            Self::Recorded { .. } => None,
            Self::Say { language, .. } | Self::Digits { language, .. } => language.as_deref(),
        }
    }
}

/// Whether a template has only what a call can be passed on to: a number (spaces, hyphens and brackets are taken out)
/// or a SIP address. `None`: neither, so that nothing a caller or an answer says becomes a command of a provider.
pub(crate) fn target(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some((scheme, rest)) = text.split_once(':') {
        let is_sip = scheme.eq_ignore_ascii_case("sip") || scheme.eq_ignore_ascii_case("sips");
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.!~*'()&=+$,;/@:%[]".contains(&b);
        let is_address = !rest.is_empty() && rest.len() <= 255 && rest.bytes().all(is_plain);
        return (is_sip && is_address).then(|| format!("{}:{rest}", scheme.to_ascii_lowercase()));
    }
    let number: String =
        text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.' | '\u{a0}')).collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    let is_number = (2..=20).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then_some(number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> Result<Prompts, String> {
        serde_json::from_value(value).map_err(|problem: serde_json::Error| problem.to_string())
    }

    #[test]
    fn one_piece_or_a_list() {
        let one = json!({"prompt": "prm_1"});
        assert_eq!(serde_json::to_value(read(one.clone()).unwrap()).unwrap(), one);
        let list = json!([{"say": "Hej {name}", "language": "sv"}, {"digits": "{accountNumber}"}]);
        assert_eq!(serde_json::to_value(read(list.clone()).unwrap()).unwrap(), list);
        for bad in [
            json!({}),
            json!({"prompt": "prm_1", "say": "x"}),
            json!({"prompt": "1"}),
            json!({"say": "x", "voice": "y"}),
            json!({"say": "x", "language": "../x"}),
            json!("prm_1"),
            json!(vec![json!({"say": "x"}); 21]),
        ] {
            assert!(read(bad.clone()).is_err(), "{bad}");
        }
    }

    #[test]
    fn i_3_a_secret_is_never_spoken() {
        let mut variables = Variables::default();
        variables.set("pin", Class::Secret, "4711").unwrap();
        variables.set("name", Class::Personal, "Jane\r\nDoe").unwrap();
        let prompts = read(json!([{"say": "{name} {pin}."}, {"digits": "{pin}"}])).unwrap();
        let spoken = prompts.fill(&variables);
        let [Spoken::Say { text, .. }] = spoken.as_slice() else { panic!("{spoken:?}") };
        assert_eq!(text.as_str(), "Jane  Doe .");
        assert!(!format!("{spoken:?}").contains("Jane"));
    }

    #[test]
    fn calls_are_passed_on_to_numbers_and_sip_addresses_only() {
        for (text, wanted) in [
            ("+46 70-617 07 86", "+46706170786"),
            ("112", "112"),
            ("SIP:desk@pbx.example", "sip:desk@pbx.example"),
            ("sip:desk@[2001:db8::1]:5061", "sip:desk@[2001:db8::1]:5061"),
        ] {
            assert_eq!(target(text).as_deref(), Some(wanted));
        }
        for bad in
            ["", "+", "1", "abc", "sip:", "http://a.example", "+46<Dial>", "sip:a@b\r\nX: y", "sip:a b"]
        {
            assert_eq!(target(bad), None, "{bad}");
        }
    }
}
