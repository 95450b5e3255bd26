//! The kinds of nodes, one file each: fields with their defaults, exits, what is checked, what happens.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::check::Look;
use crate::engine::{Input, Next, Run};

pub(crate) mod question;

/// The exits of a node as they are drawn: exit to node.
pub type Exits = BTreeMap<String, String>;

/// What the engine needs of a node.
pub(crate) trait Step {
    /// Its exits, in the order they are shown.
    fn exits<'a>(&'a self, drawn: &'a Exits) -> Vec<Cow<'a, str>>;

    /// Whether it waits for the world: a key, an answer, a person. What does not must not stand in a loop alone.
    fn waits(&self) -> bool {
        false
    }

    /// Whether a caller who gets here is with a person, leaves a message or hears the end.
    fn is_end(&self) -> bool {
        false
    }

    /// Says what is wrong with its fields, which variables it reads and writes, what it refers to.
    fn look(&self, look: &mut Look<'_>);

    /// The call comes here.
    fn enter(&self, run: &mut Run<'_>) -> Next;

    /// Something happens while the call is here.
    fn handle(&self, run: &mut Run<'_>, input: &Input) -> Next {
        if let Input::Digit(key) = input {
            run.type_ahead(*key);
        }
        Next::Stay
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $module:ident $word:literal,)*) => {
        $(pub mod $module;)*
        $(pub use $module::$name;)*

        /// What a node does.
        #[derive(Debug, Clone, PartialEq)]
        #[allow(clippy::large_enum_variant, reason = "flows hold hundreds at most")]
        pub enum Kind { $($(#[$doc])* $name($name),)* }

        impl Kind {
            /// The words of all kinds.
            pub const WORDS: &[&str] = &[$($word,)*];

            /// The word on the wire.
            pub fn as_str(&self) -> &'static str {
                match self { $(Self::$name(_) => $word,)* }
            }

            /// Reads the fields of a kind. `None`: there is no such kind.
            pub(crate) fn read(word: &str, fields: Value) -> Option<Result<Self, Unread>> {
                match word {
                    $($word => Some(serde_path_to_error::deserialize(fields).map(Self::$name)),)*
                    _ => None,
                }
            }

            /// Its fields as JSON.
            pub(crate) fn write(&self) -> Map<String, Value> {
                let written = match self { $(Self::$name(node) => serde_json::to_value(node),)* };
                match written {
                    Ok(Value::Object(fields)) => fields,
                    _ => Map::new(),
                }
            }

            pub(crate) fn step(&self) -> &dyn Step {
                match self { $(Self::$name(node) => node,)* }
            }
        }
    };
}

type Unread = serde_path_to_error::Error<serde_json::Error>;

kinds! {
    /// Plays something.
    Play play "play",
    /// Asks for one key.
    Menu menu "menu",
    /// Asks for digits and keeps them.
    KeypadInput keypad_input "keypad_input",
    /// Asks the company's own system.
    HttpRequest http_request "http_request",
    /// Takes an exit by what is known.
    Condition condition "condition",
    /// Writes a variable.
    SetVariable set_variable "set_variable",
    /// Takes an exit by the time of day.
    BusinessHours business_hours "business_hours",
    /// Asks for an identification code.
    VerifyCode verify_code "verify_code",
    /// Waits for a free agent.
    Queue queue "queue",
    /// Rings somebody.
    Connect connect "connect",
    /// Passes the call on and is done with it.
    Transfer transfer "transfer",
    /// Records a message.
    Voicemail voicemail "voicemail",
    /// Sends a text message.
    SendSms send_sms "send_sms",
    /// Ends the call.
    HangUp hang_up "hang_up",
}

/// A node of a flow.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it does.
    pub kind: Kind,
    /// Where its exits lead.
    pub exits: Exits,
    /// Its name for people.
    pub label: Option<String>,
    /// Where it stands in the builder.
    pub at: Option<At>,
}

impl Node {
    /// The exits that a node of this kind and with these fields has.
    pub fn exits_offered(&self) -> Vec<Cow<'_, str>> {
        self.kind.step().exits(&self.exits)
    }
}

/// A place in the builder's grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct At {
    /// From the left, from 0.
    pub column: u16,
    /// From the top, from 0.
    pub row: u16,
}

/// Exits that are always the same.
pub(crate) fn fixed<'a>(names: &[&'static str]) -> Vec<Cow<'a, str>> {
    names.iter().map(|name| Cow::Borrowed(*name)).collect()
}
