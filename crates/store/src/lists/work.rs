//! Visits, complaints and promises as lists to work through.

use domain::day::Day;
use domain::id::{ComplaintId, PersonId, StaffId, VisitId};
use domain::identity::Identity;
use domain::moment::Timestamp;
use domain::money::Money;

use super::{identity, maybe_day};
use crate::asker::Asker;
use crate::db::Row;
use crate::error::Error;
use crate::reader::{Reader, instant, person_id};
use crate::stream::day;

/// A visit in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after the columns of `visits`")]
pub struct VisitRow {
    pub visit: VisitId,
    pub person: PersonId,
    /// For those who may read names.
    pub identity: Option<Identity>,
    pub area: Option<String>,
    /// `proposed`, `agreed`, `assigned`, `started`, `closed`, `declined`, `lapsed` or `stopped`.
    pub state: String,
    pub proposed_at: Timestamp,
    pub agreed_from: Option<Timestamp>,
    pub agreed_until: Option<Timestamp>,
    pub arrive_at: Option<Timestamp>,
    pub team: Vec<StaffId>,
    /// When its permit runs out, if it has one that was not revoked.
    pub permit_until: Option<Timestamp>,
}

/// A complaint, dispute or plea of hardship in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after the columns of `complaints`")]
pub struct ComplaintRow {
    pub complaint: ComplaintId,
    pub person: PersonId,
    /// For those who may read names.
    pub identity: Option<Identity>,
    /// `complaint`, `dispute` or `hardship`.
    pub kind: String,
    /// The channel it is about.
    pub about: Option<String>,
    pub opened_on: Day,
    pub due_on: Day,
    pub answer: Option<String>,
    pub answered_on: Option<Day>,
}

/// A promise in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after the columns of `promises`")]
pub struct PromiseRow {
    pub person: PersonId,
    /// For those who may read names.
    pub identity: Option<Identity>,
    pub amount: Money,
    pub made_on: Day,
    pub due_on: Day,
    pub is_of_plan: bool,
    /// `kept`, `partial`, `broken` or `superseded`; none while it runs.
    pub outcome: Option<String>,
}

/// An alert from the door.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after the columns of `alerts`")]
pub struct AlertRow {
    pub visit: VisitId,
    pub person: PersonId,
    /// For those who may read names.
    pub identity: Option<Identity>,
    /// `wrong_codes` or `was_wrong`.
    pub because: String,
    pub at: Timestamp,
    pub answered_at: Option<Timestamp>,
}

/// How a visit was, as the person says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after the columns of `ratings`")]
pub struct RatingRow {
    pub visit: VisitId,
    pub person: PersonId,
    /// For those who may read names.
    pub identity: Option<Identity>,
    /// Whether card and code came first; none if they do not remember.
    pub identified: Option<bool>,
    /// `well`, `so_so` or `badly`.
    pub treated: String,
    pub at: Timestamp,
}

/// Something about a person that waits for a second person's yes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after the columns of `approvals`")]
pub struct ApprovalRow {
    pub person: PersonId,
    /// For those who may read names.
    pub identity: Option<Identity>,
    /// The id of the waiver, of the appeal or of the visit; `exception` for a way out above capacity.
    pub id: String,
    /// `waiver`, `exception`, `appeal`, `appeal_hardship`, or `place`, which the person named for a visit.
    pub what: String,
    /// Who asked, or gave the answer that an appeal is about; nobody on the staff where a program or the person did.
    pub asked_by: Option<StaffId>,
    pub asked_on: Day,
    pub amount: Option<Money>,
}

const APPROVALS: &str = "SELECT a.person, n.body, a.what, a.asked_by, a.asked_on, a.amount_minor, a.approval FROM approvals a \
    JOIN persons p ON p.person = a.person LEFT JOIN notes n ON n.note = p.identity_note \
    WHERE (CAST($1 AS TEXT) IS NULL OR a.person = $1) \
    AND (CAST($2 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM visits v WHERE v.person = a.person AND v.team LIKE $2)) \
    ORDER BY a.asked_on, a.person, a.approval LIMIT $3";

const ALERTS: &str = "SELECT a.visit, a.person, n.body, a.because, a.at, a.answered_at FROM alerts a \
    JOIN persons p ON p.person = a.person LEFT JOIN notes n ON n.note = p.identity_note \
    WHERE (CAST($1 AS TEXT) IS NULL OR a.person = $1) \
    AND (CAST($2 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM visits v WHERE v.person = a.person AND v.team LIKE $2)) \
    ORDER BY CASE WHEN a.answered_at IS NULL THEN 0 ELSE 1 END, a.at DESC, a.visit LIMIT $3";

