//! How long things are kept, as the company decides, and what removes them then. Who is on hold is passed over.

use async_recursion::async_recursion as boxed;
use countersign_store::{Tx, call, engagement, erasure, retention, setting, visit, visit_day};
use countersign_types::audit::Actor;
use countersign_types::privacy::{EXPORT_HOURS, RETENTION_DAYS_MAX, RETENTION_DAYS_MIN, Retention};
use countersign_types::{Error, Permission, ProfileId, Result, Timestamp, time};
use serde_json::json;

use crate::Service;
use crate::caller::{Grant, Request};
use crate::snapshot::name;
use crate::work::Log;

/// Conversations removed in one operation at most: each takes its messages and files along.
const CONVERSATIONS_AT_ONCE: i64 = 20;
/// Visits removed in one operation at most: each takes its events along.
const VISITS_AT_ONCE: i64 = 200;
/// Calls removed in one operation at most.
const CALLS_AT_ONCE: i64 = 500;
/// Engagements removed in one operation at most: each takes its texts and their key along.
const ENGAGEMENTS_AT_ONCE: i64 = 200;
/// People whom websites named and nobody knows, forgotten in one operation at most.
const NAMED_AT_ONCE: i64 = 50;
/// Rows of other things removed in one operation at most.
const ROWS_AT_ONCE: i64 = 2_000;

/// How long things are kept: what is set here, and what the configuration says.
#[derive(Debug, Clone, Copy)]
pub struct RetentionOf {
    /// Set here.
    pub set: Retention,
    /// Records of codes, hours, by the configuration.
    pub code_hours: i64,
    /// Deliveries, days, by the configuration.
    pub delivery_days: i64,
}

impl Service {
    /// How long things are kept.
    #[boxed]
    pub async fn get_retention(&self, request: &Request) -> Result<RetentionOf> {
        self.authorise(request, Permission::SettingRead).await?;
        Ok(self.retention_of(self.snapshot().retention))
    }

    pub(super) fn retention_of(&self, set: Retention) -> RetentionOf {
        let config = &self.config().retention;
        RetentionOf { set, code_hours: config.code_hours, delivery_days: config.delivery_days }
    }

