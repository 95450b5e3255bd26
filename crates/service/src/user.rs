//! People who work here: invited, given a role, disabled.

use async_recursion::async_recursion as boxed;
use countersign_store::invitation::{self, NewInvitation, Purpose};
use countersign_store::{Tx, session as session_store, user as store};
use countersign_types::user::{Theme, User, UserState};
use countersign_types::{Error, Page, PageRequest, Permission, Result, Role, Timestamp, UserId, time};
use serde::{Deserialize, Serialize};

use crate::Service;
use crate::auth::secret_hash;
use crate::caller::{Caller, Grant, Request};
use crate::session::{Client, LogIn, email, person_name};
use crate::work::{Log, is_unique};

/// How long an invitation works.
const INVITATION_DAYS: i64 = 7;
/// Looks at invitations from one address a minute: people open theirs once or twice.
const LOOKS_PER_MIN: i64 = 30;

/// Somebody to be invited.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Their address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: Role,
}

/// A change to a person.
#[derive(Debug, Clone, Default)]
pub struct UserPatch {
    /// Name.
    pub name: Option<String>,
    /// Role.
    pub role: Option<Role>,
    /// Active or disabled.
    pub state: Option<UserState>,
}

/// Somebody invited, and the link that lets them in once.
#[derive(Debug, Clone)]
pub struct Invited {
    /// Who.
    pub user: User,
    /// The link, shown this once.
    pub url: String,
}

/// What an invitation says to whoever opens its link.
#[derive(Debug, Clone)]
pub struct Invitee {
    /// Who is invited.
    pub user: User,
    /// Into which workspace.
    pub workspace: String,
    /// Until when the link works.
    pub expires_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Made {
    id: UserId,
    token: String,
}

impl Service {
    /// People, in the order in which they were added.
    #[boxed]
    pub async fn list_users(&self, request: &Request, page: PageRequest) -> Result<Page<User>> {
        self.authorise(request, Permission::UserRead).await?;
        self.read(async move |tx: &mut Tx<'_>| Ok(store::list_users(tx, page).await?)).await
    }

    /// Invites somebody.
    #[boxed]
    pub async fn invite_user(&self, request: &Request, new: NewUser) -> Result<Invited> {
        let grant = self.authorise(request, Permission::UserWrite).await?;
        may_give_role(&request.caller, new.role)?;
        let now = self.now();
        let user = User {
            id: self.new_id()?,
            email: email("/email", &new.email)?,
            name: person_name("/name", &new.name)?,
            role: new.role,
            state: UserState::Invited,
            language: self.snapshot().workspace.default_language.clone(),
            theme: Theme::System,
            created_at: now,
            last_seen_at: None,
        };
        let (token, link) = self.new_invitation(user.id)?;
        let made = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Made> {
                store::insert_user(tx, &user, None).await.map_err(|error| {
                    if is_unique(&error, "uq_console_user__email") { taken() } else { error.into() }
                })?;
                invitation::insert_invitation(tx, &link, now).await?;
                log.audit(
                    "user.invite",
                    user.id,
                    serde_json::json!({ "role": user.role, "name": user.name }),
                );
                log.reload("user.updated", user.id);
                Ok(Made { id: user.id, token })
            })
            .await?;
        self.invited(made).await
    }

    /// A new link for somebody who is invited, or who is active and forgot their password. Earlier links end.
    #[boxed]
    pub async fn renew_invitation(&self, request: &Request, id: UserId) -> Result<Invited> {
        let grant = self.authorise(request, Permission::UserWrite).await?;
        let (token, link) = self.new_invitation(id)?;
        let (caller, now) = (request.caller.clone(), self.now());
        let made = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Made> {
                let user = store::lock_user(tx, id).await?.ok_or(Error::NotFound("user"))?;
                may_give_role(&caller, user.role)?;
                if user.state == UserState::Disabled {
                    return Err(Error::conflict(
                        "user-disabled",
                        "This person's log-in is disabled.",
                        "Set their state to active first.",
                    ));
                }
                invitation::end_invitations(tx, id, now).await?;
                invitation::insert_invitation(tx, &link, now).await?;
                log.audit("user.renew_invitation", id, serde_json::json!({}));
                Ok(Made { id, token })
            })
            .await?;
        self.invited(made).await
    }

