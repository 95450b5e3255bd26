//! The line of the record that somebody who was invited writes.

use countersign_store::Tx;
use countersign_types::{Assurance, ChatOfferId, Result, Timestamp};

use crate::Service;
use crate::code::redeem::Place;
use crate::work::Log;

impl Service {
    /// Notes that a message answers an offer, where it does.
    pub(super) async fn note_offer(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        place: &Place<'_>,
        offer: Option<ChatOfferId>,
        assurance: Assurance,
        now: Timestamp,
    ) -> Result<()> {
        let (Some(offer), Some(case)) = (offer, place.case) else { return Ok(()) };
        match self.answer_offer(tx, log, place.channel, (offer, case), now).await? {
            Some(line) => self.note_event(tx, place, &line, assurance, now).await,
            None => Ok(()),
        }
    }
}
