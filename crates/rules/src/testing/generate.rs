//! Random rules and scenes that have something to do with each other.

use countersign_types::attribute::{AttributeLevel, AttributeType};
use countersign_types::case::{CaseStatus, ChatState, Priority};
use countersign_types::code::{Invalid, Outcome};
use countersign_types::evidence::Method;
use countersign_types::message::AuthorKind;
use countersign_types::time::{DAY, HOUR, MINUTE};
use countersign_types::{Assurance, CalendarId, ChannelId, GroupId, RuleGroupId, RuleId, UserId};
use serde_json::{Value as Json, json};

use super::{HappenedWord, Held, NOW, Rng, Said, Scene, Visited, attribute};
use crate::action::{Action, Settable};
use crate::model::{Block, Condition, Join, Mode, Op, Rule, RuleBody, Trigger};
use crate::schema::{IdentifiedAt, RuleGroup, Schema};
use crate::snapshot::{Chain, Firing};

const WORDS: &[&str] = &[
    "hello",
    "no account",
    "I don't have an account",
    "5",
    "start",
    "START",
    "55",
    "restart",
    "Tariff",
    "VIP",
    "тариф",
    "нет аккаунта",
    "kein Konto",
    "straße",
    "STRASSE",
    "a",
    "an",
    "refund",
    "order 1234",
    "",
];
const LABELS: &[&str] = &["vip", "new", "spam", "sales"];
const TARIFFS: &[&str] = &["standard", "vip", "no_account"];
const ENDED: &[&str] = &["closed", "pending"];
const REGEXES: &[&str] = &["^5$", "order \\d+", "no\\s+account", "стар", "(a|an)+$"];

/// A workspace.
pub fn schema() -> Schema {
    use AttributeLevel::{Case, Profile};
    Schema {
        attributes: vec![
            attribute(Profile, "tariff", AttributeType::Dropdown, TARIFFS),
            attribute(Profile, "note", AttributeType::Text, &[]),
            attribute(Profile, "is_partner", AttributeType::Checkbox, &[]),
            attribute(Profile, "points", AttributeType::Number, &[]),
            attribute(Case, "due", AttributeType::Date, &[]),
            attribute(Case, "topic", AttributeType::Dropdown, &["billing", "other"]),
        ],
        channels: (1..4).map(|n| ChannelId::from_bytes([n; 16])).collect(),
        users: (1..4).map(|n| UserId::from_bytes([n; 16])).collect(),
        groups: (1..3).map(|n| GroupId::from_bytes([n; 16])).collect(),
        calendars: vec![(calendar(), serde_json::from_value(json!({
            "time_zone": "Europe/Berlin",
            "week": {"mon": [{"from": "09:00", "to": "17:00"}], "sat": [{"from": "09:00", "to": "12:00"}]},
        })).expect("a calendar"))],
        rule_groups: vec![
            RuleGroup { id: RuleGroupId::from_bytes([1; 16]), is_enabled: true },
            RuleGroup { id: RuleGroupId::from_bytes([2; 16]), is_enabled: false },
        ],
        identified_at: IdentifiedAt::Authenticated,
        time_zone: "Asia/Kolkata".to_owned(),
    }
}

fn calendar() -> CalendarId {
    CalendarId::from_bytes([1; 16])
}

fn some(rng: &mut Rng, words: &[&str]) -> Json {
    let words: Vec<&str> = words.iter().copied().filter(|w| !w.is_empty()).collect();
    if rng.one_in(2) {
        return json!(rng.pick(&words));
    }
    json!((0..=rng.below(3)).map(|_| *rng.pick(&words)).collect::<Vec<_>>())
}

fn text_of(rng: &mut Rng) -> String {
    (0..=rng.below(3)).map(|_| *rng.pick(WORDS)).collect::<Vec<_>>().join(*rng.pick(&[" ", "  ", ", ", ""]))
}

const PAGES: &[&str] =
    &["https://shop.example/", "https://shop.example/checkout", "https://shop.example/vip?a=1"];
const CATEGORIES: &[&str] = &["loans", "vip", "cards"];
const SOURCES: &[&str] = &["mail", "search.example"];
const VISITS: &[&str] = &["anonymous", "recognised", "assumed", "authenticated"];

