//! Our answer to a provider: one document, which says what the caller hears now and where to ask what comes next.
//!
//! It is a pure function of where the call stands, so a webhook that is repeated gets the same document again.

use std::fmt::Write as _;

use countersign_ivr::ending;
use countersign_ivr::prompt::Spoken;

use super::request::Here;
use crate::under_way::{Leg, LegKind, Piece};

/// Longest silence before it is asked again what comes next, seconds.
const PAUSE_SECS_MAX: u64 = 5;
/// How long telephones ring for a queue, seconds; then the caller hears the queue's prompt, and they ring again.
pub const RING_SECS: u32 = 25;
/// Shortest time that providers ring, seconds.
const RING_SECS_MIN: u64 = 5;
/// How long a key is waited for after the sentence that asks for one, seconds.
const KEY_SECS: &str = "8";
/// How long silence ends a message.
const RECORD_SILENCE_SECS: u32 = 10;

/// Where the provider finds us.
pub struct Links<'a> {
    /// Where it asks what comes next.
    pub next: &'a str,
    /// Where it tells that a recording is ready to be fetched.
    pub recorded: &'a str,
    /// Where it tells that the other end answers.
    pub answered: &'a str,
    /// What a telephone of a colleague hears that is picked up; whose it is comes after it.
    pub agent: &'a str,
    /// What the telephone of a colleague shows: our number.
    pub caller_id: &'a str,
    /// Where a recording is heard.
    pub prompt: &'a dyn Fn(&str) -> Option<String>,
}

impl std::fmt::Debug for Links<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Links({})", self.next)
    }
}

/// Whether any of it can be heard. A recording that is gone cannot.
pub fn is_playable(pieces: &[Piece], prompt: &dyn Fn(&str) -> Option<String>) -> bool {
    pieces.iter().any(|piece| match piece {
        Piece::Recorded { prompt: id } => prompt(id).is_some(),
        _ => true,
    })
}

/// What the caller hears now.
pub fn document(here: &Here<'_>, links: &Links<'_>) -> String {
    if here.is_over {
        return over();
    }
    let mut xml = Xml::new();
    let under_way = here.under_way;
    if let Some(question) = here.question {
        let timeout = question.silence_secs().to_string();
        let finish = question.finish.map(|key| key.as_char().to_string()).unwrap_or_default();
        let most = question.keys_max.map(|max| max.to_string());
        let mut attributes = vec![
            ("input", "dtmf"),
            ("action", links.next),
            ("method", "POST"),
            ("timeout", &timeout),
            ("finishOnKey", &finish),
            ("actionOnEmptyResult", "true"),
        ];
        if let Some(most) = &most {
            attributes.push(("numDigits", most));
        }
        let pieces = under_way.playing.as_ref().map_or(&[][..], |playing| &playing.pieces);
        let is_within = under_way.playing.as_ref().is_some_and(|playing| playing.may_be_interrupted);
        if !is_within {
            xml.pieces(pieces, links);
        }
        xml.open("Gather", &attributes);
        if is_within {
            xml.pieces(pieces, links);
        }
        xml.close("Gather");
    } else if let Some(playing) = &under_way.playing {
        xml.pieces(&playing.pieces, links);
    } else if let Some(recording) = &under_way.recording {
        let longest = recording.max_ms.div_ceil(1_000).to_string();
        let silence = RECORD_SILENCE_SECS.to_string();
        xml.tag(
            "Record",
            &[
                ("action", links.next),
                ("method", "POST"),
                ("maxLength", &longest),
                ("timeout", &silence),
                ("playBeep", "true"),
                ("recordingStatusCallback", links.recorded),
                ("recordingStatusCallbackMethod", "POST"),
            ],
        );
    } else {
        match &under_way.leg {
            Some(leg) if !leg.is_of_console() && !leg.is_answered => xml.dial(leg, links),
            Some(leg) if !leg.rung.is_empty() && !leg.is_answered => xml.ring(leg, here, links),
            Some(leg) if is_playable(&leg.hold, links.prompt) && !leg.is_answered => {
                xml.pieces(&leg.hold, links);
                xml.tag("Pause", &[("length", "1")]);
            }
            _ => xml.pause(here),
        }
    }
    xml.text_tag("Redirect", &[("method", "POST")], links.next);
    xml.end()
}

/// The last word, said, and the end: where there is no call to speak of, or something of ours failed.
pub fn last_word(language: Option<&str>) -> String {
    let mut xml = Xml::new();
    xml.piece(&Piece::from(&sorry(language)), &|_| None);
    xml.tag("Hangup", &[]);
    xml.end()
}

