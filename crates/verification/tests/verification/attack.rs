//! Twenty agents and fifty callers who guess.
//!
//! The secret here has ten bits, half of what the linter asks for, so that guessing pays as soon as it is not held back: the
//! same attack without locks is the control.

use std::collections::BTreeMap;

use countersign_types::time::SECOND;
use countersign_types::{Pii, Timestamp, UserId};
use countersign_verification::Engagement;
use countersign_verification::engagement::{About, Effect, Event, Outcome, StopClass};
use countersign_verification::lock::{Alert, Failures, Tally, alert};
use countersign_verification::policy::{Answer, Judge, LockRule, Question};

use crate::world::{NOON, World, at, customer, profile, said, search, topic};

const AGENTS: u64 = 20;
const CALLERS: u64 = 50;
const TARGETS: u8 = 10;
const HONEST: u8 = 100;
const SECRETS: u64 = 1_024;

/// A small generator, the same on every run.
struct Rng(u64);

impl Rng {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}

fn user(n: u64) -> UserId {
    UserId::from_bytes([n as u8; 16])
}

fn secret(n: u8) -> String {
    format!("word{:04}", u64::from(n) * 37 % SECRETS)
}

struct Bank {
    world: World,
    failures: BTreeMap<u8, Failures>,
    agents: BTreeMap<u64, Tally>,
    team: Tally,
    alerts: Vec<(u64, Alert)>,
    decided: BTreeMap<u8, u32>,
    has_locks: bool,
}

impl Bank {
    fn open(has_locks: bool) -> Self {
        let mut world = World::new();
        world.policy.customer.required = vec![Question {
            field: "secret".into(),
            answer: Answer::Text,
            label: None,
            judge: Judge::Server,
            look_up: None,
            bits: 10,
            slips: 0,
        }];
        world.policy.customer.additional_minimum = 0;
        world.customers = (1..=TARGETS + HONEST)
            .map(|n| {
                let mut of = customer(n);
                of.values.insert("secret".into(), Pii::new(secret(n)));
                of
            })
            .collect();
        let (failures, agents) = (BTreeMap::new(), BTreeMap::new());
        Self {
            world,
            failures,
            agents,
            team: Tally::default(),
            alerts: Vec::new(),
            decided: BTreeMap::new(),
            has_locks,
        }
    }

    /// One session: whether it ended with *proceed*.
    fn session(&mut self, agent: u64, who: u8, guess: &str, now: Timestamp) -> bool {
        let failures = self.failures.entry(who).or_default().clone();
        self.world.now = now;
        self.world.engagement = Engagement::open([1; 32], now);
        self.world.effects.clear();
        self.world.customer(who).is_locked = self.has_locks && failures.is_locked(now);
        self.world.begin(About::Oneself).all([search()]);
        if self.world.apply(Event::Select(profile(who))).is_err() {
            return false;
        }
        self.world.all([said("secret", guess), Event::Finish]);
        *self.decided.entry(who).or_default() += 1;
        let is_failed = self.world.effects.iter().any(|effect| matches!(effect, Effect::Failed(..)));
        let failures = if is_failed {
            failures.record(user(agent), now, &LockRule::default())
        } else {
            failures.passed(now)
        };
        self.failures.insert(who, failures);
        let tally = self.agents.entry(agent).or_default();
        *tally = tally.record(now, is_failed);
        self.team = self.team.record(now, is_failed);
        self.alerts.extend(alert(tally, &self.team, now).map(|alert| (agent, alert)));
        matches!(self.world.engagement.outcome(), Some(Outcome::Proceed { .. }))
    }
}

