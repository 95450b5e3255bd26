//! One row of an answer, read by column index.

use countersign_types::Timestamp;
use rusqlite::types::ValueRef;
use tokio_postgres::types::{FromSql, Type};
use uuid::Uuid;

use crate::StoreError;

/// One row of an answer. Columns are read by their place in the `SELECT` or `RETURNING` list, from 0. A value of
/// another type than asked for, or an unexpected `NULL`, is [`StoreError::Corrupt`].
pub struct Row<'a>(pub(crate) RowOf<'a>);

pub(crate) enum RowOf<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

/// A column's value before its type is asked for.
enum Value<'a> {
    Null,
    I64(i64),
    Bool(bool),
    Text(&'a str),
    Bytes(&'a [u8]),
    Other,
}

impl<'a> Row<'a> {
    fn value(&self, index: usize) -> Result<Value<'a>, StoreError> {
        match &self.0 {
            RowOf::Sqlite(row) => Ok(match row.get_ref(index) {
                Ok(ValueRef::Null) => Value::Null,
                Ok(ValueRef::Integer(v)) => Value::I64(v),
                Ok(ValueRef::Text(v)) => {
                    Value::Text(std::str::from_utf8(v).map_err(|_| wrong(index, "UTF-8 text"))?)
                }
                Ok(ValueRef::Blob(v)) => Value::Bytes(v),
                Ok(ValueRef::Real(_)) => Value::Other,
                Err(_) => return Err(StoreError::bug(format!("the answer has no column {index}"))),
            }),
            RowOf::Postgres(row) => {
                if index >= row.len() {
                    return Err(StoreError::bug(format!("the answer has no column {index}")));
                }
                match row.try_get::<_, Option<Raw<'a>>>(index) {
                    Ok(Some(Raw(value))) => Ok(value),
                    Ok(None) => Ok(Value::Null),
                    Err(_) => Err(wrong(index, "a type the store uses")),
                }
            }
        }
    }

    /// How many columns the row has.
    pub fn len(&self) -> usize {
        match &self.0 {
            RowOf::Sqlite(row) => row.as_ref().column_count(),
            RowOf::Postgres(row) => row.len(),
        }
    }

    /// Whether the row has no columns.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A whole number or `NULL`.
    pub fn opt_i64(&self, index: usize) -> Result<Option<i64>, StoreError> {
        match self.value(index)? {
            Value::Null => Ok(None),
            Value::I64(v) => Ok(Some(v)),
            _ => Err(wrong(index, "a whole number")),
        }
    }

    /// A whole number.
    pub fn i64(&self, index: usize) -> Result<i64, StoreError> {
        self.opt_i64(index)?.ok_or_else(|| null(index))
    }

    /// Yes, no or `NULL`.
    pub fn opt_bool(&self, index: usize) -> Result<Option<bool>, StoreError> {
        match self.value(index)? {
            Value::Null => Ok(None),
            Value::Bool(v) => Ok(Some(v)),
            Value::I64(0) => Ok(Some(false)),
            Value::I64(1) => Ok(Some(true)),
            _ => Err(wrong(index, "yes or no")),
        }
    }

    /// Yes or no.
    pub fn bool(&self, index: usize) -> Result<bool, StoreError> {
        self.opt_bool(index)?.ok_or_else(|| null(index))
    }

    /// Text by reference, or `NULL`.
    pub fn opt_str(&self, index: usize) -> Result<Option<&'a str>, StoreError> {
        match self.value(index)? {
            Value::Null => Ok(None),
            Value::Text(v) => Ok(Some(v)),
            _ => Err(wrong(index, "text")),
        }
    }

    /// Text by reference.
    pub fn str(&self, index: usize) -> Result<&'a str, StoreError> {
        self.opt_str(index)?.ok_or_else(|| null(index))
    }

    /// Text or `NULL`.
    pub fn opt_text(&self, index: usize) -> Result<Option<String>, StoreError> {
        Ok(self.opt_str(index)?.map(str::to_owned))
    }

    /// Text.
    pub fn text(&self, index: usize) -> Result<String, StoreError> {
        Ok(self.str(index)?.to_owned())
    }

    /// A JSON document as text by reference. The spelling is the database's: PostgreSQL orders keys.
    pub fn json(&self, index: usize) -> Result<&'a str, StoreError> {
        self.str(index)
    }

    /// Bytes by reference, or `NULL`.
    pub fn opt_bytes_ref(&self, index: usize) -> Result<Option<&'a [u8]>, StoreError> {
        match self.value(index)? {
            Value::Null => Ok(None),
            Value::Bytes(v) => Ok(Some(v)),
            _ => Err(wrong(index, "bytes")),
        }
    }

    /// Bytes by reference.
    pub fn bytes_ref(&self, index: usize) -> Result<&'a [u8], StoreError> {
        self.opt_bytes_ref(index)?.ok_or_else(|| null(index))
    }

    /// Bytes or `NULL`.
    pub fn opt_bytes(&self, index: usize) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.opt_bytes_ref(index)?.map(<[u8]>::to_vec))
    }

    /// Bytes.
    pub fn bytes(&self, index: usize) -> Result<Vec<u8>, StoreError> {
        Ok(self.bytes_ref(index)?.to_vec())
    }

    /// An id or `NULL`.
    pub fn opt_uuid(&self, index: usize) -> Result<Option<Uuid>, StoreError> {
        match self.opt_bytes_ref(index)? {
            None => Ok(None),
            Some(bytes) => Uuid::from_slice(bytes).map(Some).map_err(|_| wrong(index, "16 bytes")),
        }
    }

    /// An id.
    pub fn uuid(&self, index: usize) -> Result<Uuid, StoreError> {
        self.opt_uuid(index)?.ok_or_else(|| null(index))
    }

    /// An id of a noun, or `NULL`.
    pub fn opt_id<T: From<[u8; 16]>>(&self, index: usize) -> Result<Option<T>, StoreError> {
        Ok(self.opt_uuid(index)?.map(|id| T::from(id.into_bytes())))
    }

    /// An id of a noun: `row.id::<ProfileId>(0)?`.
    pub fn id<T: From<[u8; 16]>>(&self, index: usize) -> Result<T, StoreError> {
        self.opt_id(index)?.ok_or_else(|| null(index))
    }

    /// A time or `NULL`.
    pub fn opt_time(&self, index: usize) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.opt_i64(index)?.map(Timestamp::from_micros))
    }

    /// A time.
    pub fn time(&self, index: usize) -> Result<Timestamp, StoreError> {
        self.i64(index).map(Timestamp::from_micros)
    }
}

fn wrong(index: usize, expected: &str) -> StoreError {
    StoreError::corrupt(format!("column {index} is not {expected}"))
}

fn null(index: usize) -> StoreError {
    StoreError::corrupt(format!("column {index} is NULL"))
}

/// A value as PostgreSQL sends it.
struct Raw<'a>(Value<'a>);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Raw(match *ty {
            Type::INT8 => Value::I64(i64::from_sql(ty, raw)?),
            Type::INT4 => Value::I64(i64::from(i32::from_sql(ty, raw)?)),
            Type::INT2 => Value::I64(i64::from(i16::from_sql(ty, raw)?)),
            Type::BOOL => Value::Bool(bool::from_sql(ty, raw)?),
            Type::BYTEA => Value::Bytes(raw),
            // The first byte of JSONB is the version of its format, 1.
            Type::JSONB => match raw.split_first() {
                Some((1, text)) => Value::Text(std::str::from_utf8(text)?),
                _ => Value::Other,
            },
            Type::TEXT | Type::VARCHAR | Type::NAME | Type::JSON | Type::UNKNOWN => {
                Value::Text(std::str::from_utf8(raw)?)
            }
            _ => Value::Other,
        }))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
