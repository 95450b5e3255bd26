//! The searches of a policy: who may be meant, without saying what is asked about them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use async_recursion::async_recursion as boxed;
use countersign_identity::identifier::{normalise_email, normalise_external_id, normalise_phone};
use countersign_store::search_token::{query_tokens, words};
use countersign_store::value_token::{find_by_value, find_searched_attribute, value_key};
use countersign_store::{Tx, identifier, profile as store};
use countersign_types::pii::{Attribute, FreeText, Pii, Purpose, Viewer};
use countersign_types::profile::{IdentifierKind, Profile};
use countersign_types::{EngagementId, Error, Permission, ProfileId, Result};
use countersign_verification::compare::{Comparison, How, Locale, compare};
use countersign_verification::engagement::{Event, Refusal, Role};
use countersign_verification::policy::{Answer, Judge, Party, Policy, Search, SearchKind};
use serde_json::json;

use super::around::policy_of;
use super::take::Doing;
use super::{Brief, EngagementDetail, refusal};
use crate::Service;
use crate::caller::{Caller, Request};
use crate::profile::take_hourly;
use crate::work::Log;

/// Results that are shown at most.
const RESULTS_MAX: usize = 50;
/// Profiles that are looked at for them.
const LOOKED_AT_MAX: i64 = 200;
/// Profiles that are read by their ids at most.
const PROFILES_MAX: usize = 200;
/// Characters of what is searched for.
const QUERY_CHARS_MAX: usize = 200;
/// Searches of a person in an hour: enough for a customer every half minute, too few to go through the file.
const SEARCHES_PER_HOUR: u32 = 240;
/// Searches of a key in an hour: a desk of many agents.
const SEARCHES_OF_KEY_PER_HOUR: u32 = 2_400;
/// The counter of searches.
const SCOPE: &str = "engagement_search";

/// What is searched for.
#[derive(Debug, Clone)]
pub enum SearchInput {
    /// Keywords.
    Query(Pii<FreeText>),
    /// Fields.
    Fields(BTreeMap<String, Pii<FreeText>>),
}

/// One who was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Who.
    pub profile: Brief,
    /// The fields that the search shows, without those that are asked about.
    pub fields: BTreeMap<String, Option<Pii<Attribute>>>,
    /// Fields that are asked about and have a value: that is all that is said of them.
    pub hidden: BTreeSet<String>,
    /// Whether the number or the account of whoever is speaking is theirs.
    pub is_candidate: bool,
}

/// What was found.
#[derive(Debug, Clone)]
pub struct SearchResults {
    /// The engagement.
    pub engagement: EngagementDetail,
    /// Who was found.
    pub results: Vec<Found>,
    /// Whether there are more.
    pub is_truncated: bool,
    /// For whom it is rendered.
    pub viewer: Viewer,
}

