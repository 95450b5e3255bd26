//! The words of Countersign: ids, nouns, errors, time, personal data, assurance, permissions.
//!
//! This crate does no I/O and reads no clock and no randomness; both are arguments wherever they are needed. Every
//! other crate speaks in these types, so a word means one thing from the column to the screen.

pub mod analytics;
pub mod api_key;
pub mod assurance;
pub mod attribute;
pub mod audit;
pub mod calendar;
pub mod call;
pub mod call_widget;
pub mod canned_reply;
pub mod case;
pub mod channel;
pub mod chat_invitation;
pub mod code;
pub mod engagement;
pub mod error;
pub mod event;
pub mod evidence;
pub mod group;
pub mod id;
pub mod import;
pub mod ivr_flow;
pub mod link;
pub mod look_up;
pub mod mandate;
pub mod merge;
pub mod message;
pub mod network;
pub mod notice;
pub mod page;
pub mod permission;
pub mod phone_number;
pub mod pii;
pub mod presence;
pub mod privacy;
pub mod profile;
pub mod prompt;
pub mod request_line;
pub mod rule;
pub mod saved_view;
pub mod telephone;
pub mod time;
pub mod topic;
pub mod user;
pub mod verification_policy;
pub mod webhook;
pub mod widget;
mod words;
pub mod workspace;

pub use assurance::Assurance;
pub use error::{Error, FieldError, Result};
pub use event::Event;
pub use id::*;
pub use page::{Cursor, Page, PageRequest};
pub use permission::{Permission, Role};
pub use pii::{Pii, Viewer};
pub use time::Timestamp;
