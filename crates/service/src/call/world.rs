//! What a call asks of the world: the company's system, codes, calendars.

use countersign_identity::classify::classify;
use countersign_ivr::engine::{CodeOutcome, Effect, Input, LegOutcome, RecordOutcome};
use countersign_ivr::look_up::{Definition, Plan};
use countersign_ivr::node::http_request::LookUpRef;
use countersign_ivr::prompt::{Filled, Spoken};
use countersign_ivr::transcript::By;
use countersign_ivr::{Moment, State};
use countersign_store::Tx;
use countersign_store::account::AccountRef;
use countersign_types::audit::Actor;
use countersign_types::call::{CallLookUp, CallOutcome};
use countersign_types::code::{Invalid, Outcome};
use countersign_types::{CalendarId, CallId, ChannelId, LookUpId, Result};
use serde::{Deserialize, Serialize};

use crate::Service;
use crate::caller::Grant;
use crate::code::redeem::Place;
use crate::look_up::{LookUpRun, Which};
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

/// What a call knows of the world, and what it leaves there.
pub(super) struct World {
    /// The telephone.
    pub channel: ChannelId,
    /// Who calls.
    pub account: AccountRef,
    /// For whom misses of codes are counted: on the bench for whoever plays, or they could lock a customer's telephone.
    pub sender: String,
    /// The call.
    pub call: CallId,
    /// What was looked up.
    pub look_ups: Vec<CallLookUp>,
    /// How many were looked up before, and are written down.
    pub looked_up: usize,
    /// Whether text messages count as sent: on the bench, where none is.
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
            // Nobody sends text messages for calls yet; on the bench nobody should.
            Effect::SendSms { id, .. } => (1, Input::Sms { id: *id, is_sent: world.is_bench }),
            _ => return Ok(None),
        }))
    }

    async fn look_up_of_call(
        &self,
        world: &mut World,
        state: &State,
        request: &LookUpRef,
    ) -> Result<LookUpRun> {
        if world.looked_up + world.look_ups.len() >= LOOK_UPS_MAX {
            return Ok(LookUpRun::invalid(None));
        }
        let (run, host) = match request {
            LookUpRef::Stored { look_up } => {
                let entry = match look_up.parse::<LookUpId>() {
                    Ok(id) => self.look_up_entry(id).await.ok(),
                    Err(_) => None,
                };
                match entry {
                    Some(entry) => {
                        let host = entry.plan().map_or_else(String::new, |plan| plan.origin().to_owned());
                        (self.look_up_run(Which::Stored(&entry), state.variables(), false).await, host)
                    }
                    None => (LookUpRun::invalid(None), String::new()),
                }
            }
            LookUpRef::Inline(inline) => {
                let plan = serde_json::from_value::<Definition>(inline.definition()).ok();
                match plan.and_then(|definition| Plan::compile(&definition).ok()) {
                    Some(plan) => {
                        let host = plan.origin().to_owned();
                        (self.look_up_run(Which::Inline(&plan), state.variables(), false).await, host)
                    }
                    None => (LookUpRun::invalid(None), String::new()),
                }
            }
        };
        world.look_ups.push(CallLookUp {
            id: self.new_id()?,
            call: world.call,
            node: state.node().unwrap_or_default().to_owned(),
            outcome: run.outcome.as_str().to_owned(),
            why: run.outcome.why().map(|why| why.as_str().to_owned()),
            status: run.status.map(i64::from),
            latency_ms: i64::try_from(run.latency_ms).unwrap_or(i64::MAX),
            host,
            at: self.now(),
        });
        Ok(run)
    }

    /// Uses an identification code up, as a message with it would.
    async fn code_of_call(&self, world: &World, digits: &Filled) -> Result<CodeOutcome> {
        let (service, now) = (self.clone(), self.now());
        let (channel, account, sender) = (world.channel, world.account, world.sender.clone());
        let found = classify(digits.as_str());
        let grant = Grant::internal(Actor::system());
        let redeemed = self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Outcome> {
            let name = super::CHANNEL_NAME;
            let place = Place { channel, channel_name: name, account, case: None, sender: Some(&sender) };
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
