//! How many events a site may send on a day (T-5): counted in memory, so that no batch waits for another's row, and written
//! down every few seconds for the other servers and for a restart. What a crash forgets is a few seconds' worth.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

use countersign_store::Tx;
use countersign_store::visit_day::{self, DayCount, day_of};
use countersign_types::{ChannelId, Error, Result, Timestamp, time};

use crate::Service;
use crate::site::SiteEntry;

/// How often a server writes down what it counted, and reads what the others did.
const SYNC_SPAN: i64 = 5 * time::SECOND;
/// A tracker that was refused asks again after so many seconds at the latest: the limit may have been raised.
const PATIENCE_MAX: u64 = 3_600;

/// What a site sent today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Today {
    /// Events that were taken.
    pub events: i64,
    /// Events that were refused because there had been too many.
    pub refused: i64,
}

/// What one server knows of a site's day.
#[derive(Debug, Default, Clone, Copy)]
struct Day {
    day: i64,
    own: DayCount,
    others: DayCount,
    synced_at: Option<Timestamp>,
}

/// What this server counted of each site.
#[derive(Debug, Default)]
pub(crate) struct Quotas(Mutex<HashMap<ChannelId, Day>>);

impl Quotas {
    fn all(&self) -> MutexGuard<'_, HashMap<ChannelId, Day>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// What is counted of a site's day; of an earlier day nothing is left.
    fn with<T>(&self, site: ChannelId, now: Timestamp, change: impl FnOnce(&mut Day) -> T) -> T {
        let mut all = self.all();
        let day = all.entry(site).or_default();
        if day.day != day_of(now) {
            *day = Day { day: day_of(now), ..Day::default() };
        }
        change(day)
    }
}

impl Service {
    /// Refuses a batch of a site that has sent what it may send today.
    pub(super) async fn check_quota(&self, site: &SiteEntry, count: usize, now: Timestamp) -> Result<()> {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let (is_new, is_full) = self.quotas().with(site.id, now, |day| {
            let total = day.own.events + day.others.events;
            (day.synced_at.is_none(), total.saturating_add(count) > site.site.daily_events_max)
        });
        if is_new {
            // After a start, what was counted before it counts too.
            self.sync_quota(site.id, now).await?;
            let total = self.quotas().with(site.id, now, |day| day.own.events + day.others.events);
            if total.saturating_add(count) <= site.site.daily_events_max {
                return Ok(());
            }
        } else if !is_full {
            return Ok(());
        }
        self.quotas().with(site.id, now, |day| day.own.refused += count);
        metrics::counter!("countersign_visit_events_over_quota_total").increment(count.unsigned_abs());
        self.sync_quota_if_due(site.id, now).await?;
        let left = time::DAY - now.as_micros().rem_euclid(time::DAY);
        let secs = u64::try_from(left / time::SECOND).unwrap_or(0) + 1;
        Err(Error::QuotaReached {
            events_max: site.site.daily_events_max,
            retry_after_secs: secs.min(PATIENCE_MAX),
        })
    }

    /// Counts what was taken.
    pub(super) async fn count_taken(&self, site: ChannelId, added: usize, now: Timestamp) -> Result<()> {
        let added = i64::try_from(added).unwrap_or(0);
        self.quotas().with(site, now, |day| day.own.events += added);
        self.sync_quota_if_due(site, now).await
    }

    async fn sync_quota_if_due(&self, site: ChannelId, now: Timestamp) -> Result<()> {
        let is_due = self.quotas().with(site, now, |day| {
            let is_due = day.synced_at.is_none_or(|at| now.since(at) >= SYNC_SPAN || now < at);
            if is_due {
                // One batch does it for all that come meanwhile.
                day.synced_at = Some(now);
            }
            is_due
        });
        if is_due { self.sync_quota(site, now).await } else { Ok(()) }
    }

    async fn sync_quota(&self, site: ChannelId, now: Timestamp) -> Result<()> {
        let own = self.quotas().with(site, now, |day| day.own);
        let (server, day) = (self.server_id(), (site, day_of(now)));
        let others = self
            .db()
            .write(async move |tx: &mut Tx<'_>| {
                if own != DayCount::default() {
                    visit_day::upsert_day(tx, day, server, own).await?;
                }
                visit_day::count_day_elsewhere(tx, day, server).await
            })
            .await?;
        self.quotas().with(site, now, |day| (day.others, day.synced_at) = (others, Some(now)));
        Ok(())
    }

    /// What a site sent today, as far as servers have told each other.
    pub(crate) async fn today_of(&self, site: ChannelId) -> Result<Today> {
        let now = self.now();
        let own = self.quotas().with(site, now, |day| day.own);
        let (server, day) = (self.server_id(), (site, day_of(now)));
        let others = self
            .read(async move |tx: &mut Tx<'_>| Ok(visit_day::count_day_elsewhere(tx, day, server).await?))
            .await?;
        Ok(Today { events: own.events + others.events, refused: own.refused + others.refused })
    }
}
