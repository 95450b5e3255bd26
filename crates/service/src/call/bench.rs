//! The bench: a call without telephony, on a virtual clock. What the flow asks is asked for real: look-ups go to the
//! company's system, codes are used up, calendars are looked at. Nobody's telephone rings and no text message is sent.

use std::time::{Duration, Instant};

use async_recursion::async_recursion as boxed;
use countersign_ivr::engine::{Effect, Engine, Input, LegOutcome};
use countersign_ivr::{Flow, Key, Moment, State, TranscriptEntry};
use countersign_store::account::AccountRef;
use countersign_store::{Tx, call as store, phone_number};
use countersign_types::call::{Call, CallState};
use countersign_types::phone_number::PhoneAdapter;
use countersign_types::pii::Pii;
use countersign_types::{
    AccountId, CallId, ChannelId, Error, IvrFlowId, Permission, ProfileId, Result, Viewer,
};
use serde_json::json;
use tokio::sync::Semaphore;

use super::clock::{Clock, Happening};
use super::world::{Legs, World};
use super::{CallDetail, Known};
use crate::Service;
use crate::caller::{Grant, Request};
use crate::work::Log;

/// Steps of a script at most.
const SCRIPT_MAX: usize = 500;
/// Keys of one step at most.
pub(super) const KEYS_MAX: usize = 100;
/// Longest wait before a step, milliseconds.
const AFTER_MAX: Moment = 600_000;
/// Between the keys of one step, milliseconds: as fast as people press.
const BETWEEN_KEYS: Moment = 150;
/// How long a caller speaks with an agent who has nothing else in the script.
const TALK: Moment = 10_000;
/// Longest call, milliseconds.
const CALL_MAX: Moment = 4 * 3_600_000;
/// Things that happen in a call at most.
const STEPS_MAX: usize = 4_000;
/// How long a call may take by the clock on the wall, where systems are slow; then the caller hangs up.
const WALL: Duration = Duration::from_secs(60);
/// How often is looked whether a call is played that the same request plays.
const LOOK: Duration = Duration::from_millis(50);
/// Calls on the bench at once, in this process: real callers come first.
const AT_ONCE: usize = 8;

static BENCHES: Semaphore = Semaphore::const_new(AT_ONCE);

/// What is kept under the key of a request that begins a call: the call, and where it stands.
type Begun = (CallId, (ChannelId, AccountId, ProfileId, ProfileId));

/// A step of the script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scripted {
    /// So long after the step before, or after the call began, milliseconds.
    pub after_ms: u64,
    /// Keys that are pressed, in turn.
    pub press: Option<String>,
    /// Whether the caller hangs up.
    pub hang_up: bool,
}

/// A call on the bench.
#[derive(Debug, Clone)]
pub struct BenchCall {
    /// The flow.
    pub flow: IvrFlowId,
    /// Its draft, rather than the version that calls take.
    pub is_draft: bool,
    /// The caller's number; nothing: it is withheld.
    pub from: Option<String>,
    /// The number that is called.
    pub to: Option<String>,
    /// What the caller does.
    pub script: Vec<Scripted>,
    /// What agents do whose telephones ring.
    pub legs: LegOutcome,
}

/// A call that is under way on the bench.
struct Bench {
    flow: Flow,
    state: State,
    clock: Clock,
    now: Moment,
    transcript: Vec<TranscriptEntry>,
    legs: Legs,
    agent: LegOutcome,
}

impl Service {
    /// Plays a call, and keeps it as one.
    #[boxed]
    pub async fn bench_call(&self, request: &Request, asked: BenchCall) -> Result<CallDetail> {
        let grant = self.authorise(request, Permission::PhoneWrite).await?;
        // What comes out is a call, and whoever makes one reads it.
        self.authorise(request, Permission::CallRead).await?;
        if let Some((made, _)) = self.replayed::<Begun>(&grant).await? {
            return self.bench_elsewhere(grant.viewer(), made).await;
        }
        let clock = scripted(&asked.script)?;
        let Ok(place) = BENCHES.try_acquire() else {
            return Err(Error::TooMany { what: "calls on the bench at once", retry_after_secs: 5 });
        };
        let known = Known {
            caller: self.number(asked.from.as_deref(), "/from")?,
            callee: self.number(asked.to.as_deref(), "/to")?,
            ..Known::default()
        };
        let (version, flow) = self.flow_of_bench(asked.flow, asked.is_draft).await?;
        let (id, begun) = self.begin_bench(&grant, (asked.flow, asked.is_draft)).await?;
        let Some((channel, account)) = begun else {
            // The same request plays at this moment.
            drop(place);
            return self.bench_elsewhere(grant.viewer(), id).await;
        };
        let mut world = World {
            channel,
            account,
            sender: Some(sender(&grant)),
            may_identify: may_identify(request),
            keyed: flow.keyed(),
            call: id,
            look_ups: Vec::new(),
            looked_up: 0,
            texts: Vec::new(),
            is_bench: true,
        };
        let (state, effects) = Engine::begin(&flow, known.facts(), 0);
        let mut bench = Bench {
            flow,
            state,
            clock,
            now: 0,
            transcript: Vec::new(),
            legs: Legs::default(),
            agent: asked.legs,
        };
        self.play(&mut bench, &mut world, effects).await?;
        self.run_bench(&mut bench, &mut world).await?;
        self.end_bench(&grant, (id, asked.flow, version), bench, world, known).await
    }

