//! What a caller hears and keys in, and what follows.
//!
//! Everything here is a pure decision: no I/O, no clock, no randomness.
//!
//! - [`variable`] is what is known in a call, each value with its class: public, personal or secret.
//! - [`template`] puts variables into texts, [`prompt`] is what is played.
//! - [`flow`] is the graph that a call walks, [`node`] its kinds of nodes, [`Flow::check`] says what is wrong with it.
//! - [`digits`] collects keys by the rules of VoiceXML.
//! - [`engine`] walks: flow, state, input and time give a new state and effects; [`transcript`] is what is told of it.
//! - [`look_up`] asks a company's own system, and reads what it says.
//! - [`widget`] is the card that an agent sees for a call.

pub mod check;
pub mod digits;
pub mod ending;
pub mod engine;
pub mod finding;
pub mod flow;
pub mod key;
mod keyed;
pub mod look_up;
pub mod node;
pub mod prompt;
pub mod template;
#[cfg(feature = "testing")]
pub mod testing;
pub mod transcript;
pub mod variable;
pub mod widget;

pub use check::{Known, is_publishable};
pub use engine::{CallFacts, Effect, Engine, Input, LookUpOutcome, State};
pub use finding::{Finding, Problem, Problems, Severity};
pub use flow::Flow;
pub use key::{Key, Keys};
pub use template::Template;
pub use transcript::TranscriptEntry;
pub use variable::{Class, Variable, Variables};

/// Milliseconds since a call began.
pub type Moment = u64;
