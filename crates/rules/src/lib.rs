//! Rules: what a company wants to happen in its conversations, without anybody at the keyboard.
//!
//! Everything here is a pure decision: no I/O, no clock, no randomness. The service makes a [`Snapshot`] of a case, says
//! what happened ([`Occasion`]), and carries out the [`Decision`]s that come out.
//!
//! - [`model`] is a rule as it is stored, [`action`] what it does, [`variable`] the texts of actions.
//! - [`RuleSet::compile`] checks rules against a [`schema::Schema`] and makes them fast; what is wrong or doubtful comes
//!   back as [`Problem`]s and [`Warning`]s, each with its place.
//! - [`RuleSet::evaluate`] decides; [`RuleSet::explain`] decides and says why ([`trace`]); [`RuleSet::dry_run`] plays a
//!   whole conversation.
//! - [`limits`] ends storms, chains of causes end loops, sizes keep the time in bounds.
//! - [`calendar`] knows business hours, [`fold`] how texts are compared.
//! - [`scenario`] holds the template that installs the identification scenario.
//!
//! No rule makes anybody known: there is no action for it, by type ([`action`]).

pub mod action;
pub mod calendar;
mod check;
mod compile;
mod dry_run;
pub mod evaluate;
mod facts;
mod finding;
pub mod fold;
pub mod limits;
pub mod model;
pub mod scenario;
pub mod schema;
pub mod snapshot;
#[cfg(feature = "testing")]
pub mod testing;
pub mod trace;
pub mod variable;

pub use action::Action;
pub use compile::{
    Compilation, LABELS_MAX, LITERALS_MAX, REGEX_BYTES_MAX, REGEX_MAX, REGEXES_MAX, Request, RuleSet, Step,
};
pub use dry_run::{DryRun, DryStep, Sent};
pub use evaluate::{Decision, Evaluation, Refused};
pub use finding::{Finding, Problem, Warning};
pub use model::{Block, Condition, Join, Mode, Op, Rule, RuleBody, Trigger, parse};
pub use snapshot::{Chain, Change, Happened, Occasion, Snapshot};
pub use trace::{Trace, Verdict};
