//! Numbers as other people write them: with a decimal comma, with grouping, with binary noise behind the cent.

use domain::money::Money;
use rust_decimal::Decimal;

use super::row::Text;

/// How a file writes numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NumberForm {
    /// The decimal separator: `.` or `,`.
    pub(crate) decimal: char,
    /// What stands between groups of three digits, if anything.
    pub(crate) grouping: Option<char>,
}

/// An amount as read, and whether it had to be rounded to the cent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Amount {
    pub(crate) money: Money,
    pub(crate) is_rounded: bool,
}

impl NumberForm {
    /// Reads a decimal number exactly; the error is the reason.
    pub(crate) fn decimal(&self, text: &str) -> Result<Decimal, Text> {
        let plain = self.plain(text)?;
        plain.parse().map_err(|_| "import-number-digits".into())
    }

    /// Reads an amount; with `round`, digits behind the cent are rounded half to even.
    pub(crate) fn amount(&self, text: &str, round: bool) -> Result<Amount, Text> {
        let plain = self.plain(text)?;
        if let Some(money) = Money::parse(&plain) {
            return Ok(Amount { money, is_rounded: false });
        }
        let exact: Decimal = plain.parse().map_err(|_| "import-number-digits")?;
        let money = Money::round_from(exact).ok_or("import-number-large")?;
        let is_rounded = money.to_major() != exact;
        if is_rounded && !round {
            return Err("import-number-decimals".into());
        }
        Ok(Amount { money, is_rounded })
    }

    /// The number with a point and without grouping: digits, at most one point between them, perhaps a minus before.
    fn plain(&self, text: &str) -> Result<String, Text> {
        let text = text.trim();
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", text),
        };
        let (whole, fraction) = digits.split_once(self.decimal).unwrap_or((digits, ""));
        let whole = match self.grouping {
            Some(mark) if whole.contains(mark) => ungrouped(whole, mark).ok_or("import-number-groups")?,
            _ => whole.into(),
        };
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_digits(&whole) || !is_digits(fraction) || digits.ends_with(self.decimal) {
            return Err(Text::from("import-number").with("example", format!("1234{}50", self.decimal)));
        }
        let point = if fraction.is_empty() { "" } else { "." };
        Ok(format!("{sign}{whole}{point}{fraction}"))
    }
}

/// Takes the grouping out if it stands where it should.
fn ungrouped(whole: &str, mark: char) -> Option<String> {
    let mut groups = whole.split(mark);
    let first = groups.next()?;
    let is_right = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    is_right.then(|| whole.chars().filter(|letter| *letter != mark).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: NumberForm = NumberForm { decimal: '.', grouping: None };
    const EUROPEAN: NumberForm = NumberForm { decimal: ',', grouping: Some('.') };

    fn check(form: NumberForm, text: &str, round: bool, expected: Result<i64, &str>) {
        let read = form.amount(text, round).map(|amount| amount.money.minor()).map_err(|reason| reason.in_english());
        assert_eq!(read.as_ref().map(|minor| *minor).map_err(String::as_str), expected, "{text}");
    }

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        check(PLAIN, "652.53", false, Ok(65_253));
        check(PLAIN, " -7.5 ", false, Ok(-750));
        check(PLAIN, "15.10000", false, Ok(1_510));
        check(PLAIN, "21.100000028", true, Ok(2_110));
        check(PLAIN, "21.100000028", false, Err("has more than two decimals"));
        check(EUROPEAN, "1.234,50", false, Ok(123_450));
        check(EUROPEAN, "12.34,50", false, Err("has its groups of three digits in wrong places"));
        check(PLAIN, "1,234.50", false, Err("not a number such as 1234.50"));
        for text in ["", "-", "1.", ".5", "1e3", "NaN", "１２", "1.2.3", "--1"] {
            check(PLAIN, text, true, Err("not a number such as 1234.50"));
        }
        check(PLAIN, "99999999999999999", true, Err("is larger than any book can hold"));
    }
}
