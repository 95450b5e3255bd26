//! The beginning: one link, one administrator, no default account.

use async_recursion::async_recursion as boxed;
use countersign_store::invitation::{self, NewInvitation, Purpose};
use countersign_store::{Tx, api_key as key_store, session as session_store, setting, user as user_store};
use countersign_types::audit::Actor;
use countersign_types::user::{Theme, User, UserState};
use countersign_types::workspace::Workspace;
use countersign_types::{Error, Permission, Result, Role, time};

use crate::Service;
use crate::auth::secret_hash;
use crate::caller::Grant;
use crate::session::{Client, LogIn, email, person_name};
use crate::snapshot::name;
use crate::work::Log;

/// How long the set-up link works; each start before the set-up prints a new one.
const LINK_DAYS: i64 = 7;
/// The setting that says that the set-up is done.
const DONE: &str = "setup";

/// Whether the workspace was set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetUpState {
    /// Nobody can log in yet.
    Needed,
    /// Done, once and for all.
    Done,
}

impl SetUpState {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Needed => "needed",
            Self::Done => "done",
        }
    }
}

/// What the set-up page sends.
#[derive(Debug, Clone)]
pub struct SetUp {
    /// The token of the set-up link.
    pub token: String,
    /// The organisation.
    pub workspace_name: String,
    /// The first administrator.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their password.
    pub password: String,
}

/// What a set-up without a person made; shown this once.
#[derive(Debug, Clone)]
pub struct MadeWithoutPerson {
    /// The administrator's address.
    pub email: String,
    /// Their password.
    pub password: String,
    /// An API key with every scope.
    pub api_key: String,
}

impl Service {
    /// Whether the workspace was set up.
    #[boxed]
    pub async fn set_up_state(&self) -> Result<SetUpState> {
        let done: Option<serde_json::Value> =
            self.read(async move |tx: &mut Tx<'_>| Ok(setting::find_setting(tx, DONE).await?)).await?;
        Ok(if done.is_some() { SetUpState::Done } else { SetUpState::Needed })
    }

    /// The token of a fresh set-up link for the binary to print; `None` once the set-up is done. Links of other
    /// servers on the same database stay good until one of them is used.
    #[boxed]
    pub async fn setup_link_token(&self) -> Result<Option<String>> {
        if self.set_up_state().await? == SetUpState::Done {
            return Ok(None);
        }
        let token = self.new_token()?;
        let now = self.now();
        let new = NewInvitation {
            id: self.new_id()?,
            user: None,
            purpose: Purpose::SetUp,
            token_hash: secret_hash(&token),
            expires_at: now.plus(LINK_DAYS * time::DAY),
        };
        let system = Grant::internal(Actor::system());
        self.write(&system, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            invitation::insert_invitation(tx, &new, now).await?;
            log.audit("setup.make_link", new.id, serde_json::json!({}));
            Ok(())
        })
        .await?;
        Ok(Some(token))
    }

