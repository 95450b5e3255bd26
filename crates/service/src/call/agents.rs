//! Colleagues take calls of providers on their own telephones: whose rings, and who takes the call by a key.
//! `docs/decisions/0029-telephones-of-agents.md` says why.

use countersign_ivr::Moment;
use countersign_ivr::engine::{Input, LegOutcome};
use countersign_store::{Tx, call as store, telephone, user};
use countersign_telephony::twiml::answer;
use countersign_telephony::twiml::request::{AgentLeg, Webhook};
use countersign_telephony::{Leg, LegKind, Rung};
use countersign_types::audit::Actor;
use countersign_types::phone_number::PhoneNumber;
use countersign_types::pii::Purpose;
use countersign_types::telephone::Reachable;
use countersign_types::user::UserState;
use countersign_types::{CallId, Permission, Result, Timestamp, UserId};

use super::accept::is_for;
use super::live::Going;
use crate::Service;
use crate::caller::Grant;

/// Telephones that ring at once: as many as providers ring.
const RUNG_MAX: usize = 10;
/// How long telephones rest that nobody answered, while the caller waits on in a queue, milliseconds.
const REST_MS: Moment = 5_000;

/// What becomes of a caller who waits for a colleague.
pub(super) enum Choice {
    /// These telephones ring.
    Ring(Vec<Rung>),
    /// Everybody is with a caller; somebody will be free.
    Wait,
    /// Nobody can be rung.
    Nobody(LegOutcome),
}

/// How a colleague's telephone and a call stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It may take the call.
    Rings,
    /// It took it.
    Has,
    /// It rings no more.
    Gone,
}

impl Service {
    /// Whose telephones ring for a caller who waits.
    pub(super) async fn choose_agents(&self, tx: &mut Tx<'_>, leg: &Leg) -> Result<Choice> {
        let (snapshot, since) = (self.snapshot(), self.present_since());
        let all = telephone::list_reachable(tx, since).await?;
        let may_take =
            |one: &Reachable| one.role.may(Permission::CallWrite) && one.role.may(Permission::CallRead);
        let meant: Vec<Reachable> =
            all.into_iter().filter(|one| may_take(one) && is_for(leg, &snapshot, one.user)).collect();
        Ok(choose(leg.kind, meant))
    }

    /// What the telephone of a colleague hears that was picked up, or at which a key was pressed.
    pub(super) async fn voice_agent(
        &self,
        number: &PhoneNumber,
        hook: &Webhook,
        rung: AgentLeg,
    ) -> Result<String> {
        let found = self.rung_call(number, hook, &rung).await?;
        let Some((call, agent, language, standing)) = found else { return Ok(answer::gone(None)) };
        let gone = || answer::gone(Some(&language));
        if standing == Standing::Gone {
            return Ok(gone());
        }
        if !hook.has_key() {
            let public = self.config().public_url.trim_end_matches('/');
            let AgentLeg { leg, round, .. } = rung;
            let next = format!(
                "{public}/hooks/voice/{}?call={call}&ring={leg}&round={round}&agent={agent}",
                number.id
            );
            return Ok(answer::ask_agent(&next, Some(&language)));
        }
        let take = move |going: &mut Going, now: Timestamp| -> Result<bool> {
            match standing_of(&going.live.under_way.leg, going.call.agent, &rung) {
                Standing::Has => Ok(true),
                Standing::Gone => Ok(false),
                Standing::Rings => {
                    // The provider rings as long as it was told: who answered, answered in time.
                    let at = going.moment(now);
                    let until = going.live.state.timer().map_or(at, |(_, until)| until);
                    going.taken_by(agent, at.min(until))?;
                    Ok(true)
                }
            }
        };
        let (has, turn) = self.turn_call(&Grant::internal(Actor::system()), call, take).await?;
        self.perform_beside(turn);
        // Nothing more is to be heard: the provider puts the two through.
        Ok(if has == Some(true) { answer::nothing() } else { gone() })
    }

    /// The call that a telephone rings for, and how they stand to each other. `None`: it rings for none of this number.
    async fn rung_call(
        &self,
        number: &PhoneNumber,
        hook: &Webhook,
        rung: &AgentLeg,
    ) -> Result<Option<(CallId, UserId, String, Standing)>> {
        let Some(Ok(call)) = hook.query("call").map(str::parse::<CallId>) else { return Ok(None) };
        let Ok(agent) = rung.agent.parse::<UserId>() else { return Ok(None) };
        let (service, rung, number) = (self.clone(), rung.clone(), number.id);
        let parent = hook.parent().map(ToOwned::to_owned);
        self.read(async move |tx: &mut Tx<'_>| -> Result<_> {
            let Some(found) = store::find_call(tx, service.vault(), call).await? else { return Ok(None) };
            // A provider speaks of calls of the number whose secret it signs with, and of no other.
            let is_theirs = parent.is_none_or(|parent| found.provider_id.as_ref() == Some(&parent));
            if found.number != Some(number) || !is_theirs {
                return Ok(None);
            }
            let Some(who) = user::find_user(tx, agent).await? else { return Ok(None) };
            let may_take = who.state == UserState::Active && who.role.may(Permission::CallWrite);
            let taken_by = found.agent;
            let standing = match service.going(tx, found).await? {
                Some(going) if may_take => standing_of(&going.live.under_way.leg, taken_by, &rung),
                _ => Standing::Gone,
            };
            Ok(Some((call, agent, who.language, standing)))
        })
        .await
    }
}

