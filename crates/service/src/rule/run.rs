//! Running rules: in the transaction of the message, the change or the moment that they answer.
//!
//! A pass looks at a snapshot, carries out what fired, in order, and writes the firings down. What it changed is an
//! occasion of its own, one deeper in the chain of causes, in the same transaction: state, replies and history of a whole
//! chain are durable together or not at all.

use std::collections::BTreeMap;

use countersign_rules::limits::Conversation;
use countersign_rules::snapshot::{Chain, Change, Firing as FiredAt, Happened, Value};
use countersign_rules::{Evaluation, Trigger};
use countersign_store::case::{self, CaseRow};
use countersign_store::rule_firing::{insert_firing, list_fired};
use countersign_store::{Tx, profile, rule_case};
use countersign_types::analytics::{Fact, Metric};
use countersign_types::attribute::{AttributeLevel, AttributeType};
use countersign_types::audit::{Actor, ActorKind};
use countersign_types::case::{Case, ChatState};
use countersign_types::event::EventKind;
use countersign_types::message::{AuthorKind, Message};
use countersign_types::pii::{Masked, Purpose, Viewer};
use countersign_types::profile::{AttributeEntry, Profile};
use countersign_types::rule::{Done, Firing, RuleOccasion};
use countersign_types::{Assurance, AttributeId, Error, GroupId, Result, Timestamp, UserId};
use serde_json::Value as Json;

use super::Rules;
use super::facts::{could_fire, evaluate, outcome_of};
use super::visit::SeenVisit;
use crate::Service;
use crate::snapshot::Snapshot;
use crate::web_chat::CHAT_UPDATED;
use crate::work::Log;

/// Why rules are asked.
pub(crate) struct Asked<'a> {
    /// What happened.
    pub happened: Happened,
    /// The message that it is about, if it is about one.
    pub message: Option<&'a Message>,
    /// What was changed.
    pub changes: Vec<Changed>,
}

/// What was changed from what to what, in the words of conditions.
#[derive(Debug, Clone)]
pub(crate) struct Changed {
    field: String,
    r#type: AttributeType,
    from: Json,
    to: Json,
}

