//! Carrying out what a rule decided. Nothing here links, merges or raises a level: there is no action for it.

use countersign_rules::action::{Action, HttpMethod};
use countersign_rules::evaluate::Decision;
use countersign_rules::limits::{Held, Pressure, Reply, text_key};
use countersign_store::case::{self, LastMessage, later_than};
use countersign_store::outbox::{NewOutbox, insert_outbox};
use countersign_store::{Tx, message as message_store, subject_key};
use countersign_types::attribute::AttributeLevel;
use countersign_types::audit::{Actor, ActorKind};
use countersign_types::case::ChatState;
use countersign_types::event::EventKind;
use countersign_types::message::{Author, AuthorKind, Delivery, Direction, Message, MessageKind};
use countersign_types::pii::{Pii, Purpose};
use countersign_types::profile::Source;
use countersign_types::rule::Done;
use countersign_types::{Assurance, Error, EventId, MessageId, Result, Timestamp};
use serde::{Deserialize, Serialize};

use super::facts::outcome_of;
use super::run::{Held as HeldValue, Run, least_loaded};
use super::words::{Reader, header_safe, json_escaped, percent_encoded, rendered, written};
use crate::Service;
use crate::port::{ANSWER_BYTES_MAX, OutboundRequest};
use crate::profile::Checked;
use crate::web_chat::CHAT_UPDATED;
use crate::work::Log;

/// Labels of a case at most, as people may set them.
const LABELS_MAX: usize = 20;

/// The longest address, and the longest header, of a call once values stand in it.
const ADDRESS_BYTES_MAX: usize = 8_192;
/// The longest body of a call once values stand in it.
const BODY_BYTES_MAX: usize = 256 * 1024;

/// A call that a rule makes, as it lies in the outbox.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<String>,
}

impl Call {
    /// As the guarded client makes it (I-4, I-5). `id` stays the same at every try, so that a receiver can tell.
    pub(crate) fn into_request(self, id: EventId, timeout_ms: u64) -> Option<OutboundRequest> {
        let method = ["GET", "POST", "PUT", "DELETE"].into_iter().find(|known| *known == self.method)?;
        let mut headers = self.headers;
        let has = |name: &str| headers.iter().any(|(known, _)| known == name);
        let (has_agent, has_type) = (has("user-agent"), has("content-type"));
        if !has_agent {
            let agent = concat!("Countersign/", env!("CARGO_PKG_VERSION"));
            headers.push(("user-agent".to_owned(), agent.to_owned()));
        }
        if self.body.is_some() && !has_type {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        headers.push(("idempotency-key".to_owned(), id.to_string()));
        let body = self.body.unwrap_or_default().into_bytes();
        Some(OutboundRequest {
            method,
            url: self.url,
            headers,
            body,
            timeout_ms,
            answer_bytes_max: ANSWER_BYTES_MAX,
        })
    }
}

/// What became of an action, and in which words.
pub(super) enum Outcome {
    Did(String),
    Skipped(&'static str),
    Held(Held),
}

impl Outcome {
    fn plainly() -> Self {
        Self::Did(String::new())
    }
}

impl Service {
    /// Carries out one step.
    pub(super) async fn carry_out(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        run: &mut Run<'_>,
        decision: &Decision<'_>,
    ) -> Result<Done> {
        let outcome = self.step(tx, log, run, decision).await?;
        let (outcome, detail) = match outcome {
            Outcome::Did(what) => ("done", what),
            Outcome::Skipped(why) => ("skipped", why.to_owned()),
            Outcome::Held(held) => {
                metrics::counter!("countersign_rule_replies_held_total").increment(1);
                ("held", word_of(held))
            }
        };
        Ok(Done { action: kind_of(decision.action())?, outcome: outcome.to_owned(), detail })
    }

