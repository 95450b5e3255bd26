//! What a caller hears or waits for at this moment. The engine says it once, as an effect; a driver that is asked again,
//! or is another server, reads it here. Written down with the engine's state.

use std::fmt;

use countersign_ivr::engine::{Effect, Id, Input, LegOutcome};
use countersign_ivr::prompt::Spoken;
use countersign_ivr::{Moment, State};
use serde::{Deserialize, Serialize};

/// One piece of what is played: for the caller's ear, so it may be personal. Its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Piece {
    /// A sentence.
    Say {
        /// What is said.
        text: String,
        /// In which language; none: the workspace's.
        language: Option<String>,
    },
    /// Digits, each by itself.
    Digits {
        /// `0` to `9` only.
        digits: String,
        /// In which language.
        language: Option<String>,
    },
    /// A recording.
    Recorded {
        /// Its id, `prm_…`.
        prompt: String,
    },
}

impl fmt::Debug for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Say { .. } => "Say(••••)",
            Self::Digits { .. } => "Digits(••••)",
            Self::Recorded { .. } => "Recorded",
        })
    }
}

impl From<&Spoken> for Piece {
    fn from(spoken: &Spoken) -> Self {
        match spoken {
            Spoken::Say { text, language } => {
                Self::Say { text: text.as_str().to_owned(), language: language.clone() }
            }
            Spoken::Digits { digits, language } => {
                Self::Digits { digits: digits.as_str().to_owned(), language: language.clone() }
            }
            Spoken::Recorded { prompt } => Self::Recorded { prompt: prompt.clone() },
        }
    }
}

/// What is playing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Playing {
    /// Its id.
    pub id: Id,
    /// What the caller hears, in turn.
    pub pieces: Vec<Piece>,
    /// Whether a key may stop it.
    pub may_be_interrupted: bool,
}

/// Whom a caller waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegKind {
    /// Whoever of a queue is free.
    Queue,
    /// Somebody whose telephone rings.
    Connect,
    /// Somewhere else, for good.
    Transfer,
}

impl LegKind {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Connect => "connect",
            Self::Transfer => "transfer",
        }
    }
}

/// A colleague's telephone that rings for a call. Its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rung {
    /// Whose it is, `usr_…`.
    pub agent: String,
    /// E.164.
    pub number: String,
}

impl fmt::Debug for Rung {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rung(••••)")
    }
}

/// Somebody a caller waits for, or is with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// Its id.
    pub id: Id,
    /// What it is.
    pub kind: LegKind,
    /// The queue, `usr_…`, `grp_…`, a number or a SIP address.
    pub to: String,
    /// Played over and over meanwhile.
    pub hold: Vec<Piece>,
    /// How long a telephone rings, where that is said.
    pub ring_ms: Option<u32>,
    /// Whether they are together.
    pub is_answered: bool,
    /// Whose telephones ring, where a provider rings them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rung: Vec<Rung>,
    /// How often telephones were rung: what comes of an earlier round is late.
    #[serde(default)]
    pub round: u32,
    /// Nobody is rung again before.
    #[serde(default)]
    pub rests_until: Moment,
}

impl fmt::Debug for Leg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Whom a call is passed on to may be what a caller keyed in.
        write!(f, "Leg({}, {})", self.id, self.kind.as_str())
    }
}

impl Leg {
    /// Whether colleagues answer it, rather than a number that the flow names.
    pub fn is_of_console(&self) -> bool {
        self.kind == LegKind::Queue
            || (self.kind == LegKind::Connect && (self.to.starts_with("usr_") || self.to.starts_with("grp_")))
    }

    /// Whether a colleague's telephone rings.
    pub fn rings(&self, agent: &str) -> bool {
        self.rung.iter().any(|rung| rung.agent == agent)
    }

    /// Whether somebody's telephone is to be rung now.
    pub fn is_to_ring(&self, now: Moment) -> bool {
        self.is_of_console() && !self.is_answered && self.rung.is_empty() && now >= self.rests_until
    }

    /// Their telephones ring.
    pub fn ring(&mut self, rung: Vec<Rung>) {
        self.rung = rung;
        self.round = self.round.saturating_add(1);
    }

    /// None of them took the call. They are left alone for a moment.
    pub fn rest(&mut self, until: Moment) {
        self.rung.clear();
        self.rests_until = until;
    }
}

