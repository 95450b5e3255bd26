//! What conditions look at: a run's case, message and profile, borrowed for the length of one evaluation.

use countersign_rules::snapshot::{
    Attribute, CaseFacts, Chain, Change, Happened, MessageFacts, Occasion, ProfileFacts, Snapshot as Facts,
    Value,
};
use countersign_rules::{Evaluation, RuleSet};
use countersign_types::Assurance;
use countersign_types::attribute::{AttributeLevel, AttributeType};
use countersign_types::code::{Invalid, Outcome};
use countersign_types::message::{Direction, Message};
use countersign_types::pii::Purpose;
use countersign_types::profile::ProfileState;
use serde_json::Value as Json;

use super::run::{Changed, Run};
use super::visit::SeenVisit;

/// Decides, on borrowed values of this moment.
pub(super) fn evaluate(run: &Run<'_>, happened: Happened, changes: &[Changed], chain: &Chain) -> Evaluation {
    ask(run, happened, changes, chain, |set, facts, occasion| set.evaluate(facts, occasion))
}

/// Whether any rule could fire, whatever of the profile, of the visit and of what fired before was not read.
pub(super) fn could_fire(run: &Run<'_>, happened: Happened, changes: &[Changed]) -> bool {
    ask(run, happened, changes, &Chain::default(), |set, facts, occasion| set.could_fire(facts, occasion))
}

fn ask<T>(
    run: &Run<'_>,
    happened: Happened,
    changes: &[Changed],
    chain: &Chain,
    question: impl FnOnce(&RuleSet, &Facts<'_>, &Occasion<'_>) -> T,
) -> T {
    let case = &run.row.case;
    let case_values: Vec<(&str, AttributeType, &Json)> = run
        .snapshot
        .attributes
        .iter()
        .filter(|a| a.level == AttributeLevel::Case)
        .filter_map(|a| Some((a.key.as_str(), a.r#type, case.attributes.get(&a.key)?)))
        .collect();
    let of_case: Vec<Attribute<'_>> = case_values
        .iter()
        .map(|(key, r#type, value)| Attribute { key, value: Value::from_json(value, *r#type) })
        .collect();
    let of_profile: Vec<Attribute<'_>> = run
        .values
        .iter()
        .flatten()
        .map(|h| Attribute { key: &h.key, value: Value::from_json(&h.value, h.r#type) })
        .collect();
    let changes: Vec<Change<'_>> = changes.iter().map(Changed::borrowed).collect();
    let facts = Facts {
        case: case_facts(run, &of_case),
        message: run.message.map(message_facts),
        profile: profile_facts(run, &of_profile),
        visit: run.visit.as_ref().and_then(|visit| visit.as_ref()).map(SeenVisit::facts),
        firings: run.firings.as_deref().unwrap_or_default(),
    };
    let occasion = Occasion { happened, at: run.now, seed: run.seed, changes: &changes, chain };
    question(&run.rules().set, &facts, &occasion)
}

fn case_facts<'f>(run: &'f Run<'_>, attributes: &'f [Attribute<'f>]) -> CaseFacts<'f> {
    let case = &run.row.case;
    let kind = run.snapshot.channels.get(&case.channel).map(|entry| entry.channel.kind);
    CaseFacts {
        status: case.status,
        chat: case.chat,
        channel: case.channel,
        channel_kind: kind.unwrap_or(countersign_types::channel::ChannelKind::Custom),
        assignee: case.assignee,
        group: case.group,
        labels: &case.labels,
        priority: case.priority,
        attributes,
        message_count: u32::try_from(case.message_count).unwrap_or(u32::MAX),
        created_at: case.created_at,
        last_message_at: case.last_message_at,
        last_person_at: case.last_person_at,
    }
}

pub(super) fn message_facts(message: &Message) -> MessageFacts<'_> {
    MessageFacts {
        text: message.text.plain(Purpose::Match),
        author: message.author.kind,
        direction: message.direction,
        kind: message.kind,
        is_automatic: message.is_automatic,
        outcome: outcome_of(message),
        has_attachment: !message.attachments.is_empty(),
    }
}

/// What became of a code in a customer's message. One that waits for the word of its page has neither failed nor
/// succeeded: no rule on codes holds before.
pub(super) fn outcome_of(message: &Message) -> Option<Outcome> {
    let is_waiting = |outcome: &Outcome| *outcome == Outcome::Invalid(Invalid::Unconfirmed);
    message.outcome.filter(|outcome| message.direction == Direction::Inbound && !is_waiting(outcome))
}

fn profile_facts<'f>(run: &'f Run<'_>, attributes: &'f [Attribute<'f>]) -> ProfileFacts<'f> {
    let (row, link) = (&*run.row, run.row.link.as_ref());
    let person = run.person.as_ref();
    ProfileFacts {
        assurance: link.map_or(Assurance::Al0, |(_, evidence)| evidence.assurance),
        method: link.map(|(_, evidence)| evidence.method),
        created_at: person.map_or(row.account.created_at, |p| p.created_at),
        kind: row.profile.kind,
        state: person.map_or(ProfileState::Active, |p| p.state),
        language: person.and_then(|p| p.language.as_deref()),
        name: row.profile.name.as_ref().map(|name| name.plain(Purpose::Match)),
        email: person.and_then(|p| p.email.as_ref()).map(|v| v.plain(Purpose::Match)),
        phone: person.and_then(|p| p.phone.as_ref()).map(|v| v.plain(Purpose::Match)),
        external_id: person.and_then(|p| p.external_id.as_ref()).map(|v| v.plain(Purpose::Match)),
        attributes,
    }
}