const RATINGS: &str = "SELECT r.visit, r.person, n.body, r.identified, r.treated, r.at FROM ratings r \
    JOIN persons p ON p.person = r.person LEFT JOIN notes n ON n.note = p.identity_note \
    WHERE (CAST($1 AS TEXT) IS NULL OR r.person = $1) \
    AND (CAST($2 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM visits v WHERE v.person = r.person AND v.team LIKE $2)) \
    ORDER BY r.at DESC, r.visit LIMIT $3";

const UNDER_WAY: &str = "SELECT v.visit, v.person, n.body, p.area, v.state, v.proposed_at, v.agreed_from, v.agreed_until, \
    v.arrive_at, v.team, v.permit_until FROM visits v JOIN persons p ON p.person = v.person LEFT JOIN notes n ON n.note = p.identity_note \
    WHERE v.state IN ('proposed', 'agreed', 'assigned', 'started') AND (CAST($1 AS TEXT) IS NULL OR v.team LIKE $1) \
    AND (CAST($2 AS TEXT) IS NULL OR v.person = $2) \
    ORDER BY COALESCE(v.arrive_at, v.agreed_from, v.proposed_at), v.visit LIMIT $3";

const BETWEEN: &str = "SELECT v.visit, v.person, n.body, p.area, v.state, v.proposed_at, v.agreed_from, v.agreed_until, \
    v.arrive_at, v.team, v.permit_until FROM visits v JOIN persons p ON p.person = v.person LEFT JOIN notes n ON n.note = p.identity_note \
    WHERE (CAST($1 AS TEXT) IS NULL OR v.team LIKE $1) AND COALESCE(v.arrive_at, v.agreed_from) >= $2 \
    AND COALESCE(v.arrive_at, v.agreed_from) < $3 AND (CAST($4 AS TEXT) IS NULL OR v.person = $4) AND v.state IN ('agreed', 'assigned', 'started', 'closed') \
    ORDER BY COALESCE(v.arrive_at, v.agreed_from), v.visit";

const COMPLAINTS: &str = "SELECT c.complaint, c.person, n.body, c.kind, c.about, c.opened_on, c.due_on, c.answer, c.answered_on \
    FROM complaints c JOIN persons p ON p.person = c.person LEFT JOIN notes n ON n.note = p.identity_note \
    WHERE (CAST($1 AS BIGINT) = 1) = (c.answered_on IS NULL) AND (CAST($2 AS TEXT) IS NULL OR c.person = $2) \
    AND (CAST($3 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM visits v WHERE v.person = c.person AND v.team LIKE $3)) \
    ORDER BY c.due_on, c.complaint LIMIT $4";

const PROMISES: &str = "SELECT m.person, n.body, m.amount_minor, m.made_on, m.due_on, m.plan, m.outcome \
    FROM promises m JOIN persons p ON p.person = m.person LEFT JOIN notes n ON n.note = p.identity_note \
    WHERE m.due_on >= $1 AND m.due_on <= $2 AND (CAST($3 AS TEXT) IS NULL OR m.person = $3) \
    AND (CAST($4 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM visits v WHERE v.person = m.person AND v.team LIKE $4)) \
    ORDER BY m.due_on, m.promise LIMIT $5";

impl Reader {
    /// Visits that have not ended, the next first.
    pub fn visits_under_way(&self, asker: Asker, limit: u32) -> Result<Vec<VisitRow>, Error> {
        let (team, own) = (asker.only_team(), asker.only_person());
        let params = [team.as_deref().into(), own.as_deref().into(), i64::from(limit).into()];
        self.look(|db| db.query(UNDER_WAY, &params, |row| visit(asker, row)))
    }

    /// Agreed visits from `from` until before `until`, in the order of their times.
    pub fn visits_between(&self, asker: Asker, from: Timestamp, until: Timestamp) -> Result<Vec<VisitRow>, Error> {
        let (team, own) = (asker.only_team(), asker.only_person());
        let (from, until) = (from.as_microsecond(), until.as_microsecond());
        let params = [team.as_deref().into(), from.into(), until.into(), own.as_deref().into()];
        self.look(|db| db.query(BETWEEN, &params, |row| visit(asker, row)))
    }

    /// What waits for a second person, the longest first.
    pub fn approvals(&self, asker: Asker, limit: u32) -> Result<Vec<ApprovalRow>, Error> {
        let (team, own) = (asker.only_team(), asker.only_person());
        let params = [own.as_deref().into(), team.as_deref().into(), i64::from(limit).into()];
        self.look(|db| {
            db.query(APPROVALS, &params, |row| {
                Ok(ApprovalRow {
                    person: person_id(&row.get::<String>(0)?)?,
                    identity: identity(asker, row, 1)?,
                    id: row.get(6)?,
                    what: row.get(2)?,
                    asked_by: row.get::<Option<String>>(3)?.and_then(|id| StaffId::parse(&id)),
                    asked_on: day(row.get(4)?),
                    amount: row.get::<Option<i64>>(5)?.map(Money::from_minor),
                })
            })
        })
    }