fn standing_of(leg: &Option<Leg>, taken_by: Option<UserId>, rung: &AgentLeg) -> Standing {
    let leg = leg.as_ref().filter(|leg| leg.id == rung.leg && leg.round == rung.round);
    match leg {
        Some(leg) if leg.rings(&rung.agent) && !leg.is_answered => Standing::Rings,
        Some(leg) if leg.is_answered && taken_by.is_some_and(|by| by.to_string() == rung.agent) => {
            Standing::Has
        }
        _ => Standing::Gone,
    }
}

/// Of those who are meant and whose telephones may ring, in the order in which it is their turn.
fn choose(kind: LegKind, meant: Vec<Reachable>) -> Choice {
    if meant.is_empty() {
        return Choice::Nobody(LegOutcome::Failed);
    }
    let here: Vec<Reachable> = meant.into_iter().filter(|one| one.is_here).collect();
    let free: Vec<Rung> = here
        .iter()
        .filter(|one| !one.is_talking)
        .take(RUNG_MAX)
        .map(|one| Rung {
            agent: one.user.to_string(),
            number: one.number.plain(Purpose::Deliver).to_owned(),
        })
        .collect();
    match (kind, here.is_empty()) {
        _ if !free.is_empty() => Choice::Ring(free),
        // Nobody is held for whom nobody is there.
        (LegKind::Queue, true) => Choice::Nobody(LegOutcome::Failed),
        (LegKind::Queue, false) => Choice::Wait,
        (_, true) => Choice::Nobody(LegOutcome::NoAnswer),
        (_, false) => Choice::Nobody(LegOutcome::Busy),
    }
}

impl Going {
    /// Somebody takes the call that rings for them. Whoever comes first has it: this is under the lock of the call.
    pub(super) fn taken_by(&mut self, user: UserId, at: Moment) -> Result<()> {
        let Some(id) = self.live.under_way.leg.as_ref().map(|leg| leg.id) else { return Ok(()) };
        self.call.agent = Some(user);
        self.step(Input::Leg { id, outcome: LegOutcome::Answered }, at)
    }

    /// What was chosen for a caller who waits, unless that was done meanwhile.
    pub(super) fn chosen(&mut self, leg: u32, choice: Choice, at: Moment) -> Result<()> {
        let Some(waits) = self.live.under_way.leg.as_mut().filter(|of| of.id == leg && of.is_to_ring(at))
        else {
            return Ok(());
        };
        match choice {
            Choice::Ring(rung) => {
                waits.ring(rung);
                self.begins_to_ring(at);
                Ok(())
            }
            Choice::Wait => Ok(()),
            Choice::Nobody(outcome) => self.step(Input::Leg { id: leg, outcome }, at),
        }
    }

    /// Nobody took it.
    pub(super) fn unanswered(&mut self, at: Moment) {
        if let Some(leg) = &mut self.live.under_way.leg {
            leg.rest(at.saturating_add(REST_MS));
            self.is_changed = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use countersign_types::Role;
    use countersign_types::pii::Pii;

    use super::*;

    fn one(n: u8, is_here: bool, is_talking: bool) -> Reachable {
        Reachable {
            user: UserId::from_bytes([n; 16]),
            number: Pii::new(format!("+4670617078{n}")),
            role: Role::Agent,
            is_here,
            is_talking,
        }
    }

    fn word(choice: &Choice) -> String {
        match choice {
            Choice::Ring(rung) => format!("ring {}", rung.len()),
            Choice::Wait => "wait".to_owned(),
            Choice::Nobody(outcome) => format!("{outcome:?}"),
        }
    }

    #[test]
    fn who_is_here_and_free_is_rung_and_else_each_node_has_its_exit() {
        let cases: [(Vec<Reachable>, &str, &str); 6] = [
            (vec![], "Failed", "Failed"),
            (vec![one(1, false, false)], "Failed", "NoAnswer"),
            (vec![one(1, true, true)], "wait", "Busy"),
            (vec![one(1, true, true), one(2, false, false)], "wait", "Busy"),
            (vec![one(1, true, true), one(2, true, false)], "ring 1", "ring 1"),
            ((1..=12).map(|n| one(n, true, false)).collect(), "ring 10", "ring 10"),
        ];
        for (meant, queue, connect) in cases {
            assert_eq!(word(&choose(LegKind::Queue, meant.clone())), queue);
            assert_eq!(word(&choose(LegKind::Connect, meant)), connect);
        }
    }
}
