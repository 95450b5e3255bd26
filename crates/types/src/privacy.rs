//! Privacy of one person: what is held of them and why, what they may ask for, holds, and how long things are kept.

pub mod registry;

use serde::{Deserialize, Serialize};

use crate::audit::Actor;
use crate::profile::IdentifierKind;
use crate::words::words;
use crate::{PrivacyRequestId, ProfileId, Timestamp};

words! {
    /// What was asked for.
    RequestKind {
        /// Everything that is held of a person, as a file (Art. 15 and 20).
        Export = "export",
        /// That it goes (Art. 17).
        Erasure = "erasure",
    }
}

words! {
    /// How far a request is.
    RequestState {
        /// On record; nobody has begun.
        Open = "open",
        /// The file is being made.
        Making = "making",
        /// The file is here.
        Ready = "ready",
        /// It was done.
        Done = "done",
        /// It was refused, for a reason.
        Refused = "refused",
        /// The file was here; its time is over.
        Expired = "expired",
        /// The customer was erased, and with them the file, or what was to become one.
        Destroyed = "destroyed",
        /// The file could not be made.
        Failed = "failed",
    }
}

impl RequestState {
    /// Whether somebody still waits for an answer.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Making)
    }
}

/// What a person asked of the company about their own data.
#[derive(Debug, Clone, PartialEq)]
pub struct PrivacyRequest {
    /// Its id.
    pub id: PrivacyRequestId,
    /// What was asked for.
    pub kind: RequestKind,
    /// How far it is.
    pub state: RequestState,
    /// Of whom. Stays when they are erased: an id says nothing without them.
    pub profile: ProfileId,
    /// The number of their reference.
    pub number: i64,
    /// Why, in the words of whoever put it on record.
    pub reason: String,
    /// Who put it on record.
    pub actor: Actor,
    /// When the person asked.
    pub received_at: Timestamp,
    /// Until when they have to be answered: one month (Art. 12 (3)).
    pub due_at: Timestamp,
    /// When it was put on record.
    pub created_at: Timestamp,
    /// When it was answered.
    pub done_at: Option<Timestamp>,
    /// How it was answered, where that has to be said: why it was refused.
    pub answer: Option<String>,
    /// Until when the file is here.
    pub expires_at: Option<Timestamp>,
    /// A hash of who the customer was when the file was made: it is given out only while that is so.
    pub made_of: Option<[u8; 32]>,
    /// Bytes of the file.
    pub size_bytes: i64,
    /// Pieces of the file.
    pub pieces: i64,
    /// How much of what, by the words of the registry or of the file.
    pub counts: serde_json::Map<String, serde_json::Value>,
}

/// Which requests.
#[derive(Debug, Clone, Copy, Default)]
pub struct RequestFilter {
    /// Of what kind.
    pub kind: Option<RequestKind>,
    /// How far they are.
    pub state: Option<RequestState>,
    /// Of whom.
    pub profile: Option<ProfileId>,
}

/// That nothing of a customer may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Of whom.
    pub profile: ProfileId,
    /// Why.
    pub reason: String,
    /// Until when; `None` until somebody lifts it.
    pub until: Option<Timestamp>,
    /// Who placed it.
    pub actor: Actor,
    /// When.
    pub placed_at: Timestamp,
}

/// An identifier that an erased person had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErasedIdentifier {
    /// What it is.
    pub kind: IdentifierKind,
    /// When its owner was erased.
    pub erased_at: Timestamp,
}

/// How long things are kept, as the company decides; 0 keeps them for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Conversations that are not open, after the last message, days.
    pub conversation_days: u32,
    /// Events of timelines, days.
    pub event_days: u32,
    /// Visits of websites after their last event, days.
    #[serde(default = "visit_days")]
    pub visit_days: u32,
    /// Records of guided verifications that came out, after their last change, days.
    #[serde(default = "engagement_days")]
    pub engagement_days: u32,
    /// Files of exports, hours; never for ever.
    pub export_hours: u32,
    /// Hashes of what erased people were found by, days.
    pub erased_identifier_days: u32,
}

impl Default for Retention {
    /// Nothing that people wrote goes before somebody says so: an update must not delete a company's conversations.
    fn default() -> Self {
        Self {
            conversation_days: 0,
            event_days: 0,
            visit_days: visit_days(),
            engagement_days: engagement_days(),
            export_hours: 24,
            erased_identifier_days: 365,
        }
    }
}

/// What people do on a website is kept thirteen months, the longest that supervisory authorities think fit for trackers.
const fn visit_days() -> u32 {
    395
}

/// Records of verifications are kept two years: as long as somebody may ask why something was released.
const fn engagement_days() -> u32 {
    730
}

/// Days at most, of whatever is counted in days.
pub const RETENTION_DAYS_MAX: u32 = 3_650;
/// Days at least, where conversations and events do not stay for ever.
pub const RETENTION_DAYS_MIN: u32 = 7;
/// Hours that the file of an export is here, at least and at most.
pub const EXPORT_HOURS: std::ops::RangeInclusive<u32> = 1..=72;

/// One month after the person asked: the same day of the next month, or that month's last.
pub fn due(received_at: Timestamp) -> Timestamp {
    const DAYS: [i64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let text = received_at.to_string();
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|t| t.parse::<i64>().ok());
    let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10)) else {
        return received_at.plus(30 * crate::time::DAY);
    };
    let length = |year: i64, month: i64| {
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = DAYS.get(usize::try_from(month - 1).unwrap_or(0)).copied().unwrap_or(30);
        if month == 2 && is_leap { 29 } else { days }
    };
    let next = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    let last = length(next.0, next.1);
    let days = length(year, month) - day + day.min(last);
    received_at.plus(days * crate::time::DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_due_in_one_month() {
        for (asked, due_on) in [
            ("2026-01-15T10:00:00Z", "2026-02-15"),
            ("2026-01-31T10:00:00Z", "2026-02-28"),
            ("2028-01-31T10:00:00Z", "2028-02-29"),
            ("2026-02-28T23:59:59Z", "2026-03-28"),
            ("2026-12-31T00:00:00Z", "2027-01-31"),
            ("2026-03-31T00:00:00Z", "2026-04-30"),
        ] {
            let at: Timestamp = asked.parse().unwrap();
            assert_eq!(&due(at).to_string()[..10], due_on, "{asked}");
        }
    }
}
