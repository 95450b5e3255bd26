//! Playing rules, saved ones or a draft, on a past conversation or a typed one. Nothing is sent and nothing is changed.

use async_recursion::async_recursion as boxed;
use countersign_rules::limits::Held;
use countersign_rules::snapshot::{
    Attribute as AttributeNow, CaseFacts, Chain, Happened, Occasion, ProfileFacts, Snapshot as Facts,
    Value as FactValue,
};
use countersign_rules::{DryStep as Moment, Rule, RuleSet};
use countersign_store::case::{self, CaseRow};
use countersign_store::{Tx, message as message_store, profile};
use countersign_types::attribute::AttributeLevel;
use countersign_types::case::{CaseStatus, ChatState, Priority};
use countersign_types::channel::ChannelKind;
use countersign_types::code::{Invalid, Outcome};
use countersign_types::evidence::Method;
use countersign_types::message::{AuthorKind, Direction, Message, MessageKind};
use countersign_types::pii::{FreeText, Masked, Pii, Purpose, Viewer};
use countersign_types::profile::{Profile, ProfileKind, ProfileState};
use countersign_types::{
    Assurance, CaseId, ChannelId, Error, FieldError, MessageId, PageRequest, Permission, Result, RuleId,
    Timestamp, time,
};
use serde_json::Value;

use super::facts::message_facts;
use super::run::held;
use super::visit::SeenVisit;
use super::{body_of, parsed};
use crate::Service;
use crate::caller::Request;
use crate::snapshot::Snapshot;

/// Messages that are played at most.
const MESSAGES_MAX: i64 = 100;
/// Characters of a typed message at most.
const TEXT_MAX: usize = 20_000;

/// What is played.
#[derive(Debug, Clone, Default)]
pub struct DryRequest {
    /// A draft: in the place of the rule with this id, or behind all of them.
    pub draft: Option<(Option<RuleId>, Value)>,
    /// A past conversation.
    pub case: Option<CaseId>,
    /// Or a typed one, of somebody who writes for the first time.
    pub typed: Vec<DryMessage>,
    /// The visit of the website that whoever types is in. A past conversation has the one that stands beside it now.
    pub visit: Option<SeenVisit>,
}

/// A typed message.
#[derive(Debug, Clone)]
pub struct DryMessage {
    /// What the customer writes.
    pub text: String,
    /// What becomes of a code in it: `not_sent`, `invalid` or `valid`; once it was valid, the customer is identified.
    pub outcome: Outcome,
}

/// What would happen at one message.
#[derive(Debug, Clone)]
pub struct DryStep {
    /// The message, where it is a past one.
    pub message: Option<MessageId>,
    /// When it came.
    pub at: Timestamp,
    /// Who wrote it.
    pub author: AuthorKind,
    /// What it says.
    pub text: Pii<FreeText>,
    /// Why no rule is looked at: a word, and a sentence.
    pub refused: Option<(String, String)>,
    /// What would become of each rule that waits for this.
    pub rules: Vec<DryFiring>,
}

/// What would become of a rule.
#[derive(Debug, Clone)]
pub struct DryFiring {
    /// Which; `None` for a draft that is not saved.
    pub rule: Option<RuleId>,
    /// Its name.
    pub name: String,
    /// `fired`, `unmet`, `rested`, `stopped`, `off`, `group_off` or `broken`.
    pub verdict: String,
    /// Where it rested: `in_chain`, `once`, `cooldown` or `not_due`.
    pub rested: Option<String>,
    /// Why, in a sentence.
    pub sentence: String,
    /// The block and the condition that decided.
    pub decided_by: Option<(usize, Option<usize>)>,
    /// What it would say to the customer, and what would hold it back.
    pub replies: Vec<(String, Option<Held>)>,
}

/// A conversation as it is played.
struct Play {
    row: Option<CaseRow>,
    profile: Option<Profile>,
    messages: Vec<(Message, Happened)>,
    visit: Option<SeenVisit>,
}

