//! Groups of the team: people who share the work on cases.

use async_recursion::async_recursion as boxed;
use countersign_store::{StoreError, Tx, canned_reply, group as store};
use countersign_types::group::Group;
use countersign_types::{Error, FieldError, GroupId, Permission, Result, UserId};

use crate::Service;
use crate::caller::Request;
use crate::named::all_that_name;
use crate::text::name;
use crate::work::{Log, is_unique};

/// Groups at most.
pub const GROUPS_MAX: usize = 200;
/// People in a group at most.
pub const MEMBERS_MAX: usize = 500;

/// A new group.
#[derive(Debug, Clone)]
pub struct NewGroup {
    /// Its name.
    pub name: String,
    /// Who is in it.
    pub members: Vec<UserId>,
}

/// A change to a group.
#[derive(Debug, Clone, Default)]
pub struct GroupPatch {
    /// Its name.
    pub name: Option<String>,
    /// Who is in it, whole.
    pub members: Option<Vec<UserId>>,
}

impl Service {
    /// All groups by name.
    #[boxed]
    pub async fn list_groups(&self, request: &Request) -> Result<Vec<Group>> {
        self.authorise(request, Permission::GroupRead).await?;
        self.read(async move |tx: &mut Tx<'_>| Ok(store::list_groups(tx).await?)).await
    }

    /// A group.
    #[boxed]
    pub async fn read_group(&self, request: &Request, id: GroupId) -> Result<Group> {
        self.authorise(request, Permission::GroupRead).await?;
        self.find_group(id).await
    }

    /// Adds a group.
    #[boxed]
    pub async fn create_group(&self, request: &Request, new: NewGroup) -> Result<Group> {
        let grant = self.authorise(request, Permission::GroupWrite).await?;
        let name = name("/name", &new.name)?;
        let members = check_members(new.members)?;
        let (id, now) = (self.new_id()?, self.now());
        let id = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<GroupId> {
                if store::count_groups(tx).await? >= GROUPS_MAX as i64 {
                    let detail = format!("There are {GROUPS_MAX} groups, which is the most.");
                    return Err(Error::conflict("too-many-groups", detail, "Delete one that nobody needs."));
                }
                store::insert_group(tx, id, &name, now).await.map_err(name_taken)?;
                let added = set_members(tx, id, &members).await?.added;
                log.audit("group.create", id, serde_json::json!({ "name": name, "added": added }));
                log.reload("group.updated", id);
                Ok(id)
            })
            .await?;
        self.find_group(id).await
    }

    /// Changes a group: its name, or who is in it.
    #[boxed]
    pub async fn update_group(&self, request: &Request, id: GroupId, patch: GroupPatch) -> Result<Group> {
        let grant = self.authorise(request, Permission::GroupWrite).await?;
        let name = patch.name.as_deref().map(|text| name("/name", text)).transpose()?;
        let members = patch.members.map(check_members).transpose()?;
        let now = self.now();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let before = store::find_group(tx, id).await?.ok_or(Error::NotFound("group"))?.name;
            let name = name.unwrap_or_else(|| before.clone());
            if !store::update_group(tx, id, &name, now).await.map_err(name_taken)? {
                return Err(Error::NotFound("group"));
            }
            let mut details = serde_json::Map::new();
            if name != before {
                details.insert("name".to_owned(), serde_json::json!({ "old": before, "new": name }));
            }
            if let Some(members) = members {
                let change = set_members(tx, id, &members).await?;
                details.insert("added".to_owned(), serde_json::json!(change.added));
                details.insert("removed".to_owned(), serde_json::json!(change.removed));
            }
            log.audit("group.update", id, details.into());
            log.reload("group.updated", id);
            Ok(())
        })
        .await?;
        self.find_group(id).await
    }

    /// Deletes a group. Its members stay who they are.
    #[boxed]
    pub async fn delete_group(&self, request: &Request, id: GroupId) -> Result<()> {
        let grant = self.authorise(request, Permission::GroupWrite).await?;
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let group = store::find_group(tx, id).await?.ok_or(Error::NotFound("group"))?;
            // Neither lost with it, nor shown to everybody from now on.
            if canned_reply::count_canned_replies_of_group(tx, id).await? > 0 {
                return Err(Error::conflict(
                    "group-has-replies",
                    "There are canned replies for this group.",
                    "Delete them, or let another group or everybody have them.",
                ));
            }
            // Nor do cases and callers go to nobody who were to go to it.
            if let Some(by) = all_that_name(tx, &id.to_string(), Some(&group.name)).await? {
                let hint = "Let them name another group, and publish the phone menus, first.";
                return Err(Error::conflict("group-is-named", format!("It is named by {by}."), hint));
            }
            if !store::delete_group(tx, id).await? {
                return Err(Error::NotFound("group"));
            }
            let members: Vec<UserId> = group.members.iter().map(|member| member.user).collect();
            log.audit("group.delete", id, serde_json::json!({ "name": group.name, "removed": members }));
            log.reload("group.updated", id);
            Ok(())
        })
        .await
    }

    async fn find_group(&self, id: GroupId) -> Result<Group> {
        let found = self.read(async move |tx: &mut Tx<'_>| Ok(store::find_group(tx, id).await?)).await?;
        found.ok_or(Error::NotFound("group"))
    }
}

/// Who is named twice is in it once.
fn check_members(members: Vec<UserId>) -> Result<Vec<UserId>> {
    if members.len() > MEMBERS_MAX {
        let detail = format!("A group has at most {MEMBERS_MAX} members.");
        return Err(Error::invalid("/members", "too-many", detail));
    }
    Ok(members)
}

async fn set_members(tx: &mut Tx<'_>, id: GroupId, members: &[UserId]) -> Result<store::MembersChange> {
    let change = store::set_group_members(tx, id, members).await?;
    if change.unknown.is_empty() {
        return Ok(change);
    }
    let wrong = members.iter().enumerate().filter(|(_, user)| change.unknown.contains(user));
    let error = |(at, _): (usize, &UserId)| {
        FieldError::new(format!("/members/{at}"), "unknown-user", "Nobody here has this id.")
    };
    Err(Error::Invalid(wrong.map(error).collect()))
}

fn name_taken(error: StoreError) -> Error {
    if !is_unique(&error, store::UNIQUE_NAME) {
        return error.into();
    }
    Error::conflict("name-taken", "There is a group with this name.", "Choose another name.")
}
