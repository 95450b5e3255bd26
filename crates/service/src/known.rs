//! What is known of the customers on a page, to be hidden in what was written by them and about them.
//!
//! Read only for whoever sees texts masked, once for a page. Of what is known, that is hidden which the viewer sees
//! masked elsewhere too: who sees names sees them in texts.

use async_recursion::async_recursion as boxed;
use std::collections::BTreeMap;

use countersign_masking::{Known, KnownValue};
use countersign_store::{Tx, profile as store};
use countersign_types::pii::{Class, ExternalId, Masked, Name, Pii, Purpose, Viewer};
use countersign_types::profile::Profile;
use countersign_types::{CaseId, ProfileId, Result};

use crate::Service;
use crate::case::CaseRow;
use crate::visit::IdentityDetail;

/// What is known of the customers of some cases.
#[derive(Debug, Default)]
pub struct KnownCustomers {
    cases: BTreeMap<CaseId, Known>,
    nothing: Known,
}

impl KnownCustomers {
    /// Of the customer of this case.
    pub fn of(&self, case: CaseId) -> &Known {
        self.cases.get(&case).unwrap_or(&self.nothing)
    }
}

/// What a case itself says of its customer.
struct Head {
    case: CaseId,
    profile: ProfileId,
    names: [Option<Pii<Name>>; 2],
    user: Pii<ExternalId>,
}

impl Head {
    fn of(row: &CaseRow) -> Self {
        Self {
            case: row.case.id,
            profile: row.profile.id,
            names: [row.profile.name.clone(), row.account.name.clone()],
            user: row.account.user_id.clone(),
        }
    }
}

