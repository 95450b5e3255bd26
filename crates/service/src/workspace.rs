//! Settings of the organisation, and who sees what masked.

use async_recursion::async_recursion as boxed;
use countersign_store::{Tx, chat_timer, setting};
use countersign_types::case::CaseStatus;
use countersign_types::workspace::{MaskingMatrix, RevealLimits, Workspace};
use countersign_types::{Error, Permission, Result};

use crate::Service;
use crate::caller::Request;
use crate::session::language_tag;
use crate::snapshot::name;
use crate::work::Log;

/// Longest time after which a chat ends by itself.
const CHAT_END_MINUTES_MAX: u32 = 24 * 60;
/// Revealed values in an hour at most.
const REVEALS_PER_HOUR_MAX: u32 = 1_000;
/// Systems that results are signed for, at most.
const AUDIENCES_MAX: usize = 50;
/// Languages at most.
const LANGUAGES_MAX: usize = 50;

/// A change to the settings.
#[derive(Debug, Clone, Default)]
pub struct WorkspacePatch {
    /// Name.
    pub name: Option<String>,
    /// Languages of widgets and templates.
    pub languages: Option<Vec<String>>,
    /// The one used when a person's is not offered.
    pub default_language: Option<String>,
    /// Region of phone numbers given without country.
    pub default_country: Option<String>,
    /// IANA time zone.
    pub time_zone: Option<String>,
    /// After how many minutes without an answer a chat ends by itself.
    pub chat_end_minutes: Option<u32>,
    /// The status in which such a case stays.
    pub chat_end_status: Option<CaseStatus>,
    /// Whether whoever accepts a call or a conversation has its engagement opened.
    pub opens_engagements: Option<bool>,
    /// For which systems results of verifications are signed; for any, if it names none.
    pub result_audiences: Option<Vec<String>>,
}

impl Service {
    /// Settings of the organisation.
    #[boxed]
    pub async fn get_workspace(&self, request: &Request) -> Result<Workspace> {
        self.authorise(request, Permission::SettingRead).await?;
        Ok(self.snapshot().workspace.clone())
    }

    /// Changes settings of the organisation.
    #[boxed]
    pub async fn update_workspace(&self, request: &Request, patch: WorkspacePatch) -> Result<Workspace> {
        let grant = self.authorise(request, Permission::SettingWrite).await?;
        let now = self.now();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Workspace> {
            let before: Workspace = setting::lock_setting(tx, name::WORKSPACE).await?.unwrap_or_default();
            let after = patched(&before, patch)?;
            if after != before {
                setting::update_setting(tx, name::WORKSPACE, &after, now).await?;
                if after.chat_end_minutes == 0 && before.chat_end_minutes > 0 {
                    // Who says that no chat ends by itself means those that would have in a moment, too.
                    chat_timer::clear_chat_timers(tx).await?;
                }
                log.audit("workspace.update", "", serde_json::json!({ "old": before, "new": after }));
                log.reload("settings.updated", "workspace");
            }
            Ok(after)
        })
        .await
    }

    /// Who sees what masked.
    #[boxed]
    pub async fn get_masking(&self, request: &Request) -> Result<MaskingMatrix> {
        self.authorise(request, Permission::SettingRead).await?;
        Ok(self.snapshot().masking)
    }

    /// Sets who sees what masked. Open consoles are told to fetch what they show anew.
    #[boxed]
    pub async fn update_masking(&self, request: &Request, after: MaskingMatrix) -> Result<MaskingMatrix> {
        let grant = self.authorise(request, Permission::SettingWrite).await?;
        let RevealLimits { admin, team_manager, agent } = after.reveals_per_hour;
        if [admin, team_manager, agent].into_iter().any(|limit| limit > REVEALS_PER_HOUR_MAX) {
            let detail = "At most 1000 values are revealed to somebody in an hour; 0 reveals none.";
            return Err(Error::invalid("/reveals_per_hour", "out-of-range", detail));
        }
        let now = self.now();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let before: MaskingMatrix = setting::lock_setting(tx, name::MASKING).await?.unwrap_or_default();
            if after != before {
                setting::update_setting(tx, name::MASKING, &after, now).await?;
                log.audit("masking.update", "", serde_json::json!({ "old": before, "new": after }));
                log.reload("settings.updated", "masking");
            }
            Ok(())
        })
        .await?;
        Ok(after)
    }
}

fn patched(before: &Workspace, patch: WorkspacePatch) -> Result<Workspace> {
    let mut after = before.clone();
    if let Some(text) = patch.name {
        after.name = crate::setup::workspace_name("/name", &text)?;
    }
    if let Some(list) = patch.languages {
        if list.is_empty() || list.len() > LANGUAGES_MAX {
            return Err(Error::invalid("/languages", "out-of-range", "A workspace has 1 to 50 languages."));
        }
        after.languages.clear();
        for (n, text) in list.iter().enumerate() {
            let tag = language_tag(&format!("/languages/{n}"), text)?;
            if !after.languages.contains(&tag) {
                after.languages.push(tag);
            }
        }
    }
    if let Some(text) = patch.default_language {
        after.default_language = language_tag("/default_language", &text)?;
    }
    if !after.languages.contains(&after.default_language) {
        return Err(Error::invalid(
            "/default_language",
            "not-offered",
            "The default language is one of the workspace's languages.",
        ));
    }
    if let Some(text) = patch.default_country {
        if text.len() != 2 || !text.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(Error::invalid(
                "/default_country",
                "invalid-country",
                "A country is two letters of ISO 3166 such as `DE`.",
            ));
        }
        after.default_country = text;
    }
    if let Some(text) = patch.time_zone {
        after.time_zone = time_zone(text)?;
    }
    if let Some(minutes) = patch.chat_end_minutes {
        if minutes > CHAT_END_MINUTES_MAX {
            let detail = "A chat ends by itself after 1 to 1440 minutes, or with 0 never.";
            return Err(Error::invalid("/chat_end_minutes", "out-of-range", detail));
        }
        after.chat_end_minutes = minutes;
    }
    after.chat_end_status = patch.chat_end_status.unwrap_or(after.chat_end_status);
    after.opens_engagements = patch.opens_engagements.unwrap_or(after.opens_engagements);
    if let Some(list) = patch.result_audiences {
        after.result_audiences = audiences(&list)?;
    }
    Ok(after)
}

/// Systems that results are signed for, each once.
fn audiences(list: &[String]) -> Result<Vec<String>> {
    if list.len() > AUDIENCES_MAX {
        let detail = "At most 50 systems are named; with none, results are signed for any.";
        return Err(Error::invalid("/result_audiences", "out-of-range", detail));
    }
    let mut named: Vec<String> = Vec::with_capacity(list.len());
    for (n, text) in list.iter().enumerate() {
        let audience = crate::engagement::audience(&format!("/result_audiences/{n}"), text)?;
        if !named.contains(&audience) {
            named.push(audience);
        }
    }
    Ok(named)
}

/// A name of the IANA time zone database, by its form: the database itself is the browser's.
fn time_zone(text: String) -> Result<String> {
    let is_word = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_uppercase())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'+'))
    };
    if text.len() <= 64 && (1..=3).contains(&text.split('/').count()) && text.split('/').all(is_word) {
        Ok(text)
    } else {
        Err(Error::invalid(
            "/time_zone",
            "invalid-time-zone",
            "A time zone is a name such as `Europe/Berlin`.",
        ))
    }
}
