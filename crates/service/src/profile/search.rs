//! Finding profiles: exactly, or by the beginning of a name; within what the viewer may know (M-2, X-6).

use async_recursion::async_recursion as boxed;
use countersign_identity::limits::{Window, WindowPolicy};
use countersign_store::limit::{Counter, lock_counter, update_counter};
use countersign_store::profile::ProfileQuery;
use countersign_store::search_token::{Token, query_tokens};
use countersign_store::{Tx, profile as store};
use countersign_types::pii::{Class, Email, ExternalId, Phone, Pii, Purpose, Viewer};
use countersign_types::profile::{IdentifierKind, Profile, ProfileFilter};
use countersign_types::{Error, Page, PageRequest, Permission, ProfileId, Result, Timestamp, time};

use super::{ProfileDetail, assurances, check};
use crate::Service;
use crate::caller::{Caller, Grant, Request};
use crate::work::Log;

/// Exact searches for what the viewer sees masked, per person and hour (M-2).
pub const MASKED_SEARCHES_PER_HOUR: u32 = 60;
/// The same for a program without the scope `personal_data.read`.
const MASKED_SEARCHES_OF_KEY_PER_HOUR: u32 = 600;
/// Names that one search of a person shows.
const NAMES_MAX: i64 = 20;
/// Longest search, characters.
const QUERY_CHARS_MAX: usize = 200;
const SCOPE: &str = "profile_search";

/// What is looked up exactly.
pub(super) enum Lookup {
    /// By number of the reference; not personal.
    Number(i64),
    /// By identifier.
    Identifier { kind: IdentifierKind, key: String },
}

impl Lookup {
    /// As an integration asks the list: where it is proved. A number stands in no list.
    pub(super) fn into_query(self) -> std::result::Result<ProfileQuery, Self> {
        match self {
            Self::Identifier { kind, key } => Ok(ProfileQuery::Identifier { kind, key, only_proved: true }),
            number => Err(number),
        }
    }

    const fn class(&self) -> Option<Class> {
        match self {
            Self::Number(_) => None,
            Self::Identifier { kind: IdentifierKind::Email, .. } => Some(Class::Email),
            Self::Identifier { kind: IdentifierKind::Phone, .. } => Some(Class::Phone),
            Self::Identifier { kind: IdentifierKind::ExternalId, .. } => Some(Class::ExternalId),
        }
    }

    const fn word(&self) -> &'static str {
        match self {
            Self::Number(_) => "reference",
            Self::Identifier { kind, .. } => kind.as_str(),
        }
    }
}

/// What somebody who searches conversations may mean by a customer.
pub(crate) struct CustomerQuery {
    lookups: Vec<Lookup>,
    name: Option<Vec<Token>>,
    /// Whether the one who asks could find out a masked value by it (M-2).
    pub(crate) is_masked: bool,
}

impl CustomerQuery {
    /// What it looks by, in words for the audit log.
    pub(crate) fn by(&self) -> Vec<&'static str> {
        let name = self.name.iter().map(|_| "name");
        self.lookups.iter().map(Lookup::word).chain(name).collect()
    }
}

/// What a filter comes to.
pub(super) enum Plan {
    /// No search: the list.
    List,
    /// One identifier, proved, as an integration asks.
    Filter(Lookup),
    /// What somebody typed: these exactly, else the beginnings of a name.
    Typed { lookups: Vec<Lookup>, name: Option<Vec<Token>> },
}

