//! Storms end (R-1) and loops end (R-2), with whatever rules.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_rules::limits::{Conversation, DAY_MAX, FAST_SPAN, Held, Reply, text_key};
use countersign_rules::model::Trigger;
use countersign_rules::scenario::{Language, chat_identification};
use countersign_rules::schema::Schema;
use countersign_rules::snapshot::{CHAIN_MAX, Firing};
use countersign_rules::testing::generate::{rules, schema};
use countersign_rules::testing::{HappenedWord, NOW, Rng, Scene};
use countersign_rules::{Action, Rule, RuleSet};
use countersign_types::case::{CaseStatus, ChatState};
use countersign_types::code::{Invalid, Outcome};
use countersign_types::time::{DAY, MINUTE, SECOND};
use countersign_types::{RuleId, Timestamp};
use proptest::prelude::*;

fn id(n: u8) -> RuleId {
    RuleId::from_bytes([n; 16])
}

fn reply(at: Timestamp, rule: u8, outcome: Outcome, text: &str, pass: u64) -> Reply {
    Reply::new(at, id(rule), Some(outcome), text_key(text), pass)
}

#[test]
fn r_1_request_not_sent_invalid_and_valid_all_get_their_answer() {
    let mut conversation = Conversation::default();
    let outcomes = [Outcome::NotSent, Outcome::NotSent, Outcome::Invalid(Invalid::Expired), Outcome::Valid];
    for (n, outcome) in outcomes.into_iter().enumerate() {
        let at = NOW.plus(n as i64 * SECOND);
        conversation.inbound(at, Some(outcome));
        assert_eq!(
            conversation.take(reply(at, n as u8, outcome, &n.to_string(), n as u64)),
            Ok(()),
            "{outcome:?}"
        );
    }
}

#[test]
fn r_1_a_rule_does_not_reply_twice_within_a_minute() {
    let mut conversation = Conversation::default();
    let at = |secs: i64| NOW.plus(secs * SECOND);
    assert_eq!(conversation.take(reply(at(0), 1, Outcome::NotSent, "a", 0)), Ok(()));
    assert_eq!(
        conversation.take(reply(at(0), 1, Outcome::NotSent, "b", 0)),
        Ok(()),
        "two messages of one pass"
    );
    assert_eq!(conversation.take(reply(at(59), 1, Outcome::NotSent, "c", 1)), Err(Held::SameRule));
    assert_eq!(
        conversation.take(reply(at(-500), 1, Outcome::NotSent, "c", 2)),
        Err(Held::SameRule),
        "a clock that steps back"
    );
    assert_eq!(conversation.take(reply(at(60), 1, Outcome::NotSent, "c", 3)), Ok(()));
}

#[test]
fn r_1_three_replies_count_in_ten_minutes_and_ten_in_a_day() {
    let mut conversation = Conversation::default();
    let mut try_at = |secs: i64, text: &str| {
        conversation.take(reply(NOW.plus(secs * SECOND), 1, Outcome::NotSent, text, secs as u64))
    };
    assert!((0..4).all(|n| try_at(n * 61, &n.to_string()).is_ok()), "the first of a rule does not count");
    assert_eq!(try_at(4 * 61, "4"), Err(Held::TooMany));
    let later = (1..30).filter(|n| try_at(n * 1_000, &format!("later {n}")).is_ok()).count();
    assert_eq!(4 + later, DAY_MAX);
    assert_eq!(try_at(30_000, "more"), Err(Held::TooManyToday));
    assert_eq!(try_at(90_000, "the next day"), Ok(()));
}

#[test]
fn r_1_the_same_text_is_said_twice() {
    let mut conversation = Conversation::default();
    let mut say = |n: i64, rule: u8| {
        conversation.take(reply(NOW.plus(n * 700 * SECOND), rule, Outcome::NotSent, "same", n as u64))
    };
    assert_eq!((say(0, 1), say(1, 2), say(2, 3)), (Ok(()), Ok(()), Err(Held::SameText)));
}

#[test]
fn r_1_a_person_who_writes_several_lines_is_no_machine() {
    let mut conversation = Conversation::default();
    assert_eq!(conversation.take(reply(NOW, 1, Outcome::NotSent, "ask", 0)), Ok(()));
    for n in 1..4 {
        conversation.inbound(NOW.plus(n * SECOND / 4), Some(Outcome::NotSent));
    }
    assert_eq!(conversation.take(reply(NOW.plus(SECOND), 2, Outcome::NotSent, "more", 1)), Ok(()));
}

#[test]
fn r_1_the_state_reads_back_as_json() {
    let mut conversation = Conversation::default();
    for n in 0..15 {
        conversation.inbound(NOW.plus(n * 1_000 * SECOND), Some(Outcome::NotSent));
        let _ = conversation.take(reply(
            NOW.plus(n * 1_000 * SECOND),
            n as u8,
            Outcome::Valid,
            &n.to_string(),
            n as u64,
        ));
    }
    assert_eq!(conversation.len(), DAY_MAX);
    let json = serde_json::to_string(&conversation).unwrap();
    assert_eq!(serde_json::from_str::<Conversation>(&json).unwrap(), conversation);
}

