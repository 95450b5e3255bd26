//! Who a message, call or visit comes from: identification codes, identifiers, evidence and its assurance.
//!
//! Everything here is a pure decision: no I/O, no clock, no randomness. Time is microseconds since 1970,
//! random bytes come through a closure.
//!
//! - [`Code`] makes, shows and hashes identification codes; [`classify()`] finds them in chat text.
//! - [`identifier`] turns e-mail addresses, phone numbers and ids into the key they are found by.
//! - [`evidence`] turns evidence into an assurance level: the only function that raises one.
//! - [`limits`] counts misses and locks; [`claims`] keeps claims from overwriting what is proved.
//! - [`habit`] reads from messages how a customer writes.
//! - [`unify`] decides which profiles are one person, plans that and takes it back.

mod check;
pub mod claims;
pub mod classify;
mod code;
pub mod evidence;
mod fold;
pub mod habit;
pub mod identifier;
mod lexicon;
pub mod limits;
mod noise;
#[cfg(feature = "testing")]
pub mod reference;
mod scan;
#[cfg(feature = "testing")]
pub mod testing;
pub mod unify;

pub use check::ALPHABET;
pub use classify::{
    Candidate, Classification, LookUp, Outcome, Reason, Span, Verdict, classify, judge, redact,
    redact_judged, redact_message,
};
pub use code::{Binding, Code, CodeError, CodeKey, Form, check_entropy};
