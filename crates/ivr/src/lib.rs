//! What a caller hears and keys in, and what follows.
//!
//! Everything here is a pure decision: no I/O, no clock, no randomness.
//!
//! - [`variable`] is what is known in a call, each value with its class: public, personal or secret.
//! - [`template`] puts variables into texts.
//! - [`look_up`] asks a company's own system, and reads what it says.

pub mod look_up;
pub mod template;
pub mod variable;

pub use template::Template;
pub use variable::{Class, Variable, Variables};
