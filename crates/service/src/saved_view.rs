//! Views of lists that people saved: their own, those that were shared with them, their order, and how much is in them.

use async_recursion::async_recursion as boxed;
use countersign_store::{Tx, case as case_store, saved_view as store};
use countersign_types::canned_reply::Audience;
use countersign_types::case::{AssigneeFilter, CaseFilter, CaseStatus};
use countersign_types::saved_view::SavedView;
use countersign_types::{Assurance, Error, GroupId, Permission, Result, SavedViewId, UserId};

use crate::Service;
use crate::caller::Request;
use crate::canned_reply::AudienceWord;
use crate::work::{Log, is_unique};

/// Views of one person at most.
const VIEWS_MAX: i64 = 50;
/// Views that an order names at most.
const ORDER_MAX: usize = 500;
/// Views whose cases are counted at once.
const COUNTED_MAX: usize = 60;
/// Cases are counted up to here; what is beyond is *more*.
pub const COUNT_MAX: i64 = 99;
/// Longest name, characters.
const NAME_CHARS_MAX: usize = 60;
/// Longest query.
const QUERY_BYTES_MAX: usize = 500;
/// The page whose views are of cases.
const INBOX: &str = "inbox";
/// That there is news of shared views, and nothing more: what one person does to their own concerns nobody.
const LIVE: &str = "saved_view.updated";

/// A view to be saved.
#[derive(Debug, Clone)]
pub struct NewSavedView {
    /// Of which page.
    pub page: String,
    /// Its name.
    pub name: String,
    /// The filters.
    pub query: String,
    /// Who has it.
    pub audience: AudienceWord,
    /// Which group.
    pub group: Option<GroupId>,
}

/// A change to a view.
#[derive(Debug, Clone, Default)]
pub struct SavedViewPatch {
    /// Its name.
    pub name: Option<String>,
    /// The filters.
    pub query: Option<String>,
    /// Who has it.
    pub audience: Option<AudienceWord>,
    /// Which group.
    pub group: Option<GroupId>,
}

/// A view as one person has it.
#[derive(Debug, Clone)]
pub struct OwnedView {
    /// The view.
    pub view: SavedView,
    /// Whether it is theirs to change: they saved it, or it is shared and they look after what is shared.
    pub is_changeable: bool,
}

/// How many cases are in a view.
#[derive(Debug, Clone, Copy)]
pub struct ViewCount {
    /// The view.
    pub view: SavedViewId,
    /// So many, up to [`COUNT_MAX`].
    pub count: i64,
    /// Whether there are more.
    pub has_more: bool,
}

impl Service {
    /// The views that somebody has, in the order that they gave them; new ones last.
    #[boxed]
    pub async fn list_saved_views(&self, request: &Request) -> Result<Vec<OwnedView>> {
        let (_, user, _) = self.authorise_own(request)?;
        let shares = request.caller.may(Permission::GroupWrite);
        let id = user.id;
        let views =
            self.read(async move |tx: &mut Tx<'_>| Ok(store::list_saved_views(tx, id).await?)).await?;
        let owned = |view: SavedView| OwnedView { is_changeable: changes(&view, id, shares), view };
        Ok(views.into_iter().map(owned).collect())
    }

    /// Saves a view under a name that is free on its page.
    #[boxed]
    pub async fn create_saved_view(&self, request: &Request, new: NewSavedView) -> Result<OwnedView> {
        let (grant, user, _) = self.authorise_own(request)?;
        let audience = self.view_audience(request, user.id, new.audience, new.group).await?;
        let view = SavedView {
            id: self.new_id()?,
            user: user.id,
            page: page_word(new.page)?,
            name: view_name(&new.name)?,
            query: filters(new.query)?,
            audience,
            created_at: self.now(),
        };
        let id =
            self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<SavedViewId> {
                if store::count_saved_views(tx, view.user).await? >= VIEWS_MAX {
                    return Err(Error::conflict(
                        "too-many-views",
                        "You have 50 saved views.",
                        "Remove one that you no longer need.",
                    ));
                }
                store::insert_saved_view(tx, &view).await.map_err(name_taken)?;
                if view.audience.person().is_none() {
                    log.audit("saved_view.share", view.id, told(&view));
                    log.live(LIVE, "");
                }
                Ok(view.id)
            });
        let id = id.await?;
        self.own_view(request, id).await
    }

