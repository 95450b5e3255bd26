//! The parts of the file, each read by one exporter. What is not in one of them is left out by the registry, with a
//! reason. People of the team appear as `team`: who works here is not the customer's to know, what they wrote is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_store::attachment::CallFile;
use countersign_store::call::CallFilter;
use countersign_store::engagement::EngagementFilter;
use countersign_store::{
    Tx, account, account_visit, attachment, call, case, code, engagement, event, identifier, link, merge,
    message, privacy as store, profile, rule_firing, viewer, visit,
};
use countersign_types::audit::ActorKind;
use countersign_types::case::Case;
use countersign_types::message::{AuthorKind, Message};
use countersign_types::pii::{Kind, Masked, Pii, Purpose, Viewer};
use countersign_types::privacy::RequestFilter;
use countersign_types::privacy::registry::Section;
use countersign_types::profile::IdentifierValue;
use countersign_types::{
    AccountId, CaseId, ChannelId, Cursor, Error, Page, PageRequest, ProfileId, Result, Timestamp,
};
use serde_json::{Map, Value, json};

use super::{DOWNLOAD, EXPORT};
use crate::Service;
use crate::profile::VIEW;
use crate::reveal::REVEAL;

/// Bytes of files that go into the export as they are; the rest is listed by name.
const FILES_BYTES_MAX: i64 = 20 * 1_048_576;
/// Bytes of one such file.
const FILE_BYTES_MAX: i64 = 5 * 1_048_576;

/// Whom a file is about.
pub(super) struct Of {
    pub(super) profile: ProfileId,
    /// A hash of the rest.
    pub(super) who: [u8; 32],
    /// Profiles that became part of it, with the numbers of their references.
    pub(super) behind: Vec<(ProfileId, i64)>,
    /// Accounts that stand under it: those that were once theirs and are somebody else's now are not.
    pub(super) accounts: Vec<AccountId>,
}

impl Of {
    /// All profiles, the one that goes on first.
    fn profiles(&self) -> impl Iterator<Item = ProfileId> {
        std::iter::once(self.profile).chain(self.behind.iter().map(|(id, _)| *id))
    }
}

impl Service {
    /// One part of the file.
    pub(super) async fn export_section(&self, of: &Of, section: Section) -> Result<Value> {
        match section {
            Section::Profile => self.export_profile(of).await,
            Section::Attributes => self.export_attributes(of).await,
            Section::Identifiers => self.export_identifiers(of).await,
            Section::Accounts => self.export_accounts(of).await,
            Section::Links => self.export_links(of).await,
            Section::Codes => self.export_codes(of).await,
            Section::Conversations => self.export_conversations(of).await,
            Section::Files => self.export_files(of).await,
            Section::Sessions => self.export_sessions(of).await,
            Section::Calls => self.export_calls(of).await,
            Section::Engagements => self.export_engagements(of).await,
            Section::Mandates => self.export_mandates(of).await,
            Section::Website => self.export_website(of).await,
            Section::Events => self.export_events(of).await,
            Section::Merges => self.export_merges(of).await,
            Section::Viewers => self.export_viewers(of).await,
            Section::Requests => self.export_requests(of).await,
        }
    }

