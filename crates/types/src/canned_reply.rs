//! Canned replies: texts that people of the team insert instead of typing them again.

use crate::{CannedReplyId, GroupId, Timestamp, UserId};

/// Who sees a canned reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Everybody who answers.
    Everybody,
    /// The members of a group.
    Group(GroupId),
    /// Its author alone.
    Person(UserId),
}

impl Audience {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Everybody => "everybody",
            Self::Group(_) => "group",
            Self::Person(_) => "personal",
        }
    }

    /// The group, where it is for one.
    pub const fn group(self) -> Option<GroupId> {
        match self {
            Self::Group(group) => Some(group),
            Self::Everybody | Self::Person(_) => None,
        }
    }

    /// Its author, where it is theirs alone.
    pub const fn person(self) -> Option<UserId> {
        match self {
            Self::Person(user) => Some(user),
            Self::Everybody | Self::Group(_) => None,
        }
    }
}

/// A canned reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannedReply {
    /// Its id.
    pub id: CannedReplyId,
    /// The short name that is typed behind `/`. Among those of the team, and among one's own, no other has it, however
    /// it is written in small and capital letters.
    pub name: String,
    /// What it is for, in a line.
    pub title: String,
    /// The text, with variables as in rules.
    pub text: String,
    /// The language it is written in.
    pub language: Option<String>,
    /// Who sees it.
    pub audience: Audience,
    /// How often it was inserted.
    pub use_count: i64,
    /// When it was last inserted.
    pub last_used_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}
