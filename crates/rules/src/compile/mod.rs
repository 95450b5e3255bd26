//! From rules as they are stored to rules as they run.

mod action;
mod change;
pub(crate) mod field;
mod hours;
mod label;
mod number;
mod text;
mod value;
pub(crate) mod word;

use countersign_types::attribute::AttributeLevel;
use countersign_types::{CalendarId, RuleId};
use jiff::tz::TimeZone;

pub use self::action::{Request, Step};
pub(crate) use self::change::{ChangeTest, Side};
use self::field::{Family, Field};
pub use self::label::LABELS_MAX;
pub(crate) use self::label::{LabelTest, Labels};
pub(crate) use self::number::{Relation, day_number, moment_number};
pub(crate) use self::text::{How, TextSlot};
pub use self::text::{LITERALS_MAX, REGEX_BYTES_MAX, REGEX_MAX, REGEXES_MAX};
use self::word::{WordSet, WordSlot};
use crate::calendar::{self, Hours};
use crate::check;
use crate::finding::{Problem, Warning};
use crate::model::{
    ACTIONS_MAX, BLOCKS_MAX, Block, CONDITIONS_MAX, Condition, Join, Mode, NAME_MAX, Op, RULES_MAX,
};
use crate::model::{Rule, SPAN_SECS_MAX, Trigger};
use crate::schema::{IdentifiedAt, Schema};

/// A condition, ready to be asked of slots.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    /// The word in the slot is one of these bits.
    Mask { slot: u16, mask: u64 },
    /// The same, before it is known how many words the slot has, and where they are more than 64.
    Set { slot: u16, set: WordSet },
    /// The number in the slot compares so.
    Number { slot: u16, relation: Relation, value: f64 },
    /// The case's labels, or the categories of a visit.
    Labels(Box<LabelTest>),
    /// The occasion's changes.
    Changed(Box<ChangeTest>),
    /// A matcher of the text slot.
    Text { slot: u16, matcher: u16, is_negated: bool },
    /// A regular expression of the text slot.
    Regex { slot: u16, regex: u16, is_negated: bool },
}

/// A test with the place of its condition in the block.
#[derive(Debug, Clone)]
pub(crate) struct Term {
    pub test: Test,
    pub place: u8,
}

#[derive(Debug, Clone)]
pub(crate) struct Terms {
    pub is_all: bool,
    /// Cheapest first.
    pub terms: Vec<Term>,
}

#[derive(Debug, Clone)]
pub(crate) struct Compiled {
    pub rule: Rule,
    pub steps: Vec<Step>,
    pub blocks: Vec<Terms>,
    pub is_or: bool,
    pub is_stopping: bool,
    /// Whether the history has to be looked at before it fires.
    pub has_history: bool,
    pub state: State,
}

/// Whether a rule takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    On,
    Off,
    GroupOff,
    Broken,
}

/// Rules that can be evaluated. Made by [`RuleSet::compile`]; shared by all threads; replaced as a whole when a rule changes.
#[derive(Debug, Clone)]
pub struct RuleSet {
    pub(crate) rules: Vec<Compiled>,
    /// The rules that take part, in order, by trigger.
    pub(crate) by_trigger: [Vec<u16>; 3],
    pub(crate) words: Vec<WordSlot>,
    pub(crate) numbers: Vec<Field>,
    pub(crate) texts: Vec<TextSlot>,
    pub(crate) labels: Vec<Box<str>>,
    /// The fields that conditions ask as lists of labels.
    pub(crate) listed: Vec<Field>,
    pub(crate) hours: Vec<(CalendarId, Hours)>,
    pub(crate) zone: TimeZone,
    pub(crate) identified_at: IdentifiedAt,
}

/// What [`RuleSet::compile_lenient`] gives.
#[derive(Debug, Clone)]
pub struct Compilation {
    /// The rules that are sound; the others are in it and never fire.
    pub rules: RuleSet,
    /// What is wrong with the others.
    pub problems: Vec<Problem>,
    /// What may not be meant.
    pub warnings: Vec<Warning>,
}

/// Collects what all rules share while they are compiled.
pub(crate) struct Builder<'s> {
    schema: &'s Schema,
    words: Vec<WordSlot>,
    numbers: Vec<Field>,
    texts: Vec<TextSlot>,
    labels: Vec<Box<str>>,
    hours: Vec<(CalendarId, Hours)>,
    literal_count: usize,
    regex_count: usize,
}

