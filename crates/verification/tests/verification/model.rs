//! Random walks through the state machine, held against what a ledger of the steps says (V-5).
//!
//! The ledger knows which answers were right because it chose them, and which mandate is good because it changed it. It
//! shares nothing with the state machine but the order of steps.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use countersign_types::{Assurance, Timestamp};
use countersign_verification::Engagement;
use countersign_verification::engagement::{
    About, Event, LookedUp, Outcome, Reply, Role, Stage, Standing, StepName, Topic,
};
use countersign_verification::mandate::Scope;
use countersign_verification::policy::{Answer, Judge, MandateRule, Policy, Question};
use countersign_verification::result::{Decision, claims};
use proptest::prelude::*;
use proptest::test_runner::{TestRng, TestRunner};

use crate::world::{NOON, World, answer_of, at, profile, said, search, strong, topic};

/// What one step of a walk tries.
#[derive(Debug, Clone)]
enum Try {
    /// What leads on, answered rightly or not.
    Next {
        is_right: bool,
    },
    Topic(u8),
    About(bool),
    Search,
    Select(u8),
    Answer {
        field: u8,
        is_right: bool,
    },
    Reply(u8, u8),
    Finish,
    Evidence(u8),
    Mandate(bool),
    Back(u8),
    End,
    Expire,
    /// The world changes.
    Time(i64),
    MandateChanges(u8),
    Standing(u8, bool),
    Lock(u8, bool),
    Related(u8),
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let one = prop_oneof![
        60 => prop::bool::weighted(0.93).prop_map(|is_right| Try::Next { is_right }),
        1 => (0u8..4).prop_map(Try::Topic),
        1 => any::<bool>().prop_map(Try::About),
        1 => Just(Try::Search),
        2 => (1u8..=5).prop_map(Try::Select),
        3 => (0u8..5, any::<bool>()).prop_map(|(field, is_right)| Try::Answer { field, is_right }),
        1 => (0u8..5, 0u8..5).prop_map(|(field, reply)| Try::Reply(field, reply)),
        1 => Just(Try::Finish),
        1 => (1u8..=4).prop_map(Try::Evidence),
        1 => any::<bool>().prop_map(Try::Mandate),
        2 => (0u8..5).prop_map(Try::Back),
        1 => prop::bool::weighted(0.1).prop_map(|end| if end { Try::End } else { Try::Expire }),
        2 => (-100i64..1_000).prop_map(Try::Time),
        1 => (0u8..7).prop_map(Try::MandateChanges),
        1 => (1u8..=4, prop::bool::weighted(0.7)).prop_map(|(who, is_live)| Try::Standing(who, is_live)),
        1 => (1u8..=4, any::<bool>()).prop_map(|(who, is_locked)| Try::Lock(who, is_locked)),
        1 => (0u8..=6).prop_map(Try::Related),
    ];
    prop::collection::vec(one, 20..70)
}

fn worlds() -> impl Strategy<Value = World> {
    (any::<bool>(), any::<bool>(), any::<bool>(), 0u8..3).prop_map(|(required, strong, look_up, minimum)| {
        let mut world = World::new();
        // Reading phone numbers is slow without optimisation, and says nothing about the order of steps.
        for party in [&mut world.policy.customer].into_iter().chain(&mut world.policy.representative) {
            party.additional[0].answer = Answer::Text;
        }
        world.policy.mandate = if required { MandateRule::Required } else { MandateRule::NotRequired };
        world.policy.customer.strong_evidence_replaces = strong;
        world.policy.customer.additional_minimum = minimum;
        if look_up {
            world.policy.customer.required.push(Question {
                field: "contract".into(),
                answer: Answer::Text,
                label: None,
                judge: Judge::Server,
                look_up: Some("lku_1".into()),
                bits: 20,
                slips: 0,
            });
        }
        world
    })
}

/// What the ledger knows of one party.
#[derive(Default, Clone)]
struct Known {
    profile: Option<u8>,
    right: BTreeSet<String>,
    is_passed: bool,
    passed_at: i64,
}

#[derive(Default)]
struct Ledger {
    topic: Option<Topic>,
    about: Option<About>,
    parties: BTreeMap<Role, Known>,
    mandate: bool,
}

impl Ledger {
    fn forget(&mut self, roles: &[Role]) {
        roles.iter().for_each(|role| drop(self.parties.remove(role)));
    }

