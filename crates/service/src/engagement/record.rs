//! The record of an engagement: who, when, by which policy, which questions, how they came out; never an answer (V-8).

use async_recursion::async_recursion as boxed;
use countersign_store::{Tx, engagement as store};
use countersign_types::{EngagementId, Error, Permission, Result};

use super::EngagementDetail;
use super::around::policy_of;
use crate::Service;
use crate::caller::Request;

/// A record, as whoever asks may see it.
#[derive(Debug, Clone)]
pub struct EngagementRecord {
    /// The engagement.
    pub detail: EngagementDetail,
    /// Whether they see how single questions came out.
    pub has_questions: bool,
}

impl Service {
    /// The record of an engagement. It changes no more once the engagement came out.
    #[boxed]
    pub async fn engagement_record(&self, request: &Request, id: EngagementId) -> Result<EngagementRecord> {
        let grant = self.authorise(request, Permission::VerificationRead).await?;
        let has_questions = request.caller.may(Permission::VerificationSupervise);
        let (service, viewer) = (self.clone(), grant.viewer());
        let found = self.read(async move |tx: &mut Tx<'_>| -> Result<Option<EngagementDetail>> {
            let Some(found) = store::find_engagement(tx, service.vault(), id).await? else { return Ok(None) };
            let mut detail = service.engagement_line(tx, found, viewer).await?;
            if let Some(used) = detail.kept.core.policy() {
                detail.policy = policy_of(tx, used).await?;
            }
            Ok(Some(detail))
        });
        let detail = found.await?.ok_or(Error::NotFound("engagement"))?;
        self.record_people(&request.caller, &grant, &detail).await?;
        Ok(EngagementRecord { detail, has_questions })
    }
}
