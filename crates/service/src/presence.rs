//! Who of the team is here, and which case they look at.

use countersign_store::case::has_case;
use countersign_store::{Tx, presence as store};
use countersign_types::presence::{Presence, PresenceState};
use countersign_types::{CaseId, Error, Permission, Result, Timestamp, time};

use crate::Service;
use crate::caller::Request;
use crate::work::Log;

/// How long a sign of life counts: two of the console's, which come every 30 seconds, and some more.
const PRESENT_SPAN: i64 = 75 * time::SECOND;

impl Service {
    /// Says that one is here, and which case one looks at. Others are told when that is news, not that one is still
    /// here. It leaves no event and no audit row: nothing was done.
    pub async fn update_presence(
        &self,
        request: &Request,
        state: PresenceState,
        case: Option<CaseId>,
    ) -> Result<()> {
        let (mut grant, user, _) = self.authorise_own(request)?;
        if case.is_some() {
            grant = self.authorise(request, Permission::CaseRead).await?;
        }
        let (now, since) = (self.now(), self.present_since());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if let Some(case) = case
                && !has_case(tx, case).await?
            {
                return Err(Error::invalid("/case", "unknown-case", "There is no case with this id."));
            }
            let before = store::find_presence(tx, user.id).await?.filter(|before| before.seen_at >= since);
            store::upsert_presence(tx, user.id, state, case, now).await?;
            if before.is_none_or(|before| before.state != state || before.case != case) {
                log.live("presence.updated", user.id);
            }
            Ok(())
        })
        .await
    }

    /// Who is here, by name.
    pub async fn list_presence(&self, request: &Request) -> Result<Vec<Presence>> {
        self.authorise(request, Permission::CaseRead).await?;
        let since = self.present_since();
        self.read(async move |tx: &mut Tx<'_>| Ok(store::list_presence_since(tx, since).await?)).await
    }

    fn present_since(&self) -> Timestamp {
        self.now().plus(-PRESENT_SPAN)
    }
}
