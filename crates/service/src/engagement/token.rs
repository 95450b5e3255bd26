//! What other systems are told of a result, signed (V-7).

use async_recursion::async_recursion as boxed;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_store::{Tx, engagement as store, mandate, profile};
use countersign_types::engagement::EngagementOutcome;
use countersign_types::profile::ProfileState;
use countersign_types::{EngagementId, Error, EventId, MandateId, Permission, Result, Timestamp, time};
use countersign_verification::engagement::Role;
use countersign_verification::result::claims;
use ed25519_dalek::{Signer, SigningKey};
use serde_json::json;

use super::kept::Kept;
use crate::Service;
use crate::caller::Request;
use crate::mandate::core_mandate;
use crate::work::Log;

/// Characters of an audience.
const AUDIENCE_CHARS_MAX: usize = 200;
/// What the key is made for: another use of the master key gives another one.
const LABEL: &str = "verification_result";

/// A signed result.
#[derive(Debug, Clone)]
pub struct ResultToken {
    /// A JWT.
    pub token: String,
    /// Until when it is accepted.
    pub expires_at: Timestamp,
}

/// The key by which results are checked.
#[derive(Debug, Clone)]
pub struct Jwk {
    /// Its id.
    pub kid: String,
    /// The public key, base64url.
    pub x: String,
}

impl Service {
    fn result_key(&self) -> SigningKey {
        SigningKey::from_bytes(&self.vault().token_mac(LABEL, b"ed25519"))
    }

    /// The key by which results are checked. It is not secret.
    pub fn result_jwk(&self) -> Jwk {
        let public = self.result_key().verifying_key();
        let x = URL_SAFE_NO_PAD.encode(public.as_bytes());
        // Of the key itself: another key has another id.
        Jwk { kid: x.chars().take(16).collect(), x }
    }

    /// Signs the result of an engagement for another system. A mandate is looked at again: what was revoked a second ago
    /// is signed by nobody.
    #[boxed]
    pub async fn sign_engagement_result(
        &self,
        request: &Request,
        id: EngagementId,
        audience: &str,
    ) -> Result<ResultToken> {
        let grant = self.authorise(request, Permission::EngagementWrite).await?;
        let audience = self::audience("/audience", audience)?;
        let snapshot = self.snapshot();
        let listed = &snapshot.workspace.result_audiences;
        if !listed.is_empty() && !listed.contains(&audience) {
            let detail = "Results are not signed for this system. An administrator adds it to those named in the settings.";
            return Err(Error::invalid("/audience", "unknown-audience", detail));
        }
        let (service, now, issue) = (self.clone(), self.now(), self.new_id::<EventId>()?);
        let jti = URL_SAFE_NO_PAD.encode(issue.to_bytes());
        let (token, expires_at) = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<(String, i64)> {
                let found = store::find_engagement(tx, service.vault(), id).await?;
                let engagement = found.ok_or(Error::NotFound("engagement"))?;
                let core = Kept::of(&engagement)?.core;
                let named = core.mandate().and_then(|id| id.parse::<MandateId>().ok());
                let mandate = match named {
                    Some(id) => mandate::get_mandate(tx, id).await?.map(|found| core_mandate(&found)),
                    None => None,
                };
                // Who is gone or blocked meanwhile is vouched for no more.
                if let Some(customer) = core.party(Role::Customer).profile()
                    && profile::find_profile_state(tx, customer).await? != Some(ProfileState::Active)
                {
                    return Err(no_result());
                }
                let is_over = engagement.outcome == Some(EngagementOutcome::Proceed)
                    && !core.may_proceed(now, mandate.as_ref());
                let claims = claims(&core, (&jti, &id.to_string()), &audience, now).filter(|_| !is_over);
                let claims = claims.ok_or_else(no_result)?;
                let until = claims.exp;
                let token = service.sign_claims(&serde_json::to_value(&claims).map_err(Error::internal)?);
                log.audit("engagement.sign", id, json!({ "audience": audience, "jti": jti }));
                Ok((token, until))
            })
            .await?;
        Ok(ResultToken { token, expires_at: Timestamp::from_micros(expires_at * time::SECOND) })
    }

    fn sign_claims(&self, claims: &serde_json::Value) -> String {
        let header = json!({ "alg": "EdDSA", "typ": "JWT", "kid": self.result_jwk().kid });
        let encode = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", encode(&header), encode(claims));
        let signature = self.result_key().sign(text.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }
}

/// The name of a system that results are for.
pub(crate) fn audience(pointer: &str, text: &str) -> Result<String> {
    let text = text.trim();
    let is_wrong = text.is_empty() || text.chars().count() > AUDIENCE_CHARS_MAX;
    if is_wrong || text.chars().any(char::is_control) {
        let detail = "Name the system that the result is for in 1 to 200 characters, such as its address.";
        return Err(Error::invalid(pointer, "invalid-audience", detail));
    }
    Ok(text.to_owned())
}

fn no_result() -> Error {
    Error::conflict(
        "no-result",
        "This engagement has no result that counts at this moment.",
        "Finish it, or open a new one: results count as long as the policy says, and as long as the mandate holds.",
    )
}