    /// Changes a view of one's own, or one that is shared, for who looks after those.
    #[boxed]
    pub async fn update_saved_view(
        &self,
        request: &Request,
        id: SavedViewId,
        patch: SavedViewPatch,
    ) -> Result<OwnedView> {
        let (grant, user, _) = self.authorise_own(request)?;
        let before = self.changeable_view(request, id).await?;
        let mut view = before.clone();
        if let Some(name) = patch.name {
            view.name = view_name(&name)?;
        }
        if let Some(query) = patch.query {
            view.query = filters(query)?;
        }
        if let Some(audience) = patch.audience {
            if view.user != user.id && audience == AudienceWord::Personal {
                let detail = "Only the one who saved a view can make it theirs alone.";
                return Err(Error::invalid("/audience", "not-expected", detail));
            }
            view.audience = self.view_audience(request, view.user, audience, patch.group).await?;
        }
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if view == before {
                return Ok(());
            }
            if !store::update_saved_view(tx, &view).await.map_err(name_taken)? {
                return Err(Error::NotFound("saved view"));
            }
            if view.audience.person().is_none() || before.audience.person().is_none() {
                log.audit("saved_view.share", view.id, told(&view));
                log.live(LIVE, "");
            }
            Ok(())
        })
        .await?;
        self.own_view(request, id).await
    }

    /// Removes a view of one's own, or one that is shared, for who looks after those.
    #[boxed]
    pub async fn delete_saved_view(&self, request: &Request, id: SavedViewId) -> Result<()> {
        let (grant, ..) = self.authorise_own(request)?;
        let view = self.changeable_view(request, id).await?;
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if !store::delete_saved_view(tx, id).await? {
                return Err(Error::NotFound("saved view"));
            }
            if view.audience.person().is_none() {
                log.audit("saved_view.delete", id, told(&view));
                log.live(LIVE, "");
            }
            Ok(())
        })
        .await
    }

    /// Gives one's views this order; those that are not named come after.
    #[boxed]
    pub async fn order_saved_views(&self, request: &Request, order: Vec<SavedViewId>) -> Result<()> {
        let (grant, user, _) = self.authorise_own(request)?;
        let mut known = order.clone();
        known.sort_unstable();
        known.dedup();
        if order.len() > ORDER_MAX || known.len() != order.len() {
            let detail = "An order names each view once, and at most 500.";
            return Err(Error::invalid("/views", "not-an-order", detail));
        }
        self.write(&grant, async move |tx: &mut Tx<'_>, _: &mut Log| -> Result<()> {
            // What is not theirs, or has gone meanwhile, has no place.
            let theirs = store::list_saved_views(tx, user.id).await?;
            let order: Vec<_> = order.into_iter().filter(|id| theirs.iter().any(|v| v.id == *id)).collect();
            Ok(store::set_saved_view_places(tx, user.id, &order).await?)
        })
        .await
    }

    /// How many cases are in each view of the inbox that somebody has, up to [`COUNT_MAX`].
    #[boxed]
    pub async fn count_saved_views(&self, request: &Request) -> Result<Vec<ViewCount>> {
        let (_, user, _) = self.authorise_own(request)?;
        self.authorise(request, Permission::CaseRead).await?;
        let now = self.now();
        self.read(async move |tx: &mut Tx<'_>| -> Result<Vec<ViewCount>> {
            let mut counts = Vec::new();
            let views = store::list_saved_views(tx, user.id).await?;
            for view in views.iter().filter(|view| view.page == INBOX).take(COUNTED_MAX) {
                let Some(filter) = cases_of(&view.query, user.id) else { continue };
                let found = case_store::count_cases(tx, &filter, COUNT_MAX + 1, now).await?;
                let count = found.min(COUNT_MAX);
                counts.push(ViewCount { view: view.id, count, has_more: found > COUNT_MAX });
            }
            Ok(counts)
        })
        .await
    }

    async fn own_view(&self, request: &Request, id: SavedViewId) -> Result<OwnedView> {
        let views = self.list_saved_views(request).await?;
        views.into_iter().find(|own| own.view.id == id).ok_or(Error::NotFound("saved view"))
    }

    /// A view that this person may change. Another person's own is there for nobody; whoever looks after what is shared
    /// reaches also what is shared with groups that they are not in.
    async fn changeable_view(&self, request: &Request, id: SavedViewId) -> Result<SavedView> {
        let (_, user, _) = self.authorise_own(request)?;
        let found = self.read(async move |tx: &mut Tx<'_>| Ok(store::find_saved_view(tx, id).await?)).await?;
        let view = found.ok_or(Error::NotFound("saved view"))?;
        if changes(&view, user.id, request.caller.may(Permission::GroupWrite)) {
            return Ok(view);
        }
        match self.list_saved_views(request).await?.iter().any(|own| own.view.id == id) {
            true => Err(Error::Forbidden(Permission::GroupWrite)),
            false => Err(Error::NotFound("saved view")),
        }
    }

    /// Whom a view is for. Who looks after groups shares views; a personal one needs nothing.
    async fn view_audience(
        &self,
        request: &Request,
        owner: UserId,
        word: AudienceWord,
        group: Option<GroupId>,
    ) -> Result<Audience> {
        let audience = match (word, group) {
            (AudienceWord::Personal, None) => return Ok(Audience::Person(owner)),
            (AudienceWord::Everybody, None) => Audience::Everybody,
            (AudienceWord::Group, Some(group)) => Audience::Group(group),
            (AudienceWord::Group, None) => {
                return Err(Error::invalid("/group", "missing-field", "Say which group."));
            }
            (_, Some(_)) => {
                let detail = "Only a view of a group names one.";
                return Err(Error::invalid("/group", "not-expected", detail));
            }
        };
        self.authorise(request, Permission::GroupWrite).await?;
        if audience.group().is_some_and(|group| !self.snapshot().rules.schema.groups.contains(&group)) {
            return Err(Error::invalid("/group", "unknown-group", "There is no such group."));
        }
        Ok(audience)
    }
}

