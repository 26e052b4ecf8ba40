//! Figures for those who lead: money and harm side by side.

use domain::day::Day;
use domain::id::PersonId;
use domain::money::Money;

use crate::error::Error;
use crate::reader::{Reader, person_id};

/// What lies in a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Which.
    pub bucket: u8,
    /// How many accounts.
    pub accounts: i64,
    /// What they are overdue with.
    pub overdue: Money,
    /// What is left of their principal.
    pub principal: Money,
}

/// How many accounts went from one bucket to another between two days (K6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roll {
    /// The bucket on the earlier day.
    pub before: u8,
    /// The bucket on the later day.
    pub after: u8,
    /// How many accounts.
    pub accounts: i64,
}

/// What became of the promises that fell due in a span (K25).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// Kept in full.
    pub kept: i64,
    /// Kept in part.
    pub partial: i64,
    /// Not kept.
    pub broken: i64,
    /// What was promised.
    pub promised: Money,
    /// What was paid toward it.
    pub paid: Money,
}

/// Something that was seen to break a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BreachRow {
    /// Towards whom.
    pub person: domain::id::PersonId,
    /// The rule.
    pub rule: String,
    /// By what means.
    pub channel: String,
    /// When.
    pub at: domain::moment::Timestamp,
}

/// How often a rule stopped something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalCount {
    /// The rule.
    pub rule: String,
    /// How often.
    pub count: i64,
    /// How many people it protected.
    pub people: i64,
}

impl Reader {
    /// How many accounts there are, settled ones included.
    pub fn count_accounts(&self) -> Result<u64, Error> {
        let count = self.look(|db| db.query_one("SELECT COUNT(*) FROM accounts", &[], |row| row.get::<i64>(0)))?;
        Ok(count.unwrap_or(0).unsigned_abs())
    }

    /// Accounts by bucket, settled ones left out.
    pub fn arrears_by_bucket(&self) -> Result<Vec<Bucket>, Error> {
        let sql = "SELECT bucket, COUNT(*), CAST(COALESCE(SUM(overdue_minor), 0) AS BIGINT), CAST(COALESCE(SUM(principal_minor), 0) AS BIGINT) \
                   FROM accounts WHERE settled_on IS NULL GROUP BY bucket ORDER BY bucket";
        self.look(|db| {
            db.query(sql, &[], |row| {
                Ok(Bucket {
                    bucket: row.get::<i64>(0)?.clamp(0, 7) as u8,
                    accounts: row.get(1)?,
                    overdue: Money::from_minor(row.get(2)?),
                    principal: Money::from_minor(row.get(3)?),
                })
            })
        })
    }

    /// From which bucket to which, between the ends of two days, of all accounts that were open on the earlier one.
    pub fn rolls(&self, before: Day, after: Day) -> Result<Vec<Roll>, Error> {
        let sql = "SELECT bucket_before, bucket_after, COUNT(*) FROM (SELECT \
                   COALESCE((SELECT b.bucket FROM buckets b WHERE b.person = a.person AND b.account = a.account AND b.from_on <= $1 ORDER BY b.from_on DESC LIMIT 1), 0) AS bucket_before, \
                   COALESCE((SELECT b.bucket FROM buckets b WHERE b.person = a.person AND b.account = a.account AND b.from_on <= $2 ORDER BY b.from_on DESC LIMIT 1), 0) AS bucket_after \
                   FROM accounts a WHERE a.opened_on <= $1 AND (a.settled_on IS NULL OR a.settled_on > $1)) pairs \
                   GROUP BY bucket_before, bucket_after ORDER BY bucket_before, bucket_after";
        self.look(|db| {
            db.query(sql, &[i64::from(before.epoch_days()).into(), i64::from(after.epoch_days()).into()], |row| {
                let bucket = |at: usize| Ok::<u8, Error>(row.get::<i64>(at)?.clamp(0, 7) as u8);
                Ok(Roll { before: bucket(0)?, after: bucket(1)?, accounts: row.get(2)? })
            })
        })
    }

    /// What became of the promises that fell due from `from` to `until`, both included, and were judged.
    pub fn promise_outcomes(&self, from: Day, until: Day) -> Result<Outcomes, Error> {
        let sql = "SELECT COALESCE(SUM(CASE WHEN outcome = 'kept' THEN 1 ELSE 0 END), 0), \
                   COALESCE(SUM(CASE WHEN outcome = 'partial' THEN 1 ELSE 0 END), 0), \
                   COALESCE(SUM(CASE WHEN outcome = 'broken' THEN 1 ELSE 0 END), 0), \
                   CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT), \
                   CAST(COALESCE(SUM(CASE WHEN paid_minor < amount_minor THEN paid_minor ELSE amount_minor END), 0) AS BIGINT) \
                   FROM promises WHERE due_on >= $1 AND due_on <= $2 AND outcome IN ('kept', 'partial', 'broken')";
        self.look(|db| {
            let params = [i64::from(from.epoch_days()).into(), i64::from(until.epoch_days()).into()];
            let found = db.query_one(sql, &params, |row| {
                Ok(Outcomes {
                    kept: row.get(0)?,
                    partial: row.get(1)?,
                    broken: row.get(2)?,
                    promised: Money::from_minor(row.get(3)?),
                    paid: Money::from_minor(row.get(4)?),
                })
            })?;
            Ok(found.unwrap_or_default())
        })
    }

