//! What every server keeps in memory: small, read on every request, changed by people now and then.
//!
//! It is read anew after an operation here changed it (before that operation is acknowledged) and when another
//! server says that it did.

use std::collections::HashMap;
use std::sync::Arc;

use countersign_masking::Patterns;
use countersign_store::channel::ChannelEntry;
use countersign_store::webhook::WebhookEntry;
use countersign_store::widget::WidgetEntry;
use countersign_store::{Db, Tx, Vault, attribute, calendar, channel, group, setting, webhook, widget};
use countersign_types::attribute::{Attribute, AttributeLevel};
use countersign_types::group::Group;
use countersign_types::merge::Unification;
use countersign_types::privacy::Retention;
use countersign_types::workspace::{MaskingMatrix, TextPattern, Workspace};
use countersign_types::{AttributeId, ChannelId, Error, GroupId, Result, UserId, WidgetId};

use crate::calendar::CalendarEntry;
use crate::chat_invitation::InvitationEntry;
use crate::look_up::LookUpEntry;
use crate::prompt::PromptDetail;
use crate::rule::{Named, Rules};
use crate::text_pattern::compile;

/// Names of settings in the store.
pub mod name {
    /// The workspace.
    pub const WORKSPACE: &str = "workspace";
    /// The masking matrix.
    pub const MASKING: &str = "masking";
    /// What of the company's own is hidden in texts.
    pub const TEXT_PATTERNS: &str = "text_patterns";
    /// Which identifiers join what channels know.
    pub const UNIFICATION: &str = "unification";
    /// How long things are kept.
    pub const RETENTION: &str = "retention";
    /// All rules together.
    pub const RULES: &str = "rules";
}

/// Live updates after which the snapshot is read anew. Those of people, because groups name who can work.
pub const RELOADS: &[&str] = &[
    "settings.updated",
    "channel.updated",
    "widget.updated",
    "webhook.updated",
    "attribute.updated",
    "rule.updated",
    "group.updated",
    "calendar.updated",
    "look_up.updated",
    "prompt.updated",
    "invitation.updated",
    "user.updated",
];

/// A group of the team, as rules name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupEntry {
    /// Its id.
    pub id: GroupId,
    /// Its name.
    pub name: String,
    /// Those of its members who can work; who was disabled or has not come yet is left out.
    pub members: Vec<UserId>,
}

impl From<Group> for GroupEntry {
    fn from(group: Group) -> Self {
        Self { members: group.active_members().collect(), id: group.id, name: group.name }
    }
}

/// What is kept in memory.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// The organisation.
    pub workspace: Workspace,
    /// Its time zone, ready to be asked; none: UTC.
    pub zone: Option<jiff::tz::TimeZone>,
    /// Who sees what masked.
    pub masking: MaskingMatrix,
    /// What of the company's own is hidden in texts.
    pub text_patterns: Vec<TextPattern>,
    /// The same, ready to be found.
    pub patterns: Arc<Patterns>,
    /// Which identifiers join what channels know.
    pub unification: Unification,
    /// How long things are kept.
    pub retention: Retention,
    /// Attribute definitions in the order of the forms.
    pub attributes: Vec<Attribute>,
    /// Channels.
    pub channels: HashMap<ChannelId, ChannelEntry>,
    /// Websites by the key that their pages carry.
    pub sites: crate::site::Sites,
    /// Widgets.
    pub widgets: HashMap<WidgetId, WidgetEntry>,
    /// Webhooks.
    pub webhooks: Vec<WebhookEntry>,
    /// Rules, ready to run.
    pub rules: Rules,
    /// Groups of the team, by name.
    pub groups: Vec<GroupEntry>,
    /// Calendars of business hours, by name.
    pub calendars: Vec<CalendarEntry>,
    /// How the company's own systems are asked about callers, by name.
    pub look_ups: Vec<Arc<LookUpEntry>>,
    /// What callers hear as recordings, by name; without the sound.
    pub prompts: Vec<PromptDetail>,
    /// Invitations of visitors to a chat, in the order in which they are tried.
    pub invitations: Vec<InvitationEntry>,
}

impl Snapshot {
    /// Reads it; what is costly to make ready and did not change is taken from the one before.
    pub async fn load(db: &Db, vault: &Vault, before: Arc<Self>) -> Result<Self> {
        let vault = vault.clone();
        db.read(async move |tx: &mut Tx<'_>| -> Result<Self> {
            let channels = channel::list_channel_entries(tx, &vault).await?;
            let widgets = widget::list_widget_entries(tx, &vault).await?;
            let workspace: Workspace = setting::find_setting(tx, name::WORKSPACE).await?.unwrap_or_default();
            let attributes = attribute::list_attributes(tx).await?;
            let channels = channels.into_iter().map(|entry| (entry.channel.id, entry)).collect();
            let groups: Vec<GroupEntry> =
                group::list_groups(tx).await?.into_iter().map(GroupEntry::from).collect();
            let calendars = calendar::list_calendars(tx)
                .await?
                .into_iter()
                .map(CalendarEntry::try_from)
                .collect::<Result<Vec<_>>>()?;
            let named = Named {
                workspace: &workspace,
                attributes: &attributes,
                channels: &channels,
                groups: &groups,
                calendars: &calendars,
            };
            let text_patterns: Vec<TextPattern> =
                setting::find_setting(tx, name::TEXT_PATTERNS).await?.unwrap_or_default();
            // What cannot be read any more hides nothing: better no server than texts in the open.
            let patterns = compile(&text_patterns).map_err(|error| {
                let name = text_patterns.get(error.index).map_or("", |pattern| &pattern.name);
                Error::internal(format!(
                    "the pattern `{name}` of Masking is not one any more: {}",
                    error.reason
                ))
            })?;
            Ok(Self {
                rules: Rules::load(tx, named).await?,
                sites: crate::site::Sites::load(channels.values(), &before.sites),
                zone: countersign_rules::calendar::time_zone(&workspace.time_zone),
                workspace,
                masking: setting::find_setting(tx, name::MASKING).await?.unwrap_or_default(),
                text_patterns,
                patterns: Arc::new(patterns),
                unification: setting::find_setting(tx, name::UNIFICATION).await?.unwrap_or_default(),
                retention: setting::find_setting(tx, name::RETENTION).await?.unwrap_or_default(),
                attributes,
                channels,
                widgets: widgets.into_iter().map(|entry| (entry.widget.id, entry)).collect(),
                webhooks: webhook::list_webhook_entries(tx, &vault).await?,
                groups,
                calendars,
                look_ups: LookUpEntry::load(tx, &vault, &before.look_ups).await?,
                prompts: PromptDetail::load(tx).await?,
                invitations: InvitationEntry::load(tx).await?,
            })
        })
        .await
    }

    /// A channel that is in use.
    pub fn channel(&self, id: ChannelId) -> Result<&ChannelEntry> {
        self.channels.get(&id).ok_or(Error::NotFound("channel"))
    }

    /// A widget that is in use.
    pub fn widget(&self, id: WidgetId) -> Result<&WidgetEntry> {
        self.widgets.get(&id).ok_or(Error::NotFound("widget"))
    }

    /// An attribute by its key.
    pub fn attribute_by_key(&self, level: AttributeLevel, key: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|a| a.level == level && a.key == key)
    }

    /// An attribute by its id.
    pub fn attribute(&self, id: AttributeId) -> Option<&Attribute> {
        self.attributes.iter().find(|a| a.id == id)
    }
}
