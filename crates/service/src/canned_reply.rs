//! Canned replies: of the team, of a group, of one person; and filling one for a conversation.

use async_recursion::async_recursion as boxed;
use countersign_store::{StoreError, Tx, canned_reply as store};
use countersign_types::canned_reply::{Audience, CannedReply};
use countersign_types::{CannedReplyId, CaseId, Error, GroupId, Permission, Result, UserId};
use serde::{Deserialize, Serialize};

use crate::Service;
use crate::caller::{Caller, Grant, Request};
use crate::rule::Filled;
use crate::session::language_tag;
use crate::work::{Log, is_unique};

/// Canned replies of the team at most.
pub const SHARED_MAX: i64 = 500;
/// Canned replies of one person at most.
pub const PERSONAL_MAX: i64 = 100;
/// Longest short name, characters.
pub const NAME_CHARS_MAX: usize = 40;
/// Longest text, characters: what it becomes may be longer.
pub const TEXT_CHARS_MAX: usize = 5_000;

/// For whom a canned reply is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AudienceWord {
    /// Everybody who answers.
    Everybody,
    /// The members of a group.
    Group,
    /// Its author alone.
    Personal,
}

/// A new canned reply.
#[derive(Debug, Clone)]
pub struct NewCannedReply {
    /// The short name.
    pub name: String,
    /// What it is for.
    pub title: String,
    /// The text, with variables.
    pub text: String,
    /// The language it is written in.
    pub language: Option<String>,
    /// For whom.
    pub audience: AudienceWord,
    /// Which group.
    pub group: Option<GroupId>,
}

/// A change to a canned reply.
#[derive(Debug, Clone, Default)]
pub struct CannedReplyPatch {
    /// The short name.
    pub name: Option<String>,
    /// What it is for.
    pub title: Option<String>,
    /// The text, with variables.
    pub text: Option<String>,
    /// The language it is written in; the inner `None` takes it away.
    pub language: Option<Option<String>>,
    /// For whom.
    pub audience: Option<AudienceWord>,
    /// Which group; the inner `None` takes it away.
    pub group: Option<Option<GroupId>>,
}

/// What somebody may see and write.
#[derive(Debug, Clone)]
struct Reach {
    user: Option<UserId>,
    groups: Vec<GroupId>,
    is_writer: bool,
}

impl Reach {
    /// Theirs to insert: a person's groups, not those that they only look after.
    fn uses(&self, audience: Audience) -> bool {
        match audience {
            Audience::Everybody => true,
            Audience::Group(group) => self.groups.contains(&group),
            Audience::Person(user) => self.user == Some(user),
        }
    }

    fn sees(&self, audience: Audience) -> bool {
        self.uses(audience) || self.writes(audience)
    }

    fn writes(&self, audience: Audience) -> bool {
        match audience {
            Audience::Everybody | Audience::Group(_) => self.is_writer,
            Audience::Person(user) => self.user == Some(user),
        }
    }
}

impl Service {
    /// Canned replies that the caller may see, by name; with `is_usable` those that are theirs to insert.
    #[boxed]
    pub async fn list_canned_replies(&self, request: &Request, is_usable: bool) -> Result<Vec<CannedReply>> {
        self.authorise_replies(request).await?;
        let reach = self.reach(request);
        let user = reach.user;
        let mut all =
            self.read(async move |tx: &mut Tx<'_>| Ok(store::list_canned_replies(tx, user).await?)).await?;
        all.retain(|reply| if is_usable { reach.uses(reply.audience) } else { reach.sees(reply.audience) });
        Ok(all)
    }

    /// A canned reply. Somebody else's own is there for nobody.
    #[boxed]
    pub async fn read_canned_reply(&self, request: &Request, id: CannedReplyId) -> Result<CannedReply> {
        self.authorise_replies(request).await?;
        self.find_canned_reply(&self.reach(request), id).await
    }

    /// Adds a canned reply.
    #[boxed]
    pub async fn create_canned_reply(&self, request: &Request, new: NewCannedReply) -> Result<CannedReply> {
        let reach = self.reach(request);
        let audience = self.audience(&reach, new.audience, new.group)?;
        let grant = self.authorise_writing(request, audience).await?;
        let now = self.now();
        let reply = CannedReply {
            id: self.new_id()?,
            name: short_name(&new.name)?,
            title: crate::text::line("/title", "A title", &new.title)?,
            text: self.reply_text(new.text)?,
            language: new.language.map(|tag| language_tag("/language", &tag)).transpose()?,
            audience,
            use_count: 0,
            last_used_at: None,
            created_at: now,
            updated_at: now,
        };
        let id = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<CannedReplyId> {
                has_room(tx, reply.audience).await?;
                store::insert_canned_reply(tx, &reply).await.map_err(name_taken)?;
                log.audit("canned_reply.create", reply.id, told(&reply));
                log.live("canned_reply.updated", reply.id);
                Ok(reply.id)
            })
            .await?;
        self.find_canned_reply(&reach, id).await
    }

