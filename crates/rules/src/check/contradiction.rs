//! Conditions that can never hold together. A rule with them would look as if it did something: it is refused.

use crate::compile::field::Field;
use crate::compile::word::{Numbering, OTHER, WordSet, WordSlot};
use crate::compile::{Compiled, Relation, Term, Test};
use crate::finding::Problem;
use crate::model::Op;

/// Adds a problem for each block that can never hold, or for blocks that can never hold together.
pub(crate) fn check(
    words: &[WordSlot],
    texts: &[crate::compile::TextSlot],
    numbers: &[Field],
    rule: &Compiled,
    problems: &mut Vec<Problem>,
) {
    let known = Known { words, texts, numbers };
    let mut is_found = false;
    for (at, block) in rule.blocks.iter().enumerate() {
        let terms: Vec<(usize, &Term)> = block.terms.iter().map(|term| (at, term)).collect();
        if block.is_all {
            if let Some(place) = known.conflict(&terms) {
                problems.push(never(place, "This can never hold together with the conditions above it."));
                is_found = true;
            }
        } else if !terms.is_empty()
            && terms.iter().all(|term| known.conflict(std::slice::from_ref(term)).is_some())
        {
            problems.push(never((at, 0), "None of the conditions of this block can ever hold."));
            is_found = true;
        }
    }
    let together: Vec<(usize, &Term)> = super::needed(rule).collect();
    if !is_found
        && rule.blocks.len() > 1
        && let Some(place) = known.conflict(&together)
    {
        problems.push(never(
            place,
            "This can never hold together with the conditions above it; the blocks are joined by `and`.",
        ));
    }
}

fn never((block, condition): (usize, usize), what: &str) -> Problem {
    let place = format!("/match/{block}/conditions/{condition}");
    Problem::new(place, "never-true", what, "Take one of them out, or put them into an `any` block.")
}

struct Known<'a> {
    words: &'a [WordSlot],
    texts: &'a [crate::compile::TextSlot],
    numbers: &'a [Field],
}

