//! Sites: websites of the company that carry the tracker. A site is a channel of the kind `website`, so that whom it
//! names are ordinary accounts: links, evidence, merges, masking and erasure are the ordinary ones.

use async_recursion::async_recursion as boxed;
use std::collections::HashMap;
use std::sync::Arc;

use countersign_store::channel::{self as store, ChannelEntry};
use countersign_store::{Tx, visit_event};
use countersign_types::channel::{Channel, ChannelKind, ChannelState};
use countersign_types::{ChannelId, Error, FieldError, Permission, Result, SiteId, Timestamp};
use countersign_visits::Site;
pub use countersign_visits::site::Storage;
use countersign_visits::site::Strategy;
use serde_json::{Value, json};

use crate::Service;
use crate::caller::Request;
use crate::channel::NAME_CHARS_MAX;
use crate::visit::Today;
use crate::work::Log;

/// How write keys begin. They stand in pages for everybody to read, and prove nothing.
pub const WRITE_KEY_PREFIX: &str = "cswk_";
/// Sites of a workspace at most.
const SITES_MAX: usize = 100;

/// A site as every server keeps it in memory, ready to take events.
#[derive(Debug)]
pub struct SiteEntry {
    /// Its channel.
    pub id: ChannelId,
    /// Its name.
    pub name: String,
    /// Whether it takes events.
    pub is_active: bool,
    /// What its pages carry.
    pub write_key: String,
    /// Its settings.
    pub site: Site,
    /// The channel as it was read.
    channel: Channel,
}

/// All sites by what their pages carry.
#[derive(Debug, Default)]
pub struct Sites(HashMap<String, Arc<SiteEntry>>);

impl Sites {
    /// The sites among the channels. One whose settings this version cannot read takes nothing.
    ///
    /// What is the same as before is kept: its schemas are compiled, and whatever else changed, those did not.
    pub(crate) fn load<'c>(channels: impl Iterator<Item = &'c ChannelEntry>, before: &Self) -> Self {
        let sites = channels.filter(|entry| entry.channel.kind == ChannelKind::Website);
        let entry = |channel: &Channel| {
            let same = before.of(channel.id).filter(|entry| entry.channel == *channel);
            same.cloned().or_else(|| read(channel).map(Arc::new))
        };
        Self(
            sites
                .filter_map(|found| entry(&found.channel))
                .map(|site| (site.write_key.clone(), site))
                .collect(),
        )
    }

    /// The site of a write key.
    pub fn find(&self, write_key: &str) -> Option<&Arc<SiteEntry>> {
        self.0.get(write_key)
    }

    /// Whether pages of this origin are some site's.
    pub fn has_origin(&self, origin: &str) -> bool {
        self.0.values().any(|entry| entry.site.origins.iter().any(|known| known == origin))
    }

    /// Sites on which whoever is only recognised counts as anybody.
    pub fn unrecognised(&self) -> Vec<ChannelId> {
        let is_it = |entry: &&Arc<SiteEntry>| entry.site.strategies.recognised == Strategy::Anonymous;
        self.0.values().filter(is_it).map(|entry| entry.id).collect()
    }

    /// The longest silence after which a visit of any site goes on, minutes.
    pub fn idle_minutes_max(&self) -> i64 {
        let all = self.0.values().map(|entry| entry.site.idle_minutes);
        all.max().unwrap_or(countersign_visits::standing::IDLE_MINUTES)
    }

    /// All of them, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<SiteEntry>> {
        self.0.values()
    }

    /// A site by its channel.
    pub fn of(&self, id: ChannelId) -> Option<&Arc<SiteEntry>> {
        self.0.values().find(|entry| entry.id == id)
    }
}

fn read(channel: &Channel) -> Option<SiteEntry> {
    let write_key = channel.config.get("write_key")?.as_str()?.to_owned();
    let site = Site::parse(channel.config.get("settings")?).ok()?;
    Some(SiteEntry {
        id: channel.id,
        name: channel.name.clone(),
        is_active: channel.state == ChannelState::Active,
        write_key,
        site,
        channel: channel.clone(),
    })
}

/// A site with what stands around it.
#[derive(Debug, Clone)]
pub struct SiteDetail {
    /// Its id.
    pub id: SiteId,
    /// Its name.
    pub name: String,
    /// Active or paused.
    pub state: ChannelState,
    /// What its pages carry.
    pub write_key: String,
    /// Its settings.
    pub settings: Value,
    /// The newest event.
    pub last_event_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// What it sent today, and how much it may.
    pub today: Today,
    /// Events of a day at most.
    pub daily_events_max: i64,
    /// When its settings last changed.
    pub updated_at: Timestamp,
}

