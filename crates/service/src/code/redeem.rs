//! What a message with a code does: check, use up, link, write the pushed data, all in the message's transaction.

use countersign_identity::classify::{Candidate, Classification, Verdict};
use countersign_identity::limits::{
    AlarmPolicy, AlarmState, MissPolicy, Window, WindowPolicy, is_elevated, is_locked, record_miss,
    record_workspace_miss,
};
use countersign_store::account::AccountRef;
use countersign_store::code::CodeRow;
use countersign_store::limit::{Counter, find_counter, lock_counter, update_counter};
use countersign_store::{Tx, api_key, code as store, profile, subject_key};
use countersign_types::audit::Actor;
use countersign_types::channel::ChannelKind;
use countersign_types::code::{Invalid, Issuer, Outcome};
use countersign_types::event::EventKind;
use countersign_types::evidence::{EvidenceBy, Method};
use countersign_types::profile::{ProfilePatch, ProfileState, Source};
use countersign_types::{AccountId, CaseId, ChannelId, CodeId, LinkId, Result, Timestamp, time};

use super::{CodeStatus, PUSHED, Pushed};
use crate::link::{Linked, Proof};
use crate::work::Log;
use crate::{Service, limit};

/// Counts of one sender.
pub(super) const SENDER: &str = "code_miss";
/// Counts of the whole workspace.
const WORKSPACE: &str = "code_alarm";
/// How long elevated mode lasts after the last alarm.
const ELEVATED_SPAN: i64 = 15 * time::MINUTE;

/// Where a message with a code arrived.
pub(crate) struct Place<'a> {
    /// The channel.
    pub channel: ChannelId,
    /// Its name, for the record.
    pub channel_name: &'a str,
    /// Who sent it.
    pub account: AccountRef,
    /// In which case; none: in a call.
    pub case: Option<CaseId>,
    /// For whom misses are counted, where that is not the account. Each call is an account of its own, and hanging up
    /// must not be a fresh start (I-1).
    pub sender: Option<&'a str>,
}

/// What a message came to as a proof.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Redeemed {
    /// The outcome.
    pub outcome: Outcome,
    /// The link it made.
    pub linked: Option<Linked>,
    /// The code it was about, if one was found.
    pub code: Option<CodeId>,
    /// How many of the message's candidates were looked up.
    pub looked_up: usize,
}

impl Redeemed {
    const fn outcome(outcome: Outcome) -> Self {
        Self { outcome, linked: None, code: None, looked_up: 0 }
    }
}

impl Service {
    /// Redeems what the classifier found in a message. Never fails because of what a customer wrote.
    pub(crate) async fn redeem(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        place: &Place<'_>,
        found: &Classification,
        now: Timestamp,
    ) -> Result<Redeemed> {
        let candidates = match &found.verdict {
            Verdict::NotSent => return Ok(Redeemed::outcome(Outcome::NotSent)),
            Verdict::Malformed => return Ok(Redeemed::outcome(Outcome::Invalid(Invalid::Malformed))),
            Verdict::Candidates(candidates) => candidates,
        };
        let sender = self.sender(place);
        if let Some(counter) = find_counter(tx, SENDER, sender).await?
            && is_locked(&limit::state(counter), now.as_micros())
        {
            return Ok(Redeemed::outcome(Outcome::Invalid(Invalid::Locked)));
        }
        let mut worst: Option<Redeemed> = None;
        let mut is_chance = true;
        for (i, candidate) in candidates.iter().enumerate() {
            let tried = self.try_code(tx, log, place, candidate, now).await?;
            let reason = match tried.outcome {
                // One that waits for its page was right: no miss, and no further guess in this message.
                Outcome::Valid | Outcome::Invalid(Invalid::Unconfirmed) => {
                    return Ok(Redeemed { looked_up: i + 1, ..tried });
                }
                Outcome::Invalid(reason) => reason,
                Outcome::NotSent => continue,
            };
            is_chance &= reason == Invalid::Unknown && !candidate.span.is_certain;
            let is_locked = self.count_miss(tx, sender, reason, now).await?;
            // What is known of a code says more than that another one is unknown.
            if worst.is_none_or(|w| w.outcome == Outcome::Invalid(Invalid::Unknown)) {
                worst = Some(tried);
            }
            worst = worst.map(|worst| Redeemed { looked_up: i + 1, ..worst });
            // The miss that locks is the last attempt: one message is not three guesses (C-5).
            if is_locked {
                is_chance &= candidates[i + 1..].iter().all(|left| !left.span.is_certain);
                break;
            }
        }
        let looked_up = worst.map_or(0, |worst| worst.looked_up);
        let not_sent = Redeemed { looked_up, ..Redeemed::outcome(Outcome::NotSent) };
        // An order number that passes the check by chance: counted as an attempt, told to nobody as one.
        Ok(if is_chance { not_sent } else { worst.unwrap_or(not_sent) })
    }

