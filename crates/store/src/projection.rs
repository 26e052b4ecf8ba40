//! The derived tables: kept equal to `domain::rows` by writing the difference between the rows before and after.

use std::cmp::Ordering;
use std::sync::LazyLock;

use domain::rows::{Cell, Row, TABLES, Table};
use sha2::{Digest, Sha256};

use crate::db::{self, Db, Value};
use crate::error::Error;

/// The statements of one derived table, made once from the columns that the domain names.
struct Statements {
    create: String,
    upsert: &'static str,
    delete: &'static str,
    empty: &'static str,
    of_person: &'static str,
    of_nobody: &'static str,
}

static STATEMENTS: LazyLock<Vec<Statements>> = LazyLock::new(|| TABLES.iter().map(statements).collect());

fn statements(table: &Table) -> Statements {
    let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    let (keys, rest) = names.split_at(table.key);
    let name = table.name;
    let columns = names.join(", ");
    let key = keys.join(", ");
    let definitions: Vec<String> = (table.columns.iter().enumerate())
        .map(|(at, column)| {
            let kind = if column.is_int { "BIGINT" } else { "TEXT" };
            let presence = if at < table.key { " NOT NULL" } else { "" };
            format!("{} {kind}{presence}", column.name)
        })
        .collect();
    let places: Vec<String> = (1..=names.len()).map(|at| format!("${at}")).collect();
    let updates: Vec<String> = rest.iter().map(|name| format!("{name} = excluded.{name}")).collect();
    let is_key: Vec<String> = keys.iter().enumerate().map(|(at, name)| format!("{name} = ${}", at + 1)).collect();
    Statements {
        create: format!("CREATE TABLE {name} ({}, PRIMARY KEY ({key})) STRICT, WITHOUT ROWID", definitions.join(", ")),
        upsert: format!(
            "INSERT INTO {name} ({columns}) VALUES ({}) ON CONFLICT ({key}) DO UPDATE SET {}",
            places.join(", "),
            updates.join(", ")
        )
        .leak(),
        delete: format!("DELETE FROM {name} WHERE {}", is_key.join(" AND ")).leak(),
        empty: format!("DELETE FROM {name}").leak(),
        of_person: format!("SELECT {columns} FROM {name} WHERE person = $1 ORDER BY {key}").leak(),
        of_nobody: format!("SELECT DISTINCT person FROM {name} WHERE person NOT IN (SELECT person FROM streams) LIMIT 100")
            .leak(),
    }
}

/// What the derived tables look like. If a new version of the program wants them otherwise, they are made anew.
pub(crate) fn fingerprint(indexes: &str) -> String {
    let mut hasher = Sha256::new_with_prefix(indexes);
    STATEMENTS.iter().for_each(|statements| hasher.update(&statements.create));
    data_encoding::HEXLOWER.encode(&hasher.finalize())
}

/// Makes the derived tables, empty.
pub(crate) fn create(db: &mut Db) -> Result<(), Error> {
    for (table, statements) in TABLES.iter().zip(STATEMENTS.iter()) {
        db.run_script(&format!("DROP TABLE IF EXISTS {}", table.name))?;
        db.run_script(&statements.create)?;
    }
    Ok(())
}

/// Deletes every derived row.
pub(crate) fn empty(db: &mut Db) -> Result<(), Error> {
    STATEMENTS.iter().try_for_each(|statements| db.execute(statements.empty, &[]).map(drop))
}

/// What must be written to bring the tables from one set of rows of a person to another.
#[derive(Default)]
pub(crate) struct Changes {
    put: Vec<Row>,
    gone: Vec<Row>,
}

impl Changes {
    /// The difference between two sorted sets.
    pub(crate) fn between(before: &[Row], after: &[Row]) -> Changes {
        let mut changes = Changes::default();
        let (mut before, mut after) = (before.iter().peekable(), after.iter().peekable());
        loop {
            let order = match (before.peek(), after.peek()) {
                (None, None) => return changes,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(old), Some(new)) => key(old).cmp(&key(new)),
            };
            let old = if order == Ordering::Greater { None } else { before.next() };
            let new = if order == Ordering::Less { None } else { after.next() };
            match (old, new) {
                (Some(old), Some(new)) if old == new => {}
                (_, Some(new)) => changes.put.push(new.clone()),
                (Some(old), None) => changes.gone.push(old.clone()),
                (None, None) => {}
            }
        }
    }

    pub(crate) fn write(&self, db: &mut Db) -> Result<(), Error> {
        self.gone.iter().try_for_each(|row| db.execute(STATEMENTS[row.table].delete, &values(key(row).1)).map(drop))?;
        self.put.iter().try_for_each(|row| put(db, row))
    }
}

/// Writes a row, in place of the one with its key if there is one.
pub(crate) fn put(db: &mut Db, row: &Row) -> Result<(), Error> {
    db.execute(STATEMENTS[row.table].upsert, &values(&row.cells)).map(drop)
}

/// The rows that the tables hold of a person, in the order of `domain::rows::rows`.
pub(crate) fn stored_rows(db: &mut Db, person: &str) -> Result<Vec<Row>, Error> {
    let mut rows = vec![];
    for table in 0..TABLES.len() {
        rows.extend(rows_of_table(db, table, person)?);
    }
    rows.sort();
    Ok(rows)
}

/// The rows of one table about a person, in the order of their key.
pub(crate) fn rows_of_table(db: &mut Db, table: usize, person: &str) -> Result<Vec<Row>, Error> {
    let columns = TABLES[table].columns;
    db.query(STATEMENTS[table].of_person, &[person.into()], |row| {
        let cells = columns.iter().enumerate().map(|(at, column)| cell(row, at, column.is_int)).collect::<Result<_, _>>()?;
        Ok(Row { table, cells })
    })
}

/// Tables and people of which there are rows although there is no stream.
pub(crate) fn rows_of_nobody(db: &mut Db) -> Result<Vec<(&'static str, String)>, Error> {
    let mut found = vec![];
    for (table, statements) in TABLES.iter().zip(STATEMENTS.iter()) {
        let people = db.query(statements.of_nobody, &[], |row| row.text_or_nothing(0))?;
        found.extend(people.into_iter().map(|person| (table.name, person.unwrap_or_default())));
    }
    Ok(found)
}

/// The cells by which a row is known in its table.
pub(crate) fn key(row: &Row) -> (usize, &[Cell]) {
    (row.table, &row.cells[..TABLES[row.table].key])
}

fn values(cells: &[Cell]) -> Vec<Value<'_>> {
    let value = |cell| match cell {
        &Cell::Null => Value::Null,
        &Cell::Int(int) => Value::Int(int),
        Cell::Text(text) => Value::Text(text),
    };
    cells.iter().map(value).collect()
}

fn cell(row: &db::Row<'_>, at: usize, is_int: bool) -> Result<Cell, Error> {
    let cell = if is_int { row.get::<Option<i64>>(at)?.map(Cell::Int) } else { row.get::<Option<String>>(at)?.map(Cell::Text) };
    Ok(cell.unwrap_or(Cell::Null))
}
