//! Settings: `config.default.toml` < file < environment < command line.
//!
//! The embedded default file is the schema: what it does not hold is unknown, and the type of a default is the type
//! of the setting.

mod check;
mod layer;

pub use layer::{Config, Flags};

use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::path::PathBuf;

/// The file that documents every setting.
pub const DEFAULTS: &str = include_str!("../../../../config.default.toml");

/// Every setting. What each means stands in `config.default.toml`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says what each setting means")]
pub struct Settings {
    pub data_dir: PathBuf,
    pub server: Server,
    pub database: Database,
    pub keys: Keys,
    pub code: Code,
    pub session: Session,
    pub audit: Audit,
    pub outbox: Outbox,
    pub outbound: Outbound,
    pub retention: Retention,
    pub search: Search,
    pub tracker: Tracker,
    pub log: Log,
}

/// `[server]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says what each setting means")]
pub struct Server {
    pub listen: String,
    pub metrics_listen: String,
    pub public_url: String,
    pub trusted_proxies: Vec<IpAddr>,
    pub security_contact: String,
    pub connections_per_ip_max: usize,
    pub connections_max: usize,
    pub requests_max: usize,
    pub unready_ms: u64,
    pub drain_secs: u64,
}

/// `[database]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says what each setting means")]
pub struct Database {
    pub url: String,
    pub url_file: String,
    pub readers: usize,
    pub pool_size: usize,
}

/// `[keys]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says what each setting means")]
pub struct Keys {
    pub master_key_file: String,
}

/// `[code]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says what each setting means")]
pub struct Code {
    pub lifetime_secs: i64,
    pub link_days: i64,
    pub undo_secs: i64,
    pub per_subject_10min: i64,
    pub per_ip_min: i64,
    pub per_key_min: i64,
    pub live_max: i64,
    pub misses_per_min_alarm: i64,
}

/// `[session]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says what each setting means")]
pub struct Session {
    pub agent_idle_secs: i64,
    pub agent_max_secs: i64,
    pub admin_idle_secs: i64,
    pub admin_max_secs: i64,
}

/// `[audit]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says what each setting means")]
pub struct Audit {
    pub head_file: String,
}

/// `[outbox]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says what each setting means")]
pub struct Outbox {
    pub concurrency: usize,
    pub timeout_ms: u64,
    pub schedule_secs: Vec<i64>,
}

/// `[outbound]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says what each setting means")]
pub struct Outbound {
    pub allow: Vec<String>,
    pub source_address: String,
}

/// `[retention]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says what each setting means")]
pub struct Retention {
    pub code_hours: i64,
    pub delivery_days: i64,
}

/// `[search]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says what each setting means")]
pub struct Search {
    pub messages: bool,
}

/// `[tracker]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says what each setting means")]
pub struct Tracker {
    pub per_ip_min: i64,
    pub names_per_ip_min: i64,
    pub country_database: String,
}

/// `[log]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says what each setting means")]
pub struct Log {
    pub format: String,
    pub level: String,
}

impl Settings {
    /// The file with the master key.
    pub fn master_key_file(&self) -> PathBuf {
        match self.keys.master_key_file.as_str() {
            "" => self.data_dir.join("keys").join("master.key"),
            path => PathBuf::from(path),
        }
    }

    /// The file with the signed heads of the audit log.
    pub fn audit_head_file(&self) -> PathBuf {
        match self.audit.head_file.as_str() {
            "" => self.data_dir.join("countersign.audit-heads.jsonl"),
            path => PathBuf::from(path),
        }
    }

    /// The address by which people and pages reach this server.
    pub fn public_url(&self) -> String {
        if !self.server.public_url.is_empty() {
            return self.server.public_url.trim_end_matches('/').to_owned();
        }
        // "Every address" is none that a browser can be sent to.
        let listen = self.server.listen.replace("0.0.0.0:", "127.0.0.1:").replace("[::]:", "[::1]:");
        format!("http://{listen}")
    }

    /// The settings of the service.
    pub fn service(&self) -> countersign_service::Config {
        use countersign_service::config::{
            CodeConfig, OutboxConfig, RetentionConfig, SearchConfig, SessionConfig, TrackerConfig,
        };
        countersign_service::Config {
            public_url: self.public_url(),
            code: CodeConfig {
                lifetime_secs: self.code.lifetime_secs,
                link_days: self.code.link_days,
                undo_secs: self.code.undo_secs,
                per_subject_10min: self.code.per_subject_10min,
                per_ip_min: self.code.per_ip_min,
                per_key_min: self.code.per_key_min,
                live_max: self.code.live_max,
                misses_per_min_alarm: self.code.misses_per_min_alarm,
            },
            session: SessionConfig {
                agent_idle_secs: self.session.agent_idle_secs,
                agent_max_secs: self.session.agent_max_secs,
                admin_idle_secs: self.session.admin_idle_secs,
                admin_max_secs: self.session.admin_max_secs,
            },
            outbox: OutboxConfig {
                concurrency: self.outbox.concurrency,
                timeout_ms: self.outbox.timeout_ms,
                schedule_secs: self.outbox.schedule_secs.clone(),
            },
            retention: RetentionConfig {
                code_hours: self.retention.code_hours,
                delivery_days: self.retention.delivery_days,
            },
            search: SearchConfig { messages: self.search.messages },
            tracker: TrackerConfig {
                per_ip_min: self.tracker.per_ip_min,
                names_per_ip_min: self.tracker.names_per_ip_min,
            },
        }
    }
}

#[cfg(test)]
mod tests;