impl Changed {
    fn word(field: &str, from: impl Into<Json>, to: impl Into<Json>) -> Option<Self> {
        let (from, to) = (from.into(), to.into());
        (from != to).then(|| Self { field: field.to_owned(), r#type: AttributeType::Text, from, to })
    }

    /// The level of the account's link.
    pub(crate) fn assurance(from: Assurance, to: Assurance) -> Option<Self> {
        Self::word("profile.assurance", from.as_str(), to.as_str())
    }

    /// What was changed of a case.
    pub(crate) fn of_case(snapshot: &Snapshot, before: &Case, after: &Case) -> Vec<Self> {
        fn id(id: Option<impl ToString>) -> Option<String> {
            id.map(|id| id.to_string())
        }
        let words = [
            Self::word("case.status", before.status.as_str(), after.status.as_str()),
            Self::word("case.chat", before.chat.as_str(), after.chat.as_str()),
            Self::word("case.priority", before.priority.as_str(), after.priority.as_str()),
            Self::word("case.assignee", id(before.assignee), id(after.assignee)),
            Self::word("case.group", id(before.group), id(after.group)),
            Self::word("case.labels", before.labels.join("\n"), after.labels.join("\n")),
        ];
        let mut changes: Vec<Self> = words.into_iter().flatten().collect();
        for attribute in snapshot.attributes.iter().filter(|a| a.level == AttributeLevel::Case) {
            let of = |case: &Case| case.attributes.get(&attribute.key).cloned().unwrap_or(Json::Null);
            changes.extend(Self::attribute(attribute, of(before), of(after)));
        }
        changes
    }

    fn attribute(attribute: &countersign_types::attribute::Attribute, from: Json, to: Json) -> Option<Self> {
        let field = format!("{}.attributes.{}", attribute.level.as_str(), attribute.key);
        (from != to).then_some(Self { field, r#type: attribute.r#type, from, to })
    }

    pub(super) fn of_profile(snapshot: &Snapshot, before: &[Held], after: &[Held]) -> Vec<Self> {
        let all = snapshot.attributes.iter().filter(|a| a.level == AttributeLevel::Profile);
        all.filter_map(|attribute| {
            let of = |held: &[Held]| {
                held.iter().find(|h| h.key == attribute.key).map_or(Json::Null, |h| h.value.clone())
            };
            Self::attribute(attribute, of(before), of(after))
        })
        .collect()
    }

    pub(super) fn borrowed(&self) -> Change<'_> {
        Change {
            field: &self.field,
            from: Value::from_json(&self.from, self.r#type),
            to: Value::from_json(&self.to, self.r#type),
        }
    }
}

/// The value of an attribute, read once.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) key: String,
    pub(super) r#type: AttributeType,
    pub(super) value: Json,
}

/// One run: everything that its passes share and change.
pub(super) struct Run<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) row: &'a mut CaseRow,
    pub(super) message: Option<&'a Message>,
    /// The profile, once something asked for it.
    pub(super) person: Option<Profile>,
    /// The values of its attributes, once something asked for them.
    pub(super) values: Option<Vec<Held>>,
    /// The visit of the website that stands beside the case, if there is one, once something asked for it.
    pub(super) visit: Option<Option<SeenVisit>>,
    /// What fired before, once something asked for it.
    pub(super) firings: Option<Vec<FiredAt>>,
    pub(super) replies: Option<Conversation>,
    pub(super) replied: bool,
    /// The values as they were when they were first read.
    pub(super) met: Option<Vec<Held>>,
    /// How many rules fired in this run.
    pub(super) fired: i64,
    pub(super) seed: u64,
    pub(super) now: Timestamp,
}

impl Run<'_> {
    /// The active people of a group.
    pub(super) fn members(&self, group: GroupId) -> Vec<UserId> {
        let found = self.snapshot.groups.iter().find(|entry| entry.id == group);
        found.map_or_else(Vec::new, |entry| entry.members.clone())
    }

    pub(super) fn rules(&self) -> &Rules {
        &self.snapshot.rules
    }
}

const fn trigger(happened: Happened) -> Trigger {
    match happened {
        Happened::NewCase => Trigger::NewCase,
        Happened::Message | Happened::Change => Trigger::UpdatedCase,
        Happened::HalfHour | Happened::Delay => Trigger::ExistingCase,
    }
}

const fn occasion(happened: Happened) -> RuleOccasion {
    match happened {
        Happened::NewCase => RuleOccasion::NewCase,
        Happened::Message => RuleOccasion::Message,
        Happened::Change => RuleOccasion::Change,
        Happened::HalfHour => RuleOccasion::HalfHour,
        Happened::Delay => RuleOccasion::Delay,
    }
}

impl Service {
    /// Asks rules, and carries out what fires. `row` is the case as it is after what happened, and becomes what rules
    /// make of it. The account must be locked.
    pub(crate) async fn run_rules(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        row: &mut CaseRow,
        asked: Asked<'_>,
        now: Timestamp,
    ) -> Result<()> {
        let snapshot = self.snapshot();
        let rules = &snapshot.rules;
        if !rules.settings.is_enabled {
            return Ok(());
        }
        if let Some(message) = asked.message.filter(|m| is_of_person(m))
            && let Some(due) = rules.set.next_delay(message.received_at, now)
        {
            rule_case::update_rules_due(tx, row.case.id, Some(due)).await?;
        }
        if rules.set.is_quiet(trigger(asked.happened)) {
            return Ok(());
        }
        let mut run = self.begin(&snapshot, row, asked.message, now)?;
        // Most messages move no rule, and that shows without a look at the profile.
        if !could_fire(&run, asked.happened, &asked.changes) {
            return Ok(());
        }
        self.look(tx, &mut run, asked.happened).await?;
        let chain = exempted(&run, asked.happened);
        self.passes(tx, log, &mut run, asked, chain).await?;
        if run.replied
            && let Some(replies) = &run.replies
        {
            let state = serde_json::to_value(replies).map_err(Error::internal)?;
            rule_case::update_automatic_replies(tx, run.row.account.id, &state).await?;
        }
        Ok(())
    }