/// A message that is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    /// Its id.
    pub id: Id,
    /// Longest message.
    pub max_ms: u32,
    /// When it began.
    pub since: Moment,
    /// Whether a key ended it: whoever records reports it now.
    #[serde(default)]
    pub is_stopped: bool,
}

/// What is under way in a call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnderWay {
    /// What is playing.
    #[serde(default)]
    pub playing: Option<Playing>,
    /// Whom the caller waits for, or is with.
    #[serde(default)]
    pub leg: Option<Leg>,
    /// What is recorded.
    #[serde(default)]
    pub recording: Option<Recording>,
}

impl UnderWay {
    /// Keeps what the effect says. Gives back what is to be done besides: asked, written down.
    pub fn take(&mut self, effect: Effect, now: Moment) -> Option<Effect> {
        let pieces = |spoken: &[Spoken]| spoken.iter().map(Piece::from).collect();
        let leg = |id, kind, to: &str, hold: &[Spoken], ring_ms| {
            Some(Leg {
                id,
                kind,
                to: to.to_owned(),
                hold: pieces(hold),
                ring_ms,
                is_answered: false,
                rung: Vec::new(),
                round: 0,
                rests_until: 0,
            })
        };
        match &effect {
            Effect::Play { id, prompts, may_be_interrupted } => {
                let may_be_interrupted = *may_be_interrupted;
                self.playing = Some(Playing { id: *id, pieces: pieces(prompts), may_be_interrupted });
            }
            Effect::StopPlaying => self.playing = None,
            Effect::Queue { id, queue, hold } => self.leg = leg(*id, LegKind::Queue, queue, hold, None),
            Effect::Connect { id, to, ring_ms, hold } => {
                self.leg = leg(*id, LegKind::Connect, to.as_str(), hold, Some(*ring_ms));
            }
            Effect::Transfer { id, to } => {
                self.leg = leg(*id, LegKind::Transfer, to.as_str(), &[], None);
            }
            Effect::Record { id, max_ms, .. } => {
                let (id, max_ms) = (*id, *max_ms);
                self.recording = Some(Recording { id, max_ms, since: now, is_stopped: false });
            }
            Effect::StopRecording { id } => {
                if let Some(recording) = self.recording.as_mut().filter(|of| of.id == *id) {
                    recording.is_stopped = true;
                }
            }
            // Who waits is in the state; who has to stop reads there that nobody waits.
            Effect::Wait { .. } | Effect::Cancel { .. } | Effect::HangUp => {}
            Effect::LookUp { .. }
            | Effect::CheckCode { .. }
            | Effect::AskHours { .. }
            | Effect::SendSms { .. }
            | Effect::Entry(_) => return Some(effect),
        }
        None
    }

    /// Something happened.
    pub fn heard(&mut self, input: &Input) {
        if let (Input::Leg { id, outcome: LegOutcome::Answered }, Some(leg)) = (input, &mut self.leg)
            && leg.id == *id
        {
            leg.is_answered = true;
        }
    }

    /// Lets go of what the engine does not wait for any more.
    pub fn settle(&mut self, state: &State) {
        let (playing, awaited) = state.under_way();
        self.playing.take_if(|of| Some(of.id) != playing);
        self.leg.take_if(|of| Some(of.id) != awaited);
        self.recording.take_if(|of| Some(of.id) != awaited);
    }
}

#[cfg(test)]
mod tests {
    use countersign_ivr::engine::Engine;
    use countersign_ivr::{CallFacts, Flow, Key};
    use serde_json::json;

    use super::*;

    fn step(under_way: &mut UnderWay, state: &mut State, flow: &Flow, input: Input, now: u64) -> Vec<Effect> {
        under_way.heard(&input);
        let effects = state.step(flow, input, now);
        let rest = effects.into_iter().filter_map(|effect| under_way.take(effect, now)).collect();
        under_way.settle(state);
        rest
    }