impl Service {
    /// Profiles, newest first, narrowed to what is searched for.
    #[boxed]
    pub async fn list_profiles(
        &self,
        request: &Request,
        filter: ProfileFilter,
        page: PageRequest,
    ) -> Result<Page<ProfileDetail>> {
        let grant = self.authorise(request, Permission::ProfileRead).await?;
        let plan = self.plan(&filter)?;
        let is_list = matches!(plan, Plan::List);
        self.count_search(&request.caller, &grant, &plan).await?;
        let (service, now, viewer) = (self.clone(), self.now(), grant.viewer());
        let is_person = matches!(request.caller, Caller::User { .. });
        let found = self
            .read(async move |tx: &mut Tx<'_>| -> Result<Option<Page<ProfileDetail>>> {
                let vault = service.vault();
                let profiles = match plan {
                    Plan::List => {
                        let query =
                            if filter.with_anonymous { ProfileQuery::All } else { ProfileQuery::Known };
                        store::list_profiles(tx, vault, &query, filter.state, page).await?
                    }
                    Plan::Filter(Lookup::Identifier { kind, key }) => {
                        let query = ProfileQuery::Identifier { kind, key, only_proved: true };
                        store::list_profiles(tx, vault, &query, filter.state, page).await?
                    }
                    Plan::Filter(lookup) => service.look_up(tx, &[lookup], &filter).await?,
                    Plan::Typed { lookups, name } => {
                        let exact = service.look_up(tx, &lookups, &filter).await?;
                        match name {
                            Some(tokens) if exact.items.is_empty() => {
                                if viewer.is_masked(Class::Name) {
                                    return Ok(None);
                                }
                                let limit = if is_person { page.limit.min(NAMES_MAX) } else { page.limit };
                                let page = PageRequest { limit, ..page };
                                let query = ProfileQuery::Name(tokens);
                                store::list_profiles(tx, vault, &query, filter.state, page).await?
                            }
                            _ => exact,
                        }
                    }
                };
                Ok(Some(with_assurance(tx, profiles, now).await?))
            })
            .await?;
        let found = found.ok_or_else(masked_name)?;
        if is_list {
            self.record_list(&request.caller, &grant, "profile.list", page, found.items.len()).await?;
        }
        Ok(found)
    }

    /// What is found exactly, on one page.
    pub(super) async fn look_up(
        &self,
        tx: &mut Tx<'_>,
        lookups: &[Lookup],
        filter: &ProfileFilter,
    ) -> Result<Page<Profile>> {
        let mut ids: Vec<ProfileId> = Vec::new();
        for lookup in lookups {
            match lookup {
                Lookup::Number(number) => ids.extend(store::find_by_number(tx, *number).await?),
                // A person sees beside the profile what is only claimed; nothing is decided by finding it.
                Lookup::Identifier { kind, key } => {
                    ids.extend(store::find_by_identifier(tx, self.vault(), *kind, key, false).await?);
                }
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        ids.retain(|id| seen.insert(*id));
        let mut items = store::list_profiles_by_id(tx, self.vault(), &ids).await?;
        items.retain(|profile| filter.state.is_none_or(|state| profile.state == state));
        Ok(Page { items, next: None })
    }

    pub(super) fn plan(&self, filter: &ProfileFilter) -> Result<Plan> {
        let asked = [
            filter.external_id.is_some(),
            filter.email.is_some(),
            filter.phone.is_some(),
            filter.q.is_some(),
        ];
        if asked.into_iter().filter(|is_asked| *is_asked).count() > 1 {
            let detail = "Search by one of `external_id`, `email`, `phone` and `q`, not by several.";
            return Err(Error::invalid("q", "too-many-filters", detail));
        }
        let wrong = |field: &str, (code, detail): (&'static str, String)| Error::invalid(field, code, detail);
        if let Some(value) = &filter.external_id {
            return Ok(Plan::Filter(by_external_id(value).map_err(|e| wrong("external_id", e))?));
        }
        if let Some(value) = &filter.email {
            return Ok(Plan::Filter(by_email(value).map_err(|e| wrong("email", e))?));
        }
        if let Some(value) = &filter.phone {
            return Ok(Plan::Filter(self.by_phone(value).map_err(|e| wrong("phone", e))?));
        }
        match &filter.q {
            Some(q) if !q.plain(Purpose::Match).trim().is_empty() => self.plan_typed(q.plain(Purpose::Match)),
            _ => Ok(Plan::List),
        }
    }

    /// Decides by its shape what somebody typed.
    fn plan_typed(&self, text: &str) -> Result<Plan> {
        let text = text.trim();
        if text.chars().count() > QUERY_CHARS_MAX {
            return Err(Error::invalid("q", "too-long", "A search has at most 200 characters."));
        }
        let mut lookups = Vec::new();
        if text.contains('@') {
            lookups.extend(by_email(&Pii::new(text)).ok());
            lookups.extend(by_external_id(&Pii::new(text)).ok());
            return Ok(Plan::Typed { lookups, name: None });
        }
        if let Some(number) = reference(text) {
            lookups.push(Lookup::Number(number));
        }
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let is_phone = digits >= 5
            && text
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')' | '/' | '.'));
        if is_phone {
            lookups.extend(self.by_phone(&Pii::new(text)).ok());
        }
        lookups.extend(by_external_id(&Pii::new(text)).ok());
        if is_phone {
            return Ok(Plan::Typed { lookups, name: None });
        }
        let tokens = query_tokens(self.vault(), text);
        Ok(Plan::Typed { lookups, name: (!tokens.is_empty()).then_some(tokens) })
    }

    /// Whom a text names that was typed to find conversations: by an e-mail, a phone number, a reference, an external id
    /// that looks like one, or by a name for whoever sees names.
    pub(crate) fn customer_query(&self, text: &str, viewer: Viewer) -> Result<CustomerQuery> {
        let Plan::Typed { mut lookups, name } = self.plan_typed(text)? else {
            return Ok(CustomerQuery { lookups: Vec::new(), name: None, is_masked: false });
        };
        // Words of a message are no ids: they would use up what a masked viewer may ask.
        let is_id = !text.contains(char::is_whitespace) && text.contains(|c: char| c.is_ascii_digit());
        lookups.retain(|lookup| is_id || !is_external_id(lookup));
        let name = name.filter(|_| !viewer.is_masked(Class::Name));
        let is_masked = lookups.iter().filter_map(Lookup::class).any(|class| viewer.is_masked(class));
        Ok(CustomerQuery { lookups, name, is_masked })
    }

    /// The customers that a query names.
    pub(crate) async fn find_customers(
        &self,
        tx: &mut Tx<'_>,
        query: &CustomerQuery,
    ) -> Result<Vec<ProfileId>> {
        let exact = self.look_up(tx, &query.lookups, &ProfileFilter::default()).await?;
        match &query.name {
            Some(tokens) if exact.items.is_empty() => Ok(store::find_named(tx, tokens, NAMES_MAX).await?),
            _ => Ok(exact.items.into_iter().map(|profile| profile.id).collect()),
        }
    }

    /// Counts a search that could find out a masked value, whatever it searches.
    pub(crate) async fn take_masked_search(
        &self,
        tx: &mut Tx<'_>,
        caller: &Caller,
        actor: &str,
        now: Timestamp,
    ) -> Result<()> {
        let per_hour = match caller {
            Caller::User { .. } => MASKED_SEARCHES_PER_HOUR,
            Caller::ApiKey(_) => MASKED_SEARCHES_OF_KEY_PER_HOUR,
            Caller::System => return Ok(()),
        };
        take_hourly(tx, (SCOPE, "searches"), self.vault().blind(SCOPE, actor), per_hour, now).await
    }

    fn by_phone(&self, value: &Pii<Phone>) -> std::result::Result<Lookup, (&'static str, String)> {
        let keyed = check::phone(value, &self.snapshot())?;
        Ok(Lookup::Identifier {
            kind: IdentifierKind::Phone,
            key: keyed.key.plain(Purpose::Match).to_owned(),
        })
    }

    /// Writes a search to the audit log, without what was searched for, and counts it where the viewer could find out
    /// a masked value by asking (M-2). Every page is a question of its own: what came with a cursor answers as well.
    pub(super) async fn count_search(&self, caller: &Caller, grant: &Grant, plan: &Plan) -> Result<()> {
        let (lookups, has_name): (Vec<&Lookup>, bool) = match plan {
            Plan::List => return Ok(()),
            Plan::Filter(lookup) => (vec![lookup], false),
            Plan::Typed { lookups, name } => (lookups.iter().collect(), name.is_some()),
        };
        let viewer = grant.viewer();
        let is_masked = lookups.iter().filter_map(|l| l.class()).any(|class| viewer.is_masked(class));
        let per_hour = match caller {
            Caller::User { .. } => MASKED_SEARCHES_PER_HOUR,
            // The company's own id is how its programs name people; guessing it tells nothing about a person.
            Caller::ApiKey(_) if is_masked && !matches!(plan, Plan::Filter(l) if is_external_id(l)) => {
                MASKED_SEARCHES_OF_KEY_PER_HOUR
            }
            Caller::ApiKey(_) if caller.leaves_trace() => 0,
            Caller::ApiKey(_) | Caller::System => return Ok(()),
        };
        let mut by: Vec<&'static str> = lookups.iter().map(|l| l.word()).collect();
        if has_name {
            by.push("name");
        }
        let subject = self.vault().blind(SCOPE, &grant.actor().id);
        let now = self.now();
        let grant = Grant { idempotency: None, ..grant.clone() };
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if is_masked {
                take_hourly(tx, (SCOPE, "searches"), subject, per_hour, now).await?;
            }
            log.audit("profile.search", "", serde_json::json!({ "by": by, "is_masked": is_masked }));
            Ok(())
        })
        .await
    }
}

