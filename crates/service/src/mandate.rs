//! Mandates: who may act for whom, in which topics, until when.
//!
//! A mandate is evidence: it ends or is revoked, and goes only with one of the people it is about.

use std::collections::{BTreeMap, BTreeSet};

use async_recursion::async_recursion as boxed;
use countersign_masking::Known;
pub use countersign_store::mandate::MandateFilter;
use countersign_store::{Tx, mandate as store, profile, topic};
use countersign_types::event::EventKind;
pub use countersign_types::mandate::{
    Mandate, MandateContent, MandateDocument, MandateKind, MandateScope, MandateState,
};
use countersign_types::pii::{FreeText, Pii, Purpose, Viewer};
use countersign_types::profile::Profile;
use countersign_types::{
    Error, MandateId, Page, PageRequest, Permission, ProfileId, Result, Timestamp, time,
};
use countersign_verification::mandate as core;
use serde_json::json;

use crate::Service;
use crate::caller::{Caller, Grant, Request};
use crate::work::Log;

/// Mandates about one customer at most.
pub const MANDATES_ABOUT_MAX: i64 = 200;
/// Papers of a mandate at most.
pub const DOCUMENTS_MAX: usize = 10;
/// Longest title or reference of a paper, characters.
pub const DOCUMENT_CHARS_MAX: usize = 200;
/// Longest note, characters.
pub const NOTE_CHARS_MAX: usize = 2_000;
/// Longest reason of a revocation, characters.
pub const REASON_CHARS_MAX: usize = 500;
/// Topics that one mandate names at most.
const TOPICS_MAX: usize = 50;
/// How far from now a mandate may begin and end.
const SPAN_MAX: i64 = 100 * 366 * time::DAY;
const UPDATED: &str = "mandate.updated";

/// A new mandate.
#[derive(Debug, Clone)]
pub struct NewMandate {
    /// What kind of authority it is.
    pub kind: MandateKind,
    /// Who acts.
    pub representative: ProfileId,
    /// For whom.
    pub represented: ProfileId,
    /// Which customer gave it: the represented, or nobody.
    pub granted_by: Option<ProfileId>,
    /// In which topics.
    pub scope: MandateScope,
    /// From when on.
    pub valid_from: Timestamp,
    /// Until when.
    pub valid_until: Option<Timestamp>,
    /// Papers and note.
    pub content: MandateContent,
}

/// What of a mandate may change.
#[derive(Debug, Clone, Default)]
pub struct MandatePatch {
    /// An earlier end. Nobody makes a mandate last longer: that is another one, on other papers.
    pub valid_until: Option<Option<Timestamp>>,
    /// The papers, whole.
    pub documents: Option<Vec<MandateDocument>>,
    /// The note.
    pub note: Option<Option<Pii<FreeText>>>,
}

/// A mandate with its people.
#[derive(Debug)]
pub struct MandateDetail {
    /// The mandate.
    pub mandate: Mandate,
    /// How it stands now.
    pub state: MandateState,
    /// Who acts.
    pub representative: Profile,
    /// For whom.
    pub represented: Profile,
    /// What is written about it.
    pub content: MandateContent,
    /// What is known of both, to be hidden in what is written from whoever sees it masked.
    pub known: Known,
}

