//! The rules of the seam, on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "store/analytics.rs"]
mod analytics;
#[path = "store/attachment.rs"]
mod attachment;
#[path = "store/attribute.rs"]
mod attribute;
#[path = "store/audit_chain.rs"]
mod audit_chain;
#[path = "store/calendar.rs"]
mod calendar;
#[path = "store/call.rs"]
mod call;
#[path = "store/canned_reply.rs"]
mod canned_reply;
#[path = "store/case_search.rs"]
mod case_search;
#[path = "store/channel.rs"]
mod channel;
#[path = "store/channel_state.rs"]
mod channel_state;
#[path = "store/chat_invitation.rs"]
mod chat_invitation;
#[path = "store/code.rs"]
mod code;
#[path = "store/console.rs"]
mod console;
#[path = "store/constraint.rs"]
mod constraint;
#[path = "store/conversation.rs"]
mod conversation;
#[path = "store/engagement.rs"]
mod engagement;
#[path = "store/erasure.rs"]
mod erasure;
#[path = "store/fault.rs"]
mod fault;
#[path = "store/group.rs"]
mod group;
#[path = "store/group_commit.rs"]
mod group_commit;
#[path = "store/import.rs"]
mod import;
#[path = "store/ivr.rs"]
mod ivr;
#[path = "store/link.rs"]
mod link;
#[path = "store/look_up.rs"]
mod look_up;
#[path = "store/mail_thread.rs"]
mod mail_thread;
#[path = "store/merge.rs"]
mod merge;
#[path = "store/migration.rs"]
mod migration;
#[path = "store/notice.rs"]
mod notice;
#[path = "store/operation.rs"]
mod operation;
#[path = "store/platform.rs"]
mod platform;
#[path = "store/portable.rs"]
mod portable;
#[path = "store/postgres.rs"]
mod postgres;
#[path = "store/privacy.rs"]
mod privacy;
#[path = "store/profile.rs"]
mod profile;
#[path = "store/prompt.rs"]
mod prompt;
#[path = "store/rule.rs"]
mod rule;
#[path = "store/send.rs"]
mod send;
#[path = "store/telephone.rs"]
mod telephone;
#[path = "store/traffic.rs"]
mod traffic;
#[path = "store/value.rs"]
mod value;
#[path = "store/value_token.rs"]
mod value_token;
#[path = "store/verification.rs"]
mod verification;
#[path = "store/visit.rs"]
mod visit;
#[path = "store/visit_review.rs"]
mod visit_review;
#[path = "store/widget.rs"]
mod widget;
