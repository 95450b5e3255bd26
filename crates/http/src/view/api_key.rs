//! Views of API keys.

use countersign_service::api_key::MadeApiKey;
use countersign_types::api_key::ApiKey;
use serde::Serialize;
use utoipa::ToSchema;

/// An API key, never its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKeyView {
    /// Its id.
    #[schema(example = "key_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<&'static str>,
    /// The last four characters, to tell keys apart.
    pub last4: String,
    /// Networks it may be used from; from anywhere if empty.
    pub allowed_ips: Vec<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Until when it works.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    /// When it was last used, to the minute.
    #[schema(format = DateTime)]
    pub last_used_at: Option<String>,
}

impl From<ApiKey> for ApiKeyView {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id.to_string(),
            name: key.name,
            scopes: key.scopes.iter().map(|scope| scope.as_str()).collect(),
            last4: key.last4,
            allowed_ips: key.allowed_ips,
            created_at: key.created_at.to_string(),
            expires_at: key.expires_at.map(|t| t.to_string()),
            last_used_at: key.last_used_at.map(|t| t.to_string()),
        }
    }
}

/// An API key just made, with its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKeyMade {
    /// The key.
    #[serde(flatten)]
    pub key: ApiKeyView,
    /// The secret, shown this once.
    #[schema(example = "cs_live_…")]
    pub secret: String,
}

impl From<MadeApiKey> for ApiKeyMade {
    fn from(made: MadeApiKey) -> Self {
        Self { key: made.key.into(), secret: made.secret }
    }
}

/// A scope of API keys, which is also a permission of roles.
#[derive(Debug, Serialize, ToSchema)]
pub struct PermissionView {
    /// The word.
    #[schema(example = "case.read")]
    pub scope: &'static str,
    /// What it allows.
    pub description: &'static str,
    /// Roles that have it; those of API keys alone have none.
    pub roles: Vec<&'static str>,
}