/// To a call that is over.
pub fn over() -> String {
    let mut xml = Xml::new();
    xml.tag("Hangup", &[]);
    xml.end()
}

/// To be asked again in a moment.
pub fn again(address: &str) -> String {
    let mut xml = Xml::new();
    xml.tag("Pause", &[("length", "2")]);
    xml.text_tag("Redirect", &[("method", "POST")], address);
    xml.end()
}

fn sorry(language: Option<&str>) -> Spoken {
    ending::sorry(language)
}

/// What a telephone of a colleague hears that is picked up: that somebody calls, and to press a key. It says nothing of
/// anybody, since an answering machine may hear it; and who presses nothing has not taken the call.
pub fn ask_agent(next: &str, language: Option<&str>) -> String {
    let mut xml = Xml::new();
    let attributes = [
        ("input", "dtmf"),
        ("action", next),
        ("method", "POST"),
        ("timeout", KEY_SECS),
        ("finishOnKey", ""),
        ("numDigits", "1"),
    ];
    xml.open("Gather", &attributes);
    xml.piece(&Piece::from(&ending::incoming(heard(language))), &|_| None);
    xml.close("Gather");
    xml.tag("Hangup", &[]);
    xml.end()
}

/// To a telephone of a colleague whose call somebody else has taken, or which is over.
pub fn gone(language: Option<&str>) -> String {
    let mut xml = Xml::new();
    xml.piece(&Piece::from(&ending::gone(heard(language))), &|_| None);
    xml.tag("Hangup", &[]);
    xml.end()
}

/// A language that providers speak: a sentence that is read by a voice of another language is understood by nobody.
fn heard(language: Option<&str>) -> Option<&str> {
    language.filter(|tag| voice(tag).is_some())
}

/// Nothing to do: to whoever only tells us something.
pub fn nothing() -> String {
    Xml::new().end()
}

struct Xml(String);

impl Xml {
    fn new() -> Self {
        Self("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>".to_owned())
    }

    fn end(mut self) -> String {
        self.0.push_str("</Response>");
        self.0
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.begin(name, attributes);
        self.0.push('>');
    }

    fn close(&mut self, name: &str) {
        let _ = write!(self.0, "</{name}>");
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.begin(name, attributes);
        self.0.push_str("/>");
    }

    fn text_tag(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.open(name, attributes);
        self.0.push_str(&escaped(text));
        self.close(name);
    }

    fn begin(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let _ = write!(self.0, "<{name}");
        for (attribute, value) in attributes {
            let _ = write!(self.0, " {attribute}=\"{}\"", escaped(value));
        }
    }

    fn pieces(&mut self, pieces: &[Piece], links: &Links<'_>) {
        for piece in pieces {
            self.piece(piece, links.prompt);
        }
    }

    fn piece(&mut self, piece: &Piece, prompt: &dyn Fn(&str) -> Option<String>) {
        match piece {
            Piece::Say { text, language } => self.say(text, language.as_deref()),
            Piece::Digits { digits, language } => {
                let apart: Vec<String> = digits.chars().map(String::from).collect();
                self.say(&apart.join(", "), language.as_deref());
            }
            Piece::Recorded { prompt: id } => {
                if let Some(url) = prompt(id) {
                    self.text_tag("Play", &[], &url);
                }
            }
        }
    }

    fn say(&mut self, text: &str, language: Option<&str>) {
        match language.and_then(voice) {
            Some(language) => self.text_tag("Say", &[("language", language)], text),
            None => self.text_tag("Say", &[], text),
        }
    }

    fn dial(&mut self, leg: &Leg, links: &Links<'_>) {
        let timeout = leg.ring_ms.unwrap_or(30_000).div_ceil(1_000).to_string();
        // That the two have parted is told under the number of what was dialled: that the other end answered may have
        // been told before, and is a step.
        let action = format!("{}&dial={}", links.next, leg.id);
        self.open("Dial", &[("action", &action), ("method", "POST"), ("timeout", &timeout)]);
        let is_sip = ["sip:", "sips:"].iter().any(|scheme| leg.to.starts_with(scheme));
        let name = if is_sip { "Sip" } else { "Number" };
        let attributes = [
            ("statusCallback", links.answered),
            ("statusCallbackEvent", "answered"),
            ("statusCallbackMethod", "POST"),
        ];
        // Whoever takes a call that is passed on has it, and nothing is to be told of them.
        let attributes = if leg.kind == LegKind::Transfer { &[][..] } else { &attributes[..] };
        self.text_tag(name, attributes, &leg.to);
        self.close("Dial");
    }