impl Service {
    /// Mandates, newest first.
    #[boxed]
    pub async fn list_mandates(
        &self,
        request: &Request,
        represented: Option<ProfileId>,
        representative: Option<ProfileId>,
        state: Option<MandateState>,
        page: PageRequest,
    ) -> Result<Page<MandateDetail>> {
        let grant = self.authorise(request, Permission::VerificationRead).await?;
        let (service, viewer, now) = (self.clone(), grant.viewer(), self.now());
        let found = self
            .read(async move |tx: &mut Tx<'_>| -> Result<Page<MandateDetail>> {
                let filter = MandateFilter {
                    represented: survivor(tx, represented).await?,
                    representative: survivor(tx, representative).await?,
                    state: state.map(|state| (state, now)),
                };
                let found = store::list_mandates(tx, &filter, page).await?;
                let items = service.mandate_details_in(tx, viewer, found.items).await?;
                Ok(Page { items, next: found.next })
            })
            .await?;
        let about = found.items.first().and_then(|first| match (represented, representative) {
            (Some(_), _) => Some(first.represented.id),
            (None, Some(_)) => Some(first.representative.id),
            (None, None) => None,
        });
        match about {
            Some(about) => self.record_view(&request.caller, &grant, about).await?,
            None => {
                self.record_list(&request.caller, &grant, "mandate.list", page, found.items.len()).await?;
            }
        }
        Ok(found)
    }

    /// A mandate.
    #[boxed]
    pub async fn read_mandate(&self, request: &Request, id: MandateId) -> Result<MandateDetail> {
        let grant = self.authorise(request, Permission::VerificationRead).await?;
        let found = self.find_mandate(&grant, id).await?;
        self.record_view(&request.caller, &grant, found.represented.id).await?;
        Ok(found)
    }

    async fn find_mandate(&self, grant: &Grant, id: MandateId) -> Result<MandateDetail> {
        let (service, viewer) = (self.clone(), grant.viewer());
        self.read(async move |tx: &mut Tx<'_>| {
            let mandate = store::get_mandate(tx, id).await?.ok_or(Error::NotFound("mandate"))?;
            let mut found = service.mandate_details_in(tx, viewer, vec![mandate]).await?;
            found.pop().ok_or(Error::NotFound("mandate"))
        })
        .await
    }

    /// Mandates with their people and what is written about them, in their order. One whose people are being erased at
    /// this moment is left out.
    pub(crate) async fn mandate_details_in(
        &self,
        tx: &mut Tx<'_>,
        viewer: Viewer,
        mandates: Vec<Mandate>,
    ) -> Result<Vec<MandateDetail>> {
        let people = |mandate: &Mandate| [mandate.representative, mandate.represented];
        let ids: BTreeSet<ProfileId> = mandates.iter().flat_map(people).collect();
        let ids: Vec<ProfileId> = ids.into_iter().collect();
        let mut profiles: BTreeMap<ProfileId, Profile> = BTreeMap::new();
        // At most so many are asked for in one statement.
        for some in ids.chunks(100) {
            let found = profile::list_profiles_by_id(tx, self.vault(), some).await?;
            profiles.extend(found.into_iter().map(|profile| (profile.id, profile)));
        }
        let now = self.now();
        let mut details = Vec::with_capacity(mandates.len());
        for mandate in mandates {
            let [representative, represented] = people(&mandate).map(|id| profiles.get(&id).cloned());
            let content = store::find_content(tx, self.vault(), mandate.id).await?;
            let (Some(representative), Some(represented), Some(content)) =
                (representative, represented, content)
            else {
                continue;
            };
            let known = self.known_of_profiles(viewer, &[&representative, &represented]);
            let state = mandate.state(now);
            details.push(MandateDetail { mandate, state, representative, represented, content, known });
        }
        Ok(details)
    }

    /// Enters a mandate.
    #[boxed]
    pub async fn create_mandate(&self, request: &Request, new: NewMandate) -> Result<MandateDetail> {
        let grant = self.authorise(request, Permission::MandateWrite).await?;
        let now = self.now();
        let new = checked(new, now)?;
        let (service, actor, id) = (self.clone(), grant.actor.clone(), self.new_id()?);
        let caller = request.caller.clone();
        let id = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<MandateId> {
                lock_people(tx, new.representative, new.represented).await?;
                service.not_ones_own(tx, &caller, [new.representative, new.represented]).await?;
                if store::count_mandates_about(tx, new.represented).await? >= MANDATES_ABOUT_MAX {
                    let detail = format!(
                        "There are {MANDATES_ABOUT_MAX} mandates about this customer, which is the most."
                    );
                    return Err(Error::conflict("too-many-mandates", detail, "Use one that there is."));
                }
                known_topics(tx, &new.scope).await?;
                let mandate = Mandate {
                    id,
                    kind: new.kind,
                    representative: new.representative,
                    represented: new.represented,
                    granted_by: new.granted_by,
                    scope: new.scope,
                    valid_from: new.valid_from,
                    valid_until: new.valid_until,
                    created_at: now,
                    created_by: actor,
                    updated_at: now,
                    revoked_at: None,
                    revoked_by: None,
                };
                store::insert_mandate(tx, service.vault(), &mandate, &new.content).await?;
                service.tell(log, "mandate.create", EventKind::MandateCreated, &mandate, now)?;
                Ok(id)
            })
            .await?;
        self.find_mandate(&grant, id).await
    }

    /// Changes papers and note of a mandate, or ends it earlier.
    #[boxed]
    pub async fn update_mandate(
        &self,
        request: &Request,
        id: MandateId,
        patch: MandatePatch,
    ) -> Result<MandateDetail> {
        let grant = self.authorise(request, Permission::MandateWrite).await?;
        let documents = patch.documents.map(documents).transpose()?;
        let note = patch.note.map(|note| text("/note", note, NOTE_CHARS_MAX)).transpose()?;
        let (service, now, caller) = (self.clone(), self.now(), request.caller.clone());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let vault = service.vault();
            let mut mandate = store::lock_mandate(tx, id).await?.ok_or(Error::NotFound("mandate"))?;
            service.not_ones_own(tx, &caller, [mandate.representative, mandate.represented]).await?;
            let mut content = store::find_content(tx, vault, id).await?.ok_or(Error::NotFound("mandate"))?;
            let mut fields = Vec::new();
            if let Some(until) = patch.valid_until.filter(|until| *until != mandate.valid_until) {
                mandate.valid_until = Some(shortened(&mandate, until, now)?);
                fields.push("valid_until");
            }
            if let Some(documents) = documents {
                content.documents = documents;
                fields.push("documents");
            }
            if let Some(note) = note {
                content.note = note;
                fields.push("note");
            }
            if fields.is_empty() {
                return Ok(());
            }
            mandate.updated_at = now.max(mandate.updated_at);
            store::update_mandate(tx, vault, &mandate, &content).await?;
            let details = json!({
                "represented": mandate.represented, "fields": fields, "valid_until": mandate.valid_until,
                "documents": content.documents.len(),
            });
            log.audit("mandate.update", id, details);
            tell_live(log, &mandate);
            Ok(())
        })
        .await?;
        self.find_mandate(&grant, id).await
    }

    /// Takes a mandate back, now or from a later moment on. One that is revoked for later can be revoked for earlier.
    #[boxed]
    pub async fn revoke_mandate(
        &self,
        request: &Request,
        id: MandateId,
        reason: Pii<FreeText>,
        at: Option<Timestamp>,
    ) -> Result<MandateDetail> {
        let grant = self.authorise(request, Permission::MandateWrite).await?;
        let now = self.now();
        let reason = text("/reason", Some(reason), REASON_CHARS_MAX)?
            .ok_or_else(|| Error::invalid("/reason", "missing-field", "Say why the mandate is revoked."))?;
        if at.is_some_and(|at| at < now || at.since(now) > SPAN_MAX) {
            let detail = "A revocation counts from now on, or from a later moment. Leave `at` out for now.";
            return Err(Error::invalid("/at", "out-of-range", detail));
        }
        let (service, actor, at) = (self.clone(), grant.actor.clone(), at.unwrap_or(now));
        let caller = request.caller.clone();
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let vault = service.vault();
            let mut mandate = store::lock_mandate(tx, id).await?.ok_or(Error::NotFound("mandate"))?;
            service.not_ones_own(tx, &caller, [mandate.representative, mandate.represented]).await?;
            let mut content = store::find_content(tx, vault, id).await?.ok_or(Error::NotFound("mandate"))?;
            if let MandateState::Revoked | MandateState::Ended = mandate.state(now) {
                return Err(over());
            }
            if mandate.revoked_at.is_some_and(|before| before <= at) {
                let detail = "The mandate is revoked from an earlier moment on already.";
                return Err(Error::conflict(
                    "mandate-over",
                    detail,
                    "Leave it as it is, or name an earlier moment.",
                ));
            }
            mandate.revoked_at = Some(at);
            mandate.revoked_by = Some(actor);
            mandate.updated_at = now.max(mandate.updated_at);
            content.revoke_reason = Some(reason);
            store::update_mandate(tx, vault, &mandate, &content).await?;
            service.tell(log, "mandate.revoke", EventKind::MandateRevoked, &mandate, now)
        })
        .await?;
        self.find_mandate(&grant, id).await
    }

    /// Nobody enters, shortens or revokes a mandate in which they themself have a part (V-6).
    async fn not_ones_own(&self, tx: &mut Tx<'_>, caller: &Caller, people: [ProfileId; 2]) -> Result<()> {
        let Caller::User { user, .. } = caller else { return Ok(()) };
        let own = self.own_profiles(tx, &user.email).await?;
        if people.iter().any(|person| own.contains(person)) {
            return Err(Error::Refused {
                code: "own-profile",
                detail: "You are a party to this mandate yourself.",
                hint: "Ask a colleague to do it.",
            });
        }
        Ok(())
    }

    /// In the audit log, on the customer's timeline, to webhooks and to open screens: by ids, without what is written.
    fn tell(
        &self,
        log: &mut Log,
        action: &str,
        kind: EventKind,
        mandate: &Mandate,
        now: Timestamp,
    ) -> Result<()> {
        let actor = mandate.revoked_by.as_ref().unwrap_or(&mandate.created_by);
        let mut event = self.event(kind, actor, now)?;
        event.profile = Some(mandate.represented);
        event.details = json!({ "mandate": mandate.id, "representative": mandate.representative });
        log.event(event);
        let details = json!({
            "kind": mandate.kind, "representative": mandate.representative, "represented": mandate.represented,
            "scope": mandate.scope, "valid_from": mandate.valid_from, "valid_until": mandate.valid_until,
            "revoked_at": mandate.revoked_at,
        });
        log.audit(action, mandate.id, details);
        tell_live(log, mandate);
        Ok(())
    }
}