impl Service {
    /// Makes a search of the policy.
    #[boxed]
    pub async fn search_in_engagement(
        &self,
        request: &Request,
        id: EngagementId,
        revision: u32,
        at: usize,
        input: SearchInput,
    ) -> Result<SearchResults> {
        let grant = self.authorise(request, Permission::EngagementWrite).await?;
        check_input(&input)?;
        let (service, now) = (self.clone(), self.now());
        let (who, actor) = self.acting(request, true).await?;
        let doing = Doing { who, actor, now };
        let subject = self.vault().blind(SCOPE, &grant.actor().id);
        let per_hour = match request.caller {
            Caller::User { .. } => SEARCHES_PER_HOUR,
            _ => SEARCHES_OF_KEY_PER_HOUR,
        };
        // A search is asked anew each time: its results are kept nowhere.
        let grant = crate::caller::Grant { idempotency: None, ..grant };
        let found = self
            .write(
                &grant,
                async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Option<(Vec<Found>, bool)>> {
                    let Some(mut taking) = service.begin_step(tx, log, id, revision, &doing).await? else {
                        return Ok(None);
                    };
                    // Whether it may be made at all, before anybody is looked for.
                    let none = Event::Search(at, Vec::new());
                    service.apply_event(tx, log, &mut taking, &doing, (none, None), "/search").await?;
                    take_hourly(tx, (SCOPE, "searches"), subject, per_hour, now).await?;
                    let core = &taking.kept.core;
                    let policy = match core.policy() {
                        Some(used) => policy_of(tx, used).await?,
                        None => None,
                    };
                    let policy = policy.ok_or_else(|| refusal::error(Refusal::NoPolicy, ""))?;
                    let rules = rules(&policy, core.role())?;
                    let search =
                        rules.searches.get(at).ok_or_else(|| refusal::error(Refusal::NoSuchSearch, ""))?;
                    let mut profiles = service.find_by(tx, &policy, search, &input).await?;
                    service.sort_results(search, &mut profiles);
                    let is_truncated = profiles.len() > RESULTS_MAX;
                    profiles.truncate(RESULTS_MAX);
                    let shown = profiles.iter().map(|profile| profile.id).collect();
                    let made = Event::Search(at, shown);
                    service.apply_event(tx, log, &mut taking, &doing, (made, None), "/search").await?;
                    let candidates = service.candidates_of(tx, &taking.engagement).await?;
                    let shown = |profile| service.result_of(profile, &policy, search, &candidates);
                    let results: Vec<Found> = profiles.into_iter().map(shown).collect();
                    let by: Vec<&str> = match &input {
                        SearchInput::Query(_) => vec!["text"],
                        SearchInput::Fields(fields) => fields.keys().map(String::as_str).collect(),
                    };
                    log.audit(
                        "engagement.search",
                        id,
                        json!({ "search": at, "by": by, "rows": results.len() }),
                    );
                    service.save_step(tx, log, taking, &doing, "search").await?;
                    Ok(Some((results, is_truncated)))
                },
            )
            .await?;
        let (results, is_truncated) = found.ok_or_else(refusal::expired)?;
        let viewer = grant.viewer();
        let engagement = self.engagement_seen(&request.caller, &grant, id).await?;
        Ok(SearchResults { engagement, results, is_truncated, viewer })
    }

    /// Customers whom a search finds: by names, numbers and ids that are indexed, narrowed by everything else.
    async fn find_by(
        &self,
        tx: &mut Tx<'_>,
        policy: &Policy,
        search: &Search,
        input: &SearchInput,
    ) -> Result<Vec<Profile>> {
        let mut found = match input {
            SearchInput::Query(text) => {
                self.find_by_text(tx, policy, search, text.plain(Purpose::Match)).await?
            }
            SearchInput::Fields(fields) => self.find_by_fields(tx, policy, search, fields).await?,
        };
        let mut seen = BTreeSet::new();
        found.retain(|profile| !profile.is_anonymous && seen.insert(profile.id));
        found.retain(|profile| {
            let values = self.values(profile);
            let has = |field: &str, wanted: &str| {
                values.get(field).is_some_and(|value| value.plain(Purpose::Match) == wanted)
            };
            search.filters.iter().all(|filter| has(&filter.field, &filter.equals))
        });
        Ok(found)
    }

    /// Customers by what one of their objects is called: an attribute that is not asked about and is indexed. `None`: this
    /// field finds nobody, it narrows.
    async fn find_by_object(
        &self,
        tx: &mut Tx<'_>,
        (policy, search): (&Policy, &Search),
        field: &str,
        text: &str,
    ) -> Result<Option<Vec<ProfileId>>> {
        if search.kind != SearchKind::Object || is_asked(policy, field) {
            return Ok(None);
        }
        let Some(attribute) = find_searched_attribute(tx, field).await? else { return Ok(None) };
        Ok(Some(find_by_value(tx, self.vault(), attribute, text, LOOKED_AT_MAX).await?))
    }

