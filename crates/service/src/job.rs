//! What runs beside the requests: the outbox, the sealing of the audit log, expiry, clean-up, news of other servers.
//!
//! Jobs that must run once run under a lease; the server that has it keeps it, another takes over within its length
//! when that server is gone.

use async_recursion::async_recursion as boxed;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use countersign_store::server::{self, ServerRow};
use countersign_store::{
    Backend, Notice, Tx, attachment, invitation, lease, limit, notice, outbox, request_line, retention,
    session, web_chat, widget,
};
use countersign_types::webhook::DeliveryState;
use countersign_types::{Result, Timestamp, time};
use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::Service;
use crate::auth::FORGETS;
use crate::snapshot::RELOADS;
use crate::web_chat::IDLE_SPAN;

/// How long a lease of a job is taken for; it is renewed at every run.
const LEASE: i64 = 30 * time::SECOND;
/// Rows that one clean-up statement removes at most: nobody waits long behind it.
const CLEAN_MAX: i64 = 2_000;
/// Dead letters are kept for so many times as long as what was delivered.
const DEAD_TIMES: i64 = 4;

impl Service {
    /// Runs every job until `shutdown` says `true` (or its sender is gone); then lets deliveries end and gives up its
    /// leases. Streams that stay open end at the same moment: see [`Service::stopping`].
    #[boxed]
    pub async fn run_jobs(&self, mut shutdown: watch::Receiver<bool>) {
        if let Err(error) = self.begin_jobs().await {
            tracing::warn!(%error, "what an earlier run left behind was not looked at");
        }
        let stop = self.stopping();
        let mut jobs = JoinSet::new();
        let (service, until) = (self.clone(), stop.clone());
        jobs.spawn(supervise("outbox", stop.clone(), move || {
            let (service, until) = (service.clone(), until.clone());
            async move { service.run_outbox(until).await }
        }));
        let (service, until) = (self.clone(), stop.clone());
        jobs.spawn(supervise("news", stop.clone(), move || {
            let (service, until) = (service.clone(), until.clone());
            async move { service.hear(until).await }
        }));
        let (service, until) = (self.clone(), stop.clone());
        jobs.spawn(supervise("channels", stop, move || {
            let (service, until) = (service.clone(), until.clone());
            async move { service.run_polls(until).await }
        }));
        self.every(&mut jobs, "heartbeat", Duration::from_secs(10), |s| async move { s.heartbeat().await });
        self.every(&mut jobs, "notes", Duration::from_secs(1), |s| async move { s.note_job().await });
        self.every(&mut jobs, "seal", Duration::from_secs(1), |s| async move { s.seal_job().await });
        self.every(&mut jobs, "expiry", Duration::from_secs(5), |s| async move { s.expiry_job().await });
        self.every(&mut jobs, "rules", Duration::from_secs(1), |s| async move { s.rules_job().await });
        self.every(&mut jobs, "imports", Duration::from_secs(1), |s| async move { s.import_job().await });
        self.every(&mut jobs, "exports", Duration::from_secs(1), |s| async move { s.export_job().await });
        self.every(&mut jobs, "search", Duration::from_secs(1), |s| async move { s.index_job().await });
        self.every(&mut jobs, "unification", Duration::from_secs(1), |s| async move { s.unify_job().await });
        self.every(&mut jobs, "chats", Duration::from_secs(1), |s| async move { s.chat_timer_job().await });
        self.every(&mut jobs, "calls", Duration::from_secs(30), |s| async move { s.idle_call_job().await });
        self.every(&mut jobs, "analytics", Duration::from_secs(5), |s| async move { s.fold_job().await });
        self.every(
            &mut jobs,
            "engagements",
            Duration::from_secs(15),
            |s| async move { s.engagement_job().await },
        );
        self.every(&mut jobs, "searched values", Duration::from_secs(10), |s| async move {
            s.searched_value_job().await
        });
        self.every(&mut jobs, "clean-up", Duration::from_secs(60), |s| async move { s.clean_job().await });
        let _ = shutdown.wait_for(|is_over| *is_over).await;
        self.stop();
        while jobs.join_next().await.is_some() {}
        if let Err(error) = self.note_stop().await {
            tracing::debug!(%error, "the end of this server is not on record");
        }
        let owner = self.server_id();
        let left = self.db().write(async move |tx: &mut Tx<'_>| -> Result<()> {
            lease::delete_leases(tx, owner).await?;
            server::delete_server(tx, owner).await?;
            Ok(())
        });
        if let Err(error) = left.await {
            tracing::debug!(%error, "leases were not given up; they end by themselves");
        }
    }

    async fn begin_jobs(&self) -> Result<()> {
        self.heartbeat().await?;
        if self.db().kind() == Backend::Sqlite {
            // One process has the file: what is claimed was claimed by one that is gone.
            let now = self.now();
            self.db()
                .write(async move |tx: &mut Tx<'_>| -> Result<()> {
                    outbox::release_all(tx, now).await?;
                    Ok(())
                })
                .await?;
        }
        self.install_verification_examples().await?;
        self.note_start().await
    }

    /// Runs a job again and again. One that fails or panics is tried again the next time.
    fn every<F, Fut>(&self, jobs: &mut JoinSet<()>, name: &'static str, pause: Duration, job: F)
    where
        F: Fn(Self) -> Fut + Send + 'static,
        Fut: Future<Output = Result<()>> + Send,
    {
        let (service, mut stop) = (self.clone(), self.stopping());
        jobs.spawn(async move {
            while !*stop.borrow() {
                match AssertUnwindSafe(job(service.clone())).catch_unwind().await {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => tracing::warn!(job = name, %error, "a job failed"),
                    Err(_) => tracing::error!(job = name, "a job panicked"),
                }
                tokio::select! {
                    _ = stop.changed() => {}
                    () = tokio::time::sleep(pause) => {}
                }
            }
        });
    }

    /// Takes or keeps the lease of a job; `false` when another server has it.
    pub(crate) async fn has_lease(&self, name: &str) -> Result<bool> {
        let (owner, now, name) = (self.server_id(), self.now(), name.to_owned());
        self.db()
            .write(async move |tx: &mut Tx<'_>| -> Result<bool> {
                Ok(lease::take_lease(tx, &name, owner, now, now.plus(LEASE)).await?)
            })
            .await
    }

    /// Follows what other servers change: settings are read anew, ended sessions and keys forgotten.
    async fn hear(&self, mut stop: watch::Receiver<bool>) {
        let mut notices = self.db().subscribe();
        let has_others = self.db().kind() == Backend::Postgres;
        if has_others && let Err(error) = self.reload().await {
            // What changed between the start and now was said when nobody listened here.
            tracing::warn!(%error, "settings could not be read anew");
        }
        loop {
            let first = tokio::select! {
                _ = stop.changed() => return,
                notice = notices.recv() => notice,
            };
            let Some(first) = first else { return };
            let (mut reload, mut forget) = (false, false);
            let mut notice = Some(first);
            while let Some(heard) = notice {
                match heard {
                    Notice::Resync => (reload, forget) = (true, true),
                    Notice::Message(text) => {
                        let name = text.split(' ').next().unwrap_or_default();
                        reload |= RELOADS.contains(&name);
                        forget |= FORGETS.contains(&name);
                    }
                }
                notice = notices.recv().now_or_never().flatten();
            }
            if forget {
                self.remembered().forget();
            }
            // Whoever wrote here has read anew before they were answered, unless they went away before that.
            if reload {
                while let Err(error) = self.reload().await {
                    tracing::warn!(%error, "settings changed and could not be read anew");
                    tokio::select! {
                        _ = stop.wait_for(|is_over| *is_over) => return,
                        () = tokio::time::sleep(Duration::from_secs(1)) => {}
                    }
                }
            }
        }
    }

    async fn heartbeat(&self) -> Result<()> {
        let row = ServerRow {
            id: self.server_id(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: self.started_at(),
            seen_at: self.now(),
        };
        let stats = self
            .db()
            .write(async move |tx: &mut Tx<'_>| -> Result<outbox::OutboxStats> {
                server::update_server(tx, &row).await?;
                Ok(outbox::outbox_stats(tx).await?)
            })
            .await?;
        let now = self.now();
        let oldest = stats.oldest_at.map_or(0, |at| now.since(at).max(0) / time::SECOND);
        metrics::gauge!("countersign_outbox_pending").set(stats.pending as f64);
        metrics::gauge!("countersign_outbox_oldest_seconds").set(oldest as f64);
        metrics::gauge!("countersign_outbox_dead").set(stats.dead as f64);
        Ok(())
    }

    async fn expiry_job(&self) -> Result<()> {
        if self.has_lease("expiry").await? {
            while self.expire_links().await? > 0 {}
        }
        Ok(())
    }

    /// Cleans up once, as the job does each minute: for tests whose clock stands still.
    #[doc(hidden)]
    #[boxed]
    pub async fn clean_now(&self) -> Result<()> {
        self.clean_job().await
    }

    /// Removes what is kept no longer.
    async fn clean_job(&self) -> Result<()> {
        if !self.has_lease("clean-up").await? {
            return Ok(());
        }
        let now = self.now();
        let retention = &self.config().retention;
        let codes = now.plus(-retention.code_hours.saturating_mul(time::HOUR));
        let deliveries = now.plus(-retention.delivery_days.saturating_mul(time::DAY));
        let dead = now.plus(-retention.delivery_days.saturating_mul(DEAD_TIMES * time::DAY));
        let cleanings = [
            (Cleaning::Codes, codes),
            (Cleaning::Tokens, now),
            (Cleaning::Receipts, now.plus(-time::DAY)),
            (Cleaning::Delivered, deliveries),
            (Cleaning::Dead, dead),
            (Cleaning::Sessions, now.plus(-30 * time::DAY)),
            (Cleaning::Invitations, now.plus(-30 * time::DAY)),
            (Cleaning::Counters, now.plus(-8 * time::DAY)),
            (Cleaning::Chats, now.plus(-IDLE_SPAN)),
            (Cleaning::Servers, now.plus(-time::HOUR)),
            (Cleaning::Requests, self.requests_kept_since(now).await?),
            (Cleaning::Attachments, now.plus(-crate::attachment::LOOSE_SPAN)),
            (Cleaning::Notices, now.plus(-30 * time::DAY)),
        ];
        for (cleaning, before) in cleanings {
            self.clean(cleaning, before).await?;
        }
        self.clean_by_retention(now).await?;
        self.clean_merges(now).await?;
        self.clean_imports(now).await
    }

    /// Removes rows some at a time, until none are left.
    async fn clean(&self, cleaning: Cleaning, before: Timestamp) -> Result<()> {
        let now = self.now();
        loop {
            let removed = self
                .db()
                .write(async move |tx: &mut Tx<'_>| -> Result<u64> {
                    Ok(match cleaning {
                        Cleaning::Codes => retention::delete_codes(tx, before, now, CLEAN_MAX).await?,
                        Cleaning::Tokens => widget::delete_token_uses(tx, before, CLEAN_MAX).await?,
                        Cleaning::Receipts => retention::delete_receipts(tx, before, CLEAN_MAX).await?,
                        Cleaning::Delivered => {
                            outbox::delete_outbox(tx, DeliveryState::Delivered, before, CLEAN_MAX).await?
                        }
                        Cleaning::Dead => {
                            outbox::delete_outbox(tx, DeliveryState::Dead, before, CLEAN_MAX).await?
                        }
                        Cleaning::Sessions => session::delete_sessions(tx, before, CLEAN_MAX).await?,
                        Cleaning::Invitations => {
                            invitation::delete_invitations(tx, before, CLEAN_MAX).await?
                        }
                        Cleaning::Counters => limit::delete_counters(tx, before, CLEAN_MAX).await?,
                        Cleaning::Chats => web_chat::delete_web_chat_sessions(tx, before, CLEAN_MAX).await?,
                        Cleaning::Servers => server::delete_servers(tx, before).await?,
                        Cleaning::Requests => request_line::delete_requests(tx, before, CLEAN_MAX).await?,
                        Cleaning::Notices => notice::delete_notices(tx, before, CLEAN_MAX).await?,
                        Cleaning::Attachments => {
                            attachment::delete_loose_attachments(tx, before, CLEAN_MAX).await?
                        }
                    })
                })
                .await?;
            if removed < CLEAN_MAX.unsigned_abs() || *self.stopping().borrow() {
                return Ok(());
            }
        }
    }
}