fn tell_live(log: &mut Log, mandate: &Mandate) {
    log.live(UPDATED, mandate.id);
    log.live("profile.updated", mandate.represented);
    log.live("profile.updated", mandate.representative);
}

/// A customer whom a filter names: whoever names an old id means the one that goes on.
async fn survivor(tx: &mut Tx<'_>, id: Option<ProfileId>) -> Result<Option<ProfileId>> {
    let Some(id) = id else { return Ok(None) };
    Ok(Some(profile::find_survivor(tx, id).await?.unwrap_or(id)))
}

/// Locks both until the operation ends. Somebody who was merged away is not followed: the paper names a person, and
/// whoever enters it should see which of the two profiles goes on.
async fn lock_people(tx: &mut Tx<'_>, representative: ProfileId, represented: ProfileId) -> Result<()> {
    let mut people = [("/representative_id", representative), ("/represented_id", represented)];
    // In one order, as everybody locks two profiles.
    people.sort_by_key(|(_, id)| *id);
    for (pointer, id) in people {
        match profile::lock_survivor(tx, id).await? {
            Some((found, _)) if found == id => {}
            Some(_) => {
                let detail = "This customer was merged into another one. Name the one that goes on.";
                return Err(Error::invalid(pointer, "merged-profile", detail));
            }
            None => {
                let detail = "There is no such customer; perhaps they were erased.";
                return Err(Error::invalid(pointer, "unknown-profile", detail));
            }
        }
    }
    Ok(())
}