impl Service {
    /// Plays rules on a conversation, oldest message first. The case's status, labels and attributes are those of today:
    /// what they were then is not kept; its messages, what became of codes and how sure one was are those of then. The visit of the
    /// website is that of now.
    #[boxed]
    pub async fn dry_run_rules(&self, request: &Request, dry: DryRequest) -> Result<Vec<DryStep>> {
        let grant = self.authorise(request, Permission::RuleRead).await?;
        let snapshot = self.snapshot();
        let set = self.set_with(&snapshot, dry.draft.clone())?;
        if let (Some((_, draft)), Some(_)) = (&dry.draft, dry.case) {
            self.check_sight(&parsed(draft)?, grant.viewer(), "/draft")?;
        }
        let play = match dry.case {
            Some(case) => {
                self.authorise(request, Permission::CaseRead).await?;
                let wants_visit = set.needs_visit() && request.caller.may(Permission::VisitRead);
                let play = self.past(case, wants_visit.then(|| set.needs_pages())).await?;
                if let Some(profile) = &play.profile {
                    self.record_view(&request.caller, &grant, profile.id).await?;
                }
                play
            }
            None => Play { visit: dry.visit, ..self.typed(&dry.typed)? },
        };
        let draft =
            dry.draft.and_then(|(id, _)| if id.is_none() { set.rules().last().map(|r| r.id) } else { None });
        Ok(played(&snapshot, &set, &play, draft))
    }

    fn set_with(&self, snapshot: &Snapshot, draft: Option<(Option<RuleId>, Value)>) -> Result<RuleSet> {
        let rows = &snapshot.rules.rows;
        let mut rules: Vec<Rule> = rows.iter().map(|row| Rule { id: row.id, body: body_of(row) }).collect();
        let Some((id, body)) = draft else {
            return Ok(RuleSet::compile_lenient(&rules, &snapshot.rules.schema).rules);
        };
        let body = parsed(&body)?;
        let id = match id {
            Some(id) => {
                let there = rules.iter_mut().find(|rule| rule.id == id).ok_or(Error::NotFound("rule"))?;
                there.body = body;
                id
            }
            None => {
                let id = self.new_id()?;
                rules.push(Rule { id, body });
                id
            }
        };
        let done = RuleSet::compile_lenient(&rules, &snapshot.rules.schema);
        let of_draft = done.problems.iter().filter(|p| p.rule == Some(id));
        let errors: Vec<FieldError> = of_draft
            .map(|p| {
                let pointer = format!("/draft{}", p.pointer);
                FieldError::new(pointer, p.code, format!("{} {}", p.detail, p.hint))
            })
            .collect();
        if errors.is_empty() { Ok(done.rules) } else { Err(Error::Invalid(errors)) }
    }

