//! Visits as lines of a customer's timeline: one for each visit, with the sign-ins and business events in it.

use countersign_store::Tx;
use countersign_store::visit::{self as store, VisitFilter, VisitRow};
use countersign_types::pii::Viewer;
use countersign_types::{Cursor, ProfileId, Result, Timestamp};
use countersign_visits::EventType;

use super::read::Known;
use super::{EventDetail, VisitDetail};
use crate::Service;

/// Visits of one page of a timeline: each is read whole.
const LINES_MAX: i64 = 20;
/// Events of one line, the first ones.
const EVENTS_MAX: usize = 20;

/// A visit in a timeline, without what may be another person's.
#[derive(Debug, Clone)]
pub struct VisitLine {
    /// The visit.
    pub visit: VisitDetail,
    /// Sign-ins, sign-outs and business events, in the order of time.
    pub events: Vec<EventDetail>,
    /// How many more of them there are.
    pub more: usize,
}

impl VisitLine {
    /// Its place among lines, the newest first.
    pub(crate) fn place(&self) -> Cursor {
        place(&self.visit.row)
    }
}

fn place(row: &VisitRow) -> Cursor {
    let mut id = [0; 16];
    id[8..].copy_from_slice(&row.row.to_be_bytes());
    Cursor { at: row.last_at.as_micros(), id }
}

/// Where visits go on behind a line: that of a visit, or that of something else, whose ids are later than all numbers of
/// visits.
fn behind(after: Cursor) -> (Timestamp, i64) {
    let (high, low) = after.id.split_at(8);
    let number = low.try_into().map(i64::from_be_bytes).unwrap_or(i64::MAX);
    let is_visit = high.iter().all(|byte| *byte == 0);
    (Timestamp::from_micros(after.at), if is_visit { number } else { i64::MAX })
}

impl Service {
    /// The visits in which a customer took part, those with the newest event first, and whether there are more.
    pub(crate) async fn visit_lines(
        &self,
        tx: &mut Tx<'_>,
        viewer: Viewer,
        profile: ProfileId,
        after: Option<Cursor>,
        limit: i64,
        now: Timestamp,
    ) -> Result<(Vec<VisitLine>, bool)> {
        let limit = limit.min(LINES_MAX);
        let filter = VisitFilter {
            profile: Some(profile),
            before: after.map(behind),
            unrecognised: self.snapshot().sites.unrecognised(),
            ..VisitFilter::default()
        };
        let mut rows = store::list_visits(tx, &filter, limit + 1).await?;
        let is_more = rows.len() as i64 > limit;
        rows.truncate(usize::try_from(limit).unwrap_or(0));
        let (mut known, mut lines) = (Known::to(viewer), Vec::with_capacity(rows.len()));
        for row in rows {
            let whole = self.theirs(tx, &mut known, row, profile, now).await?;
            let is_told = |event: &EventDetail| {
                [EventType::SignIn, EventType::SignOut, EventType::Business]
                    .iter()
                    .any(|kind| kind.as_str() == event.event.kind)
            };
            let mut events: Vec<EventDetail> = whole.events.into_iter().filter(is_told).collect();
            let more = events.len().saturating_sub(EVENTS_MAX);
            events.truncate(EVENTS_MAX);
            lines.push(VisitLine { visit: whole.visit, events, more });
        }
        Ok((lines, is_more))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visits_go_on_behind_themselves_and_behind_what_is_no_visit() {
        let mut id = [0; 16];
        id[8..].copy_from_slice(&77_i64.to_be_bytes());
        assert_eq!(behind(Cursor { at: 5, id }), (Timestamp::from_micros(5), 77));
        let event = Cursor { at: 5, id: [1; 16] };
        assert_eq!(behind(event), (Timestamp::from_micros(5), i64::MAX));
    }
}