    /// For whom misses are counted.
    fn sender(&self, place: &Place<'_>) -> [u8; 32] {
        match place.sender {
            Some(sender) => self.vault().blind(SENDER, sender),
            None => self.vault().blind_bytes(SENDER, &place.account.id.to_bytes()),
        }
    }

    async fn try_code(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        place: &Place<'_>,
        candidate: &Candidate,
        now: Timestamp,
    ) -> Result<Redeemed> {
        let hash = candidate.code.keyed_hash(self.vault().code_key());
        let Some(row) = store::find_code_by_hash(tx, hash).await? else {
            return Ok(Redeemed::outcome(Outcome::Invalid(Invalid::Unknown)));
        };
        let refused =
            |reason| Ok(Redeemed { code: Some(row.code.id), ..Redeemed::outcome(Outcome::Invalid(reason)) });
        if let Some(reason) = self.refusal(tx, &row, place, now).await? {
            if reason == Invalid::Used {
                self.tell_reuse(log, &row, place, now)?;
            }
            return refused(reason);
        }
        if self.must_be_confirmed(tx, &row, now).await? {
            // The page asks its customer about a conversation. A call waits for nobody: the code stays as it is.
            if place.case.is_none() {
                return refused(Invalid::Unconfirmed);
            }
            if store::hold_code(tx, row.code.id, place.account.id, place.case, now).await? {
                log.live("code.updated", row.code.id);
                return refused(Invalid::Unconfirmed);
            }
            self.tell_reuse(log, &row, place, now)?;
            return refused(Invalid::Used);
        }
        let Some(linked) = self.use_up(tx, log, place, &row, None, now).await? else {
            // Somebody else's message took it between our look and our claim.
            self.tell_reuse(log, &row, place, now)?;
            return refused(Invalid::Used);
        };
        Ok(Redeemed { linked: Some(linked), code: Some(row.code.id), ..Redeemed::outcome(Outcome::Valid) })
    }

    /// Uses a code up and links its sender; `None` when it was not there to be used.
    pub(super) async fn use_up(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        place: &Place<'_>,
        row: &CodeRow,
        holder: Option<AccountId>,
        now: Timestamp,
    ) -> Result<Option<Linked>> {
        let link: LinkId = self.new_id()?;
        if !store::consume_code(tx, row.code.id, holder, link, place.case, now).await? {
            return Ok(None);
        }
        let linked = self.prove(tx, log, place, row, link, now).await?;
        if linked.link != link {
            // A link of a higher level stood and stays: that is where the code led.
            store::update_code_link(tx, row.code.id, linked.link).await?;
        }
        log.live("code.updated", row.code.id);
        Ok(Some(linked))
    }

    /// While codes are being guessed, whoever sends a page's code may have guessed it. The page is open before the
    /// customer and can ask them; the code of an API key has no such page and is never held up (C-5).
    async fn must_be_confirmed(&self, tx: &mut Tx<'_>, row: &CodeRow, now: Timestamp) -> Result<bool> {
        if row.held.is_some() {
            return Ok(true);
        }
        if matches!(row.code.issuer, Issuer::ApiKey(_)) {
            return Ok(false);
        }
        let subject = self.vault().blind(WORKSPACE, "");
        let state = alarm(find_counter(tx, WORKSPACE, subject).await?.unwrap_or_default());
        Ok(is_elevated(&state, now.as_micros()))
    }

    /// The page says that somebody else sent its code: it ends, and the sender has guessed once. `false` when it had an end
    /// already.
    pub(super) async fn disown(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        place: &Place<'_>,
        row: &CodeRow,
        now: Timestamp,
    ) -> Result<bool> {
        if !store::revoke_code(tx, row.code.id, now).await? {
            return Ok(false);
        }
        let sender = self.sender(place);
        self.count_miss(tx, sender, Invalid::Unknown, now).await?;
        self.tell_reuse(log, row, place, now)?;
        log.audit("code.disown", row.code.id, serde_json::json!({ "account": place.account.id }));
        Ok(true)
    }

