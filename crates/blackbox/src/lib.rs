//! Development only: the real server in processes of its own, asked over HTTP, killed and started again.
//!
//! [`Server`] is a process, [`Client`] a connection to it, [`World`] a set-up workspace on one or more servers over
//! one database. Tests and benchmarks know of the product what its users know: the command line and the API.

// A proof that cannot go on must stop at once and say why; its clock and its processes are real.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::disallowed_methods
)]

mod binary;
mod client;
mod live;
mod mail;
mod matrix;
mod server;
mod world;

pub use binary::binary;
pub use client::{Answer, Client};
pub use live::{Live, LiveEvent};
pub use mail::{MAIL_PASSWORD, MailServers};
pub use matrix::{Homeserver, MATRIX_DOMAIN, Person};
pub use server::{Launch, Server, free_port};
pub use world::{Home, World, message};

use std::sync::atomic::{AtomicU64, Ordering};

/// A word that no other call in this process gives.
pub fn unique(prefix: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("{prefix}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Whether the long proofs are asked for: `COUNTERSIGN_LONG=1`.
pub fn is_long() -> bool {
    std::env::var_os("COUNTERSIGN_LONG").is_some_and(|value| value == "1")
}

/// A random number below `n`.
pub fn random(n: u64) -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    u64::from_le_bytes(bytes) % n.max(1)
}
