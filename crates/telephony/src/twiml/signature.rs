//! Whether a webhook comes from whom it says. Each provider signs in its own way; all are compared in constant time.
//!
//! Twilio and SignalWire: base 64 of HMAC-SHA-1 over the address and every field, by name, each different value once, in
//! their order. The address counts with and without its port, as Twilio's own libraries have it. A body that is no form
//! stands in the address as `bodySHA256`. Telnyx: Ed25519 over `timestamp|body`, for five minutes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_types::phone_number::PhoneProvider;
use ed25519_dalek::{Signature, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use url::Url;

/// How old a signature with a time may be, seconds.
const WINDOW_SECS: i64 = 300;

/// A webhook as it came.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// The address that the provider called: our public one, never what `Host` says.
    pub url: &'a str,
    /// The body.
    pub body: &'a [u8],
    /// The headers, by their names in small letters.
    pub headers: &'a [(String, String)],
    /// Now, in seconds since 1970.
    pub now_secs: i64,
}

impl Signed<'_> {
    fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        let first = all.next()?;
        // Two are none: which would count is a matter of opinion.
        if all.next().is_some() { None } else { Some(first.1.as_str()) }
    }

    fn is_form(&self) -> bool {
        let is_form =
            |kind: &str| kind.trim().to_ascii_lowercase().starts_with("application/x-www-form-urlencoded");
        self.header("content-type").is_some_and(is_form)
    }
}

/// Whether the provider signed it with this secret; for Telnyx the secret is its public key.
pub fn is_signed(provider: PhoneProvider, secret: &str, request: &Signed<'_>) -> bool {
    match provider {
        PhoneProvider::Twilio => is_by_fields(secret, request, &["x-twilio-signature"]),
        PhoneProvider::Signalwire => {
            is_by_fields(secret, request, &["x-signalwire-signature", "x-twilio-signature"])
        }
        PhoneProvider::Telnyx => is_by_key(secret, request),
    }
}

fn is_by_fields(secret: &str, request: &Signed<'_>, names: &[&str]) -> bool {
    let Some(given) = names.iter().find_map(|name| request.header(name)) else { return false };
    let Ok(url) = Url::parse(request.url) else { return false };
    let fields: Vec<(String, String)> = if request.is_form() {
        let Ok(fields) = serde_urlencoded::from_bytes(request.body) else { return false };
        fields
    } else {
        Vec::new()
    };
    if !request.is_form() && !request.body.is_empty() && !is_body_in_address(&url, request.body) {
        return false;
    }
    let mut is_right = subtle::Choice::from(0);
    for address in addresses(request.url, &url) {
        is_right |= sign(secret, &address, &fields).as_bytes().ct_eq(given.as_bytes());
    }
    is_right.into()
}

