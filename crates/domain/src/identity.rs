//! Who a person is: resident identity numbers by GB 11643-1999 and mobile numbers by their form.

use alloc::string::String;
use serde::{Deserialize, Serialize};

use crate::day::Day;

/// What the identity note of a person holds. Never in the log; erasable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Family name first, as the person writes it.
    pub name: String,
    /// Resident identity number, where there is one.
    pub resident_id: Option<String>,
    /// Mobile number.
    pub phone: Option<String>,
}

/// What an address note holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// As one would write it on a letter.
    pub line: String,
    /// The city, for lists and teams.
    pub city: String,
    /// WGS-84 longitude and latitude in millionths of a degree, where known.
    pub micro_degrees: Option<(i32, i32)>,
}

/// What a resident identity number says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResidentId {
    /// Division code of first registration (GB/T 2260).
    pub division: u32,
    /// Day of birth.
    pub born_on: Day,
}

/// Why a resident identity number is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdFault {
    /// Not 18 characters, the last a digit or X. The old form of 15 digits was withdrawn in 2013.
    Shape,
    /// The division code begins with no province.
    Division,
    /// No such day of birth, or one after the day of the check.
    Birth,
    /// The check character does not fit (ISO 7064, MOD 11-2).
    CheckCharacter,
}

/// First two digits of division codes: the provinces.
const PROVINCES: [u32; 34] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65,
    71, 81, 82,
];

/// Reads a resident identity number as it stands on `today`.
pub fn read_resident_id(number: &str, today: Day) -> Result<ResidentId, IdFault> {
    let bytes = number.as_bytes();
    let is_shaped =
        bytes.len() == 18 && bytes[..17].iter().all(u8::is_ascii_digit) && (bytes[17].is_ascii_digit() || bytes[17] == b'X');
    if !is_shaped {
        return Err(IdFault::Shape);
    }
    let digits = |range: core::ops::Range<usize>| number[range].parse::<u32>().unwrap_or(0);
    if !PROVINCES.contains(&digits(0..2)) {
        return Err(IdFault::Division);
    }
    let born_on = Day::new(digits(6..10) as i32, digits(10..12), digits(12..14)).filter(|born| *born <= today);
    let born_on = born_on.ok_or(IdFault::Birth)?;
    if check_character(&number[..17]) != bytes[17] as char {
        return Err(IdFault::CheckCharacter);
    }
    Ok(ResidentId { division: digits(0..6), born_on })
}

/// The check character of the first seventeen digits (ISO 7064, MOD 11-2).
pub fn check_character(first_seventeen: &str) -> char {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = first_seventeen.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][(sum % 11) as usize]
}

/// Whether a mobile number has the form of one on the mainland: eleven digits, 13 to 19 first.
pub fn is_mobile(number: &str) -> bool {
    let bytes = number.as_bytes();
    bytes.len() == 11 && bytes.iter().all(u8::is_ascii_digit) && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(number: &str, expected: Result<&str, IdFault>) {
        let today = Day::parse("2026-11-23").unwrap();
        let born = read_resident_id(number, today).map(|id| id.born_on);
        assert_eq!(born, expected.map(|day| Day::parse(day).unwrap()), "{number}");
    }

    #[test]
    fn resident_identity_numbers_are_read_by_the_standard() {
        check("110101199003078670", Ok("1990-03-07"));
        check("110101199003078671", Err(IdFault::CheckCharacter));
        check("440308199902301512", Err(IdFault::Birth));
        check("44030819990110", Err(IdFault::Shape));
        check("610104620932690", Err(IdFault::Shape));
        check("990101199003078670", Err(IdFault::Division));
        check("110101209003078670", Err(IdFault::Birth));
        check("11010119900307867x", Err(IdFault::Shape));
    }

    #[test]
    fn mobile_numbers_have_eleven_digits_and_begin_with_13_to_19() {
        assert!(is_mobile("13800001234"));
        for number in ["1380000123", "138000012345", "12800001234", "+8613800001234", "1380000123a", ""] {
            assert!(!is_mobile(number), "{number}");
        }
    }
}