    async fn export_profile(&self, of: &Of) -> Result<Value> {
        let (vault, id) = (self.vault().clone(), of.profile);
        let found =
            self.read(async move |tx: &mut Tx<'_>| Ok(profile::find_profile(tx, &vault, id).await?)).await?;
        let found = found.ok_or(Error::NotFound("profile"))?;
        Ok(json!({
            "id": found.id, "reference": found.reference(), "kind": found.kind, "state": found.state,
            "name": plain(found.name.as_ref()), "email": plain(found.email.as_ref()),
            "phone": plain(found.phone.as_ref()), "external_id": plain(found.external_id.as_ref()),
            "language": found.language, "created_at": found.created_at, "updated_at": found.updated_at,
            "last_seen_at": found.last_seen_at,
            "claimed_name": plain(found.claims.name.as_ref()), "claimed_email": plain(found.claims.email.as_ref()),
            "claimed_phone": plain(found.claims.phone.as_ref()),
        }))
    }

    async fn export_attributes(&self, of: &Of) -> Result<Value> {
        let (vault, id) = (self.vault().clone(), of.profile);
        let found = self
            .read(async move |tx: &mut Tx<'_>| Ok(profile::find_attributes(tx, &vault, id).await?))
            .await?;
        let snapshot = self.snapshot();
        let values = found.into_iter().map(|(id, entry)| {
            let definition = snapshot.attribute(id);
            json!({
                "attribute": definition.map(|a| a.key.as_str()), "label": definition.map(|a| a.label.as_str()),
                "value": serde_json::from_str::<Value>(entry.value.plain(Purpose::Deliver)).unwrap_or_default(),
                "source": entry.source, "proved": entry.is_proved, "updated_at": entry.updated_at,
            })
        });
        Ok(values.collect())
    }

    async fn export_identifiers(&self, of: &Of) -> Result<Value> {
        let mut all = Vec::new();
        for id in of.profiles() {
            let vault = self.vault().clone();
            let found = self
                .read(async move |tx: &mut Tx<'_>| Ok(identifier::list_identifiers(tx, &vault, id).await?));
            all.extend(found.await?.into_iter().map(|own| {
                let value = match &own.value {
                    IdentifierValue::Email(value) => plain(Some(value)),
                    IdentifierValue::Phone(value) => plain(Some(value)),
                    IdentifierValue::ExternalId(value) => plain(Some(value)),
                };
                json!({
                    "kind": own.kind, "value": value, "source": own.source, "proved": own.is_proved,
                    "recorded_at": own.recorded_at,
                })
            }));
        }
        Ok(all.into())
    }

    fn channel_word(&self, id: ChannelId) -> Value {
        let snapshot = self.snapshot();
        let entry = snapshot.channels.get(&id);
        entry.map_or(Value::Null, |e| json!(format!("{} ({})", e.channel.name, e.channel.kind.as_str())))
    }

    async fn export_accounts(&self, of: &Of) -> Result<Value> {
        let mut all = Vec::new();
        for id in &of.accounts {
            let (vault, id) = (self.vault().clone(), *id);
            let found =
                self.read(async move |tx: &mut Tx<'_>| Ok(account::find_account(tx, &vault, id).await?));
            let Some(found) = found.await? else { continue };
            all.push(json!({
                "channel": self.channel_word(found.channel), "user_id": plain(Some(&found.user_id)),
                "name": plain(found.name.as_ref()), "created_at": found.created_at,
            }));
        }
        Ok(all.into())
    }

    async fn export_links(&self, of: &Of) -> Result<Value> {
        let (vault, id) = (self.vault().clone(), of.profile);
        let found =
            self.read(async move |tx: &mut Tx<'_>| Ok(link::list_links(tx, &vault, id).await?)).await?;
        // The account behind a link that ended may be somebody else's by now: its name stays out.
        let links = found.into_iter().map(|link| {
            json!({
                "channel": link.channel_name, "assurance": link.assurance, "method": link.evidence.method,
                "recorded_by": link.evidence.by.kind, "linked_at": link.linked_at, "expires_at": link.expires_at,
                "ended_at": link.ended_at, "ended_reason": link.ended_reason,
            })
        });
        Ok(links.collect())
    }

    async fn export_codes(&self, of: &Of) -> Result<Value> {
        let (filter, now) = (code::CodeFilter { profile: Some(of.profile), state: None }, self.now());
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let page = page_after(after);
            let found =
                self.read(async move |tx: &mut Tx<'_>| Ok(code::list_codes(tx, filter, now, page).await?));
            let found = found.await?;
            all.extend(found.items.into_iter().map(|row| {
                json!({
                    "form": row.code.form, "issued_at": row.code.issued_at, "expires_at": row.code.expires_at,
                    "used_at": row.code.used_at, "ended_at": row.code.ended_at,
                })
            }));
            after = found.next;
            if after.is_none() {
                return Ok(all.into());
            }
        }
    }

    async fn cases_of(&self, account: AccountId) -> Result<Vec<CaseId>> {
        self.read(async move |tx: &mut Tx<'_>| Ok(store::list_cases(tx, account).await?)).await
    }

    /// All messages of a conversation, oldest first.
    async fn messages_of(&self, id: CaseId) -> Result<Vec<Message>> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let (vault, page) = (self.vault().clone(), page_after(after));
            let found: Page<Message> = self
                .read(async move |tx: &mut Tx<'_>| Ok(message::list_messages(tx, &vault, id, page).await?))
                .await?;
            all.extend(found.items);
            after = found.next;
            if after.is_none() {
                all.reverse();
                return Ok(all);
            }
        }
    }

    /// What rules did in a conversation, newest first.
    async fn rules_of(&self, id: CaseId) -> Result<Vec<Value>> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = page_after(after);
            let found = self
                .read(async move |tx: &mut Tx<'_>| Ok(rule_firing::list_case_firings(tx, id, page).await?))
                .await?;
            all.extend(found.items.iter().map(|fired| {
                let done: Vec<&str> = fired.done.iter().map(|done| done.action.as_str()).collect();
                json!({ "at": fired.at, "rule": fired.rule_name, "because": fired.happened, "did": done })
            }));
            after = found.next;
            if after.is_none() {
                return Ok(all);
            }
        }
    }

    async fn export_conversations(&self, of: &Of) -> Result<Value> {
        let mut all = Vec::new();
        for account in &of.accounts {
            for id in self.cases_of(*account).await? {
                let (vault, now) = (self.vault().clone(), self.now());
                let found =
                    self.read(async move |tx: &mut Tx<'_>| Ok(case::find_case(tx, &vault, id, now).await?));
                let Some(found) = found.await? else { continue };
                let messages: Vec<Value> = self.messages_of(id).await?.iter().map(said).collect();
                let rules = self.rules_of(id).await?;
                let mut conversation = self.conversation(&found.case);
                conversation.insert("messages".to_owned(), messages.into());
                conversation.insert("rules".to_owned(), rules.into());
                all.push(Value::Object(conversation));
            }
        }
        Ok(all.into())
    }

    fn conversation(&self, case: &Case) -> Map<String, Value> {
        let of = json!({
            "number": case.number, "channel": self.channel_word(case.channel), "status": case.status,
            "priority": case.priority, "labels": case.labels, "subject": plain(case.subject.as_ref()),
            "fields": case.attributes, "created_at": case.created_at, "updated_at": case.updated_at,
        });
        match of {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }

    async fn export_files(&self, of: &Of) -> Result<Value> {
        let (mut all, mut left) = (Vec::new(), FILES_BYTES_MAX);
        for account in &of.accounts {
            for case in self.cases_of(*account).await? {
                for message in self.messages_of(case).await? {
                    for file in &message.attachments {
                        let mut entry = json!({
                            "name": file.name, "type": file.mime_type, "size_bytes": file.size_bytes,
                            "at": message.received_at, "message": message.id, "by": author(message.author.kind),
                        });
                        let fits = file.size_bytes <= FILE_BYTES_MAX.min(left);
                        let bytes = match file.id.filter(|_| fits) {
                            Some(id) => self.file_bytes(id).await?,
                            None => None,
                        };
                        if let Some(bytes) = bytes {
                            left -= i64::try_from(bytes.len()).unwrap_or(i64::MAX);
                            entry["content_base64"] = STANDARD.encode(bytes).into();
                        } else {
                            entry["left_out"] = "Too large for this file, or kept by the channel.".into();
                        }
                        all.push(entry);
                    }
                }
            }
        }
        for account in &of.accounts {
            let (vault, account) = (self.vault().clone(), *account);
            let files = self.read(async move |tx: &mut Tx<'_>| -> Result<_> {
                Ok(attachment::list_call_files(tx, &vault, account).await?)
            });
            for file in files.await? {
                all.push(self.exported_recording(file, &mut left).await?);
            }
        }
        Ok(all.into())
    }

    /// What they said to a voicemail.
    async fn exported_recording(&self, file: CallFile, left: &mut i64) -> Result<Value> {
        let CallFile { call, about, account, pieces, created_at, id } = file;
        let mut entry = json!({
            "name": about.name, "type": about.mime_type, "size_bytes": about.size_bytes, "at": created_at,
            "call": call, "by": "customer",
        });
        let fits = about.size_bytes <= FILE_BYTES_MAX.min(*left);
        match if fits { self.pieces(account, id, pieces).await? } else { None } {
            Some(bytes) => {
                *left -= i64::try_from(bytes.len()).unwrap_or(i64::MAX);
                entry["content_base64"] = STANDARD.encode(bytes).into();
            }
            None => entry["left_out"] = "Too large for this file.".into(),
        }
        Ok(entry)
    }

    async fn file_bytes(&self, id: countersign_types::AttachmentId) -> Result<Option<Vec<u8>>> {
        let vault = self.vault().clone();
        let found =
            self.read(async move |tx: &mut Tx<'_>| Ok(attachment::find_attachment(tx, &vault, id).await?));
        let Some(found) = found.await? else { return Ok(None) };
        self.pieces(found.account, id, found.pieces).await
    }

    async fn pieces(
        &self,
        account: AccountId,
        id: countersign_types::AttachmentId,
        pieces: i64,
    ) -> Result<Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        for number in 0..pieces {
            let vault = self.vault().clone();
            let piece = self.read(async move |tx: &mut Tx<'_>| {
                Ok(attachment::find_piece(tx, &vault, account, id, number).await?)
            });
            let Some(piece) = piece.await? else { return Ok(None) };
            bytes.extend(piece);
        }
        Ok(Some(bytes))
    }

    /// When the web chat was open, and which visit of a website it stands beside. What that visit saw is told among the
    /// visits, and only where it is theirs.
    async fn export_sessions(&self, of: &Of) -> Result<Value> {
        let mut all = Vec::new();
        for account in &of.accounts {
            let account = *account;
            let found = self.read(async move |tx: &mut Tx<'_>| -> Result<_> {
                let beside = match account_visit::find_account_visit(tx, account).await? {
                    Some(row) => visit::find_visit_by_row(tx, row).await?,
                    None => None,
                };
                Ok((store::list_visits(tx, account).await?, beside))
            });
            let (sessions, beside) = found.await?;
            all.extend(sessions.into_iter().map(
                |(begun, seen, ended)| json!({ "begun_at": begun, "last_seen_at": seen, "ended_at": ended }),
            ));
            all.extend(beside.map(|visit| {
                let site = self.channel_word(visit.site);
                json!({ "beside_visit_of": site, "begun_at": visit.started_at, "last_seen_at": visit.last_at })
            }));
        }
        Ok(all.into())
    }

    /// Calls, with what was keyed in and looked up. Secrets stand nowhere, so they do not stand here. Of calls that came
    /// from the person's number, and in which nobody was identified, only that they came: who spoke is not known.
    /// What was written, when and with what result. Which questions were asked is how others are verified too.
    async fn export_engagements(&self, of: &Of) -> Result<Value> {
        let (mut all, mut after) = (Vec::new(), None);
        let filter = EngagementFilter { profile: Some(of.profile), ..EngagementFilter::default() };
        loop {
            let (filter, page, vault) = (filter.clone(), page_after(after), self.vault().clone());
            let found = self.read(async move |tx: &mut Tx<'_>| -> Result<_> {
                Ok(engagement::list_engagements(tx, &vault, &filter, page).await?)
            });
            let found = found.await?;
            for one in &found.items {
                let about = one.about.as_ref().map(|about| about.plain(Purpose::Deliver));
                let written: Value =
                    about.and_then(|about| serde_json::from_str(about).ok()).unwrap_or_default();
                all.push(json!({
                    "started_at": one.started_at, "ended_at": one.ended_at, "channel": one.channel,
                    "result": one.outcome, "for_somebody_else": one.representative.is_some(), "written": written,
                }));
            }
            after = found.next;
            if after.is_none() {
                return Ok(Value::Array(all));
            }
        }
    }

    async fn export_calls(&self, of: &Of) -> Result<Value> {
        let mut all = Vec::new();
        for account in &of.accounts {
            let filter = CallFilter { account: Some(*account), ..CallFilter::default() };
            let mut after = None;
            loop {
                let (filter, page, vault) = (filter.clone(), page_after(after), self.vault().clone());
                let found = self.read(async move |tx: &mut Tx<'_>| -> Result<_> {
                    Ok(call::list_calls(tx, &vault, &filter, page).await?)
                });
                let found = found.await?;
                for call in &found.items {
                    let body = serde_json::from_str(call.about.body.plain(Purpose::Deliver));
                    let mut known: Map<String, Value> = body.unwrap_or_default();
                    // Where a call stands that goes on: what is personal in it stands in the variables.
                    known.remove("live");
                    all.push(json!({
                        "started_at": call.started_at, "answered_at": call.answered_at, "ended_at": call.ended_at,
                        "outcome": call.outcome, "known": known, "note": plain(call.about.note.as_ref()),
                    }));
                }
                after = found.next;
                if after.is_none() {
                    break;
                }
            }
        }
        let (profile, vault) = (of.profile, self.vault().clone());
        let unclaimed = self.read(async move |tx: &mut Tx<'_>| -> Result<_> {
            Ok(call::list_unclaimed_calls(tx, &vault, profile).await?)
        });
        for call in unclaimed.await? {
            let (began, ended) = (call.started_at, call.ended_at);
            all.push(json!({ "from_your_number": true, "started_at": began, "ended_at": ended, "outcome": call.outcome }));
        }
        Ok(all.into())
    }

