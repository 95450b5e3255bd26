//! A snapshot as conditions see it: slots that are filled when they are first asked for, and once.

use countersign_types::code::Outcome;
use smallvec::SmallVec;

use crate::calendar;
use crate::compile::field::{DEVICES, Field, VISIT_STATES};
use crate::compile::word::{EMPTY, NO_MESSAGE, Numbering, OTHER, UNKNOWN, WordSlot};
use crate::compile::{Labels, RuleSet, Test, day_number, moment_number};
use crate::fold::{fold_into, looked_at};
use crate::snapshot::{Attribute, Happened, MessageFacts, Occasion, Snapshot, Value, VisitFacts, value_of};
use countersign_types::attribute::AttributeLevel;

/// What became of a text slot.
#[derive(Clone, Default)]
struct Scan {
    is_done: bool,
    /// One bit for each matcher.
    hits: SmallVec<[u64; 4]>,
    /// For each regular expression: 0 not asked, 1 not found, 2 found.
    regexes: SmallVec<[u8; 8]>,
}

/// One evaluation's view of its snapshot.
pub(crate) struct Facts<'e> {
    set: &'e RuleSet,
    snapshot: &'e Snapshot<'e>,
    occasion: &'e Occasion<'e>,
    message: Option<&'e MessageFacts<'e>>,
    words: SmallVec<[u16; 32]>,
    numbers: SmallVec<[Option<f64>; 8]>,
    labels: Option<Labels>,
    categories: Option<Labels>,
    scans: SmallVec<[Scan; 2]>,
}

impl<'e> Facts<'e> {
    pub(crate) fn new(set: &'e RuleSet, snapshot: &'e Snapshot<'e>, occasion: &'e Occasion<'e>) -> Self {
        let message = snapshot.message.as_ref().filter(|_| occasion.happened != Happened::Change);
        Self {
            set,
            snapshot,
            occasion,
            message,
            words: SmallVec::from_elem(UNKNOWN, set.words.len()),
            numbers: SmallVec::from_elem(None, set.numbers.len()),
            labels: None,
            categories: None,
            scans: SmallVec::new(),
        }
    }

    /// Whether a condition holds.
    #[inline]
    pub(crate) fn holds(&mut self, test: &Test) -> bool {
        match test {
            Test::Mask { slot, mask } => mask >> (self.word(*slot) & 63) & 1 != 0,
            Test::Set { slot, set } => set.contains(self.word(*slot)),
            Test::Number { slot, relation, value } => relation.holds(self.number(*slot), *value),
            Test::Labels(test) => {
                let known = &self.set.labels;
                let (slot, labels) = match test.field {
                    Field::VisitCategories => (&mut self.categories, categories(self.snapshot)),
                    _ => (&mut self.labels, self.snapshot.case.labels),
                };
                test.holds(slot.get_or_insert_with(|| numbered(known, labels)))
            }
            Test::Changed(test) => test.holds(self.occasion.changes),
            Test::Text { slot, matcher, is_negated } => self.text_holds(*slot, *matcher, *is_negated),
            Test::Regex { slot, regex, is_negated } => self.regex_holds(*slot, *regex, *is_negated),
        }
    }

    #[inline]
    fn word(&mut self, slot: u16) -> u16 {
        let at = usize::from(slot);
        let known = self.words[at];
        if known != UNKNOWN {
            return known;
        }
        let found = self.find_word(&self.set.words[at]);
        self.words[at] = found;
        found
    }

