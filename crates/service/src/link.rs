//! Links: made by proof, ended by people, time or a newer proof, and put back.
//!
//! Decisions (docs/decisions/0004-who-wins.md): the newest proof of at least the same level wins an account; a weaker
//! one never takes it. What a link replaced is remembered, and undoing the link puts it back. An account without a
//! live link stands under its home profile, the anonymous one that its first message made.

use async_recursion::async_recursion as boxed;
use countersign_store::account::AccountRef;
use countersign_store::link::{LiveLink, NewLink};
use countersign_store::{Tx, account, case, link as store, profile};
use countersign_types::audit::Actor;
use countersign_types::channel::ChannelKind;
use countersign_types::event::EventKind;
use countersign_types::evidence::{Evidence, EvidenceBy, Method};
use countersign_types::link::{Account, Link, LinkEnd};
use countersign_types::merge::MergeGround;
use countersign_types::pii::{ExternalId, Pii};
use countersign_types::profile::ProfileState;
use countersign_types::{
    Assurance, ChannelId, Error, EvidenceId, LinkId, Permission, ProfileId, Result, Timestamp, time,
};

use crate::Service;
use crate::caller::Request;
use crate::web_chat::CHAT_UPDATED;
use crate::work::Log;

/// Links that one run of the expiry job ends.
const EXPIRE_MAX: i64 = 200;

/// Why an account is believed to be somebody's.
#[derive(Debug, Clone)]
pub(crate) struct Proof {
    /// How it was found out; decides the level.
    pub method: Method,
    /// Until when.
    pub expires_at: Option<Timestamp>,
    /// Who recorded it.
    pub by: EvidenceBy,
}

impl Proof {
    /// The level that this evidence gives, by the one function that gives levels.
    pub(crate) fn assurance(&self, now: Timestamp) -> Assurance {
        use countersign_identity::evidence::{Evidence, assess};
        let evidence = Evidence {
            method: self.method,
            recorded_at: now.as_micros(),
            expires_at: self.expires_at.map(Timestamp::as_micros),
            ended_at: None,
        };
        assess(&[evidence], now.as_micros()).level
    }
}

/// What linking came to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Linked {
    /// The link that stands now.
    pub link: LinkId,
    /// Its level.
    pub assurance: Assurance,
    /// The profile the account stands under now.
    pub profile: ProfileId,
}

/// How a link that can be ended stands.
enum Standing {
    /// It counts.
    Live(AccountRef, LiveLink),
    /// A newer one took its place and would give it back when it is undone.
    Superseded,
}

impl Service {
    /// Links an account to a profile on the strength of a proof. A link of a higher level stays.
    #[allow(clippy::too_many_arguments, reason = "everything that decides is named")]
    pub(crate) async fn link_account(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        account: AccountRef,
        profile: ProfileId,
        link: LinkId,
        proof: Proof,
        now: Timestamp,
    ) -> Result<Linked> {
        let assurance = proof.assurance(now);
        let live = self.live_link(tx, log, account, now).await?;
        if let Some(live) = live {
            if live.assurance > assurance {
                return Ok(Linked { link: live.id, assurance: live.assurance, profile: live.profile });
            }
            store::end_link(tx, live.id, LinkEnd::Superseded, now).await?;
            if live.profile != profile {
                self.tell_ended(log, actor, account, live, LinkEnd::Superseded, now)?;
            }
        }
        let new = NewLink {
            id: link,
            profile,
            account: account.id,
            assurance,
            replaced: live.map(|l| l.id),
            linked_at: now,
            expires_at: proof.expires_at,
        };
        store::insert_link(tx, &new).await?;
        let evidence_id: EvidenceId = self.new_id()?;
        let evidence = Evidence {
            id: evidence_id,
            profile,
            account: account.id,
            link,
            method: proof.method,
            assurance,
            recorded_at: now,
            expires_at: proof.expires_at,
            ended_at: None,
            by: proof.by,
        };
        store::insert_evidence(tx, &evidence).await?;
        account::update_account_profile(tx, account.id, profile, now).await?;
        let mut event = self.event(EventKind::LinkCreated, actor, now)?;
        event.profile = Some(profile);
        event.account = Some(account.id);
        event.link = Some(link);
        event.details = serde_json::json!({
            "method": proof.method, "assurance": assurance, "replaced": live.map(|l| l.id),
        });
        log.event(event);
        let details = serde_json::json!({
            "profile": profile, "account": account.id, "method": proof.method, "assurance": assurance,
        });
        log.audit("link.create", link, details);
        log.live("link.created", link);
        log.live("profile.updated", profile);
        self.count_identified(tx, log, account.id, assurance, false, now).await?;
        self.touch_cases(tx, log, account).await?;
        Ok(Linked { link, assurance, profile })
    }