/// A day: every ten minutes each caller guesses at some target with some agent; honest customers call once, and one in ten
/// of them says it wrongly first.
fn day(has_locks: bool) -> (Bank, usize, usize) {
    let (mut bank, mut rng) = (Bank::open(has_locks), Rng(20_261_123));
    let calls: Vec<u64> = (0..HONEST).map(|_| rng.below(142)).collect();
    let (mut breaches, mut served) = (0, 0);
    for slot in 0..144u64 {
        let now = |rng: &mut Rng| at(NOON + (slot * 600 + rng.below(600)) as i64);
        for _ in 0..CALLERS {
            let target = 1 + rng.below(TARGETS.into()) as u8;
            let guess = format!("word{:04}", rng.below(SECRETS));
            let (agent, now) = (rng.below(AGENTS), at(NOON + (slot * 600) as i64));
            breaches += usize::from(bank.session(agent, target, &guess, now));
        }
        for (n, call) in calls.iter().enumerate().filter(|(_, call)| **call == slot || **call + 1 == slot) {
            let who = TARGETS + 1 + n as u8;
            let is_wrong = n % 10 == 0 && *call == slot;
            let is_due = *call == slot || n % 10 == 0;
            if is_due {
                let (agent, now) = (rng.below(AGENTS), now(&mut rng));
                let words = if is_wrong { "something else".to_owned() } else { secret(who) };
                served += usize::from(bank.session(agent, who, &words, now));
            }
        }
    }
    (bank, breaches, served)
}

#[test]
fn v_2_twenty_agents_and_fifty_callers_guessing_are_locked_out_and_honest_customers_are_not() {
    let (bank, breaches, served) = day(true);
    assert_eq!(breaches, 0);
    for target in 1..=TARGETS {
        // Three guesses in a day, whoever made them, of the seven hundred that were tried.
        assert_eq!(bank.decided[&target], 3, "{target}");
        assert!(bank.failures[&target].is_locked(at(NOON + 3_600)));
    }
    assert_eq!(served, usize::from(HONEST), "every honest customer was served");
    for who in TARGETS + 1..=TARGETS + HONEST {
        assert!(!bank.failures[&who].is_locked(at(NOON + 86_400)));
    }
}

#[test]
fn v_2_the_same_attack_without_locks_gets_through() {
    let (_, breaches, _) = day(false);
    assert!(breaches > 0, "the attack is no attack");
}

#[test]
fn v_2_an_agent_who_guesses_over_many_customers_is_told_of_and_the_others_are_not() {
    let (mut bank, mut rng) = (Bank::open(true), Rng(7));
    let (mut told_after, mut guesses) = (None, 0u32);
    for n in 0..60u64 {
        let now = at(NOON + n as i64 * 60);
        // The others have a conversation every five minutes.
        for agent in (1..AGENTS).filter(|agent| agent % 5 == n % 5) {
            let who = TARGETS + 1 + (n * AGENTS + agent) as u8 % HONEST;
            let is_slip = rng.below(40) == 0;
            let words = if is_slip { "something else".to_owned() } else { secret(who) };
            bank.session(agent, who, &words, now);
        }
        // Agent 0 goes from customer to customer before any is locked.
        if told_after.is_none() {
            guesses += 1;
            bank.session(0, 1 + (n % u64::from(TARGETS)) as u8, "word9999", now);
            told_after = bank.alerts.iter().any(|(agent, _)| *agent == 0).then_some(guesses);
        }
    }
    assert!(told_after.is_some_and(|guesses| guesses <= 10), "{told_after:?}");
    assert!(bank.alerts.iter().all(|(agent, _)| *agent == 0), "{:?}", bank.alerts);
}

#[test]
fn v_2_sessions_opened_side_by_side_before_the_lock_are_not_decided_after_it() {
    let bank = Bank::open(true);
    let now = at(NOON);
    let mut sessions: Vec<World> = (0..AGENTS)
        .map(|_| {
            let mut world = bank.world.clone();
            world.engagement = Engagement::open([1; 32], now);
            world.all([Event::ChooseTopic(topic("balance"))]).begin(About::Oneself).pick(1);
            world
        })
        .collect();
    let (mut failures, mut stops) = (Failures::default(), Vec::new());
    for (agent, world) in sessions.iter_mut().enumerate() {
        world.customer(1).is_locked = failures.is_locked(now.plus(SECOND));
        // The last one even knows the answer.
        let words = if agent as u64 == AGENTS - 1 { secret(1) } else { "word9999".to_owned() };
        world.all([said("secret", &words), Event::Finish]);
        if world.effects.iter().any(|effect| matches!(effect, Effect::Failed(..))) {
            failures = failures.record(user(agent as u64), now, &LockRule::default());
        }
        let Some(Outcome::Stop { class, .. }) = world.engagement.outcome() else { panic!("it proceeds") };
        stops.push(*class);
    }
    assert_eq!(stops.iter().filter(|class| **class == StopClass::NotVerified).count(), 3);
    assert!(stops[3..].iter().all(|class| *class == StopClass::Locked));
}
