//! Staff, sessions and links: who may come in. Tokens are kept as hashes only.

use domain::day::Day;
use domain::event::Actor;
use domain::id::StaffId;
use domain::moment::Timestamp;

use crate::asker::{Asker, Role};
use crate::chain::Hash;
use crate::command::{actor_text, parse_actor};
use crate::db::{self, Db, Value};
use crate::error::Error;
use crate::reader::Reader;
use crate::store::Store;
use crate::stream::day;

/// A member of staff.
#[derive(Clone, PartialEq, Eq)]
pub struct Staff {
    /// Who.
    pub id: StaffId,
    /// As on their badge.
    pub name: String,
    /// What they type to sign in.
    pub sign_in: String,
    /// What they do.
    pub role: Role,
    /// The number on their badge, by which a consumer can check them.
    pub badge: String,
    /// The number under which the state or a register keeps them, where a law has one; whoever checks the badge is told it.
    pub registration: Option<String>,
    /// The last day their certificate is good for; none if they have none, and then they visit nobody.
    pub certificate_until: Option<Day>,
    /// Argon2id hash in PHC form; none if they cannot sign in by password.
    pub password: Option<String>,
    /// The day they left; none while they work here.
    pub left_on: Option<Day>,
}

impl Store {
    /// Keeps a member of staff, new or changed.
    pub fn keep_staff(&self, staff: Staff) -> Result<(), Error> {
        self.write(move |db| {
            let sql = "INSERT INTO staff (staff, name, sign_in, role, badge, certificate_until, password, left_on, registration) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (staff) DO UPDATE SET name = excluded.name, \
                       sign_in = excluded.sign_in, role = excluded.role, badge = excluded.badge, \
                       certificate_until = excluded.certificate_until, password = excluded.password, left_on = excluded.left_on, \
                       registration = excluded.registration";
            let maybe_day = |day: Option<Day>| Value::from(day.map(|day| i64::from(day.epoch_days())));
            let id = staff.id.to_string();
            let params: [Value<'_>; 9] = [
                (&id).into(),
                (&staff.name).into(),
                (&staff.sign_in).into(),
                staff.role.name().into(),
                (&staff.badge).into(),
                maybe_day(staff.certificate_until),
                staff.password.as_deref().into(),
                maybe_day(staff.left_on),
                staff.registration.as_deref().into(),
            ];
            db.execute(sql, &params).map(drop)
        })
    }

    /// Keeps the hash of a session's token.
    pub fn open_session(&self, token: Hash, actor: Actor, expires_at: Timestamp) -> Result<(), Error> {
        self.write(move |db| {
            let sql = "INSERT INTO sessions (token, actor, expires_at) VALUES ($1, $2, $3) \
                       ON CONFLICT (token) DO UPDATE SET expires_at = excluded.expires_at";
            db.execute(sql, &[token[..].into(), (&actor_text(actor)).into(), expires_at.as_microsecond().into()]).map(drop)
        })
    }

    /// Ends a session at once.
    pub fn close_session(&self, token: Hash) -> Result<(), Error> {
        self.write(move |db| db.execute("DELETE FROM sessions WHERE token = $1", &[token[..].into()]).map(drop))
    }

    /// Ends every session of somebody, as when they leave or change their password.
    pub fn close_sessions_of(&self, actor: Actor) -> Result<(), Error> {
        self.write(move |db| db.execute("DELETE FROM sessions WHERE actor = $1", &[(&actor_text(actor)).into()]).map(drop))
    }

    /// Forgets sessions and links that have expired.
    pub fn forget_expired(&self, now: Timestamp) -> Result<(), Error> {
        self.write(move |db| {
            db.execute("DELETE FROM sessions WHERE expires_at <= $1", &[now.as_microsecond().into()])?;
            db.execute("DELETE FROM links WHERE expires_at <= $1", &[now.as_microsecond().into()]).map(drop)
        })
    }

    /// Keeps the hash of a link's token, for a purpose such as `portal` or `sign_in`.
    pub fn keep_link(&self, token: Hash, actor: Actor, purpose: &'static str, expires_at: Timestamp) -> Result<(), Error> {
        self.write(move |db| {
            let sql = "INSERT INTO links (token, actor, purpose, expires_at) VALUES ($1, $2, $3, $4) \
                       ON CONFLICT (token) DO UPDATE SET expires_at = excluded.expires_at";
            let actor = actor_text(actor);
            db.execute(sql, &[token[..].into(), (&actor).into(), purpose.into(), expires_at.as_microsecond().into()]).map(drop)
        })
    }