/// The signature of an address and fields.
pub fn sign(secret: &str, url: &str, fields: &[(String, String)]) -> String {
    let mut sorted: Vec<&(String, String)> = fields.iter().collect();
    sorted.sort();
    sorted.dedup();
    // A key of any length is a key.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(url.as_bytes());
    for (name, value) in sorted {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    STANDARD.encode(mac.finalize().into_bytes())
}

/// The address as it is written, with its port, and without.
fn addresses(written: &str, url: &Url) -> [String; 3] {
    let Some((scheme, rest)) = written.split_once("://") else { return Default::default() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (place, path) = rest.split_at(end);
    let host = url.host_str().unwrap_or_default();
    let (who, _) = place
        .rsplit_once('@')
        .map_or(("", place), |(_, host)| (&place[..=place.len() - host.len() - 1], host));
    let port = url.port_or_known_default().unwrap_or(443);
    [
        written.to_owned(),
        format!("{scheme}://{who}{host}{path}"),
        format!("{scheme}://{who}{host}:{port}{path}"),
    ]
}

fn is_body_in_address(url: &Url, body: &[u8]) -> bool {
    let given = url.query_pairs().find(|(name, _)| name == "bodySHA256");
    let hash = hex::encode(Sha256::digest(body));
    given.is_some_and(|(_, given)| hash.as_bytes().ct_eq(given.to_ascii_lowercase().as_bytes()).into())
}

fn is_by_key(key: &str, request: &Signed<'_>) -> bool {
    let (Some(given), Some(at)) =
        (request.header("telnyx-signature-ed25519"), request.header("telnyx-timestamp"))
    else {
        return false;
    };
    let Ok(secs) = at.parse::<i64>() else { return false };
    if secs.abs_diff(request.now_secs) > WINDOW_SECS.unsigned_abs() {
        return false;
    }
    let key = STANDARD.decode(key).ok().and_then(|key| <[u8; 32]>::try_from(key).ok());
    let Some(key) = key.and_then(|key| VerifyingKey::from_bytes(&key).ok()) else { return false };
    let Some(signature) = STANDARD.decode(given).ok().and_then(|bytes| Signature::from_slice(&bytes).ok())
    else {
        return false;
    };
    let told = [at.as_bytes(), b"|", request.body].concat();
    key.verify_strict(&told, &signature).is_ok()
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer, SigningKey};

    use super::*;

    const URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";
    const FORM: &str =
        "CallSid=CA1234567890ABCDE&Caller=%2B12349013030&Digits=1234&From=%2B12349013030&To=%2B18005551212";
    const PUBLISHED: &str = "0/KCTR6DLpKmkAf8muzZqo1nDgQ=";

    fn headers(all: &[(&str, &str)]) -> Vec<(String, String)> {
        all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn twilio(url: &str, body: &str, given: &str) -> bool {
        let headers =
            headers(&[("x-twilio-signature", given), ("content-type", "application/x-www-form-urlencoded")]);
        let signed = Signed { url, body: body.as_bytes(), headers: &headers, now_secs: 0 };
        is_signed(PhoneProvider::Twilio, "12345", &signed)
    }

    #[test]
    fn the_published_vectors_hold_with_and_without_a_port() {
        assert!(twilio(URL, FORM, PUBLISHED));
        let other = FORM.replace("%2B12349013030", "%2B14158675309");
        assert!(twilio(URL, &other, "RSOYDt4T1cUTdK1PDd93/VVr8B8="));
        for signed in ["https://mycompany.com:443/myapp.php?foo=1&bar=2", URL] {
            let fields: Vec<(String, String)> = serde_urlencoded::from_str(FORM).unwrap();
            let given = sign("12345", signed, &fields);
            for called in [URL, "https://mycompany.com:443/myapp.php?foo=1&bar=2"] {
                assert!(twilio(called, FORM, &given), "{signed} {called}");
            }
            assert!(
                !twilio("https://mycompany.com:8443/myapp.php?foo=1&bar=2", FORM, &given) || signed == URL
            );
        }
    }

    #[test]
    fn one_bit_anywhere_is_refused() {
        let flips = |text: &str| -> Vec<String> {
            let bits = (0..text.len()).flat_map(|at| (0..8).map(move |bit| (at, bit)));
            let flip = |(at, bit): (usize, u8)| {
                let mut bytes = text.as_bytes().to_vec();
                bytes[at] ^= 1 << bit;
                String::from_utf8(bytes).ok()
            };
            bits.filter_map(flip).collect()
        };
        for given in flips(PUBLISHED) {
            assert!(!twilio(URL, FORM, &given), "{given}");
        }
        for url in flips("/myapp.php?foo=1&bar=2") {
            assert!(!twilio(&format!("https://mycompany.com{url}"), FORM, PUBLISHED), "{url}");
        }
        let fields =
            |form: &str| serde_urlencoded::from_str::<Vec<(String, String)>>(form).unwrap_or_default();
        for form in flips(FORM) {
            // The same fields written otherwise are the same fields: `%2B` and `%2b`.
            assert_eq!(twilio(URL, &form, PUBLISHED), fields(&form) == fields(FORM), "{form}");
        }
        let none = [("x-twilio-signature", PUBLISHED), ("x-twilio-signature", PUBLISHED)];
        let twice = headers(&none);
        let signed = Signed { url: URL, body: b"", headers: &twice, now_secs: 0 };
        assert!(!is_signed(PhoneProvider::Twilio, "12345", &signed), "two signatures are none");
        assert!(!is_signed(PhoneProvider::Telnyx, "12345", &signed), "not theirs");
    }

    #[test]
    fn values_of_one_name_count_once_each_in_their_order() {
        let doubled = format!("{FORM}&Digits=1234");
        assert!(twilio(URL, &doubled, PUBLISHED));
        let one = sign("12345", URL, &[("a".into(), "2".into()), ("a".into(), "1".into())]);
        let two = sign("12345", URL, &[("a".into(), "1".into()), ("a".into(), "2".into())]);
        assert_eq!(one, two);
    }

    #[test]
    fn a_body_that_is_no_form_stands_in_the_address() {
        let body = br#"{"property":"value"}"#;
        let url = format!("https://bank.example/hook?bodySHA256={}", hex::encode(Sha256::digest(body)));
        let given = sign("12345", &url, &[]);
        let headers = headers(&[("x-twilio-signature", &given), ("content-type", "application/json")]);
        let signed = Signed { url: &url, body, headers: &headers, now_secs: 0 };
        assert!(is_signed(PhoneProvider::Twilio, "12345", &signed));
        let other = Signed { body: br#"{"property":"valuf"}"#, ..signed };
        assert!(!is_signed(PhoneProvider::Twilio, "12345", &other));
        let plain = sign("12345", "https://bank.example/hook", &[]);
        let headers = self::headers(&[("x-twilio-signature", &plain), ("content-type", "application/json")]);
        let bare = Signed { url: "https://bank.example/hook", body, headers: &headers, now_secs: 0 };
        assert!(!is_signed(PhoneProvider::Twilio, "12345", &bare), "a body that nothing covers");
    }

    #[test]
    fn signalwire_signs_under_either_name() {
        let fields: Vec<(String, String)> = serde_urlencoded::from_str(FORM).unwrap();
        let given = sign("PT-key", URL, &fields);
        for name in ["x-signalwire-signature", "x-twilio-signature"] {
            let headers = headers(&[(name, &given), ("content-type", "application/x-www-form-urlencoded")]);
            let signed = Signed { url: URL, body: FORM.as_bytes(), headers: &headers, now_secs: 0 };
            assert!(is_signed(PhoneProvider::Signalwire, "PT-key", &signed));
            assert!(!is_signed(PhoneProvider::Signalwire, "PT-kex", &signed));
        }
    }

    #[test]
    fn telnyx_signs_time_and_body() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let public = STANDARD.encode(key.verifying_key().as_bytes());
        let given =
            |at: &str, body: &str| STANDARD.encode(key.sign(format!("{at}|{body}").as_bytes()).to_bytes());
        let check = |public: &str, given: &str, at: &str, body: &str, now_secs| {
            let headers = headers(&[("telnyx-signature-ed25519", given), ("telnyx-timestamp", at)]);
            let signed = Signed { url: URL, body: body.as_bytes(), headers: &headers, now_secs };
            is_signed(PhoneProvider::Telnyx, public, &signed)
        };
        let right = given("1000", FORM);
        assert!(check(&public, &right, "1000", FORM, 1_300) && check(&public, &right, "1000", FORM, 700));
        assert!(!check(&public, &right, "1000", FORM, 1_301) && !check(&public, &right, "1000", FORM, 699));
        assert!(!check(&public, &right, "1001", FORM, 1_000), "another time");
        let bytes = STANDARD.decode(&right).unwrap();
        // One bit of each byte: without optimisation this is slow.
        for bit in (0..bytes.len()).map(|at| at * 8 + at % 8) {
            let mut wrong = bytes.clone();
            wrong[bit / 8] ^= 1 << (bit % 8);
            assert!(!check(&public, &STANDARD.encode(wrong), "1000", FORM, 1_000), "{bit}");
        }
        for bit in (0..FORM.len()).map(|at| at * 8 + at % 5) {
            let mut body = FORM.as_bytes().to_vec();
            body[bit / 8] ^= 1 << (bit % 8);
            if let Ok(body) = String::from_utf8(body) {
                assert!(!check(&public, &right, "1000", &body, 1_000), "{bit}");
            }
        }
        assert!(!check("", &right, "1000", FORM, 1_000) && !check(&public, "", "1000", FORM, 1_000));
    }
}
