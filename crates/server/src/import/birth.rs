//! Czech birth numbers: day of birth and sex in six digits. Personal data; kept in the identity note only.

use domain::day::Day;
use serde::Serialize;

/// What a birth number says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Birth {
    pub(crate) born_on: Day,
    pub(crate) sex: Sex,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sex {
    Female,
    Male,
}

/// Reads `YYMMDD` of the twentieth century, with 50 added to the month for women.
pub(crate) fn read(number: &str) -> Option<Birth> {
    if number.len() != 6 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |range: std::ops::Range<usize>| number[range].parse::<u32>().ok();
    let (year, month, day) = (part(0..2)?, part(2..4)?, part(4..6)?);
    let (sex, month) = if month > 50 { (Sex::Female, month - 50) } else { (Sex::Male, month) };
    Some(Birth { born_on: Day::new(1900 + year as i32, month, day)?, sex })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_birth_number_tells_the_day_and_the_sex() {
        let read = |number| read(number).map(|birth| (birth.born_on.to_string(), birth.sex));
        assert_eq!(read("706213"), Some(("1970-12-13".into(), Sex::Female)));
        assert_eq!(read("450204"), Some(("1945-02-04".into(), Sex::Male)));
        for number in ["", "7062130", "700230", "705013", "a06213"] {
            assert_eq!(read(number), None, "{number}");
        }
    }
}
