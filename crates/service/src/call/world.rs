//! What a call asks of the world: the company's system, codes, calendars.

use std::collections::BTreeSet;
use std::sync::Arc;

use countersign_identity::classify::classify;
use countersign_ivr::engine::{CodeOutcome, Effect, Input, LegOutcome, RecordOutcome};
use countersign_ivr::look_up::{Definition, LookUpOutcome, Plan};
use countersign_ivr::node::http_request::LookUpRef;
use countersign_ivr::prompt::{Filled, Spoken};
use countersign_ivr::transcript::By;
use countersign_ivr::{Moment, State};
use countersign_store::Tx;
use countersign_store::account::{AccountRef, find_account_ref_for_update};
use countersign_types::audit::Actor;
use countersign_types::call::{CallLookUp, CallOutcome};
use countersign_types::code::{Invalid, Outcome};
use countersign_types::{CalendarId, CallId, ChannelId, Error, LookUpId, Result};
use serde::{Deserialize, Serialize};

use super::text::{CallText, keep};
use crate::Service;
use crate::caller::Grant;
use crate::code::redeem::Place;
use crate::look_up::{LookUpEntry, LookUpRun, Which};
use crate::work::Log;

/// How long a character of a sentence takes to be said, milliseconds.
const CHARACTER_MS: Moment = 60;
/// How long a digit takes to be said.
const DIGIT_MS: Moment = 500;
/// Shortest piece.
const PIECE_MS: Moment = 500;
/// How long a telephone rings before somebody answers, or says that nobody does.
const RING_MS: Moment = 3_000;
/// How long a message is that is left on the bench.
const MESSAGE_MS: Moment = 4_000;

/// Look-ups of one call at most; each further one is unavailable without being asked.
const LOOK_UPS_MAX: usize = 20;

/// Why nothing was asked, in the record of a call; the caller hears that nothing was found.
const TOO_MANY: &str = "too_many_misses";

/// What a node asks.
enum Asked {
    /// Nothing that there is.
    Nothing,
    Stored(Arc<LookUpEntry>),
    Inline(Box<Plan>),
}

impl Asked {
    fn host(&self) -> String {
        let plan = match self {
            Self::Nothing => None,
            Self::Stored(entry) => entry.plan(),
            Self::Inline(plan) => Some(&**plan),
        };
        plan.map_or_else(String::new, |plan| plan.origin().to_owned())
    }
}

/// What a call knows of the world, and what it leaves there.
pub(super) struct World {
    /// The telephone.
    pub channel: ChannelId,
    /// Who calls.
    pub account: AccountRef,
    /// For whom misses are counted: the caller's number; on the bench whoever plays, or they could lock a customer's
    /// telephone. `None`: the number is withheld, and what is counted is counted for the call.
    pub sender: Option<String>,
    /// Whether what the company's system says makes the caller somebody: on the bench only where whoever plays may
    /// change customers and their links themselves.
    pub may_identify: bool,
    /// The variables that the caller keys in.
    pub keyed: BTreeSet<String>,
    /// The call.
    pub call: CallId,
    /// What was looked up.
    pub look_ups: Vec<CallLookUp>,
    /// How many were looked up before, and are written down.
    pub looked_up: usize,
    /// Text messages that would be sent, on the bench.
    pub texts: Vec<CallText>,
    /// Whether nobody's telephone is at the other end: text messages are not sent, and nobody else's tries are counted.
    pub is_bench: bool,
}

/// Whether the caller was to reach somebody, and did.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Legs {
    pub is_tried: bool,
    /// When somebody answered.
    pub answered: Option<Moment>,
    pub is_transferred: bool,
    pub is_recorded: bool,
    /// The last that was rung.
    leg: Option<u32>,
    transfer: Option<u32>,
}

impl Legs {
    /// Something was asked of the world.
    pub(super) fn asked(&mut self, effect: &Effect) {
        match effect {
            Effect::Queue { id, .. } | Effect::Connect { id, .. } => {
                self.is_tried = true;
                self.leg = Some(*id);
            }
            Effect::Transfer { id, .. } => self.transfer = Some(*id),
            _ => {}
        }
    }

    /// The world answered.
    pub(super) fn note(&mut self, input: &Input, now: Moment) {
        match input {
            Input::Leg { id, outcome: LegOutcome::Ended | LegOutcome::Answered }
                if self.transfer == Some(*id) =>
            {
                self.is_transferred = true;
            }
            Input::Leg { id, outcome: LegOutcome::Answered } if self.leg == Some(*id) => {
                self.answered = self.answered.or(Some(now));
            }
            Input::Recorded { outcome: RecordOutcome::Recorded { .. }, .. } => self.is_recorded = true,
            _ => {}
        }
    }

