//! What goes into a statement and what comes out of a row.

use bytes::BytesMut;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use rusqlite::types::{ToSqlOutput, ValueRef};

use crate::error::Error;

/// A parameter of a statement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Blob(&'a [u8]),
}

impl From<i64> for Value<'_> {
    fn from(int: i64) -> Self {
        Value::Int(int)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Value::Text(text)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Value::Blob(bytes)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(maybe: Option<T>) -> Self {
        maybe.map_or(Value::Null, Into::into)
    }
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(int) => ValueRef::Integer(*int),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(int) => int.to_sql_checked(ty, out),
            Value::Text(text) => text.to_sql_checked(ty, out),
            Value::Blob(bytes) => bytes.to_sql_checked(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT8, Type::TEXT, Type::BYTEA].contains(ty)
    }

    to_sql_checked!();
}

/// One row of a result, read column by column from 0.
pub(crate) enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a postgres::Row),
}

impl Row<'_> {
    /// The column `at` as `i64`, `String`, `Vec<u8>` or an `Option` of them.
    pub(crate) fn get<T>(&self, at: usize) -> Result<T, Error>
    where
        T: rusqlite::types::FromSql + for<'x> postgres::types::FromSql<'x>,
    {
        match self {
            Row::Sqlite(row) => row.get(at).map_err(|error| match error {
                // Text that is no text, or a number where text should be: nobody wrote that through the store.
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::Utf8Error(..)
                | rusqlite::Error::IntegralValueOutOfRange(..) => Error::Damaged(error.to_string()),
                error => error.into(),
            }),
            Row::Postgres(row) => Ok(row.try_get(at)?),
        }
    }

    /// The text in column `at`, also if somebody altered its bytes to what is no text: it will match no digest, and whoever
    /// compares can name it. PostgreSQL keeps no such bytes.
    pub(crate) fn text(&self, at: usize) -> Result<String, Error> {
        self.text_or_nothing(at)?.ok_or_else(|| Error::Damaged(format!("column {at} holds nothing")))
    }

    /// As [`Row::text`], where there may be nothing.
    pub(crate) fn text_or_nothing(&self, at: usize) -> Result<Option<String>, Error> {
        match self {
            Row::Sqlite(row) => match row.get_ref(at)? {
                rusqlite::types::ValueRef::Text(bytes) => Ok(Some(String::from_utf8_lossy(bytes).into_owned())),
                _ => self.get(at),
            },
            Row::Postgres(_) => self.get(at),
        }
    }
}
