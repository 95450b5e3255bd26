//! What of the company's own is hidden in texts, wherever personal data in texts is masked.

use async_recursion::async_recursion as boxed;
use std::collections::HashSet;

use countersign_masking::{Known, PatternError, Patterns, mask_text_with};
use countersign_store::{Tx, setting};
use countersign_types::workspace::TextPattern;
use countersign_types::{Error, Permission, Result};

use crate::Service;
use crate::caller::Request;
use crate::snapshot::name;
use crate::work::Log;

/// Longest name of a pattern, characters.
const NAME_CHARS_MAX: usize = 60;
/// Longest text that patterns are tried on, characters.
const TRIED_CHARS_MAX: usize = 2_000;

/// Reads patterns as they are kept.
pub(crate) fn compile(patterns: &[TextPattern]) -> std::result::Result<Patterns, PatternError> {
    let patterns: Vec<&str> = patterns.iter().map(|one| one.pattern.as_str()).collect();
    Patterns::new(&patterns)
}

impl Service {
    /// What of the company's own is hidden in texts.
    #[boxed]
    pub async fn get_text_patterns(&self, request: &Request) -> Result<Vec<TextPattern>> {
        self.authorise(request, Permission::SettingRead).await?;
        Ok(self.snapshot().text_patterns.clone())
    }

    /// Says what of the company's own is hidden in texts, those of the past included: it is hidden when they are shown.
    #[boxed]
    pub async fn update_text_patterns(
        &self,
        request: &Request,
        after: Vec<TextPattern>,
    ) -> Result<Vec<TextPattern>> {
        let grant = self.authorise(request, Permission::SettingWrite).await?;
        let after = checked(after)?;
        let (now, kept) = (self.now(), after.clone());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let before: Vec<TextPattern> =
                setting::lock_setting(tx, name::TEXT_PATTERNS).await?.unwrap_or_default();
            if kept != before {
                setting::update_setting(tx, name::TEXT_PATTERNS, &kept, now).await?;
                log.audit("masking.patterns", "", serde_json::json!({ "old": before, "new": kept }));
                log.reload("settings.updated", "masking");
            }
            Ok(())
        })
        .await?;
        Ok(after)
    }

    /// A text as whoever sees texts masked would see it with these patterns. Nothing of it is kept.
    #[boxed]
    pub async fn try_text_patterns(
        &self,
        request: &Request,
        patterns: Vec<TextPattern>,
        text: &str,
    ) -> Result<String> {
        self.authorise(request, Permission::SettingRead).await?;
        if text.chars().count() > TRIED_CHARS_MAX {
            let detail = format!("Patterns are tried on {TRIED_CHARS_MAX} characters at most.");
            return Err(Error::invalid("/text", "too-long", detail));
        }
        let patterns = compile(&checked(patterns)?).map_err(refused)?;
        Ok(mask_text_with(text, &Known::nothing().with_patterns(patterns.into())))
    }
}

/// Patterns that can be kept, or the first that cannot, with its place.
fn checked(patterns: Vec<TextPattern>) -> Result<Vec<TextPattern>> {
    compile(&patterns).map_err(refused)?;
    let mut names = HashSet::new();
    let mut kept = Vec::with_capacity(patterns.len());
    for (n, one) in patterns.into_iter().enumerate() {
        let name = one.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
            let detail = "Say in 1 to 60 characters what the pattern finds.";
            return Err(Error::invalid(format!("/patterns/{n}/name"), "invalid-name", detail));
        }
        if !names.insert(name.to_lowercase()) {
            let detail = "Another pattern has this name.";
            return Err(Error::invalid(format!("/patterns/{n}/name"), "name-taken", detail));
        }
        kept.push(TextPattern { name, pattern: one.pattern });
    }
    Ok(kept)
}

fn refused(PatternError { index, at, reason }: PatternError) -> Error {
    let detail = format!("{reason} That is at byte {at} of the pattern.");
    Error::invalid(format!("/patterns/{index}/pattern"), "invalid-pattern", detail)
}
