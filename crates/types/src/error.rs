//! The one error of the service and what it tells a person.

use crate::permission::Permission;

/// Result of an operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One field that was refused. The pointer is a JSON Pointer into the request body (`/email`), or the name of a query
/// key. Never carries the refused value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Where: JSON Pointer or query key.
    pub pointer: String,
    /// Stable word for programs.
    pub code: &'static str,
    /// Sentence for people.
    pub detail: String,
}

impl FieldError {
    /// A refused field.
    pub fn new(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code, detail: detail.into() }
    }
}

/// Everything that an operation can answer instead of a result. `Display` is the sentence for the person; the source
/// is logged and never sent.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such object, or none that this caller may know of.
    #[error("There is no such {0}.")]
    NotFound(&'static str),
    /// The object's state does not allow it.
    #[error("{detail}")]
    Conflict {
        /// Stable word for programs.
        code: &'static str,
        /// Sentence for people.
        detail: String,
        /// What to do next.
        hint: &'static str,
    },
    /// The request is understood and refused for these fields.
    #[error("{}", summary(.0))]
    Invalid(Vec<FieldError>),
    /// A conversation is not closed before these attributes have values.
    #[error("{}", wanted(.0))]
    Wanting(Vec<FieldError>),
    /// Nobody is logged in, or the credential is not good.
    #[error("{detail}")]
    Unauthenticated {
        /// Stable word for programs.
        code: &'static str,
        /// Sentence for people.
        detail: &'static str,
    },
    /// Logged in, but not allowed.
    #[error("This needs the permission `{}`.", .0.as_str())]
    Forbidden(Permission),
    /// Refused for another reason than a missing permission.
    #[error("{detail}")]
    Refused {
        /// Stable word for programs.
        code: &'static str,
        /// Sentence for people.
        detail: &'static str,
        /// What to do next.
        hint: &'static str,
    },
    /// Too many; try again after so many seconds.
    #[error("Too many {what}. Try again in {retry_after_secs} seconds.")]
    TooMany {
        /// What was counted.
        what: &'static str,
        /// Seconds until it may succeed.
        retry_after_secs: u64,
    },
    /// What an administrator allows in a day is used up.
    #[error("What this site may send in a day is used up: {events_max} events.")]
    QuotaReached {
        /// Events in a day (UTC).
        events_max: i64,
        /// Seconds until it is worth another try.
        retry_after_secs: u64,
    },
    /// Something this server depends on does not answer.
    #[error("The {0} is not available at the moment.")]
    Unavailable(&'static str),
    /// The disk is full: nothing was changed, reading still works.
    #[error("The server has no space left to store this. Nothing was changed.")]
    StorageFull,
    /// A defect of ours. The source is logged under the request id.
    #[error("Something went wrong on the server. Nothing was changed.")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

fn summary(fields: &[FieldError]) -> String {
    match fields {
        [] => "The request is not valid.".to_owned(),
        [one] => one.detail.clone(),
        many => format!("{} fields are not valid.", many.len()),
    }
}

fn wanted(fields: &[FieldError]) -> String {
    match fields {
        [one] => one.detail.clone(),
        many => format!("{} attributes are needed before this conversation is closed.", many.len()),
    }
}

impl Error {
    /// One refused field.
    pub fn invalid(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(pointer, code, detail)])
    }

    /// A state that does not allow it.
    pub fn conflict(code: &'static str, detail: impl Into<String>, hint: &'static str) -> Self {
        Self::Conflict { code, detail: detail.into(), hint }
    }

    /// A defect of ours.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }

    /// The stable word for programs, part of the contract.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not-found",
            Self::Conflict { code, .. } | Self::Unauthenticated { code, .. } | Self::Refused { code, .. } => {
                code
            }
            Self::Invalid(fields) => match fields.as_slice() {
                [one] if one.code == "unknown-query-key" || one.code == "unknown-field" => one.code,
                _ => "invalid-request",
            },
            Self::Wanting(_) => "attributes-required",
            Self::Forbidden(_) => "forbidden",
            Self::TooMany { .. } => "too-many-attempts",
            Self::QuotaReached { .. } => "quota-reached",
            Self::Unavailable(_) => "unavailable",
            Self::StorageFull => "storage-full",
            Self::Internal(_) => "internal",
        }
    }

    /// What to do next, in a sentence.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "Check the id; it may belong to something that was deleted.",
            Self::Conflict { hint, .. } | Self::Refused { hint, .. } => hint,
            Self::Invalid(_) => "Correct the fields named in `errors` and send the request again.",
            Self::Wanting(_) => "Set the attributes named in `errors`, then close the conversation again.",
            Self::Unauthenticated { .. } => "Log in, or send a valid API key as `Authorization: Bearer …`.",
            Self::Forbidden(_) => {
                "Ask an administrator for a role, or for an API key with a scope, that has it."
            }
            Self::TooMany { .. } => "Wait for the time given in `Retry-After`.",
            Self::QuotaReached { .. } => {
                "Raise the site's `daily_events_max`, or wait until midnight (UTC). What was refused is counted."
            }
            Self::Unavailable(_) => {
                "Nothing was lost; try again shortly. An operator finds the cause in the log."
            }
            Self::StorageFull => {
                "An operator has to free space on the data disk; then send the request again."
            }
            Self::Internal(_) => "Try again; if it stays, tell an operator the request id.",
        }
    }
}
