//! Calls that go on in real time. Each event is one operation under the lock of the call: read where it stands, take the
//! event, write where it stands now. What is asked of the world is asked outside of it, and the answer is an event as
//! well; when the call has moved on, the engine does not hear it. `docs/decisions/0027-calls-under-way.md` says why.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use async_recursion::async_recursion as boxed;
use countersign_ivr::Flow;
use countersign_ivr::engine::Input;
use countersign_store::account::{AccountRef, find_account_ref_for_update};
use countersign_store::{Tx, call as store, phone_number};
use countersign_types::audit::Actor;
use countersign_types::call::{Call, CallLookUp, CallOutcome, CallState};
use countersign_types::phone_number::PhoneAdapter;
use countersign_types::pii::Pii;
use countersign_types::{CallId, ChannelId, Error, IvrFlowId, PhoneNumberId, Result, Timestamp, time};
use serde_json::json;

use super::live::{Ask, Going};
use super::text::{CallText, keep};
use super::world::World;
use super::{Known, TELEPHONE};
use crate::Service;
use crate::caller::Grant;
use crate::work::Log;

/// How long a call on the bench goes on that nobody touches.
const BENCH_IDLE: i64 = 15 * time::MINUTE;
/// How long any other goes on of which nothing is heard.
const IDLE: i64 = 6 * time::HOUR;
/// Calls that one run ends at most.
const IDLE_MAX: i64 = 200;
/// Questions of one event at most. A flow asks again after each answer; the engine counts nodes as well.
const ASKS_MAX: usize = 100;

/// A call that begins.
pub(super) struct Beginning {
    pub adapter: PhoneAdapter,
    pub provider_id: Option<String>,
    pub number: Option<PhoneNumberId>,
    pub flow_id: IvrFlowId,
    /// `None`: the draft.
    pub version: Option<i64>,
    pub flow: Arc<Flow>,
    pub known: Known,
    pub sender: Option<String>,
    /// Whether an answer of the company's system makes the caller somebody.
    pub may_identify: bool,
}

/// What was asked of the world, for the record of the call.
struct Made {
    look_ups: Vec<CallLookUp>,
    texts: Vec<CallText>,
}

/// What is left to do after an event: ask the world.
pub(super) struct Turn {
    pub call: CallId,
    asks: Vec<Ask>,
    world: Option<World>,
}

impl Turn {
    fn nothing(call: CallId) -> Self {
        Self { call, asks: Vec::new(), world: None }
    }
}

