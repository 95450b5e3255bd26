//! Customers as a file: what the list shows to the same person, page by page, on record before the first row leaves.

use async_recursion::async_recursion as boxed;
use countersign_store::profile::ProfileQuery;
use countersign_store::{Tx, profile as store};
use countersign_types::pii::Class;
use countersign_types::profile::{Profile, ProfileFilter, ProfileState};
use countersign_types::{Error, Page, PageRequest, Permission, Result};

use super::ProfileDetail;
use super::search::{Plan, masked_name, with_assurance};
use crate::Service;
use crate::caller::{Grant, Request};
use crate::work::Log;

/// Rows of one file at most.
pub const EXPORT_ROWS_MAX: i64 = 100_000;

/// An export under way.
pub struct ProfileExport {
    service: Service,
    rest: Rest,
    state: Option<ProfileState>,
    rows: i64,
}

/// What is still to be read.
enum Rest {
    /// These, found exactly.
    Found(Vec<Profile>),
    /// Pages of a list.
    List {
        query: ProfileQuery,
        page: PageRequest,
    },
    Nothing,
}

impl ProfileExport {
    /// How many rows there were at the beginning.
    pub fn rows(&self) -> i64 {
        self.rows
    }

    /// The next customers, newest first; none at the end.
    pub async fn next(&mut self) -> Result<Vec<ProfileDetail>> {
        let (service, now, state) = (self.service.clone(), self.service.now(), self.state);
        let rest = std::mem::replace(&mut self.rest, Rest::Nothing);
        let (query, page) = match rest {
            Rest::Nothing => return Ok(Vec::new()),
            Rest::Found(items) => {
                let page = self.service.read(async move |tx: &mut Tx<'_>| {
                    with_assurance(tx, Page { items, next: None }, now).await
                });
                return Ok(page.await?.items);
            }
            Rest::List { query, page } => (query, page),
        };
        let asked = query.clone();
        let found = self
            .service
            .read(async move |tx: &mut Tx<'_>| -> Result<Page<ProfileDetail>> {
                let profiles = store::list_profiles(tx, service.vault(), &asked, state, page).await?;
                with_assurance(tx, profiles, now).await
            })
            .await?;
        if found.next.is_some() {
            self.rest = Rest::List { query, page: PageRequest { after: found.next, ..page } };
        }
        Ok(found.items)
    }
}

impl Service {
    /// How many customers an export would take along; on record as the search that it is.
    #[boxed]
    pub async fn count_profile_export(&self, request: &Request, filter: ProfileFilter) -> Result<i64> {
        let grant = self.authorise(request, Permission::ProfileExport).await?;
        Ok(self.find_export(request, &grant, filter).await?.rows)
    }

    /// Begins to take customers along: says who did, how many and which columns.
    #[boxed]
    pub async fn begin_profile_export(
        &self,
        request: &Request,
        filter: ProfileFilter,
        columns: Vec<String>,
    ) -> Result<ProfileExport> {
        let grant = self.authorise(request, Permission::ProfileExport).await?;
        let narrowed = [
            ("external_id", filter.external_id.is_some()),
            ("email", filter.email.is_some()),
            ("phone", filter.phone.is_some()),
            ("q", filter.q.is_some()),
        ];
        let by: Vec<&str> =
            narrowed.into_iter().filter(|(_, is_asked)| *is_asked).map(|(by, _)| by).collect();
        let state = filter.state;
        let export = self.find_export(request, &grant, filter).await?;
        if export.rows > EXPORT_ROWS_MAX {
            return Err(Error::conflict(
                "too-many-rows",
                format!("A file holds at most {EXPORT_ROWS_MAX} customers, and there are more."),
                "Narrow the list first, or read it page by page with the API.",
            ));
        }
        let details = serde_json::json!({
            "rows": export.rows, "by": by, "state": state.map(ProfileState::as_str), "columns": columns,
        });
        let grant = Grant { idempotency: None, ..grant };
        self.write(&grant, async move |_: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            log.audit("profile.export", "", details);
            Ok(())
        })
        .await?;
        Ok(export)
    }

    /// What a filter finds, as the list of customers finds it.
    async fn find_export(
        &self,
        request: &Request,
        grant: &Grant,
        filter: ProfileFilter,
    ) -> Result<ProfileExport> {
        let plan = self.plan(&filter)?;
        self.count_search(&request.caller, grant, &plan).await?;
        let (service, state) = (self.clone(), filter.state);
        let is_name_masked = grant.viewer().is_masked(Class::Name);
        let (rest, rows) = self
            .read(async move |tx: &mut Tx<'_>| -> Result<(Rest, i64)> {
                let vault = service.vault();
                let query = match plan {
                    Plan::List => ProfileQuery::Known,
                    Plan::Filter(lookup) => match lookup.into_query() {
                        Ok(query) => query,
                        Err(lookup) => {
                            return Ok(found(service.look_up(tx, &[lookup], &filter).await?.items));
                        }
                    },
                    Plan::Typed { lookups, name } => {
                        let exact = service.look_up(tx, &lookups, &filter).await?;
                        match name {
                            Some(_) if exact.items.is_empty() && is_name_masked => return Err(masked_name()),
                            Some(tokens) if exact.items.is_empty() => ProfileQuery::Name(tokens),
                            _ => return Ok(found(exact.items)),
                        }
                    }
                };
                let rows = store::count_profiles(tx, vault, &query, state, EXPORT_ROWS_MAX + 1).await?;
                let page = PageRequest { limit: PageRequest::LIMIT_MAX, after: None };
                Ok((Rest::List { query, page }, rows))
            })
            .await?;
        Ok(ProfileExport { service: self.clone(), rest, state, rows })
    }
}

fn found(items: Vec<Profile>) -> (Rest, i64) {
    let rows = i64::try_from(items.len()).unwrap_or(i64::MAX);
    (Rest::Found(items), rows)
}
