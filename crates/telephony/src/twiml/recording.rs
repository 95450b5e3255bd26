//! Recordings that stay with a provider until they are fetched: where they are, who we are there, where they are removed.
//!
//! A provider says in a signed webhook where a recording is. What it says is believed no further than its own hosts: our
//! secrets go nowhere else, and nothing else is fetched.

use countersign_types::phone_number::PhoneProvider;
use serde_json::Value;
use url::Url;

use super::request::Webhook;

/// Longest address of a recording.
const URL_BYTES_MAX: usize = 2_048;
/// Longest id of a recording or an account.
const ID_BYTES_MAX: usize = 100;
/// Largest answer in which a new address is looked for.
const ANSWER_BYTES_MAX: usize = 65_536;

/// A recording, as its provider tells of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Told {
    /// What the provider calls it.
    pub sid: String,
    /// Where it is.
    pub url: String,
    /// Whose it is: what the provider calls the company's account.
    pub account: String,
    /// How long it is, milliseconds.
    pub ms: u64,
}

/// An address of a recording may let whoever has it hear it.
impl std::fmt::Debug for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Told({})", self.sid)
    }
}

/// Who we are to a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// HTTP Basic: the account and the secret that signs webhooks.
    Token,
    /// HTTP Basic: the account and the number's API key.
    Key,
    /// `Authorization: Bearer` with the number's API key.
    Bearer,
}

impl Webhook {
    /// The recording that it tells of, if one is ready.
    pub fn recording(&self) -> Option<Told> {
        let is_id = |id: &&str| {
            (1..=ID_BYTES_MAX).contains(&id.len())
                && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        };
        if self.field("RecordingStatus").is_some_and(|status| status != "completed") {
            return None;
        }
        let sid = self.field("RecordingSid").filter(is_id)?;
        let url = self.field("RecordingUrl").filter(|url| url.len() <= URL_BYTES_MAX)?;
        let account = self.field("AccountSid").filter(is_id)?;
        let secs: u64 = self.field("RecordingDuration").and_then(|secs| secs.parse().ok())?;
        let (sid, url, account) = (sid.to_owned(), url.to_owned(), account.to_owned());
        (secs > 0).then_some(Told { sid, url, account, ms: secs.min(86_400) * 1_000 })
    }
}

/// Whether an address is one at which this provider has recordings.
pub fn is_of_provider(provider: PhoneProvider, url: &str) -> bool {
    host(url).is_some_and(|host| {
        let ends: &[&str] = match provider {
            PhoneProvider::Twilio => &["twilio.com"],
            PhoneProvider::Signalwire => &["signalwire.com"],
            PhoneProvider::Telnyx => &["telnyx.com"],
        };
        is_under(&host, ends) || is_store_of(provider, url, &host)
    })
}

/// Whether a provider's own answer may lead there: what it stores lies with others.
pub fn may_lead_to(provider: PhoneProvider, url: &str) -> bool {
    is_of_provider(provider, url)
        || host(url)
            .is_some_and(|host| is_under(&host, &["amazonaws.com", "twiliocdn.com", "googleapis.com"]))
}

/// Telnyx says where it stores them, by an address that is good for ten minutes.
fn is_store_of(provider: PhoneProvider, url: &str, host: &str) -> bool {
    let path = Url::parse(url).map(|url| url.path().to_owned()).unwrap_or_default();
    let is_bucket =
        host.starts_with("telephony-recorder-prod.") || path.starts_with("/telephony-recorder-prod/");
    provider == PhoneProvider::Telnyx && is_under(host, &["amazonaws.com"]) && is_bucket
}

/// Who we are at an address of a provider, where it asks.
pub fn proof(provider: PhoneProvider, url: &str) -> Option<Proof> {
    let host = host(url)?;
    match provider {
        PhoneProvider::Twilio => is_under(&host, &["twilio.com"]).then_some(Proof::Token),
        PhoneProvider::Signalwire => is_under(&host, &["signalwire.com"]).then_some(Proof::Key),
        PhoneProvider::Telnyx => is_under(&host, &["telnyx.com"]).then_some(Proof::Bearer),
    }
}

/// Where a recording is fetched.
pub fn address(provider: PhoneProvider, told: &Told) -> Option<String> {
    if !is_of_provider(provider, &told.url) {
        return None;
    }
    let is_plain = provider == PhoneProvider::Twilio && told.url.ends_with(&format!("/{}", told.sid));
    Some(if is_plain { format!("{}.wav", told.url) } else { told.url.clone() })
}

/// Where a recording is removed (`DELETE`), where the provider takes that.
pub fn removal(provider: PhoneProvider, told: &Told) -> Option<String> {
    if provider == PhoneProvider::Telnyx {
        return Some(telnyx_resource(told));
    }
    let Told { sid, url, account, .. } = told;
    let of_account = format!("/Accounts/{account}/Recordings/{sid}");
    let at = url.find(&of_account)? + of_account.len();
    let resource = format!("{}.json", url.get(..at)?);
    is_of_provider(provider, &resource).then_some(resource)
}