impl RuleSet {
    /// Compiles the rules of a workspace in their order. For saving: one problem refuses all.
    ///
    /// # Errors
    /// Every [`Problem`] of every rule, each with its place, what, why and what to do next: a deleted attribute, option,
    /// calendar, channel, user or group; a value of another type; a question that does not fit a field or a trigger; an
    /// expression that is none or too large; an unknown variable; more than a limit; a block that can never be true.
    ///
    /// ```
    /// use countersign_rules::{Rule, RuleSet, parse, schema::Schema};
    /// let body = parse(r#"{"name": "x", "trigger": "updated_case", "actions": [{"kind": "stop"}], "match": [
    ///     {"mode": "all", "conditions": [{"field": "case.status", "op": "is", "value": "open"},
    ///                                    {"field": "case.status", "op": "is", "value": "closed"}]}]}"#).unwrap();
    /// let rule = Rule { id: [7; 16].into(), body };
    /// let problems = RuleSet::compile(&[rule], &Schema::default()).unwrap_err();
    /// assert_eq!((problems[0].code, &*problems[0].pointer), ("never-true", "/match/0/conditions/1"));
    /// ```
    pub fn compile(rules: &[Rule], schema: &Schema) -> Result<(Self, Vec<Warning>), Vec<Problem>> {
        let done = Self::compile_lenient(rules, schema);
        if done.problems.is_empty() { Ok((done.rules, done.warnings)) } else { Err(done.problems) }
    }

    /// Compiles what is sound. For running: an attribute that was deleted later must not stop the other rules. A rule
    /// with a problem never fires, and traces say so.
    pub fn compile_lenient(rules: &[Rule], schema: &Schema) -> Compilation {
        let mut builder = Builder::new(schema);
        let (mut compiled, mut problems) = (Vec::new(), Vec::new());
        if rules.len() > RULES_MAX {
            let what = format!("There are {} rules; {RULES_MAX} are the most.", rules.len());
            problems.push(Problem::new(
                "",
                "too-many",
                what,
                "Delete rules that are off, or join some with `any` blocks.",
            ));
        }
        for (index, rule) in rules.iter().take(RULES_MAX).enumerate() {
            let mut found = Vec::new();
            compiled.push(builder.rule(rule, &mut found));
            let Builder { words, texts, numbers, .. } = &builder;
            check::contradiction::check(words, texts, numbers, &compiled[index], &mut found);
            if !found.is_empty() {
                compiled[index].state = State::Broken;
            }
            problems.extend(found.into_iter().map(|p| Problem { index, rule: Some(rule.id), ..p }));
        }
        let zone = builder.zone(&mut problems);
        let mut warnings = Vec::new();
        let Builder { words, texts, numbers, labels, .. } = &builder;
        check::always::check(words, &compiled, &mut warnings);
        check::shadow::check(words, &compiled, &mut warnings);
        check::cycle::check(words, numbers, texts, labels, &compiled, &mut warnings);
        check::repeat::check(words, numbers, labels, &compiled, &mut warnings);
        let rules = builder.finish(compiled, zone, &mut problems);
        Compilation { rules, problems, warnings }
    }

    /// How many rules it holds, those that are off among them.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The rules in their order.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &Rule> {
        self.rules.iter().map(|c| &c.rule)
    }

    /// A rule by id, with its place.
    pub fn find(&self, id: RuleId) -> Option<(usize, &Rule)> {
        self.rules().enumerate().find(|(_, rule)| rule.id == id)
    }

    /// Whether no rule that takes part waits for this trigger: nothing has to be looked up then.
    pub fn is_quiet(&self, trigger: Trigger) -> bool {
        self.by_trigger[trigger as usize].is_empty()
    }

    /// Whether conditions look at the profile's own fields besides name and kind; otherwise a snapshot may leave them out.
    pub fn needs_profile(&self) -> bool {
        self.fields().any(Field::is_of_profile)
    }

    /// Whether conditions look at attributes of the profile; otherwise a snapshot may leave them out.
    pub fn needs_attributes(&self) -> bool {
        self.fields().any(|field| matches!(field, Field::Attribute(AttributeLevel::Profile, ..)))
    }

    /// Whether conditions look at the customer's visit of the website; otherwise a snapshot may leave it out.
    pub fn needs_visit(&self) -> bool {
        self.fields().any(Field::is_of_visit)
    }

    /// Whether conditions look at all pages of that visit: their addresses or their categories.
    pub fn needs_pages(&self) -> bool {
        self.fields().any(Field::is_of_pages)
    }

    fn fields(&self) -> impl Iterator<Item = &Field> {
        let fields = self.words.iter().map(|w| &w.field).chain(&self.numbers);
        fields.chain(self.texts.iter().map(|t| &t.field)).chain(&self.listed)
    }

    /// Whether a rule looks at what fired before: *once per case*, a cool-down, a delay.
    pub fn needs_firings(&self) -> bool {
        self.rules.iter().any(|rule| rule.state == State::On && rule.has_history)
    }

    /// Whether a rule takes part; one that is wrong, off, or in a group that is off does not.
    pub fn takes_part(&self, index: usize) -> bool {
        self.rules.get(index).is_some_and(|rule| rule.state == State::On)
    }

    /// The delays of rules for existing cases, each once, in seconds.
    pub fn delays(&self) -> Vec<u32> {
        let rules = self.by_trigger[Trigger::ExistingCase as usize].iter();
        let mut delays: Vec<u32> =
            rules.filter_map(|at| self.rules[usize::from(*at)].rule.body.delay_secs).collect();
        delays.sort_unstable();
        delays.dedup();
        delays
    }

    /// The steps of a rule, ready to be carried out; the place as in [`RuleSet::rules`].
    pub fn steps(&self, index: usize) -> &[Step] {
        self.rules.get(index).map_or(&[], |c| &c.steps)
    }
}

