//! Texts with variables: `Hello {profile.name|there}`.
//!
//! Parsed when rules are compiled. A value never passes through this crate: [`Text::parts`] names what is wanted, and
//! the service puts the value in for the one who reads it, masked or encoded as the place needs.
//!
//! `{{` and `}}` stand for single braces. Behind `|` stands what is written when there is no value.
//!
//! ```
//! use countersign_rules::variable::{Part, Text, Variable};
//! let text = Text::parse("Hello {profile.name|there}, {{1}}").unwrap();
//! let out = text.render(|variable| match variable {
//!     Variable::Profile(field) if field.as_str() == "name" => None,
//!     _ => Some("?".to_owned()),
//! });
//! assert_eq!(out, "Hello there, {1}");
//! assert!(Text::parse("Hello {profile.nam}").is_err());
//! ```

use countersign_types::attribute::AttributeLevel;

use crate::finding::Problem;
use crate::schema::Schema;

macro_rules! fields {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word behind the dot.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|f| f.as_str() == text)
            }
        }
    };
}

fields! {
    /// What can be said of the profile.
    ProfileVariable {
        /// Name. Personal.
        Name = "name",
        /// E-mail address. Personal.
        Email = "email",
        /// Phone number. Personal.
        Phone = "phone",
        /// The company's id. Personal.
        ExternalId = "external_id",
        /// The short reference, such as `C-1042`.
        Reference = "reference",
        /// Language tag.
        Language = "language",
        /// The level of the link, in words.
        Assurance = "assurance",
    }
}

fields! {
    /// What can be said of the case.
    CaseVariable {
        /// Its id.
        Id = "id",
        /// Its number.
        Number = "number",
        /// Its status.
        Status = "status",
        /// Its priority.
        Priority = "priority",
        /// The channel's name.
        Channel = "channel",
        /// The assignee's name.
        Assignee = "assignee",
        /// The group's name.
        Group = "group",
    }
}

fields! {
    /// What can be said of the newest message.
    MessageVariable {
        /// Its text, codes redacted. Personal.
        Text = "text",
    }
}

fields! {
    /// What can be said of the workspace.
    WorkspaceVariable {
        /// Its name.
        Name = "name",
    }
}

/// What a text wants to hear.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Variable {
    /// `{profile.…}`
    Profile(ProfileVariable),
    /// `{case.…}`
    Case(CaseVariable),
    /// `{message.…}`
    Message(MessageVariable),
    /// `{workspace.…}`
    Workspace(WorkspaceVariable),
    /// `{profile.attributes.…}` or `{case.attributes.…}`
    Attribute(AttributeLevel, String),
}

impl Variable {
    /// What stands between the braces.
    pub fn word(&self) -> String {
        match self {
            Self::Profile(field) => format!("profile.{}", field.as_str()),
            Self::Case(field) => format!("case.{}", field.as_str()),
            Self::Message(field) => format!("message.{}", field.as_str()),
            Self::Workspace(field) => format!("workspace.{}", field.as_str()),
            Self::Attribute(level, key) => format!("{}.attributes.{key}", level.as_str()),
        }
    }

    /// Reads what stands between the braces.
    pub fn parse(text: &str) -> Option<Self> {
        let (of, rest) = text.split_once('.')?;
        let key = rest.strip_prefix("attributes.").filter(|key| !key.is_empty());
        match (of, key) {
            ("profile", Some(key)) => Some(Self::Attribute(AttributeLevel::Profile, key.to_owned())),
            ("case", Some(key)) => Some(Self::Attribute(AttributeLevel::Case, key.to_owned())),
            ("profile", None) => ProfileVariable::parse(rest).map(Self::Profile),
            ("case", None) => CaseVariable::parse(rest).map(Self::Case),
            ("message", None) => MessageVariable::parse(rest).map(Self::Message),
            ("workspace", None) => WorkspaceVariable::parse(rest).map(Self::Workspace),
            _ => None,
        }
    }
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Written as it is.
    Plain(String),
    /// A value, or these words where there is none.
    Value(Variable, String),
}

/// A text with variables, parsed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    parts: Vec<Part>,
}

impl Text {
    /// Reads a text.
    ///
    /// # Errors
    /// A brace without its other half, or an unknown variable, with what it may have meant.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let (mut parts, mut plain, mut rest) = (Vec::new(), String::new(), text);
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let tail = &rest[at..];
            if let Some(after) = tail.strip_prefix("{{").or_else(|| tail.strip_prefix("}}")) {
                plain.push_str(&tail[..1]);
                rest = after;
                continue;
            }
            let end = tail
                .strip_prefix('{')
                .and_then(|inner| inner.find(['{', '}']).filter(|e| inner[*e..].starts_with('}')));
            let Some(end) = end else {
                return Err(Problem::new(
                    "",
                    "lone-brace",
                    format!(
                        "A brace at character {} has no other half.",
                        text.chars().count() - tail.chars().count() + 1
                    ),
                    "Write `{{` or `}}` for a brace that is meant as one.",
                ));
            };
            let inner = &tail[1..=end];
            let (name, fallback) = inner.split_once('|').unwrap_or((inner, ""));
            let variable = Variable::parse(name.trim()).ok_or_else(|| unknown(name.trim()))?;
            if !plain.is_empty() {
                parts.push(Part::Plain(std::mem::take(&mut plain)));
            }
            parts.push(Part::Value(variable, fallback.trim().to_owned()));
            rest = &tail[end + 2..];
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Plain(plain));
        }
        Ok(Self { parts })
    }

    /// Checks that the attributes it names are there.
    ///
    /// # Errors
    /// The first one that is not, with what it may have meant.
    pub fn check(&self, schema: &Schema) -> Result<(), Problem> {
        for variable in self.variables() {
            if let Variable::Attribute(level, key) = variable
                && schema.attribute(*level, key).is_none()
            {
                return Err(schema.no_attribute(*level, key));
            }
        }
        Ok(())
    }

    /// Its pieces in order.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The variables it names, in order.
    pub fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.parts.iter().filter_map(|part| match part {
            Part::Value(variable, _) => Some(variable),
            Part::Plain(_) => None,
        })
    }

    /// Puts the text together. `value` gives each variable's value, encoded for the place; `None` or nothing takes the
    /// words behind `|`.
    pub fn render(&self, mut value: impl FnMut(&Variable) -> Option<String>) -> String {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Plain(text) => out.push_str(text),
                Part::Value(variable, fallback) => match value(variable).filter(|v| !v.is_empty()) {
                    Some(value) => out.push_str(&value),
                    None => out.push_str(fallback),
                },
            }
        }
        out
    }
}

fn unknown(name: &str) -> Problem {
    let known = ProfileVariable::ALL
        .iter()
        .map(|v| format!("profile.{}", v.as_str()))
        .chain(CaseVariable::ALL.iter().map(|v| format!("case.{}", v.as_str())))
        .chain(["message.text", "workspace.name"].map(str::to_owned));
    let near = crate::schema::nearest(name, known);
    let hint = match near {
        Some(near) => format!("Did you mean `{{{near}}}`? docs/RULES.md lists the variables."),
        None => "docs/RULES.md lists the variables; write `{{` for a brace that is meant as one.".to_owned(),
    };
    Problem::new("", "unknown-variable", format!("There is no variable `{{{name}}}`."), hint)
}
