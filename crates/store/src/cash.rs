//! Cash: each taking has a receipt, numbered without gaps; receipts are paid in at the bank together, by one person; and another
//! person finds the sum on a statement. Until then it is known who has the money.

use domain::day::Day;
use domain::event::Actor;
use domain::moment::Timestamp;
use domain::money::Money;

use crate::bank::{BankLine, insert, is_same};
use crate::command::{actor_text, parse_actor};
use crate::db::{Db, Row};
use crate::error::Error;
use crate::reader::{Reader, instant};
use crate::store::Store;
use crate::stream::day;

/// The name under which cash is kept beside the accounts at banks.
pub const CASH: &str = "cash";

/// A receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashReceipt {
    /// Its number, from 1 without gaps.
    pub number: u64,
    /// The line it stands in.
    pub line: String,
    /// The day.
    pub on: Day,
    /// How much.
    pub amount: Money,
}

/// Receipts that were paid in together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashDeposit {
    /// Its id.
    pub deposit: String,
    /// What its receipts come to.
    pub amount: Money,
    /// Who paid it in.
    pub made_by: Actor,
    /// When.
    pub made_at: Timestamp,
    /// Who found it on a statement, and when.
    pub checked: Option<(Actor, Timestamp)>,
}

/// What became of paying in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaidIn {
    /// It was noted, now or before.
    Done,
    /// What was counted is not what the receipts come to.
    Differs(Money),
    /// There is no receipt to be paid in.
    Nothing,
}

/// What became of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CashCheck {
    /// It was found.
    Done,
    /// Whoever paid it in may not check it.
    OwnDeposit,
    /// The line is not an open one of that amount, or the deposit was checked before.
    NoMatch,
}

impl Store {
    /// Keeps a taking of cash and gives its number. The same taking again has the same number; none if it was kept with another
    /// amount.
    pub fn keep_cash(&self, line: BankLine) -> Result<Option<u64>, Error> {
        self.write(move |db| {
            let is_new = insert(db, &line)?;
            if !is_new && !is_same(db, &line)? {
                return Ok(None);
            }
            if is_new {
                let sql = "INSERT INTO cash_receipts (number, line) SELECT COALESCE(MAX(number), 0) + 1, CAST($1 AS TEXT) FROM cash_receipts";
                db.execute(sql, &[(&line.line).into()])?;
            }
            let sql = "SELECT number FROM cash_receipts WHERE line = $1";
            Ok(db.query_one(sql, &[(&line.line).into()], |row| row.get::<i64>(0))?.map(|number| number as u64))
        })
    }

    /// Notes that every receipt that was not paid in yet is paid in, if they come to what was `counted`.
    pub fn pay_cash_in(&self, deposit: &str, counted: Money, by: Actor, at: Timestamp) -> Result<PaidIn, Error> {
        let deposit = deposit.to_owned();
        self.write(move |db| {
            if find(db, &deposit)?.is_some() {
                return Ok(PaidIn::Done);
            }
            let sql = "SELECT COUNT(*), CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) FROM cash_receipts JOIN bank_lines \
                       ON bank_lines.line = cash_receipts.line WHERE deposit IS NULL";
            let (count, sum) = db.query_one(sql, &[], |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?)))?.unwrap_or_default();
            let sum = Money::from_minor(sum);
            if count == 0 {
                return Ok(PaidIn::Nothing);
            }
            if sum != counted {
                return Ok(PaidIn::Differs(sum));
            }
            let sql = "INSERT INTO cash_deposits (deposit, amount_minor, made_by, made_at) VALUES ($1, $2, $3, $4)";
            let by = actor_text(by);
            db.execute(sql, &[(&deposit).into(), sum.minor().into(), (&by).into(), at.as_microsecond().into()])?;
            db.execute("UPDATE cash_receipts SET deposit = $1 WHERE deposit IS NULL", &[(&deposit).into()])?;
            Ok(PaidIn::Done)
        })
    }

    /// Finds a deposit in an open line of a statement, which is then no payment of a debt. Never by whoever paid it in.
    pub fn check_cash(&self, deposit: &str, line: &str, by: Actor, at: Timestamp) -> Result<CashCheck, Error> {
        let (deposit, line) = (deposit.to_owned(), line.to_owned());
        self.write(move |db| {
            let Some(found) = find(db, &deposit)?.filter(|found| found.checked.is_none()) else { return Ok(CashCheck::NoMatch) };
            if found.made_by == by {
                return Ok(CashCheck::OwnDeposit);
            }
            let by = actor_text(by);
            let sql = "UPDATE bank_lines SET state = 'set_aside', because = $1, decided_by = $2, decided_at = $3 \
                       WHERE line = $4 AND state = 'open' AND is_credit = 1 AND is_reversal = 0 AND amount_minor = $5 \
                       AND account <> 'cash'";
            let because = format!("{CASH} {deposit}");
            let at = at.as_microsecond();
            let params = [(&because).into(), (&by).into(), at.into(), (&line).into(), found.amount.minor().into()];
            if db.execute(sql, &params)? != 1 {
                return Ok(CashCheck::NoMatch);
            }
            let sql = "UPDATE cash_deposits SET checked_by = $1, checked_at = $2, line = $3 WHERE deposit = $4";
            db.execute(sql, &[(&by).into(), at.into(), (&line).into(), (&deposit).into()])?;
            Ok(CashCheck::Done)
        })
    }
}

