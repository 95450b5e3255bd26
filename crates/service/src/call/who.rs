//! Who calls: what the company's own system says of whose number was keyed in, and who has the number that rings.

use countersign_ivr::State;
use countersign_ivr::look_up::{LookUpOutcome, Mapped, Proves};
use countersign_store::account::find_account_ref_for_update;
use countersign_store::{Tx, identifier, profile};
use countersign_types::attribute::AttributeLevel;
use countersign_types::audit::{Actor, ActorKind};
use countersign_types::event::EventKind;
use countersign_types::evidence::{EvidenceBy, Method};
use countersign_types::pii::{Attribute, Name, Pii, Purpose};
use countersign_types::profile::{IdentifierKind, ProfileKey, ProfilePatch, ProfileState, Source};
use countersign_types::{Error, LinkId, ProfileId, Result};
use serde_json::json;

use super::world::World;
use crate::Service;
use crate::caller::Grant;
use crate::import::row::{CLEAR, value};
use crate::link::Proof;
use crate::look_up::{LookUpEntry, LookUpRun};
use crate::work::Log;

/// Customers who are shown as those who may be calling, at most.
const CANDIDATES_MAX: usize = 5;

/// A customer who has the number that rings. Anybody can send a number that is not theirs (I-2): it makes nobody known.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The customer.
    pub profile: ProfileId,
    /// The short stable reference.
    pub reference: String,
    /// The name.
    pub name: Option<Pii<Name>>,
}

impl Service {
    /// Puts the call under the customer whom an answer names: AL1, since anybody can know a number, or AL2 where the
    /// company's system compared a PIN as well. A call goes on whatever becomes of it.
    pub(super) async fn know_caller(
        &self,
        world: &World,
        state: &State,
        entry: &LookUpEntry,
        run: &LookUpRun,
    ) {
        let LookUpOutcome::Found { .. } = run.outcome else { return };
        let (Some(key), Some(plan)) = (key_of(&run.mapped), entry.plan()) else { return };
        let has_pin = plan.guessed(&world.keyed, state.variables()).is_some_and(|guessed| guessed.has_pin);
        let is_pin = plan.proves() == Proves::Pin && has_pin;
        let method = if is_pin { Method::LookUpPin } else { Method::Claimed };
        if let Err(error) = self.link_caller(world, entry, &key, &run.mapped, method).await {
            // Blocked, several with one address, or a value that is none.
            tracing::warn!(%error, call = %world.call, look_up = %entry.stored.id, "an answer made nobody known");
        }
    }

    async fn link_caller(
        &self,
        world: &World,
        entry: &LookUpEntry,
        key: &ProfileKey,
        mapped: &Mapped,
        method: Method,
    ) -> Result<()> {
        let (service, now, call) = (self.clone(), self.now(), world.call);
        let (account, channel, is_bench) = (world.account, world.channel, world.is_bench);
        let (key, patch) = (key.clone(), self.patch_of(mapped));
        let by = EvidenceBy {
            kind: "look_up".to_owned(),
            id: entry.stored.id.to_string(),
            name: entry.stored.name.clone(),
        };
        let actor = Actor {
            kind: ActorKind::Customer,
            id: account.id.to_string(),
            name: super::CHANNEL_NAME.to_owned(),
        };
        let (link, look_up): (LinkId, _) = (self.new_id()?, entry.stored.id);
        let grant = Grant::internal(Actor::system());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let account =
                find_account_ref_for_update(tx, account.id).await?.ok_or(Error::NotFound("call"))?;
            let nothing = ProfilePatch::default();
            let found = if is_bench {
                // What is tried out makes nobody new, and changes nobody.
                match service.find_subject(tx, &key).await? {
                    Some(found) => found,
                    None => return Ok(()),
                }
            } else {
                service.resolve_or_create(tx, log, &actor, &key, &nothing, Source::LookUp, now).await?
            };
            let survivor = match profile::lock_survivor(tx, found).await? {
                Some((survivor, ProfileState::Active)) => survivor,
                Some((_, ProfileState::Blocked)) | None => return Err(crate::code::blocked()),
            };
            if !is_bench {
                service.apply_pushed(tx, log, &actor, survivor, &patch, Source::LookUp, true, now).await?;
            }
            let proof = Proof { method, expires_at: service.link_end(now), by };
            let linked = service.link_account(tx, log, &actor, account, survivor, link, proof, now).await?;
            let details = json!({
                "look_up": look_up, "link": linked.link, "method": method, "assurance": linked.assurance,
            });
            log.audit("call.identify", call, details);
            if method == Method::LookUpPin && linked.link == link && !is_bench {
                let mut event = service.event(EventKind::IdentificationSucceeded, &actor, now)?;
                event.profile = Some(linked.profile);
                event.account = Some(account.id);
                event.link = Some(linked.link);
                event.details = json!({
                    "channel": channel, "method": method, "assurance": linked.assurance,
                });
                log.event(event);
            }
            log.live("call.updated", call);
            Ok(())
        })
        .await
    }

    /// What an answer says of a customer; values that do not fit are left out.
    fn patch_of(&self, mapped: &Mapped) -> ProfilePatch {
        let snapshot = self.snapshot();
        let attribute = |(key, text): (&String, &Pii<Attribute>)| {
            let known = snapshot.attribute_by_key(AttributeLevel::Profile, key)?;
            let text = text.plain(Purpose::Seal);
            (text != CLEAR).then(|| (key.clone(), value(Some(known), text)))
        };
        ProfilePatch {
            name: mapped.name.clone().map(Some),
            email: mapped.email.clone().map(Some),
            phone: mapped.phone.clone().map(Some),
            external_id: mapped.external_id.clone().map(Some),
            attributes: mapped.attributes.iter().filter_map(attribute).collect(),
            ..ProfilePatch::default()
        }
    }

    /// Customers who have the number that rings, proved: what a page says of itself brings nobody before an agent.
    pub(crate) async fn candidates(&self, tx: &mut Tx<'_>, number: &str) -> Result<Vec<Candidate>> {
        let vault = self.vault();
        let found = identifier::find_by_identifier(tx, vault, IdentifierKind::Phone, number, true).await?;
        let mut candidates = Vec::new();
        for id in found.into_iter().take(CANDIDATES_MAX) {
            if let Some(found) = profile::find_profile(tx, vault, id).await? {
                let (reference, name) = (found.reference(), found.name.clone());
                candidates.push(Candidate { profile: id, reference, name });
            }
        }
        Ok(candidates)
    }
}

/// By what an answer names somebody: the company's own id before an address before a number.
fn key_of(mapped: &Mapped) -> Option<ProfileKey> {
    let Mapped { external_id, email, phone, .. } = mapped;
    external_id
        .clone()
        .map(ProfileKey::ExternalId)
        .or_else(|| email.clone().map(ProfileKey::Email))
        .or_else(|| phone.clone().map(ProfileKey::Phone))
}
