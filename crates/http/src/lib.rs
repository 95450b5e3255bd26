//! Everything that answers HTTP. [`router`] is the table of contents.
//!
//! A handler extracts ([`extract`]), calls one operation of the service, and renders what came back for the viewer
//! ([`view`]). Errors become RFC 9457 problems in one place ([`problem`]). Nothing here decides, and nothing here can
//! reach the store.

pub mod api;
pub mod assets;
pub mod csv;
pub mod cursor;
pub mod extract;
mod forwarded;
pub mod hooks;
pub mod json;
pub mod live;
pub mod middleware;
pub mod openapi;
pub mod problem;
pub mod public;
mod reference;
pub mod request_log;
pub mod router;
pub mod view;
pub mod wait;

pub use router::{App, Options, app};