    /// Why a code that exists is not accepted here.
    async fn refusal(
        &self,
        tx: &mut Tx<'_>,
        row: &CodeRow,
        place: &Place<'_>,
        now: Timestamp,
    ) -> Result<Option<Invalid>> {
        use countersign_types::code::CodeState;
        Ok(match row.code.state(now) {
            CodeState::Used => Some(Invalid::Used),
            CodeState::Superseded => Some(Invalid::Superseded),
            CodeState::Revoked => Some(Invalid::Revoked),
            CodeState::Expired => Some(Invalid::Expired),
            CodeState::Live
                if !row.code.channels.is_empty() && !row.code.channels.contains(&place.channel) =>
            {
                Some(Invalid::WrongChannel)
            }
            CodeState::Live if !row.has_profile => None,
            // Locked before the code is: whoever issues, blocks or erases goes account, profile, code as well.
            CodeState::Live => match profile::lock_profile_state(tx, row.code.profile).await? {
                Some(ProfileState::Active) => None,
                Some(ProfileState::Blocked) | None => Some(Invalid::Revoked),
            },
        })
    }

    /// Links the sender on the strength of the code and writes what was pushed with it.
    async fn prove(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        place: &Place<'_>,
        row: &CodeRow,
        link: LinkId,
        now: Timestamp,
    ) -> Result<Linked> {
        let (method, source, by) = self.issuer_of(tx, row.code.issuer).await?;
        let is_proved = method != Method::PlainWidgetCode;
        // What a plain page says makes nobody somebody: the sender stays under their own profile, with a claim.
        let owner = if row.has_profile { row.code.profile } else { place.account.home_profile };
        // Whom it was issued for may have been merged into another since then.
        let profile_id = profile::lock_survivor(tx, owner).await?.map_or(owner, |(survivor, _)| survivor);
        let actor = Actor {
            kind: countersign_types::audit::ActorKind::Customer,
            id: place.account.id.to_string(),
            name: place.channel_name.to_owned(),
        };
        let proof = Proof { method, expires_at: self.code_link_end(place.channel, now), by };
        let linked = self.link_account(tx, log, &actor, place.account, profile_id, link, proof, now).await?;
        if let Some(sealed) = &row.pushed_sealed {
            let key = if row.has_profile {
                subject_key::subject(tx, self.vault(), owner.to_bytes()).await?
            } else {
                self.vault().workspace().clone()
            };
            let plain = key.open(PUSHED, row.code.id.to_bytes(), sealed)?;
            let pushed: Pushed =
                serde_json::from_slice(&plain).map_err(countersign_types::Error::internal)?;
            let (patch, claimed) = pushed.into_patches();
            self.apply_pushed(tx, log, &actor, profile_id, &patch, source, is_proved, now).await?;
            if claimed != ProfilePatch::default() {
                self.apply_pushed(tx, log, &actor, profile_id, &claimed, source, false, now).await?;
            }
        }
        profile::touch_seen(tx, profile_id, now).await?;
        let mut event = self.event(EventKind::IdentificationSucceeded, &actor, now)?;
        event.profile = Some(linked.profile);
        event.account = Some(place.account.id);
        event.case = place.case;
        event.link = Some(linked.link);
        event.code = Some(row.code.id);
        event.details = serde_json::json!({
            "channel": place.channel, "method": method, "assurance": linked.assurance,
        });
        log.event(event);
        log.audit(
            "code.redeem",
            row.code.id,
            serde_json::json!({ "account": place.account.id, "link": linked.link, "assurance": linked.assurance }),
        );
        Ok(linked)
    }

    /// When a link made by a code ends. A browser may be anybody's tomorrow: there it lives as long as a signed session
    /// (T-3), elsewhere as long as the workspace says.
    fn code_link_end(&self, channel: ChannelId, now: Timestamp) -> Option<Timestamp> {
        let end = self.link_end(now);
        let snapshot = self.snapshot();
        let is_browser =
            snapshot.channels.get(&channel).is_some_and(|e| e.channel.kind == ChannelKind::WebChat);
        if is_browser { end.min(Some(now.plus(crate::web_chat::SIGNED_SPAN))) } else { end }
    }

