//! What an invitation may be: every place that is wrong at once.

use countersign_types::channel::ChannelKind;
use countersign_types::{Error, FieldError, Result};

use super::InvitationEntry;
use crate::session::language_tag;
use crate::snapshot::Snapshot;
use crate::text::name;

/// Texts, and entries of a list of conditions, at most.
const LIST_MAX: usize = 20;
/// Characters of a text, and of a condition.
const CHARS_MAX: usize = 200;

/// Refuses what an invitation may not be.
pub(super) fn entry(entry: &InvitationEntry, snapshot: &Snapshot) -> Result<()> {
    let mut wrong = Vec::new();
    if let Err(Error::Invalid(fields)) = name("/name", &entry.name) {
        wrong.extend(fields);
    }
    let kind = |id| snapshot.channels.get(&id).map(|found| found.channel.kind);
    if kind(entry.site) != Some(ChannelKind::Website) {
        wrong.push(FieldError::new("/site", "unknown-site", "There is no site with this id."));
    }
    if kind(entry.channel) != Some(ChannelKind::WebChat) {
        wrong.push(FieldError::new("/channel", "unknown-channel", "There is no web chat with this id."));
    }
    if let Some(calendar) = entry.plan.calendar
        && !snapshot.calendars.iter().any(|known| known.id == calendar)
    {
        wrong.push(FieldError::new(
            "/calendar",
            "unknown-calendar",
            "There are no business hours with this id.",
        ));
    }
    conditions(entry, &mut wrong);
    texts(entry, &mut wrong);
    limits(entry, &mut wrong);
    if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(wrong)) }
}

fn is_line(text: &str) -> bool {
    let chars = text.chars().count();
    (1..=CHARS_MAX).contains(&chars) && !text.trim().is_empty() && !text.chars().any(char::is_control)
}

fn conditions(entry: &InvitationEntry, wrong: &mut Vec<FieldError>) {
    let when = &entry.plan.when;
    let lists = [
        ("url_contains", &when.url_contains),
        ("categories", &when.categories),
        ("sources", &when.sources),
        ("languages", &when.languages),
    ];
    for (name, list) in lists {
        if list.len() > LIST_MAX {
            let detail = format!("At most {LIST_MAX} of them.");
            wrong.push(FieldError::new(format!("/when/{name}"), "too-many", detail));
        }
        for (at, _) in list.iter().enumerate().filter(|(_, text)| !is_line(text)) {
            let detail = format!("This has 1 to {CHARS_MAX} characters on one line.");
            wrong.push(FieldError::new(format!("/when/{name}/{at}"), "invalid-text", detail));
        }
    }
    between(wrong, "/when/pages_at_least", when.pages_at_least, (0, 1_000));
    between(wrong, "/when/seconds_at_least", when.seconds_at_least, (0, 86_400));
}

fn texts(entry: &InvitationEntry, wrong: &mut Vec<FieldError>) {
    let texts = &entry.plan.texts;
    if texts.is_empty() || texts.len() > LIST_MAX {
        let detail = format!("An invitation has its text in 1 to {LIST_MAX} languages.");
        wrong.push(FieldError::new("/texts", "out-of-range", detail));
    }
    for (at, (language, text)) in texts.iter().enumerate() {
        // A key that is no tag is not repeated: answers never repeat what was sent.
        if language_tag("", language).is_err() {
            let detail =
                format!("Entry {} is no language: a language is a tag such as `en` or `pt-BR`.", at + 1);
            wrong.push(FieldError::new("/texts", "invalid-language", detail));
        } else if !is_line(text) {
            let detail = format!("The text has 1 to {CHARS_MAX} characters on one line.");
            wrong.push(FieldError::new(format!("/texts/{language}"), "invalid-text", detail));
        }
    }
}

fn limits(entry: &InvitationEntry, wrong: &mut Vec<FieldError>) {
    let limits = &entry.plan.limits;
    between(wrong, "/per_visitor_days", limits.per_visitor_days, (0, 365));
    between(wrong, "/waiting_max", limits.waiting_max, (1, 100));
    between(wrong, "/per_minute_max", limits.per_minute_max, (1, 600));
}

fn between(wrong: &mut Vec<FieldError>, pointer: &str, value: i64, (from, to): (i64, i64)) {
    if !(from..=to).contains(&value) {
        let detail = format!("This is a number from {from} to {to}.");
        wrong.push(FieldError::new(pointer, "out-of-range", detail));
    }
}
