//! The work queue: people in the order in which somebody should look at them.

use domain::day::Day;
use domain::id::PersonId;
use domain::identity::Identity;
use domain::loan::PastDue;
use domain::money::Money;

use super::{identity, maybe_day};
use crate::asker::Asker;
use crate::db::{Row, Value};
use crate::error::Error;
use crate::reader::{Reader, person_id};
use crate::sought;

/// A part of the queue that somebody works through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueView {
    /// Everybody with an open case.
    InCase,
    /// Whose next step is due today or before, and is not to wait.
    Due,
    /// With a promise that falls due within three days.
    Promises,
    /// Whose next step is a visit.
    Visits,
    /// With a complaint, dispute or plea of hardship that awaits its answer.
    Stopped,
    /// Everybody in the book.
    All,
}

impl QueueView {
    /// All of them, in the order of the tabs.
    pub const ALL: [QueueView; 6] =
        [QueueView::Due, QueueView::InCase, QueueView::Promises, QueueView::Visits, QueueView::Stopped, QueueView::All];

    /// The name in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            QueueView::InCase => "case",
            QueueView::Due => "due",
            QueueView::Promises => "promises",
            QueueView::Visits => "visits",
            QueueView::Stopped => "stopped",
            QueueView::All => "all",
        }
    }
}

/// What a queue is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after the columns")]
pub enum Sorting {
    StepDue,
    MostOverdue,
    LeastOverdue,
    OldestDue,
    NewestDue,
}

/// What is wanted of the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Which part.
    pub view: QueueView,
    /// A part of a name or of its sounds, their initials, a phone number or an account number.
    pub search: Option<String>,
    /// Buckets; none means all.
    pub buckets: Vec<u8>,
    /// The order.
    pub sorting: Sorting,
    /// How many to leave out before.
    pub skip: u32,
    /// How many to give.
    pub limit: u32,
    /// The day.
    pub today: Day,
}

/// A page of the queue and its totals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// The page.
    pub rows: Vec<QueueRow>,
    /// How many people in all.
    pub count: u64,
    /// What they are overdue with in all.
    pub overdue: Money,
    /// How many people each view holds, with the same search and buckets.
    pub views: [u64; QueueView::ALL.len()],
}

/// One person of the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after the columns of `persons`")]
pub struct QueueRow {
    pub person: PersonId,
    /// For those who may read names.
    pub identity: Option<Identity>,
    pub area: Option<String>,
    pub overdue: Money,
    pub past_due: Option<PastDue>,
    pub bucket: u8,
    pub step: Option<String>,
    pub step_due_on: Option<Day>,
    /// The number of their first account.
    pub number: Option<String>,
    /// Whether a complaint, dispute or plea of hardship awaits its answer.
    pub is_stopped: bool,
    /// When the last contact was, visits left out.
    pub last_contact_on: Option<Day>,
}

/// Who is meant: $1 the asker's team and $2 the asker themselves, where they see only these; $3 the search, and $4 the same for
/// those who may read names; $5 the buckets as bits.
macro_rules! meant {
    () => {
        "FROM persons p LEFT JOIN notes n ON n.note = p.identity_note \
         WHERE (CAST($1 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM visits v WHERE v.person = p.person AND v.team LIKE $1)) \
         AND (CAST($2 AS TEXT) IS NULL OR p.person = $2) \
         AND (CAST($3 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM sought s WHERE s.person = p.person AND s.words LIKE CAST($4 AS TEXT) ESCAPE '\\') \
              OR EXISTS (SELECT 1 FROM accounts a WHERE a.person = p.person AND lower(a.number) LIKE $3 ESCAPE '\\')) \
         AND (CAST($5 AS BIGINT) IS NULL OR ((CAST($5 AS BIGINT) >> CAST(p.bucket AS INTEGER)) & 1) = 1) "
    };
}

/// Whether a person belongs to a view; $6 is the day.
macro_rules! due {
    () => {
        "(p.step_due_on <= $6 AND p.step <> 'wait')"
    };
}
macro_rules! promises {
    () => {
        "(p.case_id IS NOT NULL AND EXISTS (SELECT 1 FROM promises m WHERE m.person = p.person AND m.outcome IS NULL AND m.due_on <= $6 + 3))"
    };
}
macro_rules! stopped {
    () => {
        "EXISTS (SELECT 1 FROM complaints c WHERE c.person = p.person AND c.answered_on IS NULL)"
    };
}

macro_rules! page_sql {
    ($order:literal) => {
        concat!(
            "SELECT p.person, n.body, p.area, p.overdue_minor, p.past_due_since, p.bucket, p.step, p.step_due_on, \
             (SELECT MIN(a.number) FROM accounts a WHERE a.person = p.person), \
             CAST(CASE WHEN ",
            stopped!(),
            " THEN 1 ELSE 0 END AS BIGINT), (SELECT MAX(k.on_day) FROM contacts k WHERE k.person = p.person), p.paused_after, p.paused_until ",
            meant!(),
            "AND CAST($6 AS BIGINT) IS NOT NULL AND (CAST($7 AS TEXT) = 'all' OR ($7 = 'case' AND p.case_id IS NOT NULL) OR ($7 = 'due' AND ",
            due!(),
            ") OR ($7 = 'visits' AND p.step = 'visit') OR ($7 = 'promises' AND ",
            promises!(),
            ") OR ($7 = 'stopped' AND ",
            stopped!(),
            ")) ORDER BY ",
            $order,
            ", p.person LIMIT $8 OFFSET $9"
        )
    };
}