    /// Writes down an accepted step, in words of its own.
    fn write(&mut self, event: &Event, is_right: bool, role: Role, policy: &Policy, now: Timestamp) {
        use Role::{Customer, Representative};
        let number = |id| (1..=5).find(|n| profile(*n) == id);
        match event {
            Event::ChooseTopic(topic) => *self = Self { topic: Some(topic.clone()), ..Self::default() },
            Event::ChooseAbout(about) => {
                *self = Self { topic: self.topic.take(), about: Some(*about), ..Self::default() };
            }
            Event::Select(id) => {
                self.parties.insert(role, Known { profile: number(*id), ..Known::default() });
            }
            Event::Answer(field, _) => {
                let right = &mut self.parties.entry(role).or_default().right;
                if is_right {
                    right.insert(field.clone())
                } else {
                    right.remove(field)
                };
            }
            Event::Finish => {
                let rules = match role {
                    Customer => &policy.customer,
                    Representative => policy.representative.as_ref().unwrap(),
                };
                let known = self.parties.entry(role).or_default();
                let is_right = |question: &&Question| known.right.contains(&question.field);
                let additional = rules.additional.iter().filter(is_right).count();
                known.is_passed = rules.required.iter().all(|question| is_right(&question))
                    && additional >= usize::from(rules.additional_minimum);
                known.passed_at = now.as_micros();
            }
            Event::Evidence(id, _) => {
                let known = self.parties.entry(role).or_default();
                known.is_passed = known.profile == number(*id);
                known.passed_at = now.as_micros();
            }
            Event::ChooseMandate(_) => {
                self.mandate = true;
                self.forget(&[Customer]);
            }
            Event::Back(StepName::Customer) => self.forget(&[Customer]),
            Event::Back(StepName::Mandate) => (self.mandate, _) = (false, self.forget(&[Customer])),
            Event::Back(StepName::Representative) => {
                (self.mandate, _) = (false, self.forget(&[Customer, Representative]));
            }
            Event::Back(StepName::About) => *self = Self { topic: self.topic.take(), ..Self::default() },
            Event::Back(StepName::Topic) => *self = Self::default(),
            Event::Search(..) | Event::End | Event::Expire => {}
        }
    }

    /// Whether *proceed* is right in this world.
    fn check_proceed(&self, world: &World, level: Assurance, now: Timestamp) {
        let customer = &self.parties[&Role::Customer];
        assert!(customer.is_passed, "the customer was not verified");
        assert!(level == Assurance::Al2 || level == Assurance::Al3);
        let live = |n: Option<u8>| {
            world
                .customers
                .iter()
                .any(|of| Some(of.profile) == n.map(profile) && of.standing == Standing::Live)
        };
        assert!(live(customer.profile));
        if self.about != Some(About::SomebodyElse) {
            return;
        }
        let representative = &self.parties[&Role::Representative];
        assert!(representative.is_passed, "the representative was not verified");
        assert!(representative.profile != customer.profile && live(representative.profile));
        assert!(now.as_micros() - representative.passed_at < 3_600_000_000, "too long ago");
        assert_eq!(level, Assurance::Al2, "whoever is represented was asked questions");
        if world.policy.mandate == MandateRule::Required || self.mandate {
            assert!(self.mandate, "no mandate was chosen");
            let mandate = world.mandate.as_ref().expect("the mandate is there");
            assert_eq!(Some(mandate.representative), representative.profile.map(profile));
            assert_eq!(Some(mandate.represented), customer.profile.map(profile));
            assert!(mandate.granted_by.is_none_or(|by| by == mandate.represented));
            let Scope::Topics(topics) = &mandate.scope else { panic!("nobody made one of all topics") };
            assert!(topics.contains(&self.topic.as_ref().unwrap().key));
            assert!(mandate.valid_from <= now);
            assert!(mandate.valid_until.is_none_or(|until| now < until));
            assert!(mandate.revoked_at.is_none_or(|at| now < at));
        }
    }
}

const FIELDS: [&str; 5] = ["name", "birth_date", "phone", "postcode", "contract"];

fn answered(world: &World, field: &str, is_right: bool) -> Event {
    if field == "contract" {
        let reply = if is_right { LookedUp::Yes } else { LookedUp::No };
        return Event::Answer(field.into(), Reply::LookedUp(reply));
    }
    let selected = world.engagement.progress().profile;
    let who = (1..=4).find(|n| Some(profile(*n)) == selected).unwrap_or(1);
    said(field, &answer_of(if is_right { who } else { who % 4 + 1 }, field))
}