    /// The flow and the number of its version; `None` for the draft.
    pub(super) async fn flow_of_bench(&self, id: IvrFlowId, is_draft: bool) -> Result<(Option<i64>, Flow)> {
        if is_draft {
            return Ok((None, self.draft_of_calls(id).await?.ok_or(Error::NotFound("phone menu"))?));
        }
        if let Some((number, flow)) = self.flow_of_calls(id, None).await? {
            return Ok((Some(number), flow));
        }
        self.draft_of_calls(id).await?.ok_or(Error::NotFound("phone menu"))?;
        let detail = "The phone menu has no published version, so no call can take it.";
        let hint = "Publish it, or call its draft: `\"version\": \"draft\"`.";
        Err(Error::conflict("not-published", detail, hint))
    }

    /// The call's id, and where it stands unless the same request plays it already.
    async fn begin_bench(
        &self,
        grant: &Grant,
        (flow, is_draft): (IvrFlowId, bool),
    ) -> Result<(CallId, Option<(ChannelId, AccountRef)>)> {
        let (service, actor, now) = (self.clone(), grant.actor.clone(), self.now());
        let call: CallId = self.new_id()?;
        let begun = self.write_once(grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Begun> {
            let channel = service.telephone(tx, log, now).await?;
            let user = Pii::new(call.to_string());
            let account = service.account_for(tx, log, &actor, channel, user, None, now).await?;
            // Before anybody is asked anything: whoever breaks off leaves a line as well.
            log.audit("call.bench", call, json!({ "flow": flow, "is_draft": is_draft }));
            Ok((call, (channel, account.id, account.profile, account.home_profile)))
        });
        let (id, (channel, account, profile, home_profile)) = begun.await?;
        let account = AccountRef { id: account, profile, home_profile };
        Ok((id, (id == call).then_some((channel, account))))
    }

    /// A call that the same request plays, once it is played.
    async fn bench_elsewhere(&self, viewer: Viewer, id: CallId) -> Result<CallDetail> {
        let begun = Instant::now();
        while begun.elapsed() < WALL {
            match self.call_for(viewer, id).await {
                Err(Error::NotFound(_)) => tokio::time::sleep(LOOK).await,
                found => return found,
            }
        }
        let detail = "The same request was begun and is not over.";
        let hint = "Send it again later, or with a new key if it stays so.";
        Err(Error::conflict("idempotency-in-flight", detail, hint))
    }

    async fn run_bench(&self, bench: &mut Bench, world: &mut World) -> Result<()> {
        let begun = Instant::now();
        for _ in 0..STEPS_MAX {
            if begun.elapsed() > WALL {
                break;
            }
            if bench.state.is_over() {
                return Ok(());
            }
            if bench.state.is_connected() && !bench.clock.has_script() {
                bench.clock.at(bench.now + TALK, Happening::HangUp);
            }
            let Some((at, what)) = bench.clock.next().filter(|(at, _)| *at <= CALL_MAX) else { break };
            bench.now = at.max(bench.now);
            let input = match what {
                Happening::Key(key) => Input::Digit(key),
                Happening::HangUp => Input::HangUp,
                Happening::Answer(input) => input,
                Happening::Timer(id) => Input::Timer { id },
            };
            bench.legs.note(&input, bench.now);
            let effects = bench.state.step(&bench.flow, input, bench.now);
            self.play(bench, world, effects).await?;
        }
        // Nobody does anything any more: a caller would hang up.
        if !bench.state.is_over() {
            let effects = bench.state.step(&bench.flow, Input::HangUp, bench.now);
            self.play(bench, world, effects).await?;
        }
        Ok(())
    }

