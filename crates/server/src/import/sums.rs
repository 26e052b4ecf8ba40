//! Control sums: what should hold within every row, such as `amount = balance + paid_principal`.

use rust_decimal::Decimal;

use super::mapping::{Column, Said, Strict, Wrong};
use super::number::NumberForm;
use super::row::{Fault, Row};

/// Two sums of products that should be equal.
#[derive(Clone, Debug)]
pub(crate) struct Equation {
    /// As the mapping writes it.
    pub(crate) says: String,
    left: Vec<Vec<Factor>>,
    right: Vec<Vec<Factor>>,
    within: Decimal,
    numbers: NumberForm,
}

#[derive(Clone, Debug)]
enum Factor {
    Column(Column),
    Number(Decimal),
}

/// What the two sides of an equation that does not hold come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sides {
    pub(crate) left: Decimal,
    pub(crate) right: Decimal,
}

impl Equation {
    /// Reads `[[check]]` with `sum = "a = b + c * d"` and, if a difference is to be forgiven, `within = "0.01"`.
    pub(crate) fn read(mut table: Strict<'_>, numbers: NumberForm) -> Result<Equation, Wrong> {
        let said = table.required("sum", "sum = \"amount = balance + paid_principal\"")?;
        let within = match table.text("within")? {
            None => Decimal::ZERO,
            Some(within) => within.text.parse().map_err(|_| within.wrong("`within` is an amount in quotes, such as \"0.01\""))?,
        };
        table.finish()?;
        let (left, right) = said.text.split_once('=').ok_or_else(|| said.wrong("a sum has two sides with `=` between them"))?;
        let (left, right) = (side(left, &said)?, side(right, &said)?);
        Ok(Equation { left, right, within, numbers, says: said.text })
    }

    /// The columns it names.
    pub(crate) fn columns_mut(&mut self) -> impl Iterator<Item = &mut Column> {
        self.left.iter_mut().chain(&mut self.right).flatten().filter_map(|factor| match factor {
            Factor::Column(column) => Some(column),
            Factor::Number(_) => None,
        })
    }

    /// The sides, if they differ by more than is forgiven. An empty cell counts as nothing.
    pub(crate) fn broken(&self, row: &Row<'_>) -> Result<Option<Sides>, Fault> {
        let sides = Sides { left: self.sum(&self.left, row)?, right: self.sum(&self.right, row)? };
        Ok(((sides.left - sides.right).abs() > self.within).then_some(sides))
    }

    fn sum(&self, side: &[Vec<Factor>], row: &Row<'_>) -> Result<Decimal, Fault> {
        let mut sum = Decimal::ZERO;
        for product in side {
            let mut term = Decimal::ONE;
            for factor in product {
                let value = match factor {
                    Factor::Number(number) => *number,
                    Factor::Column(column) => self.cell(column, row)?,
                };
                term = term.checked_mul(value).ok_or_else(|| self.too_large())?;
            }
            sum = sum.checked_add(term).ok_or_else(|| self.too_large())?;
        }
        Ok(sum)
    }

    fn cell(&self, column: &Column, row: &Row<'_>) -> Result<Decimal, Fault> {
        let Some(text) = row.cell(column.place) else { return Ok(Decimal::ZERO) };
        self.numbers.decimal(text).map_err(|reason| Fault {
            column: column.name.clone(),
            value: text.into(),
            reason,
            fix: "import-sum-number-mend".into(),
        })
    }

    fn too_large(&self) -> Fault {
        let fix = "import-sum-large-mend".into();
        Fault { column: self.says.clone(), value: String::new(), reason: "import-sum-large".into(), fix }
    }
}

fn side(text: &str, said: &Said) -> Result<Vec<Vec<Factor>>, Wrong> {
    text.split('+').map(|term| term.split('*').map(|factor| read_factor(factor.trim(), said)).collect()).collect()
}

fn read_factor(text: &str, said: &Said) -> Result<Factor, Wrong> {
    if text.is_empty() || text.contains('=') {
        return Err(said.wrong(format!("`{}` is no sum: write columns with +, * and one =", said.text)));
    }
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match text.parse() {
        Ok(number) if is_number => Ok(Factor::Number(number)),
        _ => Ok(Factor::Column(Column::named(Said { text: text.into(), line: said.line }))),
    }
}
