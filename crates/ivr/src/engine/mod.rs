//! The engine: flow + state + input + time give a new state and effects. It does nothing itself: whoever drives a call
//! (the bench, TwiML, SIP) carries out the effects and reports what came of them.
//!
//! - Everything that is asked of the world has an id, and only the current one is heard: whatever comes late, twice or
//!   for something else does nothing.
//! - A key that comes after a timer's time comes after the timer, also if the driver reports the timer later; a key at
//!   the very moment still counts. So a call gives the same transcript however it is driven.
//! - Whatever goes wrong, the caller reaches the flow's `on_error`, or hears a fixed sentence before the end.
//!
//! ```
//! use countersign_ivr::engine::{CallFacts, Effect, Engine, Input};
//! use countersign_ivr::{Flow, Key};
//! use serde_json::json;
//!
//! let flow = Flow::parse(&json!({"start": "menu", "nodes": {
//!     "menu": {"kind": "menu", "prompt": {"say": "Press 1."}, "exits": {"1": "bye", "failed": "bye"}},
//!     "bye": {"kind": "hang_up"}}})).unwrap();
//! let (mut state, effects) = Engine::begin(&flow, CallFacts::default(), 0);
//! assert!(effects.iter().any(|effect| matches!(effect, Effect::Play { may_be_interrupted: true, .. })));
//! let effects = state.step(&flow, Input::Digit(Key::new('1').unwrap()), 700);
//! assert_eq!(effects.first(), Some(&Effect::StopPlaying));
//! assert!(effects.contains(&Effect::HangUp) && state.is_over());
//! ```

mod run;
mod state;

use std::fmt;

use serde::{Deserialize, Serialize};

pub(crate) use run::{Next, Run};
pub use state::{Secrets, State};

pub use crate::look_up::LookUpOutcome;

use crate::Moment;
use crate::flow::Flow;
use crate::key::Key;
use crate::node::http_request::LookUpRef;
use crate::prompt::{Filled, Spoken};
use crate::transcript::TranscriptEntry;

/// Nodes that are passed without a key, at most; then the call is ended politely.
pub const STEPS_MAX: u32 = 1_000;
/// Nodes of a whole call, at most.
pub const STEPS_OF_CALL_MAX: u32 = 10_000;
/// How long the world is awaited where nothing else is said, in milliseconds.
pub const WORLD_MS: u32 = 30_000;

/// An id of something that was asked of the world; anew for each, from 1.
pub type Id = u32;

/// What is known when a call begins.
#[derive(Clone, Default)]
pub struct CallFacts {
    /// The caller's number, E.164; `None`: withheld.
    pub caller: Option<String>,
    /// The number that was called, E.164.
    pub callee: Option<String>,
    /// The queue's number or the number that the call was redirected from, E.164.
    pub from: Option<String>,
    /// What the carrier says of the caller's number (STIR/SHAKEN): `A`, `B`, `C` or a carrier's word.
    pub attestation: Option<String>,
}

impl fmt::Debug for CallFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallFacts(••••)")
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A key was pressed.
    Digit(Key),
    /// What was played is over, to its end.
    PlaybackEnded {
        /// Of which [`Effect::Play`].
        id: Id,
    },
    /// It could not be played: the recording is gone, the speech failed.
    PlaybackFailed {
        /// Of which [`Effect::Play`].
        id: Id,
    },
    /// The time of an [`Effect::Wait`] has come.
    Timer {
        /// Which.
        id: Id,
    },
    /// A look-up was answered.
    LookUp {
        /// Of which [`Effect::LookUp`].
        id: Id,
        /// What came of it.
        outcome: LookUpOutcome,
    },
    /// A code was checked.
    Code {
        /// Of which [`Effect::CheckCode`].
        id: Id,
        /// What came of it.
        outcome: CodeOutcome,
    },
    /// The calendar was asked.
    Hours {
        /// Of which [`Effect::AskHours`].
        id: Id,
        /// Whether it is open.
        is_open: bool,
    },
    /// Something became of a queue, a ringing telephone or a transfer.
    Leg {
        /// Of which effect.
        id: Id,
        /// What.
        outcome: LegOutcome,
    },
    /// A recording is over.
    Recorded {
        /// Of which [`Effect::Record`].
        id: Id,
        /// What came of it.
        outcome: RecordOutcome,
    },
    /// A text message was handed over, or not.
    Sms {
        /// Of which [`Effect::SendSms`].
        id: Id,
        /// Whether it was.
        is_sent: bool,
    },
    /// The caller hung up.
    HangUp,
}