const TOTALS: &str = concat!(
    "WITH meant AS (SELECT p.person, p.overdue_minor, p.case_id, p.step, p.step_due_on ",
    meant!(),
    "AND CAST($6 AS BIGINT) IS NOT NULL) SELECT COUNT(*), CAST(COALESCE(SUM(p.overdue_minor), 0) AS BIGINT), ",
    "COALESCE(SUM(CASE WHEN ",
    due!(),
    " THEN 1 ELSE 0 END), 0), CAST(COALESCE(SUM(CASE WHEN ",
    due!(),
    " THEN p.overdue_minor ELSE 0 END), 0) AS BIGINT), ",
    "COALESCE(SUM(CASE WHEN p.case_id IS NOT NULL THEN 1 ELSE 0 END), 0), ",
    "CAST(COALESCE(SUM(CASE WHEN p.case_id IS NOT NULL THEN p.overdue_minor ELSE 0 END), 0) AS BIGINT), ",
    "COALESCE(SUM(CASE WHEN ",
    promises!(),
    " THEN 1 ELSE 0 END), 0), CAST(COALESCE(SUM(CASE WHEN ",
    promises!(),
    " THEN p.overdue_minor ELSE 0 END), 0) AS BIGINT), ",
    "COALESCE(SUM(CASE WHEN p.step = 'visit' THEN 1 ELSE 0 END), 0), ",
    "CAST(COALESCE(SUM(CASE WHEN p.step = 'visit' THEN p.overdue_minor ELSE 0 END), 0) AS BIGINT), ",
    "COALESCE(SUM(CASE WHEN ",
    stopped!(),
    " THEN 1 ELSE 0 END), 0), CAST(COALESCE(SUM(CASE WHEN ",
    stopped!(),
    " THEN p.overdue_minor ELSE 0 END), 0) AS BIGINT) FROM meant p"
);

impl Sorting {
    const fn sql(self) -> &'static str {
        match self {
            Sorting::StepDue => page_sql!("COALESCE(p.step_due_on, 999999), p.overdue_minor DESC"),
            Sorting::MostOverdue => page_sql!("p.overdue_minor DESC"),
            Sorting::LeastOverdue => page_sql!("p.overdue_minor"),
            Sorting::OldestDue => page_sql!("COALESCE(p.past_due_since, 999999)"),
            Sorting::NewestDue => page_sql!("COALESCE(p.past_due_since, -999999) DESC"),
        }
    }
}

impl Reader {
    /// A page of the queue, with how many each view holds.
    pub fn queue(&self, asker: Asker, wanted: &Wanted) -> Result<Queue, Error> {
        let team = asker.only_team();
        let search = wanted.search.as_ref().map(|text| sought::pattern(text));
        let buckets =
            (!wanted.buckets.is_empty()).then(|| wanted.buckets.iter().fold(0_i64, |bits, bucket| bits | 1 << (*bucket).min(62)));
        let (own, of_names) = (asker.only_person(), search.as_deref().filter(|_| asker.reads_notes()));
        let common: [Value<'_>; 6] = [
            team.as_deref().into(),
            own.as_deref().into(),
            search.as_deref().into(),
            of_names.into(),
            buckets.into(),
            i64::from(wanted.today.epoch_days()).into(),
        ];
        self.look(|db| {
            let sums =
                db.query_one(TOTALS, &common, |row| (0..12).map(|at| row.get::<i64>(at)).collect::<Result<Vec<i64>, _>>())?;
            // Count and sum of all, then of due, in case, promises, visits and stopped.
            let sums = sums.unwrap_or_else(|| vec![0; 12]);
            let of = |view: QueueView| match view {
                QueueView::All => 0,
                QueueView::Due => 2,
                QueueView::InCase => 4,
                QueueView::Promises => 6,
                QueueView::Visits => 8,
                QueueView::Stopped => 10,
            };
            let page: [Value<'_>; 3] = [wanted.view.name().into(), i64::from(wanted.limit).into(), i64::from(wanted.skip).into()];
            let params = [&common[..], &page[..]].concat();
            let rows = db.query(wanted.sorting.sql(), &params, |row| {
                Ok(QueueRow {
                    person: person_id(&row.get::<String>(0)?)?,
                    identity: identity(asker, row, 1)?,
                    area: row.get(2)?,
                    overdue: Money::from_minor(row.get(3)?),
                    past_due: past_due(row)?,
                    bucket: row.get::<i64>(5)?.clamp(0, 7) as u8,
                    step: row.get(6)?,
                    step_due_on: maybe_day(row, 7)?,
                    number: row.get(8)?,
                    is_stopped: row.get::<i64>(9)? == 1,
                    last_contact_on: maybe_day(row, 10)?,
                })
            })?;
            Ok(Queue {
                rows,
                count: sums[of(wanted.view)] as u64,
                overdue: Money::from_minor(sums[of(wanted.view) + 1]),
                views: QueueView::ALL.map(|view| sums[of(view)] as u64),
            })
        })
    }
}

fn past_due(row: &Row<'_>) -> Result<Option<PastDue>, Error> {
    let pause = maybe_day(row, 11)?.zip(maybe_day(row, 12)?);
    Ok(maybe_day(row, 4)?.map(|since| PastDue { since, pause }))
}