/// One server with its rules and the one conversation it has with the other.
struct Server {
    set: RuleSet,
    scene: Scene,
    conversation: Conversation,
    firings: Vec<Firing>,
    is_begun: bool,
    pass: u64,
}

impl Server {
    fn new(list: &[Rule], schema: &Schema) -> Self {
        Self::with(RuleSet::compile_lenient(list, schema).rules)
    }

    fn with(set: RuleSet) -> Self {
        let (scene, conversation) = (Scene::message(""), Conversation::default());
        Self { set, scene, conversation, firings: Vec::new(), is_begun: false, pass: 0 }
    }

    /// Takes a message that does not say that a machine wrote it; gives the answers.
    fn receive(&mut self, text: &str, at: Timestamp) -> Vec<String> {
        self.pass += 1;
        let happened = if self.is_begun { HappenedWord::Message } else { HappenedWord::NewCase };
        let message = Scene::message(text).message;
        self.scene = Scene {
            happened,
            message,
            at,
            seed: self.pass,
            firings: self.firings.clone(),
            ..self.scene.clone()
        };
        self.is_begun = true;
        self.conversation.inbound(at, Some(Outcome::NotSent));
        let mut said = Vec::new();
        let evaluation = self.scene.ask(|snapshot, occasion| self.set.evaluate(snapshot, occasion));
        self.firings.extend(evaluation.firings(&self.set, at));
        for decision in evaluation.decisions(&self.set) {
            let variant = decision.action().variants().get(decision.variant);
            if let Some(text) = variant {
                let reply =
                    Reply::new(at, decision.rule.id, Some(Outcome::NotSent), text_key(text), self.pass);
                if self.conversation.take(reply).is_ok() {
                    said.push(text.clone());
                }
            }
            apply(&mut self.scene, decision.action());
        }
        if self.scene.status == CaseStatus::Closed {
            (self.is_begun, self.scene.status) = (false, CaseStatus::Open);
        }
        said
    }
}

/// What an action does to the next snapshot.
fn apply(scene: &mut Scene, action: &Action) {
    use countersign_rules::testing::Held as Value;
    match action {
        Action::EndChat { status } => (scene.status, scene.chat) = (*status, ChatState::Ended),
        Action::SetStatus { status } => scene.status = *status,
        Action::SetPriority { priority } => scene.priority = *priority,
        Action::AssignAgent { agent } => scene.assignee = Some(*agent),
        Action::AddLabels { labels } => scene.labels.extend(labels.iter().cloned()),
        Action::SetAttribute { field, value } => {
            let value = value.as_str().map_or(Value::Empty, |text| Value::Text(text.to_owned()));
            *scene = scene.clone().with(field.level, &field.key, value);
        }
        _ => {}
    }
}

/// Plays two servers that answer each other; gives how many messages they sent.
fn converse(mut a: Server, mut b: Server, waits: impl Fn(usize) -> i64, most: usize) -> usize {
    let (mut at, mut count) = (NOW, 0);
    let mut open: std::collections::VecDeque<(bool, String)> = [(true, "hello".to_owned())].into();
    while let Some((is_for_a, text)) = open.pop_front() {
        at = at.plus(waits(count));
        let said = if is_for_a { a.receive(&text, at) } else { b.receive(&text, at) };
        count += said.len();
        assert!(count <= most, "{count} messages, and no end");
        open.extend(said.into_iter().map(|text| (!is_for_a, text)));
    }
    count
}

/// Rules that answer each message with one at most: what a server says at once in two messages is two answers.
fn answering_once(rng: &mut Rng) -> Vec<Rule> {
    let mut list = rules(rng, 12);
    for rule in &mut list {
        if let Some(at) = rule.body.actions.iter().position(Action::is_reply) {
            let one = rule.body.actions[at].clone();
            rule.body.actions.retain(|action| !action.is_reply());
            rule.body.actions.extend([one, Action::Stop {}]);
        }
    }
    list
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn r_1_two_servers_that_answer_each_other_stop_after_four_messages(seed: u64) {
        let (mut rng, schema) = (Rng(seed), schema());
        let (a, b) = (answering_once(&mut rng), answering_once(&mut rng));
        let within = |_: usize| FAST_SPAN / 4;
        let count = converse(Server::new(&a, &schema), Server::new(&b, &schema), within, 4);
        prop_assert!(count <= 4);
    }

    #[test]
    fn r_1_two_servers_end_however_slowly_and_with_whatever_they_answer(seed: u64, secs in 0_i64..4_000) {
        let (mut rng, schema) = (Rng(seed), schema());
        let (a, b) = (rules(&mut rng, 12), rules(&mut rng, 12));
        // Within a day neither sends more than ten; when both have been silent, nothing begins again.
        let wait = move |n: usize| if n < 20 { secs * SECOND } else { 0 };
        converse(Server::new(&a, &schema), Server::new(&b, &schema), wait, 2 * DAY_MAX);
    }

    #[test]
    fn r_2_random_rule_sets_always_end(seed: u64) {
        let (mut rng, schema) = (Rng(seed), schema());
        let list = rules(&mut rng, 20);
        let set = RuleSet::compile_lenient(&list, &schema).rules;
        let mut scene = countersign_rules::testing::generate::scene(&mut rng);
        scene.chain = countersign_rules::Chain::default();
        let mut passes = 0;
        loop {
            let evaluation = scene.ask(|snapshot, occasion| set.evaluate(snapshot, occasion));
            if evaluation.fired().len() == 0 {
                break;
            }
            passes += 1;
            prop_assert!(passes <= usize::from(CHAIN_MAX));
            let ids = evaluation.firings(&set, scene.at).into_iter().map(|f| f.rule).collect::<Vec<_>>();
            prop_assert!(ids.iter().all(|id| !scene.chain.fired.contains(id)), "no rule fires twice in a chain");
            for decision in evaluation.decisions(&set) {
                apply(&mut scene, decision.action());
            }
            scene.chain = scene.chain.after(ids);
            scene.happened = HappenedWord::Change;
        }
    }
}