    async fn play(&self, bench: &mut Bench, world: &mut World, effects: Vec<Effect>) -> Result<()> {
        for effect in effects {
            match effect {
                Effect::Entry(entry) => bench.transcript.push(entry),
                Effect::Wait { id, until } => bench.clock.wait(id, until),
                effect => {
                    bench.legs.asked(&effect);
                    for (after, input) in self.world(world, bench.agent, &bench.state, &effect).await? {
                        bench.clock.at(bench.now + after, Happening::Answer(input));
                    }
                }
            }
        }
        Ok(())
    }

    async fn end_bench(
        &self,
        grant: &Grant,
        (id, flow, flow_version): (CallId, IvrFlowId, Option<i64>),
        bench: Bench,
        world: World,
        known: Known,
    ) -> Result<CallDetail> {
        let (service, now) = (self.clone(), self.now());
        let micros = |moment: Moment| i64::try_from(moment).unwrap_or(i64::MAX).saturating_mul(1_000);
        // The call is over now, however long it took on its clock.
        let begun = now.plus(-micros(bench.now));
        let variables = bench.state.variables().clone();
        let known = Known { variables, texts: world.texts, ..known };
        let outcome = bench.legs.outcome(bench.state.ended_by());
        let mut call = Call {
            id,
            account: world.account.id,
            number: None,
            flow: Some(flow),
            flow_version,
            adapter: PhoneAdapter::Bench,
            provider_id: None,
            state: CallState::Ended,
            outcome: Some(outcome),
            agent: None,
            about: known.about()?,
            transcript: serde_json::to_value(&bench.transcript).map_err(Error::internal)?,
            started_at: begun,
            answered_at: bench.legs.answered.map(|moment| begun.plus(micros(moment))),
            ended_at: Some(now),
            updated_at: now,
        };
        // The key of the request has been used: to begin it.
        let grant = &Grant { idempotency: None, ..grant.clone() };
        let made = self.write(grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<CallId> {
            if let Some(callee) = &known.callee {
                let found = phone_number::find_phone_number_by_number(tx, callee).await?;
                call.number = found.map(|number| number.id);
            }
            store::insert_call(tx, service.vault(), &call).await?;
            if let Some(caller) = &known.caller {
                store::index_caller(tx, service.vault(), id, caller).await?;
            }
            for look_up in &world.look_ups {
                store::insert_call_look_up(tx, look_up).await?;
            }
            log.live("call.updated", id);
            Ok(id)
        });
        self.call_for(grant.viewer(), made.await?).await
    }

    pub(super) fn number(&self, text: Option<&str>, pointer: &str) -> Result<Option<String>> {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
        let number = self.number_for(text, None).e164;
        let is_number = number.starts_with('+') && number[1..].bytes().all(|b| b.is_ascii_digit());
        if is_number {
            return Ok(Some(number));
        }
        let detail = "This is no telephone number. Write it as `+46706170786`.";
        Err(Error::invalid(pointer, "not-a-phone-number", detail))
    }
}

/// For whom misses of codes are counted: for whoever plays, or they could lock a customer's telephone.
pub(super) fn sender(grant: &Grant) -> String {
    format!("bench:{}", grant.actor.id)
}

/// The script on a clock.
fn scripted(script: &[Scripted]) -> Result<Clock> {
    if script.len() > SCRIPT_MAX {
        return Err(Error::invalid(
            "/script",
            "too-many",
            format!("A script has at most {SCRIPT_MAX} steps."),
        ));
    }
    let (mut clock, mut now) = (Clock::default(), 0);
    for (index, step) in script.iter().enumerate() {
        if step.after_ms > AFTER_MAX {
            let detail = format!("A step comes at most {AFTER_MAX} milliseconds after the one before.");
            return Err(Error::invalid(format!("/script/{index}/after_ms"), "out-of-range", detail));
        }
        now += step.after_ms;
        let keys = step.press.as_deref().unwrap_or_default();
        let pressed: Option<Vec<Key>> = keys.chars().map(Key::new).collect();
        let Some(pressed) = pressed.filter(|keys| keys.len() <= KEYS_MAX) else {
            let detail = format!("Keys are 0 to 9, * and #, at most {KEYS_MAX} in a step.");
            return Err(Error::invalid(format!("/script/{index}/press"), "not-keys", detail));
        };
        for (nth, key) in pressed.into_iter().enumerate() {
            if nth > 0 {
                now += BETWEEN_KEYS;
            }
            clock.at(now, Happening::Key(key));
        }
        if step.hang_up {
            clock.at(now, Happening::HangUp);
        }
    }
    Ok(clock)
}

/// Whether whoever plays could link an account and write a profile without a call, too.
pub(super) fn may_identify(request: &Request) -> bool {
    [Permission::LinkWrite, Permission::ProfileWrite].iter().all(|needed| request.caller.may(*needed))
}
