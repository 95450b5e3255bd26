//! Invitations of a website's visitors to a web chat: what people set up. Whom they reach is decided in `offer`.

mod check;
mod offer;

use async_recursion::async_recursion as boxed;
use std::collections::BTreeMap;

use countersign_store::{Tx, chat_invitation as store};
use countersign_types::chat_invitation::{Figures, StoredChatInvitation};
use countersign_types::{CalendarId, ChannelId, ChatInvitationId, Error, Permission, Result, Timestamp};
pub use countersign_visits::invite::{Limits, When};
pub use countersign_visits::{DeviceKind, State};
pub use offer::Offer;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Service;
use crate::caller::Request;
use crate::work::Log;

/// Invitations at most.
pub const INVITATIONS_MAX: usize = 50;

/// Whom an invitation is for, with which words, how many.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Plan {
    /// Which visits.
    pub when: When,
    /// Its words by language.
    pub texts: BTreeMap<String, String>,
    /// Only in these hours.
    pub calendar: Option<CalendarId>,
    /// How many.
    pub limits: Limits,
}

/// An invitation, as every server keeps it in memory.
#[derive(Debug, Clone, PartialEq)]
pub struct InvitationEntry {
    /// Its id.
    pub id: ChatInvitationId,
    /// Its name, for the team.
    pub name: String,
    /// Whether it is in use.
    pub is_active: bool,
    /// The site whose visitors are meant.
    pub site: ChannelId,
    /// The web chat.
    pub channel: ChannelId,
    /// Which one is tried first, from 1.
    pub position: i64,
    /// Whom, with which words, how many.
    pub plan: Plan,
    /// What became of it when this was read.
    pub figures: Figures,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl TryFrom<StoredChatInvitation> for InvitationEntry {
    type Error = Error;

    fn try_from(stored: StoredChatInvitation) -> Result<Self> {
        Ok(Self {
            id: stored.id,
            name: stored.name,
            is_active: stored.is_active,
            site: stored.site,
            channel: stored.channel,
            position: stored.position,
            plan: serde_json::from_value(stored.body).map_err(Error::internal)?,
            figures: stored.figures,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
        })
    }
}

impl InvitationEntry {
    /// All of them, in the order in which they are tried.
    pub(crate) async fn load(tx: &mut Tx<'_>) -> Result<Vec<Self>> {
        store::list_chat_invitations(tx).await?.into_iter().map(Self::try_from).collect()
    }