/// A change to a site.
#[derive(Debug, Clone, Default)]
pub struct SitePatch {
    /// Name.
    pub name: Option<String>,
    /// Active or paused.
    pub state: Option<ChannelState>,
    /// Settings, whole.
    pub settings: Option<Value>,
}

/// The channel of a site.
pub const fn channel_of(site: SiteId) -> ChannelId {
    ChannelId::from_bytes(site.to_bytes())
}

/// The site of a channel.
pub const fn site_of(channel: ChannelId) -> SiteId {
    SiteId::from_bytes(channel.to_bytes())
}

fn name(text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > NAME_CHARS_MAX {
        let detail = format!("Give the site a name of 1 to {NAME_CHARS_MAX} characters.");
        return Err(Error::invalid("/name", "out-of-range", detail));
    }
    Ok(text.to_owned())
}

/// Reads settings, fills in what is left out, and refuses with every place at once.
fn settings(given: &Value) -> Result<Value> {
    let site = Site::parse(given).map_err(|errors| {
        Error::Invalid(
            errors
                .into_iter()
                .map(|e| FieldError::new(format!("/config{}", e.pointer), "invalid", e.message))
                .collect(),
        )
    })?;
    Ok(site.to_json())
}

impl Service {
    /// The site of a write key, if it takes events.
    #[boxed]
    pub async fn find_site(&self, write_key: &str) -> Result<Arc<SiteEntry>> {
        let snapshot = self.snapshot_with(|s| s.sites.find(write_key).is_some()).await?;
        let found = snapshot.sites.find(write_key).filter(|entry| entry.is_active).cloned();
        found.ok_or(Error::NotFound("site with this write key"))
    }

    /// All sites, oldest first.
    #[boxed]
    pub async fn list_sites(&self, request: &Request) -> Result<Vec<SiteDetail>> {
        self.authorise(request, Permission::SiteRead).await?;
        let snapshot = self.snapshot();
        let mut sites: Vec<Channel> = snapshot
            .channels
            .values()
            .filter(|entry| entry.channel.kind == ChannelKind::Website)
            .map(|entry| entry.channel.clone())
            .collect();
        sites.sort_by_key(|channel| (channel.created_at, channel.id));
        let sites = self.read(async move |tx: &mut Tx<'_>| -> Result<Vec<SiteDetail>> {
            let mut all = Vec::with_capacity(sites.len());
            for channel in sites {
                let last_event_at = visit_event::find_newest_at(tx, channel.id).await?;
                all.push(detail(channel, last_event_at));
            }
            Ok(all)
        });
        let mut sites = sites.await?;
        for site in &mut sites {
            site.today = self.today_of(channel_of(site.id)).await?;
        }
        Ok(sites)
    }

    /// A site.
    #[boxed]
    pub async fn get_site(&self, request: &Request, id: SiteId) -> Result<SiteDetail> {
        let all = self.list_sites(request).await?;
        all.into_iter().find(|found| found.id == id).ok_or(Error::NotFound("site"))
    }

    /// Registers a site.
    #[boxed]
    pub async fn create_site(&self, request: &Request, new_name: &str, given: &Value) -> Result<SiteDetail> {
        let grant = self.authorise(request, Permission::SiteWrite).await?;
        let (name, settings) = (name(new_name)?, settings(given)?);
        let count =
            self.snapshot().channels.values().filter(|e| e.channel.kind == ChannelKind::Website).count();
        if count >= SITES_MAX {
            let detail = "A workspace has at most 100 sites.";
            return Err(Error::conflict("too-many-sites", detail, "Remove one that is not used."));
        }
        let (now, id) = (self.now(), self.new_id()?);
        let write_key = format!("{WRITE_KEY_PREFIX}{}", hex::encode(self.random::<16>()?));
        let channel = Channel {
            id,
            kind: ChannelKind::Website,
            name,
            state: ChannelState::Active,
            config: json!({ "write_key": write_key, "settings": settings }),
            last_inbound_at: None,
            last_outbound_at: None,
            created_at: now,
            updated_at: now,
        };
        let vault = self.vault().clone();
        let made = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<ChannelId> {
                store::insert_channel(tx, &vault, &channel, None).await?;
                log.audit("site.create", site_of(id), json!({ "name": channel.name }));
                log.live("site.updated", site_of(id));
                log.reload("channel.updated", id);
                Ok(id)
            })
            .await?;
        self.site_detail(made).await
    }

    /// Changes a site.
    #[boxed]
    pub async fn update_site(&self, request: &Request, id: SiteId, patch: SitePatch) -> Result<SiteDetail> {
        let grant = self.authorise(request, Permission::SiteWrite).await?;
        let found = self.site_channel(id)?.id;
        let new_name = patch.name.as_deref().map(name).transpose()?;
        let new_settings = patch.settings.as_ref().map(settings).transpose()?;
        let (now, state) = (self.now(), patch.state);
        let changed = json!({
            "name": patch.name.is_some(), "state": patch.state, "config": patch.settings.is_some(),
        });
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            // As it stands now, not as it is in memory: what somebody else just changed stays.
            let channel = store::find_channel_for_update(tx, found).await?;
            let mut channel = channel.ok_or(Error::NotFound("site"))?;
            channel.name = new_name.unwrap_or(channel.name);
            if let (Some(settings), Some(config)) = (new_settings, channel.config.as_object_mut()) {
                config.insert("settings".to_owned(), settings);
            }
            channel.state = state.unwrap_or(channel.state);
            channel.updated_at = now;
            if !store::update_channel(tx, &channel).await? {
                return Err(Error::NotFound("site"));
            }
            log.audit("site.update", id, changed);
            log.live("site.updated", id);
            log.reload("channel.updated", channel.id);
            Ok(())
        })
        .await?;
        self.site_detail(found).await
    }

    /// Takes a site out of use. What it sent stays as long as visits are kept.
    #[boxed]
    pub async fn delete_site(&self, request: &Request, id: SiteId) -> Result<()> {
        let grant = self.authorise(request, Permission::SiteWrite).await?;
        let (channel, now) = (self.site_channel(id)?, self.now());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if !store::delete_channel(tx, channel.id, now).await? {
                return Err(Error::NotFound("site"));
            }
            log.audit("site.delete", id, json!({ "name": channel.name }));
            log.live("site.updated", id);
            log.reload("channel.updated", channel.id);
            Ok(())
        })
        .await
    }

    fn site_channel(&self, id: SiteId) -> Result<Channel> {
        let snapshot = self.snapshot();
        let found = snapshot.channels.get(&channel_of(id)).map(|entry| entry.channel.clone());
        found.filter(|channel| channel.kind == ChannelKind::Website).ok_or(Error::NotFound("site"))
    }

    async fn site_detail(&self, id: ChannelId) -> Result<SiteDetail> {
        let channel = self.site_channel(site_of(id))?;
        let last =
            self.read(async move |tx: &mut Tx<'_>| Ok(visit_event::find_newest_at(tx, id).await?)).await?;
        Ok(SiteDetail { today: self.today_of(id).await?, ..detail(channel, last) })
    }
}