/// What came of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeOutcome {
    /// It is good, and the caller is known.
    Verified,
    /// It is not; the caller may try again.
    Wrong,
    /// It is not looked at: too many were wrong.
    Locked,
    /// It could not be checked.
    Unavailable,
}

/// What became of a queue, a ringing telephone or a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegOutcome {
    /// The caller is with somebody.
    Answered,
    /// They have parted, or the call was passed on.
    Ended,
    /// Nobody came in time.
    NoAnswer,
    /// Busy.
    Busy,
    /// It could not be tried.
    Failed,
}

/// What came of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordOutcome {
    /// There is one.
    Recorded {
        /// Whatever the driver calls it.
        recording: String,
        /// How long it is.
        ms: u64,
    },
    /// There is none: nothing was said, or it failed.
    Failed,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Play these in turn, then report [`Input::PlaybackEnded`].
    Play {
        /// Its id.
        id: Id,
        /// What the caller hears.
        prompts: Vec<Spoken>,
        /// Whether a key may stop it. The engine says so itself, by [`Effect::StopPlaying`]; drivers whose telephony
        /// plays and collects in one command need to know beforehand.
        may_be_interrupted: bool,
    },
    /// Stop what is playing. No end is reported.
    StopPlaying,
    /// Report [`Input::Timer`] then. A new one replaces the one before.
    Wait {
        /// Its id.
        id: Id,
        /// When.
        until: Moment,
    },
    /// Ask the company's own system, with the variables of [`State::variables`].
    LookUp {
        /// Its id.
        id: Id,
        /// What.
        request: LookUpRef,
        /// The variable that the answer will stand in, for the record.
        variable: String,
    },
    /// Check an identification code.
    CheckCode {
        /// Its id.
        id: Id,
        /// Its digits: a secret.
        digits: Filled,
    },
    /// Ask a calendar whether it is open now.
    AskHours {
        /// Its id.
        id: Id,
        /// Which, `cal_…`.
        calendar: String,
    },
    /// Put the caller into a queue.
    Queue {
        /// Its id.
        id: Id,
        /// Its name or id.
        queue: String,
        /// Played over and over meanwhile.
        hold: Vec<Spoken>,
    },
    /// Ring somebody.
    Connect {
        /// Its id.
        id: Id,
        /// `usr_…`, `grp_…`, a number or a SIP address.
        to: Filled,
        /// How long.
        ring_ms: u32,
        /// Played over and over meanwhile.
        hold: Vec<Spoken>,
    },
    /// Pass the call on.
    Transfer {
        /// Its id.
        id: Id,
        /// A number or a SIP address.
        to: Filled,
    },
    /// Record a message.
    Record {
        /// Its id.
        id: Id,
        /// Longest message.
        max_ms: u32,
        /// The group that gets it.
        to: Option<String>,
    },
    /// The caller pressed a key: the message is over. Report [`Input::Recorded`].
    StopRecording {
        /// Of which [`Effect::Record`].
        id: Id,
    },
    /// Send a text message.
    SendSms {
        /// Its id.
        id: Id,
        /// A number.
        to: Filled,
        /// What.
        text: Filled,
    },
    /// Give up what is under way: nobody waits for it any more.
    Cancel {
        /// Of which effect.
        id: Id,
    },
    /// End the call.
    HangUp,
    /// Write this down.
    Entry(TranscriptEntry),
}

/// Where calls begin.
#[derive(Debug, Clone, Copy)]
pub struct Engine;

impl Engine {
    /// A call begins.
    pub fn begin(flow: &Flow, facts: CallFacts, now: Moment) -> (State, Vec<Effect>) {
        let mut state = State::new(facts, now);
        let mut effects = Vec::new();
        let mut run = Run::new(flow, &mut state, &mut effects);
        run.begin();
        (state, effects)
    }
}

impl State {
    /// Something happened.
    pub fn step(&mut self, flow: &Flow, input: Input, now: Moment) -> Vec<Effect> {
        let mut effects = Vec::new();
        let mut run = Run::new(flow, self, &mut effects);
        run.step(&input, now);
        effects
    }
}

#[cfg(test)]
mod tests;
