//! Signatures of Standard Webhooks, version 1: HMAC-SHA-256 over `id.timestamp.body` (X-8).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_types::{Timestamp, time};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The headers `webhook-id`, `webhook-timestamp` and `webhook-signature`, signed with every secret (`whsec_…`), so
/// that a receiver may hold the old or the new one during a rotation. `None` when a secret is not one.
pub fn standard_webhook_headers(
    secrets: &[&str],
    id: &str,
    now: Timestamp,
    body: &str,
) -> Option<Vec<(String, String)>> {
    let seconds = (now.as_micros() / time::SECOND).to_string();
    let mut signatures = Vec::with_capacity(secrets.len());
    for secret in secrets {
        let key = STANDARD.decode(secret.strip_prefix("whsec_")?).ok()?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
        mac.update(format!("{id}.{seconds}.").as_bytes());
        mac.update(body.as_bytes());
        signatures.push(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())));
    }
    Some(vec![
        ("webhook-id".to_owned(), id.to_owned()),
        ("webhook-timestamp".to_owned(), seconds),
        ("webhook-signature".to_owned(), signatures.join(" ")),
    ])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The example of the specification's reference libraries.
    #[test]
    fn x_8_the_published_vector_holds() {
        let headers = standard_webhook_headers(
            &["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            Timestamp::from_micros(1_614_265_330 * time::SECOND),
            r#"{"test": 2432232314}"#,
        )
        .unwrap();
        assert_eq!(headers[2].1, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn x_8_two_secrets_give_two_signatures() {
        let secrets =
            ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2Vjb25kIHNlY3JldCBvZiAzMiBieXRlcyBsb25n"];
        let headers = standard_webhook_headers(&secrets, "evt_1", Timestamp::from_micros(0), "{}").unwrap();
        let parts: Vec<_> = headers[2].1.split(' ').collect();
        assert_eq!(parts.len(), 2);
        assert!(parts.iter().all(|part| part.starts_with("v1,")) && parts[0] != parts[1]);
    }
}