    fn ring(&mut self, leg: &Leg, here: &Here<'_>, links: &Links<'_>) {
        // Not longer than the caller waits.
        let left = here.until.map_or(u64::MAX, |until| until.saturating_sub(here.at).div_ceil(1_000));
        let most = leg.ring_ms.map_or(RING_SECS, |ms| ms.div_ceil(1_000));
        let timeout = u64::from(most).min(left).max(RING_SECS_MIN).to_string();
        let action = format!("{}&dial={}&round={}", links.next, leg.id, leg.round);
        let attributes =
            [("action", &*action), ("method", "POST"), ("timeout", &timeout), ("callerId", links.caller_id)];
        self.open("Dial", &attributes);
        for rung in &leg.rung {
            let url = format!("{}&ring={}&round={}&agent={}", links.agent, leg.id, leg.round, rung.agent);
            self.text_tag("Number", &[("url", &url), ("method", "POST")], &rung.number);
        }
        self.close("Dial");
    }

    fn pause(&mut self, here: &Here<'_>) {
        let left = here.until.map_or(1_000, |until| until.saturating_sub(here.at));
        let secs = left.div_ceil(1_000).clamp(1, PAUSE_SECS_MAX).to_string();
        self.tag("Pause", &[("length", &secs)]);
    }
}

/// The tag of a voice that all three providers have; none: theirs. A tag that they do not know would end the call.
fn voice(language: &str) -> Option<&'static str> {
    const VOICES: [(&str, &str); 22] = [
        ("en-us", "en-US"),
        ("en-gb", "en-GB"),
        ("en-au", "en-AU"),
        ("en-ca", "en-CA"),
        ("en-in", "en-IN"),
        ("de-de", "de-DE"),
        ("es-es", "es-ES"),
        ("es-mx", "es-MX"),
        ("fr-fr", "fr-FR"),
        ("fr-ca", "fr-CA"),
        ("sv-se", "sv-SE"),
        ("pl-pl", "pl-PL"),
        ("pt-pt", "pt-PT"),
        ("pt-br", "pt-BR"),
        ("da-dk", "da-DK"),
        ("nl-nl", "nl-NL"),
        ("it-it", "it-IT"),
        ("nb-no", "nb-NO"),
        ("fi-fi", "fi-FI"),
        ("ja-jp", "ja-JP"),
        ("ru-ru", "ru-RU"),
        ("ko-kr", "ko-KR"),
    ];
    let asked = language.to_ascii_lowercase();
    let exact = VOICES.iter().find(|(tag, _)| *tag == asked);
    let primary = asked.split('-').next().unwrap_or_default();
    let near = || VOICES.iter().find(|(tag, _)| tag.split('-').next() == Some(primary));
    exact.or_else(near).map(|(_, voice)| *voice)
}