    /// The link that counts now. One whose time is over is ended on the way.
    pub(crate) async fn live_link(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        account: AccountRef,
        now: Timestamp,
    ) -> Result<Option<LiveLink>> {
        let Some(live) = store::find_live_link(tx, account.id).await? else { return Ok(None) };
        if live.expires_at.is_none_or(|t| now < t) {
            return Ok(Some(live));
        }
        self.end(tx, log, &Actor::system(), account, live, LinkEnd::Expired, now).await?;
        Ok(None)
    }

    /// Whom a proof says an account is, or the account's own home: an agent's word about it is no proof, and whoever
    /// names the account with a code or a token must neither make one of it nor see what is that customer's (P-4).
    pub(crate) async fn proved_profile(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        account: AccountRef,
        now: Timestamp,
    ) -> Result<ProfileId> {
        Ok(match self.live_link(tx, log, account, now).await? {
            Some(live) if live.assurance == Assurance::Al3 => live.profile,
            _ => self.proved_home(tx, account.home_profile).await?,
        })
    }

    /// Where an account is at home. That a colleague merged its home into another profile is an agent's word as well.
    async fn proved_home(&self, tx: &mut Tx<'_>, home: ProfileId) -> Result<ProfileId> {
        let survivor = profile::find_survivor(tx, home).await?.unwrap_or(home);
        if survivor == home {
            return Ok(home);
        }
        match countersign_store::merge::find_merge_of(tx, home).await?.map(|merge| merge.ground) {
            Some(MergeGround::Proved | MergeGround::Attested) => Ok(survivor),
            Some(MergeGround::Hand | MergeGround::Suggestion) | None => Err(Error::conflict(
                "merged-by-hand",
                "The customer of this channel account was merged into another by a colleague.",
                "Name the customer by `external_id`, which a colleague's merge does not move.",
            )),
        }
    }

    /// Ends a link and sends its account home.
    #[allow(clippy::too_many_arguments, reason = "everything that decides is named")]
    async fn end(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        account: AccountRef,
        live: LiveLink,
        reason: LinkEnd,
        now: Timestamp,
    ) -> Result<()> {
        if !store::end_link(tx, live.id, reason, now).await? {
            return Err(already_ended());
        }
        let home = profile::find_survivor(tx, account.home_profile).await?.unwrap_or(account.home_profile);
        account::update_account_profile(tx, account.id, home, now).await?;
        self.tell_ended(log, actor, account, live, reason, now)?;
        self.touch_cases(tx, log, account).await
    }

    fn tell_ended(
        &self,
        log: &mut Log,
        actor: &Actor,
        account: AccountRef,
        live: LiveLink,
        reason: LinkEnd,
        now: Timestamp,
    ) -> Result<()> {
        let mut event = self.event(EventKind::LinkEnded, actor, now)?;
        event.profile = Some(live.profile);
        event.account = Some(account.id);
        event.link = Some(live.id);
        event.details = serde_json::json!({ "reason": reason });
        log.event(event);
        let details = serde_json::json!({ "profile": live.profile, "account": account.id, "reason": reason });
        log.audit("link.end", live.id, details);
        log.live("link.ended", live.id);
        log.live("profile.updated", live.profile);
        Ok(())
    }

    async fn touch_cases(&self, tx: &mut Tx<'_>, log: &mut Log, account: AccountRef) -> Result<()> {
        for case in case::list_case_ids(tx, account.id).await? {
            log.live("case.updated", case);
        }
        log.live(CHAT_UPDATED, account.id);
        Ok(())
    }

