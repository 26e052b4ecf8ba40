//! Collectors' phones: whose they are, how far each chain of records has come, and what became of every record.

use domain::id::{DeviceId, RecordId, StaffId, VisitId};
use domain::moment::Timestamp;

use crate::db::{self, Value};
use crate::error::Error;
use crate::reader::{Reader, instant};
use crate::store::Store;

mod watches;

pub use watches::Watch;

/// The hash before the first record of a phone.
pub const CHAIN_GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A phone that was enrolled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// The id that it gave itself.
    pub id: DeviceId,
    /// Whose it is. Never anybody else's.
    pub staff: StaffId,
    /// Its Ed25519 key.
    pub public_key: [u8; 32],
    /// When it was enrolled.
    pub enrolled_at: Timestamp,
    /// When it was taken out of use; what it sends after that is put aside.
    pub revoked_at: Option<Timestamp>,
    /// How many of its records came in.
    pub sequence: u64,
    /// The hash of the last one.
    pub head: String,
}

/// What became of a record that a phone sent.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneReceipt {
    /// The record.
    pub record: RecordId,
    /// SHA-256 of its header, 64 hexadecimal digits.
    pub hash: String,
    /// The phone.
    pub device: DeviceId,
    /// Its place in the phone's chain.
    pub sequence: u64,
    /// Who sent it.
    pub staff: StaffId,
    /// The visit it says it is of, as it says.
    pub visit: String,
    /// What it says it is.
    pub kind: String,
    /// `recorded`, `beside` or `quarantined`.
    pub state: String,
    /// Rules that were broken, or why it was put aside.
    pub reasons: Vec<String>,
    /// When it came.
    pub received_at: Timestamp,
    /// The whole envelope, encrypted, if it was put aside.
    pub envelope: Option<Vec<u8>>,
}

/// The hashes of the PIN that says "I am safe" and of the one that raises the alarm, where they are set.
pub type Pins = (Option<String>, Option<String>);

const DEVICE: &str = "SELECT device, staff, public_key, enrolled_at, revoked_at, sequence, head FROM devices WHERE device = $1";
const RECEIPTS: &str = "SELECT record, hash, device, sequence, staff, visit, kind, state, reasons, received_at, envelope \
    FROM phone_receipts WHERE record = $1 ORDER BY received_at, hash";
const ASIDE: &str = "SELECT record, hash, device, sequence, staff, visit, kind, state, reasons, received_at, envelope \
    FROM phone_receipts WHERE state <> 'recorded' ORDER BY received_at DESC, record LIMIT $1";
const OF_VISIT: &str = "SELECT record, hash, device, sequence, staff, visit, kind, state, reasons, received_at, envelope \
    FROM phone_receipts WHERE visit = $1 ORDER BY received_at, device, sequence";

impl Store {
    /// Enrols a phone for a member of staff, and tells how it stands. Enrolling again changes nothing; an id that is somebody
    /// else's, or has another key, is [`None`].
    pub fn enrol_device(&self, id: DeviceId, staff: StaffId, key: [u8; 32], at: Timestamp) -> Result<Option<Device>, Error> {
        self.write(move |db| {
            let sql = "INSERT INTO devices (device, staff, public_key, enrolled_at, revoked_at, sequence, head) \
                       VALUES ($1, $2, $3, $4, NULL, 0, $5) ON CONFLICT (device) DO NOTHING";
            let (device, staff_id) = (id.to_string(), staff.to_string());
            let at = at.as_microsecond();
            db.execute(sql, &[(&device).into(), (&staff_id).into(), key[..].into(), at.into(), CHAIN_GENESIS.into()])?;
            let found = db.query_one(DEVICE, &[(&device).into()], read_device)?;
            Ok(found.filter(|found| found.staff == staff && found.public_key == key))
        })
    }

    /// Sets the hashes of a phone's two PINs. Whether it is theirs to set.
    pub fn set_pins(&self, id: DeviceId, staff: StaffId, pin: String, duress: String) -> Result<bool, Error> {
        self.write(move |db| {
            let sql = "UPDATE devices SET pin = $1, duress = $2 WHERE device = $3 AND staff = $4";
            let (id, staff) = (id.to_string(), staff.to_string());
            let params = [(&pin).into(), (&duress).into(), (&id).into(), (&staff).into()];
            Ok(db.execute(sql, &params)? == 1)
        })
    }

    /// Takes a phone out of use, as when it was lost.
    pub fn revoke_device(&self, id: DeviceId, at: Timestamp) -> Result<(), Error> {
        self.write(move |db| {
            let sql = "UPDATE devices SET revoked_at = $1 WHERE device = $2 AND revoked_at IS NULL";
            db.execute(sql, &[at.as_microsecond().into(), (&id.to_string()).into()]).map(drop)
        })
    }

