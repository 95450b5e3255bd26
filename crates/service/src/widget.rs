//! Identification widgets as administrators set them up: settings, keys, and the snippet for the page.

mod check;
mod links;
mod snippet;

use async_recursion::async_recursion as boxed;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_store::{Tx, progress, widget as store};
use countersign_types::widget::{Widget, WidgetAlgorithm, WidgetKey, WidgetMode};
use countersign_types::{ChannelId, Error, Permission, Result, WidgetId, WidgetKeyId, time};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use check::{NAME_CHARS_MAX, ORIGINS_MAX, PHRASES};

pub use crate::phrase::PHRASE_CHARS_MAX;
pub use snippet::Snippets;

use crate::Service;
use crate::caller::Request;
use crate::work::Log;

/// Keys of a widget that are alive at once: the one in use and the next.
pub const KEYS_MAX: i64 = 2;

/// A new widget.
#[derive(Debug, Clone)]
pub struct NewWidget {
    /// Its name.
    pub name: String,
    /// Origins of pages that may carry it.
    pub origins: Vec<String>,
    /// Signed or plain.
    pub mode: WidgetMode,
    /// Why plain mode is turned on.
    pub plain_reason: Option<String>,
    /// Language when the page's is not offered; the workspace's when nothing is said.
    pub default_language: Option<String>,
    /// Languages offered; the workspace's when nothing is said.
    pub languages: Option<Vec<String>>,
    /// Channels named as the official ones; empty = every active one.
    pub channels: Vec<ChannelId>,
    /// Phrases that differ from ours: language → key → text.
    pub phrases: Value,
    /// Accent, radius, scheme.
    pub theme: Value,
}

/// A change to a widget.
#[derive(Debug, Clone, Default)]
pub struct WidgetPatch {
    /// Its name.
    pub name: Option<String>,
    /// Origins, whole.
    pub origins: Option<Vec<String>>,
    /// Signed or plain.
    pub mode: Option<WidgetMode>,
    /// Why plain mode is turned on.
    pub plain_reason: Option<Option<String>>,
    /// Language when the page's is not offered.
    pub default_language: Option<String>,
    /// Languages offered, whole.
    pub languages: Option<Vec<String>>,
    /// Channels named as the official ones, whole.
    pub channels: Option<Vec<ChannelId>>,
    /// Phrases, whole.
    pub phrases: Option<Value>,
    /// Accent, radius, scheme, whole.
    pub theme: Option<Value>,
}

/// A widget with what it did lately.
#[derive(Debug, Clone)]
pub struct WidgetDetail {
    /// The widget.
    pub widget: Widget,
    /// Codes issued in the last 24 hours.
    pub issued_24h: i64,
    /// How many of them were used.
    pub used_24h: i64,
    /// When it was last opened on a page of the company, to ten minutes.
    pub seen_at: Option<countersign_types::Timestamp>,
}

/// A key just made.
#[derive(Clone, Serialize, Deserialize)]
pub struct NewWidgetKey {
    /// Its id; printed, it is the `kid`.
    pub id: WidgetKeyId,
    /// Its algorithm.
    pub algorithm: WidgetAlgorithm,
    /// The secret of an HS256 key, to be shown once and used as the text it is.
    pub secret: Option<String>,
    /// When it was made.
    pub created_at: countersign_types::Timestamp,
}

impl Service {
    /// All widgets, oldest first.
    #[boxed]
    pub async fn list_widgets(&self, request: &Request) -> Result<Vec<WidgetDetail>> {
        self.authorise(request, Permission::WidgetRead).await?;
        let snapshot = self.snapshot();
        let mut widgets: Vec<Widget> = snapshot.widgets.values().map(|entry| entry.widget.clone()).collect();
        widgets.sort_by_key(|widget| (widget.created_at, widget.id));
        self.widget_details(widgets).await
    }

    /// A widget.
    #[boxed]
    pub async fn get_widget(&self, request: &Request, id: WidgetId) -> Result<WidgetDetail> {
        self.authorise(request, Permission::WidgetRead).await?;
        self.widget_detail(id).await
    }

