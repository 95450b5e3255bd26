//! Evaluating rules: a snapshot and an occasion in, decisions out. No clock, no chance, no I/O: the same input gives
//! the same answer on every server, today and in a dry run next year.
//!
//! **Order.** Rules of the occasion's trigger are looked at from the first to the last; all that hold fire, until one
//! that holds says *stop*. Steps come out in the order in which they are to be carried out; where two set the same
//! thing, the later one stays.
//!
//! **Effects are not seen in the same pass.** Every condition is asked of the snapshot as it was when the pass began.
//! What a rule changes is an occasion of its own ([`Happened::Change`], one deeper in the chain), in which rules for
//! updated cases see it. So moving a rule up or down never changes whether another one holds, a trace can be read line
//! by line, and loops are counted where they happen (decision 0010).

use smallvec::SmallVec;

use countersign_types::message::{AuthorKind, Direction};
use countersign_types::time::{DAY, SECOND};
use countersign_types::{RuleId, Timestamp};
use serde::Serialize;

use crate::action::Action;
use crate::compile::field::Field;
use crate::compile::{Compiled, RuleSet, Step, Term, Terms, Test};
use crate::facts::Facts;
use crate::model::{Rule, Trigger};
use crate::snapshot::{CHAIN_MAX, Firing, Happened, Occasion, Snapshot};
use crate::variable::Text;

/// How long rules for existing cases look at a case after its last message (issue 4).
pub const ACTIVE_SPAN: i64 = 30 * DAY;

/// Why no rule was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Refused {
    /// A machine wrote the message: automatic, a bot, an echo, or this server itself (R-1).
    NotWrittenByAPerson,
    /// The conversation was not begun by the customer.
    NotBegunByTheCustomer,
    /// The chain of causes is too long (R-2).
    ChainTooLong,
    /// Nothing was said for 30 days.
    NotActive,
}

/// What came out of an evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    pub(crate) fired: SmallVec<[u16; 8]>,
    pub(crate) stopped_by: Option<u16>,
    pub(crate) refused: Option<Refused>,
    seed: u64,
}

/// One step that is to be carried out.
#[derive(Debug, Clone, Copy)]
pub struct Decision<'s> {
    /// The place of its rule in the set.
    pub index: usize,
    /// Its rule.
    pub rule: &'s Rule,
    /// Its place in the rule.
    pub step_index: usize,
    /// The step.
    pub step: &'s Step,
    /// The text that was picked, where there is one.
    pub text: Option<&'s Text>,
    /// Which variant that is.
    pub variant: usize,
}

impl Decision<'_> {
    /// What to do.
    pub fn action(&self) -> &Action {
        self.step.action()
    }
}

impl Evaluation {
    fn none(seed: u64, refused: Option<Refused>) -> Self {
        Self { fired: SmallVec::new(), stopped_by: None, refused, seed }
    }

    /// The places of the rules that fired, in order.
    pub fn fired(&self) -> impl ExactSizeIterator<Item = usize> {
        self.fired.iter().map(|at| usize::from(*at))
    }

    /// The rule that stopped the others.
    pub fn stopped_by(&self) -> Option<usize> {
        self.stopped_by.map(usize::from)
    }

    /// Why no rule was looked at.
    pub fn refused(&self) -> Option<Refused> {
        self.refused
    }

    /// What is to be done, in order. `rules` must be the set that made this evaluation.
    pub fn decisions<'s>(&self, rules: &'s RuleSet) -> impl Iterator<Item = Decision<'s>> {
        let seed = self.seed;
        self.fired.clone().into_iter().flat_map(move |index| {
            let index = usize::from(index);
            let compiled = rules.rules.get(index);
            compiled.into_iter().flat_map(move |compiled| {
                compiled.steps.iter().enumerate().map(move |(step_index, step)| {
                    let variant = pick(seed, compiled.rule.id, step_index, step.texts().len());
                    let text = step.texts().get(variant);
                    Decision { index, rule: &compiled.rule, step_index, step, text, variant }
                })
            })
        })
    }

    /// Firings to be remembered.
    pub fn firings(&self, rules: &RuleSet, at: Timestamp) -> Vec<Firing> {
        self.fired()
            .filter_map(|index| rules.rules.get(index))
            .map(|c| Firing { rule: c.rule.id, at })
            .collect()
    }
}

