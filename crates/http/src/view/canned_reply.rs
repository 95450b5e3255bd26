//! Views of canned replies.

use countersign_service::rule::Filled;
use countersign_types::canned_reply::CannedReply;
use serde::Serialize;
use utoipa::ToSchema;

/// A canned reply.
#[derive(Debug, Serialize, ToSchema)]
pub struct CannedReplyView {
    /// Its id.
    #[schema(example = "canned_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// The short name that is typed behind `/`.
    #[schema(example = "greeting")]
    pub name: String,
    /// What it is for.
    #[schema(example = "Greet a customer")]
    pub title: String,
    /// The text, with variables as in rules.
    #[schema(example = "Hello {profile.name|there}, how can I help?")]
    pub text: String,
    /// The language it is written in.
    #[schema(example = "en")]
    pub language: Option<String>,
    /// `everybody`, `group` or `personal`.
    pub audience: &'static str,
    /// The group it is for.
    pub group: Option<String>,
    /// How often it was inserted.
    pub use_count: i64,
    /// When it was last inserted.
    #[schema(format = DateTime)]
    pub last_used_at: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl From<CannedReply> for CannedReplyView {
    fn from(reply: CannedReply) -> Self {
        Self {
            id: reply.id.to_string(),
            name: reply.name,
            title: reply.title,
            text: reply.text,
            language: reply.language,
            audience: reply.audience.as_str(),
            group: reply.audience.group().map(|group| group.to_string()),
            use_count: reply.use_count,
            last_used_at: reply.last_used_at.map(|at| at.to_string()),
            created_at: reply.created_at.to_string(),
            updated_at: reply.updated_at.to_string(),
        }
    }
}

/// A canned reply filled for a conversation.
#[derive(Debug, Serialize, ToSchema)]
pub struct FilledReplyView {
    /// What it says.
    #[schema(example = "Hello Ann Example, how can I help?")]
    pub text: String,
    /// Variables that were left out because the caller sees them masked: there stands what is written behind `|`.
    #[schema(example = json!(["profile.phone"]))]
    pub left_out: Vec<String>,
}

impl From<Filled> for FilledReplyView {
    fn from(filled: Filled) -> Self {
        Self { text: filled.text, left_out: filled.left_out }
    }
}
