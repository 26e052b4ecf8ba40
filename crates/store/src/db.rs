//! The seam over the two databases. Each statement is written once, in the dialect both accept, with `$1`, `$2` … in the
//! order of their first appearance, so that the very same text runs on both.
//!
//! Statements are `&'static str`: no text that came from outside can become SQL.

mod checkpoints;
mod postgres;
mod sqlite;
mod value;

use std::path::{Path, PathBuf};

pub(crate) use value::{Row, Value};

use crate::error::Error;

/// Where a book is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// One SQLite file.
    File(PathBuf),
    /// A PostgreSQL database, as `postgres://user@host:port/name`.
    Server(String),
}

impl Place {
    /// The file of the embedded database in a data directory.
    pub fn in_dir(dir: &Path) -> Place {
        Place::File(dir.join("book.db"))
    }
}

/// One connection.
pub(crate) enum Db {
    /// And who makes its checkpoints, if it does not do so itself.
    Sqlite(rusqlite::Connection, Option<checkpoints::Checkpoints>),
    Postgres(postgres::Postgres),
}

impl Db {
    /// Opens for writing, asserting the profile that durability rests on.
    pub(crate) fn open(place: &Place) -> Result<Db, Error> {
        match place {
            Place::File(path) => sqlite::open(path).map(|connection| Db::Sqlite(connection, None)),
            Place::Server(url) => postgres::open(url, false).map(Db::Postgres),
        }
    }

    /// From now on checkpoints are made beside this connection, which writes much.
    pub(crate) fn checkpoint_beside(&mut self) -> Result<(), Error> {
        if let Db::Sqlite(connection, beside) = self
            && let Some(path) = connection.path()
        {
            *beside = Some(checkpoints::Checkpoints::start(path.into())?);
        }
        Ok(())
    }

    /// Opens so that nothing can be written.
    pub(crate) fn open_read_only(place: &Place) -> Result<Db, Error> {
        match place {
            Place::File(path) => sqlite::open_read_only(path).map(|connection| Db::Sqlite(connection, None)),
            Place::Server(url) => postgres::open(url, true).map(Db::Postgres),
        }
    }

    /// Runs a statement and says how many rows it touched.
    pub(crate) fn execute(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<u64, Error> {
        match self {
            Db::Sqlite(connection, _) => sqlite::execute(connection, sql, params),
            Db::Postgres(postgres) => postgres.execute(sql, params),
        }
    }

    /// Runs a query and reads every row. Long results are asked for in pages by their key.
    pub(crate) fn query<T>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        match self {
            Db::Sqlite(connection, _) => sqlite::query(connection, sql, params, read),
            Db::Postgres(postgres) => postgres.query(sql, params, read),
        }
    }

    /// Runs a query of at most one row.
    pub(crate) fn query_one<T>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        Ok(self.query(sql, params, read)?.pop())
    }

    /// Begins a transaction that writes. On SQLite it takes the file's one write lock at once.
    pub(crate) fn begin(&mut self) -> Result<(), Error> {
        match self {
            Db::Sqlite(..) => self.execute("BEGIN IMMEDIATE", &[]),
            Db::Postgres(_) => self.execute("BEGIN", &[]),
        }
        .map(drop)
    }

    /// Begins a transaction in which every query sees the same state.
    pub(crate) fn begin_snapshot(&mut self) -> Result<(), Error> {
        match self {
            Db::Sqlite(..) => self.execute("BEGIN DEFERRED", &[]),
            Db::Postgres(_) => self.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", &[]),
        }
        .map(drop)
    }

    /// Commits. An error of the disk may also mean that it is committed and that what came after failed.
    pub(crate) fn commit(&mut self) -> Result<(), Error> {
        self.execute("COMMIT", &[])?;
        match self {
            Db::Sqlite(connection, beside) => sqlite::checkpoint_when_due(connection, beside.as_ref()),
            Db::Postgres(_) => Ok(()),
        }
    }

    /// Ends a transaction that only read.
    pub(crate) fn end_snapshot(&mut self) -> Result<(), Error> {
        self.execute("COMMIT", &[]).map(drop)
    }

    /// Brings what is written into the database file proper, where there is a log before it.
    #[cfg(test)]
    pub(crate) fn checkpoint(&mut self) -> Result<(), Error> {
        match self {
            Db::Sqlite(connection, _) => sqlite::checkpoint(connection),
            Db::Postgres(_) => Ok(()),
        }
    }

    /// Rolls back, whatever state the transaction is in. SQLite ends one by itself when the disk is full.
    pub(crate) fn rollback(&mut self) {
        let is_over = matches!(self, Db::Sqlite(connection, _) if connection.is_autocommit());
        if !is_over && let Err(error) = self.execute("ROLLBACK", &[]) {
            tracing::error!(%error, "rolling back failed");
        }
    }

    /// Runs statements of a migration, which are part of the program and take no parameters.
    pub(crate) fn run_script(&mut self, script: &str) -> Result<(), Error> {
        match self {
            Db::Sqlite(connection, _) => Ok(connection.execute_batch(&sqlite::dialect(script))?),
            Db::Postgres(postgres) => postgres.run_script(script),
        }
    }

    /// Whether the connection can still be used.
    pub(crate) fn is_alive(&self) -> bool {
        match self {
            Db::Sqlite(..) => true,
            Db::Postgres(postgres) => postgres.is_alive(),
        }
    }

    /// Whether other processes may write between two of our transactions without holding the whole database.
    pub(crate) fn is_server(&self) -> bool {
        matches!(self, Db::Postgres(_))
    }
}
