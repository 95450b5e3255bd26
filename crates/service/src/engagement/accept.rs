//! Accepting a call or a conversation opens its engagement. It waits until somebody takes it up, and goes with the
//! conversation if nobody does (`docs/decisions/0033-engagements.md`).

use countersign_store::account::find_account_ref_for_update;
use countersign_store::{Tx, engagement as store, user};
use countersign_types::audit::{Actor, ActorKind};
use countersign_types::call::Call;
use countersign_types::case::{Case, CaseStatus, ChatState};
use countersign_types::engagement::{Engagement, EngagementDirection};
use countersign_types::event::EventKind;
use countersign_types::{EngagementId, Error, Result, Timestamp, UserId};
use countersign_verification::engagement::{Engagement as Core, Event, IDLE_SPAN};
use serde_json::json;

use super::around::Who;
use super::kept::{Kept, Texts};
use super::open::NewEngagement;
use super::take::{Doing, UPDATED};
use crate::Service;
use crate::caller::Grant;
use crate::work::Log;

/// How people talk in a conversation and in a call.
const CHAT: &str = "chat";
const VOICE: &str = "voice";
/// Engagements that one run clears away at most.
const LEFT_MAX: i64 = 200;

impl Service {
    /// A colleague took a conversation for themself.
    pub(crate) async fn case_taken(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        case: &Case,
        now: Timestamp,
    ) -> Result<()> {
        let is_theirs = case.assignee.is_some_and(|user| user.to_string() == actor.id);
        if !self.snapshot().workspace.opens_engagements || !is_theirs || !goes_on(case) {
            return Ok(());
        }
        self.open_accepted(tx, log, actor, &of_case(case), now).await
    }

    /// A colleague answered in a conversation: whoever is the first to do so in a chat has accepted it.
    pub(crate) async fn case_answered(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        case: &Case,
        now: Timestamp,
    ) -> Result<()> {
        if !self.snapshot().workspace.opens_engagements || actor.kind != ActorKind::User || !goes_on(case) {
            return Ok(());
        }
        if store::has_engagement_of_chat(tx, case.id, case.account).await? {
            return Ok(());
        }
        self.open_accepted(tx, log, actor, &of_case(case), now).await
    }

    /// A colleague took a call, in the console or by the telephone that rang.
    pub(crate) async fn call_taken(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        (call, agent): (&Call, UserId),
        now: Timestamp,
    ) -> Result<()> {
        if !self.snapshot().workspace.opens_engagements {
            return Ok(());
        }
        let Some(user) = user::find_user(tx, agent).await? else { return Ok(()) };
        let owner = Actor { kind: ActorKind::User, id: user.id.to_string(), name: user.name };
        let new = NewEngagement { call: Some(call.id), ..accepted(VOICE) };
        self.open_accepted(tx, log, &owner, &new, now).await
    }

    async fn open_accepted(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        owner: &Actor,
        new: &NewEngagement,
        now: Timestamp,
    ) -> Result<()> {
        if store::find_open_engagement(tx, self.vault(), new.case, new.call).await?.is_some() {
            return Ok(());
        }
        let id: EngagementId = self.new_id()?;
        // Of two who accept at once, one opens it.
        self.begin_engagement(tx, log, (id, owner), new, (Texts::default(), None), now).await?;
        Ok(())
    }

    /// An engagement that waited is taken up: from now on it is told of, and its time runs.
    pub(super) fn take_up(
        &self,
        log: &mut Log,
        engagement: &mut Engagement,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Kept> {
        let mut kept = Kept::of(engagement)?;
        kept.core = Core::open(self.draw_seed(now), now);
        engagement.idle_at = Some(now.plus(IDLE_SPAN));
        engagement.state = kept.sealed()?;
        engagement.updated_at = now;
        let mut event = self.event(EventKind::EngagementOpened, actor, now)?;
        event.case = engagement.case;
        event.details = json!({
            "engagement": engagement.id, "channel": engagement.channel, "type": engagement.direction,
        });
        log.event(event);
        log.live(UPDATED, engagement.id);
        Ok(kept)
    }

    /// Clears away engagements that nobody took up before their conversation was over. How many.
    pub(super) async fn clear_left_engagements(&self) -> Result<usize> {
        let found = self.read(async move |tx: &mut Tx<'_>| -> Result<Vec<EngagementId>> {
            Ok(store::list_left_engagements(tx, None, LEFT_MAX).await?)
        });
        let mut cleared = 0;
        for id in found.await? {
            // One that cannot be cleared away does not keep the others from it.
            match self.clear_left(id).await {
                Ok(is_cleared) => cleared += usize::from(is_cleared),
                Err(error) => {
                    tracing::warn!(%error, engagement = %id, "an engagement was not cleared away");
                }
            }
        }
        Ok(cleared)
    }

    /// Nothing was written of it: it goes. Otherwise it ends, as if whoever opened it had ended it.
    async fn clear_left(&self, id: EngagementId) -> Result<bool> {
        let (service, now, grant) = (self.clone(), self.now(), Grant::internal(Actor::system()));
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<bool> {
            let Some(seen) = store::find_engagement(tx, service.vault(), id).await? else { return Ok(false) };
            // As steps do: accounts before engagements.
            if let Some(account) = service.account_spoken_from(tx, &seen).await? {
                find_account_ref_for_update(tx, account).await?;
            }
            let found = store::find_engagement_for_update(tx, service.vault(), id).await?;
            // Somebody took it up, or the customer is back.
            let Some(found) = found.filter(Engagement::is_waiting) else { return Ok(false) };
            if store::list_left_engagements(tx, Some(id), 1).await?.is_empty() {
                return Ok(false);
            }
            if found.about.is_none() {
                store::delete_engagement(tx, service.vault(), id).await?;
                log.audit("engagement.discard", id, json!({ "case": found.case, "call": found.call }));
                log.live(UPDATED, id);
                return Ok(true);
            }
            let who = Who { user: UserId::from_bytes([0; 16]), email: None };
            let doing = Doing { who, actor: Actor::system(), now };
            let taking = service.begin_step(tx, log, id, 0, &doing).await?;
            let mut taking = taking.ok_or(Error::NotFound("engagement"))?;
            service.apply_event(tx, log, &mut taking, &doing, (Event::End, None), "").await?;
            service.save_step(tx, log, taking, &doing, "end").await?;
            Ok(true)
        })
        .await
    }
}

/// Whether anybody talks in it still: what is over is accepted by nobody.
fn goes_on(case: &Case) -> bool {
    case.chat == ChatState::Live && case.status != CaseStatus::Closed
}

fn of_case(case: &Case) -> NewEngagement {
    NewEngagement { case: Some(case.id), ..accepted(CHAT) }
}

fn accepted(channel: &str) -> NewEngagement {
    NewEngagement {
        channel: channel.to_owned(),
        direction: EngagementDirection::Inbound,
        started_at: None,
        case: None,
        call: None,
        attendee: None,
        reason: None,
    }
}
