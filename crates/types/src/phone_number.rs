//! Phone numbers of the company.

use crate::words::words;
use crate::{IvrFlowId, PhoneNumberId, Timestamp};

words! {
    /// How calls of a number reach this server.
    PhoneAdapter {
        /// Not at all: the bench.
        Bench = "bench",
        /// Webhooks of a cloud telephony provider, which speaks TwiML.
        Twiml = "twiml",
        /// SIP, into this server.
        Sip = "sip",
    }
}

words! {
    /// Who provides a number whose calls come as webhooks: they sign differently.
    PhoneProvider {
        /// Twilio.
        Twilio = "twilio",
        /// SignalWire.
        Signalwire = "signalwire",
        /// Telnyx.
        Telnyx = "telnyx",
    }
}

/// A phone number of the company, and what happens when somebody calls it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneNumber {
    /// Its id.
    pub id: PhoneNumberId,
    /// E.164; no other has it.
    pub number: String,
    /// Its name.
    pub name: String,
    /// How its calls come.
    pub adapter: PhoneAdapter,
    /// Who provides it, where that matters.
    pub provider: Option<PhoneProvider>,
    /// The flow that its callers hear; `None`: nobody answers.
    pub flow: Option<IvrFlowId>,
    /// Whether the secret with which its provider signs is known.
    pub has_auth_token: bool,
    /// Whether the key is known with which recordings are fetched, where that is not the secret that signs.
    pub has_api_key: bool,
    /// Whether recordings are removed at the provider once they are here.
    pub removes_recordings: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}
