//! The API through its router: every answer is held against the OpenAPI document by the test client.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod http {
    mod analytics;
    mod api_key;
    mod asset;
    mod attachment;
    mod attribute;
    mod bad_input;
    mod batch;
    mod calendar;
    mod call;
    mod canary;
    mod canned_reply;
    mod case_search;
    mod chat_timer;
    mod closing;
    mod collision;
    mod console;
    mod contract;
    mod erasure;
    mod free_text;
    mod group;
    mod idempotency;
    mod identification;
    mod import;
    mod invitation;
    mod links;
    mod live;
    mod log_in;
    mod look_up;
    mod masking;
    mod merge;
    mod messengers;
    mod phone;
    mod presence;
    mod privacy;
    mod profile;
    mod prompt;
    mod retention;
    mod rule_mail;
    mod rules;
    mod saved_view;
    mod search;
    mod takeover;
    mod telegram;
    mod token;
    mod unification;
    mod visit;
    mod visit_beside;
    mod visit_review;
    mod visit_told;
    mod web_chat;
    mod webhook;
    mod widget;
    mod widget_admin;
}