/// Text in a document: nothing in it is markup, and nothing is there that XML cannot hold.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::twiml::request::Question;
    use crate::under_way::{Playing, Rung, UnderWay};
    use countersign_ivr::Key;

    fn render(under_way: &UnderWay, question: Option<Question>) -> String {
        let here = Here { under_way, question, until: Some(2_400), at: 1_000, is_over: false };
        let prompt = |id: &str| (id == "prm_1").then(|| "https://us.example/a.wav?t=1&x=2".to_owned());
        let links = Links {
            next: "https://us.example/next?seq=3&call=c",
            recorded: "https://us.example/r?call=c",
            answered: "https://us.example/a",
            agent: "https://us.example/g?call=c",
            caller_id: "+46771123456",
            prompt: &prompt,
        };
        document(&here, &links)
    }

    fn playing(pieces: Vec<Piece>, may_be_interrupted: bool) -> UnderWay {
        UnderWay { playing: Some(Playing { id: 1, pieces, may_be_interrupted }), ..UnderWay::default() }
    }

    #[test]
    fn what_is_said_is_never_markup() {
        let text = "Hello <Hangup/> & \"you\"\u{0}\u{FFFF} ]]>".to_owned();
        let xml = render(&playing(vec![Piece::Say { text, language: Some("sv".to_owned()) }], false), None);
        assert!(
            xml.contains(
                "<Say language=\"sv-SE\">Hello &lt;Hangup/&gt; &amp; &quot;you&quot;   ]]&gt;</Say>"
            ),
            "{xml}"
        );
        assert!(xml.ends_with(
            "<Redirect method=\"POST\">https://us.example/next?seq=3&amp;call=c</Redirect></Response>"
        ));
    }

    #[test]
    fn a_question_that_may_be_interrupted_is_within_the_gather_and_else_before_it() {
        let question = Question { silence_ms: 4_200, finish: Some(Key::POUND), keys_max: Some(4) };
        let pieces = vec![
            Piece::Recorded { prompt: "prm_1".to_owned() },
            Piece::Recorded { prompt: "gone".to_owned() },
        ];
        let within = render(&playing(pieces.clone(), true), Some(question));
        assert!(within.contains("timeout=\"5\" finishOnKey=\"#\" actionOnEmptyResult=\"true\" numDigits=\"4\"><Play>https://us.example/a.wav?t=1&amp;x=2</Play></Gather>"), "{within}");
        let before = render(&playing(pieces, false), Some(question));
        assert!(before.contains("</Play><Gather ") && before.contains("></Gather>"), "{before}");
    }

    #[test]
    fn telephones_of_colleagues_ring_together_and_a_key_is_asked_for() {
        let leg = |kind, ring_ms| Leg {
            id: 7,
            kind,
            to: "grp_1".to_owned(),
            hold: Vec::new(),
            ring_ms,
            is_answered: false,
            rung: [("usr_1", "+46706170786"), ("usr_2", "+46701740605")]
                .map(|(agent, number)| Rung { agent: agent.to_owned(), number: number.to_owned() })
                .into(),
            round: 2,
            rests_until: 0,
        };
        let rung = UnderWay { leg: Some(leg(LegKind::Connect, Some(20_500))), ..UnderWay::default() };
        let xml = {
            let here =
                Here { under_way: &rung, question: None, until: Some(21_500), at: 1_000, is_over: false };
            let links = Links {
                next: "https://us.example/next?seq=3&call=c",
                recorded: "r",
                answered: "a",
                agent: "https://us.example/g?call=c",
                caller_id: "+46771123456",
                prompt: &|_| None,
            };
            document(&here, &links)
        };
        assert!(xml.contains("<Response><Dial action=\"https://us.example/next?seq=3&amp;call=c&amp;dial=7&amp;round=2\" method=\"POST\" timeout=\"21\" callerId=\"+46771123456\"><Number url=\"https://us.example/g?call=c&amp;ring=7&amp;round=2&amp;agent=usr_1\" method=\"POST\">+46706170786</Number><Number "), "{xml}");
        let queue = UnderWay { leg: Some(leg(LegKind::Queue, None)), ..UnderWay::default() };
        let until = |until| {
            let here = Here { under_way: &queue, question: None, until, at: 1_000, is_over: false };
            let links = Links {
                next: "n",
                recorded: "r",
                answered: "a",
                agent: "g",
                caller_id: "c",
                prompt: &|_| None,
            };
            document(&here, &links)
        };
        for (end, secs) in [(None, 25), (Some(601_000), 25), (Some(12_400), 12), (Some(2_000), 5)] {
            assert!(until(end).contains(&format!(" timeout=\"{secs}\" ")), "{end:?}");
        }
        let answered = Leg { is_answered: true, ..leg(LegKind::Queue, None) };
        let answered = UnderWay { leg: Some(answered), ..UnderWay::default() };
        assert!(!render(&answered, None).contains("<Dial"));
        let asked = ask_agent("https://us.example/g?a=1&b=2", Some("de"));
        assert!(asked.contains("finishOnKey=\"\" numDigits=\"1\"><Say language=\"de-DE\">"), "{asked}");
        assert!(
            asked.ends_with("</Gather><Hangup/></Response>"),
            "who presses nothing has not taken the call"
        );
        // Nobody reads these letters aloud.
        for language in [Some("uk"), Some("ar"), None] {
            assert!(gone(language).contains("<Say language=\"en-US\">"));
        }
    }

    #[test]
    fn waiting_asks_again_and_the_end_is_the_end() {
        let nothing = UnderWay::default();
        assert!(render(&nothing, None).contains("<Pause length=\"2\"/><Redirect"));
        let here = Here { under_way: &nothing, question: None, until: None, at: 0, is_over: true };
        let links =
            Links { next: "n", recorded: "r", answered: "a", agent: "g", caller_id: "", prompt: &|_| None };
        assert!(document(&here, &links).ends_with("<Response><Hangup/></Response>"));
        assert!(last_word(Some("de")).contains("<Say language=\"de-DE\">Es tut uns leid"));
    }
}