    /// Ends every link of somebody for a purpose, at once.
    pub fn end_links(&self, actor: Actor, purpose: &'static str) -> Result<u64, Error> {
        self.write(move |db| {
            let sql = "DELETE FROM links WHERE actor = $1 AND purpose = $2";
            db.execute(sql, &[(&actor_text(actor)).into(), purpose.into()])
        })
    }
}

impl Reader {
    /// A member of staff.
    pub fn staff(&self, id: StaffId) -> Result<Option<Staff>, Error> {
        self.look(|db| find(db, id))
    }

    /// A member of staff by what they sign in with.
    pub fn staff_by_sign_in(&self, sign_in: &str) -> Result<Option<Staff>, Error> {
        let sql = "SELECT staff, name, sign_in, role, badge, certificate_until, password, left_on, registration FROM staff WHERE sign_in = $1";
        self.look(|db| db.query_one(sql, &[sign_in.into()], read))
    }

    /// A member of staff by the number on their badge: whether the person at the door is genuine.
    pub fn staff_by_badge(&self, badge: &str) -> Result<Option<Staff>, Error> {
        let sql = "SELECT staff, name, sign_in, role, badge, certificate_until, password, left_on, registration FROM staff WHERE badge = $1";
        self.look(|db| db.query_one(sql, &[badge.into()], read))
    }

    /// Everybody who works here or did, by role and name.
    pub fn all_staff(&self) -> Result<Vec<Staff>, Error> {
        let sql = "SELECT staff, name, sign_in, role, badge, certificate_until, password, left_on, registration FROM staff ORDER BY role, name, staff";
        self.look(|db| db.query(sql, &[], read))
    }

    /// Who holds a session: looked up at every request, so that ending one works at once.
    pub fn session(&self, token: Hash, now: Timestamp) -> Result<Option<Asker>, Error> {
        let sql = "SELECT actor FROM sessions WHERE token = $1 AND expires_at > $2";
        self.look(|db| {
            let actor = db.query_one(sql, &[token[..].into(), now.as_microsecond().into()], |row| row.get::<String>(0))?;
            actor.map_or(Ok(None), |actor| asker(db, &actor))
        })
    }

    /// Whom a link lets in, for its purpose only.
    pub fn link(&self, token: Hash, purpose: &str, now: Timestamp) -> Result<Option<Asker>, Error> {
        let sql = "SELECT actor FROM links WHERE token = $1 AND purpose = $2 AND expires_at > $3";
        self.look(|db| {
            let params = [token[..].into(), purpose.into(), now.as_microsecond().into()];
            let actor = db.query_one(sql, &params, |row| row.get::<String>(0))?;
            actor.map_or(Ok(None), |actor| asker(db, &actor))
        })
    }
}

/// An actor as someone who asks, with the role they have today; nobody, once they left.
fn asker(db: &mut Db, actor: &str) -> Result<Option<Asker>, Error> {
    match parse_actor(actor) {
        Some(Actor::Consumer(person)) => Ok(Some(Asker::Consumer(person))),
        Some(Actor::Staff(id)) => {
            let staff = find(db, id)?.filter(|staff| staff.left_on.is_none());
            Ok(staff.map(|staff| Asker::Staff(id, staff.role)))
        }
        Some(Actor::Night | Actor::Import | Actor::Outbox | Actor::Provider) | None => Ok(None),
    }
}

fn find(db: &mut Db, id: StaffId) -> Result<Option<Staff>, Error> {
    let sql = "SELECT staff, name, sign_in, role, badge, certificate_until, password, left_on, registration FROM staff WHERE staff = $1";
    db.query_one(sql, &[(&id.to_string()).into()], read)
}

fn read(row: &db::Row<'_>) -> Result<Staff, Error> {
    let damaged = |what: &str| Error::Damaged(format!("the {what} of a member of staff"));
    let (id, role): (String, String) = (row.get(0)?, row.get(3)?);
    Ok(Staff {
        id: StaffId::parse(&id).ok_or_else(|| damaged("id"))?,
        name: row.get(1)?,
        sign_in: row.get(2)?,
        role: Role::parse(&role).ok_or_else(|| damaged("role"))?,
        badge: row.get(4)?,
        certificate_until: row.get::<Option<i64>>(5)?.map(day),
        password: row.get(6)?,
        left_on: row.get::<Option<i64>>(7)?.map(day),
        registration: row.get(8)?,
    })
}