async fn known_topics(tx: &mut Tx<'_>, scope: &MandateScope) -> Result<()> {
    let MandateScope::Topics(topics) = scope else { return Ok(()) };
    let known = topic::list_topic_keys(tx).await?;
    if topics.iter().all(|topic| known.contains(topic)) {
        return Ok(());
    }
    Err(Error::invalid("/scope/topics", "unknown-topic", "There is no topic with one of these keys."))
}

fn checked(new: NewMandate, now: Timestamp) -> Result<NewMandate> {
    if new.representative == new.represented {
        let detail = "Nobody represents themself.";
        return Err(Error::invalid("/representative_id", "represents-oneself", detail));
    }
    if new.granted_by.is_some_and(|by| by != new.represented) {
        let detail = "A mandate is given by the customer it is about, or by a court, a register or the law: then \
                      nobody is named. A representative cannot give theirs on.";
        return Err(Error::invalid("/granted_by_id", "given-on", detail));
    }
    for (pointer, at) in [("/valid_from", Some(new.valid_from)), ("/valid_until", new.valid_until)] {
        if at.is_some_and(|at| at.since(now) > SPAN_MAX || now.since(at) > SPAN_MAX) {
            let detail = "This is more than a hundred years from now.";
            return Err(Error::invalid(pointer, "out-of-range", detail));
        }
    }
    if new.valid_until.is_some_and(|until| until <= new.valid_from) {
        let detail = "A mandate ends after it begins.";
        return Err(Error::invalid("/valid_until", "ends-before-it-begins", detail));
    }
    if let MandateScope::Topics(topics) = &new.scope
        && (topics.is_empty() || topics.len() > TOPICS_MAX)
    {
        let detail = format!("Name 1 to {TOPICS_MAX} topics, or write `all`.");
        return Err(Error::invalid("/scope/topics", "out-of-range", detail));
    }
    let content = MandateContent {
        documents: documents(new.content.documents)?,
        note: text("/note", new.content.note, NOTE_CHARS_MAX)?,
        revoke_reason: None,
    };
    Ok(NewMandate { content, ..new })
}