    fn find_word(&self, slot: &WordSlot) -> u16 {
        if slot.numbering == Numbering::Presence {
            return match (&slot.field, self.message) {
                (Field::MessageText, None) => NO_MESSAGE,
                (field, _) => u16::from(self.is_there(field)) * OTHER,
            };
        }
        let (case, profile) = (&self.snapshot.case, &self.snapshot.profile);
        let of_message = |word: fn(&MessageFacts<'_>) -> u16| self.message.map_or(EMPTY, word);
        match &slot.field {
            Field::Status => case.status as u16 + 1,
            Field::Chat => case.chat as u16 + 1,
            Field::Priority => case.priority as u16 + 1,
            Field::ChannelKind => case.channel_kind as u16 + 1,
            Field::Channel => id(&slot.numbering, Some(case.channel.to_bytes())),
            Field::Assignee => id(&slot.numbering, case.assignee.map(|id| id.to_bytes())),
            Field::Group => id(&slot.numbering, case.group.map(|id| id.to_bytes())),
            Field::Author => of_message(|m| m.author as u16 + 1),
            Field::Direction => of_message(|m| m.direction as u16 + 1),
            Field::MessageKind => of_message(|m| m.kind as u16 + 1),
            Field::HasAttachment => of_message(|m| u16::from(m.has_attachment) + 1),
            Field::Outcome => of_message(|m| match m.outcome {
                None => EMPTY,
                Some(Outcome::NotSent) => 1,
                Some(Outcome::Invalid(_)) => 2,
                Some(Outcome::Valid) => 3,
            }),
            Field::IsIdentified => u16::from(profile.is_identified(self.set.identified_at)) + 1,
            Field::Assurance => profile.assurance as u16 + 1,
            Field::ProfileKind => profile.kind as u16 + 1,
            Field::ProfileState => profile.state as u16 + 1,
            Field::VisitIsLive => u16::from(self.snapshot.visit.is_some_and(|visit| visit.is_live)) + 1,
            Field::VisitState => {
                closed(VISIT_STATES, self.snapshot.visit.map_or("none", |visit| visit.state))
            }
            Field::VisitDevice => {
                closed(DEVICES, self.snapshot.visit.and_then(|visit| visit.device).unwrap_or_default())
            }
            Field::Language => text(&slot.numbering, profile.language.unwrap_or_default()),
            Field::Weekday => {
                calendar::weekday(&self.set.zone, self.occasion.at).map_or(EMPTY, |day| day as u16 + 1)
            }
            Field::Hours(id) => {
                let hours = self.set.hours.iter().find(|(known, _)| known == id);
                u16::from(hours.is_some_and(|(_, hours)| hours.is_open(self.occasion.at))) + 1
            }
            Field::Attribute(level, key, _) => match self.attribute(*level, key) {
                Value::Bool(is_ticked) => u16::from(is_ticked) + 1,
                Value::Text(word) => text(&slot.numbering, word),
                _ => EMPTY,
            },
            _ => EMPTY,
        }
    }

    fn attribute(&self, level: AttributeLevel, key: &str) -> Value<'e> {
        let list: &'e [Attribute<'e>] = match level {
            AttributeLevel::Profile => self.snapshot.profile.attributes,
            AttributeLevel::Case => self.snapshot.case.attributes,
        };
        value_of(list, key)
    }

    fn is_there(&self, field: &Field) -> bool {
        match field {
            Field::Labels => !self.snapshot.case.labels.is_empty(),
            Field::VisitCategories => !categories(self.snapshot).is_empty(),
            Field::VisitConfidence | Field::VisitPagesSeen | Field::VisitSeconds => {
                !self.number_of_visit(field).is_nan()
            }
            Field::Attribute(level, key, _) => match self.attribute(*level, key) {
                Value::Empty => false,
                Value::Text(text) => !text.is_empty(),
                Value::Number(number) => !number.is_nan(),
                _ => true,
            },
            field => self.text_of(field).is_some_and(|text| !text.is_empty()),
        }
    }

    fn number(&mut self, slot: u16) -> f64 {
        let at = usize::from(slot);
        if let Some(known) = self.numbers[at] {
            return known;
        }
        let number = match &self.set.numbers[at] {
            Field::MessageCount => f64::from(self.snapshot.case.message_count),
            Field::CaseCreated => moment_number(self.snapshot.case.created_at),
            Field::ProfileCreated => moment_number(self.snapshot.profile.created_at),
            field @ (Field::VisitConfidence | Field::VisitPagesSeen | Field::VisitSeconds) => {
                self.number_of_visit(field)
            }
            Field::Attribute(level, key, _) => match self.attribute(*level, key) {
                Value::Number(number) => number,
                Value::Date(day) => day_number(day),
                _ => f64::NAN,
            },
            _ => f64::NAN,
        };
        self.numbers[at] = Some(number);
        number
    }

    /// A number of the visit; not a number where there is none.
    fn number_of_visit(&self, field: &Field) -> f64 {
        let Some(visit) = &self.snapshot.visit else { return f64::NAN };
        match field {
            Field::VisitConfidence => visit.confidence.unwrap_or(f64::NAN),
            Field::VisitPagesSeen => f64::from(visit.pages_seen),
            Field::VisitSeconds => f64::from(visit.seconds),
            _ => f64::NAN,
        }
    }

    /// The text of a field; `None` only where there is no message to have one.
    fn text_of(&self, field: &Field) -> Option<&'e str> {
        let profile = &self.snapshot.profile;
        let of_visit = |text: fn(&VisitFacts<'e>) -> Option<&'e str>| {
            Some(looked_at(self.snapshot.visit.as_ref().and_then(text).unwrap_or_default()))
        };
        match field {
            Field::MessageText => self.message.map(|message| looked_at(message.text)),
            Field::Name => Some(profile.name.unwrap_or_default()),
            Field::Email => Some(profile.email.unwrap_or_default()),
            Field::Phone => Some(profile.phone.unwrap_or_default()),
            Field::ExternalId => Some(profile.external_id.unwrap_or_default()),
            Field::VisitUrl => of_visit(|visit| visit.url),
            Field::VisitTitle => of_visit(|visit| visit.title),
            Field::VisitEntryUrl => of_visit(|visit| visit.entry_url),
            Field::VisitSource => of_visit(|visit| visit.source),
            Field::VisitReferrer => of_visit(|visit| visit.referrer),
            Field::VisitPages => of_visit(|visit| Some(visit.pages)),
            Field::Attribute(level, key, _) => match self.attribute(*level, key) {
                Value::Text(text) => Some(looked_at(text)),
                _ => Some(""),
            },
            _ => Some(""),
        }
    }

    fn scan(&mut self, at: usize) -> &mut Scan {
        if self.scans.is_empty() {
            self.scans = SmallVec::from_elem(Scan::default(), self.set.texts.len());
        }
        &mut self.scans[at]
    }

    fn text_holds(&mut self, slot: u16, matcher: u16, is_negated: bool) -> bool {
        let at = usize::from(slot);
        let known = &self.set.texts[at];
        let Some(text) = self.text_of(&known.field) else { return false };
        let scan = self.scan(at);
        if !scan.is_done {
            scan.is_done = true;
            scan.hits = SmallVec::from_elem(0, known.matchers.len().div_ceil(64));
            let mut folded = String::new();
            fold_into(text, &mut folded);
            known.scan(&folded, &mut scan.hits);
        }
        let is_found = scan.hits[usize::from(matcher / 64)] >> (matcher % 64) & 1 != 0;
        is_found != is_negated
    }

    fn regex_holds(&mut self, slot: u16, regex: u16, is_negated: bool) -> bool {
        let (at, which) = (usize::from(slot), usize::from(regex));
        let known = &self.set.texts[at];
        let Some(text) = self.text_of(&known.field) else { return false };
        let scan = self.scan(at);
        if scan.regexes.is_empty() {
            scan.regexes = SmallVec::from_elem(0, known.regexes.len());
        }
        if scan.regexes[which] == 0 {
            scan.regexes[which] = 1 + u8::from(known.regexes[which].1.is_match(text));
        }
        (scan.regexes[which] == 2) != is_negated
    }
}

/// The place of a word in a closed list, as slots number it.
fn closed(words: &[&str], word: &str) -> u16 {
    words.iter().position(|known| *known == word).map_or(EMPTY, |at| at as u16 + 1)
}

fn categories<'e>(snapshot: &Snapshot<'e>) -> &'e [String] {
    snapshot.visit.map_or(&[], |visit| visit.categories)
}

fn id(numbering: &Numbering, id: Option<[u8; 16]>) -> u16 {
    match (numbering, id) {
        (Numbering::Ids(known), Some(id)) => {
            known.iter().position(|k| *k == id).map_or(OTHER, |at| at as u16 + 2)
        }
        _ => EMPTY,
    }
}

fn text(numbering: &Numbering, word: &str) -> u16 {
    match numbering {
        _ if word.is_empty() => EMPTY,
        Numbering::Texts(known) => known.iter().position(|k| **k == *word).map_or(OTHER, |at| at as u16 + 2),
        _ => EMPTY,
    }
}

fn numbered(known: &[Box<str>], labels: &[String]) -> Labels {
    let mut bits = Labels::default();
    for label in labels {
        if let Some(at) = known.iter().position(|k| **k == **label) {
            bits[at / 64] |= 1 << (at % 64);
        }
    }
    bits
}
