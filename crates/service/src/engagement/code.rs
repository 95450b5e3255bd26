//! Codes in a call: the customer reads out a code that they got where they are signed in, and the agent types it. It is
//! redeemed as one that was keyed in: once, for the caller's own call, with the caller's own misses. Only that makes the
//! call somebody's (AL3); the questions may then be replaced by it where the policy says so.

use async_recursion::async_recursion as boxed;
use countersign_identity::classify::classify;
use countersign_store::{Tx, call as call_store, link, profile};
use countersign_types::code::{Invalid, Outcome};
use countersign_types::pii::{FreeText, Pii, Purpose};
use countersign_types::{AccountId, CallId, ChannelId, EngagementId, Error, Permission, Result};
use countersign_verification::engagement::Refusal;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::take::Doing;
use super::{EngagementDetail, refusal};
use crate::Service;
use crate::call::{CHANNEL_NAME, TELEPHONE, sender_of};
use crate::caller::Request;
use crate::code::redeem::Place;
use crate::work::Log;

/// Longest code as it is typed, with whatever stands between its characters.
const TYPED_CHARS_MAX: usize = 64;

/// What became of a code. It is kept with the idempotency key: a miss is durable, and counted once.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
enum Typed {
    Redeemed,
    Refused(Invalid),
    Expired,
}

impl Service {
    /// Redeems a code that was read out in the call of an engagement. Nothing of the engagement changes by it: what it proves
    /// stands with the call, and is taken as evidence by a step of its own.
    #[boxed]
    pub async fn redeem_engagement_code(
        &self,
        request: &Request,
        id: EngagementId,
        revision: u32,
        code: &Pii<FreeText>,
    ) -> Result<EngagementDetail> {
        let grant = self.authorise(request, Permission::EngagementWrite).await?;
        let typed = code.plain(Purpose::Match);
        if typed.chars().count() > TYPED_CHARS_MAX {
            let detail = format!("A code has at most {TYPED_CHARS_MAX} characters.");
            return Err(Error::invalid("/code", "too-long", detail));
        }
        let (service, found) = (self.clone(), classify(typed));
        let (who, actor) = self.acting(request, true).await?;
        let doing = Doing { who, actor, now: self.now() };
        let typed = self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Typed> {
            let Some(taking) = service.begin_step(tx, log, id, revision, &doing).await? else {
                return Ok(Typed::Expired);
            };
            if taking.kept.core.revision() != revision {
                return Err(refusal::error(Refusal::Stale, ""));
            }
            if taking.kept.core.outcome().is_some() {
                return Err(refusal::error(Refusal::Concluded, ""));
            }
            let call = taking.engagement.call.ok_or_else(no_call)?;
            let account = taking.account.ok_or(Error::NotFound("call"))?;
            let sender = service.caller_on_the_line(tx, call).await?;
            let channel = ChannelId::from_bytes(*TELEPHONE);
            let place =
                Place { channel, channel_name: CHANNEL_NAME, account, case: None, sender: sender.as_deref() };
            let outcome = service.redeem(tx, log, &place, &found, doing.now).await?.outcome;
            if outcome == Outcome::Valid {
                self_redeemed(&service, tx, account.id, &doing).await?;
            }
            let (typed, word) = match outcome {
                Outcome::Valid => (Typed::Redeemed, "redeemed"),
                Outcome::Invalid(why) => (Typed::Refused(why), why.as_str()),
                Outcome::NotSent => (Typed::Refused(Invalid::Malformed), Invalid::Malformed.as_str()),
            };
            log.audit("engagement.redeem_code", id, json!({ "call": call, "outcome": word }));
            log.live("call.updated", call);
            log.live("engagement.updated", id);
            Ok(typed)
        });
        match typed.await? {
            Typed::Redeemed => self.engagement_seen(&request.caller, &grant, id).await,
            Typed::Refused(why) => Err(refused(why)),
            Typed::Expired => Err(refusal::expired()),
        }
    }

    /// For whom misses are counted in a call that goes on. What is read out after it proves nothing of who called.
    async fn caller_on_the_line(&self, tx: &mut Tx<'_>, id: CallId) -> Result<Option<String>> {
        let found = call_store::find_call(tx, self.vault(), id).await?;
        let call = found.ok_or(Error::NotFound("call"))?;
        if call.ended_at.is_some() {
            return Err(Error::conflict(
                "call-over",
                "The call is over: a code that is typed now says nothing of who called.",
                "Ask for a code in a new call, or in a conversation.",
            ));
        }
        sender_of(&call)
    }
}

/// Nobody makes a caller themself or somebody they represent or are represented by (V-6): with the refusal the link goes, and
/// the code stays unused.
async fn self_redeemed(service: &Service, tx: &mut Tx<'_>, account: AccountId, doing: &Doing) -> Result<()> {
    let Some(live) = link::find_live_link(tx, account).await? else { return Ok(()) };
    let owner = profile::find_survivor(tx, live.profile).await?.unwrap_or(live.profile);
    if service.related(tx, &doing.who).await?.contains(&owner) {
        return Err(refusal::error(Refusal::OwnProfile, ""));
    }
    Ok(())
}

fn no_call() -> Error {
    Error::conflict(
        "no-call",
        "This engagement has no call in which a code could be read out.",
        "In a conversation, ask for a code: the customer writes it themself.",
    )
}

fn refused(why: Invalid) -> Error {
    let (detail, hint) = match why {
        Invalid::Locked => (
            "Too many wrong codes came from this caller.",
            "Wait a quarter of an hour, or ask the questions of the policy.",
        ),
        Invalid::Unconfirmed => (
            "Codes are being guessed at this moment, and this one cannot be confirmed in a call.",
            "Ask the questions of the policy, or go on in a conversation.",
        ),
        _ => (
            "The code is not good: mistyped, expired, used, or for another channel.",
            "Have it read out again, or have a new one made.",
        ),
    };
    Error::conflict("code-refused", detail, hint)
}