    /// Keeps what became of a record, once; the phone's chain moves on to it if it is the next one.
    pub fn keep_phone_receipt(&self, receipt: PhoneReceipt) -> Result<(), Error> {
        self.write(move |db| {
            let sql = "INSERT INTO phone_receipts (record, hash, device, sequence, staff, visit, kind, state, reasons, received_at, envelope) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (record, hash) DO NOTHING";
            let (record, device, staff) = (receipt.record.to_string(), receipt.device.to_string(), receipt.staff.to_string());
            let (reasons, sequence) = (receipt.reasons.join(","), receipt.sequence as i64);
            let params: [Value<'_>; 11] = [
                (&record).into(),
                (&receipt.hash).into(),
                (&device).into(),
                sequence.into(),
                (&staff).into(),
                (&receipt.visit).into(),
                (&receipt.kind).into(),
                (&receipt.state).into(),
                (&reasons).into(),
                receipt.received_at.as_microsecond().into(),
                receipt.envelope.as_deref().into(),
            ];
            db.execute(sql, &params)?;
            let sql = "UPDATE devices SET sequence = $1, head = $2 WHERE device = $3 AND sequence = $4";
            db.execute(sql, &[sequence.into(), (&receipt.hash).into(), (&device).into(), (sequence - 1).into()]).map(drop)
        })
    }
}

impl Reader {
    /// A phone.
    pub fn device(&self, id: DeviceId) -> Result<Option<Device>, Error> {
        self.look(|db| db.query_one(DEVICE, &[(&id.to_string()).into()], read_device))
    }

    /// The hashes of a phone's two PINs, the one for safety and the one for duress, for whoever owns it.
    pub fn pins(&self, id: DeviceId, staff: StaffId) -> Result<Option<Pins>, Error> {
        let sql = "SELECT pin, duress FROM devices WHERE device = $1 AND staff = $2";
        let (id, staff) = (id.to_string(), staff.to_string());
        self.look(|db| db.query_one(sql, &[(&id).into(), (&staff).into()], |row| Ok((row.get(0)?, row.get(1)?))))
    }

    /// Everything that came under a record's id: one receipt, or more if phones disagree.
    pub fn phone_receipts(&self, record: RecordId) -> Result<Vec<PhoneReceipt>, Error> {
        self.look(|db| db.query(RECEIPTS, &[(&record.to_string()).into()], read_receipt))
    }

    /// What phones sent of a visit, in the order it came.
    pub fn phone_receipts_of(&self, visit: VisitId) -> Result<Vec<PhoneReceipt>, Error> {
        self.look(|db| db.query(OF_VISIT, &[(&visit.to_string()).into()], read_receipt))
    }

    /// What was put aside or kept beside what stands, the latest first.
    pub fn phone_receipts_aside(&self, limit: u32) -> Result<Vec<PhoneReceipt>, Error> {
        self.look(|db| db.query(ASIDE, &[i64::from(limit).into()], read_receipt))
    }
}

fn read_device(row: &db::Row<'_>) -> Result<Device, Error> {
    let damaged = |what: &str| Error::Damaged(format!("the {what} of a phone"));
    let (device, staff): (String, String) = (row.get(0)?, row.get(1)?);
    Ok(Device {
        id: DeviceId::parse(&device).ok_or_else(|| damaged("id"))?,
        staff: StaffId::parse(&staff).ok_or_else(|| damaged("owner"))?,
        public_key: row.get::<Vec<u8>>(2)?.try_into().map_err(|_| damaged("key"))?,
        enrolled_at: instant(row.get(3)?)?,
        revoked_at: row.get::<Option<i64>>(4)?.map(instant).transpose()?,
        sequence: row.get::<i64>(5)? as u64,
        head: row.get(6)?,
    })
}

fn read_receipt(row: &db::Row<'_>) -> Result<PhoneReceipt, Error> {
    let damaged = |what: &str| Error::Damaged(format!("the {what} of a phone's record"));
    let (record, device, staff): (String, String, String) = (row.get(0)?, row.get(2)?, row.get(4)?);
    let reasons: String = row.get(8)?;
    Ok(PhoneReceipt {
        record: RecordId::parse(&record).ok_or_else(|| damaged("id"))?,
        hash: row.get(1)?,
        device: DeviceId::parse(&device).ok_or_else(|| damaged("phone"))?,
        sequence: row.get::<i64>(3)? as u64,
        staff: StaffId::parse(&staff).ok_or_else(|| damaged("sender"))?,
        visit: row.get(5)?,
        kind: row.get(6)?,
        state: row.get(7)?,
        reasons: reasons.split(',').filter(|rule| !rule.is_empty()).map(str::to_owned).collect(),
        received_at: instant(row.get(9)?)?,
        envelope: row.get(10)?,
    })
}