    async fn step(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        run: &mut Run<'_>,
        decision: &Decision<'_>,
    ) -> Result<Outcome> {
        if !decision.step.texts().is_empty() || decision.step.request().is_some() {
            self.meet_person(tx, run).await?;
        }
        let case = &mut run.row.case;
        match decision.action() {
            Action::SendMessage { .. } | Action::AskForCode { .. } => {
                return self.reply(tx, log, run, decision).await;
            }
            Action::EndChat { status } => (case.chat, case.status) = (ChatState::Ended, *status),
            Action::SetStatus { status } => case.status = *status,
            Action::SetPriority { priority } => case.priority = *priority,
            Action::AssignAgent { agent } => {
                (case.assignee, run.row.assignee_name) = (Some(*agent), None);
            }
            Action::AssignGroup { group } => case.group = Some(*group),
            Action::AssignRoundRobin { group } => {
                case.group = Some(*group);
                let members = run.members(*group);
                let Some(agent) = least_loaded(tx, &members, run.seed).await? else {
                    return Ok(Outcome::Skipped("nobody_in_the_group"));
                };
                (run.row.case.assignee, run.row.assignee_name) = (Some(agent), None);
                return Ok(Outcome::Did(agent.to_string()));
            }
            Action::Unassign {} => (case.assignee, run.row.assignee_name) = (None, None),
            Action::AddLabels { labels } => {
                let mut all = case.labels.clone();
                all.extend(labels.iter().map(|label| label.trim().to_owned()));
                all.sort();
                all.dedup();
                if all.len() > LABELS_MAX {
                    return Ok(Outcome::Skipped("too_many_labels"));
                }
                case.labels = all;
            }
            Action::RemoveLabels { labels } => {
                case.labels.retain(|label| !labels.iter().any(|gone| gone.trim() == label));
            }
            Action::SetAttribute { field, value } if field.level == AttributeLevel::Case => {
                if value.is_null() {
                    case.attributes.remove(&field.key);
                } else {
                    case.attributes.insert(field.key.clone(), value.clone());
                }
            }
            Action::SetAttribute { field, value } => {
                return self.set_attribute(tx, log, run, decision, &field.key, value).await;
            }
            Action::Note { .. } => return self.note(tx, log, run, decision).await,
            Action::Notify { people, groups, .. } => {
                return self.notify(tx, log, run, decision, people, groups).await;
            }
            Action::EmailCustomer { .. } => return self.email_customer(tx, log, run, decision).await,
            Action::Webhook { method, .. } => return self.call(tx, run, decision, *method).await,
            Action::Stop {} => {}
        }
        Ok(Outcome::plainly())
    }

    /// Says something to the customer, within the limits of R-1.
    async fn reply(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        run: &mut Run<'_>,
        decision: &Decision<'_>,
    ) -> Result<Outcome> {
        let Some(text) = decision.text else { return Ok(Outcome::Skipped("no_text")) };
        if let Some(not_now) = self.held(tx, log, run, decision).await? {
            return Ok(not_now);
        }
        let words = written(run, text, Reader::Customer);
        let is_request = matches!(decision.action(), Action::AskForCode { .. });
        let message = self.message_of_rule(run, decision, MessageKind::Reply, words)?;
        let (id, at, account) = (message.id, message.received_at, run.row.account.id);
        let key = subject_key::subject(tx, self.vault(), account.to_bytes()).await?;
        message_store::insert_message(tx, &key, run.row.case.channel, None, &message).await?;
        case::record_automatic_reply(tx, run.row.case.id, id, is_request, at).await?;
        self.dispatch(tx, &key, run.row, &message).await?;
        self.tell_message(log, run, &message)?;
        log.live(CHAT_UPDATED, account);
        let case = &mut run.row.case;
        (case.last_message, case.last_message_at) = (Some(id), Some(at));
        case.message_count += 1;
        if is_request {
            case.code_requested_at = Some(at);
        }
        run.row.last_message =
            Some(LastMessage { id, direction: Direction::Outbound, text: message.text.clone(), at });
        Ok(Outcome::Did(id.to_string()))
    }

    /// Counts what is about to be said to the customer; answers with why it is not, where it is not.
    pub(super) async fn held(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        run: &mut Run<'_>,
        decision: &Decision<'_>,
    ) -> Result<Option<Outcome>> {
        let Some(mut replies) = self.meet_limits(tx, run).await? else {
            return Ok(Some(Outcome::Skipped("limits_unreadable")));
        };
        let said = decision.action().variants().get(decision.variant).map_or("", String::as_str);
        let outcome = run.message.and_then(outcome_of);
        let reply = Reply::new(run.now, decision.rule.id, outcome, text_key(said), run.seed);
        if let Err(held) = replies.take(reply) {
            return Ok(Some(Outcome::Held(held)));
        }
        let user = run.row.account.user_id.plain(Purpose::Match).to_owned();
        if !self.may_answer_by_itself(tx, &user, run.now).await? {
            return Ok(Some(Outcome::Held(Held::Unproved)));
        }
        let (pressure, is_worse) = self.storm().take(run.now);
        if is_worse {
            tracing::warn!(?pressure, "rules send more automatic replies in a minute than they should");
            log.refused(
                "rule.storm",
                "",
                "too-many",
                serde_json::json!({ "stopped": pressure == Pressure::Stop }),
            );
        }
        if pressure == Pressure::Stop {
            return Ok(Some(Outcome::Held(Held::Workspace)));
        }
        (run.replies, run.replied) = (Some(replies), true);
        Ok(None)
    }

    async fn note(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        run: &mut Run<'_>,
        decision: &Decision<'_>,
    ) -> Result<Outcome> {
        let Some(text) = decision.text else { return Ok(Outcome::Skipped("no_text")) };
        let words = written(run, text, Reader::Team);
        let message = self.message_of_rule(run, decision, MessageKind::Note, words)?;
        let key = subject_key::subject(tx, self.vault(), run.row.account.id.to_bytes()).await?;
        message_store::insert_message(tx, &key, run.row.case.channel, None, &message).await?;
        case::record_note(tx, run.row.case.id, false, message.received_at).await?;
        run.row.case.message_count += 1;
        self.tell_message(log, run, &message)?;
        Ok(Outcome::Did(message.id.to_string()))
    }

