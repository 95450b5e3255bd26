//! Roles, permissions, and the proof that somebody may.

use serde::{Deserialize, Serialize};

macro_rules! permissions {
    ($($variant:ident $text:literal $sentence:literal;)*) => {
        /// One thing that a role or an API key may do. The word is also the scope of an API key.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission {
            $(#[doc = $sentence] $variant,)*
        }

        impl Permission {
            /// All of them, in the order in which the console shows them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word in roles, scopes and errors.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// What it allows, in a sentence.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)* }
            }
        }
    };
}

permissions! {
    ProfileRead "profile.read" "See customers, their links, evidence and timeline.";
    ProfileWrite "profile.write" "Create and change customers, block and unblock them.";
    ProfileDelete "profile.delete" "Delete customers for good.";
    ProfileMerge "profile.merge" "Make one customer of two, and take that back.";
    ProfileExport "profile.export" "Take customers along as a file.";
    ProfileImport "profile.import" "Add and change customers from a file.";
    PrivacyManage "privacy.manage" "Export and erase everything of a customer, hold them, set how long things are kept.";
    PersonalDataRead "personal_data.read" "For API keys: see personal values unmasked.";
    LinkWrite "link.write" "Link and unlink channel accounts.";
    AttributeRead "attribute.read" "See which attributes there are.";
    AttributeWrite "attribute.write" "Define attributes.";
    CodeRead "code.read" "See issued identification codes and their state, never the code.";
    CodeIssue "code.issue" "Issue identification codes for customers.";
    WidgetRead "widget.read" "See identification widgets.";
    WidgetWrite "widget.write" "Create and change identification widgets and their keys.";
    ChannelRead "channel.read" "See channels.";
    ChannelWrite "channel.write" "Create and change channels.";
    SiteRead "site.read" "See websites and what their trackers sent.";
    SiteWrite "site.write" "Register websites and change what their trackers do.";
    VisitRead "visit.read" "See who is and was on the websites, and the pages of their visits.";
    MessageReceive "message.receive" "For API keys: hand in messages and receipts of a custom channel.";
    CaseRead "case.read" "Read cases and their messages.";
    CaseWrite "case.write" "Answer, assign, end and label cases.";
    CannedReplyWrite "canned_reply.write" "Write canned replies for everybody and for groups.";
    PhoneRead "phone.read" "See phone menus, look-ups, call widgets and phone numbers.";
    PhoneWrite "phone.write" "Create and change phone menus, look-ups, call widgets and phone numbers.";
    CallRead "call.read" "See calls, what was keyed in and looked up, and their cards.";
    CallWrite "call.write" "Take calls and write notes on them.";
    VerificationRead "verification.read" "See topics, verification policies, mandates and engagements.";
    VerificationWrite "verification.write" "Create, change and publish topics and verification policies.";
    MandateWrite "mandate.write" "Enter, shorten and revoke mandates: who may act for whom.";
    EngagementWrite "engagement.write" "Verify customers: open engagements and take their steps.";
    VerificationSupervise "verification.supervise" "See which questions failed, and allow a locked customer one more try.";
    RuleRead "rule.read" "See rules, what they did and would do.";
    RuleWrite "rule.write" "Create, change, order and switch rules.";
    WebhookRead "webhook.read" "See webhooks and their deliveries.";
    WebhookWrite "webhook.write" "Create and change webhooks, replay deliveries and dead letters.";
    EventRead "event.read" "Read the event log: what happened, by ids, without personal data.";
    RequestRead "request.read" "See which requests API keys made and how they were answered.";
    UserRead "user.read" "See who works here.";
    UserWrite "user.write" "Invite people, change roles, disable log-ins.";
    GroupRead "group.read" "See groups of the team and who is in them.";
    GroupWrite "group.write" "Create and change groups of the team.";
    CalendarRead "calendar.read" "See business hours.";
    CalendarWrite "calendar.write" "Create and change business hours.";
    ApiKeyRead "api_key.read" "See API keys, never their secret.";
    ApiKeyWrite "api_key.write" "Create, rotate and revoke API keys.";
    SettingRead "setting.read" "See workspace and masking settings.";
    SettingWrite "setting.write" "Change workspace and masking settings.";
    ReportRead "report.read" "See reports: numbers of conversations, codes, replies and people of the team.";
    AuditRead "audit.read" "Read and verify the audit log.";
    AuditExport "audit.export" "Take the audit log along as a file.";
    SystemRead "system.read" "See the state of storage, queues and servers.";
}

impl Permission {
    /// Reads the word of a scope.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|p| p.as_str() == text)
    }
}

/// A built-in role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sets everything up.
    Admin,
    /// Leads agents: sees all, changes people's work, their groups and hours, not the set-up.
    TeamManager,
    /// Works in the inbox.
    Agent,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::Admin, Self::TeamManager, Self::Agent];

    /// The word on the wire and in the column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::TeamManager => "team_manager",
            Self::Agent => "agent",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == text)
    }

    /// Whether this role has that permission.
    pub const fn may(self, permission: Permission) -> bool {
        use Permission as P;
        match self {
            Self::Admin => !matches!(permission, P::MessageReceive | P::PersonalDataRead),
            Self::TeamManager => matches!(
                permission,
                P::ProfileRead
                    | P::ProfileWrite
                    | P::ProfileMerge
                    | P::LinkWrite
                    | P::AttributeRead
                    | P::CodeRead
                    | P::WidgetRead
                    | P::ChannelRead
                    | P::SiteRead
                    | P::VisitRead
                    | P::CaseRead
                    | P::CaseWrite
                    | P::CannedReplyWrite
                    | P::PhoneRead
                    | P::CallRead
                    | P::CallWrite
                    | P::VerificationRead
                    | P::MandateWrite
                    | P::EngagementWrite
                    | P::VerificationSupervise
                    | P::RuleRead
                    | P::WebhookRead
                    | P::EventRead
                    | P::RequestRead
                    | P::UserRead
                    | P::GroupRead
                    | P::GroupWrite
                    | P::CalendarRead
                    | P::CalendarWrite
                    | P::SettingRead
                    | P::ReportRead
                    | P::AuditRead
                    | P::SystemRead
            ),
            Self::Agent => matches!(
                permission,
                P::ProfileRead
                    | P::ProfileWrite
                    | P::LinkWrite
                    | P::AttributeRead
                    | P::CodeRead
                    | P::ChannelRead
                    | P::VisitRead
                    | P::CaseRead
                    | P::CaseWrite
                    | P::CallRead
                    | P::CallWrite
                    | P::VerificationRead
                    | P::EngagementWrite
                    | P::UserRead
                    | P::GroupRead
                    | P::CalendarRead
            ),
        }
    }

    /// The permissions of this role.
    pub fn permissions(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |p| self.may(*p))
    }
}