impl<'s> Builder<'s> {
    fn new(schema: &'s Schema) -> Self {
        Self {
            schema,
            words: Vec::new(),
            numbers: Vec::new(),
            texts: Vec::new(),
            labels: Vec::new(),
            hours: Vec::new(),
            literal_count: 0,
            regex_count: 0,
        }
    }

    fn zone(&self, problems: &mut Vec<Problem>) -> TimeZone {
        if self.schema.time_zone.is_empty() {
            return TimeZone::UTC;
        }
        calendar::zone(&self.schema.time_zone).unwrap_or_else(|problem| {
            problems.push(Problem { pointer: String::new(), ..problem });
            TimeZone::UTC
        })
    }

    fn rule(&mut self, rule: &Rule, problems: &mut Vec<Problem>) -> Compiled {
        let body = &rule.body;
        check_body(rule, self.schema, problems);
        let mut blocks = Vec::new();
        for (at, block) in body.blocks.iter().take(BLOCKS_MAX).enumerate() {
            blocks.push(self.block(body.trigger, block, &format!("/match/{at}"), problems));
        }
        let mut steps = Vec::new();
        for (at, step) in body.actions.iter().take(ACTIONS_MAX).enumerate() {
            match Step::compile(step, self.schema) {
                Ok(step) => steps.push(step),
                Err(problem) => problems.push(problem.below(&format!("/actions/{at}"))),
            }
        }
        let state = match (body.enabled, self.schema.is_group_enabled(body.group)) {
            (false, _) => State::Off,
            (true, false) => State::GroupOff,
            (true, true) => State::On,
        };
        Compiled {
            rule: rule.clone(),
            is_stopping: steps.iter().any(Step::is_stop),
            steps,
            blocks,
            is_or: body.join == Join::Or,
            has_history: body.once_per_case || body.cooldown_secs.is_some() || body.delay_secs.is_some(),
            state,
        }
    }

    fn block(&mut self, trigger: Trigger, block: &Block, place: &str, problems: &mut Vec<Problem>) -> Terms {
        let mut terms = Vec::new();
        if block.conditions.is_empty() {
            let problem = Problem::new(
                place,
                "no-condition",
                "The block has no condition.",
                "Add one, or take the block out.",
            );
            problems.push(problem);
        }
        if block.conditions.len() > CONDITIONS_MAX {
            let what = format!("The block has more than {CONDITIONS_MAX} conditions.");
            problems.push(Problem::new(
                place,
                "too-many",
                what,
                "Use several values in one condition, or another block.",
            ));
        }
        for (at, condition) in block.conditions.iter().take(CONDITIONS_MAX).enumerate() {
            match self.condition(trigger, condition) {
                Ok(test) => terms.push(Term { test, place: at as u8 }),
                Err(problem) => problems.push(problem.below(&format!("{place}/conditions/{at}"))),
            }
        }
        Terms { is_all: block.mode == Mode::All, terms }
    }

    fn condition(&mut self, trigger: Trigger, condition: &Condition) -> Result<Test, Problem> {
        let field = Field::parse(&condition.field, self.schema).map_err(|p| p.below("/field"))?;
        let (op, value) = (condition.op, &condition.value);
        if !field.takes(op) {
            let fitting: Vec<&str> =
                Op::ALL.iter().filter(|op| field.takes(**op)).map(|op| op.as_str()).collect();
            let what = format!("`{}` does not fit `{}`.", op.as_str(), condition.field);
            return Err(Problem::new("/op", "wrong-op", what, format!("Ask {}.", word::one_of(&fitting))));
        }
        if trigger != Trigger::UpdatedCase && (op == Op::Changed || field == Field::Outcome) {
            let what = match op {
                Op::Changed => "Only rules for updated cases see what changed.".to_owned(),
                _ => "Only rules for updated cases see what became of a code.".to_owned(),
            };
            return Err(Problem::new(
                "/field",
                "wrong-trigger",
                what,
                "Make it a rule for `updated_case`, or take this condition out.",
            ));
        }
        match (op, field.family()) {
            (Op::Changed, _) => self.change(&field, value),
            (_, Family::Words(_) | Family::YesNo | Family::Level | Family::Id | Family::Choice) => {
                self.word(&field, op, value)
            }
            (_, Family::Text) => self.text(&field, op, value),
            (_, Family::Number | Family::Day | Family::Moment) => self.quantity(&field, op, value),
            (_, Family::Labels) => self.label(&field, op, value),
            (_, Family::Hours) => self.business_hours(op, value),
        }
    }

