//! Live updates: names of what changed, never what it is. Whoever hears one fetches the view by the ordinary way, so
//! that authorisation and masking stay in one place.

use std::sync::Arc;

use countersign_store::{Notice, Notices};
use countersign_types::Permission;

use crate::Service;
use crate::auth::FORGETS;

/// The live updates that consoles hear of, and who hears them: the permission it takes, or everybody logged in.
const NAMES: &[(&str, Option<Permission>)] = &[
    ("case.created", Some(Permission::CaseRead)),
    ("case.updated", Some(Permission::CaseRead)),
    ("message.created", Some(Permission::CaseRead)),
    ("message.updated", Some(Permission::CaseRead)),
    ("customer.typing", Some(Permission::CaseRead)),
    ("presence.updated", Some(Permission::CaseRead)),
    ("profile.updated", Some(Permission::ProfileRead)),
    ("import.updated", Some(Permission::ProfileImport)),
    ("privacy.updated", Some(Permission::PrivacyManage)),
    ("link.created", Some(Permission::ProfileRead)),
    ("link.ended", Some(Permission::ProfileRead)),
    ("channel.updated", Some(Permission::ChannelRead)),
    ("channel.health", Some(Permission::ChannelRead)),
    ("visit.updated", Some(Permission::VisitRead)),
    ("site.updated", Some(Permission::SiteRead)),
    ("invitation.updated", Some(Permission::SiteRead)),
    ("invitation.counted", Some(Permission::SiteRead)),
    ("widget.updated", Some(Permission::WidgetRead)),
    ("code.updated", Some(Permission::CodeRead)),
    ("canned_reply.updated", Some(Permission::CaseWrite)),
    // Of shared views, and without saying which: the list gives each person theirs.
    ("saved_view.updated", None),
    ("rule.updated", Some(Permission::RuleRead)),
    ("notice.created", Some(Permission::CaseRead)),
    ("webhook.updated", Some(Permission::WebhookRead)),
    ("user.updated", Some(Permission::UserRead)),
    ("group.updated", Some(Permission::GroupRead)),
    ("calendar.updated", Some(Permission::CalendarRead)),
    ("ivr_flow.updated", Some(Permission::PhoneRead)),
    ("call_widget.updated", Some(Permission::PhoneRead)),
    ("prompt.updated", Some(Permission::PhoneRead)),
    ("phone_number.updated", Some(Permission::PhoneRead)),
    ("call.updated", Some(Permission::CallRead)),
    ("call.ringing", Some(Permission::CallRead)),
    ("look_up.updated", Some(Permission::PhoneRead)),
    ("engagement.updated", Some(Permission::VerificationRead)),
    ("verification_lock.updated", Some(Permission::VerificationSupervise)),
    ("topic.updated", Some(Permission::VerificationRead)),
    ("verification_policy.updated", Some(Permission::VerificationRead)),
    ("mandate.updated", Some(Permission::VerificationRead)),
    ("settings.updated", None),
    ("attribute.updated", Some(Permission::AttributeRead)),
];

/// What a subscriber hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LiveUpdate {
    /// Something changed.
    Changed {
        /// What: `case.updated`.
        name: &'static str,
        /// Its printed id.
        id: Arc<str>,
        /// Who hears of it: the permission it takes, or everybody logged in.
        needs: Option<Permission>,
    },
    /// A session, somebody's role or a key may have ended; nobody is told, but whoever holds a stream open for it
    /// looks again.
    Ended {
        /// Printed id of the session, the person or the key.
        id: Arc<str>,
    },
    /// Some updates may have been missed: fetch everything anew.
    Resync,
}

/// A subscription to live updates of all servers.
pub struct LiveUpdates {
    notices: Notices,
    /// What one notice says besides.
    also: Option<LiveUpdate>,
}

impl LiveUpdates {
    /// The next update; `None` once the database is closed.
    pub async fn recv(&mut self) -> Option<LiveUpdate> {
        if let Some(update) = self.also.take() {
            return Some(update);
        }
        loop {
            match self.notices.recv().await? {
                Notice::Resync => return Some(LiveUpdate::Resync),
                Notice::Message(text) => {
                    let (ended, update) = (ended(&text), read(&text));
                    if let Some(ended) = ended {
                        self.also = update;
                        return Some(ended);
                    }
                    if update.is_some() {
                        return update;
                    }
                }
            }
        }
    }
}

/// Reads a notice; those that only servers talk about are passed over.
fn read(text: &str) -> Option<LiveUpdate> {
    let (name, id) = text.split_once(' ')?;
    let (name, needs) = NAMES.iter().find(|(known, _)| *known == name)?;
    Some(LiveUpdate::Changed { name, id: id.into(), needs: *needs })
}

/// Whose session, role or key a notice may have ended.
fn ended(text: &str) -> Option<LiveUpdate> {
    let (name, id) = text.split_once(' ')?;
    FORGETS.contains(&name).then(|| LiveUpdate::Ended { id: id.into() })
}

impl Service {
    /// Hears of everything that changes from now on, on all servers.
    pub fn subscribe_live(&self) -> LiveUpdates {
        LiveUpdates { notices: self.db().subscribe(), also: None }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn m_4_an_agent_hears_of_cases_and_not_of_webhooks() {
        use countersign_types::Role;
        let hears = |text: &str, role: Role| match read(text).unwrap() {
            LiveUpdate::Changed { needs, .. } => needs.is_none_or(|permission| role.may(permission)),
            _ => false,
        };
        assert!(hears("case.updated case_1", Role::Agent));
        assert!(!hears("webhook.updated hook_1", Role::Agent));
        assert!(hears("webhook.updated hook_1", Role::Admin));
        assert!(hears("settings.updated masking", Role::Agent));
        assert_eq!(read("outbox.due "), None);
        assert_eq!(read("session.ended sess_1"), None);
        assert_eq!(ended("session.ended sess_1"), Some(LiveUpdate::Ended { id: "sess_1".into() }));
        assert_eq!(ended("case.updated case_1"), None);
    }
}