fn condition_on_visit(rng: &mut Rng) -> Condition {
    let is = *rng.pick(&[Op::Is, Op::IsNot]);
    let empty = *rng.pick(&[Op::IsEmpty, Op::IsNotEmpty]);
    let (field, op, value) = match rng.below(8) {
        0 => ("visit.is_live", is, json!(rng.one_in(2))),
        1 => ("visit.state", is, some(rng, &["anonymous", "recognised", "assumed", "authenticated", "none"])),
        2 => ("visit.device", is, some(rng, &["desktop", "mobile", "tablet"])),
        3 => {
            let ops = [Op::Equals, Op::NotEquals, Op::Less, Op::AtMost, Op::More, Op::AtLeast];
            let op = *rng.pick(&ops);
            (*rng.pick(&["visit.confidence", "visit.pages_seen", "visit.seconds"]), op, json!(rng.below(4)))
        }
        4 => {
            let ops = [Op::Equals, Op::NotEquals, Op::Contains, Op::NotContains, Op::StartsWith, Op::Matches];
            let field =
                *rng.pick(&["visit.url", "visit.title", "visit.entry_url", "visit.source", "visit.referrer"]);
            let op = *rng.pick(&ops);
            (field, op, json!(*rng.pick(&["checkout", "https://shop.example/", "mail", "shop"])))
        }
        5 => {
            let ops = [Op::Contains, Op::NotContains, Op::HasWord, Op::NotHasWord];
            ("visit.pages", *rng.pick(&ops), some(rng, &["checkout", "/vip", "a=1"]))
        }
        6 => ("visit.categories", *rng.pick(&[Op::Has, Op::HasAll, Op::HasNot]), some(rng, CATEGORIES)),
        _ => {
            let fields = [
                "visit.url",
                "visit.title",
                "visit.pages",
                "visit.confidence",
                "visit.pages_seen",
                "visit.categories",
            ];
            (*rng.pick(&fields), empty, Json::Null)
        }
    };
    Condition { field: field.to_owned(), op, value }
}

fn visited(rng: &mut Rng) -> Visited {
    let pages: Vec<&str> = (0..rng.below(4)).map(|_| *rng.pick(PAGES)).collect();
    let state = *rng.pick(VISITS);
    Visited {
        is_live: rng.one_in(2),
        confidence: rng.one_in(2).then(|| rng.below(4) as f64),
        title: rng.one_in(2).then(|| text_of(rng)),
        source: rng.one_in(2).then(|| (*rng.pick(SOURCES)).to_owned()),
        categories: (0..rng.below(3)).map(|_| (*rng.pick(CATEGORIES)).to_owned()).collect(),
        device: *rng.pick(&[None, Some("desktop"), Some("mobile"), Some("tablet")]),
        seconds: rng.below(4) as u32,
        ..Visited::of(state, &pages)
    }
}