    /// Changes a canned reply.
    #[boxed]
    pub async fn update_canned_reply(
        &self,
        request: &Request,
        id: CannedReplyId,
        patch: CannedReplyPatch,
    ) -> Result<CannedReply> {
        self.authorise_replies(request).await?;
        let reach = self.reach(request);
        let before = self.find_canned_reply(&reach, id).await?;
        self.authorise_writing(request, before.audience).await?;
        let after = self.patched_reply(&reach, before.clone(), patch)?;
        let grant = self.authorise_writing(request, after.audience).await?;
        let (kept, may, now) = (before.audience, reach.clone(), self.now());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let found = store::find_canned_reply_for_update(tx, id).await?;
            let found = found.filter(|found| may.writes(found.audience));
            let found = found.ok_or(Error::NotFound("canned reply"))?;
            if found.updated_at != before.updated_at || found.audience != kept {
                return Err(Error::conflict(
                    "changed-meanwhile",
                    "Somebody else changed this canned reply at the same moment.",
                    "Look at it as it is now, and change it again.",
                ));
            }
            if after == before {
                return Ok(());
            }
            if after.audience.person().is_some() != kept.person().is_some() {
                has_room(tx, after.audience).await?;
            }
            let updated_at = countersign_store::case::later_than(Some(before.updated_at), now);
            let after = CannedReply { updated_at, ..after };
            store::update_canned_reply(tx, &after).await.map_err(name_taken)?;
            log.audit("canned_reply.update", id, told(&after));
            log.live("canned_reply.updated", id);
            Ok(())
        })
        .await?;
        self.find_canned_reply(&reach, id).await
    }

    fn patched_reply(
        &self,
        reach: &Reach,
        before: CannedReply,
        patch: CannedReplyPatch,
    ) -> Result<CannedReply> {
        let mut after = before;
        if let Some(name) = patch.name {
            after.name = short_name(&name)?;
        }
        if let Some(title) = patch.title {
            after.title = crate::text::line("/title", "A title", &title)?;
        }
        if let Some(text) = patch.text {
            after.text = self.reply_text(text)?;
        }
        if let Some(language) = patch.language {
            after.language = language.map(|tag| language_tag("/language", &tag)).transpose()?;
        }
        if patch.audience.is_some() || patch.group.is_some() {
            let word = patch.audience.unwrap_or(match after.audience {
                Audience::Everybody => AudienceWord::Everybody,
                Audience::Group(_) => AudienceWord::Group,
                Audience::Person(_) => AudienceWord::Personal,
            });
            let is_group = word == AudienceWord::Group;
            let group = patch.group.unwrap_or_else(|| after.audience.group().filter(|_| is_group));
            after.audience = self.audience(reach, word, group)?;
        }
        Ok(after)
    }

    /// Deletes a canned reply.
    #[boxed]
    pub async fn delete_canned_reply(&self, request: &Request, id: CannedReplyId) -> Result<()> {
        self.authorise_replies(request).await?;
        let reach = self.reach(request);
        let found = self.find_canned_reply(&reach, id).await?;
        let grant = self.authorise_writing(request, found.audience).await?;
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let found = store::find_canned_reply_for_update(tx, id).await?;
            let found = found.filter(|found| reach.writes(found.audience));
            let found = found.ok_or(Error::NotFound("canned reply"))?;
            store::delete_canned_reply(tx, id).await?;
            log.audit("canned_reply.delete", id, told(&found));
            log.live("canned_reply.updated", id);
            Ok(())
        })
        .await
    }

    /// Fills a canned reply for the customer of a case, as the caller may see them, and counts the use.
    #[boxed]
    pub async fn fill_canned_reply(
        &self,
        request: &Request,
        id: CannedReplyId,
        case: CaseId,
    ) -> Result<Filled> {
        let grant = self.authorise(request, Permission::CaseWrite).await?;
        let row = self.find_case(case).await?;
        let reply = self.find_canned_reply(&self.reach(request), id).await?;
        self.record_view(&request.caller, &grant, row.profile.id).await?;
        let (service, viewer, now) = (self.clone(), grant.viewer(), self.now());
        let filled = self
            .read(async move |tx: &mut Tx<'_>| service.filled(tx, &row, &reply.text, viewer).await)
            .await?;
        self.write_once(&grant, async move |tx: &mut Tx<'_>, _: &mut Log| -> Result<()> {
            Ok(store::record_use(tx, id, now).await?)
        })
        .await?;
        Ok(filled)
    }

    /// Whoever answers customers sees canned replies, and whoever writes them.
    async fn authorise_replies(&self, request: &Request) -> Result<Grant> {
        let is_writer = request.caller.may(Permission::CannedReplyWrite);
        let permission = if is_writer { Permission::CannedReplyWrite } else { Permission::CaseWrite };
        self.authorise(request, permission).await
    }

    /// One's own take no more than to answer; those of others take the permission for it.
    async fn authorise_writing(&self, request: &Request, audience: Audience) -> Result<Grant> {
        match audience {
            Audience::Everybody | Audience::Group(_) => {
                self.authorise(request, Permission::CannedReplyWrite).await
            }
            Audience::Person(_) => self.authorise(request, Permission::CaseWrite).await,
        }
    }

    fn reach(&self, request: &Request) -> Reach {
        let snapshot = self.snapshot();
        let user = match &request.caller {
            Caller::User { user, .. } => Some(user.id),
            Caller::ApiKey(_) | Caller::System => None,
        };
        let mine = snapshot.groups.iter().filter(|group| user.is_some_and(|u| group.members.contains(&u)));
        Reach {
            user,
            groups: mine.map(|group| group.id).collect(),
            is_writer: request.caller.may(Permission::CannedReplyWrite),
        }
    }

    fn audience(&self, reach: &Reach, word: AudienceWord, group: Option<GroupId>) -> Result<Audience> {
        match (word, group) {
            (AudienceWord::Everybody, None) => Ok(Audience::Everybody),
            (AudienceWord::Group, Some(group)) => {
                if self.snapshot().rules.schema.groups.contains(&group) {
                    return Ok(Audience::Group(group));
                }
                Err(Error::invalid("/group", "unknown-group", "There is no such group."))
            }
            (AudienceWord::Group, None) => {
                Err(Error::invalid("/group", "missing-field", "Say for which group it is."))
            }
            (AudienceWord::Personal, None) => {
                let detail = "A personal reply belongs to a person; an API key has none.";
                let user = reach.user.ok_or_else(|| Error::invalid("/audience", "people-only", detail))?;
                Ok(Audience::Person(user))
            }
            (AudienceWord::Everybody | AudienceWord::Personal, Some(_)) => {
                let detail = "Only a reply with the audience `group` names a group.";
                Err(Error::invalid("/group", "not-expected", detail))
            }
        }
    }

    async fn find_canned_reply(&self, reach: &Reach, id: CannedReplyId) -> Result<CannedReply> {
        let found =
            self.read(async move |tx: &mut Tx<'_>| Ok(store::find_canned_reply(tx, id).await?)).await?;
        found.filter(|reply| reach.sees(reply.audience)).ok_or(Error::NotFound("canned reply"))
    }

    fn reply_text(&self, text: String) -> Result<String> {
        let detail = if text.trim().is_empty() {
            "Write something first."
        } else if text.chars().count() > TEXT_CHARS_MAX {
            "A canned reply has at most 5,000 characters."
        } else if text.contains('\0') {
            "A text has no NUL characters."
        } else {
            self.check_variables("/text", &text)?;
            return Ok(text);
        };
        Err(Error::invalid("/text", "invalid-text", detail))
    }
}

