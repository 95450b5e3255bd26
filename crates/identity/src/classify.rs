//! Does a chat message contain an identification code?
//!
//! [`classify()`] says what can be said from the text alone; whether a candidate is live, used, expired or
//! unknown is for the caller to look up. It is pure, linear in the length of the text, and reads the first
//! [`CHARS_MAX`] characters.
//!
//! # What a token is
//!
//! Characters are read as a person means them: compatibility forms (full-width, styled), look-alikes of
//! Cyrillic and Greek, lower case and the digits of every script are folded; zero-width and direction marks,
//! variation selectors and the chat markup `* ~ `` ` are not there. A *word* is then a run of letters and
//! digits; letters of scripts without case (Han, kana, Hangul, Arabic, Thai, …) are no part of it, because
//! such scripts put no space beside a code. A token is
//!
//! - a word of 12 symbols, or three of 4, joined alike or not by a dash, full stop, underscore, one or two
//!   spaces, or a dash with spaces (text form; at least one letter must be a Latin one);
//! - a word of 14 digits, or 3-4-4-3 as displayed, or 4-4-4-2, joined in the same ways (keypad form);
//! - with a border on both sides: no `@ / \ + %` at it, no single `- . _ / @ + & = % # ^ |` that ties it to
//!   another word (host names, paths, longer keys, phone numbers), no further group of the same kind beside a
//!   token whose groups are apart, no `# № $ € £` before digits. `?start=`, `text=` and `code=` are borders.
//!
//! # What makes it a candidate
//!
//! Its check symbol is right, it has no shape that is never issued (mash, stretched interjections, other systems'
//! numbers), and it stands where a code would stand:
//!
//! | written | text form | keypad form |
//! |---|---|---|
//! | as displayed, with dashes | anywhere | anywhere |
//! | in groups joined otherwise | capitals in a line that is not shouted, or framed, or cued | framed |
//! | in one piece | anywhere in capitals or in small letters; mixed only framed or cued | framed |
//!
//! *Framed*: the line (for numbers: the message, unless cued) holds nothing else but cues and fillers ("my code
//! is …, thanks"). *Cued*: a word for "code" is on the line or the line before. So `strc prst skrz krk`, `SMTP HTTP HTML NTFS` or an order
//! number in a sentence is no code.
//!
//! # What chance can do
//!
//! Twelve random consonants pass the check symbol one time in 20, fourteen random digits one time in 14 (the
//! check digit and the lookalikes together). A random 14-digit order number sent *alone* is therefore a
//! candidate 7 times in 100, and a voucher of twelve random capitals and digits 3 times in 100,000. What can
//! be chance is not *certain* ([`Span::is_certain`]): a bare number, a token in one piece or apart in a sentence, words
//! without vowels. [`judge`] calls the message *not sent* when such a candidate is unknown; it is an attempt all the
//! same and counts towards the limits, or guessing would be free.

use std::borrow::Cow;

use crate::code::{Code, Form};
use crate::fold::{Class, PreScan, class_of};
use crate::scan::{Found, Scan};

/// Only so much of a message is read.
pub const CHARS_MAX: usize = 4096;

/// At most so many candidates of one message are attempts.
pub const CANDIDATES_MAX: usize = 3;

/// Where a code stands in the original text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// After the last byte.
    pub end: usize,
    /// Which form the code has.
    pub form: Form,
    /// Can this be nothing but a code? If not, and the code is unknown, it was chance: see the module.
    pub is_certain: bool,
}

/// One attempt: a code to look up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The code; its check symbol is right.
    pub code: Code,
    /// Where it stands.
    pub span: Span,
}

/// What a message says about a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing that could be a code.
    NotSent,
    /// One to three different codes to look up, in the order of the text; each is an attempt.
    Candidates(Vec<Candidate>),
    /// The message is just a token that cannot have been issued: somebody mistyped a code.
    Malformed,
}

/// What [`classify()`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classification {
    /// What the message says.
    pub verdict: Verdict,
    /// Every place in the read part that shows a code, for [`redact`]: repetitions, a fourth candidate and the
    /// mistyped code of [`Verdict::Malformed`] too. In order, without overlaps.
    pub spans: Vec<Span>,
}

impl Classification {
    const NOT_SENT: Self = Self { verdict: Verdict::NotSent, spans: Vec::new() };

    /// The candidates; empty unless there are any.
    pub fn candidates(&self) -> &[Candidate] {
        match &self.verdict {
            Verdict::Candidates(candidates) => candidates,
            Verdict::NotSent | Verdict::Malformed => &[],
        }
    }
}

