//! Identification codes: issued for somebody the company knows, sent by somebody a channel does not.
//!
//! Issuing is here; `redeem` is what a message with a code does. The code itself exists in the answer to whoever
//! asked for it and nowhere else: the store holds a keyed hash (C-8).

mod flood;
pub mod page;
pub(crate) mod redact;
pub(crate) mod redeem;

use async_recursion::async_recursion as boxed;
use countersign_identity::Code;
pub use countersign_store::code::CodeFilter;
use countersign_store::code::{CodeRow, NewCode};
use countersign_store::{Place, Tx, code as store, profile};
use countersign_types::analytics::{Fact, Metric};
use countersign_types::audit::Actor;
use countersign_types::channel::{Channel, ChannelKind, ChannelState};
use countersign_types::code::{CodeForm, CodeState, IdentificationCode, Issuer};
use countersign_types::event::EventKind;
use countersign_types::link::Link;
use countersign_types::pii::{Name, Pii};
use countersign_types::profile::{ProfileKey, ProfilePatch, ProfileState, Source};
use countersign_types::{
    ChannelId, CodeId, Error, Page, PageRequest, Permission, ProfileId, Result, Timestamp, time,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::Url;

pub(crate) use flood::Flood;

use crate::Service;
use crate::caller::{Caller, Grant, Request};
use crate::work::Log;

pub(crate) const PUSHED: Place = Place("identification_code.pushed_sealed");
/// Shortest and longest life of a code, seconds (C-4).
pub const LIFETIME_SECS: std::ops::RangeInclusive<i64> = 60..=600;

/// A request for a code.
#[derive(Debug, Clone)]
pub struct NewIdentificationCode {
    /// For whom.
    pub key: ProfileKey,
    /// What to write into the profile when the code is used.
    pub patch: ProfilePatch,
    /// How it is written.
    pub form: CodeForm,
    /// Only good on these channels; empty = on any.
    pub channels: Vec<ChannelId>,
    /// How long it lives; the workspace's setting when nothing is said.
    pub lifetime_secs: Option<i64>,
}

/// An issued code, to be shown once.
#[derive(Clone, Serialize, Deserialize)]
pub struct Issued {
    /// Its record.
    pub id: CodeId,
    /// The code, without separators.
    pub code: String,
    /// The code in groups.
    pub display: String,
    /// How it is written, as a word.
    pub form: String,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Until when it can be sent.
    pub expires_at: Timestamp,
    /// With which the issuing page follows it.
    pub status_token: Option<String>,
}

/// A channel on which a code can be sent.
#[derive(Debug, Clone)]
pub struct CodeLink {
    /// The channel.
    pub channel: ChannelId,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: &'static str,
    /// The address that opens it with the code filled in.
    pub url: Option<String>,
}

/// A code's record with the link its use made.
#[derive(Debug, Clone)]
pub struct CodeDetail {
    /// The record.
    pub code: IdentificationCode,
    /// Whether a profile stands behind it.
    pub has_profile: bool,
    /// Where it stands now.
    pub state: CodeState,
    /// The link that its use made.
    pub link: Option<Link>,
    /// For whom it is; `None` for codes of plain widgets that were not used, and for customers who are gone.
    pub customer: Option<CodeCustomer>,
}

/// For whom a code is.
#[derive(Debug, Clone)]
pub struct CodeCustomer {
    /// The profile's reference.
    pub reference: String,
    /// Their name.
    pub name: Option<Pii<Name>>,
}

impl CodeDetail {
    /// Whom it is about: whose account it linked, or for whom it was issued.
    fn profile(&self) -> Option<ProfileId> {
        let linked = self.link.as_ref().map(|link| link.profile);
        linked.or(self.has_profile.then_some(self.code.profile))
    }
}

/// Whether guessing is under way (C-5).
#[derive(Debug, Clone)]
pub struct CodeStatus {
    /// Whether the workspace is in elevated mode.
    pub is_elevated: bool,
    /// Since when, or when it began to count.
    pub since: Option<Timestamp>,
    /// Misses with a right check symbol in the present minute.
    pub misses_last_minute: i64,
    /// Codes alive, counted up to the limit.
    pub live_codes: i64,
}

/// For whom, by whom, and what is to be written when the code is used.
pub(crate) struct Order {
    /// Who asked.
    pub issuer: Issuer,
    /// The profile; codes of plain widgets have none.
    pub profile: Option<ProfileId>,
    /// Names the subject to the limits and to supersession.
    pub subject_hash: [u8; 32],
    /// What to write, sealed for the code's row by the subject's or the workspace's key.
    pub pushed: Pushed,
    /// How it is written.
    pub form: CodeForm,
    /// Only good on these channels.
    pub channels: Vec<ChannelId>,
    /// How long it lives.
    pub lifetime_secs: i64,
    /// Whether a page follows it.
    pub with_status: bool,
}

/// Profile data on its way from the issuing to the use of a code. Personal: it exists sealed, or in the hands of one
/// operation.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Pushed {
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    pub phone: Option<String>,
    #[serde(default)]
    pub language: Option<String>,
    #[serde(default)]
    pub attributes: std::collections::BTreeMap<String, serde_json::Value>,
    /// An address that the company has not verified, from a signed token.
    #[serde(default)]
    pub claimed_email: Option<String>,
    /// A number that the company has not verified.
    #[serde(default)]
    pub claimed_phone: Option<String>,
}