    fn begin<'a>(
        &self,
        snapshot: &'a Snapshot,
        row: &'a mut CaseRow,
        message: Option<&'a Message>,
        now: Timestamp,
    ) -> Result<Run<'a>> {
        Ok(Run {
            snapshot,
            row,
            message,
            person: None,
            values: None,
            visit: None,
            firings: None,
            replies: None,
            replied: false,
            met: None,
            fired: 0,
            seed: u64::from_be_bytes(self.random::<8>()?),
            now,
        })
    }

    /// Whether rules for existing cases would do anything in a case.
    pub(super) async fn would_rules_fire(
        &self,
        tx: &mut Tx<'_>,
        row: &mut CaseRow,
        message: Option<&Message>,
        happened: Happened,
        now: Timestamp,
    ) -> Result<bool> {
        let snapshot = self.snapshot();
        let mut run = self.begin(&snapshot, row, message, now)?;
        self.look(tx, &mut run, happened).await?;
        let chain = exempted(&run, happened);
        Ok(evaluate(&run, happened, &[], &chain).fired().len() > 0)
    }

    /// Reads what conditions look at and is not at hand.
    async fn look(&self, tx: &mut Tx<'_>, run: &mut Run<'_>, happened: Happened) -> Result<()> {
        let set = &run.snapshot.rules.set;
        if set.needs_profile() {
            self.meet_person(tx, run).await?;
        } else if set.needs_attributes() {
            self.meet_values(tx, run).await?;
        }
        if set.needs_visit() {
            self.meet_visit(tx, run).await?;
        }
        if matches!(happened, Happened::HalfHour | Happened::Delay) {
            self.meet_firings(tx, run).await?;
        }
        Ok(())
    }

    /// Reads the visit of the website, once.
    async fn meet_visit(&self, tx: &mut Tx<'_>, run: &mut Run<'_>) -> Result<()> {
        if run.visit.is_none() {
            let wants_pages = run.snapshot.rules.set.needs_pages();
            let found =
                self.visit_beside(tx, Viewer::with(Masked::NONE), run.row, wants_pages, run.now).await?;
            run.visit = Some(found.map(|beside| SeenVisit::of(beside, run.now)));
        }
        Ok(())
    }

    /// Reads what fired before, once.
    async fn meet_firings(&self, tx: &mut Tx<'_>, run: &mut Run<'_>) -> Result<()> {
        if run.firings.is_none() {
            let fired = list_fired(tx, run.row.case.id).await?;
            let both = fired.into_iter().flat_map(|(rule, a, b)| [a, b].map(|at| FiredAt { rule, at }));
            run.firings = Some(both.collect());
        }
        Ok(())
    }

    /// Decides. What fired before only lets rules rest: where nothing fires without looking at it, nothing would with it.
    async fn decide(
        &self,
        tx: &mut Tx<'_>,
        run: &mut Run<'_>,
        happened: Happened,
        changes: &[Changed],
        chain: &Chain,
    ) -> Result<Evaluation> {
        let evaluation = evaluate(run, happened, changes, chain);
        let is_known = run.firings.is_some() || !run.snapshot.rules.set.needs_firings();
        if is_known || evaluation.fired().len() == 0 {
            return Ok(evaluation);
        }
        self.meet_firings(tx, run).await?;
        Ok(evaluate(run, happened, changes, chain))
    }

    /// Reads the profile, once.
    pub(super) async fn meet_person(&self, tx: &mut Tx<'_>, run: &mut Run<'_>) -> Result<()> {
        if run.person.is_none() {
            let found = profile::find_profile(tx, self.vault(), run.row.profile.id).await?;
            let profile = found.ok_or(Error::NotFound("profile"))?;
            if run.values.is_none() {
                run.values = Some(held(run.snapshot, &profile.attributes));
                run.met = run.values.clone();
            }
            run.person = Some(profile);
        }
        Ok(())
    }

    /// Reads the values of the profile's attributes, once.
    pub(super) async fn meet_values(&self, tx: &mut Tx<'_>, run: &mut Run<'_>) -> Result<()> {
        if run.values.is_none() {
            let found = profile::find_attributes(tx, self.vault(), run.row.profile.id).await?;
            run.values = Some(held(run.snapshot, &found));
            run.met = run.values.clone();
        }
        Ok(())
    }

    /// Reads the state of the limits of replies, once, and tells it of the customer's message. `None` where a newer server
    /// wrote what this one cannot read: then nothing is said.
    pub(super) async fn meet_limits(
        &self,
        tx: &mut Tx<'_>,
        run: &mut Run<'_>,
    ) -> Result<Option<Conversation>> {
        if run.replies.is_some() {
            return Ok(run.replies.clone());
        }
        let found = rule_case::find_automatic_replies(tx, run.row.account.id).await?;
        let read = found.map_or_else(|| Ok(Conversation::default()), serde_json::from_value);
        let Ok(mut replies) = read else { return Ok(None) };
        let is_customers = |m: &&Message| m.author.kind == AuthorKind::Customer && !m.is_automatic;
        if let Some(message) = run.message.filter(is_customers)
            && !replies.is_empty()
        {
            replies.inbound(message.received_at, outcome_of(message));
            run.replied = true;
        }
        run.replies = Some(replies);
        Ok(run.replies.clone())
    }

    async fn passes(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        run: &mut Run<'_>,
        asked: Asked<'_>,
        mut chain: Chain,
    ) -> Result<()> {
        let (mut happened, mut changes) = (asked.happened, asked.changes);
        loop {
            let evaluation = self.decide(tx, run, happened, &changes, &chain).await?;
            if evaluation.fired().len() == 0 {
                return Ok(());
            }
            let before = run.row.case.clone();
            let values = run.values.clone();
            self.pass(tx, log, run, &evaluation, happened, chain.depth).await?;
            self.save(tx, log, run, &before).await?;
            changes = Changed::of_case(run.snapshot, &before, &run.row.case);
            // What was read only during the pass was not changed by it: a rule that sets an attribute reads it first.
            if let (Some(before), Some(after)) = (values.or_else(|| run.met.clone()), &run.values) {
                changes.extend(Changed::of_profile(run.snapshot, &before, after));
            }
            if changes.is_empty() {
                return Ok(());
            }
            let set = &run.snapshot.rules.set;
            let fired = evaluation.fired().filter_map(|at| set.rules().nth(at)).map(|rule| rule.id);
            chain = chain.after(fired.collect::<Vec<_>>());
            happened = Happened::Change;
            if set.is_quiet(Trigger::UpdatedCase) {
                return Ok(());
            }
        }
    }

    /// Carries out what fired in one pass, and writes the firings down.
    async fn pass(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        run: &mut Run<'_>,
        evaluation: &Evaluation,
        happened: Happened,
        depth: u8,
    ) -> Result<()> {
        let snapshot = run.snapshot;
        let mut firings: Vec<(usize, Firing)> = Vec::new();
        for decision in evaluation.decisions(&snapshot.rules.set) {
            if firings.last().is_none_or(|(at, _)| *at != decision.index) {
                let firing = Firing {
                    id: self.new_id()?,
                    rule: decision.rule.id,
                    rule_name: decision.rule.body.name.clone(),
                    case: run.row.case.id,
                    // Later than the one before: the history tells them in their order.
                    at: run.now.plus(run.fired),
                    happened: occasion(happened),
                    depth,
                    seed: run.seed,
                    done: Vec::new(),
                };
                run.fired += 1;
                firings.push((decision.index, firing));
            }
            let done: Done = self.carry_out(tx, log, run, &decision).await?;
            if let Some((_, firing)) = firings.last_mut() {
                firing.done.push(done);
            }
        }
        for (_, firing) in &firings {
            insert_firing(tx, firing).await?;
            log.count(Fact::of(Metric::RuleFired).on(run.row.case.channel));
            if let Some(known) = &mut run.firings {
                known.push(FiredAt { rule: firing.rule, at: firing.at });
            }
            metrics::counter!("countersign_rule_firings_total").increment(1);
        }
        log.live("case.updated", run.row.case.id);
        Ok(())
    }

    /// Writes what rules changed of the case.
    async fn save(&self, tx: &mut Tx<'_>, log: &mut Log, run: &mut Run<'_>, before: &Case) -> Result<()> {
        let now = run.now;
        let case = &mut run.row.case;
        case.settle();
        if same_state(case, before) {
            return Ok(());
        }
        case.updated_at = now;
        case::update_case(tx, self.vault(), case).await?;
        self.count_status(tx, log, before, case, now).await?;
        let is_ended = case.chat == ChatState::Ended && before.chat == ChatState::Live;
        let kind = if is_ended { EventKind::ChatEnded } else { EventKind::CaseUpdated };
        let mut event = self.event(kind, &rules_actor(), now)?;
        event.account = Some(case.account);
        event.case = Some(case.id);
        event.details = if is_ended {
            serde_json::json!({ "status": case.status })
        } else {
            serde_json::json!({
                "status": [before.status, case.status],
                "assignee": [before.assignee, case.assignee],
                "priority": [before.priority, case.priority],
            })
        };
        log.event(event);
        log.live("case.updated", case.id);
        log.live(CHAT_UPDATED, case.account);
        Ok(())
    }
}

