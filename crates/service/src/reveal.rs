//! Reveal: a single masked value, shown to a person who says why, counted and on record (M-6).
//!
//! What is asked for is a field of one object, never a list; the answer is one value. Who saw it, which, when and why
//! stands in the audit log under the customer, in the transaction that counts it, before the value is given out.

use async_recursion::async_recursion as boxed;
use countersign_masking::mask_text;
use countersign_store::{Tx, account, case, identifier, message, profile};
use countersign_types::analytics::{Fact, Metric};
use countersign_types::attribute::{Attribute, AttributeLevel};
use countersign_types::link::Account;
use countersign_types::pii::{Class, Kind, Pii, Purpose, Viewer};
use countersign_types::profile::{IdentifierValue, Profile};
use countersign_types::{
    AccountId, CaseId, Error, IdentifierId, MessageId, Permission, ProfileId, Result, Timestamp,
};

use crate::Service;
use crate::analytics::revealed;
use crate::caller::{Caller, Grant, Request};
use crate::profile::take_hourly;
use crate::snapshot::Snapshot;
use crate::work::Log;

/// The action under which a reveal stands in the audit log.
pub(crate) const REVEAL: &str = "profile.reveal";
/// How long a revealed value may stand on a screen, seconds.
pub const SHOWN_SECS: u32 = 60;
/// Shortest and longest reason, characters.
const REASON_CHARS: std::ops::RangeInclusive<usize> = 3..=300;
/// The counter of reveals.
const SCOPE: &str = "reveal";

/// On which object a masked value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevealOf {
    /// `name`, `email`, `phone`, `external_id`, `claims.…`, `attributes.…`, `identifiers.<id>`.
    Profile(ProfileId),
    /// `user_id`, `name`.
    Account(AccountId),
    /// `subject`, `user_id`, `name`, `profile_name`, `attributes.…`.
    Case(CaseId),
    /// `text`, `attachments`.
    Message(MessageId),
}

/// A value that somebody asked to see.
#[derive(Debug, Clone, Copy)]
struct Wanted {
    of: RevealOf,
    now: Timestamp,
    viewer: Viewer,
}

/// A value with the customer it is about.
struct Found {
    profile: ProfileId,
    value: String,
    is_masked: bool,
}

