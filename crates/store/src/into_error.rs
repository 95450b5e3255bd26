//! What a store error means to a caller of the service.

use countersign_types::Error;

use crate::StoreError;

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unique { .. } => Self::conflict(
                "already-exists",
                "Something with the same key exists already.",
                "Read the existing one, or choose another key.",
            ),
            StoreError::Busy(_) | StoreError::Unavailable(_) => Self::Unavailable("database"),
            StoreError::Full(_) => Self::StorageFull,
            StoreError::ForeignKey
            | StoreError::Check { .. }
            | StoreError::Corrupt(_)
            | StoreError::Fatal(_)
            | StoreError::Refused(_)
            | StoreError::Bug(_)
            | StoreError::Sql(_) => Self::internal(error),
        }
    }
}
