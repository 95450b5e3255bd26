//! The only SQL: one module per noun, SQLite and PostgreSQL behind one seam.
//!
//! The seam is [`Db`] (a database), [`Tx`] (one operation inside it), [`Arg`] and [`Row`]. A store function takes
//! `&mut Tx<'_>`, holds one SQL text with `$1`, `args![…]` and a row mapping, and runs unchanged on both databases.
//! What differs lives in [`dialect`]; the reasons are in `docs/decisions/0001-storage-seam.md`.

pub mod account;
pub mod analytics;
mod announce;
pub mod api_key;
mod arg;
pub mod attachment;
pub mod attribute;
pub mod audit;
pub mod audit_chain;
pub mod calendar;
pub mod canned_reply;
pub mod case;
pub mod case_search;
pub mod channel;
pub mod channel_state;
pub mod chat_invitation;
pub mod chat_timer;
pub mod code;
mod codec;
pub mod db;
pub mod dialect;
pub mod erasure;
mod error;
pub mod event;
pub mod evidence;
pub mod fold;
pub mod group;
mod group_commit;
pub mod habit;
pub mod identifier;
pub mod import;
mod into_error;
pub mod invitation;
pub mod lease;
pub mod limit;
pub mod link;
mod listen;
pub mod mail_thread;
pub mod merge;
pub mod merge_suggestion;
pub mod message;
pub mod message_token;
pub mod migrate;
pub mod notice;
pub mod notify;
pub mod outbox;
mod postgres;
pub mod presence;
pub mod privacy;
pub mod profile;
pub mod progress;
pub mod request_line;
pub mod retention;
mod row;
pub mod rule;
pub mod rule_case;
pub mod rule_firing;
pub mod saved_view;
pub mod search_token;
pub mod sender;
pub mod server;
pub mod session;
pub mod setting;
mod sqlite;
pub mod subject_key;
#[cfg(feature = "test-support")]
pub mod testing;
pub mod user;
pub mod vault;
pub mod viewer;
pub mod visit;
pub mod visit_event;
pub mod visit_identity;
pub mod web_chat;
pub mod webhook;
pub mod widget;

pub use arg::Arg;
pub use db::{Backend, Db, DbOptions, Tx};
pub use error::{Cause, StoreError};
pub use notify::{Notice, Notices};
pub use row::Row;
pub use vault::{Place, Subject, Vault};
