//! One step of a call: what nodes may do, and how a call goes from node to node.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::state::{Here, Swallow, Timer};
use super::{Effect, Id, Input, STEPS_MAX, STEPS_OF_CALL_MAX, State, WORLD_MS};
use crate::Moment;
use crate::check::BUILT_IN;
use crate::digits::AHEAD_MAX;
use crate::ending;
use crate::flow::Flow;
use crate::key::{Key, Keys};
use crate::node::{Exits, Kind, Node};
use crate::prompt::{Prompts, Spoken};
use crate::transcript::{By, TranscriptEntry, What};
use crate::variable::{Class, Variables, is_name};

/// What a node wants next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Next {
    /// To stay and wait.
    Stay,
    /// To leave by this exit.
    Exit(String),
    /// The call to be over.
    Over,
    /// The call to be over after the built-in last word.
    Goodbye,
}

impl Next {
    pub(crate) fn exit(name: &str) -> Self {
        Self::Exit(name.to_owned())
    }
}

/// A step under way.
pub(crate) struct Run<'a> {
    flow: &'a Flow,
    state: &'a mut State,
    effects: &'a mut Vec<Effect>,
}

/// What nodes may do.
impl<'a> Run<'a> {
    pub(super) fn new(flow: &'a Flow, state: &'a mut State, effects: &'a mut Vec<Effect>) -> Self {
        Self { flow, state, effects }
    }

    pub(crate) fn now(&self) -> Moment {
        self.state.now
    }

    pub(crate) fn variables(&self) -> &Variables {
        &self.state.variables
    }

    pub(crate) fn here(&mut self) -> &mut Here {
        &mut self.state.here
    }