impl Service {
    /// Counts a comparison of two customers as a search, where the viewer could find out a masked value by comparing it
    /// with one that they wrote themselves (M-2).
    pub(crate) async fn count_comparison(&self, caller: &Caller, grant: &Grant) -> Result<()> {
        let viewer = grant.viewer();
        let classes = [Class::Name, Class::Email, Class::Phone, Class::ExternalId];
        let per_hour = match caller {
            Caller::User { .. } => MASKED_SEARCHES_PER_HOUR,
            Caller::ApiKey(_) => MASKED_SEARCHES_OF_KEY_PER_HOUR,
            Caller::System => return Ok(()),
        };
        if !classes.into_iter().any(|class| viewer.is_masked(class)) {
            return Ok(());
        }
        let (subject, now) = (self.vault().blind(SCOPE, &grant.actor().id), self.now());
        let grant = Grant { idempotency: None, ..grant.clone() };
        self.write(&grant, async move |tx: &mut Tx<'_>, _: &mut Log| -> Result<()> {
            take_hourly(tx, (SCOPE, "searches"), subject, per_hour, now).await
        })
        .await
    }
}

/// Counts one thing that somebody did, or refuses it.
pub(crate) async fn take_hourly(
    tx: &mut Tx<'_>,
    (scope, what): (&'static str, &'static str),
    subject: [u8; 32],
    per_hour: u32,
    now: Timestamp,
) -> Result<()> {
    let counter = lock_counter(tx, scope, subject).await?;
    // A clock that steps back does not open a new window.
    let at = now.as_micros().max(counter.seen_at);
    let window = Window {
        started_at: counter.short_since,
        count: u32::try_from(counter.short_count).unwrap_or(u32::MAX),
    };
    let policy = WindowPolicy { count_max: per_hour, span: time::HOUR };
    let window = window.take(at, policy).map_err(|wait| Error::TooMany {
        what,
        retry_after_secs: u64::try_from(wait / time::SECOND).unwrap_or(0) + 1,
    })?;
    let counter =
        Counter { short_count: window.count.into(), short_since: window.started_at, seen_at: at, ..counter };
    Ok(update_counter(tx, scope, subject, &counter).await?)
}