/// What the look-up of a candidate said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LookUp {
    /// It is live, and the sender may redeem it: the caller consumed it.
    Live,
    /// Nobody was ever given it, or too long ago to remember.
    Unknown,
    /// Its time is over.
    Expired,
    /// A newer code took its place.
    Superseded,
    /// It was redeemed before.
    Used,
    /// It was issued for another channel or conversation.
    WrongChannel,
    /// The sender is locked, so nothing was looked up.
    Locked,
}

/// Why a code that was sent does not identify.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Mistyped.
    Malformed,
    /// As [`LookUp::Unknown`].
    Unknown,
    /// As [`LookUp::Expired`].
    Expired,
    /// As [`LookUp::Superseded`].
    Superseded,
    /// As [`LookUp::Used`].
    Used,
    /// As [`LookUp::WrongChannel`].
    WrongChannel,
    /// As [`LookUp::Locked`].
    Locked,
}

impl Reason {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Unknown => "unknown",
            Self::Expired => "expired",
            Self::Superseded => "superseded",
            Self::Used => "used",
            Self::WrongChannel => "wrong_channel",
            Self::Locked => "locked",
        }
    }
}

/// What the rules are told: the code was not sent, is invalid, or is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The message is about something else.
    NotSent,
    /// A code was sent and does not identify.
    Invalid(Reason),
    /// The candidate with this index identifies.
    Valid(usize),
}

/// Puts what the text says and what the look-ups said together, one look-up for each candidate in order. The first
/// live one wins; else the first that is known to be something; else an unknown one, if it can be nothing but a
/// code. A look-up that is missing is *unknown*: nothing that went wrong makes a code valid.
///
/// ```
/// use countersign_identity::{classify, judge, LookUp, Outcome, Reason};
/// # let shown = countersign_identity::testing::example_code().display();
/// let found = classify(&shown);
/// assert_eq!(judge(&found, &[LookUp::Live]), Outcome::Valid(0));
/// assert_eq!(judge(&found, &[LookUp::Expired]), Outcome::Invalid(Reason::Expired));
/// assert_eq!(judge(&found, &[]), Outcome::Invalid(Reason::Unknown));
/// assert_eq!(judge(&classify("hello"), &[LookUp::Live]), Outcome::NotSent);
/// ```
pub fn judge(found: &Classification, look_ups: &[LookUp]) -> Outcome {
    if found.verdict == Verdict::Malformed {
        return Outcome::Invalid(Reason::Malformed);
    }
    let mut outcome = Outcome::NotSent;
    for (i, candidate) in found.candidates().iter().enumerate() {
        let reason = match look_ups.get(i).copied().unwrap_or(LookUp::Unknown) {
            LookUp::Live => return Outcome::Valid(i),
            LookUp::Expired => Reason::Expired,
            LookUp::Superseded => Reason::Superseded,
            LookUp::Used => Reason::Used,
            LookUp::WrongChannel => Reason::WrongChannel,
            // Neither says that this is a code at all.
            LookUp::Unknown | LookUp::Locked if !candidate.span.is_certain => continue,
            LookUp::Unknown => Reason::Unknown,
            LookUp::Locked => Reason::Locked,
        };
        if matches!(outcome, Outcome::NotSent | Outcome::Invalid(Reason::Unknown)) {
            outcome = Outcome::Invalid(reason);
        }
    }
    outcome
}

/// Finds identification codes in a chat message; see the [module](self) for the rules.
///
/// ```
/// use countersign_identity::{classify, Verdict};
/// # let code = countersign_identity::testing::example_code();
/// # let shown = code.display();
/// // shown is a code such as "WDJB-MJHT-KLPX"
/// let message = format!("Hi! Here it is: *{}*", shown.to_lowercase());
/// let found = classify(&message);
/// assert_eq!(found.candidates()[0].code, code);
/// assert_eq!(classify("HMMMMMMMMMMM").verdict, Verdict::NotSent);
/// assert_eq!(classify("wdjb mjht klpq").verdict, Verdict::Malformed);
/// assert_eq!(classify("is it wdjb mjht klpq?").verdict, Verdict::NotSent);
/// ```
pub fn classify(text: &str) -> Classification {
    if !PreScan::new().may_hold_code(text) {
        return Classification::NOT_SENT;
    }
    let mut spans = Vec::new();
    let mut candidates: Vec<Candidate> = Vec::new();
    for found in Scan::new(text, CHARS_MAX).run() {
        match found {
            Found::Malformed(span) => {
                return Classification { verdict: Verdict::Malformed, spans: vec![span] };
            }
            // Not asked for: what is mistyped in a sentence is not sent.
            Found::Mistyped(_) => {}
            Found::Candidate { code, span } => {
                spans.push(span);
                if candidates.len() < CANDIDATES_MAX && candidates.iter().all(|c| c.code != code) {
                    candidates.push(Candidate { code, span });
                }
            }
        }
    }
    if candidates.is_empty() {
        return Classification::NOT_SENT;
    }
    Classification { verdict: Verdict::Candidates(candidates), spans }
}