    /// Pages and events of websites that are shown with them, and nobody else's on the same browser (T-3).
    async fn export_website(&self, of: &Of) -> Result<Value> {
        let mut all = Vec::new();
        for account in &of.accounts {
            let mut after = None;
            loop {
                let found = self.wholes_of_account(Viewer::with(Masked::NONE), *account, after).await?;
                for whole in found.items {
                    let id = countersign_types::IdentityId::from_bytes(account.to_bytes());
                    let site = self.channel_word(whole.visit.row.site);
                    let own = |identity| identity == Some(id);
                    let pages = whole.pages.iter().filter(|page| own(page.identity)).map(|page| {
                        json!({
                            "url": page.event.url, "title": page.event.title, "entered_at": page.event.at,
                            "exited_at": page.exited_at,
                        })
                    });
                    let events = whole.events.iter().filter(|event| own(event.identity)).map(|event| {
                        let data = event.event.data.as_deref().unwrap_or("{}");
                        json!({
                            "name": event.event.name, "at": event.event.at,
                            "data": serde_json::from_str::<Value>(data).unwrap_or_default(),
                        })
                    });
                    all.push(json!({
                        "site": site, "started_at": whole.visit.row.started_at, "last_at": whole.visit.row.last_at,
                        "browser": whole.visit.row.agent, "pages": pages.collect::<Value>(),
                        "events": events.collect::<Value>(),
                    }));
                }
                after = found.next;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(all.into())
    }

    async fn export_events(&self, of: &Of) -> Result<Value> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let (id, page) = (of.profile, page_after(after));
            let found =
                self.read(async move |tx: &mut Tx<'_>| Ok(event::list_timeline(tx, id, page).await?)).await?;
            all.extend(found.items.iter().map(|event| {
                json!({ "at": event.at, "kind": event.kind, "by": who(event.actor.kind), "details": event.details })
            }));
            after = found.next;
            if after.is_none() {
                return Ok(all.into());
            }
        }
    }

    /// What profiles said that became part of this one, as far as it is not said by it now.
    async fn export_merges(&self, of: &Of) -> Result<Value> {
        let mut all = Vec::new();
        for (id, number) in &of.behind {
            let (vault, id) = (self.vault().clone(), *id);
            let (sheet, merged) = self
                .read(async move |tx: &mut Tx<'_>| {
                    Ok((merge::find_sheet(tx, &vault, id).await?, merge::find_merge_of(tx, id).await?))
                })
                .await?;
            let values = sheet.unwrap_or_default().into_iter().filter(|(cell, _)| !cell.is_bookkeeping());
            let values: Vec<Value> = values
                .map(|(cell, held)| {
                    json!({
                        "field": self.cell_name(cell), "value": held.value.plain(Purpose::Deliver),
                        "source": held.source, "proved": held.is_proved,
                    })
                })
                .collect();
            all.push(json!({
                "reference": format!("C-{number}"), "merged_at": merged.as_ref().map(|m| m.merged_at),
                "ground": merged.as_ref().map(|m| m.ground), "values": values,
            }));
        }
        Ok(all.into())
    }

