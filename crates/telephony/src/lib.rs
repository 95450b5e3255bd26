//! What stands between the engine of calls and telephones.
//!
//! Everything here is a pure decision: no I/O, no clock, no randomness.
//!
//! - [`under_way`] is what a caller hears or waits for at this moment: what a driver needs besides the engine's state.
//! - [`twiml`] speaks with cloud providers: their signatures, their webhooks, our documents.

pub mod twiml;
pub mod under_way;

pub use under_way::{Leg, LegKind, Piece, Playing, Recording, Rung, UnderWay};
