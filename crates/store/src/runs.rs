//! Nights, imports and other long work: when they began and ended, and what they counted.

use domain::day::Day;
use domain::id::PersonId;
use domain::moment::Timestamp;

use crate::db::Db;
use crate::error::Error;
use crate::reader::{Reader, instant, person_id};
use crate::store::Store;
use crate::stream::day;

/// One run of something long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its id: the same run taken up again after a crash has the same.
    pub id: String,
    /// What: `night`, `import`.
    pub kind: String,
    /// For which day.
    pub as_of: Day,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; none while it runs, or after a crash.
    pub finished_at: Option<Timestamp>,
    /// What it counted, as a JSON object.
    pub counts: String,
}

/// The kind of a nightly run.
pub const NIGHT: &str = "night";

impl Store {
    /// Notes that a run began, or was taken up again.
    pub fn begin_run(&self, id: &str, kind: &'static str, as_of: Day, at: Timestamp) -> Result<(), Error> {
        let id = id.to_string();
        self.write(move |db| {
            let sql = "INSERT INTO runs (run, kind, as_of, started_at, counts) VALUES ($1, $2, $3, $4, '{}') ON CONFLICT (run) DO NOTHING";
            db.execute(sql, &[(&id).into(), kind.into(), i64::from(as_of.epoch_days()).into(), at.as_microsecond().into()]).map(drop)
        })
    }

    /// Notes that a run ended, with what it counted. The end of a night is what derived rows know of from then on.
    pub fn finish_run(&self, id: &str, counts: &serde_json::Value, at: Timestamp) -> Result<(), Error> {
        let (id, counts) = (id.to_string(), counts.to_string());
        let ended = self.write(move |db| {
            let sql = "UPDATE runs SET finished_at = $1, counts = $2 WHERE run = $3 RETURNING kind, as_of";
            let params = [at.as_microsecond().into(), (&counts).into(), (&id).into()];
            db.query_one(sql, &params, |row| Ok((row.get::<String>(0)?, day(row.get(1)?))))
        })?;
        if let Some((kind, as_of)) = ended
            && kind == NIGHT
        {
            self.night_ended(as_of);
        }
        Ok(())
    }
}

impl Reader {
    /// The latest runs, newest first.
    pub fn runs(&self, limit: u32) -> Result<Vec<Run>, Error> {
        let sql = "SELECT run, kind, as_of, started_at, finished_at, counts FROM runs ORDER BY started_at DESC, run LIMIT $1";
        self.look(|db| {
            db.query(sql, &[i64::from(limit).into()], |row| {
                Ok(Run {
                    id: row.get(0)?,
                    kind: row.get(1)?,
                    as_of: day(row.get(2)?),
                    started_at: instant(row.get(3)?)?,
                    finished_at: row.get::<Option<i64>>(4)?.map(instant).transpose()?,
                    counts: row.get(5)?,
                })
            })
        })
    }

    /// Up to `limit` people whom the night of `day` must wake, after `after` in the order of their ids. Ask again with the
    /// last one until there are none.
    pub fn who_wakes(&self, on: Day, after: Option<PersonId>, limit: u32) -> Result<Vec<PersonId>, Error> {
        let sql = "SELECT person FROM persons WHERE wakes_on <= $1 AND person > $2 ORDER BY person LIMIT $3";
        let after = after.map_or_else(String::new, |person| person.to_string());
        let params = [i64::from(on.epoch_days()).into(), (&after).into(), i64::from(limit).into()];
        self.look(|db| db.query(sql, &params, |row| person_id(&row.get::<String>(0)?)))
    }

    /// Up to `limit` people after `after` to whom the night of `on` is to write.
    pub fn to_be_written_to(&self, on: Day, after: Option<PersonId>, limit: u32) -> Result<Vec<PersonId>, Error> {
        let sql = "SELECT person FROM persons WHERE written_from <= $1 AND person > $2 ORDER BY person LIMIT $3";
        let after = after.map_or_else(String::new, |person| person.to_string());
        let params = [i64::from(on.epoch_days()).into(), (&after).into(), i64::from(limit).into()];
        self.look(|db| db.query(sql, &params, |row| person_id(&row.get::<String>(0)?)))
    }

    /// The first day on which anybody must be woken: where nights that were missed begin.
    pub fn next_waking(&self) -> Result<Option<Day>, Error> {
        self.look(|db| {
            let earliest = db.query_one("SELECT MIN(wakes_on) FROM persons", &[], |row| row.get::<Option<i64>>(0))?;
            Ok(earliest.flatten().map(day))
        })
    }
}

/// The last night that ended.
pub(crate) fn last_night(db: &mut Db) -> Result<Option<Day>, Error> {
    let sql = "SELECT MAX(as_of) FROM runs WHERE kind = $1 AND finished_at IS NOT NULL";
    let found = db.query_one(sql, &[NIGHT.into()], |row| row.get::<Option<i64>>(0))?;
    Ok(found.flatten().map(day))
}