    async fn find_by_text(
        &self,
        tx: &mut Tx<'_>,
        policy: &Policy,
        search: &Search,
        text: &str,
    ) -> Result<Vec<Profile>> {
        let text = text.trim();
        let mut ids = Vec::new();
        for field in &search.fields {
            if let Some((kind, key)) = self.identifier(field, text) {
                ids.extend(identifier::find_by_identifier(tx, self.vault(), kind, &key, true).await?);
            }
            ids.extend(self.proved_by_object(tx, (policy, search), field, text).await?);
        }
        let number = text.strip_prefix("C-").or_else(|| text.strip_prefix("c-"));
        if let Some(number) = number.and_then(|number| number.parse().ok()) {
            ids.extend(store::find_by_number(tx, number).await?);
        }
        ids.truncate(PROFILES_MAX);
        if !ids.is_empty() {
            return Ok(store::list_profiles_by_id(tx, self.vault(), &ids).await?);
        }
        if !search.fields.iter().any(|field| field == "name") {
            return Ok(Vec::new());
        }
        self.find_by_name(tx, text).await
    }

    /// [`Service::find_by_object`] for keywords: of those whose value the company itself said, never a claim.
    async fn proved_by_object(
        &self,
        tx: &mut Tx<'_>,
        of: (&Policy, &Search),
        field: &str,
        text: &str,
    ) -> Result<Vec<ProfileId>> {
        let ids = self.find_by_object(tx, of, field, text).await?.unwrap_or_default();
        let found = store::list_profiles_by_id(tx, self.vault(), &ids).await?;
        let is_said = |profile: &Profile| {
            let values = self.values(profile);
            values.get(field).is_some_and(|value| value_key(value.plain(Purpose::Match)) == value_key(text))
        };
        Ok(found.iter().filter(|profile| is_said(profile)).map(|profile| profile.id).collect())
    }

    async fn find_by_name(&self, tx: &mut Tx<'_>, text: &str) -> Result<Vec<Profile>> {
        let tokens = query_tokens(self.vault(), text);
        let ids = store::find_named(tx, &tokens, LOOKED_AT_MAX).await?;
        Ok(store::list_profiles_by_id(tx, self.vault(), &ids).await?)
    }

    async fn find_by_fields(
        &self,
        tx: &mut Tx<'_>,
        policy: &Policy,
        search: &Search,
        fields: &BTreeMap<String, Pii<FreeText>>,
    ) -> Result<Vec<Profile>> {
        let mut exact: Option<BTreeSet<ProfileId>> = None;
        let (mut name, mut rest) = (None, Vec::new());
        for (field, wanted) in fields {
            if !search.fields.contains(field) {
                let detail = "This search does not look at that field.";
                return Err(Error::invalid(format!("/fields/{field}"), "unknown-search-field", detail));
            }
            let text = wanted.plain(Purpose::Match);
            match (self.identifier(field, text), field.as_str()) {
                (Some((kind, key)), _) => {
                    let ids = identifier::find_by_identifier(tx, self.vault(), kind, &key, true).await?;
                    exact = both(exact, ids);
                }
                // What is no number and no address names nobody.
                (None, "phone" | "email" | "external_id") => exact = Some(BTreeSet::new()),
                (None, "name") => name = Some(text),
                // Found or not would say whether an answer is right, and count as no try (V-2, V-3).
                (None, _) if is_asked(policy, field) => {
                    let detail = "This field is asked about, so nobody is searched by it.";
                    return Err(Error::invalid(format!("/fields/{field}"), "field-is-asked", detail));
                }
                (None, _) => {
                    if let Some(ids) = self.find_by_object(tx, (policy, search), field, text).await? {
                        exact = both(exact, ids);
                    }
                    rest.push((field.as_str(), text));
                }
            }
        }
        let mut found = match (exact, name) {
            (Some(ids), _) => {
                let ids: Vec<ProfileId> = ids.into_iter().collect();
                store::list_profiles_by_id(tx, self.vault(), &ids).await?
            }
            (None, Some(name)) => self.find_by_name(tx, name).await?,
            (None, None) => {
                let detail = "Search by a name, a number, an address or the company's id as well: other fields narrow \
                              what these find.";
                return Err(Error::invalid("/fields", "search-needs-more", detail));
            }
        };
        let locale = Locale::of(&self.snapshot().workspace.default_country);
        let how = How::exact(Answer::Text, &locale);
        let named = name.map(words).unwrap_or_default();
        found.retain(|profile| {
            let values = self.values(profile);
            let plain = |field: &str| values.get(field).map(|value| value.plain(Purpose::Match));
            let is_same = |(field, wanted): &(&str, &str)| {
                plain(field).is_some_and(|stored| {
                    let is_object = search.kind == SearchKind::Object;
                    stored == *wanted
                        || compare(&how, stored, wanted) == Comparison::Same
                        || (is_object && value_key(stored) == value_key(wanted))
                })
            };
            let own = words(plain("name").unwrap_or_default());
            // Whole words: a name is not read letter by letter of somebody whose number is known.
            let is_named = |wanted: &String| own.contains(wanted);
            rest.iter().all(is_same) && named.iter().all(is_named)
        });
        Ok(found)
    }