/// What comes out of an operation besides its answer. An operation that is repeated under its key does not run, and leaves
/// nothing.
struct Slot<T>(Arc<Mutex<Option<T>>>);

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Slot<T> {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(None)))
    }

    fn put(&self, value: T) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    }

    fn take(&self) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Service {
    /// Begins a call, once under the grant's idempotency key and once for what its provider calls it. Its id, and whether
    /// it is new.
    pub(super) async fn begin_call(&self, grant: &Grant, beginning: Beginning) -> Result<(Turn, bool)> {
        let (service, actor, now) = (self.clone(), grant.actor.clone(), self.now());
        let (id, slot): (CallId, _) = (self.new_id()?, Slot::new());
        let left = slot.clone();
        let begun = self
            .write_once(grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<CallId> {
                let (adapter, vault) = (beginning.adapter, service.vault());
                if let Some(provider_id) = &beginning.provider_id
                    && let Some(found) =
                        store::find_call_by_provider_id(tx, vault, adapter, provider_id).await?
                {
                    if found.number != beginning.number {
                        return Err(Error::NotFound("call"));
                    }
                    return Ok(found.id);
                }
                let channel = service.telephone(tx, log, now).await?;
                let user = Pii::new(id.to_string());
                let account = service.account_for(tx, log, &actor, channel, user, None, now).await?;
                let turn = service.begin_in(tx, log, (id, account, now), beginning).await?;
                left.put(turn);
                Ok(id)
            })
            .await?;
        Ok(match slot.take() {
            Some(turn) => (turn, true),
            None => (Turn::nothing(begun), false),
        })
    }

    async fn begin_in(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        (id, account, now): (CallId, AccountRef, Timestamp),
        beginning: Beginning,
    ) -> Result<Turn> {
        let Beginning { adapter, provider_id, number, flow_id, version, flow, known, sender, may_identify } =
            beginning;
        let number = match (number, &known.callee) {
            (None, Some(callee)) => {
                phone_number::find_phone_number_by_number(tx, callee).await?.map(|found| found.id)
            }
            (number, _) => number,
        };
        let call = Call {
            id,
            account: account.id,
            number,
            flow: Some(flow_id),
            flow_version: version,
            adapter,
            provider_id,
            state: CallState::InFlow,
            outcome: None,
            agent: None,
            about: known.about()?,
            transcript: json!([]),
            started_at: now,
            answered_at: None,
            ended_at: None,
            updated_at: now,
        };
        let is_draft = version.is_none();
        if adapter == PhoneAdapter::Bench {
            log.audit("call.bench", id, json!({ "flow": flow_id, "is_draft": is_draft }));
        }
        if is_draft {
            self.call_memory().keep_draft(id, Arc::clone(&flow), now);
        }
        let mut going = Going::begin(call, known, flow, (sender, may_identify))?;
        let rings = going.write_down(now)?;
        if !store::insert_call(tx, self.vault(), &going.call).await? {
            // Another server took the same webhook a moment ago; its call is the one.
            let hint = "Ask again: the call is there.";
            return Err(Error::conflict("idempotency-in-flight", "The call was begun twice at once.", hint));
        }
        if let Some(caller) = &going.known.caller {
            store::index_caller(tx, self.vault(), id, caller).await?;
        }
        self.tell_call(log, &going, rings, now);
        let channel = ChannelId::from_bytes(*TELEPHONE);
        Ok(Turn { call: id, world: Some(going.world(channel, account)), asks: going.asks() })
    }

    /// Something happens to a call: `what` takes it and says whether anything is to be written. What `what` answers is
    /// lost where the call is over, and where the request is a repeated one.
    pub(super) async fn turn_call<T, F>(
        &self,
        grant: &Grant,
        id: CallId,
        what: F,
    ) -> Result<(Option<T>, Turn)>
    where
        T: Send + 'static,
        F: FnOnce(&mut Going, Timestamp) -> Result<T> + Send + 'static,
    {
        let (service, slot) = (self.clone(), Slot::new());
        let left = slot.clone();
        self.write_once(grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if let Some(turned) = service.turn_in(tx, log, id, what).await? {
                left.put(turned);
            }
            Ok(())
        })
        .await?;
        Ok(match slot.take() {
            Some((answer, turn)) => (Some(answer), turn),
            None => (None, Turn::nothing(id)),
        })
    }

    async fn turn_in<T, F>(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        id: CallId,
        what: F,
    ) -> Result<Option<(T, Turn)>>
    where
        F: FnOnce(&mut Going, Timestamp) -> Result<T>,
    {
        // The account before the call: the order in which whoever erases a customer locks them.
        let seen = store::find_call(tx, self.vault(), id).await?.ok_or(Error::NotFound("call"))?;
        let account = find_account_ref_for_update(tx, seen.account).await?.ok_or(Error::NotFound("call"))?;
        let found = store::find_call_for_update(tx, self.vault(), id).await?;
        let call = found.ok_or(Error::NotFound("call"))?;
        // After the lock: the clock of this event is later than that of the one before.
        let now = self.now();
        let before = call.agent;
        let Some(mut going) = self.going(tx, call).await? else { return Ok(None) };
        let answer = what(&mut going, now)?;
        if going.is_changed {
            let rings = going.write_down(now)?;
            store::update_call(tx, self.vault(), &going.call).await?;
            if let Some(agent) = going.call.agent.filter(|agent| before != Some(*agent)) {
                self.call_taken(tx, log, (&going.call, agent), now).await?;
            }
            self.tell_call(log, &going, rings, now);
        }
        let world = going.world(ChannelId::from_bytes(*TELEPHONE), account);
        Ok(Some((answer, Turn { call: id, world: Some(world), asks: going.asks() })))
    }

    /// A call as it stands, with its flow and what this server remembers. `None`: it is over.
    pub(super) async fn going(&self, tx: &mut Tx<'_>, call: Call) -> Result<Option<Going>> {
        if call.ended_at.is_some() {
            return Ok(None);
        }
        let flow = self.flow_of_call(tx, &call).await?;
        let steps = Known::of(&call)?.live.map_or(0, |live| live.steps);
        let secrets = self.call_memory().secrets(call.id, steps);
        Going::of(call, flow, secrets)
    }

    /// The flow that a call hears. One that is gone has no nodes: the caller hears the built-in last word.
    async fn flow_of_call(&self, tx: &mut Tx<'_>, call: &Call) -> Result<Arc<Flow>> {
        let found = match (call.flow, call.flow_version) {
            (Some(flow), Some(version)) => {
                self.flow_of_calls_in(tx, flow, Some(version)).await?.map(|(_, flow)| Arc::new(flow))
            }
            (Some(flow), None) => match self.call_memory().draft(call.id) {
                Some(draft) => Some(draft),
                // Another server began it: the draft as it is now.
                None => self.draft_of_calls_in(tx, flow).await?.map(Arc::new),
            },
            (None, _) => None,
        };
        match found {
            Some(flow) => Ok(flow),
            None => Flow::parse(&json!({ "start": "", "nodes": {} })).map(Arc::new).map_err(Error::internal),
        }
    }

    fn tell_call(&self, log: &mut Log, going: &Going, rings: bool, now: Timestamp) {
        let id = going.call.id;
        if going.live.state.is_over() {
            self.call_memory().forget(id);
        } else {
            // Before the commit: whoever comes next has the lock after it, and finds them.
            self.call_memory().keep(id, going.live.steps, going.live.state.secrets(), now);
        }
        if rings {
            log.live("call.ringing", id);
        }
        log.live("call.updated", id);
    }

    /// Asks the world what a call asked, and lets it go on with the answers, until nothing is asked any more. It goes on
    /// when nobody waits for it: a webhook is answered before the company's system is.
    pub(super) async fn perform(&self, turn: Turn) -> Result<()> {
        let Turn { call, asks, world } = turn;
        let Some(mut world) = world else { return Ok(()) };
        let (mut asks, mut count) = (VecDeque::from(asks), 0);
        while let Some(Ask { state, effect }) = asks.pop_front() {
            count += 1;
            if count > ASKS_MAX {
                break;
            }
            let Some((_, input)) = self.ask_world(&mut world, &state, &effect).await? else { continue };
            let made = Made {
                look_ups: std::mem::take(&mut world.look_ups),
                texts: std::mem::take(&mut world.texts),
            };
            let next = self.answer_call(call, input, made).await?;
            asks.extend(next.asks);
            let Some(next) = next.world else { return Ok(()) };
            world = next;
        }
        Ok(())
    }

    /// The world answered.
    async fn answer_call(&self, id: CallId, input: Input, made: Made) -> Result<Turn> {
        let (service, slot) = (self.clone(), Slot::new());
        let left = slot.clone();
        let grant = Grant::internal(Actor::system());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let Made { look_ups, texts } = made;
            let count = look_ups.len();
            let take = |going: &mut Going, now: Timestamp| {
                going.live.look_ups += count;
                texts.into_iter().for_each(|text| keep(&mut going.known.texts, text));
                let at = going.moment(now);
                going.step(input, at)
            };
            let turned = service.turn_in(tx, log, id, take).await?;
            // What was asked was asked, also for a caller who is gone.
            for look_up in &look_ups {
                store::insert_call_look_up(tx, look_up).await?;
            }
            if let Some(((), turn)) = turned {
                left.put(turn);
            }
            Ok(())
        })
        .await?;
        Ok(slot.take().unwrap_or_else(|| Turn::nothing(id)))
    }

    /// Asks the world beside whoever waits; how that went is in the log.
    pub(super) fn perform_beside(&self, turn: Turn) -> tokio::task::JoinHandle<()> {
        let service = self.clone();
        tokio::spawn(async move {
            let call = turn.call;
            if let Err(error) = service.perform(turn).await {
                // The engine waits half a minute for an answer, and goes on without.
                tracing::error!(%call, %error, "what a call asked was not answered");
            }
        })
    }

    /// Looks once, as the job does: for tests whose clock stands still.
    #[doc(hidden)]
    #[boxed]
    pub async fn end_idle_calls_now(&self) -> Result<()> {
        self.idle_call_job().await
    }

    /// Ends calls of which nothing is heard any more: a provider that does not tell, a page that was closed.
    pub(crate) async fn idle_call_job(&self) -> Result<()> {
        let now = self.now();
        self.call_memory().forget_old(now);
        let (bench, others) = (now.plus(-BENCH_IDLE), now.plus(-IDLE));
        let due = async move |tx: &mut Tx<'_>| -> Result<_> {
            Ok(store::list_idle_calls(tx, bench, others, IDLE_MAX).await?)
        };
        for id in self.read(due).await? {
            if let Err(error) = self.end_idle(id, bench, others).await {
                tracing::warn!(call = %id, %error, "a call of which nothing is heard was not ended");
            }
        }
        Ok(())
    }

    async fn end_idle(&self, id: CallId, bench: Timestamp, others: Timestamp) -> Result<()> {
        let (service, grant) = (self.clone(), Grant::internal(Actor::system()));
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let Some(mut call) = store::find_call_for_update(tx, service.vault(), id).await? else {
                return Ok(());
            };
            let before = if call.adapter == PhoneAdapter::Bench { bench } else { others };
            if call.ended_at.is_some() || call.updated_at >= before {
                // Somebody was quicker.
                return Ok(());
            }
            log.audit("call.expire", id, json!({}));
            // It ended when it was last heard of, as far as anybody knows.
            let hang_up = |going: &mut Going, _: Timestamp| {
                let at = going.live.at;
                going.step(Input::HangUp, at)
            };
            if service.turn_in(tx, log, id, hang_up).await?.is_none() {
                call.state = CallState::Ended;
                call.outcome = call.outcome.or(Some(CallOutcome::Handled));
                call.ended_at = Some(call.updated_at);
                call.updated_at = service.now();
                store::update_call(tx, service.vault(), &call).await?;
                log.live("call.updated", id);
            }
            Ok(())
        })
        .await
    }
}
