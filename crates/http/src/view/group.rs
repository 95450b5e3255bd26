//! Views of groups. People who work here are shown to colleagues.

use countersign_types::group::{Group, GroupMember};
use serde::Serialize;
use utoipa::ToSchema;

/// Somebody in a group.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupMemberView {
    /// Their id.
    #[schema(example = "usr_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// Their name.
    pub name: String,
    /// `active`, `invited` or `disabled`. Who is not active is given nothing.
    pub state: &'static str,
}

/// People who share the work on cases.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupView {
    /// Its id.
    #[schema(example = "grp_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// Its name.
    #[schema(example = "Second line")]
    pub name: String,
    /// Who is in it, by name.
    pub members: Vec<GroupMemberView>,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl From<Group> for GroupView {
    fn from(group: Group) -> Self {
        let member = |member: GroupMember| GroupMemberView {
            id: member.user.to_string(),
            name: member.name,
            state: member.state.as_str(),
        };
        Self {
            id: group.id.to_string(),
            name: group.name,
            members: group.members.into_iter().map(member).collect(),
            created_at: group.created_at.to_string(),
            updated_at: group.updated_at.to_string(),
        }
    }
}
