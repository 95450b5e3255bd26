//! Storm limits (R-1): what keeps automatic replies from answering each other for ever.
//!
//! Rules run as they are; their *replies* (messages, requests for a code, e-mails to the customer) are held back here.
//! Everything else a rule does is done, so that a held reply never leaves a case without its status or assignee.
//!
//! A [`Conversation`] is a handful of integers that the service stores with the **channel account** (not with the case:
//! a rule that closes every case would otherwise begin anew each time) and hands back. A clock that steps back opens
//! nothing: the state remembers the latest time it has seen.
//!
//! | limit | holds back |
//! |---|---|
//! | [`RULE_SPAN`] | a second reply of the same rule within a minute |
//! | [`SHORT_MAX`] in [`SHORT_SPAN`] | a fourth reply that *counts*. A reply does not count when what became of the code is not what it was at the reply before, or when its rule has not replied within the span: request, not sent, invalid and valid all get their answer |
//! | [`DAY_MAX`] in a day | an eleventh reply, whether it counts or not |
//! | [`SAME_MAX`] in [`SAME_SPAN`] | the same text a third time |
//! | [`FAST_MAX`] times within [`FAST_SPAN`] | a reply to somebody who twice in a row answered our reply faster than a person reads it, and told nothing new about a code: the other side is a machine |
//!
//! Messages that say that a machine wrote them never get here (`MessageFacts::may_trigger`).

use std::collections::VecDeque;

use countersign_types::code::Outcome;
use countersign_types::time::{DAY, HOUR, MINUTE, SECOND};
use countersign_types::{RuleId, Timestamp};
use serde::{Deserialize, Serialize};

/// How long a rule does not reply again in a conversation.
pub const RULE_SPAN: i64 = 60 * SECOND;
/// Replies that count, at most, in [`SHORT_SPAN`].
pub const SHORT_MAX: usize = 3;
/// Ten minutes.
pub const SHORT_SPAN: i64 = 10 * MINUTE;
/// Replies of any kind in a day, at most.
pub const DAY_MAX: usize = 10;
/// How often the same text may be said in [`SAME_SPAN`].
pub const SAME_MAX: usize = 2;
/// One hour. R-1 names no span; a day would leave a customer who comes back in the evening without the request.
pub const SAME_SPAN: i64 = HOUR;
/// Nobody reads a reply and answers it within two seconds.
pub const FAST_SPAN: i64 = 2 * SECOND;
/// How often in a row that may seem so.
pub const FAST_MAX: u8 = 2;
/// Replies of a workspace in a minute that raise the alarm.
pub const ALARM_AT: u32 = 60;
/// Replies of a workspace in a minute after which no more go out until the minute is over.
pub const STOP_AT: u32 = 300;

/// Why a reply was held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    /// Its rule replied within the last minute.
    SameRule,
    /// Too many in ten minutes.
    TooMany,
    /// Too many in a day.
    TooManyToday,
    /// The same text twice already.
    SameText,
    /// The other side answers like a machine.
    TooFast,
    /// The workspace as a whole sends too many.
    Workspace,
    /// Nobody vouches for the sender, and the address, which may be another person's, has got enough.
    Unproved,
}

impl Held {
    /// Why, as a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::SameRule => "The rule answered in this conversation less than a minute ago.",
            Self::TooMany => "Three automatic replies went out within ten minutes.",
            Self::TooManyToday => "Ten automatic replies went out within a day.",
            Self::SameText => "The same text was said twice within the hour.",
            Self::TooFast => "The other side answers faster than a person reads: probably a machine.",
            Self::Workspace => {
                "The workspace sends more automatic replies than it may; an administrator was told."
            }
            Self::Unproved => {
                "Nobody vouches for the sender, and three automatic replies went to the address within a day."
            }
        }
    }
}

/// What became of a code, as limits see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    NotSent,
    Invalid,
    Valid,
}

fn word(outcome: Option<Outcome>) -> Option<Word> {
    outcome.map(|outcome| match outcome {
        Outcome::NotSent => Word::NotSent,
        Outcome::Invalid(_) => Word::Invalid,
        Outcome::Valid => Word::Valid,
    })
}

/// A reply that wants to go out, or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    at: Timestamp,
    rule: RuleId,
    outcome: Option<Word>,
    text: u64,
    pass: u64,
    counts: bool,
}

