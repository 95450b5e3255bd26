//! How a receiver makes sure that a webhook comes from Countersign (Standard Webhooks).

use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::pages::header_text;

/// How far the clock of a signature may be off, seconds.
const TOLERANCE: i64 = 300;

/// Whether a webhook was signed with this secret, and lately.
pub(super) fn is_signed(secret: &str, headers: &HeaderMap, body: &str, now: i64) -> bool {
    let Some(key) = secret.strip_prefix("whsec_").and_then(|text| STANDARD.decode(text).ok()) else {
        return false;
    };
    let [id, at, signatures] =
        ["webhook-id", "webhook-timestamp", "webhook-signature"].map(|name| header_text(headers, name));
    if !at.parse::<i64>().is_ok_and(|at| (now - at).abs() <= TOLERANCE) {
        return false;
    }
    signatures.split(' ').filter_map(|s| s.strip_prefix("v1,")).any(|signature| {
        let Ok(signature) = STANDARD.decode(signature) else { return false };
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else { return false };
        mac.update(format!("{id}.{at}.{body}").as_bytes());
        mac.verify_slice(&signature).is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x_8_a_webhook_counts_only_with_its_signature_and_in_its_time() {
        // The example of the specification's reference libraries.
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let headers = |signature: &str| {
            let pairs = [
                ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
                ("webhook-timestamp", "1614265330"),
                ("webhook-signature", signature),
            ];
            HeaderMap::from_iter(
                pairs
                    .map(|(name, value)| (axum::http::HeaderName::from_static(name), value.parse().unwrap())),
            )
        };
        let (good, body, at) =
            ("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", r#"{"test": 2432232314}"#, 1_614_265_330);
        assert!(is_signed(secret, &headers(good), body, at));
        assert!(is_signed(secret, &headers(&format!("v1,AAAA {good}")), body, at));
        assert!(!is_signed("whsec_AAAA", &headers(good), body, at));
        assert!(!is_signed("", &headers(good), body, at));
        assert!(!is_signed(secret, &headers(good), r#"{"test": 2432232315}"#, at));
        assert!(!is_signed(secret, &headers(good), body, at + TOLERANCE + 1));
        assert!(!is_signed(secret, &headers("v1,"), body, at));
        assert!(!is_signed(secret, &HeaderMap::new(), body, at));
    }
}
