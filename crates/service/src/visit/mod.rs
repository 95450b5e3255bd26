//! Visits of the company's websites: who is there, how sure that is, and what they did.
//!
//! Events are the only thing that is written (`ingest`); pages and sessions are read out of them, visit by visit, so
//! that the one rule about whose a page is ([`countersign_visits::History`]) is applied everywhere (T-3).

mod beside;
mod decide;
mod identify;
mod ingest;
mod invite;
mod line;
mod list;
mod quota;
mod read;
mod row;
mod take;
mod tell;

use std::sync::Arc;

use countersign_masking::Known;
use countersign_store::visit::VisitRow;
use countersign_store::visit_event::EventRow;
use countersign_types::audit::Actor;
use countersign_types::pii::{ExternalId, Name, Pii};
use countersign_types::{
    Assurance, DeviceId, Error, IdentityId, PageId, ProfileId, Result, SiteId, Timestamp, VisitId,
    WebEventId, WebSessionId,
};
use countersign_visits::Reading;

pub use beside::Beside;
pub use countersign_visits::{DeviceKind, State};
pub use decide::Decision;
pub(crate) use ingest::Told;
pub use ingest::{Arrival, Taken};
pub use line::VisitLine;
pub use list::{EventQuery, Inspected, VisitQuery};
pub(crate) use quota::Quotas;
pub use quota::Today;
pub(crate) use row::Rows;
pub use take::{Call, DeviceCookie, write_key_of};

/// Somebody as a site names them, with what stands behind it.
#[derive(Debug, Clone)]
pub struct IdentityDetail {
    /// Their account's id, as an identity.
    pub id: IdentityId,
    /// The site.
    pub site: SiteId,
    /// By what the site names them; none: a token did.
    pub value: Option<Pii<ExternalId>>,
    /// Their name, as the profile or the site has it.
    pub name: Option<Pii<Name>>,
    /// Under which profile they stand.
    pub profile: ProfileId,
    /// Whether that profile is nobody's in particular.
    pub is_stranger: bool,
    /// What a signed token proved, as long as it counts.
    pub assurance: Assurance,
    /// When the site first named them.
    pub created_at: Timestamp,
}

/// Somebody who may be there.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Who.
    pub identity: IdentityDetail,
    /// How likely, below 1.
    pub confidence: f64,
}

/// What a colleague decided last about who is in a visit.
#[derive(Debug, Clone)]
pub struct DecisionDetail {
    /// Who decided.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// What.
    pub decision: Decision,
    /// Of whom.
    pub identity: IdentityId,
}

/// A visit as it reads at a moment.
#[derive(Debug, Clone)]
pub struct VisitDetail {
    /// As it is stored.
    pub row: VisitRow,
    /// The name of its site.
    pub site_name: String,
    /// The browser.
    pub device: Option<DeviceId>,
    /// Its state, confidence and end at that moment.
    pub reading: Reading,
    /// Whom it stands for.
    pub identity: Option<IdentityDetail>,
    /// Who may be there, where nobody is known.
    pub candidates: Vec<Candidate>,
    /// Whether more than one person used this browser.
    pub is_shared_device: bool,
    /// How sure it is: AL3 while a signed session is open, AL1 for what is only said, AL0.
    pub assurance: Assurance,
    /// What a colleague decided last.
    pub decision: Option<DecisionDetail>,
    /// What is known of whom it may be about and is hidden from the viewer in its texts.
    pub hidden: Arc<Known>,
}

impl VisitDetail {
    /// Leaves out what may be another person's, where it is shown with one of several who used the browser (T-3).
    fn hide_others(&mut self, is_theirs: impl Fn(&IdentityDetail) -> bool) {
        if !self.is_shared_device {
            return;
        }
        (self.row.page, self.row.entry, self.row.referrer) = Default::default();
        if !self.identity.as_ref().is_some_and(&is_theirs) {
            self.identity = None;
        }
        self.candidates.retain(|candidate| is_theirs(&candidate.identity));
        // It would say that somebody else was there.
        self.decision = None;
    }
}

/// One entering of a page.
#[derive(Debug, Clone)]
pub struct PageDetail {
    /// Its id.
    pub id: PageId,
    /// The visit.
    pub visit: VisitId,
    /// The event that it began with: address, title, categories.
    pub event: EventRow,
    /// When it was left.
    pub exited_at: Option<Timestamp>,
    /// How long it was looked at, milliseconds.
    pub active_ms: Option<i64>,
    /// With whom it is shown.
    pub identity: Option<IdentityId>,
    /// In which session.
    pub session: Option<WebSessionId>,
    /// What is hidden in its texts.
    pub hidden: Arc<Known>,
}

/// The time in which somebody was signed in.
#[derive(Debug, Clone)]
pub struct SessionDetail {
    /// Its id.
    pub id: WebSessionId,
    /// The visit.
    pub visit: VisitId,
    /// Who.
    pub identity: IdentityDetail,
    /// Sign-in.
    pub started_at: Timestamp,
    /// Sign-out, or the end of the visit.
    pub ended_at: Option<Timestamp>,
    /// Whether a token proved it.
    pub is_signed: bool,
}

/// An event.
#[derive(Debug, Clone)]
pub struct EventDetail {
    /// Its id.
    pub id: WebEventId,
    /// The visit.
    pub visit: VisitId,
    /// What it says.
    pub event: EventRow,
    /// On which page.
    pub page: Option<PageId>,
    /// In which session.
    pub session: Option<WebSessionId>,
    /// With whom it is shown.
    pub identity: Option<IdentityId>,
    /// What is hidden in its texts.
    pub hidden: Arc<Known>,
}

/// That an identity took part in a visit.
#[derive(Debug, Clone)]
pub struct ContactDetail {
    /// Who.
    pub identity: IdentityDetail,
    /// The visit.
    pub visit: VisitId,
    /// The browser.
    pub device: Option<DeviceId>,
    /// The session that it opened, where it was a sign-in.
    pub session: Option<WebSessionId>,
    /// The word of the way.
    pub association: String,
    /// When.
    pub at: Timestamp,
}

/// All of a visit.
#[derive(Debug, Clone)]
pub struct VisitWhole {
    /// The visit.
    pub visit: VisitDetail,
    /// Its pages, in the order of time.
    pub pages: Vec<PageDetail>,
    /// Its sessions.
    pub sessions: Vec<SessionDetail>,
    /// Everybody who took part.
    pub identities: Vec<(IdentityDetail, State)>,
    /// Its events, in the order of time.
    pub events: Vec<EventDetail>,
}

/// Ids of what stands in events: the number of the visit, then that of the event.
fn pack(visit: i64, event: i64) -> [u8; 16] {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&visit.to_be_bytes());
    id[8..].copy_from_slice(&event.to_be_bytes());
    id
}

fn unpack(id: [u8; 16], what: &'static str) -> Result<(i64, i64)> {
    let number = |half: &[u8]| half.try_into().map(i64::from_be_bytes).map_err(|_| Error::NotFound(what));
    Ok((number(&id[..8])?, number(&id[8..])?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_events_read_back() {
        assert_eq!(unpack(pack(7, i64::MAX), "page").unwrap(), (7, i64::MAX));
    }
}