    /// A past conversation, with its visit where that is wanted, and its pages where those are.
    async fn past(&self, id: CaseId, wants_visit: Option<bool>) -> Result<Play> {
        let (service, vault, now) = (self.clone(), self.vault().clone(), self.now());
        self.read(async move |tx: &mut Tx<'_>| -> Result<Play> {
            let row = case::find_case(tx, &vault, id, now).await?.ok_or(Error::NotFound("case"))?;
            let page = PageRequest { after: None, limit: MESSAGES_MAX };
            let page = message_store::list_messages(tx, &vault, id, page).await?;
            let is_whole = page.next.is_none();
            let mut messages: Vec<Message> = page.items;
            messages.reverse();
            messages.retain(|m| m.kind != MessageKind::Event);
            let first = messages.iter().position(|m| m.direction == Direction::Inbound).filter(|_| is_whole);
            let happened = |at| if Some(at) == first { Happened::NewCase } else { Happened::Message };
            let messages = messages.into_iter().enumerate().map(|(at, m)| (m, happened(at))).collect();
            let profile = profile::find_profile(tx, &vault, row.profile.id).await?;
            let visit = match wants_visit {
                Some(wants_pages) => {
                    service.visit_beside(tx, Viewer::with(Masked::NONE), &row, wants_pages, now).await?
                }
                None => None,
            };
            let visit = visit.map(|beside| SeenVisit::of(beside, now));
            Ok(Play { row: Some(row), profile, messages, visit })
        })
        .await
    }

    fn typed(&self, typed: &[DryMessage]) -> Result<Play> {
        if typed.is_empty() || typed.len() > 100 {
            let detail = "Name a case, or type 1 to 100 messages.";
            return Err(Error::invalid("/messages", "nothing-to-play", detail));
        }
        if typed.iter().any(|m| m.text.chars().count() > TEXT_MAX) {
            let detail = format!("A message has at most {TEXT_MAX} characters.");
            return Err(Error::invalid("/messages", "too-long", detail));
        }
        let (mut at, mut assurance) = (self.now(), Assurance::Al0);
        let mut messages = Vec::new();
        for (n, message) in typed.iter().enumerate() {
            // As a person writes: a minute apart.
            at = at.plus(time::MINUTE);
            if message.outcome == Outcome::Valid {
                assurance = Assurance::Al3;
            }
            let text = crate::code::redact::redacted_line(&message.text);
            let made = Message {
                id: self.new_id()?,
                case: self.new_id()?,
                direction: Direction::Inbound,
                kind: MessageKind::Reply,
                author: countersign_types::message::Author {
                    kind: AuthorKind::Customer,
                    id: None,
                    name: None,
                },
                text: Pii::new(text),
                attachments: Vec::new(),
                delivery: None,
                delivery_detail: None,
                outcome: Some(message.outcome),
                assurance,
                sent_at: None,
                is_automatic: false,
                received_at: at,
            };
            messages.push((made, if n == 0 { Happened::NewCase } else { Happened::Message }));
        }
        Ok(Play { row: None, profile: None, messages, visit: None })
    }
}

/// What becomes of a code, by its word in conditions.
pub fn outcome_of_word(word: &str) -> Option<Outcome> {
    match word {
        "not_sent" => Some(Outcome::NotSent),
        "invalid" => Some(Outcome::Invalid(Invalid::Unknown)),
        "valid" => Some(Outcome::Valid),
        _ => None,
    }
}

