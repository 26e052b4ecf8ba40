//! Watches over people at doors. A watch runs on the server from the last contact, so that it also ends in an alarm when the
//! phone is silent.

use domain::id::{StaffId, VisitId, WatchId};
use domain::moment::Timestamp;

use crate::db::{self, Value};
use crate::error::Error;
use crate::reader::{Reader, instant};
use crate::store::Store;

/// A watch over one member of staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// Its id.
    pub id: WatchId,
    /// Over whom.
    pub staff: StaffId,
    /// At which visit.
    pub visit: Option<VisitId>,
    /// Since when.
    pub began_at: Timestamp,
    /// When they should have said that they are safe.
    pub due_at: Timestamp,
    /// `help` or `duress`, if they called for help.
    pub raised: Option<String>,
    /// When they did.
    pub raised_at: Option<Timestamp>,
    /// Where they were when they called, as `latitude,longitude`; never asked for otherwise.
    pub place: Option<String>,
    /// Who takes care of it: the first who said so.
    pub owner: Option<StaffId>,
    /// Since when.
    pub owned_at: Option<Timestamp>,
    /// When they were safe.
    pub ended_at: Option<Timestamp>,
}

const COLUMNS_OPEN: &str = "SELECT watch, staff, visit, began_at, due_at, raised, raised_at, place, owner, owned_at, ended_at \
    FROM watches WHERE ended_at IS NULL ORDER BY due_at, watch";

impl Store {
    /// Begins a watch, or moves the time by which the same watch is due. An open watch over the same person goes on.
    pub fn keep_watch(&self, watch: Watch) -> Result<(), Error> {
        self.write(move |db| {
            let sql = "INSERT INTO watches (watch, staff, visit, began_at, due_at, raised, raised_at, place, owner, owned_at, ended_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, NULL, NULL) ON CONFLICT (watch) DO UPDATE SET \
                       due_at = excluded.due_at, raised = COALESCE(watches.raised, excluded.raised), \
                       raised_at = COALESCE(watches.raised_at, excluded.raised_at), place = COALESCE(excluded.place, watches.place)";
            let (id, staff, visit) = (watch.id.to_string(), watch.staff.to_string(), watch.visit.map(|visit| visit.to_string()));
            let params: [Value<'_>; 8] = [
                (&id).into(),
                (&staff).into(),
                visit.as_deref().into(),
                watch.began_at.as_microsecond().into(),
                watch.due_at.as_microsecond().into(),
                watch.raised.as_deref().into(),
                watch.raised_at.map(|at| at.as_microsecond()).into(),
                watch.place.as_deref().into(),
            ];
            db.execute(sql, &params).map(drop)
        })
    }

    /// Takes care of an alarm. The first one who says so owns it; tells who that is.
    pub fn own_watch(&self, id: WatchId, staff: StaffId, at: Timestamp) -> Result<Option<StaffId>, Error> {
        self.write(move |db| {
            let sql = "UPDATE watches SET owner = $1, owned_at = $2 WHERE watch = $3 AND owner IS NULL";
            let id = id.to_string();
            db.execute(sql, &[(&staff.to_string()).into(), at.as_microsecond().into(), (&id).into()])?;
            let owner =
                db.query_one("SELECT owner FROM watches WHERE watch = $1", &[(&id).into()], |row| row.get::<Option<String>>(0))?;
            Ok(owner.flatten().as_deref().and_then(StaffId::parse))
        })
    }

    /// Ends a watch: they are safe.
    pub fn end_watch(&self, id: WatchId, at: Timestamp) -> Result<(), Error> {
        self.write(move |db| {
            let sql = "UPDATE watches SET ended_at = $1 WHERE watch = $2 AND ended_at IS NULL";
            db.execute(sql, &[at.as_microsecond().into(), (&id.to_string()).into()]).map(drop)
        })
    }
}

impl Reader {
    /// Watches that have not ended, the first due first.
    pub fn open_watches(&self) -> Result<Vec<Watch>, Error> {
        self.look(|db| db.query(COLUMNS_OPEN, &[], read))
    }
}

fn read(row: &db::Row<'_>) -> Result<Watch, Error> {
    let damaged = |what: &str| Error::Damaged(format!("the {what} of a watch"));
    let (id, staff): (String, String) = (row.get(0)?, row.get(1)?);
    let maybe_instant = |at: usize| row.get::<Option<i64>>(at)?.map(instant).transpose();
    Ok(Watch {
        id: WatchId::parse(&id).ok_or_else(|| damaged("id"))?,
        staff: StaffId::parse(&staff).ok_or_else(|| damaged("person"))?,
        visit: row.get::<Option<String>>(2)?.as_deref().and_then(VisitId::parse),
        began_at: instant(row.get(3)?)?,
        due_at: instant(row.get(4)?)?,
        raised: row.get(5)?,
        raised_at: maybe_instant(6)?,
        place: row.get(7)?,
        owner: row.get::<Option<String>>(8)?.as_deref().and_then(StaffId::parse),
        owned_at: maybe_instant(9)?,
        ended_at: maybe_instant(10)?,
    })
}
