//! Small conversions that several nouns share: words and JSON in columns.

use countersign_types::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Row, StoreError};

/// A word of an enum from a column; one that this version does not know is corruption, not a guess.
pub(crate) fn word<T>(row: &Row<'_>, index: usize, parse: fn(&str) -> Option<T>) -> Result<T, StoreError> {
    parse(row.str(index)?).ok_or_else(|| StoreError::corrupt(format!("column {index} holds an unknown word")))
}

/// A moment from a column.
pub(crate) fn time(row: &Row<'_>, index: usize) -> Result<Timestamp, StoreError> {
    row.i64(index).map(Timestamp::from_micros)
}

/// A moment or nothing from a column.
pub(crate) fn opt_time(row: &Row<'_>, index: usize) -> Result<Option<Timestamp>, StoreError> {
    Ok(row.opt_i64(index)?.map(Timestamp::from_micros))
}

/// An id from a column.
pub(crate) fn id<I: From<[u8; 16]>>(row: &Row<'_>, index: usize) -> Result<I, StoreError> {
    Ok(row.uuid(index)?.into_bytes().into())
}

/// An id or nothing from a column.
pub(crate) fn opt_id<I: From<[u8; 16]>>(row: &Row<'_>, index: usize) -> Result<Option<I>, StoreError> {
    Ok(row.opt_uuid(index)?.map(|id| id.into_bytes().into()))
}

/// A document from a JSON column.
pub(crate) fn json<T: DeserializeOwned>(row: &Row<'_>, index: usize) -> Result<T, StoreError> {
    from_json(row.json(index)?)
}

/// A document from JSON text.
pub(crate) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::corrupt("a JSON column does not hold what it should"))
}

/// JSON text of a document.
pub(crate) fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::bug("a value does not become JSON"))
}
