//! PostgreSQL: the settings that durability rests on are asserted; prepared statements are kept by their text.

use std::collections::HashMap;

use postgres::types::ToSql;
use postgres::{Client, NoTls, Statement};

use super::{Row, Value};
use crate::error::Error;

/// Server settings that must be `on`, or an answered command can be lost.
const MUST_BE_ON: [&str; 3] = ["fsync", "synchronous_commit", "full_page_writes"];

/// Nobody waits for ever: not for a lock, and not for a stopped process that holds one.
const SESSION: &str = "SET lock_timeout = '5s'; SET statement_timeout = '5min'; SET idle_in_transaction_session_timeout = '10s'; \
                       SET synchronous_commit = on; SET client_min_messages = warning; SET timezone = 'UTC'";

pub(crate) struct Postgres {
    client: Client,
    statements: HashMap<&'static str, Statement>,
}

pub(super) fn open(url: &str, read_only: bool) -> Result<Postgres, Error> {
    let mut client = Client::connect(url, NoTls)?;
    client.batch_execute(SESSION)?;
    if read_only {
        client.batch_execute("SET default_transaction_read_only = on")?;
    }
    let mut postgres = Postgres { client, statements: HashMap::new() };
    postgres.assert_profile()?;
    Ok(postgres)
}

impl Postgres {
    fn assert_profile(&mut self) -> Result<(), Error> {
        for name in MUST_BE_ON {
            let found: String = self.client.query_one("SELECT current_setting($1)", &[&name])?.try_get(0)?;
            if found != "on" {
                return Err(Error::Unfit(format!("PostgreSQL setting {name} is `{found}` and must be `on`")));
            }
        }
        Ok(())
    }

    pub(super) fn execute(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<u64, Error> {
        if params.is_empty() && is_control(sql) {
            self.client.batch_execute(sql)?;
            return Ok(0);
        }
        let statement = self.statement(sql)?;
        Ok(self.client.execute(&statement, &as_dyn(params))?)
    }

    pub(super) fn query<T>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let statement = self.statement(sql)?;
        self.client.query(&statement, &as_dyn(params))?.iter().map(|row| read(&Row::Postgres(row))).collect()
    }

    pub(super) fn run_script(&mut self, script: &str) -> Result<(), Error> {
        Ok(self.client.batch_execute(&script.replace(", WITHOUT ROWID", "").replace(") STRICT", ")"))?)
    }

    pub(super) fn is_alive(&self) -> bool {
        !self.client.is_closed()
    }

    fn statement(&mut self, sql: &'static str) -> Result<Statement, Error> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }
}

/// Transaction control needs no preparing, and cannot be prepared once a transaction has failed.
fn is_control(sql: &str) -> bool {
    ["BEGIN", "COMMIT", "ROLLBACK"].iter().any(|word| sql.starts_with(word))
}

fn as_dyn<'a>(params: &'a [Value<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    params.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}
