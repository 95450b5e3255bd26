//! Conditions on texts. The literals of all conditions on one field are found together, in one pass of an
//! Aho–Corasick automaton over the folded text ([`crate::fold`]), made when the first of them is asked for. Regular
//! expressions (linear time, R-3) are asked one by one, only where everything cheaper in the rule left it open.

use aho_corasick::AhoCorasick;
use regex::{Regex, RegexBuilder};
use serde_json::Value as Json;

use super::field::Field;
use super::{Builder, Test, value};
use crate::finding::Problem;
use crate::fold::{fold, is_word};
use crate::model::{LITERAL_MAX, Op};

/// Characters in a regular expression, at most.
pub const REGEX_MAX: usize = 1_000;
/// Different regular expressions in all rules, at most: each reads up to 16 KiB in linear time.
pub const REGEXES_MAX: usize = 50;
/// Bytes that a regular expression may take once compiled; more is refused as too large.
pub const REGEX_BYTES_MAX: usize = 256 * 1024;
/// Literals in all rules, at most.
pub const LITERALS_MAX: usize = 10_000;

/// How a literal must stand in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum How {
    Somewhere,
    AtStart,
    Whole,
    AsWord,
}

impl How {
    pub(crate) fn holds(self, text: &str, from: usize, to: usize) -> bool {
        match self {
            Self::Somewhere => true,
            Self::AtStart => from == 0,
            Self::Whole => from == 0 && to == text.len(),
            Self::AsWord => is_word(text, from, to),
        }
    }
}

/// Literals one of which is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Matcher {
    pub how: How,
    /// Folded and sorted.
    pub literals: Vec<Box<str>>,
}

/// A field that holds text.
#[derive(Debug, Clone)]
pub(crate) struct TextSlot {
    pub field: Field,
    pub matchers: Vec<Matcher>,
    pub regexes: Vec<(Box<str>, Regex)>,
    pub automaton: Option<AhoCorasick>,
    /// For each pattern of the automaton: the matchers that want it, and how.
    pub targets: Vec<Vec<(How, u16)>>,
}

impl TextSlot {
    /// Finds all literals at once; gives the matchers that hold as bits.
    pub(crate) fn scan(&self, folded: &str, hits: &mut [u64]) {
        let Some(automaton) = &self.automaton else { return };
        for found in automaton.find_overlapping_iter(folded) {
            for (how, matcher) in &self.targets[found.pattern().as_usize()] {
                let (word, bit) = (usize::from(matcher / 64), 1 << (matcher % 64));
                if hits[word] & bit == 0 && how.holds(folded, found.start(), found.end()) {
                    hits[word] |= bit;
                }
            }
        }
    }

    /// Builds the automaton.
    pub(super) fn finish(&mut self) -> Result<(), Problem> {
        let mut patterns: Vec<&str> = Vec::new();
        let mut targets: Vec<Vec<(How, u16)>> = Vec::new();
        let mut known = std::collections::HashMap::new();
        for (at, matcher) in self.matchers.iter().enumerate() {
            for literal in &matcher.literals {
                let pattern = *known.entry(&**literal).or_insert_with(|| {
                    patterns.push(literal);
                    targets.push(Vec::new());
                    patterns.len() - 1
                });
                targets[pattern].push((matcher.how, at as u16));
            }
        }
        if !patterns.is_empty() {
            let built = AhoCorasick::new(&patterns)
                .map_err(|_| too_much("", "The texts of all conditions together are too much."))?;
            self.automaton = Some(built);
        }
        self.targets = targets;
        Ok(())
    }
}

fn too_much(place: &str, what: &str) -> Problem {
    Problem::new(place, "too-many", what, "Look for fewer or shorter texts.")
}

