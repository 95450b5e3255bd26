//! Engagements in which nothing happens any more are ended.

use async_recursion::async_recursion as boxed;
use countersign_store::{Tx, engagement as store};
use countersign_types::audit::Actor;
use countersign_types::{EngagementId, Result, UserId};

use super::around::Who;
use super::take::Doing;
use crate::Service;
use crate::caller::Grant;
use crate::work::Log;

/// Engagements that one run ends at most.
const EXPIRE_MAX: i64 = 200;

impl Service {
    /// Job: ends engagements whose time is over, so that what was tried in them counts.
    pub(crate) async fn engagement_job(&self) -> Result<()> {
        if self.has_lease("engagements").await? {
            while self.expire_engagements().await? > 0 {}
            while self.clear_left_engagements().await? > 0 {}
        }
        Ok(())
    }

    /// [`Service::engagement_job`] once: for tests whose clock stands still.
    #[doc(hidden)]
    pub async fn expire_engagements_now(&self) -> Result<usize> {
        self.expire_engagements().await
    }

    /// Clears away those that nobody took up, once: for tests.
    #[doc(hidden)]
    #[boxed]
    pub async fn clear_left_engagements_now(&self) -> Result<usize> {
        self.clear_left_engagements().await
    }

    async fn expire_engagements(&self) -> Result<usize> {
        let now = self.now();
        let idle: Vec<EngagementId> = self
            .read(async move |tx: &mut Tx<'_>| -> Result<Vec<EngagementId>> {
                Ok(store::list_idle_engagements(tx, now, EXPIRE_MAX).await?)
            })
            .await?;
        let mut ended = 0;
        for id in idle {
            let (service, grant) = (self.clone(), Grant::internal(Actor::system()));
            let is_over = self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<bool> {
                let who = Who { user: UserId::from_bytes([0; 16]), email: None };
                let doing = Doing { who, actor: Actor::system(), now };
                // A step that came a moment ago gives it time again.
                Ok(service.begin_step(tx, log, id, 0, &doing).await?.is_none())
            });
            // One that cannot be ended does not keep the others from it.
            match is_over.await {
                Ok(is_over) => ended += usize::from(is_over),
                Err(error) => tracing::warn!(%error, engagement = %id, "an engagement could not be ended"),
            }
        }
        Ok(ended)
    }
}