/// Rules as the audit log and events name them.
pub(super) fn rules_actor() -> Actor {
    Actor { kind: ActorKind::System, id: String::new(), name: "Rules".to_owned() }
}

fn is_of_person(message: &Message) -> bool {
    !message.is_automatic && matches!(message.author.kind, AuthorKind::Customer | AuthorKind::User)
}

fn same_state(a: &Case, b: &Case) -> bool {
    (a.status, a.chat, a.priority, a.assignee, a.group, a.waiting_since)
        == (b.status, b.chat, b.priority, b.assignee, b.group, b.waiting_since)
        && a.labels == b.labels
        && a.attributes == b.attributes
}

/// When the present half hour began.
pub(super) fn half_hour(now: Timestamp) -> Timestamp {
    let span = 30 * countersign_types::time::MINUTE;
    Timestamp::from_micros(now.as_micros().div_euclid(span) * span)
}

pub(super) fn held(snapshot: &Snapshot, values: &BTreeMap<AttributeId, AttributeEntry>) -> Vec<Held> {
    let read = |(id, entry): (&AttributeId, &AttributeEntry)| {
        let attribute = snapshot.attribute(*id)?;
        let value = serde_json::from_str(entry.value.plain(Purpose::Match)).ok()?;
        Some(Held { key: attribute.key.clone(), r#type: attribute.r#type, value })
    };
    values.iter().filter_map(read).collect()
}

/// The chain of causes at its beginning: with rules that do not look at this occasion, because they fired for this half
/// hour already, or are younger than what they would look at.
fn exempted(run: &Run<'_>, happened: Happened) -> Chain {
    let mut chain = Chain::default();
    if let (Happened::HalfHour | Happened::Delay, Some(said)) = (happened, run.row.case.last_person_at) {
        chain.fired.extend(run.rules().too_young(said));
    }
    if happened == Happened::HalfHour {
        let begin = half_hour(run.now);
        chain.fired.extend(run.firings.iter().flatten().filter(|f| f.at >= begin).map(|f| f.rule));
    }
    chain
}

/// The person of a group with the fewest open cases; among equals the one that chance names.
pub(super) async fn least_loaded(tx: &mut Tx<'_>, members: &[UserId], seed: u64) -> Result<Option<UserId>> {
    let mut best: Option<(i64, u64, UserId)> = None;
    for (at, member) in members.iter().enumerate() {
        let load = rule_case::count_open_cases(tx, *member).await?;
        let turn = seed.rotate_left(u32::try_from(at % 64).unwrap_or(0));
        if best.is_none_or(|(least, chance, _)| (load, turn) < (least, chance)) {
            best = Some((load, turn, *member));
        }
    }
    Ok(best.map(|(_, _, member)| member))
}