/// The events of one try, each with whether its answer is right; changes of the world are made at once.
fn events(one: &Try, world: &mut World) -> Vec<(Event, bool)> {
    let plain = |event| vec![(event, false)];
    match one {
        Try::Next { is_right } => next(world, *is_right),
        Try::Topic(0) => plain(Event::ChooseTopic(Topic { is_confidential: false, ..topic("hours") })),
        Try::Topic(n) => {
            plain(Event::ChooseTopic(topic(["balance", "payment", "statement"][usize::from(n - 1)])))
        }
        Try::About(true) => plain(Event::ChooseAbout(About::SomebodyElse)),
        Try::About(false) => plain(Event::ChooseAbout(About::Oneself)),
        Try::Search => plain(search()),
        Try::Select(n) => plain(Event::Select(profile(*n))),
        Try::Answer { field, is_right } => {
            vec![(answered(world, FIELDS[usize::from(*field)], *is_right), *is_right)]
        }
        Try::Reply(field, reply) => {
            let field = FIELDS[usize::from(*field)];
            let reply = match reply {
                0 => Reply::Skip,
                1 => Reply::Ticked(true),
                2 => Reply::LookedUp(LookedUp::Yes),
                3 => Reply::LookedUp(LookedUp::Unavailable),
                _ => Reply::LookedUp(LookedUp::No),
            };
            // Only a look-up's own question takes its yes.
            let is_right = field == "contract" && reply == Reply::LookedUp(LookedUp::Yes);
            vec![(Event::Answer(field.into(), reply), is_right)]
        }
        Try::Finish => plain(Event::Finish),
        Try::Evidence(n) => plain(strong(profile(*n), world.now)),
        Try::Mandate(is_known) => {
            plain(Event::ChooseMandate(if *is_known { "mnd_1" } else { "mnd_9" }.into()))
        }
        Try::Back(n) => {
            let steps = [
                StepName::Topic,
                StepName::About,
                StepName::Representative,
                StepName::Mandate,
                StepName::Customer,
            ];
            plain(Event::Back(steps[usize::from(*n)]))
        }
        Try::End => plain(Event::End),
        Try::Expire => plain(Event::Expire),
        _ => {
            change(one, world);
            Vec::new()
        }
    }
}

fn next(world: &World, is_right: bool) -> Vec<(Event, bool)> {
    let event = match world.engagement.stage() {
        Stage::Topic => Event::ChooseTopic(topic("balance")),
        Stage::About => Event::ChooseAbout(About::SomebodyElse),
        Stage::Search | Stage::Evidence => {
            let who = if world.engagement.role() == Role::Representative { 2 } else { 1 };
            return vec![(search(), false), (Event::Select(profile(who)), false)];
        }
        Stage::Mandate => Event::ChooseMandate("mnd_1".into()),
        Stage::Questions => {
            let questions = world.engagement.progress().questions;
            let all: Vec<_> = questions
                .iter()
                .filter(|(_, is_answered)| !is_answered)
                .map(|(field, _)| (answered(world, field, is_right), is_right))
                .collect();
            return if all.is_empty() { vec![(Event::Finish, false)] } else { all };
        }
        Stage::Done => Event::End,
    };
    vec![(event, false)]
}

fn change(one: &Try, world: &mut World) {
    match one {
        Try::Time(secs) => world.now = world.now.plus(secs * 1_000_000),
        Try::MandateChanges(n) => {
            let now = world.now;
            let Some(of) = &mut world.mandate else { return };
            match n {
                0 => of.revoked_at = Some(now),
                1 => of.valid_until = Some(now.plus(60_000_000)),
                2 => of.scope = Scope::Topics(["statement".to_owned()].into()),
                3 => of.granted_by = Some(profile(3)),
                4 => of.represented = profile(3),
                5 => world.mandate = None,
                _ => *of = crate::world::mandate(2, 1),
            }
        }
        Try::Standing(who, is_live) => {
            world.customer(*who).standing = if *is_live { Standing::Live } else { Standing::Merged };
        }
        Try::Lock(who, is_locked) => world.customer(*who).is_locked = *is_locked,
        Try::Related(who) => world.related = vec![profile(*who)],
        _ => {}
    }
}

