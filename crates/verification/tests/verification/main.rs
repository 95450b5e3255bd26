//! What the crate as a whole holds.

mod attack;
mod lint;
mod model;
mod properties;
mod seed;
mod table;
mod world;