    /// What a call came to that was ended so.
    pub(super) fn outcome(&self, ended_by: Option<By>) -> CallOutcome {
        match ended_by {
            _ if self.answered.is_some() => CallOutcome::Answered,
            _ if self.is_transferred => CallOutcome::Transferred,
            _ if self.is_recorded => CallOutcome::Voicemail,
            Some(By::Caller) if self.is_tried => CallOutcome::Abandoned,
            _ if self.is_tried => CallOutcome::Missed,
            _ => CallOutcome::Handled,
        }
    }
}

impl Service {
    /// What the world answers to an effect on the bench with a script, each after so many milliseconds.
    pub(super) async fn world(
        &self,
        world: &mut World,
        legs: LegOutcome,
        state: &State,
        effect: &Effect,
    ) -> Result<Vec<(Moment, Input)>> {
        let leg = |id: &u32| vec![(RING_MS, Input::Leg { id: *id, outcome: legs })];
        Ok(match effect {
            Effect::Play { id, prompts, .. } => {
                let long = prompts.iter().map(length).sum();
                vec![(long, Input::PlaybackEnded { id: *id })]
            }
            Effect::Queue { id, .. } | Effect::Connect { id, .. } => leg(id),
            Effect::Transfer { id, .. } => {
                vec![(RING_MS, Input::Leg { id: *id, outcome: LegOutcome::Ended })]
            }
            Effect::Record { id, .. } => {
                let outcome = RecordOutcome::Recorded { recording: "bench".to_owned(), ms: MESSAGE_MS };
                vec![(MESSAGE_MS, Input::Recorded { id: *id, outcome })]
            }
            effect => self.ask_world(world, state, effect).await?.into_iter().collect(),
        })
    }

    /// What is answered to an effect that asks something, after so many milliseconds; `None`: it asks nothing.
    pub(super) async fn ask_world(
        &self,
        world: &mut World,
        state: &State,
        effect: &Effect,
    ) -> Result<Option<(Moment, Input)>> {
        Ok(Some(match effect {
            Effect::LookUp { id, request, .. } => {
                let run = self.look_up_of_call(world, state, request).await?;
                (run.latency_ms, Input::LookUp { id: *id, outcome: run.outcome })
            }
            Effect::CheckCode { id, digits } => {
                let outcome = self.code_of_call(world, digits).await?;
                (1, Input::Code { id: *id, outcome })
            }
            Effect::AskHours { id, calendar } => {
                // One that is gone is no reason to send callers away.
                let is_open = self.is_calendar_open(calendar).unwrap_or(true);
                (1, Input::Hours { id: *id, is_open })
            }
            Effect::SendSms { id, to, text: said } => {
                let text = CallText::new(state.node().unwrap_or_default(), *id, to.as_str(), said.as_str());
                let is_sent = if world.is_bench {
                    keep(&mut world.texts, text);
                    true
                } else {
                    self.send_call_text(world, text).await
                };
                (1, Input::Sms { id: *id, is_sent })
            }
            _ => return Ok(None),
        }))
    }

    /// Asks the company's own system. Where what is asked was keyed in, that is a try to be known by it, and counted.
    async fn look_up_of_call(
        &self,
        world: &mut World,
        state: &State,
        request: &LookUpRef,
    ) -> Result<LookUpRun> {
        if world.looked_up + world.look_ups.len() >= LOOK_UPS_MAX {
            return Ok(LookUpRun::invalid(None));
        }
        let asked = self.asked_by(request).await;
        let (run, why) = match &asked {
            Asked::Nothing => (LookUpRun::invalid(None), None),
            Asked::Stored(entry) => match entry.plan() {
                Some(plan) => self.ask_as_caller(world, state, Which::Stored(entry), plan).await,
                None => (LookUpRun::invalid(None), None),
            },
            Asked::Inline(plan) => self.ask_as_caller(world, state, Which::Inline(plan), plan).await,
        };
        if let Asked::Stored(entry) = &asked
            && world.may_identify
        {
            self.know_caller(world, state, entry, &run).await;
        }
        world.look_ups.push(CallLookUp {
            id: self.new_id()?,
            call: world.call,
            node: state.node().unwrap_or_default().to_owned(),
            outcome: run.outcome.as_str().to_owned(),
            why: why.or(run.outcome.why().map(|why| why.as_str())).map(str::to_owned),
            status: run.status.map(i64::from),
            latency_ms: i64::try_from(run.latency_ms).unwrap_or(i64::MAX),
            host: asked.host(),
            at: self.now(),
        });
        Ok(run)
    }