fn detail(channel: Channel, last_event_at: Option<Timestamp>) -> SiteDetail {
    let config = &channel.config;
    SiteDetail {
        id: site_of(channel.id),
        name: channel.name,
        state: channel.state,
        write_key: config.get("write_key").and_then(Value::as_str).unwrap_or_default().to_owned(),
        today: Today::default(),
        daily_events_max: config
            .pointer("/settings/daily_events_max")
            .and_then(Value::as_i64)
            .unwrap_or(countersign_visits::site::DAILY_EVENTS),
        settings: config.get("settings").cloned().unwrap_or_default(),
        last_event_at,
        created_at: channel.created_at,
        updated_at: channel.updated_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(n: u8, events: Value) -> ChannelEntry {
        let channel = Channel {
            id: ChannelId::from_bytes([n; 16]),
            kind: ChannelKind::Website,
            name: "Shop".to_owned(),
            state: ChannelState::Active,
            config: json!({ "write_key": format!("cswk_{n}"), "settings": { "events": events } }),
            last_inbound_at: None,
            last_outbound_at: None,
            created_at: Timestamp::from_micros(0),
            updated_at: Timestamp::from_micros(0),
        };
        ChannelEntry { channel, secret: None }
    }

    #[test]
    fn schemas_are_compiled_once_for_each_change_of_a_sites_settings() {
        let schema = json!([{ "name": "Buy", "schema": { "type": "object" } }]);
        let (one, other) = (entry(1, schema.clone()), entry(2, schema));
        let first = Sites::load([&one, &other].into_iter(), &Sites::default());
        let changed = entry(2, json!([{ "name": "Buy", "schema": { "minProperties": 1 } }]));
        let then = Sites::load([&one, &changed].into_iter(), &first);
        let same = |key: &str| Arc::ptr_eq(first.find(key).unwrap(), then.find(key).unwrap());
        assert!(same("cswk_1") && !same("cswk_2"));
        assert!(then.find("cswk_2").unwrap().site.events[0].schema.check(&json!({})).is_some());
    }
}