    /// What rules stopped since `from`, the most frequent first.
    pub fn refusals_by_rule(&self, from: Day) -> Result<Vec<RefusalCount>, Error> {
        let sql =
            "SELECT rule, COUNT(*), COUNT(DISTINCT person) FROM refusals WHERE on_day >= $1 GROUP BY rule ORDER BY 2 DESC, rule";
        self.look(|db| {
            db.query(sql, &[i64::from(from.epoch_days()).into()], |row| {
                Ok(RefusalCount { rule: row.get(0)?, count: row.get(1)?, people: row.get(2)? })
            })
        })
    }

    /// What was seen to break rules since `from`, the most frequent first: how often, and towards how many people.
    pub fn breaches_by_rule(&self, from: Day) -> Result<Vec<RefusalCount>, Error> {
        let sql =
            "SELECT rule, COUNT(*), COUNT(DISTINCT person) FROM breaches WHERE on_day >= $1 GROUP BY rule ORDER BY 2 DESC, rule";
        self.look(|db| {
            db.query(sql, &[i64::from(from.epoch_days()).into()], |row| {
                Ok(RefusalCount { rule: row.get(0)?, count: row.get(1)?, people: row.get(2)? })
            })
        })
    }

    /// The latest of what was seen to break rules since `from`, newest first.
    pub fn latest_breaches(&self, from: Day, limit: u32) -> Result<Vec<BreachRow>, Error> {
        let sql = "SELECT person, rule, channel, at FROM breaches WHERE on_day >= $1 ORDER BY at DESC, person, rule LIMIT $2";
        self.look(|db| {
            db.query(sql, &[i64::from(from.epoch_days()).into(), i64::from(limit).into()], |row| {
                Ok(BreachRow {
                    person: crate::reader::person_id(&row.get::<String>(0)?)?,
                    rule: row.get(1)?,
                    channel: row.get(2)?,
                    at: crate::reader::instant(row.get(3)?)?,
                })
            })
        })
    }

    /// How many contacts and visits since `from` broke a rule, and how many there were.
    pub fn breaches(&self, from: Day, from_instant: domain::moment::Timestamp) -> Result<(i64, i64), Error> {
        let contacts =
            "SELECT COALESCE(SUM(CASE WHEN breaches > 0 THEN 1 ELSE 0 END), 0), COUNT(*) FROM contacts WHERE on_day >= $1";
        let visits =
            "SELECT COALESCE(SUM(CASE WHEN breaches > 0 THEN 1 ELSE 0 END), 0), COUNT(*) FROM visits WHERE started_at >= $1";
        self.look(|db| {
            let pair = |row: &crate::db::Row<'_>| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?));
            let by_contact = db.query_one(contacts, &[i64::from(from.epoch_days()).into()], pair)?.unwrap_or_default();
            let by_visit = db.query_one(visits, &[from_instant.as_microsecond().into()], pair)?.unwrap_or_default();
            Ok((by_contact.0 + by_visit.0, by_contact.1 + by_visit.1))
        })
    }

    /// Complaints opened since `from`, those answered by their deadline, and those that were answered or whose time is over.
    pub fn complaint_figures(&self, from: Day, today: Day) -> Result<(i64, i64, i64), Error> {
        let sql = "SELECT COUNT(*), COALESCE(SUM(CASE WHEN answered_on <= due_on THEN 1 ELSE 0 END), 0), \
                   COALESCE(SUM(CASE WHEN answered_on IS NOT NULL OR due_on < $1 THEN 1 ELSE 0 END), 0) \
                   FROM complaints WHERE opened_on >= $2 AND kind = 'complaint'";
        self.look(|db| {
            let params = [i64::from(today.epoch_days()).into(), i64::from(from.epoch_days()).into()];
            let found = db.query_one(sql, &params, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            Ok(found.unwrap_or_default())
        })
    }

    /// Cases that ended since `from`, and those of them that ended because nothing was overdue any more.
    pub fn cures(&self, from: Day) -> Result<(i64, i64), Error> {
        let sql = "SELECT COUNT(*), COALESCE(SUM(CASE WHEN closed_because IN ('cured', 'settled') THEN 1 ELSE 0 END), 0) \
                   FROM cases WHERE closed_on >= $1";
        self.look(|db| {
            let found = db.query_one(sql, &[i64::from(from.epoch_days()).into()], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(found.unwrap_or_default())
        })
    }

    /// Somebody whose page has much to show, for a demonstration: with a visit on offer, else the one longest in arrears.
    pub fn somebody_to_show(&self) -> Result<Option<PersonId>, Error> {
        let visited = "SELECT person FROM visits WHERE state IN ('proposed', 'agreed', 'assigned') ORDER BY proposed_at DESC, visit LIMIT 1";
        let oldest = "SELECT person FROM persons WHERE overdue_minor > 0 ORDER BY past_due_since, person LIMIT 1";
        let any = "SELECT person FROM persons ORDER BY person LIMIT 1";
        self.look(|db| {
            for sql in [visited, oldest, any] {
                if let Some(person) = db.query_one(sql, &[], |row| person_id(&row.get::<String>(0)?))? {
                    return Ok(Some(person));
                }
            }
            Ok(None)
        })
    }
}