    /// Changes a person. One's own role and state stay, and the last active administrator stays one.
    #[boxed]
    pub async fn update_user(&self, request: &Request, id: UserId, patch: UserPatch) -> Result<User> {
        let grant = self.authorise(request, Permission::UserWrite).await?;
        let name = patch.name.as_deref().map(|text| person_name("/name", text)).transpose()?;
        if let Caller::User { user, .. } = &request.caller
            && user.id == id
            && (patch.role.is_some_and(|role| role != user.role)
                || patch.state.is_some_and(|state| state != user.state))
        {
            return Err(Error::conflict(
                "own-role",
                "Nobody changes their own role or state.",
                "Ask another administrator.",
            ));
        }
        let (caller, now) = (request.caller.clone(), self.now());
        let user = self
            .write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<User> {
                let admins = store::lock_active_admins(tx).await?;
                let before = store::lock_user(tx, id).await?.ok_or(Error::NotFound("user"))?;
                may_give_role(&caller, before.role)?;
                may_give_role(&caller, patch.role.unwrap_or(before.role))?;
                let has_password = store::find_password(tx, id).await?.is_some();
                let mut user = before.clone();
                user.name = name.unwrap_or(user.name);
                user.role = patch.role.unwrap_or(user.role);
                user.state = next_state(&before, patch.state, has_password)?;
                let stays = user.role == Role::Admin && user.state == UserState::Active;
                if admins.as_slice() == [id] && !stays {
                    return Err(last_admin());
                }
                store::update_user(tx, &user, now).await?;
                if user.state == UserState::Disabled {
                    session_store::end_sessions(tx, id, None, now).await?;
                    invitation::end_invitations(tx, id, now).await?;
                }
                log.audit("user.update", id, difference(&before, &user));
                log.reload("user.updated", id);
                Ok(user)
            })
            .await?;
        self.remembered().forget();
        Ok(user)
    }

    /// Whom a link invites, and where to: read before a password is chosen. It stays unused.
    #[boxed]
    pub async fn find_invitee(&self, client: &Client, token: &str) -> Result<Invitee> {
        let now = self.now();
        self.flood().take_address(client.address, now, LOOKS_PER_MIN)?;
        let hash = secret_hash(token);
        let found = self
            .read(async move |tx: &mut Tx<'_>| -> Result<Option<(User, Timestamp)>> {
                let Some((id, expires_at)) = invitation::find_invited(tx, hash, now).await? else {
                    return Ok(None);
                };
                Ok(store::find_user(tx, id).await?.map(|user| (user, expires_at)))
            })
            .await?;
        let (user, expires_at) =
            found.filter(|(user, _)| user.state != UserState::Disabled).ok_or_else(bad_link)?;
        Ok(Invitee { user, workspace: self.snapshot().workspace.name.clone(), expires_at })
    }

    /// Accepts an invitation: the person gets a password and is logged in. Sessions they had end.
    #[boxed]
    pub async fn accept_invitation(
        &self,
        client: &Client,
        token: &str,
        name: Option<&str>,
        password: &str,
    ) -> Result<LogIn> {
        let hash = secret_hash(token);
        let now = self.now();
        let name = name.map(|text| person_name("/name", text)).transpose()?;
        // Before the costly hash: strangers do not get us to work.
        let is_known = self
            .read(async move |tx: &mut Tx<'_>| {
                Ok(invitation::has_invitation(tx, Purpose::Invite, hash, now).await?)
            })
            .await?;
        if !is_known {
            return Err(bad_link());
        }
        self.check_password("/password", password, name.as_deref().as_slice())?;
        let password_hash = self.passwords().hash(password, self.random()?).await?;
        let service = self.clone();
        let plain = password.to_owned();
        let system = Grant::internal(countersign_types::audit::Actor::system());
        let user = self
            .write(&system, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<User> {
                let id = invitation::use_invitation(tx, Purpose::Invite, hash, now).await?.flatten();
                let id = id.ok_or_else(bad_link)?;
                let mut user = store::lock_user(tx, id).await?.ok_or_else(bad_link)?;
                if user.state == UserState::Disabled {
                    return Err(bad_link());
                }
                service.check_password("/password", &plain, &[&user.email, &user.name])?;
                user.name = name.unwrap_or(user.name);
                user.state = UserState::Active;
                store::update_user(tx, &user, now).await?;
                store::update_password(tx, id, &password_hash, now).await?;
                let ended = session_store::end_sessions(tx, id, None, now).await?;
                log.audit("user.accept_invitation", id, serde_json::json!({ "sessions_ended": ended }));
                log.reload("user.updated", id);
                Ok(user)
            })
            .await?;
        self.remembered().forget();
        self.come_in(client, user, "auth.login", Vec::new(), None).await
    }

    fn new_invitation(&self, user: UserId) -> Result<(String, NewInvitation)> {
        let token = self.new_token()?;
        let link = NewInvitation {
            id: self.new_id()?,
            user: Some(user),
            purpose: Purpose::Invite,
            token_hash: secret_hash(&token),
            expires_at: self.now().plus(INVITATION_DAYS * time::DAY),
        };
        Ok((token, link))
    }

    async fn invited(&self, made: Made) -> Result<Invited> {
        let id = made.id;
        let user = self.read(async move |tx: &mut Tx<'_>| Ok(store::find_user(tx, id).await?)).await?;
        let url = format!("{}/invitation#token={}", self.config().public_url, made.token);
        Ok(Invited { user: user.ok_or(Error::NotFound("user"))?, url })
    }
}