#[test]
fn r_1_two_servers_with_the_scenario_stop_in_every_language_and_at_any_pace() {
    let compiled = |language: &Language| {
        let scenario = chat_identification(*language, None);
        let schema = Schema { attributes: vec![scenario.attribute.definition()], ..Schema::default() };
        let bodies = scenario.rules.into_iter().enumerate();
        let list: Vec<Rule> = bodies.map(|(n, body)| Rule { id: id(n as u8), body }).collect();
        RuleSet::compile(&list, &schema).unwrap().0
    };
    let sets: Vec<RuleSet> = Language::ALL.iter().map(compiled).collect();
    for (n, one) in sets.iter().enumerate() {
        for (m, other) in sets.iter().enumerate() {
            for secs in [0, 1, 5, 61, 700] {
                // Slow ones end by the same text, which is said twice an hour.
                let most = if secs < 2 || n == m { 4 } else { 6 };
                converse(Server::with(one.clone()), Server::with(other.clone()), |_| secs * SECOND, most);
            }
        }
    }
}

#[test]
fn r_1_what_a_machine_wrote_never_triggers() {
    let body = countersign_rules::parse(
        r#"{"name": "x", "trigger": "updated_case", "actions": [{"kind": "stop"}]}"#,
    )
    .unwrap();
    assert_eq!(body.trigger, Trigger::UpdatedCase);
    let (set, _) = RuleSet::compile(&[Rule { id: id(1), body }], &Schema::default()).unwrap();
    let fires = |scene: &Scene| scene.ask(|s, o| set.evaluate(s, o)).fired().len();
    assert_eq!(fires(&Scene::message("hi")), 1);
    use countersign_types::message::AuthorKind::{Api, Rule as ByRule, System, User};
    for (author, is_automatic, expected) in
        [(User, false, 1), (User, true, 0), (Api, false, 0), (ByRule, false, 0), (System, false, 0)]
    {
        let mut scene = Scene::message("hi");
        let said = scene.message.as_mut().unwrap();
        (said.author, said.is_automatic) = (author, is_automatic);
        assert_eq!(fires(&scene), expected, "{author:?}");
    }
}

#[test]
fn existing_cases_are_looked_at_for_thirty_days_and_reminders_do_not_remind_of_themselves() {
    let body = countersign_rules::parse(
        r#"{"name": "Remind", "trigger": "existing_case", "delay_secs": 600, "actions": [{"kind": "send_message", "texts": ["Still there?"]}]}"#,
    )
    .unwrap();
    let (set, warnings) = RuleSet::compile(&[Rule { id: id(1), body }], &Schema::default()).unwrap();
    assert_eq!(warnings, []);
    let at =
        |micros: i64| Scene { happened: HappenedWord::Delay, at: NOW.plus(micros), ..Scene::message("hi") };
    let fires = |scene: &Scene| scene.ask(|s, o| set.evaluate(s, o)).fired().len();
    assert_eq!(
        (fires(&at(9 * MINUTE)), fires(&at(10 * MINUTE)), fires(&at(30 * DAY)), fires(&at(31 * DAY))),
        (0, 1, 1, 0)
    );
    assert_eq!(set.next_delay(NOW, NOW.plus(MINUTE)), Some(NOW.plus(10 * MINUTE)));
    assert_eq!(set.next_delay(NOW, NOW.plus(10 * MINUTE)), None);
    let mut reminded = at(20 * MINUTE);
    reminded.firings = vec![Firing { rule: id(1), at: NOW.plus(10 * MINUTE) }];
    assert_eq!(fires(&reminded), 0);
    reminded.firings = vec![Firing { rule: id(1), at: NOW.plus(-MINUTE) }];
    assert_eq!(fires(&reminded), 1, "the customer wrote again since");
}
