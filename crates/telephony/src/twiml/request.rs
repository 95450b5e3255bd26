//! What a provider tells us, and what of it is for the engine.
//!
//! A `<Gather>` reports keys at once and without their times. Keys that ended an input came when the report does; keys
//! after which the caller was silent came so long before as the provider waits. So the engine decides by its own timers,
//! and an input gives the transcript that it gives on the bench. Where that cannot be the same stands in
//! `docs/decisions/0027-calls-under-way.md`.

use countersign_ivr::engine::{CallFacts, Input, LegOutcome, RecordOutcome};
use countersign_ivr::node::Kind;
use countersign_ivr::{Flow, Key, Moment, State};

use crate::under_way::{Leg, LegKind, UnderWay};

/// What goes along when a webhook is asked again.
const CARRIED: [&str; 4] = ["DialCallStatus", "DialCallDuration", "RecordingDuration", "RecordingSid"];

/// A webhook, read.
#[derive(Clone, Default)]
pub struct Webhook {
    fields: Vec<(String, String)>,
    query: Vec<(String, String)>,
}

/// What a question asks of the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// How long is waited for a key, milliseconds: the longer of the two times.
    pub silence_ms: u32,
    /// The key that ends it.
    pub finish: Option<Key>,
    /// So many keys end it.
    pub keys_max: Option<u32>,
}

/// Where a call stands, as far as a provider is concerned.
#[derive(Debug, Clone, Copy)]
pub struct Here<'a> {
    /// What the caller hears or waits for.
    pub under_way: &'a UnderWay,
    /// What is asked, if anything is.
    pub question: Option<Question>,
    /// Until when the engine waits.
    pub until: Option<Moment>,
    /// When something happened last.
    pub at: Moment,
    /// Whether the call is over.
    pub is_over: bool,
}

/// Something that happened, at its time.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// For the engine.
    Input(Moment, Input),
    /// Time has passed.
    Tick(Moment),
    /// Telephones of colleagues rang, and nobody took the call; in a queue, the caller waits on.
    Unanswered(Moment),
}

/// A colleague's telephone, of which a provider tells; our own address says which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentLeg {
    /// Whom the caller waits for.
    pub leg: u32,
    /// In which round it rang.
    pub round: u32,
    /// Whose it is, `usr_…`.
    pub agent: String,
}

impl<'a> Here<'a> {
    /// Where a call stands.
    pub fn of(flow: &Flow, state: &State, under_way: &'a UnderWay, at: Moment) -> Self {
        let question = question(flow, state).filter(|_| state.under_way().1.is_none());
        let until = state.timer().map(|(_, until)| until);
        Self { under_way, question, until, at, is_over: state.is_over() }
    }
}

fn question(flow: &Flow, state: &State) -> Option<Question> {
    Some(match &flow.node(state.node()?)?.kind {
        Kind::Menu(menu) => Question { silence_ms: menu.first_digit_ms, finish: None, keys_max: Some(1) },
        Kind::KeypadInput(input) => Question {
            silence_ms: input.first_digit_ms.max(input.inter_digit_ms),
            finish: input.terminators.iter().next(),
            keys_max: (!input.require_terminator).then_some(input.max),
        },
        Kind::VerifyCode(code) => Question {
            silence_ms: code.first_digit_ms.max(code.inter_digit_ms),
            finish: Some(Key::POUND),
            keys_max: Some(countersign_ivr::node::verify_code::CODE_DIGITS),
        },
        _ => return None,
    })
}

impl Question {
    /// As the provider counts: whole seconds.
    pub fn silence_secs(&self) -> u32 {
        self.silence_ms.div_ceil(1_000).max(1)
    }
}

