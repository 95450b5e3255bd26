//! The API through its router: every answer is held against the OpenAPI document by the test client.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod http {
    mod api_key;
    mod asset;
    mod attachment;
    mod attribute;
    mod bad_input;
    mod batch;
    mod calendar;
    mod canned_reply;
    mod case_search;
    mod chat_timer;
    mod collision;
    mod console;
    mod contract;
    mod erasure;
    mod group;
    mod idempotency;
    mod identification;
    mod import;
    mod links;
    mod live;
    mod log_in;
    mod messengers;
    mod presence;
    mod profile;
    mod rules;
    mod search;
    mod takeover;
    mod telegram;
    mod token;
    mod web_chat;
    mod webhook;
    mod widget;
    mod widget_admin;
}
