//! Views of lists that people saved: their own alone.

use countersign_store::{Tx, saved_view as store};
use countersign_types::saved_view::SavedView;
use countersign_types::{Error, Result, SavedViewId};

use crate::Service;
use crate::caller::Request;
use crate::work::{Log, is_unique};

/// Views of one person at most.
const VIEWS_MAX: usize = 50;
/// Longest name, characters.
const NAME_CHARS_MAX: usize = 60;
/// Longest query.
const QUERY_BYTES_MAX: usize = 500;

impl Service {
    /// One's own views, oldest first.
    pub async fn list_saved_views(&self, request: &Request) -> Result<Vec<SavedView>> {
        let (_, user, _) = self.authorise_own(request)?;
        self.read(async move |tx: &mut Tx<'_>| Ok(store::list_saved_views(tx, user.id).await?)).await
    }

    /// Saves a view under a name that is free on its page.
    pub async fn create_saved_view(
        &self,
        request: &Request,
        page: String,
        name: String,
        query: String,
    ) -> Result<SavedView> {
        let (grant, user, _) = self.authorise_own(request)?;
        let view = SavedView {
            id: self.new_id()?,
            user: user.id,
            page: page_word(page)?,
            name: view_name(&name)?,
            query: filters(query)?,
            created_at: self.now(),
        };
        let user = view.user;
        let id = self.write_once(&grant, async move |tx: &mut Tx<'_>, _: &mut Log| -> Result<SavedViewId> {
            if store::list_saved_views(tx, view.user).await?.len() >= VIEWS_MAX {
                return Err(Error::conflict(
                    "too-many-views",
                    "You have 50 saved views.",
                    "Remove one that you no longer need.",
                ));
            }
            match store::insert_saved_view(tx, &view).await {
                Err(error) if is_unique(&error, store::UNIQUE_NAME) => Err(Error::conflict(
                    "view-name-taken",
                    "You have a view of this name.",
                    "Choose another name, or remove the other view first.",
                )),
                Err(error) => Err(error.into()),
                Ok(()) => Ok(view.id),
            }
        });
        let id = id.await?;
        let views =
            self.read(async move |tx: &mut Tx<'_>| Ok(store::list_saved_views(tx, user).await?)).await?;
        views.into_iter().find(|view| view.id == id).ok_or(Error::NotFound("view"))
    }

    /// Removes one of one's own views.
    pub async fn delete_saved_view(&self, request: &Request, id: SavedViewId) -> Result<()> {
        let (grant, user, _) = self.authorise_own(request)?;
        self.write(&grant, async move |tx: &mut Tx<'_>, _: &mut Log| -> Result<()> {
            match store::delete_saved_view(tx, user.id, id).await? {
                true => Ok(()),
                false => Err(Error::NotFound("saved view")),
            }
        })
        .await
    }
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
