//! The bank's own server: it knows who is signed in, and says so to the widget in a signed token.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::state::State;
use super::story::CUSTOMERS;

/// How long a token may be used to get a code, seconds.
const TOKEN_SECS: i64 = 300;

/// The customers that can sign in on the bank's page.
pub(super) fn customers() -> Value {
    let signed_in = CUSTOMERS.iter().filter(|c| c.signs_in);
    signed_in.map(|c| json!({ "id": c.id, "name": c.name, "tariff": c.tariff_label() })).collect()
}

/// A token for the customer who is signed in (W-1).
pub(super) fn token(state: &State, customer: &str, now_secs: i64, jti: &str) -> Option<String> {
    let customer = CUSTOMERS.iter().find(|c| c.id == customer && c.signs_in)?;
    let header = json!({ "alg": "HS256", "typ": "JWT", "kid": state.widget_kid });
    let claims = json!({
        "aud": state.widget,
        "sub": customer.id,
        "iat": now_secs,
        "exp": now_secs + TOKEN_SECS,
        "jti": jti,
        "name": customer.name,
        "email": customer.email,
        "email_verified": true,
        "phone": customer.phone,
        "language": "en",
        "attributes": { "tariff": customer.tariff },
    });
    sign(&state.widget_secret, &header, &claims)
}

fn sign(secret: &str, header: &Value, claims: &Value) -> Option<String> {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", encode(header), encode(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(signed.as_bytes());
    Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())))
}