/// Replaces codes by `••••-••••-••PX`, so that stored text does not give them away. Spans that do not fit the
/// text, or overlap one before, are replaced as far as they do fit: never too little.
///
/// ```
/// use countersign_identity::{classify, redact};
/// # let code = countersign_identity::testing::example_code();
/// let message = format!("it is {}, thanks", code.display());
/// assert_eq!(redact(&message, &classify(&message).spans), format!("it is {}, thanks", code.redacted()));
/// ```
pub fn redact(text: &str, spans: &[Span]) -> String {
    let mut out = String::with_capacity(text.len() + spans.len() * 32);
    let mut at = 0;
    for span in spans {
        let start = text.floor_char_boundary(span.start.max(at));
        let end = text.ceil_char_boundary(span.end.min(text.len()));
        if start >= end {
            continue;
        }
        out.push_str(&text[at.min(start)..start]);
        push_redacted(&mut out, &text[start..end], span.form);
        at = end;
    }
    out.push_str(&text[at..]);
    out
}

fn push_redacted(out: &mut String, token: &str, form: Form) {
    let symbols = token.chars().filter_map(|c| match class_of(c) {
        Class::Letter { value, .. } if form == Form::Text => {
            crate::ALPHABET.get(usize::from(value)).copied().map(char::from)
        }
        Class::Digit(value) if form == Form::Keypad => char::from_digit(u32::from(value), 10),
        _ => None,
    });
    let symbols: Vec<char> = symbols.collect();
    let tail = if symbols.len() == form.len() { &symbols[form.len() - 2..] } else { &['•', '•'][..] };
    let mut left = form.len();
    for (i, group) in form.groups().iter().enumerate() {
        if i > 0 {
            out.push('-');
        }
        for _ in 0..*group {
            out.push(if left > 2 { '•' } else { tail[2 - left] });
            left -= 1;
        }
    }
}

/// Redacts every code in the *whole* text, however long, as [`classify()`] finds them, and what may be a mistyped one
/// amid other words: a token with a wrong check symbol, as it is displayed, or twelve consonants where a code would
/// stand. For what is stored, logged or sent on. Borrowed when there is none.
///
/// ```
/// use countersign_identity::redact_message;
/// assert!(matches!(redact_message("hello"), std::borrow::Cow::Borrowed("hello")));
/// ```
pub fn redact_message(text: &str) -> Cow<'_, str> {
    redact_judged(text, &[], &[])
}

/// [`redact_message`] after a message was judged: `found`, the spans of [`classify()`], are redacted whatever the rest
/// of the text makes of them, and `kept` are not: they were looked up and are no code, but somebody's order number.
///
/// ```
/// use countersign_identity::{classify, redact_judged};
/// # let code = countersign_identity::testing::example_code();
/// let message = code.display();
/// let spans = classify(&message).spans;
/// assert_eq!(redact_judged(&message, &spans, &spans), message);
/// assert_eq!(redact_judged(&message, &spans, &[]), code.redacted());
/// ```
pub fn redact_judged<'a>(text: &'a str, found: &[Span], kept: &[Span]) -> Cow<'a, str> {
    if !PreScan::new().may_hold_code(text) {
        return Cow::Borrowed(text);
    }
    let whole = Scan::new(text, usize::MAX).run_to_redact().into_iter().map(|found| match found {
        Found::Malformed(span) | Found::Candidate { span, .. } | Found::Mistyped(span) => span,
    });
    let is_kept = |span: &Span| kept.iter().any(|kept| (kept.start, kept.end) == (span.start, span.end));
    let mut spans: Vec<Span> = whole.chain(found.iter().copied()).filter(|span| !is_kept(span)).collect();
    spans.sort_by_key(|span| (span.start, span.end));
    if spans.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(redact(text, &spans)) }
}
