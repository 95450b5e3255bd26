//! What stands around a profile: identifiers, evidence, timeline, and who looked.

use async_recursion::async_recursion as boxed;
pub use countersign_store::viewer::Look;
use countersign_store::{
    Tx, account, event, evidence as evidence_store, identifier, profile as store, viewer,
};
use countersign_types::evidence::Evidence;
use countersign_types::link::Account;
use countersign_types::profile::{Identifier, TimelineEntry};
use countersign_types::{Assurance, Cursor, Error, Page, PageRequest, Permission, ProfileId, Result};

use super::VIEW;
use crate::Service;
use crate::caller::Request;
use crate::privacy::{DOWNLOAD, EXPORT};
use crate::reveal::REVEAL;
use crate::visit::VisitLine;

/// Something that points at a profile.
#[derive(Debug, Clone)]
pub enum ProfileIdentifier {
    /// An e-mail address, a phone number or the company's id.
    Own(Identifier),
    /// A channel account.
    Account {
        /// The account.
        account: Account,
        /// Name of its channel.
        channel_name: String,
        /// Kind of its channel.
        channel_kind: countersign_types::channel::ChannelKind,
        /// Whether a proof carries its link, not a claim or an agent's word.
        is_proved: bool,
    },
}

/// A line of a profile's timeline.
#[derive(Debug, Clone)]
pub enum TimelineLine {
    /// Something that happened.
    Event(Box<TimelineEntry>),
    /// A visit of a website.
    Visit(Box<VisitLine>),
}

impl TimelineLine {
    fn place(&self) -> Cursor {
        match self {
            Self::Event(entry) => Cursor { at: entry.event.at.as_micros(), id: entry.event.id.to_bytes() },
            Self::Visit(line) => line.place(),
        }
    }
}

fn order(place: Cursor) -> (i64, [u8; 16]) {
    (place.at, place.id)
}

fn entry(event: countersign_types::Event) -> TimelineLine {
    let word = event.details.get("assurance").and_then(serde_json::Value::as_str);
    let assurance = word.and_then(Assurance::parse);
    TimelineLine::Event(Box::new(TimelineEntry { assurance, event }))
}

impl Service {
    /// What points at a profile: identifiers, proved ones first, then channel accounts.
    #[boxed]
    pub async fn list_identifiers(&self, request: &Request, id: ProfileId) -> Result<Vec<ProfileIdentifier>> {
        let grant = self.authorise(request, Permission::ProfileRead).await?;
        let service = self.clone();
        let now = self.now();
        let found = self
            .read(async move |tx: &mut Tx<'_>| -> Result<Vec<ProfileIdentifier>> {
                let id = known(tx, id).await?;
                let vault = service.vault();
                let own = identifier::list_identifiers(tx, vault, id).await?;
                let mut all: Vec<ProfileIdentifier> = own.into_iter().map(ProfileIdentifier::Own).collect();
                let snapshot = service.snapshot();
                for account_id in identifier::list_account_ids(tx, id).await? {
                    let Some(account) = account::find_account(tx, vault, account_id).await? else { continue };
                    let Some(channel) = snapshot.channels.get(&account.channel) else { continue };
                    let live = countersign_store::link::find_live_link(tx, account_id).await?;
                    let is_proved = live.is_some_and(|link| {
                        link.assurance >= Assurance::Al2 && link.expires_at.is_none_or(|until| now < until)
                    });
                    all.push(ProfileIdentifier::Account {
                        account,
                        channel_name: channel.channel.name.clone(),
                        channel_kind: channel.channel.kind,
                        is_proved,
                    });
                }
                Ok(all)
            })
            .await?;
        self.record_view(&request.caller, &grant, id).await?;
        Ok(found)
    }

    /// Every reason to believe that was recorded for a profile, newest first.
    #[boxed]
    pub async fn list_evidence(&self, request: &Request, id: ProfileId) -> Result<Vec<Evidence>> {
        let grant = self.authorise(request, Permission::ProfileRead).await?;
        let found = self
            .read(async move |tx: &mut Tx<'_>| -> Result<Vec<Evidence>> {
                let id = known(tx, id).await?;
                Ok(evidence_store::list_evidence(tx, id).await?)
            })
            .await?;
        self.record_view(&request.caller, &grant, id).await?;
        Ok(found)
    }

    /// What happened to a profile and its accounts, newest first, with its visits of websites for whoever may see those.
    #[boxed]
    pub async fn list_timeline(
        &self,
        request: &Request,
        id: ProfileId,
        page: PageRequest,
    ) -> Result<Page<TimelineLine>> {
        let grant = self.authorise(request, Permission::ProfileRead).await?;
        let (service, now, viewer) = (self.clone(), self.now(), grant.viewer());
        let with_visits = request.caller.may(Permission::VisitRead);
        let found = self
            .read(async move |tx: &mut Tx<'_>| -> Result<Page<TimelineLine>> {
                let id = known(tx, id).await?;
                let (after, limit) = (page.after, page.limit);
                let events = event::list_timeline(tx, id, page).await?;
                let mut is_more = events.next.is_some();
                let mut lines: Vec<TimelineLine> = events.items.into_iter().map(entry).collect();
                if with_visits {
                    let (visits, has_more) = service.visit_lines(tx, viewer, id, after, limit, now).await?;
                    let last = visits.last().map(|line| line.place()).filter(|_| has_more);
                    lines.extend(visits.into_iter().map(|line| TimelineLine::Visit(Box::new(line))));
                    // Behind the last visit there may be others that were not read.
                    let count = lines.len();
                    lines.retain(|line| last.is_none_or(|last| order(line.place()) >= order(last)));
                    is_more |= has_more || lines.len() < count;
                    lines.sort_by_key(|line| std::cmp::Reverse(order(line.place())));
                }
                let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
                is_more |= lines.len() > wanted;
                lines.truncate(wanted);
                let next = lines.last().map(TimelineLine::place).filter(|_| is_more);
                Ok(Page { items: lines, next })
            })
            .await?;
        self.record_view(&request.caller, &grant, id).await?;
        Ok(found)
    }

    /// Who looked at a profile, who had a masked value of it shown and who took everything along, newest first.
    #[boxed]
    pub async fn list_viewers(
        &self,
        request: &Request,
        id: ProfileId,
        page: PageRequest,
    ) -> Result<Page<Look>> {
        self.authorise(request, Permission::ProfileRead).await?;
        self.read(async move |tx: &mut Tx<'_>| -> Result<Page<Look>> {
            let id = known(tx, id).await?;
            Ok(viewer::list_looks(tx, &id.to_string(), [VIEW, REVEAL, EXPORT, DOWNLOAD], page).await?)
        })
        .await
    }
}

/// The profile that an id stands for.
async fn known(tx: &mut Tx<'_>, id: ProfileId) -> Result<ProfileId> {
    store::find_survivor(tx, id).await?.ok_or(Error::NotFound("profile"))
}