/// Where a new address of a recording is asked for (`GET`), once the one that was told leads to nothing: Telnyx's leads
/// into its store, and is good for ten minutes. `None`: what was told is not of that kind.
pub fn renewal(provider: PhoneProvider, told: &Told) -> Option<String> {
    let is_stored = provider == PhoneProvider::Telnyx && host(&told.url)?.ends_with(".amazonaws.com");
    is_stored.then(|| telnyx_resource(told))
}

/// The address in an answer of Telnyx about a recording: of its TeXML (`media_url`), else of its other API
/// (`data.download_urls`). Whether anything is fetched there says [`address`].
pub fn renewed(answer: &[u8]) -> Option<String> {
    if answer.len() > ANSWER_BYTES_MAX {
        return None;
    }
    let answer: Value = serde_json::from_slice(answer).ok()?;
    let places = ["/media_url", "/data/download_urls/wav", "/data/download_urls/mp3"];
    let mut found = places.into_iter().filter_map(|place| answer.pointer(place)?.as_str());
    found.find(|url| (1..=URL_BYTES_MAX).contains(&url.len())).map(ToOwned::to_owned)
}

/// What Telnyx's TeXML calls a recording.
fn telnyx_resource(Told { account, sid, .. }: &Told) -> String {
    format!("https://api.telnyx.com/v2/texml/Accounts/{account}/Recordings/{sid}.json")
}

/// The host of an address that is encrypted, names no port of its own and nobody who logs in.
fn host(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let is_plain = url.scheme() == "https"
        && url.port().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    url.host_str().filter(|_| is_plain).map(str::to_ascii_lowercase)
}