/// An earlier end, not before now: what was done under it was done under it.
fn shortened(mandate: &Mandate, until: Option<Timestamp>, now: Timestamp) -> Result<Timestamp> {
    if let MandateState::Revoked | MandateState::Ended = mandate.state(now) {
        return Err(over());
    }
    let longer = || {
        let detail = "A mandate can only be shortened. For a longer one enter a new mandate with its papers.";
        Error::invalid("/valid_until", "only-shorter", detail)
    };
    let until = until.ok_or_else(longer)?;
    if mandate.valid_until.is_some_and(|before| until > before) {
        return Err(longer());
    }
    if until < now || until <= mandate.valid_from {
        let detail =
            "The end lies neither before now nor before the beginning. To end it at once, revoke it.";
        return Err(Error::invalid("/valid_until", "out-of-range", detail));
    }
    Ok(until)
}

fn over() -> Error {
    let detail = "The mandate is over: its term ended, or it was revoked.";
    Error::conflict("mandate-over", detail, "Enter a new mandate if somebody may act again.")
}

fn documents(all: Vec<MandateDocument>) -> Result<Vec<MandateDocument>> {
    if all.len() > DOCUMENTS_MAX {
        let detail = format!("A mandate has at most {DOCUMENTS_MAX} papers.");
        return Err(Error::invalid("/documents", "too-many", detail));
    }
    let one = |(n, document): (usize, MandateDocument)| -> Result<MandateDocument> {
        let at = |field: &str| format!("/documents/{n}/{field}");
        let title = line(&at("title"), Some(document.title))?
            .ok_or_else(|| Error::invalid(at("title"), "missing-field", "Say what kind of paper it is."))?;
        Ok(MandateDocument { title, reference: line(&at("reference"), document.reference)? })
    };
    all.into_iter().enumerate().map(one).collect()
}

fn line(pointer: &str, value: Option<Pii<FreeText>>) -> Result<Option<Pii<FreeText>>> {
    let value = text(pointer, value, DOCUMENT_CHARS_MAX)?;
    if value.as_ref().is_some_and(|value| value.plain(Purpose::Match).contains('\n')) {
        return Err(Error::invalid(pointer, "invalid-value", "This is a text of one line."));
    }
    Ok(value)
}

