//! The signed token of a widget's page (W-1): a JWT by which the company's own server says who is signed in.
//!
//! Read strictly and in one way only: three parts of canonical base64url, JSON without doubled members, the algorithm
//! that belongs to the key whatever the header says, times as whole seconds. Nothing in a token points anywhere: keys
//! are looked up by `kid` among those of the widget, and a header that brings or names a key is refused.
//!
//! The answers tell the company's developers what is wrong; a visitor learns nothing that the token did not say.

mod claims;
mod json;
mod signature;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_types::profile::{ProfileKey, ProfilePatch};
use countersign_types::{Error, Result, Timestamp, WidgetId, WidgetKeyId, time};
use serde_json::{Map, Value};

pub(crate) use signature::check_public_key;

use crate::Service;

/// Longest token, bytes.
pub const TOKEN_BYTES_MAX: usize = 8_192;
/// Longest life of a token, seconds.
pub const LIFETIME_SECS_MAX: i64 = 300;
/// How far the clocks of two servers may be apart, seconds.
pub const LEEWAY_SECS: i64 = 60;
/// How long a `jti` may be, characters.
pub const JTI_CHARS: std::ops::RangeInclusive<usize> = 8..=200;

/// What a good token says.
#[derive(Debug, Clone)]
pub struct SignedIdentity {
    /// Who is signed in.
    pub key: ProfileKey,
    /// What else the company says about them.
    pub patch: ProfilePatch,
    /// An e-mail address or a phone number that the company has not verified: beside `sub` each needs its `…_verified`.
    pub claimed: ProfilePatch,
    /// Names the token: it issues a code once (`widget::insert_token_use`).
    pub jti_hash: [u8; 32],
    /// From when on the token cannot be sent any more, leeway included; its use is remembered until then.
    pub expires_at: Timestamp,
    /// With which key it was signed (`widget::touch_widget_key`).
    pub kid: WidgetKeyId,
}

impl Service {
    /// Who a signed token says is signed in on a page that carries this widget. Whether it was used before is for the
    /// caller to find out, in the transaction that uses it.
    pub fn verify_widget_token(
        &self,
        widget: WidgetId,
        token: &str,
        now: Timestamp,
    ) -> Result<SignedIdentity> {
        let parts = Parts::read(token)?;
        let snapshot = self.snapshot();
        let entry = snapshot.widget(widget)?;
        let kid = check_header(&parts.header)?;
        // The keys of this widget and no others: a `kid` of another widget is unknown here.
        let key = entry.widget.keys.iter().find(|key| key.id == kid).ok_or_else(unknown_key)?;
        let material = entry.material.get(&kid).ok_or_else(unknown_key)?;
        if parts.header.get("alg").and_then(Value::as_str) != Some(key.algorithm.as_str()) {
            return Err(refused(
                "token-algorithm",
                "The token's `alg` is not the algorithm of its key.",
                "Sign with the algorithm that the key was made for; it is pinned to the `kid`.",
            ));
        }
        signature::verify(key.algorithm, material, parts.signed, &parts.signature)?;
        // Only what is signed is looked at from here on.
        let claims = json::object(&parts.claims, "token-malformed")?;
        let times = claims::times(&claims, now)?;
        claims::audience(&claims, widget)?;
        let jti = claims::jti(&claims)?;
        let (key, patch, claimed) = claims::identity(&claims)?;
        let mut name = widget.to_bytes().to_vec();
        name.extend_from_slice(jti.as_bytes());
        Ok(SignedIdentity {
            key,
            patch,
            claimed,
            jti_hash: self.vault().blind_bytes("token_use", &name),
            expires_at: times.expires_at.plus(LEEWAY_SECS * time::SECOND),
            kid,
        })
    }

    /// For which widget a token says it is. Nothing is proved by it: [`Service::verify_widget_token`] decides.
    pub(crate) fn widget_of_token(&self, token: &str) -> Result<WidgetId> {
        let claims = json::object(&Parts::read(token)?.claims, "token-malformed")?;
        let audience = claims.get("aud").and_then(Value::as_str);
        audience.and_then(|aud| aud.parse().ok()).ok_or_else(claims::wrong_audience)
    }
}

/// The three parts of a token.
struct Parts<'a> {
    header: Map<String, Value>,
    claims: Vec<u8>,
    signature: Vec<u8>,
    /// What the signature is over.
    signed: &'a [u8],
}

impl<'a> Parts<'a> {
    fn read(token: &'a str) -> Result<Self> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(refused(
                "token-too-large",
                "The token is larger than 8 KiB.",
                "Put less into the token.",
            ));
        }
        let mut parts = token.split('.');
        let (Some(header), Some(claims), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(malformed());
        };
        // The engine takes the one canonical spelling only: no padding, no whitespace, no stray bits.
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| malformed());
        let signed = token.as_bytes().get(..header.len() + 1 + claims.len()).ok_or_else(malformed)?;
        Ok(Self {
            header: json::object(&decode(header)?, "token-malformed")?,
            claims: decode(claims)?,
            signature: decode(signature)?,
            signed,
        })
    }
}

/// Checks the header without believing it; answers with the key it names.
fn check_header(header: &Map<String, Value>) -> Result<WidgetKeyId> {
    for member in ["jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "crit", "b64", "zip", "enc"] {
        if header.contains_key(member) {
            return Err(refused(
                "token-header",
                "The token's header brings or names a key, or asks for an extension.",
                "Send a header of `alg`, `kid` and `typ` only.",
            ));
        }
    }
    let is_jwt = |typ: &Value| typ.as_str().is_some_and(|t| t.eq_ignore_ascii_case("JWT"));
    if header.get("typ").is_some_and(|typ| !is_jwt(typ)) {
        return Err(refused(
            "token-header",
            "The token's `typ` is not `JWT`.",
            "Send `typ`: `JWT`, or none.",
        ));
    }
    let kid = header.get("kid").and_then(Value::as_str);
    kid.and_then(|kid| kid.parse().ok()).ok_or_else(unknown_key)
}

fn refused(code: &'static str, detail: &'static str, hint: &'static str) -> Error {
    Error::Refused { code, detail, hint }
}

fn malformed() -> Error {
    refused(
        "token-malformed",
        "This is not a signed token.",
        "Send a JWT in its compact form: header, claims and signature, each in base64url without padding.",
    )
}

fn unknown_key() -> Error {
    refused(
        "token-key",
        "The token's `kid` is not a live key of this widget.",
        "Put the `kid` of one of this widget's keys into the token's header.",
    )
}
