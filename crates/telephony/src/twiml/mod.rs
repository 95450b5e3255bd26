//! TwiML: the dialect of Twilio, which SignalWire and Telnyx speak as well. A provider posts what happened and does what the
//! answer says.

pub mod answer;
pub mod recording;
pub mod request;
pub mod signature;
