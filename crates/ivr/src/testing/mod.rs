//! Calls without telephony, for tests, benches and fuzzing: a driver on a virtual clock, random flows and scripts.

pub mod generate;

use std::collections::BTreeMap;

use serde_json::json;

use crate::Moment;
use crate::engine::{CodeOutcome, Id, LegOutcome, RecordOutcome};
use crate::flow::Flow;
use crate::key::Key;
use crate::transcript::{TranscriptEntry, What};
use crate::{CallFacts, Effect, Engine, Input, Known, LookUpOutcome, State};

/// Steps of a driven call, at most: a call that takes more never ends.
pub const EVENTS_MAX: usize = 200_000;

/// Small random numbers (SplitMix64).
#[derive(Debug, Clone)]
pub struct Rng(pub u64);

impl Rng {
    /// The next.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// One below a bound.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.number() % (bound.max(1) as u64)).unwrap_or(0)
    }

    /// One of some.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// Yes, once in so many times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}

/// What the world answers to an effect, each after so many milliseconds.
pub type World<'a> = Box<dyn FnMut(&Effect) -> Vec<(u64, Input)> + 'a>;

/// A world in which all goes well: prompts take two seconds, systems know everybody, agents are free.
pub fn good_world() -> World<'static> {
    Box::new(|effect| match effect {
        Effect::Play { id, .. } => vec![(2_000, Input::PlaybackEnded { id: *id })],
        Effect::LookUp { id, .. } => {
            let value = json!({"customer": {"name": "Jane Doe", "accountNumber": "1234567890"}});
            vec![(200, Input::LookUp { id: *id, outcome: LookUpOutcome::Found { value } })]
        }
        Effect::CheckCode { id, .. } => vec![(50, Input::Code { id: *id, outcome: CodeOutcome::Verified })],
        Effect::AskHours { id, .. } => vec![(1, Input::Hours { id: *id, is_open: true })],
        Effect::Queue { id, .. } | Effect::Connect { id, .. } => vec![
            (3_000, Input::Leg { id: *id, outcome: LegOutcome::Answered }),
            (60_000, Input::Leg { id: *id, outcome: LegOutcome::Ended }),
        ],
        Effect::Transfer { id, .. } => vec![(500, Input::Leg { id: *id, outcome: LegOutcome::Ended })],
        Effect::Record { id, .. } => {
            let outcome = RecordOutcome::Recorded { recording: "rec".to_owned(), ms: 4_000 };
            vec![(4_000, Input::Recorded { id: *id, outcome })]
        }
        Effect::SendSms { id, .. } => vec![(100, Input::Sms { id: *id, is_sent: true })],
        _ => Vec::new(),
    })
}

/// A call on a virtual clock.
pub struct Drive<'a> {
    flow: &'a Flow,
    world: World<'a>,
    /// When, keys before all else of the same moment, then in turn.
    pending: BTreeMap<(Moment, u8, u64), Input>,
    turn: u64,
    /// How many inputs were given.
    pub steps: usize,
    /// Those that came, and when, if they are kept.
    pub given: Option<Vec<(Moment, Input)>>,
    /// Where the call stands.
    pub state: State,
    /// What was told.
    pub transcript: Vec<TranscriptEntry>,
    /// Everything that was to be done.
    pub effects: Vec<(Moment, Effect)>,
    /// Whether the state is written down and read again before each step.
    pub writes_down: bool,
    /// Looks at the call after each step.
    pub look: Option<fn(&State, &[Effect])>,
}

impl<'a> Drive<'a> {
    /// A call begins.
    pub fn begin(flow: &'a Flow, facts: CallFacts, world: World<'a>) -> Self {
        let (state, effects) = Engine::begin(flow, facts, 0);
        let mut drive = Self {
            flow,
            world,
            pending: BTreeMap::new(),
            turn: 0,
            steps: 0,
            given: None,
            state,
            transcript: Vec::new(),
            effects: Vec::new(),
            writes_down: false,
            look: None,
        };
        drive.carry_out(0, effects);
        drive
    }

    /// Keys, all at one moment.
    pub fn press(&mut self, at: Moment, keys: &str) -> &mut Self {
        for key in keys.chars().filter_map(Key::new) {
            self.push(at, Input::Digit(key));
        }
        self
    }

    /// Something else that happens.
    pub fn push(&mut self, at: Moment, input: Input) -> &mut Self {
        self.turn += 1;
        let rank = u8::from(!matches!(input, Input::Digit(_)));
        self.pending.insert((at, rank, self.turn), input);
        self
    }

    /// Goes on until the call is over or nothing can happen. Whether it is over.
    pub fn run(&mut self) -> bool {
        while !self.state.is_over() && self.steps < EVENTS_MAX {
            let Some(((at, _, _), input)) = self.pending.pop_first() else { break };
            self.steps += 1;
            if let Some(given) = &mut self.given {
                given.push((at, input.clone()));
            }
            if self.writes_down {
                self.write_down();
            }
            let effects = self.state.step(self.flow, input, at);
            if let Some(look) = self.look {
                look(&self.state, &effects);
            }
            self.carry_out(at, effects);
        }
        self.state.is_over()
    }

    /// The lines of the transcript.
    pub fn lines(&self) -> Vec<String> {
        self.transcript.iter().map(ToString::to_string).collect()
    }

    /// What happened, without when and where.
    pub fn happened(&self) -> impl Iterator<Item = &What> {
        self.transcript.iter().map(|entry| &entry.what)
    }

    fn write_down(&mut self) {
        let secrets = self.state.secrets();
        let written = serde_json::to_vec(&self.state).unwrap_or_default();
        if let Ok(state) = serde_json::from_slice::<State>(&written) {
            self.state = state.with_secrets(secrets);
        }
    }

    fn carry_out(&mut self, at: Moment, effects: Vec<Effect>) {
        for effect in effects {
            match &effect {
                Effect::StopPlaying => self.pending.retain(|_, input| !is_playback(input)),
                Effect::Wait { id, until } => {
                    self.push((*until).max(at), Input::Timer { id: *id });
                }
                Effect::Cancel { id } => self.pending.retain(|_, input| asked_by(input) != Some(*id)),
                Effect::Entry(entry) => self.transcript.push(entry.clone()),
                _ => {
                    for (after, input) in (self.world)(&effect) {
                        self.push(at + after, input);
                    }
                }
            }
            self.effects.push((at, effect));
        }
    }
}

/// Whatever text comes as a flow is refused, or reads back as it was written, can be checked, and gives a call that ends.
pub fn any_document(text: &str, seed: u64) {
    let Ok(document) = serde_json::from_str(text) else { return };
    let Ok(flow) = Flow::parse(&document) else { return };
    assert_eq!(Flow::parse(&flow.to_json()).as_ref(), Ok(&flow), "what was written can be read");
    assert!(flow.check(&Known::default()).iter().all(|finding| !finding.sentence.is_empty()));
    let mut drive = Drive::begin(&flow, CallFacts::default(), generate::any_world(seed));
    generate::script(&mut Rng(seed), &mut drive);
    assert!(drive.run(), "every call ends");
}

fn is_playback(input: &Input) -> bool {
    matches!(input, Input::PlaybackEnded { .. } | Input::PlaybackFailed { .. })
}

/// What was asked of the world, of which this is the answer.
fn asked_by(input: &Input) -> Option<Id> {
    match input {
        Input::LookUp { id, .. }
        | Input::Code { id, .. }
        | Input::Hours { id, .. }
        | Input::Leg { id, .. }
        | Input::Recorded { id, .. }
        | Input::Sms { id, .. } => Some(*id),
        _ => None,
    }
}