impl Service {
    /// Issues a code for a customer: the company's server says who it is (AL3 when it is used).
    #[boxed]
    pub async fn issue_code(
        &self,
        request: &Request,
        new: NewIdentificationCode,
    ) -> Result<(Issued, Vec<CodeLink>)> {
        let grant = self.authorise(request, Permission::CodeIssue).await?;
        let Caller::ApiKey(key) = &request.caller else {
            return Err(Error::Refused {
                code: "api-key-needed",
                detail: "Only the company's own server issues codes.",
                hint: "Use an API key with the scope code.issue. Agents ask for a code in the chat instead.",
            });
        };
        let issuer = Issuer::ApiKey(key.id);
        let lifetime_secs = self.lifetime(new.lifetime_secs)?;
        let channels = self.known_channels(&new.channels)?;
        self.flood().take_key(key.id, self.now(), self.config().code.per_key_min)?;
        self.check_patch(&new.patch)?;
        let pushed = Pushed::of(&new.patch);
        let (service, actor, now) = (self.clone(), grant.actor.clone(), self.now());
        let (key, form, with_status) = (new.key, new.form, false);
        let issued = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Issued> {
                let profile = service.subject_of(tx, log, &actor, &key, Source::Api, now).await?;
                let subject_hash = service.subject_hash(issuer, &profile.to_bytes());
                let order = Order {
                    issuer,
                    profile: Some(profile),
                    subject_hash,
                    pushed,
                    form,
                    channels,
                    lifetime_secs,
                    with_status,
                };
                service.issue(tx, log, &actor, order, now).await
            })
            .await?;
        let links = self.code_links(&issued, &new.channels);
        Ok((issued, links))
    }

    /// The profile a company names, made if it is new. A channel user is named by their id on a custom channel.
    pub(crate) async fn subject_of(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        key: &ProfileKey,
        source: Source,
        now: Timestamp,
    ) -> Result<ProfileId> {
        let profile = match key {
            ProfileKey::ChannelUser { channel, user_id } => {
                let snapshot = self.snapshot();
                if !crate::link::is_company_channel(snapshot.channel(*channel)?.channel.kind) {
                    return Err(Error::invalid(
                        "/profile/channel_user/channel",
                        "not-a-custom-channel",
                        "Users are named by their id on custom channels only: there the id is your own.",
                    ));
                }
                let account = self.account_for(tx, log, actor, *channel, user_id.clone(), None, now).await?;
                let profile = self.proved_profile(tx, log, account, now).await?;
                profile::set_anonymous(tx, profile, false).await?;
                profile
            }
            key => self.resolve_or_create(tx, log, actor, key, &ProfilePatch::default(), source, now).await?,
        };
        match profile::lock_survivor(tx, profile).await? {
            Some((survivor, ProfileState::Active)) => Ok(survivor),
            Some((_, ProfileState::Blocked)) => Err(blocked()),
            None => Err(Error::NotFound("profile")),
        }
    }

    /// Issues a code inside an operation. A live code of the same subject and issuer ends (C-4).
    pub(crate) async fn issue(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        order: Order,
        now: Timestamp,
    ) -> Result<Issued> {
        store::lock_codes_of_subject(tx, order.subject_hash).await?;
        let recent =
            store::count_codes_of_subject(tx, order.subject_hash, now.plus(-10 * time::MINUTE)).await?;
        if recent >= self.config().code.per_subject_10min {
            return Err(Error::TooMany { what: "codes for this customer", retry_after_secs: 600 });
        }
        self.check_live_codes(tx, now).await?;
        let form = match order.form {
            CodeForm::Text => countersign_identity::Form::Text,
            CodeForm::Keypad => countersign_identity::Form::Keypad,
        };
        let code = self.new_code(form)?;
        let id: CodeId = self.new_id()?;
        let status = order.with_status.then(|| self.random::<32>()).transpose()?.map(hex::encode);
        let record = IdentificationCode {
            id,
            profile: order.profile.unwrap_or(ProfileId::from_bytes([0; 16])),
            form: order.form,
            issuer: order.issuer,
            channels: order.channels,
            issued_at: now,
            expires_at: now.plus(order.lifetime_secs * time::SECOND),
            used_at: None,
            ended_at: None,
            is_superseded: false,
            link: None,
        };
        for old in store::supersede_codes(tx, order.subject_hash, now).await? {
            log.live("code.updated", old);
        }
        let key = match order.profile {
            Some(profile) => {
                countersign_store::subject_key::subject(tx, self.vault(), profile.to_bytes()).await?
            }
            None => self.vault().workspace().clone(),
        };
        let plain = serde_json::to_vec(&order.pushed).map_err(Error::internal)?;
        let new = NewCode {
            code: &record,
            profile: order.profile,
            code_hash: code.keyed_hash(self.vault().code_key()),
            subject_hash: order.subject_hash,
            pushed_sealed: Some(key.seal(PUSHED, id.to_bytes(), &plain)?),
            status_hash: status.as_deref().map(status_hash),
        };
        store::insert_code(tx, &new).await?;
        let mut event = self.event(EventKind::CodeIssued, actor, now)?;
        event.profile = order.profile;
        event.code = Some(id);
        log.event(event);
        log.count(Fact::of(Metric::CodeIssued));
        log.audit("code.issue", id, serde_json::json!({ "profile": order.profile, "form": order.form }));
        log.live("code.updated", id);
        Ok(Issued {
            id,
            code: code.reveal().to_owned(),
            display: code.display(),
            form: order.form.as_str().to_owned(),
            issued_at: now,
            expires_at: record.expires_at,
            status_token: status,
        })
    }

    /// Refuses more live codes than the workspace may have (C-9). Counted every few seconds, not for every code.
    async fn check_live_codes(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<()> {
        let max = self.config().code.live_max;
        let live = match self.flood().live_codes(now) {
            Some(live) => live,
            None => {
                let live = store::count_live_codes(tx, now, max).await?;
                self.flood().note_live_codes(live, now);
                live
            }
        };
        if live >= max {
            return Err(Error::TooMany { what: "identification codes alive at once", retry_after_secs: 60 });
        }
        Ok(())
    }

    fn new_code(&self, form: countersign_identity::Form) -> Result<Code> {
        let mut failed = None;
        let code = Code::generate(form, &mut |out: &mut [u8]| {
            if let Err(error) = self.fill(out) {
                failed = Some(error);
            }
        });
        match failed {
            // No code is made of bytes that nobody drew.
            Some(error) => Err(error),
            None => code.map_err(Error::internal),
        }
    }

    /// Names a subject of an issuer for limits and supersession.
    pub(crate) fn subject_hash(&self, issuer: Issuer, subject: &[u8]) -> [u8; 32] {
        let (kind, id) = match issuer {
            // Whichever key of the company asks, the customer has one live code.
            Issuer::ApiKey(_) => ("api_key", [0; 16]),
            Issuer::SignedWidget(id) => ("signed_widget", id.to_bytes()),
            Issuer::PlainWidget(id) => ("plain_widget", id.to_bytes()),
        };
        let mut value = id.to_vec();
        value.extend_from_slice(subject);
        self.vault().blind_bytes(kind, &value)
    }

    pub(crate) fn lifetime(&self, wanted: Option<i64>) -> Result<i64> {
        let secs = wanted.unwrap_or(self.config().code.lifetime_secs);
        if !LIFETIME_SECS.contains(&secs) {
            return Err(Error::invalid("/lifetime_secs", "out-of-range", "A code lives 60 to 600 seconds."));
        }
        Ok(secs)
    }

    fn known_channels(&self, channels: &[ChannelId]) -> Result<Vec<ChannelId>> {
        let snapshot = self.snapshot();
        if channels.len() > 50 {
            return Err(Error::invalid("/channels", "too-many", "At most 50 channels."));
        }
        for (i, id) in channels.iter().enumerate() {
            if !snapshot.channels.contains_key(id) {
                let detail = "There is no such channel.";
                return Err(Error::invalid(format!("/channels/{i}"), "unknown-channel", detail));
            }
        }
        Ok(channels.to_vec())
    }

    /// The channels on which a code can be sent, with addresses that fill it in where they have one.
    pub(crate) fn code_links(&self, issued: &Issued, channels: &[ChannelId]) -> Vec<CodeLink> {
        let snapshot = self.snapshot();
        let mut entries: Vec<_> = snapshot
            .channels
            .values()
            .filter(|e| e.channel.state == ChannelState::Active)
            .filter(|e| match channels {
                [] => !self.is_only_here(&e.channel),
                named => named.contains(&e.channel.id),
            })
            .collect();
        entries.sort_by_key(|e| (e.channel.created_at, e.channel.id));
        entries
            .into_iter()
            .map(|e| CodeLink {
                channel: e.channel.id,
                name: e.channel.name.clone(),
                kind: e.channel.kind.as_str(),
                url: self
                    .connector(e.channel.kind)
                    .ok()
                    .and_then(|c| c.deep_link(&e.channel.config, &issued.display)),
            })
            .collect()
    }

    /// A web chat that opens on this server's own pages alone: it is there to try things out (*Get started*), and a
    /// customer is sent to it only by a widget that names it.
    fn is_only_here(&self, channel: &Channel) -> bool {
        let Ok(own) = Url::parse(&self.config().public_url).map(|url| url.origin().ascii_serialization())
        else {
            return false;
        };
        let origins = channel.config.get("origins").and_then(serde_json::Value::as_array);
        channel.kind == ChannelKind::WebChat
            && origins
                .is_some_and(|given| !given.is_empty() && given.iter().all(|o| o.as_str() == Some(&own)))
    }

    /// The record of a code, never the code.
    #[boxed]
    pub async fn get_code(&self, request: &Request, id: CodeId) -> Result<CodeDetail> {
        let grant = self.authorise(request, Permission::CodeRead).await?;
        let now = self.now();
        let service = self.clone();
        let found = self
            .read(async move |tx: &mut Tx<'_>| -> Result<CodeDetail> {
                let row = store::find_code(tx, id).await?.ok_or(Error::NotFound("identification code"))?;
                service.code_detail(tx, row, now).await
            })
            .await?;
        if let Some(profile) = found.profile() {
            self.record_view(&request.caller, &grant, profile).await?;
        }
        Ok(found)
    }

    /// The records of codes, newest first.
    #[boxed]
    pub async fn list_codes(
        &self,
        request: &Request,
        filter: CodeFilter,
        page: PageRequest,
    ) -> Result<Page<CodeDetail>> {
        let grant = self.authorise(request, Permission::CodeRead).await?;
        let now = self.now();
        let service = self.clone();
        let found = self
            .read(async move |tx: &mut Tx<'_>| -> Result<Page<CodeDetail>> {
                let page = store::list_codes(tx, filter, now, page).await?;
                let mut items = Vec::with_capacity(page.items.len());
                for row in page.items {
                    items.push(service.code_detail(tx, row, now).await?);
                }
                Ok(Page { items, next: page.next })
            })
            .await?;
        match filter.profile {
            Some(_) if found.items.is_empty() => {}
            Some(profile) => self.record_view(&request.caller, &grant, profile).await?,
            None => self.record_list(&request.caller, &grant, "code.list", page, found.items.len()).await?,
        }
        Ok(found)
    }

    pub(crate) async fn code_detail(
        &self,
        tx: &mut Tx<'_>,
        row: CodeRow,
        now: Timestamp,
    ) -> Result<CodeDetail> {
        let link = match row.code.link {
            Some(link) => countersign_store::link::find_link(tx, self.vault(), link).await?,
            None => None,
        };
        let found = match row.has_profile {
            true => profile::find_profile(tx, self.vault(), row.code.profile).await?,
            false => None,
        };
        let customer = found.map(|p| CodeCustomer { reference: p.reference(), name: p.name });
        let state = row.code.state(now);
        Ok(CodeDetail { state, has_profile: row.has_profile, code: row.code, link, customer })
    }

    /// Takes back a live code.
    #[boxed]
    pub async fn revoke_code(&self, request: &Request, id: CodeId) -> Result<()> {
        let grant = self.authorise(request, Permission::CodeIssue).await?;
        let (service, actor, now) = (self.clone(), grant.actor.clone(), self.now());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let row = store::find_code(tx, id).await?.ok_or(Error::NotFound("identification code"))?;
            if !store::revoke_code(tx, id, now).await? {
                return Err(Error::conflict(
                    "code-not-live",
                    "This code is not live any more.",
                    "If it was used, undo or unlink the link that it made.",
                ));
            }
            let mut event = service.event(EventKind::CodeRevoked, &actor, now)?;
            event.profile = row.has_profile.then_some(row.code.profile);
            event.code = Some(id);
            log.event(event);
            log.audit("code.revoke", id, serde_json::json!({}));
            log.live("code.updated", id);
            Ok(())
        })
        .await
    }

    /// Whether guessing is under way.
    #[boxed]
    pub async fn code_status(&self, request: &Request) -> Result<CodeStatus> {
        self.authorise(request, Permission::CodeRead).await?;
        let (service, now) = (self.clone(), self.now());
        self.read(async move |tx: &mut Tx<'_>| service.read_code_status(tx, now).await).await
    }

    pub(crate) fn public_grant(id: impl ToString, name: &str) -> Grant {
        Grant::internal(Actor {
            kind: countersign_types::audit::ActorKind::Public,
            id: id.to_string(),
            name: name.to_owned(),
        })
    }
}