fn is_under(host: &str, ends: &[&str]) -> bool {
    ends.iter().any(|end| host.strip_suffix(end).is_some_and(|rest| rest.ends_with('.')))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const TWILIO: &str = "https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1";

    fn told(url: &str) -> Told {
        Told { sid: "RE1".to_owned(), url: url.to_owned(), account: "AC1".to_owned(), ms: 4_000 }
    }

    fn hook(url: &str, more: &str) -> Option<Told> {
        let url: String = url.bytes().map(|b| format!("%{b:02X}")).collect();
        let body = format!(
            "CallSid=CA1&AccountSid=AC1&RecordingSid=RE1&RecordingDuration=4&RecordingUrl={url}{more}"
        );
        Webhook::read(body.as_bytes(), "").unwrap().recording()
    }

    #[test]
    fn a_webhook_tells_of_a_recording_that_is_ready() {
        assert_eq!(hook(TWILIO, ""), Some(told(TWILIO)));
        assert_eq!(hook(TWILIO, "&RecordingStatus=completed"), Some(told(TWILIO)));
        assert_eq!(hook(TWILIO, "&RecordingStatus=absent"), None);
        assert_eq!(hook(&format!("{TWILIO}{}", "x".repeat(3_000)), ""), None);
        let without = |body: &str| Webhook::read(body.as_bytes(), "").unwrap().recording();
        assert_eq!(without("RecordingSid=RE1&AccountSid=AC1&RecordingUrl=x&RecordingDuration=0"), None);
        assert_eq!(without("RecordingSid=../RE1&AccountSid=AC1&RecordingUrl=x&RecordingDuration=4"), None);
        assert_eq!(without("RecordingSid=RE1&RecordingUrl=x&RecordingDuration=4"), None);
        assert!(!format!("{:?}", told(TWILIO)).contains("http"), "an address may be a key");
    }

    #[test]
    fn nothing_is_fetched_from_anybody_but_the_provider() {
        use PhoneProvider::{Signalwire, Telnyx, Twilio};
        let stored = "https://s3.amazonaws.com/telephony-recorder-prod/x.wav?X-Amz-Signature=1";
        for (provider, url) in [
            (Twilio, TWILIO),
            (Twilio, "https://api.dublin.ie1.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1"),
            (Signalwire, "https://bank.signalwire.com/api/laml/2010-04-01/Accounts/AC1/Recordings/RE1.mp3"),
            (Telnyx, stored),
            (Telnyx, "https://api.telnyx.com/v2/recordings/1"),
        ] {
            assert!(is_of_provider(provider, url), "{url}");
            assert!(address(provider, &told(url)).is_some(), "{url}");
        }
        for url in [
            "http://api.twilio.com/RE1",
            "https://api.twilio.com:8443/RE1",
            "https://api.twilio.com.evil.example/RE1",
            "https://eviltwilio.com/RE1",
            "https://twilio.com/RE1",
            "https://user:pass@api.twilio.com/RE1",
            "https://evil.example/?https://api.twilio.com/",
            "https://evil.example#@api.twilio.com/",
            "https://169.254.169.254/latest/meta-data",
            "https://[::1]/RE1",
            "file:///etc/passwd",
            "",
            stored,
        ] {
            assert!(!is_of_provider(Twilio, url), "{url}");
            assert_eq!(address(Twilio, &told(url)), None, "{url}");
        }
        assert!(!is_of_provider(Telnyx, "https://s3.amazonaws.com/somebody-else/x.wav"));
        assert!(may_lead_to(Twilio, "https://com-twilio.s3.us-east-1.amazonaws.com/RE1?X-Amz-Signature=1"));
        assert!(!may_lead_to(Twilio, "https://evil.example/RE1"));
        assert!(!may_lead_to(Twilio, "https://amazonaws.com.evil.example/RE1"));
    }

    #[test]
    fn secrets_go_to_the_provider_and_not_to_where_it_stores() {
        use PhoneProvider::{Signalwire, Telnyx, Twilio};
        assert_eq!(proof(Twilio, TWILIO), Some(Proof::Token));
        assert_eq!(proof(Signalwire, "https://bank.signalwire.com/api/laml"), Some(Proof::Key));
        assert_eq!(proof(Telnyx, "https://api.telnyx.com/v2/recordings/1"), Some(Proof::Bearer));
        for provider in [Twilio, Signalwire, Telnyx] {
            assert_eq!(proof(provider, "https://s3.amazonaws.com/telephony-recorder-prod/x.wav"), None);
            assert_eq!(proof(provider, "https://evil.example/"), None);
        }
    }

    #[test]
    fn a_recording_is_removed_where_its_provider_says() {
        use PhoneProvider::{Signalwire, Telnyx, Twilio};
        assert_eq!(removal(Twilio, &told(TWILIO)), Some(format!("{TWILIO}.json")));
        let space = "https://bank.signalwire.com/api/laml/2010-04-01/Accounts/AC1/Recordings/RE1";
        assert_eq!(removal(Signalwire, &told(&format!("{space}.mp3"))), Some(format!("{space}.json")));
        assert_eq!(removal(Signalwire, &told("https://files.signalwire.com/RE1.mp3")), None);
        assert_eq!(removal(Twilio, &told("https://evil.example/Accounts/AC1/Recordings/RE1")), None);
        let telnyx = removal(Telnyx, &told("https://s3.amazonaws.com/x"));
        assert_eq!(
            telnyx.as_deref(),
            Some("https://api.telnyx.com/v2/texml/Accounts/AC1/Recordings/RE1.json")
        );
        assert_eq!(address(Twilio, &told(TWILIO)), Some(format!("{TWILIO}.wav")), "as WAV");
    }

    #[test]
    fn a_new_address_is_asked_of_telnyx_where_it_told_one_of_its_store() {
        use PhoneProvider::{Signalwire, Telnyx, Twilio};
        let stored = told("https://s3.amazonaws.com/telephony-recorder-prod/x.wav?X-Amz-Signature=1");
        let asked = renewal(Telnyx, &stored).unwrap();
        assert_eq!(asked, "https://api.telnyx.com/v2/texml/Accounts/AC1/Recordings/RE1.json");
        assert_eq!(proof(Telnyx, &asked), Some(Proof::Bearer));
        for provider in [Twilio, Signalwire] {
            assert_eq!(renewal(provider, &stored), None);
        }
        for url in ["https://api.telnyx.com/v2/recordings/1", "https://evil.example/RE1", "no address"] {
            assert_eq!(renewal(Telnyx, &told(url)), None, "{url}");
        }
    }

    #[test]
    fn a_new_address_is_read_from_what_telnyx_answers() {
        let at = "https://s3.amazonaws.com/telephony-recorder-prod/x.wav?X-Amz-Signature=2";
        let read = |answer: serde_json::Value| renewed(answer.to_string().as_bytes());
        let whole = serde_json::json!({ "account_sid": "AC1", "sid": "RE1", "duration": "4", "status": "completed",
            "error_code": null, "uri": "/v2/texml/Accounts/AC1/Recordings/RE1.json", "media_url": at });
        assert_eq!(read(whole).as_deref(), Some(at));
        let wav = serde_json::json!({ "data": { "id": "RE1", "download_urls": { "mp3": "x", "wav": at } } });
        assert_eq!(read(wav).as_deref(), Some(at));
        let mp3 = serde_json::json!({ "data": { "id": "RE1", "download_urls": { "mp3": at } } });
        assert_eq!(read(mp3).as_deref(), Some(at));
        for nothing in [
            serde_json::json!({ "sid": "RE1", "status": "in-progress", "media_url": null }),
            serde_json::json!({ "media_url": "" }),
            serde_json::json!({ "media_url": format!("{at}{}", "x".repeat(3_000)) }),
            serde_json::json!({ "media_url": { "wav": at } }),
            serde_json::json!({ "media_url": at, "more": "x".repeat(70_000) }),
            serde_json::json!([at]),
        ] {
            assert_eq!(read(nothing), None);
        }
        assert_eq!(renewed(b"<html>no</html>"), None);
        assert_eq!(renewed(b""), None);
    }
}
