//! Names for things: who makes a thing gives it its id and keeps it before sending, so that sending twice is harmless.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text;

/// Characters of an id.
const LENGTH: usize = 13;
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// No digit has this value.
const NO_DIGIT: u8 = u8::MAX;
/// The value of each byte as a digit, in either case.
const DIGITS: [u8; 256] = digits();

const fn digits() -> [u8; 256] {
    let mut digits = [NO_DIGIT; 256];
    let mut value = 0;
    while value < ALPHABET.len() {
        digits[ALPHABET[value] as usize] = value as u8;
        digits[ALPHABET[value].to_ascii_uppercase() as usize] = value as u8;
        value += 1;
    }
    digits
}

/// Writes 64 bits as 13 characters of Crockford's base 32, which a person can read out without confusing 0 and o.
fn write_base32(bits: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut text = [0; LENGTH];
    for (place, letter) in text.iter_mut().rev().enumerate() {
        *letter = ALPHABET[(bits >> (place * 5)) as usize & 31];
    }
    f.write_str(str::from_utf8(&text).map_err(|_| fmt::Error)?)
}

fn read_base32(text: &str) -> Option<u64> {
    if text.len() != LENGTH {
        return None;
    }
    text.bytes().try_fold(0_u64, |bits, byte| {
        let digit = Some(DIGITS[usize::from(byte)]).filter(|digit| *digit != NO_DIGIT)?;
        bits.checked_mul(32)?.checked_add(u64::from(digit))
    })
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        ///
        /// 64 bits; written as 13 base-32 characters.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u64);

        impl $name {
            /// Reads the 13 characters that [`Display`](fmt::Display) writes, in either case.
            pub fn parse(text: &str) -> Option<$name> {
                read_base32(text).map($name)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_base32(self.0, f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                text::read(deserializer, $name::parse, "an id of 13 letters and digits")
            }
        }
    )*};
}

ids! {
    /// A person: the unit of consistency, one stream of events.
    PersonId
    /// One credit account: a loan or a financed purchase with its own schedule.
    AccountId
    /// A money entry on an account: a payment, a fee, a waiver.
    EntryId
    /// One period in collections, from entering to leaving.
    CaseId
    /// A promise to pay.
    PromiseId
    /// A repayment plan agreed with the person.
    PlanId
    /// A visit, from proposal to record.
    VisitId
    /// A visit permit.
    VisitPermitId
    /// A complaint or dispute.
    ComplaintId
    /// A place among the caps, taken for a planned act.
    ReservationId
    /// A member of staff, one of the lender's or an agency's.
    StaffId
    /// A message to a person.
    MessageId
    /// A collector's phone, from the day it was enrolled.
    DeviceId
    /// A record made by a phone.
    RecordId
    /// A watch over somebody at a door, from arrival to safe and sound.
    WatchId
    /// A respite.
    RespiteId
    /// A waiver that was asked for.
    WaiverId
    /// A text or file about a person that is kept outside the log and may be erased.
    NoteId
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn an_id_reads_back_as_written() {
        for bits in [0, 1, 31, 32, u64::MAX, 0x0123_4567_89ab_cdef] {
            let text = PersonId(bits).to_string();
            assert_eq!(text.len(), 13);
            assert_eq!(PersonId::parse(&text), Some(PersonId(bits)));
            assert_eq!(PersonId::parse(&text.to_uppercase()), Some(PersonId(bits)));
        }
        for text in ["", "0", "000000000000u", "zzzzzzzzzzzzz", "00000000000000"] {
            assert_eq!(PersonId::parse(text), None, "{text}");
        }
    }
}