/// Which of `count` variants: by the seed, the rule and the place of the step, and by nothing else.
pub(crate) fn pick(seed: u64, rule: RuleId, step: usize, count: usize) -> usize {
    if count < 2 {
        return 0;
    }
    let bytes = rule.to_bytes();
    let mut z = seed ^ (step as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for half in bytes.chunks_exact(8) {
        z ^= half.iter().fold(0, |n, b| n << 8 | u64::from(*b));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
    }
    ((u128::from(z) * count as u128) >> 64) as usize
}

/// Whose rules an occasion asks, or why none.
pub(crate) fn gate(snapshot: &Snapshot<'_>, occasion: &Occasion<'_>) -> Result<Trigger, Refused> {
    if occasion.chain.depth >= CHAIN_MAX {
        return Err(Refused::ChainTooLong);
    }
    let message = snapshot.message.as_ref();
    match occasion.happened {
        Happened::Change => Ok(Trigger::UpdatedCase),
        Happened::HalfHour | Happened::Delay => {
            let is_active =
                snapshot.case.last_message_at.is_some_and(|at| occasion.at.since(at) <= ACTIVE_SPAN);
            if is_active { Ok(Trigger::ExistingCase) } else { Err(Refused::NotActive) }
        }
        Happened::NewCase | Happened::Message => {
            let message = message.filter(|m| m.may_trigger()).ok_or(Refused::NotWrittenByAPerson)?;
            let is_customer =
                message.author == AuthorKind::Customer && message.direction == Direction::Inbound;
            match (occasion.happened, is_customer) {
                (Happened::NewCase, false) => Err(Refused::NotBegunByTheCustomer),
                (Happened::NewCase, true) => Ok(Trigger::NewCase),
                _ => Ok(Trigger::UpdatedCase),
            }
        }
    }
}

/// What a rule's history says against firing now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Rests {
    /// It fired in an earlier pass of this chain of causes (R-2).
    InChain,
    /// *Once per case*, and it fired then.
    Once {
        /// When.
        at: Timestamp,
    },
    /// Its own cool-down.
    Cooldown {
        /// Until when.
        until: Timestamp,
    },
    /// Its delay is not over.
    NotDue {
        /// When it will be; `None` when nobody wrote yet.
        due: Option<Timestamp>,
    },
    /// It has a delay, and fired after that message already.
    Done {
        /// When.
        at: Timestamp,
    },
    /// This occasion is for rules with a delay.
    NoDelay,
}

/// What stands against firing, from the history; the conditions are not asked here.
pub(crate) fn rests(
    rule: &Compiled,
    snapshot: &Snapshot<'_>,
    occasion: &Occasion<'_>,
    more: &[Firing],
) -> Option<Rests> {
    let body = &rule.rule.body;
    if !occasion.chain.fired.is_empty() && occasion.chain.fired.contains(&rule.rule.id) {
        return Some(Rests::InChain);
    }
    if occasion.happened == Happened::Delay && body.delay_secs.is_none() {
        return Some(Rests::NoDelay);
    }
    if !rule.has_history {
        return None;
    }
    let firings = || snapshot.firings.iter().chain(more).filter(|f| f.rule == rule.rule.id).map(|f| f.at);
    if body.once_per_case
        && let Some(at) = firings().min()
    {
        return Some(Rests::Once { at });
    }
    if let (Some(secs), Some(last)) = (body.cooldown_secs, firings().max()) {
        let until = last.plus(i64::from(secs) * SECOND);
        if occasion.at < until {
            return Some(Rests::Cooldown { until });
        }
    }
    let delay = i64::from(body.delay_secs?) * SECOND;
    let Some(said) = snapshot.case.last_person_at else { return Some(Rests::NotDue { due: None }) };
    let due = said.plus(delay);
    if occasion.at < due {
        return Some(Rests::NotDue { due: Some(due) });
    }
    firings().filter(|at| *at >= said).max().map(|at| Rests::Done { at })
}

pub(crate) fn block_holds(block: &Terms, facts: &mut Facts<'_>) -> bool {
    if block.is_all {
        block.terms.iter().all(|term| facts.holds(&term.test))
    } else {
        block.terms.iter().any(|term| facts.holds(&term.test))
    }
}

fn holds(rule: &Compiled, facts: &mut Facts<'_>) -> bool {
    if rule.is_or && !rule.blocks.is_empty() {
        rule.blocks.iter().any(|block| block_holds(block, facts))
    } else {
        rule.blocks.iter().all(|block| block_holds(block, facts))
    }
}

/// [`holds`] with every condition on what was not read taken to hold. Conditions are joined by *and* and *or* alone: what
/// does not hold so does not hold with any values.
fn may_hold(rule: &Compiled, is_read: impl Fn(&Test) -> bool, facts: &mut Facts<'_>) -> bool {
    let mut block = |block: &Terms| {
        let mut term = |term: &Term| !is_read(&term.test) || facts.holds(&term.test);
        if block.is_all { block.terms.iter().all(&mut term) } else { block.terms.iter().any(&mut term) }
    };
    if rule.is_or && !rule.blocks.is_empty() {
        rule.blocks.iter().any(&mut block)
    } else {
        rule.blocks.iter().all(&mut block)
    }
}

