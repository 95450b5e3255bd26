//! The record of processing (Art. 30 GDPR): from the registry, the settings in force and what is connected.

use async_recursion::async_recursion as boxed;
use countersign_types::privacy::registry::{Entry, Kept, REGISTRY};
use countersign_types::{Permission, Result, Timestamp};

use super::RetentionOf;
use crate::Service;
use crate::caller::Request;

/// How it is protected, as this server does it: true of every installation.
pub const MEASURES: &[&str] = &[
    "Values are sealed (AES-256-GCM) under a key of each customer and each channel account; the master key lies outside of the database.",
    "What has to be found is found by keyed hashes; nothing is decrypted to search.",
    "Roles and scopes decide who may do what; who sees which class of values masked is set for each role, and single reveals are counted and give a reason.",
    "Who looked at a customer, revealed a value, exported or erased is written to an append-only log that is chained and signed.",
    "Erasing destroys keys and rows in one transaction; files of exports are sealed and go by themselves.",
    "Log-ins by password and session with limits against guessing; requests of other sites are refused.",
    "What calls out goes through a guarded client; what is sent to webhooks is signed, and names ids alone unless it is said otherwise.",
];

/// Somebody to whom personal data goes.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// `channel` or `webhook`.
    pub kind: &'static str,
    /// A channel's name, or a webhook's description.
    pub name: String,
    /// A channel's kind, or the host of a webhook.
    pub host: String,
    /// What goes there.
    pub what: &'static str,
}

/// The record.
#[derive(Debug, Clone)]
pub struct PrivacyRecord {
    /// Who decides about the data: the workspace.
    pub controller: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// Each place with how long it is kept, in words.
    pub entries: Vec<(&'static Entry, String)>,
    /// Where data goes.
    pub recipients: Vec<Recipient>,
}

impl Service {
    /// The record of processing as it is at this moment.
    #[boxed]
    pub async fn get_privacy_record(&self, request: &Request) -> Result<PrivacyRecord> {
        self.authorise(request, Permission::PrivacyManage).await?;
        let snapshot = self.snapshot();
        let retention = self.retention_of(snapshot.retention);
        let mut recipients: Vec<Recipient> = snapshot
            .channels
            .values()
            .map(|entry| Recipient {
                kind: "channel",
                name: entry.channel.name.clone(),
                host: entry.channel.kind.as_str().to_owned(),
                what: "Messages to and from customers, with who they are there.",
            })
            .collect();
        recipients.extend(snapshot.webhooks.iter().map(|entry| Recipient {
            kind: "webhook",
            name: entry.webhook.description.clone(),
            host: host(&entry.webhook.url),
            what: if entry.webhook.with_personal_data {
                "Events with personal data."
            } else {
                "Events by ids, without personal data."
            },
        }));
        recipients.sort_by(|a, b| (a.kind, &a.host, &a.name).cmp(&(b.kind, &b.host, &b.name)));
        Ok(PrivacyRecord {
            controller: snapshot.workspace.name.clone(),
            made_at: self.now(),
            entries: REGISTRY.iter().map(|entry| (entry, kept(entry.kept, &retention))).collect(),
            recipients,
        })
    }
}

/// The host of an address, without whoever logs in there.
fn host(address: &str) -> String {
    url::Url::parse(address).ok().and_then(|url| url.host_str().map(ToOwned::to_owned)).unwrap_or_default()
}

fn kept(kept: Kept, retention: &RetentionOf) -> String {
    let ever = |days: u32, after: &str| match days {
        0 => "For ever, unless the customer is erased.".to_owned(),
        1 => format!("One day{after}."),
        days => format!("{days} days{after}."),
    };
    match kept {
        Kept::WithCustomer => "As long as the customer is kept.".to_owned(),
        Kept::Conversations => ever(
            retention.set.conversation_days,
            " after the last message, once the conversation is not open",
        ),
        Kept::Events => ever(retention.set.event_days, ""),
        Kept::Visits => ever(retention.set.visit_days, " after the last event of the visit"),
        Kept::Engagements => ever(retention.set.engagement_days, " after it came out and was last changed"),
        Kept::Exports => format!("{} hours.", retention.set.export_hours),
        Kept::ErasedIdentifiers => match retention.set.erased_identifier_days {
            0 => "For ever.".to_owned(),
            days => format!("{days} days."),
        },
        Kept::Codes => format!("{} hours after its time is over.", retention.code_hours),
        Kept::Deliveries => format!(
            "{} days; what could not be delivered, {} days.",
            retention.delivery_days,
            retention.delivery_days.saturating_mul(4)
        ),
        Kept::Hours(hours) => format!("{hours} hours."),
        Kept::Days(days) => format!("{days} days."),
        Kept::ForGood(why) => format!("For good. {why}"),
        Kept::WithUser => "As long as the person has access.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_named_without_whoever_logs_in() {
        assert_eq!(host("https://me:secret@hooks.example:8443/a?key=1"), "hooks.example");
        assert_eq!(host("nonsense"), "");
    }
}