/// The state that a change leads to: whoever has no password yet is invited rather than active.
fn next_state(before: &User, wanted: Option<UserState>, has_password: bool) -> Result<UserState> {
    match wanted {
        None => Ok(before.state),
        Some(UserState::Disabled) => Ok(UserState::Disabled),
        Some(UserState::Active) if has_password => Ok(UserState::Active),
        Some(UserState::Active) => Ok(UserState::Invited),
        Some(UserState::Invited) if before.state == UserState::Invited => Ok(UserState::Invited),
        Some(UserState::Invited) => Err(Error::invalid(
            "/state",
            "invalid-state",
            "Set `active` or `disabled`; a new link comes from the person's invitation.",
        )),
    }
}

/// What changed, for the audit log.
fn difference(before: &User, after: &User) -> serde_json::Value {
    let mut changes = serde_json::Map::new();
    if before.name != after.name {
        changes.insert("name".to_owned(), serde_json::json!({ "old": before.name, "new": after.name }));
    }
    if before.role != after.role {
        changes.insert("role".to_owned(), serde_json::json!({ "old": before.role, "new": after.role }));
    }
    if before.state != after.state {
        changes.insert("state".to_owned(), serde_json::json!({ "old": before.state, "new": after.state }));
    }
    changes.into()
}

/// Whoever invites, lets back in or changes somebody gives that role: an API key gives no more than it has itself.
pub(crate) fn may_give_role(caller: &Caller, role: Role) -> Result<()> {
    let Caller::ApiKey(key) = caller else { return Ok(()) };
    match role.permissions().find(|permission| !key.scopes.contains(permission)) {
        None => Ok(()),
        Some(missing) => Err(Error::Forbidden(missing)),
    }
}

fn taken() -> Error {
    Error::conflict(
        "email-taken",
        "Somebody with this address is here already.",
        "Change that person, or use another address.",
    )
}

fn last_admin() -> Error {
    Error::conflict(
        "last-admin",
        "This is the last active administrator.",
        "Make somebody else an administrator first.",
    )
}

fn bad_link() -> Error {
    Error::Refused {
        code: "bad-invitation",
        detail: "This invitation is not valid, or not any more.",
        hint: "Ask an administrator for a new one.",
    }
}