    /// Sets the workspace up by the link: its name, its first administrator, who is logged in at once.
    #[boxed]
    pub async fn set_up(&self, client: &Client, set_up: SetUp) -> Result<LogIn> {
        let hash = secret_hash(&set_up.token);
        let now = self.now();
        if self.set_up_state().await? == SetUpState::Done {
            return Err(already_done());
        }
        // Before the costly hash: strangers do not get us to work.
        let is_known = self
            .read(async move |tx: &mut Tx<'_>| {
                Ok(invitation::has_invitation(tx, Purpose::SetUp, hash, now).await?)
            })
            .await?;
        if !is_known {
            return Err(bad_link());
        }
        let workspace = Workspace {
            name: workspace_name("/workspace_name", &set_up.workspace_name)?,
            ..Workspace::default()
        };
        let (user, password_hash) = self.first_admin(&set_up, &workspace).await?;
        let (session, token) = self.new_session(client, &user)?;
        let (id, token_hash) = (session.id, secret_hash(&token));
        let actor = crate::Caller::User { user: user.clone(), session: id }.actor();
        let person = user.clone();
        let service = self.clone();
        self.write(&Grant::internal(actor), async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if invitation::use_invitation(tx, Purpose::SetUp, hash, now).await?.is_none() {
                return Err(bad_link());
            }
            begin(tx, log, &workspace, &person, &password_hash, now).await?;
            service.install_verification_examples_in(tx).await?;
            session_store::insert_session(tx, &session, token_hash).await?;
            Ok(())
        })
        .await?;
        Ok(LogIn { user, session: id, token, csrf_token: self.csrf_token(id) })
    }

    /// Sets the workspace up without a person (`countersign setup`): an administrator and an API key with every
    /// scope. Refused the second time.
    #[boxed]
    pub async fn setup_without_person(
        &self,
        address: &str,
        password: Option<String>,
    ) -> Result<MadeWithoutPerson> {
        if self.set_up_state().await? == SetUpState::Done {
            return Err(already_done());
        }
        let password = match password {
            Some(password) => password,
            None => self.new_token()?,
        };
        let set_up = SetUp {
            token: String::new(),
            workspace_name: String::new(),
            name: "Administrator".to_owned(),
            email: address.to_owned(),
            password,
        };
        let workspace = self.snapshot().workspace.clone();
        let (user, password_hash) = self.first_admin(&set_up, &workspace).await?;
        let scopes = Permission::ALL.to_vec();
        let (key, secret) = self.new_api_key("setup", scopes, Vec::new(), None)?;
        let key_hash = secret_hash(&secret);
        let now = self.now();
        let address = user.email.clone();
        let (service, system) = (self.clone(), Grant::internal(Actor::system()));
        self.write(&system, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            begin(tx, log, &workspace, &user, &password_hash, now).await?;
            service.install_verification_examples_in(tx).await?;
            key_store::insert_api_key(tx, &key, key_hash).await?;
            log.audit("api_key.create", key.id, serde_json::json!({ "name": key.name }));
            Ok(())
        })
        .await?;
        Ok(MadeWithoutPerson { email: address, password: set_up.password, api_key: secret })
    }

    async fn first_admin(&self, set_up: &SetUp, workspace: &Workspace) -> Result<(User, String)> {
        let user = User {
            id: self.new_id()?,
            email: email("/email", &set_up.email)?,
            name: person_name("/name", &set_up.name)?,
            role: Role::Admin,
            state: UserState::Active,
            language: workspace.default_language.clone(),
            theme: Theme::System,
            created_at: self.now(),
            last_seen_at: Some(self.now()),
        };
        let known = [workspace.name.as_str(), &user.email, &user.name];
        crate::password::check("/password", &set_up.password, &known)?;
        let hash = self.passwords().hash(&set_up.password, self.random()?).await?;
        Ok((user, hash))
    }
}

/// Marks the set-up done, once, and makes the workspace with its first administrator.
async fn begin(
    tx: &mut Tx<'_>,
    log: &mut Log,
    workspace: &Workspace,
    admin: &User,
    password_hash: &str,
    now: countersign_types::Timestamp,
) -> Result<()> {
    if !setting::insert_setting(tx, DONE, &serde_json::json!({ "by": admin.id }), now).await? {
        return Err(already_done());
    }
    setting::update_setting(tx, name::WORKSPACE, workspace, now).await?;
    user_store::insert_user(tx, admin, Some(password_hash)).await?;
    log.audit("setup.complete", admin.id, serde_json::json!({ "workspace": workspace.name }));
    log.reload("settings.updated", "workspace");
    log.live("user.updated", admin.id);
    Ok(())
}

/// The name of the organisation.
pub(crate) fn workspace_name(pointer: &str, text: &str) -> Result<String> {
    let name = text.trim();
    if name.is_empty() || name.chars().count() > 80 || name.chars().any(char::is_control) {
        return Err(Error::invalid(pointer, "invalid-name", "The name has 1 to 80 characters."));
    }
    Ok(name.to_owned())
}

fn already_done() -> Error {
    Error::conflict(
        "already-set-up",
        "This workspace was set up before.",
        "Log in, or ask an administrator for an invitation.",
    )
}

fn bad_link() -> Error {
    Error::Refused {
        code: "bad-setup-link",
        detail: "This set-up link is not valid, or not any more.",
        hint: "Restart the server: it prints a new link while the set-up is not done.",
    }
}