    /// Unlinks: the account is a stranger's again.
    #[boxed]
    pub async fn unlink(&self, request: &Request, link: LinkId, reason: Option<String>) -> Result<Link> {
        let grant = self.authorise(request, Permission::LinkWrite).await?;
        let reason = crate::text::reason(reason.as_deref())?;
        let (service, actor, now) = (self.clone(), grant.actor.clone(), self.now());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            service.unlink_in(tx, log, &actor, link, now).await?;
            log.audit("link.unlink", link, serde_json::json!({ "reason": reason }));
            Ok(())
        })
        .await?;
        self.find_link(link).await
    }

    /// [`Service::unlink`] inside an operation, without its own row in the audit log.
    pub(crate) async fn unlink_in(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        link: LinkId,
        now: Timestamp,
    ) -> Result<()> {
        match self.lock_standing(tx, link).await? {
            Standing::Live(account, live) => {
                self.end(tx, log, actor, account, live, LinkEnd::Unlinked, now).await?;
                self.run_rules_on_link(tx, log, account.id, live.assurance, now).await
            }
            Standing::Superseded => {
                store::close_superseded_link(tx, link, LinkEnd::Unlinked).await?;
                log.live("link.ended", link);
                Ok(())
            }
        }
    }

    /// Takes a link back and puts in its place what it had replaced.
    #[boxed]
    pub async fn undo_link(&self, request: &Request, link: LinkId) -> Result<Link> {
        let grant = self.authorise(request, Permission::LinkWrite).await?;
        let (service, actor, now) = (self.clone(), grant.actor.clone(), self.now());
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            service.undo(tx, log, &actor, link, now).await
        })
        .await?;
        self.find_link(link).await
    }

    /// [`Service::undo_link`] inside an operation.
    pub(crate) async fn undo(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        link: LinkId,
        now: Timestamp,
    ) -> Result<()> {
        let (account, live) = match self.lock_standing(tx, link).await? {
            Standing::Live(account, live) => (account, live),
            // Something newer stands in its place already. From now on nothing puts this one back.
            Standing::Superseded => {
                store::close_superseded_link(tx, link, LinkEnd::Undone).await?;
                log.audit("link.undo", link, serde_json::json!({ "restored": null }));
                log.live("link.ended", link);
                return Ok(());
            }
        };
        let replaced = self.replaced_by(tx, link).await?;
        self.end(tx, log, actor, account, live, LinkEnd::Undone, now).await?;
        log.audit("link.undo", link, serde_json::json!({ "restored": replaced.map(|(id, _)| id) }));
        // A blocked customer's link does not come back: blocked means that nobody is identified as them.
        if let Some((replaced, profile)) = replaced
            && profile::lock_profile_state(tx, profile).await? == Some(ProfileState::Active)
            && store::reopen_link(tx, replaced, now).await?
        {
            account::update_account_profile(tx, account.id, profile, now).await?;
            let mut event = self.event(EventKind::LinkCreated, actor, now)?;
            event.profile = Some(profile);
            event.account = Some(account.id);
            event.link = Some(replaced);
            event.details = serde_json::json!({ "restored": true });
            log.event(event);
            log.live("link.created", replaced);
            log.live("profile.updated", profile);
        }
        self.run_rules_on_link(tx, log, account.id, live.assurance, now).await
    }

    async fn replaced_by(&self, tx: &mut Tx<'_>, link: LinkId) -> Result<Option<(LinkId, ProfileId)>> {
        let found = store::find_link(tx, self.vault(), link).await?;
        let Some(replaced) = found.and_then(|l| l.replaced) else { return Ok(None) };
        let before = store::find_link(tx, self.vault(), replaced).await?;
        Ok(before.map(|l| (l.id, l.profile)))
    }

    /// A link that can still be ended, with its account locked.
    async fn lock_standing(&self, tx: &mut Tx<'_>, link: LinkId) -> Result<Standing> {
        let found = store::find_link(tx, self.vault(), link).await?.ok_or(Error::NotFound("link"))?;
        let account = account::find_account_ref_for_update(tx, found.account.id)
            .await?
            .ok_or(Error::NotFound("link"))?;
        match store::find_live_link(tx, account.id).await? {
            Some(live) if live.id == link => return Ok(Standing::Live(account, live)),
            _ => {}
        }
        // Read again under the lock.
        match store::find_link(tx, self.vault(), link).await?.and_then(|found| found.ended_reason) {
            Some(LinkEnd::Superseded) => Ok(Standing::Superseded),
            _ => Err(already_ended()),
        }
    }

    /// A link as it stands now.
    pub(crate) async fn find_link(&self, link: LinkId) -> Result<Link> {
        let vault = self.vault().clone();
        self.read(async move |tx: &mut Tx<'_>| -> Result<Link> {
            store::find_link(tx, &vault, link).await?.ok_or(Error::NotFound("link"))
        })
        .await
    }

    /// An agent says that a channel account is this customer's: AL1, and it never takes the place of a proof.
    #[boxed]
    pub async fn link_by_agent(
        &self,
        request: &Request,
        profile_id: ProfileId,
        channel: ChannelId,
        user_id: Pii<ExternalId>,
        reason: String,
    ) -> Result<Link> {
        let grant = self.authorise(request, Permission::LinkWrite).await?;
        let reason = crate::text::reason(Some(&reason))?.ok_or_else(|| {
            Error::invalid("/reason", "missing-field", "Say why you believe that this account is theirs.")
        })?;
        let snapshot = self.snapshot();
        snapshot.channel(channel)?;
        let (service, actor, now) = (self.clone(), grant.actor.clone(), self.now());
        let id: LinkId = self.new_id()?;
        let linked: LinkId = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<LinkId> {
                let account = service.account_for(tx, log, &actor, channel, user_id, None, now).await?;
                let profile_id = match profile::lock_survivor(tx, profile_id).await? {
                    None => return Err(Error::NotFound("profile")),
                    Some((_, ProfileState::Blocked)) => return Err(crate::code::blocked()),
                    Some((survivor, ProfileState::Active)) => survivor,
                };
                let by = EvidenceBy {
                    kind: actor.kind.as_str().to_owned(),
                    id: actor.id.clone(),
                    name: actor.name.clone(),
                };
                let proof = Proof { method: Method::AgentConfirmed, expires_at: service.link_end(now), by };
                let before = store::find_live_link(tx, account.id).await?;
                let linked =
                    service.link_account(tx, log, &actor, account, profile_id, id, proof, now).await?;
                if linked.link != id {
                    return Err(Error::conflict(
                        "proved-link",
                        "This account is linked by a proof; an agent's word does not replace it.",
                        "Unlink it first if the proof is wrong.",
                    ));
                }
                log.audit("link.confirm", id, serde_json::json!({ "reason": reason }));
                let before = before.map_or(Assurance::Al0, |live| live.assurance);
                service.run_rules_on_link(tx, log, account.id, before, now).await?;
                Ok(id)
            })
            .await?;
        self.find_link(linked).await
    }

    /// The links of a profile, newest first, ended ones too.
    #[boxed]
    pub async fn list_links(&self, request: &Request, profile_id: ProfileId) -> Result<Vec<Link>> {
        let grant = self.authorise(request, Permission::ProfileRead).await?;
        let vault = self.vault().clone();
        let links = self
            .read(async move |tx: &mut Tx<'_>| -> Result<Vec<Link>> {
                let profile_id = profile::find_survivor(tx, profile_id).await?;
                let profile_id = profile_id.ok_or(Error::NotFound("profile"))?;
                Ok(store::list_links(tx, &vault, profile_id).await?)
            })
            .await?;
        self.record_view(&request.caller, &grant, profile_id).await?;
        Ok(links)
    }

    /// When a link made now ends by itself (C-10).
    pub(crate) fn link_end(&self, now: Timestamp) -> Option<Timestamp> {
        Some(now.plus(self.config().code.link_days * time::DAY))
    }

    /// Job: ends links whose time is over, so that screens and webhooks learn of it.
    pub(crate) async fn expire_links(&self) -> Result<usize> {
        let grant = crate::Grant::internal(Actor::system());
        let (service, now) = (self.clone(), self.now());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<usize> {
            let expired = store::list_expired_links(tx, now, EXPIRE_MAX).await?;
            let count = expired.len();
            for (_, account) in expired {
                if let Some(account) = account::find_account_ref_for_update(tx, account).await? {
                    let before = store::find_live_link(tx, account.id).await?;
                    service.live_link(tx, log, account, now).await?;
                    let before = before.map_or(Assurance::Al0, |live| live.assurance);
                    service.run_rules_on_link(tx, log, account.id, before, now).await?;
                }
            }
            Ok(count)
        })
        .await
    }

    /// The account of a user on a channel; a stranger gets one, with an anonymous profile of their own.
    #[allow(clippy::too_many_arguments, reason = "everything that decides is named")]
    pub(crate) async fn account_for(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        channel: ChannelId,
        user_id: Pii<ExternalId>,
        name: Option<Pii<countersign_types::pii::Name>>,
        now: Timestamp,
    ) -> Result<AccountRef> {
        let hash =
            account::user_hash(self.vault(), channel, user_id.plain(countersign_types::pii::Purpose::Match));
        if let Some(found) = account::find_account_for_update(tx, channel, hash).await? {
            if let Some(name) = &name
                && account::update_account_name(tx, self.vault(), found.id, name, now).await?
            {
                self.touch_cases(tx, log, found).await?;
            }
            return Ok(found);
        }
        let home: ProfileId = self.new_id()?;
        let new = profile::NewProfile::stranger(home);
        profile::insert_profile(tx, self.vault(), &new, now).await?;
        let account = Account {
            id: self.new_id()?,
            channel,
            user_id,
            name,
            profile: home,
            home_profile: home,
            created_at: now,
        };
        account::insert_account(tx, self.vault(), &account).await?;
        let mut event = self.event(EventKind::ProfileCreated, actor, now)?;
        event.profile = Some(home);
        event.account = Some(account.id);
        log.event(event);
        Ok(AccountRef { id: account.id, profile: home, home_profile: home })
    }
}

/// Whether an account of this kind of channel was named by the company itself.
pub(crate) const fn is_company_channel(kind: ChannelKind) -> bool {
    matches!(kind, ChannelKind::Custom)
}

fn already_ended() -> Error {
    Error::conflict(
        "link-ended",
        "This link has ended already.",
        "Look at the customer's links as they are now.",
    )
}
