//! Operations and jobs over real databases and a real socket.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod service {
    mod audit;
    mod delivery;
    mod rig;
}