impl Service {
    /// Shows one masked value to a person, for a reason. Refused with `people-only` to programs (they have a scope),
    /// with `reveal-off` where the role may not, with too many after the role's limit in an hour; `not-masked` where
    /// there is nothing to reveal.
    #[boxed]
    pub async fn reveal(
        &self,
        request: &Request,
        of: RevealOf,
        field: &str,
        reason: &str,
    ) -> Result<Pii<countersign_types::pii::FreeText>> {
        let permission = match of {
            RevealOf::Case(_) | RevealOf::Message(_) => Permission::CaseRead,
            RevealOf::Profile(_) | RevealOf::Account(_) => Permission::ProfileRead,
        };
        let grant = self.authorise(request, permission).await?;
        let per_hour = self.reveals_per_hour(&request.caller)?;
        let reason = check_reason(reason)?;
        let shown = request.caller.role().map(|role| revealed(role, grant.actor(), field));
        let refused = shown.clone().map(|fact| Fact { metric: Metric::RevealRefused, ..fact });
        let wanted = Wanted { of, now: self.now(), viewer: grant.viewer() };
        let (service, field) = (self.clone(), field.to_owned());
        let subject = self.vault().blind(SCOPE, &grant.actor().id);
        // The value itself is remembered nowhere, so there is nothing to answer again.
        let grant = Grant { idempotency: None, ..grant };
        let answer = self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Pii<_>> {
            let found = service.find_value(tx, wanted, &field).await?.ok_or_else(|| unknown_field(of))?;
            if !found.is_masked {
                return Err(Error::conflict(
                    "not-masked",
                    "You see this value as it is.",
                    "Read the object again: who sees what may just have been changed.",
                ));
            }
            take_hourly(tx, (SCOPE, "revealed values"), subject, per_hour, wanted.now).await?;
            let details = serde_json::json!({ "of": name_of(of), "field": field, "reason": reason });
            shown.into_iter().for_each(|fact| log.count(fact));
            log.audit(REVEAL, found.profile, details);
            Ok(Pii::new(found.value))
        });
        let answer = answer.await;
        if matches!(answer, Err(Error::TooMany { .. })) {
            // What was refused was undone, so it is counted by itself.
            self.write(&grant, async move |_tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
                refused.into_iter().for_each(|fact| log.count(fact));
                Ok(())
            })
            .await?;
        }
        answer
    }

    fn reveals_per_hour(&self, caller: &Caller) -> Result<u32> {
        if !matches!(caller, Caller::User { .. }) {
            return Err(Error::Refused {
                code: "people-only",
                detail: "Single values are revealed to people, who say why.",
                hint: "Give the API key the scope `personal_data.read`.",
            });
        }
        match caller.reveals_per_hour(&self.snapshot().masking) {
            0 => Err(Error::Refused {
                code: "reveal-off",
                detail: "Your role may not have masked values shown.",
                hint: "Ask somebody who sees the value, or an administrator, who can allow it under Masking.",
            }),
            limit => Ok(limit),
        }
    }

    async fn find_value(&self, tx: &mut Tx<'_>, wanted: Wanted, field: &str) -> Result<Option<Found>> {
        let (vault, viewer) = (self.vault(), wanted.viewer);
        match wanted.of {
            RevealOf::Profile(id) => {
                let profile =
                    profile::find_profile(tx, vault, id).await?.ok_or(Error::NotFound("profile"))?;
                match field.strip_prefix("identifiers.").map(str::parse) {
                    Some(Ok(own)) => self.find_identifier(tx, id, own, &viewer).await,
                    Some(Err(_)) => Ok(None),
                    None => Ok(of_profile(&profile, field, &self.snapshot(), &viewer)),
                }
            }
            RevealOf::Account(id) => {
                let found = account::find_account(tx, vault, id).await?.ok_or(Error::NotFound("account"))?;
                Ok(of_account(&found, field, &viewer))
            }
            RevealOf::Case(id) => {
                let row = case::find_case(tx, vault, id, wanted.now).await?.ok_or(Error::NotFound("case"))?;
                let of = row.profile.id;
                Ok(match field {
                    "subject" => found(of, row.case.subject.as_ref(), &viewer),
                    "profile_name" => found(of, row.profile.name.as_ref(), &viewer),
                    "user_id" | "name" => of_account(&row.account, field, &viewer),
                    _ => field.strip_prefix("attributes.").and_then(|key| {
                        let snapshot = self.snapshot();
                        let definition = snapshot.attribute_by_key(AttributeLevel::Case, key);
                        of_attribute(of, definition, row.case.attributes.get(key)?, &viewer)
                    }),
                })
            }
            RevealOf::Message(id) => {
                let said = message::find_message(tx, vault, id).await?.ok_or(Error::NotFound("message"))?;
                let account = account::find_account_of_case(tx, vault, said.case).await?;
                let of = account.ok_or(Error::NotFound("message"))?.profile;
                let names = said.attachments.iter().map(|file| file.name.as_str()).collect::<Vec<_>>();
                Ok(match field {
                    "text" => found(of, Some(&said.text), &viewer),
                    "attachments" => {
                        let names = Pii::<countersign_types::pii::FreeText>::new(names.join(", "));
                        found(of, Some(&names), &viewer)
                    }
                    _ => None,
                })
            }
        }
    }
}

impl Service {
    async fn find_identifier(
        &self,
        tx: &mut Tx<'_>,
        of: ProfileId,
        id: IdentifierId,
        viewer: &Viewer,
    ) -> Result<Option<Found>> {
        let all = identifier::list_identifiers(tx, self.vault(), of).await?;
        let own = all.iter().find(|own| own.id == id);
        Ok(own.and_then(|own| match &own.value {
            IdentifierValue::Email(value) => found(of, Some(value), viewer),
            IdentifierValue::Phone(value) => found(of, Some(value), viewer),
            IdentifierValue::ExternalId(value) => found(of, Some(value), viewer),
        }))
    }
}

