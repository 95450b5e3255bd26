//! Groups: people who share the work on cases.

use crate::user::UserState;
use crate::{GroupId, Timestamp, UserId};

/// Somebody in a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupMember {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Whether they can log in. Who cannot stays in their groups and is given nothing.
    pub state: UserState,
}

/// People who share the work on cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Its name; no other group has it, however it is written in small and capital letters.
    pub name: String,
    /// Who is in it, by name.
    pub members: Vec<GroupMember>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Group {
    /// Those of its members who can work.
    pub fn active_members(&self) -> impl Iterator<Item = UserId> {
        self.members.iter().filter(|member| member.state == UserState::Active).map(|member| member.user)
    }
}
