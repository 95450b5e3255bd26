//! Operations, jobs and ports. Knows neither HTTP nor SQL.
//!
//! An operation is a method of [`Service`]: it authorises its [`Caller`] into a [`Grant`], decides with the pure
//! crates, and writes state, evidence, audit, events and outbox in one transaction through [`work`]. Only after the
//! commit is it acknowledged, and only then do live updates and deliveries leave.

pub mod analytics;
pub mod api_key;
pub mod attachment;
pub mod attribute;
pub mod audit;
mod auth;
pub mod calendar;
pub mod call;
pub mod call_widget;
pub mod caller;
pub mod canned_reply;
pub mod case;
pub mod case_search;
pub mod channel;
pub mod chat_invitation;
pub mod chat_timer;
pub mod code;
pub mod config;
mod cursor;
mod delivery;
mod desk;
pub mod event;
mod fetch;
pub mod group;
pub mod habit;
pub mod hook;
pub mod import;
pub mod ivr_flow;
mod job;
pub mod known;
mod limit;
pub mod link;
pub mod live;
pub mod look_up;
pub mod merge;
pub mod message;
mod outbox;
mod password;
pub mod phone_number;
mod poll;
pub mod port;
pub mod presence;
pub mod privacy;
pub mod profile;
pub mod progress;
pub mod prompt;
pub mod request_log;
pub mod reveal;
pub mod rule;
pub mod saved_view;
mod service;
pub mod session;
pub mod setup;
pub mod sign;
pub mod site;
pub mod snapshot;
pub mod system;
mod text;
pub mod text_pattern;
pub mod token;
mod typing;
pub mod unification;
pub mod user;
pub mod visit;
pub mod web_chat;
pub mod webhook;
pub mod widget;
pub mod work;
pub mod workspace;

pub use caller::{Caller, Grant};
pub use config::Config;
pub use service::{Parts, Service};
