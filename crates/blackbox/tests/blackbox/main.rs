//! Proofs on the real server: its binary, its processes, its databases, over HTTP. Names are the rules, and quote the
//! ids of the design they prove.
//!
//! `COUNTERSIGN_LONG=1` runs the counts of the design (500 codes, 30 kills) instead of a few.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]
#![allow(clippy::disallowed_methods, reason = "the clock of a proof is the real one")]

mod bad_input;
mod codes;
mod disk_and_database;
mod duplicates;
mod email;
mod kill;
mod live;
mod matrix;
mod phone;
mod two_servers;
mod visits;
mod voice;