    /// Alerts from the door, open ones first.
    pub fn alerts(&self, asker: Asker, limit: u32) -> Result<Vec<AlertRow>, Error> {
        let (team, own) = (asker.only_team(), asker.only_person());
        let params = [own.as_deref().into(), team.as_deref().into(), i64::from(limit).into()];
        self.look(|db| {
            db.query(ALERTS, &params, |row| {
                Ok(AlertRow {
                    visit: visit_id(&row.get::<String>(0)?)?,
                    person: person_id(&row.get::<String>(1)?)?,
                    identity: identity(asker, row, 2)?,
                    because: row.get(3)?,
                    at: instant(row.get(4)?)?,
                    answered_at: row.get::<Option<i64>>(5)?.map(instant).transpose()?,
                })
            })
        })
    }

    /// How visits were, the latest first.
    pub fn ratings(&self, asker: Asker, limit: u32) -> Result<Vec<RatingRow>, Error> {
        let (team, own) = (asker.only_team(), asker.only_person());
        let params = [own.as_deref().into(), team.as_deref().into(), i64::from(limit).into()];
        self.look(|db| {
            db.query(RATINGS, &params, |row| {
                Ok(RatingRow {
                    visit: visit_id(&row.get::<String>(0)?)?,
                    person: person_id(&row.get::<String>(1)?)?,
                    identity: identity(asker, row, 2)?,
                    identified: row.get::<Option<i64>>(3)?.map(|so| so != 0),
                    treated: row.get(4)?,
                    at: instant(row.get(5)?)?,
                })
            })
        })
    }

    /// Complaints, disputes and pleas of hardship: open ones by their deadline, or answered ones.
    pub fn complaints(&self, asker: Asker, are_open: bool, limit: u32) -> Result<Vec<ComplaintRow>, Error> {
        let (team, own) = (asker.only_team(), asker.only_person());
        let params = [i64::from(are_open).into(), own.as_deref().into(), team.as_deref().into(), i64::from(limit).into()];
        self.look(|db| {
            db.query(COMPLAINTS, &params, |row| {
                let id = row.get::<String>(0)?;
                Ok(ComplaintRow {
                    complaint: ComplaintId::parse(&id).ok_or_else(|| Error::Damaged(format!("the complaint id `{id}`")))?,
                    person: person_id(&row.get::<String>(1)?)?,
                    identity: identity(asker, row, 2)?,
                    kind: row.get(3)?,
                    about: row.get(4)?,
                    opened_on: day(row.get(5)?),
                    due_on: day(row.get(6)?),
                    answer: row.get(7)?,
                    answered_on: maybe_day(row, 8)?,
                })
            })
        })
    }

    /// Promises that fall due from `from` to `until`, both included.
    pub fn promises(&self, asker: Asker, from: Day, until: Day, limit: u32) -> Result<Vec<PromiseRow>, Error> {
        let (team, own) = (asker.only_team(), asker.only_person());
        let (from, until) = (i64::from(from.epoch_days()), i64::from(until.epoch_days()));
        let params = [from.into(), until.into(), own.as_deref().into(), team.as_deref().into(), i64::from(limit).into()];
        self.look(|db| {
            db.query(PROMISES, &params, |row| {
                Ok(PromiseRow {
                    person: person_id(&row.get::<String>(0)?)?,
                    identity: identity(asker, row, 1)?,
                    amount: Money::from_minor(row.get(2)?),
                    made_on: day(row.get(3)?),
                    due_on: day(row.get(4)?),
                    is_of_plan: row.get::<Option<String>>(5)?.is_some(),
                    outcome: row.get(6)?,
                })
            })
        })
    }
}

fn visit_id(text: &str) -> Result<VisitId, Error> {
    VisitId::parse(text).ok_or_else(|| Error::Damaged(format!("the visit id `{text}`")))
}

fn visit(asker: Asker, row: &Row<'_>) -> Result<VisitRow, Error> {
    let id = row.get::<String>(0)?;
    let maybe_instant = |at: usize| row.get::<Option<i64>>(at)?.map(instant).transpose();
    let team = row.get::<Option<String>>(9)?.unwrap_or_default();
    Ok(VisitRow {
        visit: VisitId::parse(&id).ok_or_else(|| Error::Damaged(format!("the visit id `{id}`")))?,
        person: person_id(&row.get::<String>(1)?)?,
        identity: identity(asker, row, 2)?,
        area: row.get(3)?,
        state: row.get(4)?,
        proposed_at: instant(row.get(5)?)?,
        agreed_from: maybe_instant(6)?,
        agreed_until: maybe_instant(7)?,
        arrive_at: maybe_instant(8)?,
        team: team.split(',').filter_map(StaffId::parse).collect(),
        permit_until: maybe_instant(10)?,
    })
}