    /// The exits drawn at this node.
    pub(crate) fn exits(&self) -> &'a Exits {
        static NONE: Exits = Exits::new();
        self.at().map_or(&NONE, |node| &node.exits)
    }

    fn at(&self) -> Option<&'a Node> {
        self.state.node.as_deref().and_then(|id| self.flow.node(id))
    }

    fn id(&mut self) -> Id {
        self.state.last_id = self.state.last_id.saturating_add(1);
        self.state.last_id
    }

    pub(crate) fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    pub(crate) fn entry(&mut self, what: What) {
        let entry = TranscriptEntry { at: self.state.now, node: self.state.node.clone(), what };
        self.effects.push(Effect::Entry(entry));
    }

    pub(crate) fn fill(&self, prompts: &Prompts) -> Vec<Spoken> {
        prompts.fill(&self.state.variables)
    }

    /// Plays all of them in turn. Whether there is anything to hear.
    pub(crate) fn play_all(&mut self, all: &[&Prompts], may_be_interrupted: bool) -> bool {
        let prompts: Vec<Spoken> = all.iter().flat_map(|prompts| self.fill(prompts)).collect();
        if prompts.is_empty() {
            return false;
        }
        if let Some(language) = prompts.iter().filter_map(Spoken::language).next_back() {
            self.state.language = Some(language.to_owned());
        }
        self.entry(What::Prompted { pieces: all.iter().flat_map(|prompts| prompts.sources()).collect() });
        self.play(prompts, may_be_interrupted);
        true
    }

    fn play(&mut self, prompts: Vec<Spoken>, may_be_interrupted: bool) {
        let id = self.id();
        self.state.here.playing = Some(id);
        self.effects.push(Effect::Play { id, prompts, may_be_interrupted });
    }

    pub(crate) fn stop_playing(&mut self) {
        if self.state.here.playing.take().is_some() {
            self.effects.push(Effect::StopPlaying);
        }
    }

    pub(crate) fn wait(&mut self, ms: u32) {
        self.wait_until(self.state.now.saturating_add(u64::from(ms)));
    }

    pub(crate) fn wait_until(&mut self, until: Moment) {
        let id = self.id();
        self.state.here.timer = Some(Timer { id, until });
        self.effects.push(Effect::Wait { id, until });
    }

    pub(crate) fn no_timer(&mut self) {
        self.state.here.timer = None;
    }

    /// An id for something that is asked of the world.
    pub(crate) fn ask(&mut self) -> Id {
        let id = self.id();
        self.state.here.awaited = Some(id);
        self.state.here.since = self.state.now;
        id
    }

    /// It was answered, or will not be.
    pub(crate) fn answered(&mut self) {
        self.state.here.awaited = None;
        self.state.here.timer = None;
    }

    /// Sets a variable of the flow.
    pub(crate) fn set(&mut self, name: &str, class: Class, value: impl Into<Value>) {
        if BUILT_IN.contains(&name) {
            return self.went_wrong("built-in-variable");
        }
        match self.state.variables.set(name, class, value) {
            Ok(()) => self.was_set(name),
            Err(_) => self.went_wrong("variable-not-set"),
        }
    }

    fn was_set(&mut self, name: &str) {
        if let Some(class) = self.state.variables.get(name).map(|variable| variable.class) {
            self.entry(What::Set { variable: name.to_owned(), class });
        }
    }

    /// Keeps digits that were not accepted, under `keyed`.
    pub(crate) fn set_keyed(&mut self, variable: &str, value: Value) {
        if !is_name(variable) {
            return;
        }
        let mut keyed = match self.state.variables.get("keyed").map(|variable| &variable.value) {
            Some(Value::Object(keyed)) => keyed.clone(),
            _ => serde_json::Map::new(),
        };
        keyed.insert(variable.to_owned(), value);
        if self.state.variables.set("keyed", Class::Personal, json!(keyed)).is_ok() {
            self.was_set("keyed");
        }
    }

    pub(crate) fn type_ahead(&mut self, key: Key) {
        if self.state.ahead.len() < AHEAD_MAX {
            self.state.ahead.push(key);
        }
    }

    pub(crate) fn has_ahead(&self) -> bool {
        !self.state.ahead.is_empty()
    }

    pub(crate) fn take_ahead(&mut self) -> Option<Key> {
        while let Some(key) = self.state.ahead.take_first() {
            if !self.is_swallowed(key) {
                return Some(key);
            }
        }
        None
    }

    pub(crate) fn forget_ahead(&mut self) {
        self.state.ahead.clear();
    }

    /// Drops one of these keys if it is the next to come, in this time.
    pub(crate) fn swallow(&mut self, keys: Keys, ms: u32) {
        let until = self.state.now.saturating_add(u64::from(ms));
        self.state.swallow = Some(Swallow { keys, until });
    }

    fn is_swallowed(&mut self, key: Key) -> bool {
        let now = self.state.now;
        self.state.swallow.take().is_some_and(|swallow| swallow.keys.has(key) && now <= swallow.until)
    }

    fn went_wrong(&mut self, code: &'static str) {
        self.entry(What::WentWrong { code: Cow::Borrowed(code) });
    }
}