impl Known<'_> {
    /// The place of the first condition that cannot hold together with those before it.
    fn conflict(&self, terms: &[(usize, &Term)]) -> Option<(usize, usize)> {
        (1..=terms.len()).find_map(|count| {
            let tests: Vec<&Test> = terms[..count].iter().map(|(_, term)| &term.test).collect();
            let newest = terms[count - 1];
            (!self.can_hold(&tests, &newest.1.test)).then_some((newest.0, usize::from(newest.1.place)))
        })
    }

    /// Whether tests can hold together, where only those that touch the newest are in question.
    fn can_hold(&self, tests: &[&Test], newest: &Test) -> bool {
        let is_whole = match newest {
            Test::Set { slot, .. } => self.words_hold(*slot, tests),
            Test::Number { slot, .. } => numbers_hold(*slot, tests),
            Test::Text { slot, .. } => self.texts_hold(*slot, tests),
            Test::Regex { slot, regex, is_negated } => !tests.iter().any(|test| {
                matches!(test, Test::Regex { slot: s, regex: r, is_negated: n } if (s, r) == (slot, regex) && n != is_negated)
            }),
            Test::Labels(labels) => labels_hold(&labels.field, tests),
            Test::Mask { .. } | Test::Changed(_) => true,
        };
        is_whole && self.presence_holds(tests)
    }

    fn words_hold(&self, slot: u16, tests: &[&Test]) -> bool {
        let sets: Vec<&WordSet> = tests
            .iter()
            .filter_map(|test| match test {
                Test::Set { slot: s, set } if *s == slot => Some(set),
                _ => None,
            })
            .collect();
        let known = &self.words[usize::from(slot)];
        // The value behind the last stands for all that no condition names yet.
        (0..=known.len() as u16).any(|v| {
            let is_named = usize::from(v) < known.len()
                || !matches!(known.numbering, Numbering::Closed(_) | Numbering::Presence);
            is_named && known.can_be(v) && sets.iter().all(|set| set.contains(v))
        })
    }

    fn texts_hold(&self, slot: u16, tests: &[&Test]) -> bool {
        let matchers = &self.texts[usize::from(slot)].matchers;
        let asked: Vec<(_, bool)> = tests
            .iter()
            .filter_map(|test| match test {
                Test::Text { slot: s, matcher, is_negated } if *s == slot => {
                    Some((&matchers[usize::from(*matcher)], *is_negated))
                }
                _ => None,
            })
            .collect();
        let holds = |text: &str| {
            asked.iter().all(|(matcher, is_negated)| {
                let is_found = matcher.literals.iter().any(|literal| {
                    text.match_indices(&**literal)
                        .any(|(at, found)| matcher.how.holds(text, at, at + found.len()))
                });
                is_found != *is_negated
            })
        };
        match asked
            .iter()
            .find(|(matcher, is_negated)| matcher.how == crate::compile::How::Whole && !is_negated)
        {
            Some((whole, _)) => whole.literals.iter().any(|literal| holds(literal)),
            None => asked.iter().all(|(wanted, is_negated)| {
                *is_negated
                    || !asked.iter().any(|(other, is_other_negated)| {
                        *is_other_negated
                            && (other.how == wanted.how || other.how == crate::compile::How::Somewhere)
                            && wanted.literals.iter().all(|literal| other.literals.contains(literal))
                    })
            }),
        }
    }

    /// Nothing compares with what is asked to be empty.
    fn presence_holds(&self, tests: &[&Test]) -> bool {
        tests.iter().all(|test| {
            let Test::Set { slot, set } = test else { return true };
            let known = &self.words[usize::from(*slot)];
            known.numbering != Numbering::Presence
                || set.contains(OTHER)
                || !tests.iter().any(|t| self.needs(t, &known.field))
        })
    }

    fn needs(&self, test: &Test, field: &Field) -> bool {
        match test {
            Test::Text { slot, is_negated: false, .. } | Test::Regex { slot, is_negated: false, .. } => {
                self.texts[usize::from(*slot)].field == *field
            }
            Test::Number { slot, relation, .. } => {
                *relation != Relation::NotEqual && self.numbers[usize::from(*slot)] == *field
            }
            Test::Labels(labels) => *field == labels.field && labels.op != Op::HasNot,
            _ => false,
        }
    }
}

fn numbers_hold(slot: u16, tests: &[&Test]) -> bool {
    let asked: Vec<(Relation, f64)> = tests
        .iter()
        .filter_map(|test| match test {
            Test::Number { slot: s, relation, value } if *s == slot => Some((*relation, *value)),
            _ => None,
        })
        .collect();
    let mut points: Vec<f64> = asked.iter().map(|(_, value)| *value).collect();
    points.sort_unstable_by(f64::total_cmp);
    let between = points.windows(2).map(|w| f64::midpoint(w[0], w[1]));
    let ends = [f64::NEG_INFINITY, f64::INFINITY];
    let tried: Vec<f64> = points.iter().copied().chain(between).chain(ends).collect();
    tried.iter().any(|point| asked.iter().all(|(relation, value)| relation.holds(*point, *value)))
}

fn labels_hold(field: &Field, tests: &[&Test]) -> bool {
    let asked = || {
        tests.iter().filter_map(|test| match test {
            Test::Labels(labels) if labels.field == *field => Some(labels),
            _ => None,
        })
    };
    let mut refused = crate::compile::Labels::default();
    for labels in asked().filter(|l| l.op == Op::HasNot) {
        refused.iter_mut().zip(labels.wanted).for_each(|(r, w)| *r |= w);
    }
    asked().all(|labels| {
        let mut pairs = labels.wanted.iter().zip(&refused);
        match labels.op {
            Op::HasNot => true,
            Op::HasAll => pairs.all(|(w, r)| w & r == 0),
            _ => pairs.any(|(w, r)| w & !r != 0),
        }
    })
}
