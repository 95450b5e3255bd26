//! Whom a profile is compared with, and what is compared.

use std::collections::BTreeSet;

use countersign_identity::identifier::IdentifierKind as Normal;
use countersign_identity::unify::block::{CARRIERS_MAX, OTHERS_MAX, each_key};
use countersign_identity::unify::decide::{Shared, Strength, is_common};
use countersign_identity::unify::score::{Prepared, Record, phone_variants};
use countersign_store::merge::{self, Footing};
use countersign_store::search_token::{find_by_meeting_keys, query_tokens};
use countersign_store::{Tx, identifier, profile};
use countersign_types::attribute::AttributeType;
use countersign_types::merge::{Cell, Held, Sheet};
use countersign_types::pii::Purpose;
use countersign_types::profile::IdentifierKind;
use countersign_types::{Assurance, ProfileId, Result, Timestamp};

use crate::Service;
use crate::profile::assurances;

/// A profile with all that is weighed of it.
pub(super) struct Candidate {
    pub(super) footing: Footing,
    pub(super) sheet: Sheet,
    pub(super) assurance: Assurance,
}

impl Candidate {
    /// Its addresses and numbers, with what they are found by.
    fn identifiers(&self) -> impl Iterator<Item = (IdentifierKind, [u8; 32], &Held)> {
        self.sheet.iter().filter_map(|(cell, held)| match cell {
            Cell::Identifier(kind @ (IdentifierKind::Email | IdentifierKind::Phone), hash) => {
                Some((*kind, *hash, held))
            }
            _ => None,
        })
    }

    fn text(&self, cell: Cell) -> Option<&str> {
        self.sheet.get(&cell).map(|held| held.value.plain(Purpose::Match))
    }

    fn name(&self) -> Option<&str> {
        self.text(Cell::Name).or_else(|| self.text(Cell::ClaimedName))
    }
}

impl Service {
    /// The profile that an id stands for.
    pub(super) async fn candidate(
        &self,
        tx: &mut Tx<'_>,
        id: ProfileId,
        now: Timestamp,
    ) -> Result<Option<Candidate>> {
        let Some(id) = profile::find_survivor(tx, id).await? else { return Ok(None) };
        let footing = merge::list_footings(tx, id, id).await?.pop();
        let sheet = merge::find_sheet(tx, self.vault(), id).await?;
        let (Some(footing), Some(sheet)) = (footing, sheet) else { return Ok(None) };
        let assurance = assurances(tx, &[id], now).await?.remove(&id).unwrap_or_default();
        Ok(Some(Candidate { footing, sheet, assurance }))
    }

    /// The keys by which a profile meets others.
    pub(super) fn meeting_keys(&self, own: &Candidate) -> Vec<String> {
        let mut keys = Vec::new();
        each_key(&Prepared::of(&self.record_of(own)), |key| keys.push(key.to_owned()));
        keys
    }

    /// Who carries the same address or number, a variant of the number, keys that say something, or a name that begins
    /// alike.
    pub(super) async fn others_of(
        &self,
        tx: &mut Tx<'_>,
        own: &Candidate,
        keys: &[String],
    ) -> Result<Vec<ProfileId>> {
        let mut others = Vec::new();
        for (kind, hash, held) in own.identifiers() {
            others.extend(identifier::find_by_hash(tx, kind, hash, false).await?);
            if kind == IdentifierKind::Phone {
                for variant in phone_variants(held.value.plain(Purpose::Match)) {
                    others
                        .extend(profile::find_by_identifier(tx, self.vault(), kind, &variant, false).await?);
                }
            }
        }
        others.extend(find_by_meeting_keys(tx, self.vault(), own.footing.id, keys, CARRIERS_MAX).await?);
        let tokens = own.name().map(|name| query_tokens(self.vault(), name)).unwrap_or_default();
        // One word is shared by far too many.
        if tokens.len() > 1 {
            others.extend(profile::find_named(tx, &tokens, OTHERS_MAX as i64).await?);
        }
        let mut seen = BTreeSet::from([own.footing.id]);
        others.retain(|other| seen.insert(*other));
        others.truncate(OTHERS_MAX);
        Ok(others)
    }

    /// The identifiers that both carry.
    pub(super) async fn shared(&self, tx: &mut Tx<'_>, a: &Candidate, b: &Candidate) -> Result<Vec<Shared>> {
        let mut shared = Vec::new();
        for (kind, hash, held) in a.identifiers() {
            let Some(other) = b.sheet.get(&Cell::Identifier(kind, hash)) else { continue };
            let text = held.value.plain(Purpose::Match).to_lowercase();
            let normal = if kind == IdentifierKind::Email { Normal::Email } else { Normal::Phone };
            shared.push(Shared {
                kind: normal,
                on_a: Strength::of(held.is_proved, &held.source),
                on_b: Strength::of(other.is_proved, &other.source),
                carriers: identifier::find_by_hash(tx, kind, hash, false).await?.len(),
                is_common: is_common(normal, &text),
            });
        }
        Ok(shared)
    }

    /// What is compared of a profile: attributes by their keys, as companies call them.
    pub(super) fn record_of(&self, candidate: &Candidate) -> Record {
        let mut record = Record { name: candidate.name().map(ToOwned::to_owned), ..Record::default() };
        for (kind, _, held) in candidate.identifiers() {
            let text = held.value.plain(Purpose::Match);
            match kind {
                IdentifierKind::Email => record.emails.push(text.to_lowercase()),
                IdentifierKind::Phone | IdentifierKind::ExternalId => record.phones.push(text.to_owned()),
            }
        }
        let snapshot = self.snapshot();
        for (cell, held) in &candidate.sheet {
            let Cell::Attribute(id) = cell else { continue };
            let Some(definition) = snapshot.attribute(*id) else { continue };
            let value: serde_json::Value =
                serde_json::from_str(held.value.plain(Purpose::Match)).unwrap_or_default();
            let Some(text) = value.as_str().map(ToOwned::to_owned) else { continue };
            let is = |words: &[&str]| words.iter().any(|word| definition.key.contains(word));
            if definition.r#type == AttributeType::Date && is(&["birth", "dob", "geburt"]) {
                record.birth_date = Some(text);
            } else if is(&["post_code", "postcode", "postal", "zip", "plz"]) {
                record.post_code = Some(text);
            } else if is(&["address", "street"]) {
                record.address = Some(text);
            } else if is(&["city", "town"]) {
                record.town = Some(text);
            }
        }
        record
    }
}