    #[test]
    fn what_is_under_way_follows_the_engine_and_survives_being_written_down() {
        let flow = Flow::parse(&json!({"start": "menu", "nodes": {
            "menu": {"kind": "menu", "prompt": {"say": "Press 1."}, "exits": {"1": "agent", "failed": "bye"}},
            "agent": {"kind": "connect", "to": "+46701740605", "exits": {"no_answer": "mail", "busy": "mail", "failed": "mail"}},
            "mail": {"kind": "voicemail", "exits": {"recorded": "bye", "failed": "bye"}},
            "bye": {"kind": "hang_up"}}}))
        .unwrap();
        let (mut state, effects) = Engine::begin(&flow, CallFacts::default(), 0);
        let mut now = UnderWay::default();
        let entries = effects.into_iter().filter_map(|effect| now.take(effect, 0)).count();
        now.settle(&state);
        assert_eq!(entries, 2, "entered, prompted");
        let playing = now.playing.clone().unwrap();
        assert!(playing.may_be_interrupted);
        assert_eq!(playing.pieces, [Piece::Say { text: "Press 1.".to_owned(), language: None }]);
        let written = serde_json::to_string(&now).unwrap();
        assert_eq!(serde_json::from_str::<UnderWay>(&written).unwrap(), now);
        step(&mut now, &mut state, &flow, Input::Digit(Key::new('1').unwrap()), 500);
        assert_eq!(now.playing, None);
        let leg = now.leg.clone().unwrap();
        assert_eq!(
            (leg.kind, leg.to.as_str(), leg.ring_ms),
            (LegKind::Connect, "+46701740605", Some(25_000))
        );
        assert!(!leg.is_of_console() && !format!("{leg:?}").contains("4670"));
        // What is late does nothing, here either.
        step(&mut now, &mut state, &flow, Input::PlaybackEnded { id: playing.id }, 600);
        assert_eq!(now.leg, Some(leg.clone()));
        let busy = Input::Leg { id: leg.id, outcome: LegOutcome::Busy };
        step(&mut now, &mut state, &flow, busy, 900);
        assert!(now.leg.is_none() && now.recording.is_some());
        step(&mut now, &mut state, &flow, Input::HangUp, 1_000);
        assert_eq!(now, UnderWay::default());
    }

    #[test]
    fn telephones_ring_in_rounds_with_a_rest_between() {
        let flow = Flow::parse(&json!({"start": "q", "nodes": {
            "q": {"kind": "queue", "queue": "Support", "exits": {}}}}))
        .unwrap();
        let (_, effects) = Engine::begin(&flow, CallFacts::default(), 0);
        let mut now = UnderWay::default();
        effects.into_iter().for_each(|effect| drop(now.take(effect, 0)));
        let leg = now.leg.as_mut().unwrap();
        assert!(leg.is_to_ring(0) && !leg.rings("usr_1"));
        leg.ring(vec![Rung { agent: "usr_1".to_owned(), number: "+46706170786".to_owned() }]);
        assert!(leg.rings("usr_1") && !leg.rings("usr_2") && !leg.is_to_ring(99) && leg.round == 1);
        assert!(!format!("{:?}", leg.rung).contains("4670"));
        leg.rest(5_000);
        assert!(!leg.rings("usr_1") && !leg.is_to_ring(4_999) && leg.is_to_ring(5_000));
        // A call that was written down before telephones rang.
        let mut old = serde_json::to_value(&now).unwrap();
        for name in ["rung", "round", "rests_until"] {
            old["leg"].as_object_mut().unwrap().remove(name);
        }
        assert!(serde_json::from_value::<UnderWay>(old).unwrap().leg.unwrap().is_to_ring(0));
    }

    #[test]
    fn who_answers_stays_until_they_part() {
        let flow = Flow::parse(&json!({"start": "q", "nodes": {
            "q": {"kind": "queue", "queue": "Support", "exits": {}}}}))
        .unwrap();
        let (mut state, effects) = Engine::begin(&flow, CallFacts::default(), 0);
        let mut now = UnderWay::default();
        effects.into_iter().for_each(|effect| drop(now.take(effect, 0)));
        let id = now.leg.as_ref().unwrap().id;
        assert!(now.leg.as_ref().unwrap().is_of_console());
        step(&mut now, &mut state, &flow, Input::Leg { id, outcome: LegOutcome::Answered }, 10);
        assert!(now.leg.as_ref().unwrap().is_answered && state.is_connected());
        step(&mut now, &mut state, &flow, Input::Leg { id, outcome: LegOutcome::Ended }, 20);
        assert!(now.leg.is_none() && state.is_over());
    }
}