    fn finish(mut self, mut rules: Vec<Compiled>, zone: TimeZone, problems: &mut Vec<Problem>) -> RuleSet {
        for slot in &mut self.texts {
            if let Err(problem) = slot.finish() {
                problems.push(problem);
            }
        }
        let mut by_trigger: [Vec<u16>; 3] = Default::default();
        let mut listed: Vec<Field> = Vec::new();
        for (index, rule) in rules.iter_mut().enumerate() {
            for block in &mut rule.blocks {
                for term in &mut block.terms {
                    if let Test::Labels(test) = &term.test
                        && !listed.contains(&test.field)
                    {
                        listed.push(test.field.clone());
                    }
                    self.pack(&mut term.test);
                }
                block.terms.sort_by_key(|term| self.cost(&term.test));
            }
            if rule.state == State::On {
                by_trigger[rule.rule.body.trigger as usize].push(index as u16);
            }
        }
        let Self { words, numbers, texts, labels, hours, schema, .. } = self;
        RuleSet {
            rules,
            by_trigger,
            words,
            numbers,
            texts,
            labels,
            listed,
            hours,
            zone,
            identified_at: schema.identified_at,
        }
    }

    /// A set of words as bits, where all words of its slot have one.
    fn pack(&self, test: &mut Test) {
        if let Test::Set { slot, set } = test
            && self.words[usize::from(*slot)].len() <= 64
        {
            let mask = (0..64).filter(|v| set.contains(*v)).fold(0, |mask, v| mask | 1 << v);
            *test = Test::Mask { slot: *slot, mask };
        }
    }

    fn cost(&self, test: &Test) -> u8 {
        match test {
            Test::Mask { slot, .. } | Test::Set { slot, .. } => match self.words[usize::from(*slot)].field {
                Field::Hours(_) | Field::Weekday => 2,
                Field::Attribute(..) => 1,
                _ => 0,
            },
            Test::Number { .. } | Test::Labels(_) | Test::Changed(_) => 1,
            Test::Text { .. } => 3,
            Test::Regex { .. } => 4,
        }
    }
}

/// What can be said of a rule before its conditions and actions are looked at.
fn check_body(rule: &Rule, schema: &Schema, problems: &mut Vec<Problem>) {
    let body = &rule.body;
    let mut refuse = |place: &str, code: &'static str, what: String, hint: &str| {
        problems.push(Problem::new(place, code, what, hint));
    };
    if body.name.trim().is_empty() || body.name.chars().count() > NAME_MAX {
        refuse(
            "/name",
            "wrong-name",
            format!("A name has 1 to {NAME_MAX} characters."),
            "Name it by what it does.",
        );
    }
    if body.blocks.len() > BLOCKS_MAX {
        let what = format!("There are {} blocks; {BLOCKS_MAX} are the most.", body.blocks.len());
        refuse("/match", "too-many", what, "Split it into two rules.");
    }
    if body.actions.is_empty() {
        refuse("/actions", "no-action", "The rule does nothing.".to_owned(), "Add an action.");
    }
    if body.actions.len() > ACTIONS_MAX {
        let what = format!("There are {} actions; {ACTIONS_MAX} are the most.", body.actions.len());
        refuse("/actions", "too-many", what, "Split it into two rules.");
    }
    if let Some(group) = body.group
        && !schema.rule_groups.iter().any(|g| g.id == group)
    {
        let what = format!("There is no group of rules `{group}`; it may have been deleted.");
        refuse("/group", "unknown-id", what, "Choose one that is there, or none.");
    }
    if body.delay_secs.is_some() && body.trigger != Trigger::ExistingCase {
        let what = "Only rules for existing cases wait after the last message.".to_owned();
        refuse("/delay_secs", "wrong-trigger", what, "Take it out, or make it a rule for `existing_case`.");
    }
    for (place, secs) in [("/delay_secs", body.delay_secs), ("/cooldown_secs", body.cooldown_secs)] {
        if secs.is_some_and(|secs| secs == 0 || secs > SPAN_SECS_MAX) {
            let what = format!("It must lie between 1 and {SPAN_SECS_MAX} seconds (30 days).");
            refuse(place, "out-of-range", what, "Choose a time within it.");
        }
    }
}
