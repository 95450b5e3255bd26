//! Views of people who work here, their sessions and log-ins.

use countersign_service::session::OwnSession;
use countersign_service::user::{Invited, Invitee};
use countersign_types::user::{User, UserState};
use serde::Serialize;
use utoipa::ToSchema;

/// Somebody who works here.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserView {
    /// Their id.
    #[schema(example = "usr_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// Log-in address.
    pub email: String,
    /// Name.
    pub name: String,
    /// `admin`, `team_manager` or `agent`.
    pub role: &'static str,
    /// `active`, `invited` or `disabled`.
    pub state: &'static str,
    /// Language of the console.
    pub language: String,
    /// `system`, `light` or `dark`.
    pub theme: &'static str,
    /// When they were added.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When they were last here, to the minute.
    #[schema(format = DateTime)]
    pub last_seen_at: Option<String>,
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        Self {
            id: user.id.to_string(),
            email: user.email,
            name: user.name,
            role: user.role.as_str(),
            state: user.state.as_str(),
            language: user.language,
            theme: user.theme.as_str(),
            created_at: user.created_at.to_string(),
            last_seen_at: user.last_seen_at.map(|t| t.to_string()),
        }
    }
}

/// Somebody who just came in.
#[derive(Debug, Serialize, ToSchema)]
pub struct LogInView {
    /// Who.
    pub user: UserView,
    /// To be sent as `X-CSRF-Token` with every mutation.
    pub csrf_token: String,
}

/// Who is logged in, and what they may do.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeView {
    /// Who.
    pub user: UserView,
    /// To be sent as `X-CSRF-Token` with every mutation.
    pub csrf_token: String,
    /// What they may do.
    #[schema(example = json!(["case.read", "case.write"]))]
    pub permissions: Vec<&'static str>,
    /// How many masked values may be revealed to them in an hour; 0: none.
    pub reveals_per_hour: u32,
    /// What every page of the console needs of the workspace.
    pub workspace: MeWorkspaceView,
}

/// What every page of the console needs of the workspace.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeWorkspaceView {
    /// Its name.
    pub name: String,
    /// Its languages.
    pub languages: Vec<String>,
    /// The one used when a person's is not offered.
    pub default_language: String,
    /// The server's version.
    pub version: &'static str,
}

/// Whom an invitation is for.
#[derive(Debug, Serialize, ToSchema)]
pub struct InviteeView {
    /// The workspace that invites.
    pub workspace: String,
    /// The name in the invitation.
    pub name: String,
    /// The address that they log in with.
    pub email: String,
    /// Whether they worked here before and only choose a new password.
    pub is_known: bool,
    /// Until when the link works.
    #[schema(format = DateTime)]
    pub expires_at: String,
}

impl From<Invitee> for InviteeView {
    fn from(invitee: Invitee) -> Self {
        Self {
            workspace: invitee.workspace,
            name: invitee.user.name,
            email: invitee.user.email,
            is_known: invitee.user.state == UserState::Active,
            expires_at: invitee.expires_at.to_string(),
        }
    }
}

/// One of one's own sessions.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionView {
    /// Its id.
    pub id: String,
    /// Whether it is this one.
    pub current: bool,
    /// When it began.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was last used, to the minute.
    #[schema(format = DateTime)]
    pub last_seen_at: String,
    /// When it ends whatever happens.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// Which browser.
    pub user_agent: String,
}

impl From<OwnSession> for SessionView {
    fn from(own: OwnSession) -> Self {
        Self {
            id: own.session.id.to_string(),
            current: own.is_current,
            created_at: own.session.created_at.to_string(),
            last_seen_at: own.session.last_seen_at.to_string(),
            expires_at: own.session.expires_at.to_string(),
            user_agent: own.session.user_agent,
        }
    }
}

/// Somebody invited, with the link that lets them in once.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitedView {
    /// Who.
    pub user: UserView,
    /// The link, shown this once; it works for seven days.
    pub invitation_url: String,
}

impl From<Invited> for InvitedView {
    fn from(invited: Invited) -> Self {
        Self { user: invited.user.into(), invitation_url: invited.url }
    }
}
