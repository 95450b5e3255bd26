//! Views of widgets as administrators see them. Nothing here is personal.

use countersign_service::widget::{NewWidgetKey, Snippets, WidgetDetail};
use countersign_types::widget::WidgetKey;
use serde::Serialize;
use utoipa::ToSchema;

/// An identification widget.
#[derive(Debug, Serialize, ToSchema)]
pub struct WidgetView {
    /// Its id.
    #[schema(example = "wid_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// Its name.
    pub name: String,
    /// `active`.
    pub state: &'static str,
    /// Origins of pages that may carry it.
    pub origins: Vec<String>,
    /// `signed` or `plain`.
    pub mode: &'static str,
    /// Why plain mode was turned on.
    pub plain_reason: Option<String>,
    /// Its live keys, two at most.
    pub keys: Vec<WidgetKeyView>,
    /// Language when the page's is not offered.
    pub default_language: String,
    /// Languages offered.
    pub languages: Vec<String>,
    /// Phrases that differ from ours: language → key → text.
    #[schema(value_type = Object)]
    pub phrases: serde_json::Value,
    /// `accent`, `radius`, `scheme`.
    #[schema(value_type = Object)]
    pub theme: serde_json::Value,
    /// Channels named as the official ones; none = every active one.
    pub channels: Vec<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was last opened on a page of the company, to ten minutes.
    #[schema(format = DateTime)]
    pub last_seen_at: Option<String>,
    /// What it did lately.
    pub stats: WidgetStatsView,
}

/// A key of a widget.
#[derive(Debug, Serialize, ToSchema)]
pub struct WidgetKeyView {
    /// What a token's header names.
    #[schema(example = "wkey_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub kid: String,
    /// `HS256`, `EdDSA` or `ES256`.
    pub algorithm: &'static str,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When a token last verified with it, to the minute.
    #[schema(format = DateTime)]
    pub last_used_at: Option<String>,
}

impl From<&WidgetKey> for WidgetKeyView {
    fn from(key: &WidgetKey) -> Self {
        Self {
            kid: key.id.to_string(),
            algorithm: key.algorithm.as_str(),
            created_at: key.created_at.to_string(),
            last_used_at: key.last_used_at.map(|t| t.to_string()),
        }
    }
}

/// What a widget did lately.
#[derive(Debug, Serialize, ToSchema)]
pub struct WidgetStatsView {
    /// Codes issued in the last 24 hours.
    pub issued_24h: i64,
    /// How many of them were used.
    pub used_24h: i64,
}

impl From<WidgetDetail> for WidgetView {
    fn from(detail: WidgetDetail) -> Self {
        let widget = detail.widget;
        Self {
            id: widget.id.to_string(),
            name: widget.name,
            state: "active",
            origins: widget.origins,
            mode: widget.mode.as_str(),
            plain_reason: widget.plain_reason,
            keys: widget.keys.iter().map(WidgetKeyView::from).collect(),
            default_language: widget.default_language,
            languages: widget.languages,
            phrases: widget.phrases,
            theme: widget.theme,
            channels: widget.channels.iter().map(ToString::to_string).collect(),
            created_at: widget.created_at.to_string(),
            last_seen_at: detail.seen_at.map(|t| t.to_string()),
            stats: WidgetStatsView { issued_24h: detail.issued_24h, used_24h: detail.used_24h },
        }
    }
}

/// A key just made.
#[derive(Debug, Serialize, ToSchema)]
pub struct WidgetKeyMade {
    /// Its id.
    pub id: String,
    /// What a token's header names.
    pub kid: String,
    /// `HS256`, `EdDSA` or `ES256`.
    pub algorithm: &'static str,
    /// The secret of an HS256 key, shown this once. Sign with the text as it is, not decoded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
}

impl From<NewWidgetKey> for WidgetKeyMade {
    fn from(key: NewWidgetKey) -> Self {
        Self {
            id: key.id.to_string(),
            kid: key.id.to_string(),
            algorithm: key.algorithm.as_str(),
            secret: key.secret,
            created_at: key.created_at.to_string(),
        }
    }
}

/// What goes into the company's page.
#[derive(Debug, Serialize, ToSchema)]
pub struct SnippetView {
    /// For a page whose server signs tokens.
    pub signed: String,
    /// For plain mode.
    pub plain: String,
    /// The notation of the older widget.
    pub seed: String,
}

impl From<Snippets> for SnippetView {
    fn from(snippets: Snippets) -> Self {
        Self { signed: snippets.signed, plain: snippets.plain, seed: snippets.seed }
    }
}