    async fn export_viewers(&self, of: &Of) -> Result<Value> {
        let mut all: Vec<(Timestamp, Value)> = Vec::new();
        for id in of.profiles() {
            let mut after = None;
            loop {
                let page = page_after(after);
                let found = self.read(async move |tx: &mut Tx<'_>| {
                    let actions = [VIEW, REVEAL, EXPORT, DOWNLOAD];
                    Ok(viewer::list_looks(tx, &id.to_string(), actions, page).await?)
                });
                let found = found.await?;
                all.extend(found.items.iter().map(|look| {
                    let field = look.details.get("field");
                    (look.at, json!({ "at": look.at, "by": who(look.actor.kind), "what": look.action, "field": field }))
                }));
                after = found.next;
                if after.is_none() {
                    break;
                }
            }
        }
        all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        Ok(all.into_iter().map(|(_, look)| look).collect())
    }

    async fn export_requests(&self, of: &Of) -> Result<Value> {
        let filter = RequestFilter { profile: Some(of.profile), ..RequestFilter::default() };
        let page = page_after(None);
        let found = self.read(async move |tx: &mut Tx<'_>| Ok(store::list_requests(tx, filter, page).await?));
        let requests = found.await?.items.into_iter().map(|r| {
            json!({
                "kind": r.kind, "received_at": r.received_at, "state": r.state, "done_at": r.done_at,
                "reason": r.reason, "answer": r.answer,
            })
        });
        Ok(requests.collect())
    }
}

