//! API keys of programs.

use crate::{ApiKeyId, Permission, Timestamp};

/// An API key; the secret is nowhere, only its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// Its name.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Permission>,
    /// The last four characters, to tell keys apart.
    pub last4: String,
    /// Addresses it may be used from, as CIDR; empty = from any.
    pub allowed_ips: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it works.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used (to the minute).
    pub last_used_at: Option<Timestamp>,
}