/// A condition that fits the schema and the trigger.
pub fn condition(rng: &mut Rng, trigger: Trigger) -> Condition {
    if rng.one_in(6) {
        return condition_on_visit(rng);
    }
    let is_updated = trigger == Trigger::UpdatedCase;
    let id = |rng: &mut Rng, prefix: &str| {
        let n = 1 + rng.below(3) as u8;
        match prefix {
            "usr" => UserId::from_bytes([n; 16]).to_string(),
            "grp" => GroupId::from_bytes([1 + n % 2; 16]).to_string(),
            _ => ChannelId::from_bytes([n; 16]).to_string(),
        }
    };
    let is = *rng.pick(&[Op::Is, Op::IsNot]);
    let empty = *rng.pick(&[Op::IsEmpty, Op::IsNotEmpty]);
    let (field, op, value) = match rng.below(if is_updated { 27 } else { 24 }) {
        0 => ("case.status", is, some(rng, &["open", "pending", "closed"])),
        1 => ("case.priority", is, some(rng, &["low", "normal", "high", "urgent"])),
        2 => ("case.channel", is, json!(id(rng, "chan"))),
        3 => ("case.assignee", is, json!(id(rng, "usr"))),
        4 => ("case.assignee", empty, Json::Null),
        5 => ("case.group", is, json!([id(rng, "grp")])),
        6 => ("case.labels", *rng.pick(&[Op::Has, Op::HasAll, Op::HasNot]), some(rng, LABELS)),
        7 => (
            *rng.pick(&[
                "case.labels",
                "message.text",
                "profile.name",
                "case.attributes.due",
                "profile.attributes.points",
            ]),
            empty,
            Json::Null,
        ),
        8 => ("message.author", is, some(rng, &["customer", "user"])),
        9..=11 => {
            let ops = [
                Op::Equals,
                Op::NotEquals,
                Op::Contains,
                Op::NotContains,
                Op::StartsWith,
                Op::HasWord,
                Op::NotHasWord,
            ];
            let op = *rng.pick(&ops);
            (
                *rng.pick(&["message.text", "message.text", "profile.attributes.note", "profile.name"]),
                op,
                some(rng, WORDS),
            )
        }
        12 => ("message.text", *rng.pick(&[Op::Matches, Op::NotMatches]), json!(rng.pick(REGEXES))),
        13 => ("message.has_attachment", is, json!(rng.one_in(2))),
        14 => {
            let ops = [Op::Equals, Op::NotEquals, Op::Less, Op::AtMost, Op::More, Op::AtLeast];
            (
                *rng.pick(&["case.message_count", "profile.attributes.points"]),
                *rng.pick(&ops),
                json!(rng.below(5)),
            )
        }
        15 => ("profile.is_identified", is, json!(rng.one_in(2))),
        16 => (
            "profile.assurance",
            *rng.pick(&[Op::AtLeast, Op::Below, Op::Is]),
            json!(rng.pick(&Assurance::ALL)),
        ),
        17 => (
            "profile.created_at",
            *rng.pick(&[Op::Before, Op::After]),
            json!(rng.pick(&["2026-11-20", "2026-11-21T10:00:00Z", "2026-12-01"])),
        ),
        18 => ("profile.attributes.tariff", is, some(rng, TARIFFS)),
        19 => (
            *rng.pick(&["profile.attributes.tariff", "profile.attributes.is_partner", "profile.language"]),
            empty,
            Json::Null,
        ),
        20 => ("profile.attributes.is_partner", is, json!(rng.one_in(2))),
        21 => (
            "case.attributes.due",
            *rng.pick(&[Op::On, Op::Before, Op::After]),
            json!(rng.pick(&["2026-11-20", "2026-11-21"])),
        ),
        22 => ("time.business_hours", *rng.pick(&[Op::Inside, Op::Outside]), json!(calendar())),
        23 => ("time.weekday", is, some(rng, &["fri", "sat", "sun"])),
        24 => ("identification_code.outcome", is, some(rng, &["not_sent", "invalid", "valid"])),
        25 => (
            "case.status",
            Op::Changed,
            rng.pick(&[Json::Null, json!({"to": "open"}), json!({"from": "open", "to": "closed"})]).clone(),
        ),
        _ => (
            "profile.attributes.tariff",
            Op::Changed,
            rng.pick(&[Json::Null, json!({"from": null}), json!({"to": "vip"})]).clone(),
        ),
    };
    Condition { field: field.to_owned(), op, value }
}

/// An action that fits the schema.
pub fn action(rng: &mut Rng) -> Action {
    match rng.below(12) {
        0..=3 => Action::SendMessage {
            texts: (0..=rng.below(3)).map(|_| format!("{} #{}", text_of(rng), rng.below(4))).collect(),
        },
        4 => Action::AskForCode { texts: vec!["Please send your code.".to_owned()] },
        5 => Action::SetStatus { status: *rng.pick(CaseStatus::ALL) },
        6 => Action::EndChat { status: *rng.pick(CaseStatus::ALL) },
        7 => Action::SetPriority { priority: *rng.pick(Priority::ALL) },
        8 => Action::AddLabels { labels: vec![(*rng.pick(LABELS)).to_owned()] },
        9 => Action::AssignAgent { agent: UserId::from_bytes([1 + rng.below(3) as u8; 16]) },
        10 => {
            let field = Settable { level: AttributeLevel::Profile, key: "tariff".to_owned() };
            Action::SetAttribute {
                field,
                value: rng.pick(&[Json::Null, json!("vip"), json!("standard")]).clone(),
            }
        }
        _ => Action::Stop {},
    }
}

/// A rule. It may contradict itself; [`crate::RuleSet::compile_lenient`] leaves such ones out.
pub fn rule(rng: &mut Rng, number: u8) -> Rule {
    let trigger =
        *rng.pick(&[Trigger::NewCase, Trigger::UpdatedCase, Trigger::UpdatedCase, Trigger::ExistingCase]);
    let blocks = (0..rng.below(4))
        .map(|_| Block {
            mode: *rng.pick(&[Mode::All, Mode::Any]),
            conditions: (0..=rng.below(3)).map(|_| condition(rng, trigger)).collect(),
        })
        .collect();
    let body = RuleBody {
        name: format!("Rule {number}"),
        trigger,
        delay_secs: (trigger == Trigger::ExistingCase && rng.one_in(2)).then_some(600),
        enabled: !rng.one_in(12),
        group: rng.one_in(6).then(|| RuleGroupId::from_bytes([1 + rng.below(2) as u8; 16])),
        blocks,
        join: *rng.pick(&[Join::And, Join::Or]),
        actions: (0..=rng.below(2)).map(|_| action(rng)).collect(),
        once_per_case: rng.one_in(5),
        cooldown_secs: rng.one_in(4).then_some(3600),
        origin: None,
    };
    Rule { id: RuleId::from_bytes([number + 1; 16]), body }
}

