//! The tables: numbered migrations, each run once, and the derived tables, which follow the program and are made anew when
//! it wants them otherwise.

use crate::db::{Db, Value};
use crate::error::Error;
use crate::folds;
use crate::projection;
use crate::sought;

/// Tables, and what keeps their rows from being altered, which each database says in its own way.
struct Migration {
    tables: &'static str,
    protect_sqlite: &'static str,
    protect_postgres: &'static str,
}

/// Each migration in order; its place, from 1, is its number. Never edit one that was released: add another.
const MIGRATIONS: &[Migration] = &[
    Migration {
        tables: include_str!("schema/001_book.sql"),
        protect_sqlite: include_str!("schema/001_protect_sqlite.sql"),
        protect_postgres: include_str!("schema/001_protect_postgres.sql"),
    },
    Migration {
        tables: include_str!("schema/packs.sql"),
        protect_sqlite: include_str!("schema/packs_protect_sqlite.sql"),
        protect_postgres: include_str!("schema/packs_protect_postgres.sql"),
    },
    Migration { tables: include_str!("schema/bank.sql"), protect_sqlite: "", protect_postgres: "" },
    Migration {
        tables: include_str!("schema/phones.sql"),
        protect_sqlite: include_str!("schema/phones_protect_sqlite.sql"),
        protect_postgres: include_str!("schema/phones_protect_postgres.sql"),
    },
    Migration { tables: include_str!("schema/cash.sql"), protect_sqlite: "", protect_postgres: "" },
    Migration { tables: include_str!("schema/sought.sql"), protect_sqlite: "", protect_postgres: "" },
    Migration { tables: include_str!("schema/registration.sql"), protect_sqlite: "", protect_postgres: "" },
    Migration { tables: include_str!("schema/folds.sql"), protect_sqlite: "", protect_postgres: "" },
    Migration {
        tables: include_str!("schema/places.sql"),
        protect_sqlite: include_str!("schema/001_protect_sqlite.sql"),
        protect_postgres: include_str!("schema/places_protect_postgres.sql"),
    },
];
/// From this migration on there are words that somebody is looked for by.
const SOUGHT: usize = 6;
const INDEXES: &str = include_str!("schema/indexes_of_rows.sql");

/// Whether there are tables of ours at all.
pub(crate) fn exists(db: &mut Db) -> Result<bool, Error> {
    has_table(db, "versions")
}

/// Whether the book is new enough to keep packs.
pub(crate) fn has_packs(db: &mut Db) -> Result<bool, Error> {
    has_table(db, "pack_activations")
}

fn has_table(db: &mut Db, name: &str) -> Result<bool, Error> {
    let sql = if db.is_server() {
        "SELECT 1::bigint FROM pg_tables WHERE schemaname = current_schema() AND tablename = CAST($1 AS TEXT)"
    } else {
        "SELECT 1 FROM sqlite_schema WHERE name = $1"
    };
    Ok(db.query_one(sql, &[name.into()], |_| Ok(()))?.is_some())
}

/// Brings the tables to what this program needs, all or nothing. Says whether the derived tables were made anew and must be
/// filled.
pub(crate) fn migrate(db: &mut Db) -> Result<bool, Error> {
    db.begin()?;
    let migrated = run_missing(db).and_then(|rows_are_old| db.commit().map(|()| rows_are_old));
    if migrated.is_err() {
        db.rollback();
    }
    migrated
}

fn run_missing(db: &mut Db) -> Result<bool, Error> {
    if db.is_server() {
        // Two processes that start at once must not both make the tables.
        db.run_script("SELECT pg_advisory_xact_lock(2026)")?;
    }
    if !exists(db)? {
        db.run_script("CREATE TABLE versions (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID")?;
    }
    let done: usize = version(db, "schema")?.and_then(|number| number.parse().ok()).unwrap_or(0);
    if done > MIGRATIONS.len() {
        return Err(Error::Unfit("the book was written by a newer Forbear; use that one".into()));
    }
    for migration in MIGRATIONS.iter().skip(done) {
        db.run_script(migration.tables)?;
        db.run_script(if db.is_server() { migration.protect_postgres } else { migration.protect_sqlite })?;
    }
    if done < SOUGHT {
        sought::fill(db)?;
    }
    set_version(db, "schema", &MIGRATIONS.len().to_string())?;
    if version(db, "folds")?.as_deref() != Some(folds::MADE_BY) {
        folds::empty(db)?;
        set_version(db, "folds", folds::MADE_BY)?;
    }
    let fingerprint = projection::fingerprint(INDEXES);
    if version(db, "rows")?.as_ref() == Some(&fingerprint) {
        return Ok(false);
    }
    projection::create(db)?;
    db.run_script(INDEXES)?;
    set_version(db, "rows", &fingerprint)?;
    let has_events = db.query_one("SELECT place FROM events LIMIT 1", &[], |_| Ok(()))?.is_some();
    Ok(has_events)
}

fn version(db: &mut Db, name: &str) -> Result<Option<String>, Error> {
    db.query_one("SELECT value FROM versions WHERE name = $1", &[name.into()], |row| row.get(0))
}

fn set_version(db: &mut Db, name: &str, value: &str) -> Result<(), Error> {
    let sql = "INSERT INTO versions (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    db.execute(sql, &[name.into(), Value::Text(value)]).map(drop)
}
