//! What a caller hears and keys in, and what follows.
//!
//! Everything here is a pure decision: no I/O, no clock, no randomness.
//!
//! - [`variable`] is what is known in a call, each value with its class: public, personal or secret.
//! - [`template`] puts variables into texts.
//! - [`widget`] is the card that an agent sees for a call.

pub mod template;
pub mod variable;
pub mod widget;

pub use template::Template;
pub use variable::{Class, Variable, Variables};