fn found<K: Kind>(profile: ProfileId, value: Option<&Pii<K>>, viewer: &Viewer) -> Option<Found> {
    let value = value.filter(|value| !value.is_empty())?;
    let is_masked = viewer.is_masked(value.class());
    Some(Found { profile, value: value.plain(Purpose::Reveal).to_owned(), is_masked })
}

/// A value that a channel chose may be an address or a number, and is hidden from whoever sees those masked.
fn chosen<K: Kind>(profile: ProfileId, value: Option<&Pii<K>>, viewer: &Viewer) -> Option<Found> {
    let mut found = found(profile, value, viewer)?;
    let sees_less = viewer.is_masked(Class::Email) || viewer.is_masked(Class::Phone);
    found.is_masked |= sees_less && mask_text(&found.value) != found.value;
    Some(found)
}

fn of_account(account: &Account, field: &str, viewer: &Viewer) -> Option<Found> {
    match field {
        "user_id" => chosen(account.profile, Some(&account.user_id), viewer),
        "name" => chosen(account.profile, account.name.as_ref(), viewer),
        _ => None,
    }
}

fn of_profile(profile: &Profile, field: &str, snapshot: &Snapshot, viewer: &Viewer) -> Option<Found> {
    let id = profile.id;
    match field {
        "name" => found(id, profile.name.as_ref(), viewer),
        "email" => found(id, profile.email.as_ref(), viewer),
        "phone" => found(id, profile.phone.as_ref(), viewer),
        "external_id" => found(id, profile.external_id.as_ref(), viewer),
        "claims.name" => chosen(id, profile.claims.name.as_ref(), viewer),
        "claims.email" => found(id, profile.claims.email.as_ref(), viewer),
        "claims.phone" => found(id, profile.claims.phone.as_ref(), viewer),
        _ => {
            let definition =
                snapshot.attribute_by_key(AttributeLevel::Profile, field.strip_prefix("attributes.")?)?;
            let stored = profile.attributes.get(&definition.id)?;
            let value = serde_json::from_str(stored.value.plain(Purpose::Reveal)).ok()?;
            of_attribute(id, Some(definition), &value, viewer)
        }
    }
}

fn of_attribute(
    profile: ProfileId,
    definition: Option<&Attribute>,
    value: &serde_json::Value,
    viewer: &Viewer,
) -> Option<Found> {
    let value = match value {
        serde_json::Value::Null => return None,
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    Some(Found { profile, value, is_masked: definition?.is_masked_for(viewer) })
}

fn check_reason(reason: &str) -> Result<String> {
    let reason = reason.trim();
    if !REASON_CHARS.contains(&reason.chars().count()) || reason.chars().any(char::is_control) {
        let detail = "Say in 3 to 300 characters on one line why you need to see this.";
        return Err(Error::invalid("/reason", "invalid-reason", detail));
    }
    // The audit log is kept for years and read by others: what people quote of a customer does not go into it.
    Ok(mask_text(reason))
}

fn name_of(of: RevealOf) -> String {
    match of {
        RevealOf::Profile(id) => id.to_string(),
        RevealOf::Account(id) => id.to_string(),
        RevealOf::Case(id) => id.to_string(),
        RevealOf::Message(id) => id.to_string(),
    }
}

fn unknown_field(of: RevealOf) -> Error {
    let detail = match of {
        RevealOf::Profile(_) => {
            "This customer has no such value. Fields: `name`, `email`, `phone`, `external_id`, `claims.email`, `attributes.<key>` …"
        }
        RevealOf::Account(_) => {
            "An account has the fields `user_id` and `name`, and this one may have no name."
        }
        RevealOf::Case(_) => {
            "This case has no such value. Fields: `subject`, `user_id`, `name`, `profile_name`, `attributes.<key>`."
        }
        RevealOf::Message(_) => {
            "A message has the fields `text` and `attachments`, and this one may have no files."
        }
    };
    Error::invalid("/field", "unknown-field", detail)
}