    /// A message by a rule, later than every one of its conversation, and than the line of the record that a code leaves.
    pub(super) fn message_of_rule(
        &self,
        run: &Run<'_>,
        decision: &Decision<'_>,
        kind: MessageKind,
        words: String,
    ) -> Result<Message> {
        let at: Timestamp = later_than(run.row.case.last_message_at, run.now.plus(2));
        let rule = decision.rule;
        Ok(Message {
            id: self.new_id::<MessageId>()?,
            case: run.row.case.id,
            direction: Direction::Outbound,
            kind,
            author: Author {
                kind: AuthorKind::Rule,
                id: Some(rule.id.to_string()),
                name: Some(rule.body.name.clone()),
            },
            text: Pii::new(words),
            attachments: Vec::new(),
            delivery: (kind == MessageKind::Reply).then_some(Delivery::Queued),
            delivery_detail: None,
            outcome: None,
            assurance: run.row.link.as_ref().map_or(Assurance::Al0, |(_, evidence)| evidence.assurance),
            sent_at: None,
            is_automatic: true,
            received_at: at,
        })
    }

    pub(super) fn tell_message(&self, log: &mut Log, run: &Run<'_>, message: &Message) -> Result<()> {
        let mut event =
            self.event(EventKind::MessageCreated, &super::run::rules_actor(), message.received_at)?;
        event.account = Some(run.row.account.id);
        event.case = Some(message.case);
        event.message = Some(message.id);
        event.details = serde_json::json!({ "direction": "outbound", "kind": message.kind });
        log.event(event);
        log.live("message.created", message.case);
        Ok(())
    }

    async fn set_attribute(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        run: &mut Run<'_>,
        decision: &Decision<'_>,
        key: &str,
        value: &serde_json::Value,
    ) -> Result<Outcome> {
        self.meet_values(tx, run).await?;
        let Some(attribute) = run.snapshot.attribute_by_key(AttributeLevel::Profile, key) else {
            return Ok(Outcome::Skipped("attribute_deleted"));
        };
        let rule = decision.rule;
        let actor = Actor {
            kind: ActorKind::System,
            id: rule.id.to_string(),
            name: format!("Rule: {}", rule.body.name),
        };
        let set = (!value.is_null()).then(|| value.clone());
        let checked = Checked { values: vec![(attribute.id, set)], ..Checked::default() };
        let profile = run.row.profile.id;
        self.change(tx, log, &actor, profile, &checked, Source::Rule, run.now).await?;
        if let Some(values) = &mut run.values {
            values.retain(|held| held.key != key);
            if !value.is_null() {
                let (key, r#type) = (key.to_owned(), attribute.r#type);
                values.push(HeldValue { key, r#type, value: value.clone() });
            }
        }
        Ok(Outcome::plainly())
    }

    /// Puts a call of another server into the outbox: durable with what caused it, tried again like any delivery.
    async fn call(
        &self,
        tx: &mut Tx<'_>,
        run: &Run<'_>,
        decision: &Decision<'_>,
        method: HttpMethod,
    ) -> Result<Outcome> {
        let Some(request) = decision.step.request() else { return Ok(Outcome::Skipped("no_address")) };
        let headers = request.headers.iter().map(|(name, value)| {
            (name.to_ascii_lowercase(), rendered(run, value, Reader::Program, header_safe))
        });
        let call = Call {
            method: serde_json::to_value(method)
                .ok()
                .and_then(|word| word.as_str().map(ToOwned::to_owned))
                .unwrap_or_else(|| "POST".to_owned()),
            url: rendered(run, &request.url, Reader::Program, percent_encoded),
            headers: headers.collect(),
            body: request.body.as_ref().map(|body| rendered(run, body, Reader::Program, json_escaped)),
        };
        let has_long = call.headers.iter().any(|(_, value)| value.len() > ADDRESS_BYTES_MAX);
        if call.url.len() > ADDRESS_BYTES_MAX || has_long {
            return Ok(Outcome::Skipped("address_too_long"));
        }
        if call.body.as_ref().is_some_and(|body| body.len() > BODY_BYTES_MAX) {
            return Ok(Outcome::Skipped("body_too_long"));
        }
        let event_id: EventId = self.new_id()?;
        let entry = NewOutbox {
            id: self.new_id()?,
            kind: "call",
            target: decision.rule.id.to_bytes(),
            event_id,
            event_type: "rule.webhook".to_owned(),
            body: serde_json::to_vec(&call).map_err(Error::internal)?,
        };
        let id = entry.id;
        let key = subject_key::subject(tx, self.vault(), run.row.account.id.to_bytes()).await?;
        insert_outbox(tx, &key, &entry, self.now()).await?;
        Ok(Outcome::Did(id.to_string()))
    }
}

/// The action's word on the wire.
fn kind_of(action: &Action) -> Result<String> {
    let value = serde_json::to_value(action).map_err(Error::internal)?;
    Ok(value.get("kind").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned())
}

fn word_of(held: Held) -> String {
    serde_json::to_value(held).ok().and_then(|w| w.as_str().map(ToOwned::to_owned)).unwrap_or_default()
}
