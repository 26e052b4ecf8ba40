//! The lease of a visit permit: what a collector's phone carries offline. Signed by the book's key, bound to case, team,
//! member, device and window, and at an end when the permit is. The form is described in `docs/lease.md`.

use data_encoding::BASE64URL_NOPAD;
use domain::id::StaffId;
use domain::moment::Timestamp;
use domain::visit::VisitPermit;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

/// What stands before the payload under the signature, so that no other text of ours can be taken for a lease.
const CONTEXT: &[u8] = b"forbear.lease/1\n";
/// The form of the payload.
const SCHEMA: &str = "forbear.lease/1";

/// What a lease says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lease {
    /// `forbear.lease/1`.
    pub(crate) schema: String,
    /// The book's name.
    pub(crate) book: String,
    /// The permit it is a lease of.
    pub(crate) permit: String,
    /// The visit.
    pub(crate) visit: String,
    /// The case.
    pub(crate) case: String,
    /// What the visit is for, by the law's name.
    pub(crate) purpose: String,
    /// Everybody who may go.
    pub(crate) team: Vec<String>,
    /// Whose phone it is on.
    pub(crate) staff: String,
    /// SHA-256 of the device's public key, 64 hexadecimal digits.
    pub(crate) device: String,
    /// When the visit may begin.
    pub(crate) window: Window,
    /// When the lease was given.
    pub(crate) issued_at: Timestamp,
    /// After this nothing may be begun under it.
    pub(crate) expires_at: Timestamp,
}

/// Both ends of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Window {
    /// The earliest start.
    pub(crate) from: Timestamp,
    /// The latest start.
    pub(crate) until: Timestamp,
}

/// Why a lease does not let a visit begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is not of this form.
    Shape,
    /// It was not signed by this book, or is not as it was signed.
    Signature,
}

/// Signs a lease of `permit` for one member of its team on one device. `None` for somebody who is not in the team, or once
/// the permit has run out.
pub(crate) fn give(
    permit: &VisitPermit,
    book: &str,
    staff: StaffId,
    device: [u8; 32],
    now: Timestamp,
    key: &SigningKey,
) -> Option<String> {
    if now > permit.expires_at || !permit.team.iter().any(|collector| collector.staff == staff) {
        return None;
    }
    let purpose = serde_json::to_value(permit.purpose).ok()?;
    let lease = Lease {
        schema: SCHEMA.to_owned(),
        book: book.to_owned(),
        permit: permit.id.to_string(),
        visit: permit.visit.to_string(),
        case: permit.case.to_string(),
        purpose: purpose.as_str()?.to_owned(),
        team: permit.team.iter().map(|collector| collector.staff.to_string()).collect(),
        staff: staff.to_string(),
        device: data_encoding::HEXLOWER.encode(&device),
        window: Window { from: permit.window.from, until: permit.window.until },
        issued_at: now,
        expires_at: permit.expires_at,
    };
    let payload = serde_json::to_vec(&lease).ok()?;
    let signature = key.sign(&[CONTEXT, &payload].concat()).to_bytes();
    Some(format!("{}.{}", BASE64URL_NOPAD.encode(&payload), BASE64URL_NOPAD.encode(&signature)))
}

/// Reads a lease and checks its signature. Whether it is for this visit, this device and this hour is the reader's to compare.
pub(crate) fn read(token: &str, key: &VerifyingKey) -> Result<Lease, Fault> {
    let (payload, signature) = token.split_once('.').ok_or(Fault::Shape)?;
    let payload = BASE64URL_NOPAD.decode(payload.as_bytes()).map_err(|_| Fault::Shape)?;
    let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).map_err(|_| Fault::Shape)?;
    let signature = Signature::from_slice(&signature).map_err(|_| Fault::Shape)?;
    key.verify_strict(&[CONTEXT, &payload].concat(), &signature).map_err(|_| Fault::Signature)?;
    let lease: Lease = serde_json::from_slice(&payload).map_err(|_| Fault::Shape)?;
    if lease.schema == SCHEMA { Ok(lease) } else { Err(Fault::Shape) }
}

#[cfg(test)]
mod tests {
    use domain::day::Day;
    use domain::id::{CaseId, PersonId, VisitId, VisitPermitId};
    use domain::law::{Channel, Finding, Purpose, Recipient};
    use domain::visit::{Collector, Place, Slot};

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn permit() -> VisitPermit {
        let finding: Finding = serde_json::from_value(serde_json::json!({
            "ruling": "permit", "channel": Channel::Visit, "purpose": Purpose::DiscussSolution, "recipient": Recipient::Debtor,
            "at": "2026-11-24T02:00:00Z", "rules": [], "packs": [],
        }))
        .unwrap();
        let member = |id| Collector { staff: StaffId(id), certified_until: Some(Day::MAX) };
        VisitPermit {
            id: VisitPermitId(9),
            visit: VisitId(5),
            case: CaseId(4),
            place: Place::Home,
            purpose: Purpose::DiscussSolution,
            window: Slot { from: at("2026-11-24T02:00:00Z"), until: at("2026-11-24T03:00:00Z") },
            team: vec![member(1), member(2)],
            issued_at: at("2026-11-23T23:00:00Z"),
            expires_at: at("2026-11-24T03:00:00Z"),
            finding,
        }
    }

    #[test]
    fn a_lease_says_who_may_go_where_and_until_when_and_no_byte_of_it_can_change() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let now = at("2026-11-23T23:30:00Z");
        let token = give(&permit(), "demo", StaffId(2), [0xab; 32], now, &key).unwrap();
        let lease = read(&token, &key.verifying_key()).unwrap();
        assert_eq!((lease.visit.as_str(), lease.case.as_str()), ("0000000000005", "0000000000004"));
        assert_eq!(lease.team, ["0000000000001", "0000000000002"]);
        assert_eq!((lease.staff.as_str(), lease.device), ("0000000000002", "ab".repeat(32)));
        assert_eq!((lease.issued_at, lease.expires_at), (now, at("2026-11-24T03:00:00Z")));
        for at in 0..token.len() {
            for flip in [1, 2, 32] {
                let mut bytes = token.clone().into_bytes();
                bytes[at] ^= flip;
                let altered = String::from_utf8(bytes).unwrap();
                assert!(read(&altered, &key.verifying_key()).is_err(), "byte {at}");
            }
        }
        assert_eq!(read(&token, &SigningKey::from_bytes(&[8; 32]).verifying_key()), Err(Fault::Signature));
    }

    #[test]
    fn nobody_outside_the_team_gets_a_lease_and_nobody_after_the_permit_ran_out() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let give = |staff, now| give(&permit(), "demo", StaffId(staff), [0; 32], at(now), &key);
        assert_eq!(give(3, "2026-11-23T23:30:00Z"), None);
        assert_eq!(give(1, "2026-11-24T03:00:01Z"), None);
        assert!(give(1, "2026-11-24T03:00:00Z").is_some());
    }

    #[test]
    fn somebody_elses_person_id_stands_nowhere_in_a_lease() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let token = give(&permit(), "demo", StaffId(1), [0; 32], at("2026-11-23T23:30:00Z"), &key).unwrap();
        let payload = BASE64URL_NOPAD.decode(token.split_once('.').unwrap().0.as_bytes()).unwrap();
        assert!(!String::from_utf8(payload).unwrap().contains(&PersonId(7).to_string()), "a lost phone names nobody");
    }
}
