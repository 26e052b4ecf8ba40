//! SQLite: the open profile, set and read back, because a setting that silently did not take is a lost payment.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::checkpoints::Checkpoints;
use super::{Row, Value};
use crate::error::Error;

/// Versions before 3.51.3 can corrupt a write-ahead log that two connections use at once.
const OLDEST_SAFE: i32 = 3_051_003;

/// Settings of a writing connection and what reading them back must give.
const PROFILE: [(&str, &str, &str); 10] = [
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", "2"),
    // A checkpoint that SQLite does by itself fails in silence; see `checkpoint_when_due`.
    ("wal_autocheckpoint", "0", "0"),
    ("foreign_keys", "ON", "1"),
    ("trusted_schema", "OFF", "0"),
    ("secure_delete", "ON", "1"),
    ("cell_size_check", "ON", "1"),
    ("mmap_size", "0", "0"),
    ("temp_store", "MEMORY", "2"),
    ("cache_size", "-65536", "-65536"),
];

const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const STATEMENTS_KEPT: usize = 128;

pub(super) fn open(path: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    prepare(&connection)?;
    for (name, value, _) in PROFILE {
        connection.pragma_update(None, name, value)?;
    }
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    assert_profile(&connection)?;
    sync_folder(path)?;
    Ok(connection)
}

/// Puts the names of the database and its log on disk. SQLite does so too, but does not look whether it went well.
fn sync_folder(path: &Path) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| Error::Disk(format!("{}: {error}", folder.display())))
}

pub(super) fn open_read_only(path: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    prepare(&connection)?;
    let settings =
        [("query_only", "ON"), ("trusted_schema", "OFF"), ("mmap_size", "0"), ("temp_store", "MEMORY"), ("cache_size", "-16384")];
    for (name, value) in settings {
        connection.pragma_update(None, name, value)?;
    }
    Ok(connection)
}

fn prepare(connection: &Connection) -> Result<(), Error> {
    if rusqlite::version_number() < OLDEST_SAFE {
        let version = rusqlite::version();
        return Err(Error::Unfit(format!("SQLite {version} can corrupt its log; build with 3.51.3 or later")));
    }
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    // A statement is planned once and not again for every value that is bound to it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// Reads every setting back and names the first that did not take.
pub(crate) fn assert_profile(connection: &Connection) -> Result<(), Error> {
    for (name, _, expected) in PROFILE {
        let found = connection.pragma_query_value(None, name, |row| {
            Ok(match row.get_ref(0)? {
                rusqlite::types::ValueRef::Integer(int) => int.to_string(),
                other => other.as_str()?.to_string(),
            })
        })?;
        if found != expected {
            return Err(Error::Unfit(format!("SQLite setting {name} is `{found}` and must be `{expected}`")));
        }
    }
    if !connection.db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE)? {
        return Err(Error::Unfit("SQLite is not in defensive mode".into()));
    }
    Ok(())
}

/// Pages in the write-ahead log beyond which it is brought into the file: so many that a page that is written again and again is
/// brought once, and so few that they are soon found.
const CHECKPOINT_AFTER: i64 = 16_000;

/// Pages in it, brought into the file or not, beyond which the writer does so itself: only when nothing is added meanwhile is all
/// of it there, and only then does the log begin anew instead of growing.
const BEGIN_ANEW_AFTER: i64 = 4 * CHECKPOINT_AFTER;

/// Has the write-ahead log brought into the file once it has grown. Done here and not by SQLite itself, which would do it after
/// a commit and keep to itself that the disk failed meanwhile.
pub(super) fn checkpoint_when_due(connection: &Connection, beside: Option<&Checkpoints>) -> Result<(), Error> {
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?));
    let (pages, brought) = connection.prepare_cached("PRAGMA wal_checkpoint(NOOP)")?.query_one([], read)?;
    if pages - brought < CHECKPOINT_AFTER || pages < BEGIN_ANEW_AFTER && beside.is_some_and(Checkpoints::ask) {
        return Ok(());
    }
    checkpoint(connection)
}

/// Brings the write-ahead log into the file, as far as readers allow.
pub(super) fn checkpoint(connection: &Connection) -> Result<(), Error> {
    Ok(connection.prepare_cached("PRAGMA wal_checkpoint(PASSIVE)")?.query_one([], |_| Ok(()))?)
}

/// The common dialect's types in SQLite's words.
pub(super) fn dialect(script: &str) -> String {
    script.replace(" BIGINT", " INTEGER").replace(" BYTEA", " BLOB")
}

pub(super) fn execute(connection: &Connection, sql: &'static str, params: &[Value<'_>]) -> Result<u64, Error> {
    let mut statement = connection.prepare_cached(sql)?;
    debug_assert!(is_in_order(&statement), "parameters out of order: {sql}");
    // `RETURNING` makes rows of a statement that writes; whoever wants them asks by `query`.
    Ok(statement.execute(rusqlite::params_from_iter(params))? as u64)
}

pub(super) fn query<T>(
    connection: &Connection,
    sql: &'static str,
    params: &[Value<'_>],
    mut read: impl FnMut(&Row<'_>) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    let mut statement = connection.prepare_cached(sql)?;
    debug_assert!(is_in_order(&statement), "parameters out of order: {sql}");
    let mut rows = statement.query(rusqlite::params_from_iter(params))?;
    let mut found = vec![];
    while let Some(row) = rows.next()? {
        found.push(read(&Row::Sqlite(row))?);
    }
    Ok(found)
}

/// SQLite numbers `$name` parameters by first appearance; only if that is also their name does position mean the same
/// on both databases.
fn is_in_order(statement: &rusqlite::Statement<'_>) -> bool {
    (1..=statement.parameter_count()).all(|at| statement.parameter_name(at) == Some(&format!("${at}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_that_did_not_take_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let connection = open(&dir.path().join("book.db")).unwrap();
        assert_profile(&connection).unwrap();
        for (name, wrong) in [
            ("journal_mode", "DELETE"),
            ("synchronous", "NORMAL"),
            ("wal_autocheckpoint", "1000"),
            ("foreign_keys", "OFF"),
            ("trusted_schema", "ON"),
            ("secure_delete", "OFF"),
            ("cell_size_check", "OFF"),
            ("temp_store", "FILE"),
        ] {
            let connection = open(&dir.path().join("book.db")).unwrap();
            connection.pragma_update(None, name, wrong).unwrap();
            let error = assert_profile(&connection).unwrap_err().to_string();
            assert!(error.contains(name), "{name}: {error}");
            drop(connection);
        }
    }

    #[test]
    fn parameters_must_stand_in_the_order_of_their_numbers() {
        let connection = Connection::open_in_memory().unwrap();
        assert!(is_in_order(&connection.prepare("SELECT $1, $2, $1").unwrap()));
        assert!(!is_in_order(&connection.prepare("SELECT $2, $1").unwrap()));
        assert!(execute(&connection, "SELECT $1, $2", &[Value::Int(1)]).is_err());
    }
}
