//! Calls: somebody on the telephone, from the first ring to the last word.

use serde_json::Value;

use crate::phone_number::PhoneAdapter;
use crate::pii::{FreeText, Pii};
use crate::words::words;
use crate::{AccountId, CallId, CallLookUpId, IvrFlowId, PhoneNumberId, Timestamp, UserId};

words! {
    /// Where a call stands.
    CallState {
        /// The caller hears the flow.
        InFlow = "in_flow",
        /// The caller waits in a queue.
        Waiting = "waiting",
        /// An agent's telephone rings.
        Ringing = "ringing",
        /// The caller is with somebody.
        Connected = "connected",
        /// It is over.
        Ended = "ended",
    }
}

words! {
    /// What a call came to.
    CallOutcome {
        /// Somebody spoke with the caller.
        Answered = "answered",
        /// The caller was to reach somebody, and hung up before.
        Abandoned = "abandoned",
        /// The caller was to reach somebody, and nobody came.
        Missed = "missed",
        /// The caller left a message.
        Voicemail = "voicemail",
        /// It was passed on to somewhere else.
        Transferred = "transferred",
        /// The flow did all that was asked, or the caller hung up in it.
        Handled = "handled",
    }
}

/// A call. Who calls is its account; what was keyed in and looked up is sealed under that account's key and goes with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Its id.
    pub id: CallId,
    /// Who calls: the account of their number, or one of this call alone where the number is withheld.
    pub account: AccountId,
    /// The number of ours that was called, if it is one that is known.
    pub number: Option<PhoneNumberId>,
    /// The flow.
    pub flow: Option<IvrFlowId>,
    /// Its published version; `None`: the draft, on the bench.
    pub flow_version: Option<i64>,
    /// How it came.
    pub adapter: PhoneAdapter,
    /// What the provider calls it.
    pub provider_id: Option<String>,
    /// Where it stands.
    pub state: CallState,
    /// What it came to, once it is over or that is sure.
    pub outcome: Option<CallOutcome>,
    /// Who took it.
    pub agent: Option<UserId>,
    /// What is known of it, sealed.
    pub about: CallAbout,
    /// What happened in it: entries of `ivr::transcript`, without anybody's data.
    pub transcript: Value,
    /// When it began.
    pub started_at: Timestamp,
    /// When somebody took it.
    pub answered_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What is known of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct CallAbout {
    /// The numbers, the attestation, the variables that are not secret, and where the engine stands, as JSON.
    pub body: Pii<FreeText>,
    /// What the agent wrote down afterwards.
    pub note: Option<Pii<FreeText>>,
}

/// A look-up that a call made.
#[derive(Debug, Clone, PartialEq)]
pub struct CallLookUp {
    /// Its id.
    pub id: CallLookUpId,
    /// In which call.
    pub call: CallId,
    /// At which node.
    pub node: String,
    /// `found`, `not_found` or `unavailable`.
    pub outcome: String,
    /// Why it was unavailable, in a word.
    pub why: Option<String>,
    /// The status of the answer, if there was one.
    pub status: Option<i64>,
    /// How long it took, in milliseconds.
    pub latency_ms: i64,
    /// The host that was asked; the address itself may hold what the caller keyed in.
    pub host: String,
    /// When.
    pub at: Timestamp,
}