fn played(snapshot: &Snapshot, set: &RuleSet, play: &Play, draft: Option<RuleId>) -> Vec<DryStep> {
    let chain = Chain::default();
    let values = play.profile.as_ref().map(|profile| held(snapshot, &profile.attributes)).unwrap_or_default();
    let of_profile: Vec<AttributeNow<'_>> = values
        .iter()
        .map(|h| AttributeNow { key: &h.key, value: FactValue::from_json(&h.value, h.r#type) })
        .collect();
    let of_case: Vec<AttributeNow<'_>> = play
        .row
        .iter()
        .flat_map(|row| &row.case.attributes)
        .filter_map(|(key, value)| {
            let attribute = snapshot.attribute_by_key(AttributeLevel::Case, key)?;
            Some(AttributeNow { key, value: FactValue::from_json(value, attribute.r#type) })
        })
        .collect();
    let moments: Vec<Moment<'_>> = play
        .messages
        .iter()
        .enumerate()
        .map(|(n, (message, happened))| Moment {
            snapshot: Facts {
                case: case_facts(snapshot, play, n, message, &of_case),
                message: Some(message_facts(message)),
                profile: profile_facts(play, message, &of_profile),
                visit: play.visit.as_ref().map(SeenVisit::facts),
                firings: &[],
            },
            occasion: Occasion {
                happened: *happened,
                at: message.received_at,
                seed: n as u64,
                changes: &[],
                chain: &chain,
            },
        })
        .collect();
    let runs = set.dry_run(&moments);
    play.messages
        .iter()
        .zip(runs)
        .map(|((message, _), run)| DryStep {
            message: play.row.is_some().then_some(message.id),
            at: message.received_at,
            author: message.author.kind,
            text: message.text.clone(),
            refused: run
                .trace
                .refused
                .and_then(|why| Some((word(&why), run.trace.sentences(set).into_iter().next()?))),
            rules: firings(set, &run, draft),
        })
        .collect()
}

/// The word of something that is one word in JSON.
fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn firings(set: &RuleSet, run: &countersign_rules::DryRun, draft: Option<RuleId>) -> Vec<DryFiring> {
    let firing = |trace: &countersign_rules::trace::RuleTrace| {
        let body = &set.rules().nth(trace.index)?.body;
        let verdict = serde_json::to_value(&trace.verdict).ok()?;
        let replies = run.replies.iter().filter(|sent| sent.index == trace.index).map(|sent| {
            let text =
                body.actions.get(sent.step_index).and_then(|a| a.variants().get(sent.variant).cloned());
            (text.unwrap_or_default(), sent.held)
        });
        Some(DryFiring {
            rule: Some(trace.rule).filter(|id| Some(*id) != draft),
            name: body.name.clone(),
            verdict: verdict.get("verdict")?.as_str()?.to_owned(),
            rested: verdict.pointer("/why/kind").and_then(Value::as_str).map(str::to_owned),
            sentence: trace.sentence(set),
            decided_by: trace
                .decided_by
                .map(|block| (block, trace.blocks.get(block).and_then(|block| block.decided_by))),
            replies: replies.collect(),
        })
    };
    run.trace.rules.iter().filter_map(firing).collect()
}

fn case_facts<'f>(
    snapshot: &Snapshot,
    play: &'f Play,
    before: usize,
    message: &Message,
    attributes: &'f [AttributeNow<'f>],
) -> CaseFacts<'f> {
    let case = play.row.as_ref().map(|row| &row.case);
    let kind = case.and_then(|case| snapshot.channels.get(&case.channel)).map(|entry| entry.channel.kind);
    CaseFacts {
        status: CaseStatus::Open,
        chat: ChatState::Live,
        channel: case.map_or(ChannelId::from_bytes([0; 16]), |case| case.channel),
        channel_kind: kind.unwrap_or(ChannelKind::Custom),
        assignee: case.and_then(|case| case.assignee),
        group: case.and_then(|case| case.group),
        labels: case.map_or(&[], |case| &case.labels),
        priority: case.map_or(Priority::Normal, |case| case.priority),
        attributes,
        message_count: u32::try_from(before + 1).unwrap_or(u32::MAX),
        created_at: case.map_or(message.received_at, |case| case.created_at),
        last_message_at: Some(message.received_at),
        last_person_at: Some(message.received_at),
    }
}

fn profile_facts<'f>(
    play: &'f Play,
    message: &Message,
    attributes: &'f [AttributeNow<'f>],
) -> ProfileFacts<'f> {
    let profile = play.profile.as_ref();
    let method = match message.assurance {
        Assurance::Al3 => Some(Method::ApiCode),
        Assurance::Al1 => Some(Method::PlainWidgetCode),
        Assurance::Al0 | Assurance::Al2 => None,
    };
    ProfileFacts {
        assurance: message.assurance,
        method,
        created_at: profile.map_or(message.received_at, |p| p.created_at),
        kind: profile.map_or(ProfileKind::Person, |p| p.kind),
        state: profile.map_or(ProfileState::Active, |p| p.state),
        language: profile.and_then(|p| p.language.as_deref()),
        name: profile.and_then(|p| p.name.as_ref()).map(|v| v.plain(Purpose::Match)),
        email: profile.and_then(|p| p.email.as_ref()).map(|v| v.plain(Purpose::Match)),
        phone: profile.and_then(|p| p.phone.as_ref()).map(|v| v.plain(Purpose::Match)),
        external_id: profile.and_then(|p| p.external_id.as_ref()).map(|v| v.plain(Purpose::Match)),
        attributes,
    }
}