pub(super) async fn with_assurance(
    tx: &mut Tx<'_>,
    page: Page<Profile>,
    now: Timestamp,
) -> Result<Page<ProfileDetail>> {
    let ids: Vec<ProfileId> = page.items.iter().map(|profile| profile.id).collect();
    let levels = assurances(tx, &ids, now).await?;
    let behind = store::list_behind(tx, &ids).await?;
    Ok(page.map(|profile| {
        let assurance = levels.get(&profile.id).copied().unwrap_or_default();
        let merged = behind.iter().filter(|(of, ..)| *of == profile.id);
        let merged = merged.map(|(_, behind, number)| (*behind, *number)).collect();
        ProfileDetail { profile, assurance, merged }
    }))
}

fn by_email(value: &Pii<Email>) -> std::result::Result<Lookup, (&'static str, String)> {
    let keyed = check::email(value)?;
    Ok(Lookup::Identifier { kind: IdentifierKind::Email, key: keyed.key.plain(Purpose::Match).to_owned() })
}

fn by_external_id(value: &Pii<ExternalId>) -> std::result::Result<Lookup, (&'static str, String)> {
    let keyed = check::external_id(value)?;
    Ok(Lookup::Identifier {
        kind: IdentifierKind::ExternalId,
        key: keyed.key.plain(Purpose::Match).to_owned(),
    })
}

const fn is_external_id(lookup: &Lookup) -> bool {
    matches!(lookup, Lookup::Identifier { kind: IdentifierKind::ExternalId, .. })
}

/// The number of `C-1042`, `c1042` or `1042`.
pub(super) fn reference(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['C', 'c']).unwrap_or(text);
    let digits = digits.strip_prefix('-').unwrap_or(digits);
    let is_number = (1..=12).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

pub(super) fn masked_name() -> Error {
    Error::Refused {
        code: "masked-field",
        detail: "Names are masked for you, so the beginning of a name finds nobody.",
        hint: "Search by the whole e-mail address, phone number, external id or reference such as C-1042.",
    }
}
