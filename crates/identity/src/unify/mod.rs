//! Unification: which profiles are one person, what one profile of two holds, and how that is taken back.
//!
//! - [`decide`] says whether two profiles may become one without a person, are worth a suggestion, or never meet.
//! - [`plan`] says which one goes on and which value wins in each place.
//! - [`journal`] takes a merge back: exactly, or as far as nothing was written later.
//! - [`block`] says who is compared with whom.
//! - [`score`] weighs how likely two records are one person.
//!
//! Decision 0018 says why so.

pub mod block;
pub mod decide;
pub mod journal;
pub mod plan;
pub mod score;

/// Most profiles that stand behind one, itself included, and most channel accounts under it (P-2).
pub const SOURCES_MAX: usize = 25;
/// Most identifiers of one kind that a profile takes from others (P-2).
pub const IDENTIFIERS_MAX: usize = 10;
/// An identifier on more profiles than this is shared by people and joins nobody (P-2).
pub const CARRIERS_MAX: usize = 3;