    async fn asked_by(&self, request: &LookUpRef) -> Asked {
        match request {
            LookUpRef::Stored { look_up } => match look_up.parse::<LookUpId>() {
                Ok(id) => self.look_up_entry(id).await.map_or(Asked::Nothing, Asked::Stored),
                Err(_) => Asked::Nothing,
            },
            LookUpRef::Inline(inline) => {
                let definition = serde_json::from_value::<Definition>(inline.definition()).ok();
                let plan = definition.and_then(|definition| Plan::compile(&definition).ok());
                plan.map_or(Asked::Nothing, |plan| Asked::Inline(Box::new(plan)))
            }
        }
    }

    /// Asks, unless too much was tried; then whoever calls hears what those hear whose number is not known (I-1).
    async fn ask_as_caller(
        &self,
        world: &World,
        state: &State,
        which: Which<'_>,
        plan: &Plan,
    ) -> (LookUpRun, Option<&'static str>) {
        let guessed = plan.guessed(&world.keyed, state.variables());
        let guess = guessed.map(|guessed| self.guess(world, &guessed));
        let Some(guess) = guess else {
            return (self.look_up_run(which, state.variables(), false).await, None);
        };
        match self.take_guess(&guess).await {
            Ok(true) => {}
            Ok(false) => {
                let nothing = LookUpRun { outcome: LookUpOutcome::NotFound, ..LookUpRun::invalid(None) };
                return (nothing, Some(TOO_MANY));
            }
            // What cannot be counted is not tried.
            Err(error) => {
                tracing::error!(%error, call = %world.call, "a look-up of a call was not counted");
                return (LookUpRun::invalid(None), None);
            }
        }
        let run = self.look_up_run(which, state.variables(), false).await;
        if let Err(error) = self.settle_guess(&guess, &run.outcome).await {
            tracing::error!(%error, call = %world.call, "what came of a look-up was not counted");
        }
        (run, None)
    }

    /// Uses an identification code up, as a message with it would.
    async fn code_of_call(&self, world: &World, digits: &Filled) -> Result<CodeOutcome> {
        let (service, now) = (self.clone(), self.now());
        let (channel, account, sender) = (world.channel, world.account, world.sender.clone());
        let found = classify(digits.as_str());
        let grant = Grant::internal(Actor::system());
        let redeemed = self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Outcome> {
            let name = super::CHANNEL_NAME;
            // As it stands now, and before anything else is locked.
            let account =
                find_account_ref_for_update(tx, account.id).await?.ok_or(Error::NotFound("call"))?;
            let place = Place { channel, channel_name: name, account, case: None, sender: sender.as_deref() };
            Ok(service.redeem(tx, log, &place, &found, now).await?.outcome)
        });
        Ok(match redeemed.await {
            Ok(Outcome::Valid) => CodeOutcome::Verified,
            Ok(Outcome::Invalid(Invalid::Locked)) => CodeOutcome::Locked,
            Ok(Outcome::Invalid(_) | Outcome::NotSent) => CodeOutcome::Wrong,
            // The caller goes on without it; a caller who waits for our database waits in vain.
            Err(error) => {
                tracing::error!(%error, call = %world.call, "a code of a call was not checked");
                CodeOutcome::Unavailable
            }
        })
    }

    fn is_calendar_open(&self, calendar: &str) -> Option<bool> {
        let id: CalendarId = calendar.parse().ok()?;
        let snapshot = self.snapshot();
        let entry = snapshot.calendars.iter().find(|entry| entry.id == id)?;
        Some(entry.calendar.compile().ok()?.is_open(self.now()))
    }
}

/// How long a piece takes to be heard.
fn length(piece: &Spoken) -> Moment {
    let long = match piece {
        Spoken::Say { text, .. } => text.as_str().chars().count() as Moment * CHARACTER_MS,
        Spoken::Digits { digits, .. } => digits.as_str().chars().count() as Moment * DIGIT_MS,
        Spoken::Recorded { .. } => 2_000,
    };
    long.max(PIECE_MS)
}