    /// Sets how long things are kept. What is older goes within a minute, for good.
    #[boxed]
    pub async fn update_retention(&self, request: &Request, after: Retention) -> Result<RetentionOf> {
        let grant = self.authorise(request, Permission::PrivacyManage).await?;
        for (pointer, days) in [
            ("/conversation_days", after.conversation_days),
            ("/event_days", after.event_days),
            ("/visit_days", after.visit_days),
            ("/engagement_days", after.engagement_days),
        ] {
            if days != 0 && !(RETENTION_DAYS_MIN..=RETENTION_DAYS_MAX).contains(&days) {
                let detail = "Between 7 and 3650 days, or 0: kept for ever.";
                return Err(Error::invalid(pointer, "out-of-range", detail));
            }
        }
        if after.erased_identifier_days > RETENTION_DAYS_MAX {
            let detail = "At most 3650 days; 0: kept for ever.";
            return Err(Error::invalid("/erased_identifier_days", "out-of-range", detail));
        }
        if !EXPORT_HOURS.contains(&after.export_hours) {
            let detail = "The file of an export is here for 1 to 72 hours.";
            return Err(Error::invalid("/export_hours", "out-of-range", detail));
        }
        let now = self.now();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let before: Retention = setting::lock_setting(tx, name::RETENTION).await?.unwrap_or_default();
            if after != before {
                setting::update_setting(tx, name::RETENTION, &after, now).await?;
                log.audit("retention.update", "", json!({ "old": before, "new": after }));
                log.reload("settings.updated", "retention");
            }
            Ok(())
        })
        .await?;
        Ok(self.retention_of(after))
    }

    /// Clean-up: what is older than the company wants to keep.
    pub(crate) async fn clean_by_retention(&self, now: Timestamp) -> Result<()> {
        let set = self.snapshot().retention;
        let before = |days: u32| (days > 0).then(|| now.plus(-i64::from(days) * time::DAY));
        if let Some(before) = before(set.conversation_days) {
            while self.clean_conversations(before, now).await? && !*self.stopping().borrow() {}
            while self.clean_calls(before, now).await? && !*self.stopping().borrow() {}
        }
        if let Some(before) = before(set.event_days) {
            while self.clean_events(before, now).await? && !*self.stopping().borrow() {}
        }
        if let Some(before) = before(set.visit_days) {
            while self.clean_visits(before, now).await? && !*self.stopping().borrow() {}
            self.clean_named(before, now).await?;
        }
        if let Some(before) = before(set.engagement_days) {
            while self.clean_engagements(before, now).await? && !*self.stopping().borrow() {}
        }
        if let Some(before) = before(set.erased_identifier_days) {
            self.db()
                .write(async move |tx: &mut Tx<'_>| -> Result<()> {
                    retention::delete_erased_identifiers(tx, before, ROWS_AT_ONCE).await?;
                    Ok(())
                })
                .await?;
        }
        self.clean_exports(now).await
    }

    /// Removes some conversations, on record; whether there may be more.
    async fn clean_conversations(&self, before: Timestamp, now: Timestamp) -> Result<bool> {
        let grant = Grant::internal(Actor::system());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<bool> {
            let cases = retention::delete_conversations(tx, before, now, CONVERSATIONS_AT_ONCE).await?;
            if !cases.is_empty() {
                log.audit("retention.clean", "", json!({ "conversations": cases }));
            }
            let is_full = cases.len() as u64 >= CONVERSATIONS_AT_ONCE.unsigned_abs();
            for case in cases {
                log.live("case.updated", case);
            }
            Ok(is_full)
        })
        .await
    }

    /// Removes some calls; whether there may be more. They go when conversations go.
    async fn clean_calls(&self, before: Timestamp, now: Timestamp) -> Result<bool> {
        let (grant, vault) = (Grant::internal(Actor::system()), self.vault().clone());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<bool> {
            let gone = call::delete_calls(tx, &vault, before, now, CALLS_AT_ONCE).await?;
            if gone > 0 {
                log.audit("retention.clean", "", json!({ "calls": gone }));
            }
            Ok(gone >= CALLS_AT_ONCE.unsigned_abs())
        })
        .await
    }

    /// Removes some visits; whether there may be more. They are many, and each of its own: the audit log counts them.
    async fn clean_visits(&self, before: Timestamp, now: Timestamp) -> Result<bool> {
        let grant = Grant::internal(Actor::system());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<bool> {
            let gone = visit::delete_visits(tx, before, now, VISITS_AT_ONCE).await?;
            if gone > 0 {
                log.audit("retention.clean", "", json!({ "visits": gone }));
            }
            Ok(gone >= VISITS_AT_ONCE.unsigned_abs())
        })
        .await
    }

    /// Removes some records of verifications; whether there may be more.
    async fn clean_engagements(&self, before: Timestamp, now: Timestamp) -> Result<bool> {
        let (grant, vault) = (Grant::internal(Actor::system()), self.vault().clone());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<bool> {
            let gone = engagement::delete_engagements(tx, &vault, before, now, ENGAGEMENTS_AT_ONCE).await?;
            if gone > 0 {
                log.audit("retention.clean", "", json!({ "engagements": gone }));
            }
            Ok(gone >= ENGAGEMENTS_AT_ONCE.unsigned_abs())
        })
        .await
    }

    /// Forgets whom websites named before a moment, once no visit of theirs is left and nobody came to know them: anybody
    /// can name people with the key that stands in the pages (T-5).
    async fn clean_named(&self, before: Timestamp, now: Timestamp) -> Result<()> {
        let mut after = 0;
        while !*self.stopping().borrow() {
            let found = self.read(async move |tx: &mut Tx<'_>| -> Result<Vec<(i64, ProfileId)>> {
                Ok(erasure::list_forgotten(tx, before, now, (after, NAMED_AT_ONCE)).await?)
            });
            let found = found.await?;
            let Some((last, _)) = found.last() else { break };
            after = *last;
            let (grant, vault) = (Grant::internal(Actor::system()), self.vault().clone());
            self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
                let mut gone = 0;
                for (_, profile) in found {
                    gone += i64::from(erasure::erase_forgotten(tx, &vault, profile, (before, now)).await?);
                }
                if gone > 0 {
                    log.audit("retention.clean", "", json!({ "named_visitors": gone }));
                }
                Ok(())
            })
            .await?;
        }
        let day = visit_day::day_of(before);
        self.db().write(async move |tx: &mut Tx<'_>| visit_day::delete_days(tx, day).await).await?;
        Ok(())
    }

    async fn clean_events(&self, before: Timestamp, now: Timestamp) -> Result<bool> {
        let grant = Grant::internal(Actor::system());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<bool> {
            let gone = retention::delete_events(tx, before, now, ROWS_AT_ONCE).await?;
            if gone > 0 {
                log.audit("retention.clean", "", json!({ "events": gone }));
            }
            Ok(gone >= ROWS_AT_ONCE.unsigned_abs())
        })
        .await
    }
}