impl Webhook {
    /// Reads one. `None`: it is no form.
    pub fn read(body: &[u8], query: &str) -> Option<Self> {
        let fields = serde_urlencoded::from_bytes(body).ok()?;
        let query = serde_urlencoded::from_str(query).ok()?;
        Some(Self { fields, query })
    }

    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// What our own address says.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// What the provider calls the call that the flow hears, also where it tells of the other end.
    pub fn call_id(&self) -> Option<&str> {
        let is_id = |id: &&str| (1..=100).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic());
        let name = if self.query("leg").is_some() { "ParentCallSid" } else { "CallSid" };
        self.field(name).filter(is_id)
    }

    /// Who calls whom.
    pub fn facts(&self) -> CallFacts {
        CallFacts {
            caller: self.field("From").and_then(number),
            callee: self.field("To").or_else(|| self.field("Called")).and_then(number),
            from: self.field("ForwardedFrom").and_then(number),
            attestation: self.field("StirVerstat").and_then(attestation),
        }
    }

    /// Whether the provider says that the call is over.
    pub fn is_over(&self) -> bool {
        let over = ["completed", "busy", "failed", "no-answer", "canceled"];
        self.query("leg").is_none() && self.field("CallStatus").is_some_and(|status| over.contains(&status))
    }

    /// Whether it tells the end of a conversation that goes on. Who asks what comes after somebody was dialled is with
    /// them no more, whether or not the provider says how that ended.
    pub fn is_parting(&self, under_way: &UnderWay) -> bool {
        under_way.leg.as_ref().is_some_and(|leg| leg.is_answered && self.is_after(leg))
    }

    /// Whether it comes after this was dialled.
    fn is_after(&self, leg: &Leg) -> bool {
        self.number_of("dial") == Some(leg.id) && self.number_of("round").unwrap_or(0) == leg.round
    }

    fn number_of(&self, name: &str) -> Option<u32> {
        self.query(name).and_then(|text| text.parse().ok())
    }

    /// The colleague's telephone that it tells of, if it does.
    pub fn agent_leg(&self) -> Option<AgentLeg> {
        let (leg, round) = (self.number_of("ring")?, self.number_of("round")?);
        Some(AgentLeg { leg, round, agent: self.query("agent")?.to_owned() })
    }

    /// What the provider calls the call of the caller whom a telephone rings for, where it says so.
    pub fn parent(&self) -> Option<&str> {
        self.field("ParentCallSid")
    }

    /// How often it was asked again because something of ours failed.
    pub fn times_again(&self) -> u32 {
        self.number_of("again").unwrap_or(0)
    }

    /// What it told besides keys, as a part of the address at which it is asked again.
    pub fn carried(&self) -> String {
        let told: Vec<(&str, &str)> =
            CARRIED.iter().filter_map(|name| Some((*name, self.told(name)?))).collect();
        if told.is_empty() {
            return String::new();
        }
        serde_urlencoded::to_string(told).map_or_else(|_| String::new(), |told| format!("&{told}"))
    }

    /// What is told by this webhook, or was by the one that failed.
    fn told(&self, name: &str) -> Option<&str> {
        self.field(name).or_else(|| self.query(name).filter(|_| self.times_again() > 0))
    }

    /// Whether a key was pressed, whichever.
    pub fn has_key(&self) -> bool {
        self.field("Digits").is_some_and(|digits| digits.chars().any(|c| Key::new(c).is_some()))
    }

    /// Whether the other end answers.
    pub fn is_answered(&self) -> bool {
        matches!(self.field("CallStatus"), Some("in-progress" | "answered"))
    }

    /// What happened, for a call that stands so.
    pub fn events(&self, here: &Here<'_>, now: Moment) -> Vec<Event> {
        let now = now.max(here.at);
        let mut events = Vec::new();
        let under_way = here.under_way;
        if here.question.is_some() {
            self.keys(here, now, &mut events);
        } else if let Some(playing) = &under_way.playing {
            // It was told to play, and then to ask what comes next.
            events.push(Event::Input(now, Input::PlaybackEnded { id: playing.id }));
        } else if let Some(recording) = &under_way.recording {
            let outcome = self.recorded();
            events.push(Event::Input(now, Input::Recorded { id: recording.id, outcome }));
        } else if let Some(leg) = &under_way.leg {
            self.dialled(leg, here, now, &mut events);
        }
        events.push(Event::Tick(now));
        if self.is_over() {
            events.push(Event::Input(now, Input::HangUp));
        }
        events
    }

    fn keys(&self, here: &Here<'_>, now: Moment, events: &mut Vec<Event>) {
        let Some(question) = here.question else { return };
        // Nobody was silent whose keys were lost: the question is asked anew, and that is no try.
        if (self.is_over() || self.times_again() > 0) && self.field("Digits").is_none() {
            return;
        }
        let silence = u64::from(question.silence_secs()) * 1_000;
        let digits = self.field("Digits").unwrap_or_default();
        let mut keys: Vec<Key> = digits.chars().filter_map(Key::new).collect();
        let is_full = question.keys_max.is_some_and(|max| keys.len() >= max as usize);
        let ended_by = self.field("FinishedOnKey");
        let finish = match ended_by {
            Some(key) => key.chars().next().and_then(Key::new),
            // Providers that do not say: silence takes its time, a key does not.
            None if keys.is_empty() || is_full || now - here.at > silence => None,
            None => question.finish,
        };
        let is_silent = finish.is_none() && !is_full;
        keys.extend(finish);
        let at = if is_silent { now.saturating_sub(silence).max(here.at) } else { now };
        let playing = here.under_way.playing.as_ref();
        if let Some(playing) = playing.filter(|playing| keys.is_empty() || !playing.may_be_interrupted) {
            events.push(Event::Input(at, Input::PlaybackEnded { id: playing.id }));
        }
        // The provider waited longer than the engine would have: a key that it took was in time.
        let in_time = here.until.filter(|_| playing.is_none()).map_or(at, |until| at.min(until));
        events.extend(keys.into_iter().map(|key| Event::Input(in_time, Input::Digit(key))));
    }

    fn recorded(&self) -> RecordOutcome {
        let secs = self.told("RecordingDuration").and_then(|secs| secs.parse::<u64>().ok()).unwrap_or(0);
        if secs == 0 {
            return RecordOutcome::Failed;
        }
        let recording = self.told("RecordingSid").unwrap_or_default().chars().take(100).collect();
        RecordOutcome::Recorded { recording, ms: secs.min(86_400) * 1_000 }
    }

    fn dialled(&self, leg: &Leg, here: &Here<'_>, now: Moment, events: &mut Vec<Event>) {
        let id = leg.id;
        let Some(status) = self.told("DialCallStatus").or_else(|| self.is_after(leg).then_some("failed"))
        else {
            return;
        };
        if leg.is_of_console() && (leg.is_answered || leg.rung.is_empty()) {
            // Only who is together parts.
            if leg.is_answered {
                events.push(Event::Input(now, Input::Leg { id, outcome: LegOutcome::Ended }));
            }
            return;
        }
        let mut told = |at: Moment, outcome| {
            // The provider rings as long as it was told; what it says came before the engine's own time is over.
            let at = here.until.map_or(at, |until| at.min(until));
            events.push(Event::Input(at, Input::Leg { id, outcome }));
        };
        if leg.is_of_console() {
            // A telephone that was picked up, by whomever or whatever, and no key pressed: nobody took the call. A queue
            // is waited in until its own time is over.
            return match (leg.kind, status) {
                (LegKind::Queue, _) => events.push(Event::Unanswered(now)),
                (_, "busy") => told(now, LegOutcome::Busy),
                (_, "failed") => told(now, LegOutcome::Failed),
                _ => told(now, LegOutcome::NoAnswer),
            };
        }
        match status {
            "completed" | "answered" => {
                let secs =
                    self.told("DialCallDuration").and_then(|secs| secs.parse::<u64>().ok()).unwrap_or(0);
                if !leg.is_answered {
                    told(now.saturating_sub(secs.saturating_mul(1_000)).max(here.at), LegOutcome::Answered);
                }
                events.push(Event::Input(now, Input::Leg { id, outcome: LegOutcome::Ended }));
            }
            "busy" => told(now, LegOutcome::Busy),
            "no-answer" | "canceled" => told(now, LegOutcome::NoAnswer),
            _ => told(now, LegOutcome::Failed),
        }
    }
}