    fn identifier(&self, field: &str, text: &str) -> Option<(IdentifierKind, String)> {
        let (kind, found) = match field {
            "email" => (IdentifierKind::Email, normalise_email(text)),
            "phone" => {
                let region = self.snapshot().workspace.default_country.parse().ok();
                (IdentifierKind::Phone, normalise_phone(text, region))
            }
            "external_id" => (IdentifierKind::ExternalId, normalise_external_id(text)),
            _ => return None,
        };
        found.ok().map(|found| (kind, found.key))
    }

    fn sort_results(&self, search: &Search, profiles: &mut [Profile]) {
        profiles.sort_by_cached_key(|profile| {
            let values = self.values(profile);
            let keys = search.sort.iter().map(|sort| {
                let value = values.get(&sort.field).map(|value| value.plain(Purpose::Match).to_lowercase());
                if sort.descending { (Some(Reverse(value)), None) } else { (None, Some(value)) }
            });
            (keys.collect::<Vec<_>>(), profile.number)
        });
    }

    fn result_of(
        &self,
        profile: Profile,
        policy: &Policy,
        search: &Search,
        candidates: &[ProfileId],
    ) -> Found {
        let mut values = self.values(&profile);
        let (mut fields, mut hidden) = (BTreeMap::new(), BTreeSet::new());
        for field in &search.results {
            let value = values.remove(field);
            if is_asked(policy, field) {
                // What is asked is not shown, whoever looks: only that there is something (V-1).
                if value.is_some() {
                    hidden.insert(field.clone());
                }
            } else {
                fields.insert(field.clone(), value);
            }
        }
        let is_candidate = candidates.contains(&profile.id);
        let brief = Brief { id: profile.id, reference: profile.reference(), name: profile.name };
        Found { profile: brief, fields, hidden, is_candidate }
    }
}

fn both(before: Option<BTreeSet<ProfileId>>, found: Vec<ProfileId>) -> Option<BTreeSet<ProfileId>> {
    let found: BTreeSet<ProfileId> = found.into_iter().collect();
    Some(match before {
        Some(before) => before.intersection(&found).copied().collect(),
        None => found,
    })
}

/// Whether the server asks anybody about a field: the customer, or who speaks for them.
pub(super) fn is_asked(policy: &Policy, field: &str) -> bool {
    let asks = |party: &Party| party.question(field).is_some_and(|question| question.judge == Judge::Server);
    asks(&policy.customer) || policy.representative.as_ref().is_some_and(asks)
}

pub(super) fn rules(policy: &Policy, role: Role) -> Result<&Party> {
    match role {
        Role::Customer => Ok(&policy.customer),
        Role::Representative => {
            policy.representative.as_ref().ok_or_else(|| refusal::error(Refusal::NotForOthers, ""))
        }
    }
}

fn check_input(input: &SearchInput) -> Result<()> {
    let is_wrong = |text: &Pii<FreeText>| {
        let text = text.plain(Purpose::Match).trim();
        text.is_empty() || text.chars().count() > QUERY_CHARS_MAX
    };
    let detail = format!("Search for 1 to {QUERY_CHARS_MAX} characters.");
    match input {
        SearchInput::Query(text) if is_wrong(text) => Err(Error::invalid("/query", "out-of-range", detail)),
        SearchInput::Fields(fields) if fields.is_empty() || fields.values().any(is_wrong) => {
            Err(Error::invalid("/fields", "out-of-range", detail))
        }
        _ => Ok(()),
    }
}