    fn stored(&self) -> Result<StoredChatInvitation> {
        Ok(StoredChatInvitation {
            id: self.id,
            name: self.name.clone(),
            is_active: self.is_active,
            site: self.site,
            channel: self.channel,
            position: self.position,
            body: serde_json::to_value(&self.plan).map_err(Error::internal)?,
            figures: self.figures,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

/// A change to an invitation, or a new one.
#[derive(Debug, Clone, Default)]
pub struct InvitationPatch {
    /// Its name.
    pub name: Option<String>,
    /// Whether it is in use.
    pub is_active: Option<bool>,
    /// The site.
    pub site: Option<ChannelId>,
    /// The web chat.
    pub channel: Option<ChannelId>,
    /// Its place, from 1; the others move.
    pub position: Option<i64>,
    /// Which visits, whole.
    pub when: Option<When>,
    /// Its words by language, whole.
    pub texts: Option<BTreeMap<String, String>>,
    /// Only in these hours.
    pub calendar: Option<Option<CalendarId>>,
    /// Only while somebody of the team is there.
    pub only_when_online: Option<bool>,
    /// A browser that was invited is left alone for so many days.
    pub per_visitor_days: Option<i64>,
    /// So many wait at once.
    pub waiting_max: Option<i64>,
    /// So many in a minute.
    pub per_minute_max: Option<i64>,
}

impl InvitationPatch {
    /// Takes the change over; answers with the names of what changed.
    fn apply(self, to: &mut InvitationEntry) -> Vec<&'static str> {
        fn set<T: PartialEq>(
            name: &'static str,
            to: &mut T,
            new: Option<T>,
            changed: &mut Vec<&'static str>,
        ) {
            if let Some(new) = new.filter(|new| new != to) {
                *to = new;
                changed.push(name);
            }
        }
        let mut changed = Vec::new();
        let limits = &mut to.plan.limits;
        set("name", &mut to.name, self.name.map(|name| name.trim().to_owned()), &mut changed);
        set("state", &mut to.is_active, self.is_active, &mut changed);
        set("site", &mut to.site, self.site, &mut changed);
        set("channel", &mut to.channel, self.channel, &mut changed);
        set("when", &mut to.plan.when, self.when, &mut changed);
        set("texts", &mut to.plan.texts, self.texts, &mut changed);
        set("calendar", &mut to.plan.calendar, self.calendar, &mut changed);
        set("only_when_online", &mut limits.only_when_online, self.only_when_online, &mut changed);
        set("per_visitor_days", &mut limits.per_visitor_days, self.per_visitor_days, &mut changed);
        set("waiting_max", &mut limits.waiting_max, self.waiting_max, &mut changed);
        set("per_minute_max", &mut limits.per_minute_max, self.per_minute_max, &mut changed);
        changed
    }
}

impl Service {
    /// All invitations in the order in which they are tried, with what became of them.
    #[boxed]
    pub async fn list_chat_invitations(&self, request: &Request) -> Result<Vec<InvitationEntry>> {
        self.authorise(request, Permission::SiteRead).await?;
        self.read(async move |tx: &mut Tx<'_>| InvitationEntry::load(tx).await).await
    }

    /// An invitation.
    #[boxed]
    pub async fn get_chat_invitation(
        &self,
        request: &Request,
        id: ChatInvitationId,
    ) -> Result<InvitationEntry> {
        let all = self.list_chat_invitations(request).await?;
        all.into_iter().find(|found| found.id == id).ok_or(Error::NotFound("invitation"))
    }

    /// Adds an invitation, as the last one unless a place is said.
    #[boxed]
    pub async fn create_chat_invitation(
        &self,
        request: &Request,
        mut new: InvitationPatch,
    ) -> Result<InvitationEntry> {
        let grant = self.authorise(request, Permission::SiteWrite).await?;
        let (now, id, position) = (self.now(), self.new_id()?, new.position.take());
        let nothing = ChannelId::from_bytes([0; 16]);
        let mut entry = InvitationEntry {
            id,
            name: String::new(),
            is_active: true,
            site: nothing,
            channel: nothing,
            position: 0,
            plan: Plan::default(),
            figures: Figures::default(),
            created_at: now,
            updated_at: now,
        };
        new.apply(&mut entry);
        check::entry(&entry, &self.snapshot())?;
        let id = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<ChatInvitationId> {
                let all = store::list_chat_invitations(tx).await?;
                if all.len() >= INVITATIONS_MAX {
                    let detail = format!("There are {INVITATIONS_MAX} invitations, which is the most.");
                    return Err(Error::conflict(
                        "too-many-invitations",
                        detail,
                        "Delete one that nobody needs.",
                    ));
                }
                entry.position = all.len() as i64 + 1;
                store::insert_chat_invitation(tx, &entry.stored()?).await?;
                if let Some(position) = position {
                    place(tx, entry.id, position).await?;
                }
                log.audit("invitation.create", entry.id, json!({ "name": entry.name }));
                log.reload("invitation.updated", entry.id);
                Ok(entry.id)
            })
            .await?;
        self.get_chat_invitation(request, id).await
    }

    /// Changes an invitation.
    #[boxed]
    pub async fn update_chat_invitation(
        &self,
        request: &Request,
        id: ChatInvitationId,
        mut patch: InvitationPatch,
    ) -> Result<InvitationEntry> {
        let grant = self.authorise(request, Permission::SiteWrite).await?;
        let (service, now, position) = (self.clone(), self.now(), patch.position.take());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let stored = store::find_chat_invitation_for_update(tx, id).await?;
            let mut entry = InvitationEntry::try_from(stored.ok_or(Error::NotFound("invitation"))?)?;
            let mut changed = patch.apply(&mut entry);
            check::entry(&entry, &service.snapshot())?;
            entry.updated_at = now;
            store::update_chat_invitation(tx, &entry.stored()?).await?;
            if let Some(position) = position {
                place(tx, id, position).await?;
                changed.push("position");
            }
            log.audit("invitation.update", id, json!({ "name": entry.name, "changed": changed }));
            log.reload("invitation.updated", id);
            Ok(())
        })
        .await?;
        self.get_chat_invitation(request, id).await
    }

    /// Deletes an invitation.
    #[boxed]
    pub async fn delete_chat_invitation(&self, request: &Request, id: ChatInvitationId) -> Result<()> {
        let grant = self.authorise(request, Permission::SiteWrite).await?;
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let stored = store::find_chat_invitation_for_update(tx, id).await?;
            let name = stored.ok_or(Error::NotFound("invitation"))?.name;
            store::delete_chat_invitation(tx, id).await?;
            log.audit("invitation.delete", id, json!({ "name": name }));
            log.reload("invitation.updated", id);
            Ok(())
        })
        .await
    }
}

/// Gives an invitation its place, and the others theirs around it.
async fn place(tx: &mut Tx<'_>, moved: ChatInvitationId, position: i64) -> Result<()> {
    let mut order: Vec<_> = store::list_chat_invitations(tx).await?.into_iter().map(|i| i.id).collect();
    order.retain(|id| *id != moved);
    let at = usize::try_from(position.max(1) - 1).unwrap_or(usize::MAX).min(order.len());
    order.insert(at, moved);
    for (id, place) in order.into_iter().zip(1..) {
        store::move_chat_invitation(tx, id, place).await?;
    }
    Ok(())
}

/// Whether a web chat's settings say that visitors may be invited.
fn invites(config: &Value) -> bool {
    config.get("invitations").and_then(Value::as_bool).unwrap_or(false)
}
