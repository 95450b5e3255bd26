//! Attributes by which policies search: their values are indexed by a keyed hash, those that are there already by a job.

use std::collections::BTreeSet;

use countersign_store::{Tx, value_token, verification_policy};
use countersign_types::Result;
use countersign_types::attribute::{AttributeLevel, PiiClass};
use countersign_verification::policy::{Party, Policy, SearchKind};

use super::around::parsed;
use crate::Service;

/// Profiles that are indexed in one transaction: with a second one held, somebody who holds that and waits for the first
/// would wait for ever.
const PIECE: i64 = 1;

/// Fields of a policy's searches by object that it does not ask about.
fn searched(policy: &Policy) -> BTreeSet<&str> {
    let parties = [Some(&policy.customer), policy.representative.as_ref()];
    let searches = parties.into_iter().flatten().flat_map(|party: &Party| &party.searches);
    let by_object = searches.filter(|search| search.kind == SearchKind::Object);
    let fields = by_object.flat_map(|search| &search.fields).map(String::as_str);
    fields.filter(|field| !super::search::is_asked(policy, field)).collect()
}

impl Service {
    /// Job: lets customers be found by what policies in force search by.
    pub(crate) async fn searched_value_job(&self) -> Result<()> {
        if self.has_lease("searched_values").await? {
            self.index_searched_values().await?;
        }
        Ok(())
    }

    /// [`Service::searched_value_job`] once: for tests whose clock stands still.
    #[doc(hidden)]
    pub async fn index_searched_values_now(&self) -> Result<()> {
        self.index_searched_values().await
    }

    async fn index_searched_values(&self) -> Result<()> {
        let wanted: BTreeSet<String> = self
            .read(async move |tx: &mut Tx<'_>| -> Result<BTreeSet<String>> {
                let mut wanted = BTreeSet::new();
                for version in verification_policy::list_versions_in_force(tx).await? {
                    let policy = match parsed(&version.body.to_string()) {
                        Ok(policy) => policy,
                        // It asks nobody anything either; the others are searched by all the same.
                        Err(error) => {
                            tracing::warn!(%error, "a policy in force cannot be read");
                            continue;
                        }
                    };
                    wanted.extend(searched(&policy).into_iter().map(str::to_owned));
                }
                Ok(wanted)
            })
            .await?;
        let snapshot = self.snapshot();
        let can_be = |key: &String| {
            let found = snapshot
                .attributes
                .iter()
                .find(|one| one.level == AttributeLevel::Profile && one.key == *key);
            found.is_some_and(|attribute| attribute.pii != PiiClass::Sensitive)
        };
        let mut is_new = Vec::new();
        for key in wanted.into_iter().filter(can_be) {
            let found = self.read(async move |tx: &mut Tx<'_>| -> Result<Option<String>> {
                let found = value_token::find_searched_attribute(tx, &key).await?;
                Ok(found.is_none().then_some(key))
            });
            is_new.extend(found.await?);
        }
        if is_new.is_empty() {
            return Ok(());
        }
        self.db()
            .write(async move |tx: &mut Tx<'_>| -> Result<()> {
                for key in &is_new {
                    value_token::mark_searched(tx, key).await?;
                }
                Ok(())
            })
            .await?;
        loop {
            let service = self.clone();
            let is_left = self.db().write(async move |tx: &mut Tx<'_>| -> Result<bool> {
                Ok(value_token::index_values(tx, service.vault(), PIECE).await?)
            });
            if !is_left.await? || *self.stopping().borrow() {
                return Ok(());
            }
        }
    }
}
