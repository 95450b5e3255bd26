//! `/v1`: one file per noun. [`crate::router`] lists them.

pub mod api_key;
pub mod attachment;
pub mod attribute;
pub mod audit;
pub mod auth;
pub mod calendar;
pub mod canned_reply;
pub mod case;
pub mod channel;
pub mod code;
pub mod event;
pub mod group;
pub mod link;
pub mod me;
pub mod message;
pub mod presence;
pub mod profile;
pub mod progress;
pub mod request_log;
pub mod rule;
pub mod saved_view;
pub mod system;
pub mod user;
pub mod webhook;
pub mod widget;
pub mod workspace;
