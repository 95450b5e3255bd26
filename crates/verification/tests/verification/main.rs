//! What the crate as a whole holds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what helps the tests stops them as they stop themselves"
)]

mod attack;
mod lint;
mod model;
mod properties;
mod seed;
mod table;
mod world;
