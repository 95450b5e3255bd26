//! Guided verification: who a customer is, and who may act for them.
//!
//! Everything here is a pure decision: no I/O, no clock, no randomness. Time comes with each step, what is random comes as
//! bytes, what is stored comes as values; what goes out is a new state and what follows from it.
//!
//! - [`policy`] is what an administrator writes: how a party is searched, what is asked, who judges, when it locks.
//! - [`lint`](mod@lint) says what a policy does not hold: too weak, public data only, a pool that is known after two calls.
//! - [`choose`](mod@choose) draws the questions: nobody picks them, and asking again does not change them.
//! - [`compare`](mod@compare) says whether what was said is what is stored: dates, phones, names of several scripts, amounts.
//! - [`engagement`] is the state machine: topic, about whom, search, select, questions, result; representative first.
//! - [`mandate`] is who may act for whom, in which topics, until when.
//! - [`lock`] counts failed sessions of a customer over all agents, opens locks by another person, and raises alerts.
//! - [`result`] is what is signed about an outcome.
//!
//! # What it holds
//!
//! - *Proceed* for somebody else needs both passes and, where the policy requires it, a mandate that covers the topic at that
//!   moment. `tests/verification/model.rs` walks random sequences of steps and looks at each state they reach.
//! - A refused step changes nothing: [`engagement::Engagement::apply`] works on a copy.
//! - No error raises a level: the only level there is comes from `countersign_identity::evidence::assess`.
//! - No verdict on a single answer is in what an agent sees ([`engagement::Progress`]).
//! - A stored answer never leaves: comparing gives a word, and what is kept of a question is its field and how it came out.

pub mod choose;
pub mod compare;
pub mod engagement;
pub mod finding;
pub mod lint;
pub mod lock;
pub mod mandate;
pub mod policy;
pub mod result;

pub use compare::{Comparison, compare};
pub use engagement::Engagement;
pub use finding::{Finding, Severity};
pub use lint::lint;
pub use policy::{Policy, default_policy};