/// Trimmed; nothing in it is the same as none.
fn text(pointer: &str, value: Option<Pii<FreeText>>, chars_max: usize) -> Result<Option<Pii<FreeText>>> {
    let Some(value) = value else { return Ok(None) };
    let text = value.plain(Purpose::Seal).trim();
    if text.chars().count() > chars_max {
        return Err(Error::invalid(pointer, "too-long", format!("This has at most {chars_max} characters.")));
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(Error::invalid(pointer, "invalid-value", "This has no control characters."));
    }
    Ok((!text.is_empty()).then(|| Pii::new(text)))
}

/// A stored mandate as the core that decides reads it.
pub(crate) fn core_mandate(mandate: &Mandate) -> core::Mandate {
    core::Mandate {
        id: mandate.id.to_string(),
        kind: match mandate.kind {
            MandateKind::PowerOfAttorney => core::Kind::PowerOfAttorney,
            MandateKind::Guardian => core::Kind::Guardian,
            MandateKind::CompanyOfficer => core::Kind::CompanyOfficer,
            MandateKind::Executor => core::Kind::Executor,
            MandateKind::Other => core::Kind::Other,
        },
        representative: mandate.representative,
        represented: mandate.represented,
        granted_by: mandate.granted_by,
        scope: match &mandate.scope {
            MandateScope::All => core::Scope::All,
            MandateScope::Topics(topics) => core::Scope::Topics(topics.clone()),
        },
        valid_from: mandate.valid_from,
        valid_until: mandate.valid_until,
        revoked_at: mandate.revoked_at,
    }
}

#[cfg(test)]
mod tests {
    use countersign_types::audit::Actor;

    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_000 * time::DAY);

    fn mandate(until: Option<Timestamp>) -> Mandate {
        Mandate {
            id: MandateId::from_bytes([1; 16]),
            kind: MandateKind::PowerOfAttorney,
            representative: ProfileId::from_bytes([2; 16]),
            represented: ProfileId::from_bytes([3; 16]),
            granted_by: Some(ProfileId::from_bytes([3; 16])),
            scope: MandateScope::Topics(["balance".to_owned()].into()),
            valid_from: NOW.plus(-time::DAY),
            valid_until: until,
            created_at: NOW,
            created_by: Actor::system(),
            updated_at: NOW,
            revoked_at: None,
            revoked_by: None,
        }
    }

    #[test]
    fn how_a_mandate_stands_is_what_the_core_says() {
        for (until, revoked, at) in [
            (None, None, NOW),
            (Some(NOW), None, NOW),
            (None, Some(NOW), NOW),
            (Some(NOW.plus(5)), Some(NOW.plus(3)), NOW.plus(4)),
            (None, None, NOW.plus(-2 * time::DAY)),
        ] {
            let mandate = Mandate { revoked_at: revoked, ..mandate(until) };
            let decided = core_mandate(&mandate).check(mandate.representative, "balance", at);
            let expected = match mandate.state(at) {
                MandateState::Active => Ok(()),
                MandateState::Future => Err(core::Gap::NotYet),
                MandateState::Ended => Err(core::Gap::Ended),
                MandateState::Revoked => Err(core::Gap::Revoked),
            };
            assert_eq!(decided, expected, "{mandate:?}");
        }
        let mandate = mandate(None);
        let other = core_mandate(&mandate).check(mandate.representative, "payee", NOW);
        assert_eq!(other, Err(core::Gap::OtherTopic));
    }

    #[test]
    fn a_mandate_is_shortened_never_lengthened_and_not_into_the_past() {
        let code = |mandate: &Mandate, until| match shortened(mandate, until, NOW) {
            Ok(until) => until.to_string(),
            Err(Error::Invalid(fields)) => fields[0].code.to_owned(),
            Err(error) => error.code().to_owned(),
        };
        let open = mandate(None);
        let soon = NOW.plus(time::DAY);
        assert_eq!(code(&open, Some(soon)), soon.to_string());
        let limited = mandate(Some(soon));
        assert_eq!(code(&limited, Some(soon.plus(1))), "only-shorter");
        assert_eq!(code(&limited, None), "only-shorter");
        assert_eq!(code(&limited, Some(NOW.plus(-1))), "out-of-range");
        assert_eq!(code(&mandate(Some(NOW)), Some(NOW.plus(-1))), "mandate-over");
    }
}