impl Builder<'_> {
    fn text_slot(&mut self, field: &Field) -> usize {
        self.texts.iter().position(|slot| slot.field == *field).unwrap_or_else(|| {
            let field = field.clone();
            let slot = TextSlot {
                field,
                matchers: Vec::new(),
                regexes: Vec::new(),
                automaton: None,
                targets: Vec::new(),
            };
            self.texts.push(slot);
            self.texts.len() - 1
        })
    }

    pub(super) fn text(&mut self, field: &Field, op: Op, condition: &Json) -> Result<Test, Problem> {
        let how = match op {
            Op::IsEmpty | Op::IsNotEmpty => return self.presence(field, op, condition),
            Op::Matches | Op::NotMatches => return self.regex(field, op, condition),
            Op::Equals | Op::NotEquals => How::Whole,
            Op::StartsWith => How::AtStart,
            Op::HasWord | Op::NotHasWord => How::AsWord,
            _ => How::Somewhere,
        };
        let mut literals = Vec::new();
        for (place, literal) in value::list(condition)? {
            let text = literal.as_str().ok_or_else(|| value::wrong(&*place, &field.name(), "a text"))?;
            if text.chars().count() > LITERAL_MAX {
                return Err(too_much(&place, &format!("A text is longer than {LITERAL_MAX} characters.")));
            }
            let folded = fold(text);
            if folded.is_empty() {
                let what = "An empty text stands in every text.";
                return Err(Problem::new(place, "no-value", what, "Give a text, or ask `is_empty`."));
            }
            literals.push(folded.into_boxed_str());
        }
        self.literal_count += literals.len();
        if self.literal_count > LITERALS_MAX {
            return Err(too_much(
                "/value",
                &format!("Conditions of all rules look for more than {LITERALS_MAX} texts."),
            ));
        }
        literals.sort_unstable();
        literals.dedup();
        let wanted = Matcher { how, literals };
        let slot = self.text_slot(field);
        let matchers = &mut self.texts[slot].matchers;
        let matcher = matchers.iter().position(|known| *known == wanted).unwrap_or_else(|| {
            matchers.push(wanted);
            matchers.len() - 1
        });
        let is_negated = matches!(op, Op::NotEquals | Op::NotContains | Op::NotHasWord);
        Ok(Test::Text { slot: slot as u16, matcher: matcher as u16, is_negated })
    }

    fn regex(&mut self, field: &Field, op: Op, condition: &Json) -> Result<Test, Problem> {
        let pattern =
            value::one(condition)?.as_str().ok_or_else(|| value::wrong("/value", &field.name(), "a text"))?;
        if pattern.chars().count() > REGEX_MAX {
            let what = format!("The expression is longer than {REGEX_MAX} characters.");
            return Err(Problem::new(
                "/value",
                "regex-too-large",
                what,
                "Shorten it, or use `contains` with several values.",
            ));
        }
        let slot = self.text_slot(field);
        let at = match self.texts[slot].regexes.iter().position(|(known, _)| **known == *pattern) {
            Some(at) => at,
            None => {
                self.regex_count += 1;
                if self.regex_count > REGEXES_MAX {
                    let what = format!("There are more than {REGEXES_MAX} regular expressions in all rules.");
                    return Err(Problem::new(
                        "/value",
                        "too-many",
                        what,
                        "Use `contains` or `has_word` where they do.",
                    ));
                }
                let regexes = &mut self.texts[slot].regexes;
                regexes.push((pattern.into(), compile_regex(pattern)?));
                regexes.len() - 1
            }
        };
        Ok(Test::Regex { slot: slot as u16, regex: at as u16, is_negated: op == Op::NotMatches })
    }
}

/// A regular expression as conditions mean it: capitals do not matter, `.` takes line ends too.
pub(crate) fn compile_regex(pattern: &str) -> Result<Regex, Problem> {
    let mut builder = RegexBuilder::new(pattern);
    builder.case_insensitive(true).dot_matches_new_line(true);
    builder.size_limit(REGEX_BYTES_MAX).dfa_size_limit(REGEX_BYTES_MAX).nest_limit(50);
    builder.build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => {
            let what = "The expression is too large once its repetitions are written out.";
            Problem::new(
                "/value",
                "regex-too-large",
                what,
                "Use smaller numbers in `{…}` and fewer nested repetitions.",
            )
        }
        error => {
            let said = error.to_string();
            let last = said.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            let hint =
                "Only what can be matched in linear time is possible: no look-around, no back-references.";
            Problem::new("/value", "regex-invalid", format!("This is no regular expression: {last}."), hint)
        }
    })
}