/// Runs a job that ends at the stop. One that panics is begun anew: nobody else does its work here.
async fn supervise<F, Fut>(name: &'static str, mut stop: watch::Receiver<bool>, job: F)
where
    F: Fn() -> Fut + Send,
    Fut: Future<Output = ()> + Send,
{
    while AssertUnwindSafe(job()).catch_unwind().await.is_err() {
        tracing::error!(job = name, "a job panicked and begins anew");
        tokio::select! {
            _ = stop.wait_for(|is_over| *is_over) => return,
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    }
}

/// What the clean-up removes.
#[derive(Debug, Clone, Copy)]
enum Cleaning {
    /// What rules told people.
    Notices,
    /// Files that were uploaded and never sent.
    Attachments,
    /// Records of codes that are over.
    Codes,
    /// Tokens that can no longer be used anyway.
    Tokens,
    /// Answers under idempotency keys.
    Receipts,
    /// Deliveries that arrived.
    Delivered,
    /// Deliveries that were given up.
    Dead,
    /// Sessions that are over.
    Sessions,
    /// Links that are over.
    Invitations,
    /// Counters that count nothing any more.
    Counters,
    /// Sessions of visitors who do not come any more.
    Chats,
    /// Servers that are gone.
    Servers,
    /// Requests of programs.
    Requests,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_job_that_panics_begins_anew_and_ends_with_the_stop() {
        let (tell, stop) = watch::channel(false);
        let runs = Arc::new(AtomicUsize::new(0));
        let (counted, until) = (runs.clone(), stop.clone());
        let job = tokio::spawn(supervise("test", stop, move || {
            let (run, mut until) = (counted.fetch_add(1, Ordering::SeqCst), until.clone());
            async move {
                assert!(run > 1, "as the test wants");
                let _ = until.wait_for(|is_over| *is_over).await;
            }
        }));
        while runs.load(Ordering::SeqCst) < 3 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert!(!job.is_finished());
        tell.send_replace(true);
        job.await.unwrap();
        assert_eq!(runs.load(Ordering::SeqCst), 3);
    }
}