pub(super) fn page_after(after: Option<Cursor>) -> PageRequest {
    PageRequest { limit: PageRequest::LIMIT_MAX, after }
}

/// A value as it is: the file goes to the person whom it is about.
pub(super) fn plain<K: Kind>(value: Option<&Pii<K>>) -> Value {
    value.filter(|value| !value.is_empty()).map_or(Value::Null, |value| value.plain(Purpose::Deliver).into())
}

fn said(message: &Message) -> Value {
    let files: Vec<&str> = message.attachments.iter().map(|file| file.name.as_str()).collect();
    json!({
        "at": message.received_at, "kind": message.kind, "by": author(message.author.kind),
        "text": plain(Some(&message.text)), "files": files, "automatic": message.is_automatic,
    })
}

const fn author(kind: AuthorKind) -> &'static str {
    match kind {
        AuthorKind::Customer => "customer",
        AuthorKind::User => "team",
        AuthorKind::System => "system",
        AuthorKind::Rule => "rule",
        AuthorKind::Api => "program",
    }
}

const fn who(kind: ActorKind) -> &'static str {
    match kind {
        ActorKind::User => "team",
        ActorKind::ApiKey => "program",
        ActorKind::Public => "page",
        ActorKind::Customer => "customer",
        ActorKind::System => "system",
    }
}