impl Pushed {
    /// What a patch would write, in a form that can be sealed.
    pub(crate) fn of(patch: &ProfilePatch) -> Self {
        use countersign_types::pii::Purpose::Seal;
        Self {
            name: patch.name.clone().flatten().map(|v| v.plain(Seal).to_owned()),
            email: patch.email.clone().flatten().map(|v| v.plain(Seal).to_owned()),
            phone: patch.phone.clone().flatten().map(|v| v.plain(Seal).to_owned()),
            language: patch.language.clone().flatten(),
            attributes: patch.attributes.clone(),
            ..Self::default()
        }
    }

    /// With what a token says and does not vouch for.
    pub(crate) fn with_claimed(self, claimed: &ProfilePatch) -> Self {
        let claimed = Self::of(claimed);
        Self { claimed_email: claimed.email, claimed_phone: claimed.phone, ..self }
    }

    /// The patches again: what is vouched for, and what is only claimed.
    pub(crate) fn into_patches(self) -> (ProfilePatch, ProfilePatch) {
        use countersign_types::Pii;
        let claimed = ProfilePatch {
            email: self.claimed_email.map(|v| Some(Pii::new(v))),
            phone: self.claimed_phone.map(|v| Some(Pii::new(v))),
            ..ProfilePatch::default()
        };
        let patch = ProfilePatch {
            name: self.name.map(|v| Some(Pii::new(v))),
            email: self.email.map(|v| Some(Pii::new(v))),
            phone: self.phone.map(|v| Some(Pii::new(v))),
            language: self.language.map(Some),
            attributes: self.attributes,
            ..ProfilePatch::default()
        };
        (patch, claimed)
    }
}

/// The hash under which a page's status token is kept.
pub(crate) fn status_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// The profile is blocked.
pub(crate) fn blocked() -> Error {
    Error::conflict(
        "profile-blocked",
        "This customer is blocked: nobody can be identified as them.",
        "Unblock the customer first.",
    )
}
