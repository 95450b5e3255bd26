//! Where a call under way stands: written down with the call after each event, so that any server goes on with it.
//!
//! Nothing here waits, asks or writes; `drive.rs` does.

use std::sync::Arc;

use countersign_ivr::engine::{Effect, Engine, Input, Secrets};
use countersign_ivr::{Flow, Moment, State};
use countersign_store::account::AccountRef;
use countersign_telephony::{LegKind, UnderWay};
use countersign_types::call::{Call, CallState};
use countersign_types::phone_number::PhoneAdapter;
use countersign_types::{ChannelId, Error, Result, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Known;
use super::world::{Legs, World};

/// Where a call stands, besides its numbers and variables. Sealed with them; secrets are left out (I-3).
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Live {
    /// The engine.
    pub state: State,
    /// What the caller hears or waits for.
    #[serde(default)]
    pub under_way: UnderWay,
    /// How often something happened: whoever asks with an older number asks for what was.
    pub steps: u64,
    /// When something happened last, on the call's clock.
    pub at: Moment,
    /// Whether the caller was to reach somebody.
    #[serde(default)]
    pub legs: Legs,
    /// For whom misses of codes are counted.
    #[serde(default)]
    pub sender: Option<String>,
    /// Whether an answer of the company's system makes the caller somebody.
    #[serde(default)]
    pub may_identify: bool,
    /// How many look-ups there were.
    #[serde(default)]
    pub look_ups: usize,
}

/// A question to the world, with the variables of the moment in which it was asked.
pub(super) struct Ask {
    pub state: State,
    pub effect: Effect,
}

/// A call under way, in the hands of one who changes it.
pub(super) struct Going {
    pub call: Call,
    pub known: Known,
    pub live: Live,
    pub flow: Arc<Flow>,
    asks: Vec<Effect>,
    lines: Vec<Value>,
    /// Whether anything happened.
    pub is_changed: bool,
    /// Whether telephones of colleagues began to ring.
    is_rung: bool,
}

impl Going {
    /// A call begins.
    pub(super) fn begin(
        call: Call,
        known: Known,
        flow: Arc<Flow>,
        (sender, may_identify): (Option<String>, bool),
    ) -> Result<Self> {
        let (state, effects) = Engine::begin(&flow, known.facts(), 0);
        let live = Live {
            state,
            under_way: UnderWay::default(),
            steps: 0,
            at: 0,
            legs: Legs::default(),
            sender,
            may_identify,
            look_ups: 0,
        };
        let mut going = Self::new(call, known, live, flow);
        going.take(effects)?;
        Ok(going)
    }

    fn new(call: Call, known: Known, live: Live, flow: Arc<Flow>) -> Self {
        Self {
            call,
            known,
            live,
            flow,
            asks: Vec::new(),
            lines: Vec::new(),
            is_changed: false,
            is_rung: false,
        }
    }

    /// A call goes on. `None`: it is over, or was never under way.
    pub(super) fn of(call: Call, flow: Arc<Flow>, secrets: Option<Secrets>) -> Result<Option<Self>> {
        let mut known = Known::of(&call)?;
        let Some(mut live) = known.live.take().filter(|_| call.ended_at.is_none()) else { return Ok(None) };
        if let Some(secrets) = secrets {
            live.state = live.state.with_secrets(secrets);
        }
        Ok(Some(Self::new(call, known, *live, flow)))
    }

    /// The moment on the call's clock. It does not go back, whichever server looks.
    pub(super) fn moment(&self, now: Timestamp) -> Moment {
        let micros = now.as_micros().saturating_sub(self.call.started_at.as_micros());
        u64::try_from(micros / 1_000).unwrap_or(0).max(self.live.at)
    }

    /// Something happened. What was due before is first, at its own time.
    pub(super) fn step(&mut self, input: Input, at: Moment) -> Result<()> {
        while let Some((id, until)) = self.live.state.timer().filter(|(_, until)| *until < at) {
            self.take_input(Input::Timer { id }, until)?;
        }
        self.take_input(input, at)
    }

    /// Time has passed: timers that are due fire, in their order, each at its time.
    pub(super) fn tick(&mut self, now: Moment) -> Result<()> {
        // One timer may lead to the next. Each takes its time, and a call ends.
        while let Some((id, until)) = self.live.state.timer().filter(|(_, until)| *until <= now) {
            self.take_input(Input::Timer { id }, until)?;
        }
        Ok(())
    }

    fn take_input(&mut self, input: Input, at: Moment) -> Result<()> {
        let Live { state, under_way, legs, at: last, .. } = &mut self.live;
        if state.is_over() {
            return Ok(());
        }
        *last = at.max(*last);
        let is_heard = match &input {
            Input::Leg { id, .. } | Input::Recorded { id, .. } => state.under_way().1 == Some(*id),
            _ => true,
        };
        if is_heard {
            under_way.heard(&input);
            legs.note(&input, *last);
        }
        let effects = state.step(&self.flow, input, *last);
        self.take(effects)
    }

    fn take(&mut self, effects: Vec<Effect>) -> Result<()> {
        self.is_changed = true;
        for effect in effects {
            self.live.legs.asked(&effect);
            match self.live.under_way.take(effect, self.live.at) {
                Some(Effect::Entry(entry)) => {
                    self.lines.push(serde_json::to_value(&entry).map_err(Error::internal)?);
                }
                Some(ask) => self.asks.push(ask),
                None => {}
            }
        }
        self.live.under_way.settle(&self.live.state);
        Ok(())
    }

    /// Telephones of colleagues begin to ring.
    pub(super) fn begins_to_ring(&mut self, at: Moment) {
        self.live.at = at.max(self.live.at);
        (self.is_changed, self.is_rung) = (true, true);
    }

    /// What is to be asked of the world. Nobody asks for a caller who is gone.
    pub(super) fn asks(&mut self) -> Vec<Ask> {
        let asks = std::mem::take(&mut self.asks);
        if self.live.state.is_over() {
            return Vec::new();
        }
        asks.into_iter().map(|effect| Ask { state: self.live.state.clone(), effect }).collect()
    }

    /// What it asks with.
    pub(super) fn world(&self, channel: ChannelId, account: AccountRef) -> World {
        World {
            channel,
            account,
            sender: self.live.sender.clone(),
            may_identify: self.live.may_identify,
            keyed: self.flow.keyed(),
            call: self.call.id,
            look_ups: Vec::new(),
            looked_up: self.live.look_ups,
            texts: Vec::new(),
            is_bench: self.call.adapter == PhoneAdapter::Bench,
        }
    }

    /// Where the call stands for those who look at it.
    fn standing(&self) -> CallState {
        let leg = self.live.under_way.leg.as_ref();
        match leg {
            _ if self.live.state.is_over() => CallState::Ended,
            _ if self.live.state.is_connected() => CallState::Connected,
            Some(leg) if leg.kind == LegKind::Queue => CallState::Waiting,
            Some(leg) if leg.kind == LegKind::Connect => CallState::Ringing,
            _ => CallState::InFlow,
        }
    }

    /// Writes where it stands into the call. Whether it began to ring.
    pub(super) fn write_down(&mut self, now: Timestamp) -> Result<bool> {
        self.live.steps += 1;
        let (call, legs) = (&self.call, &self.live.legs);
        let micros = |moment: Moment| i64::try_from(moment).unwrap_or(i64::MAX).saturating_mul(1_000);
        let answered_at = legs.answered.map(|moment| call.started_at.plus(micros(moment)));
        let is_over = self.live.state.is_over();
        let outcome = is_over.then(|| legs.outcome(self.live.state.ended_by()));
        let (before, state) = (self.call.state, self.standing());
        self.call.state = state;
        self.call.answered_at = answered_at;
        self.call.outcome = outcome;
        self.call.ended_at = is_over.then(|| self.call.started_at.plus(micros(self.live.at)));
        self.call.updated_at = now;
        if let Value::Array(lines) = &mut self.call.transcript {
            lines.append(&mut self.lines);
        }
        self.known.variables = self.live.state.variables().clone();
        self.known.live = (!is_over).then(|| Box::new(self.live.clone()));
        let note = self.call.about.note.take();
        self.call.about = self.known.about()?;
        self.call.about.note = note;
        if self.call.adapter != PhoneAdapter::Bench {
            // Who waits rings nowhere until somebody's telephone does.
            return Ok(std::mem::take(&mut self.is_rung));
        }
        let rings = |state| matches!(state, CallState::Ringing | CallState::Waiting);
        Ok(rings(state) && !rings(before))
    }
}