fn find(db: &mut Db, deposit: &str) -> Result<Option<CashDeposit>, Error> {
    let sql = "SELECT deposit, amount_minor, made_by, made_at, checked_by, checked_at FROM cash_deposits \
               WHERE deposit = $1";
    db.query_one(sql, &[deposit.into()], read)
}

fn read(row: &Row<'_>) -> Result<CashDeposit, Error> {
    let actor = |text: String| parse_actor(&text).ok_or_else(|| Error::Damaged(format!("the actor `{text}` of a deposit")));
    let checked = match (row.get::<Option<String>>(4)?, row.get::<Option<i64>>(5)?) {
        (Some(by), Some(at)) => Some((actor(by)?, instant(at)?)),
        _ => None,
    };
    Ok(CashDeposit {
        deposit: row.get(0)?,
        amount: Money::from_minor(row.get(1)?),
        made_by: actor(row.get(2)?)?,
        made_at: instant(row.get(3)?)?,
        checked,
    })
}

fn receipt(row: &Row<'_>) -> Result<CashReceipt, Error> {
    let (number, on) = (row.get::<i64>(0)? as u64, day(row.get(2)?));
    Ok(CashReceipt { number, line: row.get(1)?, on, amount: Money::from_minor(row.get(3)?) })
}

impl Reader {
    /// Receipts that were not paid in yet, in the order of their numbers.
    pub fn cash_in_hand(&self) -> Result<Vec<CashReceipt>, Error> {
        let sql = "SELECT number, cash_receipts.line, on_day, amount_minor FROM cash_receipts \
                   JOIN bank_lines ON bank_lines.line = cash_receipts.line \
                   WHERE deposit IS NULL ORDER BY number";
        self.look(|db| db.query(sql, &[], receipt))
    }

    /// The receipt of a line.
    pub fn cash_receipt(&self, line: &str) -> Result<Option<CashReceipt>, Error> {
        let sql = "SELECT number, cash_receipts.line, on_day, amount_minor FROM cash_receipts \
                   JOIN bank_lines ON bank_lines.line = cash_receipts.line \
                   WHERE cash_receipts.line = $1";
        self.look(|db| db.query_one(sql, &[line.into()], receipt))
    }

    /// Deposits that nobody has found on a statement yet, the longest first.
    pub fn cash_unchecked(&self) -> Result<Vec<CashDeposit>, Error> {
        let sql = "SELECT deposit, amount_minor, made_by, made_at, checked_by, checked_at FROM cash_deposits \
                   WHERE checked_at IS NULL ORDER BY made_at";
        self.look(|db| db.query(sql, &[], read))
    }

    /// Deposits, the latest first.
    pub fn cash_deposits(&self, limit: u32) -> Result<Vec<CashDeposit>, Error> {
        let sql = "SELECT deposit, amount_minor, made_by, made_at, checked_by, checked_at FROM cash_deposits \
                   ORDER BY made_at DESC LIMIT $1";
        self.look(|db| db.query(sql, &[i64::from(limit).into()], read))
    }
}