    async fn issuer_of(&self, tx: &mut Tx<'_>, issuer: Issuer) -> Result<(Method, Source, EvidenceBy)> {
        let key = match issuer {
            Issuer::ApiKey(id) => api_key::find_api_key(tx, id).await?.map(|key| key.name),
            _ => None,
        };
        let snapshot = self.snapshot();
        let widget = |id| snapshot.widgets.get(&id).map_or_else(String::new, |w| w.widget.name.clone());
        Ok(match issuer {
            Issuer::ApiKey(id) => (
                Method::ApiCode,
                Source::Api,
                EvidenceBy { kind: "api_key".to_owned(), id: id.to_string(), name: key.unwrap_or_default() },
            ),
            Issuer::SignedWidget(id) => (
                Method::SignedWidgetCode,
                Source::SignedWidget,
                EvidenceBy { kind: "widget".to_owned(), id: id.to_string(), name: widget(id) },
            ),
            Issuer::PlainWidget(id) => (
                Method::PlainWidgetCode,
                Source::PlainWidget,
                EvidenceBy { kind: "widget".to_owned(), id: id.to_string(), name: widget(id) },
            ),
        })
    }

    /// A used code came again: both chats should know (C-7).
    fn tell_reuse(&self, log: &mut Log, row: &CodeRow, place: &Place<'_>, now: Timestamp) -> Result<()> {
        let mut event = self.event(EventKind::CodeReuse, &Actor::system(), now)?;
        event.profile = row.has_profile.then_some(row.code.profile);
        event.account = Some(place.account.id);
        event.case = place.case;
        event.code = Some(row.code.id);
        event.link = row.code.link;
        event.details = serde_json::json!({ "first_case": row.used_case, "channel": place.channel });
        log.event(event);
        if let Some(case) = row.used_case {
            log.live("case.updated", case);
        }
        log.live("code.updated", row.code.id);
        Ok(())
    }

    /// Counts a miss of the sender; one that could have hit anything counts for the workspace as well (C-5). Answers
    /// whether the sender is locked now.
    pub(super) async fn count_miss(
        &self,
        tx: &mut Tx<'_>,
        sender: [u8; 32],
        reason: Invalid,
        now: Timestamp,
    ) -> Result<bool> {
        let mut policy = MissPolicy::default();
        if reason == Invalid::Unknown && self.count_workspace_miss(tx, now).await? {
            // Somebody is guessing: a sender gets one miss instead of five before they have to wait.
            policy.short = WindowPolicy { count_max: 1, ..policy.short };
        }
        let counter = lock_counter(tx, SENDER, sender).await?;
        let state = record_miss(limit::state(counter), now.as_micros(), &policy);
        update_counter(tx, SENDER, sender, &limit::counter(state)).await?;
        Ok(is_locked(&state, now.as_micros()))
    }

    async fn count_workspace_miss(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<bool> {
        let subject = self.vault().blind(WORKSPACE, "");
        let before = alarm(lock_counter(tx, WORKSPACE, subject).await?);
        let count_max = u32::try_from(self.config().code.misses_per_min_alarm).unwrap_or(u32::MAX);
        let policy = AlarmPolicy {
            misses: WindowPolicy { count_max, span: time::MINUTE },
            elevated_span: ELEVATED_SPAN,
        };
        let after = record_workspace_miss(before, now.as_micros(), &policy);
        let stored = Counter {
            short_count: after.misses.count.into(),
            short_since: after.misses.started_at,
            locked_until: after.elevated_until,
            seen_at: after.seen_at,
            ..Counter::default()
        };
        update_counter(tx, WORKSPACE, subject, &stored).await?;
        let elevated = is_elevated(&after, now.as_micros());
        if elevated && !is_elevated(&before, now.as_micros()) {
            tracing::warn!("identification codes are being guessed: elevated mode begins");
        }
        Ok(elevated)
    }

    pub(super) async fn read_code_status(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<CodeStatus> {
        let subject = self.vault().blind(WORKSPACE, "");
        let state = alarm(find_counter(tx, WORKSPACE, subject).await?.unwrap_or_default());
        let is_open = now.as_micros().saturating_sub(state.misses.started_at) < time::MINUTE;
        let live_codes = store::count_live_codes(tx, now, self.config().code.live_max).await?;
        let is_elevated = is_elevated(&state, now.as_micros());
        Ok(CodeStatus {
            is_elevated,
            since: is_elevated.then(|| Timestamp::from_micros(state.misses.started_at)),
            misses_last_minute: if is_open { state.misses.count.into() } else { 0 },
            live_codes,
        })
    }
}

fn alarm(counter: Counter) -> AlarmState {
    AlarmState {
        misses: Window {
            started_at: counter.short_since,
            count: u32::try_from(counter.short_count).unwrap_or(u32::MAX),
        },
        elevated_until: counter.locked_until,
        seen_at: counter.seen_at,
    }
}
