//! What of an event goes into its row: texts as both databases take them, and the row's number.

use countersign_types::Timestamp;
use countersign_visits::site::REDACTED;
use countersign_visits::strip_url;
use serde_json::Value;

use crate::Service;

/// Text as both databases take it, without numbers of payment cards (M-5).
pub(super) fn clean(text: String) -> String {
    let text = if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text };
    countersign_masking::scrub_cards(&text).unwrap_or(text)
}

/// [`clean`] for a JSON text: a card's number that stood there without quotes leaves none, and addresses in it are stripped
/// as those of pages are (T-4).
pub(super) fn clean_json(text: String, allowed: &[String]) -> String {
    let text = if text.contains("http") { stripped(text, allowed) } else { text };
    let Some(scrubbed) = countersign_masking::scrub_cards(&text) else { return text };
    let is_json = serde_json::from_str::<serde::de::IgnoredAny>(&scrubbed).is_ok();
    if is_json { scrubbed } else { r#"{"redacted":true}"#.to_owned() }
}

fn stripped(text: String, allowed: &[String]) -> String {
    fn walk(value: &mut Value, allowed: &[String]) {
        match value {
            Value::String(text) if text.starts_with("http://") || text.starts_with("https://") => {
                *text = strip_url(text, allowed).unwrap_or_else(|| REDACTED.to_owned());
            }
            Value::Array(items) => items.iter_mut().for_each(|item| walk(item, allowed)),
            Value::Object(fields) => fields.values_mut().for_each(|item| walk(item, allowed)),
            _ => {}
        }
    }
    let Ok(mut value) = serde_json::from_str(&text) else { return text };
    walk(&mut value, allowed);
    value.to_string()
}

pub(super) fn agent_json(text: &str) -> String {
    let agent = countersign_visits::user_agent(text);
    serde_json::json!({ "browser": agent.browser, "system": agent.system, "device": agent.device.as_str() })
        .to_string()
}

impl Service {
    /// A number for a row, later than those before: time, and which server made it.
    pub(super) fn new_row(&self) -> i64 {
        self.rows().next(self.now())
    }
}

/// Numbers of rows: microseconds and, in the last bits, the server. Two servers meet only where both their number and the
/// microsecond are the same; the database refuses the second then, and its sender tries again.
#[derive(Debug)]
pub(crate) struct Rows {
    last: std::sync::atomic::AtomicI64,
    server: i64,
}

/// Bits for the server.
const SERVER_BITS: u32 = 10;
/// 2020: numbers stay small for longer.
const EPOCH: i64 = 1_577_836_800_000_000;

impl Rows {
    pub(crate) fn new(server_id: [u8; 16]) -> Self {
        let server = i64::from(u16::from_be_bytes([server_id[0], server_id[1]])) & ((1 << SERVER_BITS) - 1);
        Self { last: std::sync::atomic::AtomicI64::new(0), server }
    }

    fn next(&self, now: Timestamp) -> i64 {
        use std::sync::atomic::Ordering::Relaxed;
        let tick = (now.as_micros() - EPOCH).max(1);
        let last = self.last.fetch_update(Relaxed, Relaxed, |last| Some(tick.max(last + 1)));
        (tick.max(last.unwrap_or(0) + 1) << SERVER_BITS) | self.server
    }
}