impl Reply {
    /// A reply of a rule to a message with this outcome (`None`: no message was the occasion), by the key of its text.
    /// `pass` is the seed of the occasion: two messages that a rule sends at once are one answer.
    pub fn new(at: Timestamp, rule: RuleId, outcome: Option<Outcome>, text: u64, pass: u64) -> Self {
        Self { at, rule, outcome: word(outcome), text, pass, counts: false }
    }
}

/// A key of a text: the same for the same text, and nothing of it can be read back. Take the rule's text before values
/// are put in.
pub fn text_key(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The automatic replies to one channel account. Stored as JSON, at most [`DAY_MAX`] replies.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conversation {
    replies: VecDeque<Reply>,
    latest: Timestamp,
    fast: u8,
    fast_after: Option<Timestamp>,
}

impl Conversation {
    /// A message of the customer came. Call it before its rules are evaluated.
    pub fn inbound(&mut self, at: Timestamp, outcome: Option<Outcome>) {
        self.latest = self.latest.max(at);
        let Some(last) = self.replies.back() else { return };
        let is_new =
            outcome.is_some() && word(outcome) != Some(Word::NotSent) && word(outcome) != last.outcome;
        if is_new || self.latest.since(last.at) >= FAST_SPAN {
            (self.fast, self.fast_after) = (0, None);
        } else if self.fast_after != Some(last.at) {
            // Several lines after one reply are one answer.
            (self.fast, self.fast_after) = (self.fast.saturating_add(1), Some(last.at));
        }
    }

    /// Takes a reply, or says why it is held back.
    ///
    /// # Errors
    /// The [`Held`] of the first limit that is reached. The state is unchanged then.
    pub fn take(&mut self, reply: Reply) -> Result<(), Held> {
        let now = self.latest.max(reply.at);
        let within = |span: i64| self.replies.iter().filter(move |r| now.since(r.at) < span);
        let is_other_outcome =
            self.replies.back().is_some_and(|last| reply.outcome.is_some() && last.outcome != reply.outcome);
        let is_other_rule = !within(SHORT_SPAN).any(|r| r.rule == reply.rule);
        let counts = !is_other_outcome && !is_other_rule;
        if self.fast >= FAST_MAX {
            return Err(Held::TooFast);
        }
        if within(RULE_SPAN).any(|r| r.rule == reply.rule && r.pass != reply.pass) {
            return Err(Held::SameRule);
        }
        if within(DAY).count() >= DAY_MAX {
            return Err(Held::TooManyToday);
        }
        if counts && within(SHORT_SPAN).filter(|r| r.counts).count() >= SHORT_MAX {
            return Err(Held::TooMany);
        }
        if within(SAME_SPAN).filter(|r| r.text == reply.text).count() >= SAME_MAX {
            return Err(Held::SameText);
        }
        self.latest = now;
        self.replies.push_back(Reply { at: now, counts, ..reply });
        while self.replies.len() > DAY_MAX {
            self.replies.pop_front();
        }
        Ok(())
    }

    /// Replies that are remembered.
    pub fn len(&self) -> usize {
        self.replies.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.replies.is_empty()
    }
}

/// How a workspace stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pressure {
    /// As always.
    Calm,
    /// Tell an administrator, and send.
    Alarm,
    /// Do not send ([`Held::Workspace`]).
    Stop,
}

/// The automatic replies of a workspace in a minute that begins with the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workspace {
    started_at: Timestamp,
    count: u32,
}

impl Workspace {
    /// Counts one reply that is about to go out.
    ///
    /// ```
    /// use countersign_rules::limits::{Pressure, Workspace};
    /// let mut workspace = Workspace::default();
    /// let now = "2026-11-21T10:00:00Z".parse().unwrap();
    /// assert!((0..60).all(|_| workspace.take(now) == Pressure::Calm));
    /// assert!((60..300).all(|_| workspace.take(now) == Pressure::Alarm));
    /// assert_eq!(workspace.take(now), Pressure::Stop);
    /// ```
    pub fn take(&mut self, at: Timestamp) -> Pressure {
        if self.count == 0 || at.since(self.started_at) >= MINUTE {
            *self = Self { started_at: at, count: 0 };
        }
        self.count = self.count.saturating_add(1);
        match self.count {
            count if count > STOP_AT => Pressure::Stop,
            count if count > ALARM_AT => Pressure::Alarm,
            _ => Pressure::Calm,
        }
    }
}
