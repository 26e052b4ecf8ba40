//! Packs that were brought in: who proposed a version, and who else said yes to it. A version that one person alone wants judges
//! nothing.

use domain::day::Day;
use domain::id::StaffId;
use domain::moment::Timestamp;
use domain::refusal::Refusal;

use crate::chain::Hash;
use crate::db::{self, Db, Place};
use crate::error::Error;
use crate::reader::{Reader, instant};
use crate::schema;
use crate::store::Store;
use crate::stream::day;

/// One version of a pack that was brought in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackRecord {
    /// The pack's id.
    pub pack: String,
    /// Its version.
    pub version: String,
    /// The first day on which it judges, once activated.
    pub in_force_from: Day,
    /// Its text.
    pub body: String,
    /// SHA-256 of its text: what the second person said yes to.
    pub digest: Hash,
    /// Who proposed it.
    pub proposed_by: StaffId,
    /// When.
    pub proposed_at: Timestamp,
    /// Who else said yes, and when; none until then.
    pub activated: Option<(StaffId, Timestamp)>,
}

const FOUND: &str = "SELECT packs.pack, packs.version, packs.in_force_from, packs.body, packs.digest, packs.proposed_by, \
                     packs.proposed_at, pack_activations.activated_by, pack_activations.activated_at FROM packs \
                     LEFT JOIN pack_activations ON pack_activations.pack = packs.pack AND pack_activations.version = packs.version \
                     ORDER BY packs.pack, packs.in_force_from, packs.version";

impl PackRecord {
    /// The versions that two people agreed on, in the book at `place`: what the law is made of when the book is opened.
    pub fn activated(place: &Place) -> Result<Vec<PackRecord>, Error> {
        if matches!(place, Place::File(path) if !path.exists()) {
            return Ok(vec![]);
        }
        let mut db = Db::open_read_only(place)?;
        if !schema::has_packs(&mut db)? {
            return Ok(vec![]);
        }
        let found = all(&mut db)?;
        Ok(found.into_iter().filter(|pack| pack.activated.is_some()).collect())
    }
}

impl Reader {
    /// Every version that was brought in, activated or not.
    pub fn packs(&self) -> Result<Vec<PackRecord>, Error> {
        self.look(all)
    }
}

impl Store {
    /// Keeps a version that somebody proposes. A version that is there already stays as it is, and is refused.
    pub fn propose_pack(&self, pack: PackRecord) -> Result<Result<(), Refusal>, Error> {
        self.write(move |db| {
            let known = "SELECT 1 FROM packs WHERE pack = $1 AND version = $2";
            if db.query_one(known, &[(&pack.pack).into(), (&pack.version).into()], |_| Ok(()))?.is_some() {
                return Ok(Err(Refusal::by("PACK-TWICE")));
            }
            let sql = "INSERT INTO packs (pack, version, in_force_from, body, digest, proposed_by, proposed_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7)";
            let by = pack.proposed_by.to_string();
            let params = [
                (&pack.pack).into(),
                (&pack.version).into(),
                i64::from(pack.in_force_from.epoch_days()).into(),
                (&pack.body).into(),
                pack.digest[..].into(),
                (&by).into(),
                pack.proposed_at.as_microsecond().into(),
            ];
            db.execute(sql, &params).map(|_| Ok(()))
        })
    }

    /// A second person's yes to a version with this very text, on `today` of the book. Who proposed it cannot give it, and it comes
    /// too late once the version's first day has begun: what was judged stays judged.
    pub fn activate_pack(
        &self,
        pack: String,
        version: String,
        digest: Hash,
        by: StaffId,
        at: Timestamp,
        today: Day,
    ) -> Result<Result<(), Refusal>, Error> {
        self.write(move |db| {
            let found = all(db)?.into_iter().find(|record| record.pack == pack && record.version == version);
            let Some(record) = found.filter(|record| record.digest == digest) else {
                return Ok(Err(Refusal::by("PACK-UNKNOWN")));
            };
            if record.proposed_by == by {
                return Ok(Err(Refusal::by("PACK-ALONE")));
            }
            if record.activated.is_some() {
                return Ok(Err(Refusal::by("PACK-ACTIVE")));
            }
            if record.in_force_from <= today {
                return Ok(Err(Refusal::by("PACK-LATE")));
            }
            let sql =
                "INSERT INTO pack_activations (pack, version, digest, activated_by, activated_at) VALUES ($1, $2, $3, $4, $5)";
            let by = by.to_string();
            let params = [(&pack).into(), (&version).into(), digest[..].into(), (&by).into(), at.as_microsecond().into()];
            db.execute(sql, &params).map(|_| Ok(()))
        })
    }
}

fn all(db: &mut Db) -> Result<Vec<PackRecord>, Error> {
    db.query(FOUND, &[], read)
}

fn read(row: &db::Row<'_>) -> Result<PackRecord, Error> {
    let damaged = |what: &str| Error::Damaged(format!("the {what} of a pack"));
    let staff = |text: String| StaffId::parse(&text).ok_or_else(|| damaged("people"));
    let activated = match (row.get::<Option<String>>(7)?, row.get::<Option<i64>>(8)?) {
        (Some(by), Some(at)) => Some((staff(by)?, instant(at)?)),
        _ => None,
    };
    Ok(PackRecord {
        pack: row.get(0)?,
        version: row.get(1)?,
        in_force_from: day(row.get(2)?),
        body: row.get(3)?,
        digest: row.get::<Vec<u8>>(4)?.try_into().map_err(|_| damaged("digest"))?,
        proposed_by: staff(row.get(5)?)?,
        proposed_at: instant(row.get(6)?)?,
        activated,
    })
}