impl Service {
    /// What is known of the customers of these cases, as far as this viewer may not see it.
    pub async fn known_customers<'a>(
        &self,
        viewer: Viewer,
        rows: impl IntoIterator<Item = &'a CaseRow>,
    ) -> Result<KnownCustomers> {
        if !viewer.is_masked(Class::FreeText) {
            return Ok(KnownCustomers::default());
        }
        let heads: Vec<Head> = rows.into_iter().map(Head::of).collect();
        let service = self.clone();
        self.read(async move |tx: &mut Tx<'_>| -> Result<KnownCustomers> {
            service.known_of(tx, viewer, &heads).await
        })
        .await
    }

    /// What is known of the customer of a case.
    #[boxed]
    pub async fn known_in_case(&self, viewer: Viewer, case: CaseId) -> Result<KnownCustomers> {
        if !viewer.is_masked(Class::FreeText) {
            return Ok(KnownCustomers::default());
        }
        let row = self.find_case(case).await?;
        self.known_customers(viewer, [&row]).await
    }

    /// What is known of the customer of a case, within an operation.
    pub(crate) async fn known_of_row(&self, tx: &mut Tx<'_>, viewer: Viewer, row: &CaseRow) -> Result<Known> {
        if !viewer.is_masked(Class::FreeText) {
            return Ok(Known::nothing());
        }
        let found = self.known_of(tx, viewer, &[Head::of(row)]).await?;
        Ok(found.cases.into_values().next().unwrap_or_default())
    }

    /// What a case itself says of its customer, without a look at the database: for answers to programs that know the
    /// message, because they sent it.
    pub fn known_from_row(&self, viewer: Viewer, row: &CaseRow) -> KnownCustomers {
        if !viewer.is_masked(Class::FreeText) {
            return KnownCustomers::default();
        }
        let head = Head::of(row);
        let known = self.known(viewer, &head, None);
        KnownCustomers { cases: BTreeMap::from([(head.case, known)]), nothing: self.known_of_everybody() }
    }

    async fn known_of(&self, tx: &mut Tx<'_>, viewer: Viewer, heads: &[Head]) -> Result<KnownCustomers> {
        let mut ids: Vec<ProfileId> = heads.iter().map(|head| head.profile).collect();
        ids.sort_unstable();
        ids.dedup();
        let profiles = store::list_profiles_by_id(tx, self.vault(), &ids).await?;
        let profiles: BTreeMap<ProfileId, Profile> = profiles.into_iter().map(|p| (p.id, p)).collect();
        let known = |head: &Head| (head.case, self.known(viewer, head, profiles.get(&head.profile)));
        Ok(KnownCustomers { cases: heads.iter().map(known).collect(), nothing: self.known_of_everybody() })
    }

    /// What is known of everybody whom a visit's texts may be about, as far as this viewer may not see it.
    pub(crate) async fn known_of_people(
        &self,
        tx: &mut Tx<'_>,
        viewer: Viewer,
        people: &[IdentityDetail],
    ) -> Result<Known> {
        if !viewer.is_masked(Class::FreeText) {
            return Ok(Known::nothing());
        }
        let mut ids: Vec<ProfileId> = people.iter().map(|person| person.profile).collect();
        ids.sort_unstable();
        ids.dedup();
        let profiles = store::list_profiles_by_id(tx, self.vault(), &ids).await?;
        let names: Vec<&Pii<Name>> = people.iter().filter_map(|person| person.name.as_ref()).collect();
        let users: Vec<&Pii<ExternalId>> = people.iter().filter_map(|person| person.value.as_ref()).collect();
        Ok(self.known_values(viewer, names, users, &profiles.iter().collect::<Vec<_>>()))
    }

    /// What is known of these customers, as far as this viewer may not see it.
    pub(crate) fn known_of_profiles(&self, viewer: Viewer, profiles: &[&Profile]) -> Known {
        if !viewer.is_masked(Class::FreeText) {
            return Known::nothing();
        }
        let names = profiles.iter().filter_map(|profile| profile.name.as_ref()).collect();
        self.known_values(viewer, names, Vec::new(), profiles)
    }

    /// What the company itself looks for in every text.
    pub fn known_of_everybody(&self) -> Known {
        Known::nothing().with_patterns(self.snapshot().patterns.clone())
    }

    fn known(&self, viewer: Viewer, head: &Head, profile: Option<&Profile>) -> Known {
        let names = head.names.iter().flatten().collect();
        self.known_values(viewer, names, vec![&head.user], &profile.into_iter().collect::<Vec<_>>())
    }

    fn known_values<'v>(
        &self,
        viewer: Viewer,
        mut names: Vec<&'v Pii<Name>>,
        mut ids: Vec<&'v Pii<ExternalId>>,
        profiles: &[&'v Profile],
    ) -> Known {
        let mut emails = Vec::new();
        let mut attributes: Vec<String> = Vec::new();
        for profile in profiles {
            names.extend(&profile.claims.name);
            emails.extend(profile.email.iter().chain(&profile.claims.email));
            ids.extend(&profile.external_id);
            let snapshot = self.snapshot();
            for (id, entry) in &profile.attributes {
                // An attribute that is gone could have been anything.
                let is_hidden = match snapshot.attribute(*id) {
                    Some(attribute) => attribute.is_masked_for(&viewer),
                    None => viewer.masked() != Masked::NONE,
                };
                let value = serde_json::from_str(entry.value.plain(Purpose::Match));
                if let (true, Ok(serde_json::Value::String(text))) = (is_hidden, value) {
                    attributes.push(text);
                }
            }
        }
        let is = |class| viewer.is_masked(class);
        let names =
            names.iter().filter(|_| is(Class::Name)).map(|v| KnownValue::Name(v.plain(Purpose::Match)));
        let emails = emails.iter().filter(|_| is(Class::Email));
        let emails = emails.map(|v| KnownValue::Email(v.plain(Purpose::Match)));
        let ids =
            ids.iter().filter(|_| is(Class::ExternalId)).map(|v| KnownValue::Text(v.plain(Purpose::Match)));
        let attributes = attributes.iter().map(|v| KnownValue::Text(v));
        let known = Known::of(names.chain(emails).chain(ids).chain(attributes));
        known.with_patterns(self.snapshot().patterns.clone())
    }
}