    /// Adds a widget. It issues codes once it has a key, or at once in plain mode.
    #[boxed]
    pub async fn create_widget(&self, request: &Request, new: NewWidget) -> Result<WidgetDetail> {
        let grant = self.authorise(request, Permission::WidgetWrite).await?;
        let now = self.now();
        let workspace = self.snapshot().workspace.clone();
        let default_language = match (new.default_language, &new.languages) {
            (Some(language), _) => language,
            (None, Some(languages)) if !languages.contains(&workspace.default_language) => {
                languages.first().cloned().unwrap_or(workspace.default_language)
            }
            (None, _) => workspace.default_language,
        };
        let widget = self.checked_widget(Widget {
            id: self.new_id()?,
            name: new.name,
            origins: new.origins,
            mode: new.mode,
            plain_reason: new.plain_reason,
            keys: Vec::new(),
            default_language,
            languages: new.languages.unwrap_or(workspace.languages),
            phrases: new.phrases,
            theme: new.theme,
            channels: new.channels,
            created_at: now,
            updated_at: now,
        })?;
        let id = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<WidgetId> {
                store::insert_widget(tx, &widget).await?;
                log.audit("widget.create", widget.id, settings(&widget));
                log.reload("widget.updated", widget.id);
                Ok(widget.id)
            })
            .await?;
        self.widget_detail(id).await
    }

    /// Changes a widget.
    #[boxed]
    pub async fn update_widget(
        &self,
        request: &Request,
        id: WidgetId,
        patch: WidgetPatch,
    ) -> Result<WidgetDetail> {
        let grant = self.authorise(request, Permission::WidgetWrite).await?;
        let mut widget = self.snapshot().widget(id)?.widget.clone();
        fn put<T>(field: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *field = value;
            }
        }
        put(&mut widget.name, patch.name);
        put(&mut widget.origins, patch.origins);
        put(&mut widget.mode, patch.mode);
        put(&mut widget.plain_reason, patch.plain_reason);
        put(&mut widget.default_language, patch.default_language);
        put(&mut widget.languages, patch.languages);
        put(&mut widget.channels, patch.channels);
        put(&mut widget.phrases, patch.phrases);
        put(&mut widget.theme, patch.theme);
        let mut widget = self.checked_widget(widget)?;
        widget.updated_at = self.now();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if !store::update_widget(tx, &widget).await? {
                return Err(Error::NotFound("widget"));
            }
            log.audit("widget.update", id, settings(&widget));
            log.reload("widget.updated", id);
            Ok(())
        })
        .await?;
        self.widget_detail(id).await
    }

    /// Takes a widget out of use with all its keys. Links that were made through it stay.
    #[boxed]
    pub async fn delete_widget(&self, request: &Request, id: WidgetId) -> Result<()> {
        let grant = self.authorise(request, Permission::WidgetWrite).await?;
        let now = self.now();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if !store::delete_widget(tx, id, now).await? {
                return Err(Error::NotFound("widget"));
            }
            log.audit("widget.delete", id, serde_json::json!({}));
            log.reload("widget.updated", id);
            Ok(())
        })
        .await
    }

    /// Adds a key to a widget: we make the secret of an HS256 key, the company pastes the public key of the others.
    #[boxed]
    pub async fn create_widget_key(
        &self,
        request: &Request,
        id: WidgetId,
        algorithm: WidgetAlgorithm,
        public_key: Option<&str>,
    ) -> Result<NewWidgetKey> {
        let grant = self.authorise(request, Permission::WidgetWrite).await?;
        self.snapshot().widget(id)?;
        let (material, secret) = match (algorithm, public_key) {
            (WidgetAlgorithm::Hs256, None) => {
                let secret = URL_SAFE_NO_PAD.encode(self.random::<32>()?);
                (secret.clone().into_bytes(), Some(secret))
            }
            (algorithm, Some(pem)) => (crate::token::check_public_key(algorithm, pem)?, None),
            (_, None) => {
                let detail = "Paste the public key as PEM; the private key stays with you.";
                return Err(Error::invalid("/public_key", "missing-field", detail));
            }
        };
        let (vault, now) = (self.vault().clone(), self.now());
        let key = WidgetKey { id: self.new_id()?, algorithm, created_at: now, last_used_at: None };
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<NewWidgetKey> {
            let live = store::count_widget_keys(tx, id).await?.ok_or(Error::NotFound("widget"))?;
            if live >= KEYS_MAX {
                return Err(Error::conflict(
                    "two-keys",
                    "This widget has two live keys, which is the most.",
                    "Remove the one that no server signs with any more.",
                ));
            }
            store::insert_widget_key(tx, &vault, id, &key, &material).await?;
            let details = serde_json::json!({ "kid": key.id, "algorithm": algorithm });
            log.audit("widget.add_key", id, details);
            log.reload("widget.updated", id);
            Ok(NewWidgetKey { id: key.id, algorithm, secret, created_at: now })
        })
        .await
    }

    /// Ends a key of a widget: tokens signed with it are refused at once.
    #[boxed]
    pub async fn delete_widget_key(&self, request: &Request, id: WidgetId, kid: WidgetKeyId) -> Result<()> {
        let grant = self.authorise(request, Permission::WidgetWrite).await?;
        let now = self.now();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if !store::end_widget_key(tx, id, kid, now).await? {
                return Err(Error::NotFound("widget key"));
            }
            log.audit("widget.remove_key", id, serde_json::json!({ "kid": kid }));
            log.reload("widget.updated", id);
            Ok(())
        })
        .await
    }

    /// What goes into the company's page. `integrity` is the hash of the loader that this server serves.
    #[boxed]
    pub async fn widget_snippet(
        &self,
        request: &Request,
        id: WidgetId,
        integrity: Option<&str>,
    ) -> Result<Snippets> {
        self.authorise(request, Permission::WidgetRead).await?;
        self.snapshot().widget(id)?;
        Ok(Snippets::of(&self.config().public_url, id, integrity))
    }

    async fn widget_detail(&self, id: WidgetId) -> Result<WidgetDetail> {
        let widget = self.snapshot().widget(id)?.widget.clone();
        self.widget_details(vec![widget]).await?.pop().ok_or(Error::NotFound("widget"))
    }

    async fn widget_details(&self, widgets: Vec<Widget>) -> Result<Vec<WidgetDetail>> {
        let since = self.now().plus(-time::DAY);
        self.read(async move |tx: &mut Tx<'_>| -> Result<Vec<WidgetDetail>> {
            let counts = store::count_widget_codes(tx, since).await?;
            let mut details = Vec::with_capacity(widgets.len());
            for mut widget in widgets {
                // The copy in memory is not read anew whenever a key is used.
                let uses = store::list_key_uses(tx, widget.id).await?;
                for key in &mut widget.keys {
                    key.last_used_at = uses.get(&key.id).copied();
                }
                let (issued_24h, used_24h) = counts.get(&widget.id).copied().unwrap_or_default();
                let seen_at = progress::find_sighting(tx, widget.id).await?;
                details.push(WidgetDetail { widget, issued_24h, used_24h, seen_at });
            }
            Ok(details)
        })
        .await
    }
}

/// What the audit log keeps of a widget's settings.
fn settings(widget: &Widget) -> Value {
    serde_json::json!({
        "name": widget.name,
        "origins": widget.origins,
        "mode": widget.mode,
        "plain_reason": widget.plain_reason,
        "channels": widget.channels,
    })
}