async fn has_room(tx: &mut Tx<'_>, audience: Audience) -> Result<()> {
    let user = audience.person();
    let max = if user.is_some() { PERSONAL_MAX } else { SHARED_MAX };
    if store::count_canned_replies(tx, user).await? < max {
        return Ok(());
    }
    let detail = format!("There are {max} canned replies, which is the most.");
    Err(Error::conflict("too-many-replies", detail, "Delete one that nobody uses."))
}

/// What the audit log keeps: of somebody's own not even the name.
fn told(reply: &CannedReply) -> serde_json::Value {
    match reply.audience {
        Audience::Person(_) => serde_json::json!({ "audience": "personal" }),
        Audience::Everybody | Audience::Group(_) => serde_json::json!({
            "name": reply.name,
            "audience": reply.audience.as_str(),
            "group": reply.audience.group(),
        }),
    }
}

/// What is typed behind `/`: one word.
fn short_name(name: &str) -> Result<String> {
    let name = name.trim().trim_start_matches('/');
    let is_sign = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if (1..=NAME_CHARS_MAX).contains(&name.chars().count()) && name.chars().all(is_sign) {
        return Ok(name.to_owned());
    }
    let detail = "A short name is one word of 1 to 40 letters, digits, `-`, `_` and `.`.";
    Err(Error::invalid("/name", "invalid-name", detail))
}

fn name_taken(error: StoreError) -> Error {
    if is_unique(&error, store::UNIQUE_NAME) || is_unique(&error, store::UNIQUE_OWN_NAME) {
        return Error::conflict(
            "name-taken",
            "There is a canned reply with this short name.",
            "Choose another name.",
        );
    }
    error.into()
}