fn changes(view: &SavedView, user: UserId, shares: bool) -> bool {
    view.user == user || (shares && view.audience.person().is_none())
}

fn told(view: &SavedView) -> serde_json::Value {
    serde_json::json!({ "page": view.page, "audience": view.audience.as_str(), "group": view.audience.group() })
}

fn name_taken(error: countersign_store::StoreError) -> Error {
    if !is_unique(&error, store::UNIQUE_NAME) {
        return error.into();
    }
    Error::conflict(
        "view-name-taken",
        "You have a view of this name.",
        "Choose another name, or remove the other view first.",
    )
}

/// The cases of a view of the inbox, as the console reads its address. What it does not know it leaves out; a view that
/// cannot be counted has no count.
fn cases_of(query: &str, me: UserId) -> Option<CaseFilter> {
    let mut filter = CaseFilter { status: Some(CaseStatus::Open), ..CaseFilter::default() };
    for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        match (key, value) {
            ("status", "any") => filter.status = None,
            ("status", word) => filter.status = Some(CaseStatus::parse(word)?),
            ("assignee", "me") => filter.assignee = Some(AssigneeFilter::User(me)),
            ("assignee", "none") => filter.assignee = Some(AssigneeFilter::Nobody),
            ("assignee", id) => filter.assignee = Some(AssigneeFilter::User(id.parse().ok()?)),
            ("group", id) => filter.group = Some(id.parse().ok()?),
            ("channel", id) => filter.channel = Some(id.parse().ok()?),
            ("level", word) => filter.assurance = Some(Assurance::parse(word)?),
            _ => {}
        }
    }
    Some(filter)
}

fn page_word(page: String) -> Result<String> {
    let is_word = (1..=40).contains(&page.len()) && page.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    if is_word {
        return Ok(page);
    }
    Err(Error::invalid("/page", "invalid-value", "A page is a word of small letters, such as `inbox`."))
}

fn view_name(name: &str) -> Result<String> {
    let name = name.trim();
    let is_good = (1..=NAME_CHARS_MAX).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if is_good {
        return Ok(name.to_owned());
    }
    Err(Error::invalid("/name", "invalid-value", "A name has 1 to 60 characters."))
}

/// Words and ids of filters. Signs that addresses, numbers and names of people need are refused, so that no personal
/// data is kept here by mistake.
fn filters(query: String) -> Result<String> {
    let is_word = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-' | b',' | b'.'))
    };
    let is_pair = |pair: &str| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let is_number = value.len() > 4 && value.bytes().all(|b| b.is_ascii_digit());
        !key.is_empty() && is_word(key) && is_word(value) && !is_number
    };
    if query.len() <= QUERY_BYTES_MAX && query.split('&').all(|pair| pair.is_empty() || is_pair(pair)) {
        return Ok(query);
    }
    let detail = "A view keeps filters as `name=value&…`, made of words and ids; text that was searched for is not kept.";
    Err(Error::invalid("/query", "invalid-value", detail))
}