/// A number as providers write it. Withheld ones are words, or numbers that spell them.
fn number(text: &str) -> Option<String> {
    const WITHHELD: [&str; 5] = ["+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"];
    let digits = text.strip_prefix('+')?;
    let is_number = (5..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    (is_number && !WITHHELD.contains(&text)).then(|| text.to_owned())
}

/// `TN-Validation-Passed-A` is `A`; whatever else a carrier says is kept as a word.
fn attestation(text: &str) -> Option<String> {
    let word = text.strip_prefix("TN-Validation-Passed-").unwrap_or(text);
    let clean: String = word.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(64).collect();
    (!clean.is_empty()).then_some(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hook(body: &str) -> Webhook {
        Webhook::read(body.as_bytes(), "call=x&seq=2").unwrap()
    }

    #[test]
    fn who_calls_is_a_number_or_nobody() {
        let facts = hook("From=%2B46706170786&To=%2B46771123456&ForwardedFrom=anonymous&StirVerstat=TN-Validation-Passed-A&CallSid=CA1").facts();
        assert_eq!(facts.caller.as_deref(), Some("+46706170786"));
        assert_eq!((facts.callee.as_deref(), facts.from), (Some("+46771123456"), None));
        assert_eq!(facts.attestation.as_deref(), Some("A"));
        for withheld in ["anonymous", "%2B266696687", "sip:x@y", "%2B1", ""] {
            assert_eq!(hook(&format!("From={withheld}")).facts().caller, None, "{withheld}");
        }
    }

    #[test]
    fn what_becomes_of_telephones_that_rang() {
        let flow = Flow::parse(&serde_json::json!({"start": "n", "nodes": {
            "n": {"kind": "connect", "to": "grp_1", "exits": {}}}}))
        .unwrap();
        let (_, effects) = countersign_ivr::engine::Engine::begin(&flow, CallFacts::default(), 0);
        let mut under_way = UnderWay::default();
        effects.into_iter().for_each(|effect| drop(under_way.take(effect, 0)));
        let leg = under_way.leg.as_mut().unwrap();
        let id = leg.id;
        leg.ring(vec![crate::under_way::Rung {
            agent: "usr_1".to_owned(),
            number: "+46706170786".to_owned(),
        }]);
        let told = |under_way: &UnderWay, body: &str, query: &str| {
            let here = Here { under_way, question: None, until: Some(25_000), at: 0, is_over: false };
            Webhook::read(body.as_bytes(), query).unwrap().events(&here, 26_000)
        };
        let dialled = format!("seq=2&dial={id}&round=1");
        let outcome = |body: &str| match told(&under_way, body, &dialled).first() {
            Some(Event::Input(at, Input::Leg { outcome, .. })) => Some((*at, *outcome)),
            _ => None,
        };
        // Before the engine's own time is over; and whatever was picked up without a key took no call.
        assert_eq!(
            outcome("DialCallStatus=completed&DialCallDuration=9"),
            Some((25_000, LegOutcome::NoAnswer))
        );
        assert_eq!(outcome("DialCallStatus=busy"), Some((25_000, LegOutcome::Busy)));
        assert_eq!(outcome("DialCallStatus=failed"), Some((25_000, LegOutcome::Failed)));
        // It asks what comes next, so the telephones ring no more; how that ended is not known.
        assert_eq!(outcome(""), Some((25_000, LegOutcome::Failed)));
        assert_eq!(told(&under_way, "", "seq=2"), [Event::Tick(26_000)], "a repeated poll");
        let mut queue = under_way.clone();
        queue.leg.as_mut().unwrap().kind = LegKind::Queue;
        let events = told(&queue, "DialCallStatus=no-answer", &dialled);
        assert_eq!(events, [Event::Unanswered(26_000), Event::Tick(26_000)]);
        under_way.leg.as_mut().unwrap().is_answered = true;
        let parts = |query: &str| Webhook::read(b"", query).unwrap().is_parting(&under_way);
        assert!(parts(&dialled) && !parts("seq=2"));
        assert!(!parts(&format!("seq=2&dial={id}&round=0")), "of an earlier round");
        let ended = Event::Input(26_000, Input::Leg { id, outcome: LegOutcome::Ended });
        assert_eq!(told(&under_way, "DialCallStatus=completed", &dialled).first(), Some(&ended));
    }

    #[test]
    fn what_goes_along_when_it_is_asked_again_is_no_key() {
        let failed =
            Webhook::read(b"Digits=1234&DialCallStatus=no-answer&RecordingSid=RE%261", "seq=2").unwrap();
        assert_eq!(failed.carried(), "&DialCallStatus=no-answer&RecordingSid=RE%261");
        assert_eq!(hook("Digits=1234").carried(), "");
        let again = Webhook::read(b"", "seq=2&again=1&DialCallStatus=no-answer").unwrap();
        assert_eq!((again.told("DialCallStatus"), again.times_again()), (Some("no-answer"), 1));
        let invented = Webhook::read(b"", "seq=2&DialCallStatus=no-answer").unwrap();
        assert_eq!(invented.told("DialCallStatus"), None);
        let leg = Webhook::read(b"Digits=5", "call=c&ring=7&round=2&agent=usr_1").unwrap();
        assert_eq!(leg.agent_leg(), Some(AgentLeg { leg: 7, round: 2, agent: "usr_1".to_owned() }));
        assert!(leg.has_key() && !hook("Digits=").has_key() && hook("Digits=5").agent_leg().is_none());
    }

    #[test]
    fn silence_and_keys_have_their_times() {
        let question = Question { silence_ms: 5_000, finish: Some(Key::POUND), keys_max: None };
        let nothing = UnderWay::default();
        let here = Here {
            under_way: &nothing,
            question: Some(question),
            until: Some(9_000),
            at: 1_000,
            is_over: false,
        };
        let at = |body: &str, now| match hook(body).events(&here, now).first() {
            Some(Event::Input(at, Input::Digit(_))) => Some(*at),
            _ => None,
        };
        assert_eq!(at("Digits=12&FinishedOnKey=%23", 8_000), Some(8_000), "a key ended it");
        assert_eq!(at("Digits=12&FinishedOnKey=", 8_000), Some(3_000), "silence did");
        assert_eq!(at("Digits=12", 5_500), Some(5_500), "nobody is silent for so short a time");
        assert_eq!(at("Digits=12&FinishedOnKey=%23", 9_700), Some(9_000), "the provider waited longer");
        assert_eq!(at("Digits=", 9_000), None);
    }
}
