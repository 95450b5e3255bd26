//! Arguments of a statement: typed, nullable, borrowed where the caller's value lives long enough.
//!
//! A `NULL` keeps its type, because PostgreSQL prepares a statement per list of argument types.

use std::borrow::Cow;

use uuid::Uuid;

/// One argument of a statement. Usually made by [`args!`](crate::args) from an ordinary value.
#[derive(Debug, Clone, PartialEq)]
pub enum Arg<'a> {
    /// A whole number; also time, as microseconds. `BIGINT`, on SQLite `INTEGER`.
    I64(Option<i64>),
    /// Yes or no. `BOOLEAN`, on SQLite `INTEGER` with `CHECK (x IN (0, 1))`.
    Bool(Option<bool>),
    /// Text without NUL. `TEXT`.
    Text(Option<Cow<'a, str>>),
    /// Bytes. `BYTEA`, on SQLite `BLOB`.
    Bytes(Option<Cow<'a, [u8]>>),
    /// An id: 16 bytes. `BYTEA`, on SQLite `BLOB`.
    Uuid(Option<Uuid>),
    /// A JSON text, made with [`Arg::json`]. `JSONB`, on SQLite `TEXT`.
    Json(Option<Cow<'a, str>>),
}

impl<'a> Arg<'a> {
    /// A JSON document, already written as text.
    pub fn json(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Json(Some(text.into()))
    }

    /// The same argument, owning what it held by reference.
    pub fn into_owned(self) -> Arg<'static> {
        fn own<T: ToOwned + ?Sized>(value: Cow<'_, T>) -> Cow<'static, T> {
            Cow::Owned(value.into_owned())
        }
        match self {
            Self::I64(v) => Arg::I64(v),
            Self::Bool(v) => Arg::Bool(v),
            Self::Text(v) => Arg::Text(v.map(own)),
            Self::Bytes(v) => Arg::Bytes(v.map(own)),
            Self::Uuid(v) => Arg::Uuid(v),
            Self::Json(v) => Arg::Json(v.map(own)),
        }
    }
}

/// For each Rust type: from the value, and from an `Option` of it.
macro_rules! from {
    ($($type:ty => $variant:ident, |$value:ident| $convert:expr;)*) => {$(
        impl<'a> From<$type> for Arg<'a> {
            fn from($value: $type) -> Self {
                Arg::$variant(Some($convert))
            }
        }
        impl<'a> From<Option<$type>> for Arg<'a> {
            fn from(value: Option<$type>) -> Self {
                Arg::$variant(value.map(|$value| $convert))
            }
        }
    )*};
}

from! {
    i64 => I64, |v| v;
    i32 => I64, |v| i64::from(v);
    u32 => I64, |v| i64::from(v);
    u16 => I64, |v| i64::from(v);
    bool => Bool, |v| v;
    &'a str => Text, |v| Cow::Borrowed(v);
    &'a String => Text, |v| Cow::Borrowed(v.as_str());
    String => Text, |v| Cow::Owned(v);
    Cow<'a, str> => Text, |v| v;
    &'a [u8] => Bytes, |v| Cow::Borrowed(v);
    &'a Vec<u8> => Bytes, |v| Cow::Borrowed(v.as_slice());
    Vec<u8> => Bytes, |v| Cow::Owned(v);
    Uuid => Uuid, |v| v;
    &'a Uuid => Uuid, |v| *v;
    [u8; 16] => Uuid, |v| Uuid::from_bytes(v);
    &'a [u8; 16] => Uuid, |v| Uuid::from_bytes(*v);
    countersign_types::Timestamp => I64, |v| v.as_micros();
    [u8; 32] => Bytes, |v| Cow::Owned(v.to_vec());
    &'a [u8; 32] => Bytes, |v| Cow::Borrowed(v.as_slice());
}

/// Every id type of the words; a new one gets its name here.
macro_rules! ids {
    ($($id:ident)*) => { from! { $(countersign_types::$id => Uuid, |v| Uuid::from_bytes(v.to_bytes());)* } };
}

ids! {
    UserId SessionId InvitationId ApiKeyId ProfileId AttributeId
    IdentifierId EvidenceId LinkId AccountId ChannelId CaseId CalendarId GroupId LookUpId
    MessageId CodeId WidgetId WidgetKeyId WebhookId DeliveryId
    OutboxId EventId AuditId WebChatSessionId
    SavedViewId MergeId SuggestionId CannedReplyId RuleId RuleGroupId FiringId NoticeId ImportId
    PrivacyRequestId SiteId VisitId DeviceId IdentityId ChatInvitationId ChatOfferId
    IvrFlowId CallWidgetId PhoneNumberId CallId CallLookUpId PromptId
    TopicId VerificationPolicyId MandateId EngagementId
}

/// The arguments of a statement, `$1` first: `args![id, name, Arg::json(&text)]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => {
        &[$($crate::Arg::from($value)),*] as &[$crate::Arg<'_>]
    };
}
