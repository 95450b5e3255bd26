//! The files that this binary carries: `console/build` and `site/dist` as they were when it was built.

use countersign_http::assets::{Asset, Assets};

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The console and what runs on companies' pages.
pub static ASSETS: Assets = Assets { console: &CONSOLE, site: &SITE };

/// Whether the demo's pages are in this binary.
pub fn has_demo() -> bool {
    !DEMO.is_empty()
}
