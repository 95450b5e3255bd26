//! Settings of the service that an operator chooses; each has its meaning in `config.default.toml`.

/// Settings of the service.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address under which people and pages reach this server, without a slash at the end.
    pub public_url: String,
    /// Codes.
    pub code: CodeConfig,
    /// Sessions of people.
    pub session: SessionConfig,
    /// Deliveries.
    pub outbox: OutboxConfig,
    /// How long things are kept.
    pub retention: RetentionConfig,
    /// What can be searched.
    pub search: SearchConfig,
    /// What trackers may send.
    pub tracker: TrackerConfig,
}

/// Identification codes (C-1 … C-10).
#[derive(Debug, Clone)]
pub struct CodeConfig {
    /// How long a code lives, seconds, 60 to 600.
    pub lifetime_secs: i64,
    /// How long a link made by a code lives, days.
    pub link_days: i64,
    /// How long *not me* can undo a link, seconds.
    pub undo_secs: i64,
    /// Codes issued for one subject in ten minutes.
    pub per_subject_10min: i64,
    /// Codes issued to one address in a minute.
    pub per_ip_min: i64,
    /// Codes issued by one API key in a minute.
    pub per_key_min: i64,
    /// Codes alive at once.
    pub live_max: i64,
    /// Checksum-valid misses a minute in the whole workspace that start elevated mode.
    pub misses_per_min_alarm: i64,
}

/// Sessions of people.
#[derive(Debug, Clone)]
pub struct SessionConfig {
    /// An agent's session ends after so long without use, seconds.
    pub agent_idle_secs: i64,
    /// … and after so long in any case.
    pub agent_max_secs: i64,
    /// An administrator's session ends after so long without use, seconds.
    pub admin_idle_secs: i64,
    /// … and after so long in any case.
    pub admin_max_secs: i64,
}

/// Deliveries of webhooks and replies.
#[derive(Debug, Clone)]
pub struct OutboxConfig {
    /// Deliveries under way at once.
    pub concurrency: usize,
    /// How long one delivery may take, milliseconds.
    pub timeout_ms: u64,
    /// Waits between tries, seconds; after the last the delivery is a dead letter.
    pub schedule_secs: Vec<i64>,
}

/// How long things are kept, days.
#[derive(Debug, Clone)]
pub struct RetentionConfig {
    /// Used and expired codes' records, hours.
    pub code_hours: i64,
    /// Finished deliveries.
    pub delivery_days: i64,
}

/// What trackers may send.
#[derive(Debug, Clone)]
pub struct TrackerConfig {
    /// Batches of one address in a minute.
    pub per_ip_min: i64,
    /// People that batches of one address name in a minute.
    pub names_per_ip_min: i64,
}

/// What can be searched.
#[derive(Debug, Clone)]
pub struct SearchConfig {
    /// Words of messages.
    pub messages: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:8080".to_owned(),
            code: CodeConfig {
                lifetime_secs: 300,
                link_days: 180,
                undo_secs: 600,
                per_subject_10min: 5,
                per_ip_min: 10,
                per_key_min: 600,
                live_max: 100_000,
                misses_per_min_alarm: 100,
            },
            session: SessionConfig {
                agent_idle_secs: 30 * 60,
                agent_max_secs: 12 * 3600,
                admin_idle_secs: 15 * 60,
                admin_max_secs: 8 * 3600,
            },
            outbox: OutboxConfig {
                concurrency: 32,
                timeout_ms: 15_000,
                // Ten tries over about 75 hours.
                schedule_secs: vec![0, 5, 30, 120, 900, 3_600, 14_400, 36_000, 72_000, 86_400],
            },
            retention: RetentionConfig { code_hours: 24, delivery_days: 7 },
            tracker: TrackerConfig { per_ip_min: 6_000, names_per_ip_min: 600 },
            search: SearchConfig { messages: true },
        }
    }
}