/// How a call goes on.
impl Run<'_> {
    pub(super) fn begin(&mut self) {
        let next = self.enter(&self.flow.start.clone());
        self.go(next);
    }

    pub(super) fn step(&mut self, input: &Input, now: Moment) {
        let now = now.max(self.state.now);
        // What was due before this is first, at its own time.
        while let Some(timer) = self.due(now) {
            self.state.now = timer.until.max(self.state.now);
            self.take(&Input::Timer { id: timer.id });
        }
        self.state.now = now;
        self.take(input);
    }

    fn due(&self, now: Moment) -> Option<Timer> {
        self.state.here.timer.filter(|timer| self.state.over.is_none() && timer.until < now)
    }

    /// Takes an input if anybody waits for it.
    fn take(&mut self, input: &Input) {
        if self.state.over.is_some() || !self.is_awaited(input) {
            return;
        }
        let next = match (input, self.at()) {
            (Input::HangUp, _) => return self.caller_left(),
            (_, Some(node)) => node.kind.step().handle(self, input),
            // The last word is said, or nobody heard it.
            (Input::Digit(_), None) if self.state.node.is_none() => Next::Stay,
            (_, None) if self.state.node.is_none() => Next::Over,
            (_, None) => self.trouble("missing-node"),
        };
        self.go(next);
    }

    /// Whether an input is of now, and not late, repeated or for something else.
    fn is_awaited(&mut self, input: &Input) -> bool {
        match input {
            Input::HangUp => true,
            Input::Digit(key) => {
                self.state.steps = 0;
                !self.state.here.is_connected && !self.is_swallowed(*key)
            }
            Input::PlaybackEnded { id } | Input::PlaybackFailed { id } => {
                let is_current = self.state.here.playing == Some(*id);
                if is_current {
                    self.state.here.playing = None;
                    if matches!(input, Input::PlaybackFailed { .. }) {
                        self.went_wrong("not-played");
                    }
                }
                is_current
            }
            Input::Timer { id } => self.is_time(*id),
            Input::LookUp { id, .. }
            | Input::Code { id, .. }
            | Input::Hours { id, .. }
            | Input::Leg { id, .. }
            | Input::Recorded { id, .. }
            | Input::Sms { id, .. } => self.state.here.awaited == Some(*id),
        }
    }

    fn is_time(&mut self, id: Id) -> bool {
        let Some(timer) = self.state.here.timer.filter(|timer| timer.id == id) else { return false };
        if timer.until > self.state.now {
            // Too early: it is asked for once more.
            self.effects.push(Effect::Wait { id, until: timer.until });
            return false;
        }
        self.state.here.timer = None;
        true
    }

    fn go(&mut self, mut next: Next) {
        loop {
            next = match next {
                Next::Stay => return,
                Next::Over => {
                    let by = if self.state.node.is_none() { By::Trouble } else { By::Flow };
                    self.effects.push(Effect::HangUp);
                    return self.over(by);
                }
                Next::Goodbye => return self.goodbye(),
                Next::Exit(exit) => self.leave(exit),
            };
        }
    }

    fn leave(&mut self, exit: String) -> Next {
        self.stop_playing();
        let target = self.at().and_then(|node| node.exits.get(&exit));
        self.entry(What::Exited { exit });
        match target {
            Some(target) => self.enter(target),
            None => self.trouble("missing-exit"),
        }
    }

    fn enter(&mut self, id: &str) -> Next {
        let Some(node) = self.flow.node(id) else { return self.trouble("missing-node") };
        self.state.steps += 1;
        self.state.steps_of_call += 1;
        if self.state.steps > STEPS_MAX || self.state.steps_of_call > STEPS_OF_CALL_MAX {
            self.went_wrong("too-many-steps");
            return Next::Goodbye;
        }
        self.state.node = Some(id.to_owned());
        self.state.here = Here::default();
        self.entry(What::Entered { kind: Cow::Borrowed(node.kind.as_str()) });
        node.kind.step().enter(self)
    }

    /// Something is wrong with the flow: once it may say itself where calls go then.
    fn trouble(&mut self, code: &'static str) -> Next {
        self.went_wrong(code);
        match self.flow.on_error.as_deref().filter(|id| self.flow.nodes.contains_key(*id)) {
            Some(id) if !self.state.had_trouble => {
                self.state.had_trouble = true;
                self.enter(id)
            }
            _ => Next::Goodbye,
        }
    }

    /// The built-in last word, then the end.
    fn goodbye(&mut self) {
        self.stop_playing();
        self.state.node = None;
        self.state.here = Here::default();
        let last = ending::sorry(self.state.language.as_deref());
        self.entry(What::Prompted { pieces: vec!["sorry".to_owned()] });
        self.play(vec![last], false);
        self.wait(WORLD_MS);
    }

    fn caller_left(&mut self) {
        if let Some(Kind::KeypadInput(input)) = self.at().map(|node| &node.kind) {
            input.leave(self);
        }
        if let Some(id) = self.state.here.awaited {
            self.effects.push(Effect::Cancel { id });
        }
        self.over(By::Caller);
    }

    fn over(&mut self, by: By) {
        self.entry(What::Over { by });
        self.state.here = Here::default();
        self.state.ahead.clear();
        self.state.over = Some(by);
    }
}