/// Up to `most` rules.
pub fn rules(rng: &mut Rng, most: usize) -> Vec<Rule> {
    (0..=rng.below(most)).map(|n| rule(rng, n as u8)).collect()
}

/// What just happened to some case.
pub fn scene(rng: &mut Rng) -> Scene {
    use AttributeLevel::{Case, Profile};
    use HappenedWord::{Change, Delay, HalfHour, Message, NewCase};
    let outcomes = [Outcome::NotSent, Outcome::NotSent, Outcome::Invalid(Invalid::Expired), Outcome::Valid];
    let said = Said {
        text: text_of(rng),
        author: *rng.pick(&[
            AuthorKind::Customer,
            AuthorKind::Customer,
            AuthorKind::Customer,
            AuthorKind::User,
            AuthorKind::Rule,
        ]),
        is_automatic: rng.one_in(12),
        outcome: Some(*rng.pick(&outcomes)),
        has_attachment: rng.one_in(3),
    };
    let mut scene = Scene {
        status: *rng.pick(CaseStatus::ALL),
        chat: *rng.pick(ChatState::ALL),
        channel: ChannelId::from_bytes([1 + rng.below(4) as u8; 16]),
        assignee: rng.one_in(2).then(|| UserId::from_bytes([1 + rng.below(4) as u8; 16])),
        group: rng.one_in(2).then(|| GroupId::from_bytes([1 + rng.below(3) as u8; 16])),
        labels: (0..rng.below(3))
            .map(|_| (*rng.pick(&["vip", "new", "unknown", "sales"])).to_owned())
            .collect(),
        priority: *rng.pick(Priority::ALL),
        message_count: rng.below(6) as u32,
        message: (!rng.one_in(10)).then_some(said),
        assurance: *rng.pick(&Assurance::ALL),
        method: *rng.pick(&[
            None,
            Some(Method::ApiCode),
            Some(Method::AgentConfirmed),
            Some(Method::PlainWidgetCode),
        ]),
        profile_created_at: NOW.plus((rng.below(5) as i64 - 2) * DAY),
        language: rng.one_in(2).then(|| "de".to_owned()),
        name: rng.one_in(2).then(|| text_of(rng)),
        happened: *rng.pick(&[NewCase, Message, Message, Change, HalfHour, Delay]),
        at: NOW.plus(rng.below(48) as i64 * HOUR),
        seed: rng.next_u64(),
        last_at: (!rng.one_in(8)).then(|| NOW.plus(-(rng.below(40) as i64) * DAY)),
        ..Scene::new_case("")
    };
    history(rng, &mut scene);
    scene.visit = (!rng.one_in(3)).then(|| visited(rng));
    let tariff = if rng.one_in(3) {
        Held::Empty
    } else {
        Held::Text((*rng.pick(&["standard", "vip", "no_account", "gone"])).to_owned())
    };
    scene = scene.with(Profile, "tariff", tariff);
    if rng.one_in(2) {
        scene = scene.with(Profile, "note", Held::Text(text_of(rng))).with(
            Profile,
            "points",
            Held::Number(rng.below(5) as f64),
        );
    }
    if rng.one_in(2) {
        let day = if rng.one_in(2) { "2026-11-20" } else { "2026-11-21" };
        scene = scene.with(Profile, "is_partner", Held::Bool(rng.one_in(2))).with(
            Case,
            "due",
            Held::Date(day.parse().expect("a day")),
        );
    }
    scene
}

fn history(rng: &mut Rng, scene: &mut Scene) {
    let id = |rng: &mut Rng| RuleId::from_bytes([1 + rng.below(8) as u8; 16]);
    scene.firings = (0..rng.below(4))
        .map(|_| Firing { rule: id(rng), at: scene.at.plus(-(rng.below(100) as i64) * MINUTE) })
        .collect();
    if rng.one_in(4) {
        scene.chain = Chain { depth: rng.below(7) as u8, fired: vec![id(rng)] };
    }
    let word = |text: &str| Held::Text(text.to_owned());
    let (ended, tariff) = (*rng.pick(ENDED), *rng.pick(TARIFFS));
    if rng.one_in(2) {
        scene.changes.push(("case.status".to_owned(), word("open"), word(ended)));
    }
    if rng.one_in(3) {
        scene.changes.push(("profile.attributes.tariff".to_owned(), Held::Empty, word(tariff)));
    }
}