impl RuleSet {
    /// Whether any rule could fire now, whatever the profile's attributes, its own fields besides name and kind, the visit,
    /// and what fired before: those may be left out of the snapshot. Where none could, they need not be read.
    ///
    /// ```
    /// use countersign_rules::testing::Scene;
    /// use countersign_rules::{Rule, RuleSet, parse, schema::Schema};
    /// let body = parse(r#"{"name": "Hello", "trigger": "new_case", "actions": [{"kind": "stop"}], "match": [{"mode": "all",
    ///     "conditions": [{"field": "profile.language", "op": "is", "value": "de"},
    ///                    {"field": "message.text", "op": "contains", "value": ["hallo"]}]}]}"#).unwrap();
    /// let (rules, _) = RuleSet::compile(&[Rule { id: [1; 16].into(), body }], &Schema::default()).unwrap();
    /// assert!(!Scene::new_case("hi").ask(|snapshot, occasion| rules.could_fire(snapshot, occasion)));
    /// assert!(Scene::new_case("hallo").ask(|snapshot, occasion| rules.could_fire(snapshot, occasion)));
    /// ```
    pub fn could_fire(&self, snapshot: &Snapshot<'_>, occasion: &Occasion<'_>) -> bool {
        let Ok(trigger) = gate(snapshot, occasion) else { return false };
        let mut facts = Facts::new(self, snapshot, occasion);
        let is_read = |test: &Test| self.field_of(test).is_none_or(|field| !field.is_left_out());
        self.by_trigger[trigger as usize].iter().any(|&index| {
            let rule = &self.rules[usize::from(index)];
            !occasion.chain.fired.contains(&rule.rule.id) && may_hold(rule, is_read, &mut facts)
        })
    }

    /// The field that a test asks about; changes have none.
    fn field_of<'t>(&'t self, test: &'t Test) -> Option<&'t Field> {
        match test {
            Test::Mask { slot, .. } | Test::Set { slot, .. } => {
                self.words.get(usize::from(*slot)).map(|slot| &slot.field)
            }
            Test::Number { slot, .. } => self.numbers.get(usize::from(*slot)),
            Test::Text { slot, .. } | Test::Regex { slot, .. } => {
                self.texts.get(usize::from(*slot)).map(|slot| &slot.field)
            }
            Test::Labels(test) => Some(&test.field),
            Test::Changed(_) => None,
        }
    }

    /// Decides what rules do now. The fast path: no trace.
    ///
    /// ```
    /// use countersign_rules::testing::Scene;
    /// use countersign_rules::{Rule, RuleSet, parse, schema::Schema};
    /// let body = parse(r#"{"name": "Hello", "trigger": "new_case",
    ///     "actions": [{"kind": "send_message", "texts": ["Hello {profile.name|there}"]}]}"#).unwrap();
    /// let (rules, _) = RuleSet::compile(&[Rule { id: [1; 16].into(), body }], &Schema::default()).unwrap();
    /// let scene = Scene::new_case("hi");
    /// let evaluation = scene.ask(|snapshot, occasion| rules.evaluate(snapshot, occasion));
    /// let decision = evaluation.decisions(&rules).next().unwrap();
    /// assert_eq!(decision.text.unwrap().render(|_| None), "Hello there");
    /// ```
    pub fn evaluate(&self, snapshot: &Snapshot<'_>, occasion: &Occasion<'_>) -> Evaluation {
        self.evaluate_with(snapshot, occasion, &[])
    }

    pub(crate) fn evaluate_with(
        &self,
        snapshot: &Snapshot<'_>,
        occasion: &Occasion<'_>,
        more: &[Firing],
    ) -> Evaluation {
        let trigger = match gate(snapshot, occasion) {
            Ok(trigger) => trigger,
            Err(refused) => return Evaluation::none(occasion.seed, Some(refused)),
        };
        let mut evaluation = Evaluation::none(occasion.seed, None);
        let mut facts = Facts::new(self, snapshot, occasion);
        for &index in &self.by_trigger[trigger as usize] {
            let rule = &self.rules[usize::from(index)];
            if holds(rule, &mut facts) && rests(rule, snapshot, occasion, more).is_none() {
                evaluation.fired.push(index);
                if rule.is_stopping {
                    evaluation.stopped_by = Some(index);
                    break;
                }
            }
        }
        evaluation
    }

    /// When rules for existing cases with a delay want to be asked next ([`Happened::Delay`]), for a case in which a
    /// person last wrote at `said`. Ask again after every message.
    pub fn next_delay(&self, said: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let rules = self.by_trigger[Trigger::ExistingCase as usize].iter();
        let delays = rules.filter_map(|at| self.rules[usize::from(*at)].rule.body.delay_secs);
        delays.map(|secs| said.plus(i64::from(secs) * SECOND)).filter(|due| *due > now).min()
    }

    /// Whether any rule waits for the half hour: if none does, no case has to be visited.
    pub fn has_half_hour(&self) -> bool {
        !self.by_trigger[Trigger::ExistingCase as usize].is_empty()
    }
}