#[derive(Debug, Default)]
struct Reached {
    proceeds: usize,
    for_others: usize,
    with_mandate: usize,
    stops: usize,
    not_needed: usize,
    refusals: BTreeSet<&'static str>,
}

fn walk(mut world: World, tries: &[Try], reached: &RefCell<Reached>) {
    let mut ledger = Ledger::default();
    // A clock that steps back takes nothing back.
    let mut latest = at(NOON);
    let mut accepted: Vec<(World, Event)> = Vec::new();
    for one in tries {
        for (event, is_right) in events(one, &mut world) {
            let before = world.clone();
            let (role, levels) = (world.engagement.role(), levels(&world.engagement));
            match world.apply(event.clone()) {
                Err(refusal) => {
                    assert_eq!(world.engagement, before.engagement, "a refusal changes nothing");
                    assert_eq!(world.effects, before.effects);
                    reached.borrow_mut().refusals.insert(refusal.code());
                }
                Ok(()) => {
                    assert_eq!(world.engagement.revision(), before.engagement.revision() + 1);
                    // Evidence and the last answer are all that raises a level.
                    if !matches!(event, Event::Finish | Event::Evidence(..)) {
                        let after = self::levels(&world.engagement);
                        assert!(after.0 <= levels.0 && after.1 <= levels.1, "{event:?} raised a level");
                    }
                    latest = latest.max(before.now);
                    ledger.write(&event, is_right, role, &before.policy, latest);
                    accepted.push((before, event));
                }
            }
            check_outcome(&world, &ledger, latest, reached);
        }
        if world.engagement.outcome().is_some() {
            break;
        }
    }
    // Without the refused steps it comes to the same.
    let mut again = Engagement::open([3; 32], at(NOON));
    for (world, event) in accepted {
        let world = World { engagement: again, ..world };
        again = world.try_apply(event).expect("it was accepted before").0;
    }
    assert_eq!(again, world.engagement);
}

fn levels(of: &Engagement) -> (Assurance, Assurance) {
    let level = |role| of.party(role).pass().map_or(Assurance::Al0, |pass| pass.level);
    (level(Role::Representative), level(Role::Customer))
}

fn check_outcome(world: &World, ledger: &Ledger, latest: Timestamp, reached: &RefCell<Reached>) {
    let claims = claims(&world.engagement, ("t_1", "eng_1"), "bank", world.now);
    let mut reached = reached.borrow_mut();
    match world.engagement.outcome() {
        None => {
            assert!(claims.is_none() && !world.engagement.may_proceed(world.now, world.mandate.as_ref()));
        }
        Some(Outcome::Proceed { level, until, .. }) => {
            ledger.check_proceed(world, *level, latest);
            assert!(*until > world.now && claims.is_some_and(|claims| claims.decision == Decision::Proceed));
            reached.proceeds += 1;
            reached.for_others += usize::from(ledger.about == Some(About::SomebodyElse));
            reached.with_mandate += usize::from(ledger.mandate);
        }
        Some(outcome) => {
            let is_stop = matches!(outcome, Outcome::Stop { .. });
            let claims = claims.unwrap();
            assert_eq!((claims.level, claims.customer), (Assurance::Al0, None));
            assert_eq!(claims.decision, if is_stop { Decision::Stop } else { Decision::NotNeeded });
            assert!(!world.engagement.may_proceed(world.now, world.mandate.as_ref()));
            assert!(is_stop || !ledger.topic.as_ref().unwrap().is_confidential);
            reached.stops += usize::from(is_stop);
            reached.not_needed += usize::from(!is_stop);
        }
    }
}

#[test]
fn v_5_no_sequence_of_steps_proceeds_for_somebody_else_without_both_passes_and_a_covering_mandate() {
    let config = ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() };
    let rng = TestRng::deterministic_rng(config.rng_algorithm);
    let reached = RefCell::new(Reached::default());
    let run = TestRunner::new_with_rng(config, rng).run(&(worlds(), tries()), |(world, tries)| {
        walk(world, &tries, &reached);
        Ok(())
    });
    if let Err(why) = run {
        panic!("{why}");
    }
    // The walks went far enough for this to say something.
    let reached = reached.into_inner();
    assert!(reached.for_others > 40 && reached.with_mandate > 20 && reached.proceeds > 50, "{reached:?}");
    assert!(reached.stops > 60 && reached.not_needed > 3, "{reached:?}");
    assert!(reached.refusals.len() >= 14, "{:?}", reached.refusals);
}
