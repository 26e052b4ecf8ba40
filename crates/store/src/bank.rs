//! Lines of bank statements: each is kept once, claimed once, and then posted, so that no money is counted twice however
//! often a file is read and whoever assigns it.

use domain::day::Day;
use domain::event::Actor;
use domain::id::{AccountId, EntryId, PersonId};
use domain::moment::Timestamp;
use domain::money::Money;

use crate::command::{actor_text, parse_actor};
use crate::db::{Db, Row, Value};
use crate::error::Error;
use crate::reader::{Reader, person_id};
use crate::store::Store;
use crate::stream::day;

/// A line as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankLine {
    /// Its id, made from account, statement and reference.
    pub line: String,
    /// The SHA-256 of the file it came in.
    pub file: String,
    /// The lender's account at the bank.
    pub account: String,
    /// The bank's id of the statement.
    pub statement: String,
    /// The bank's reference of the line.
    pub reference: String,
    /// The day it counts from.
    pub on: Day,
    /// How much.
    pub amount: Money,
    /// ISO 4217.
    pub currency: String,
    /// Whether it came in.
    pub is_credit: bool,
    /// Whether it takes an earlier line back.
    pub is_reversal: bool,
    /// References by which it, or what it pays, is known.
    pub known_as: Vec<String>,
    /// What the payer wrote; none once erased.
    pub words: Option<String>,
    /// Who paid; none if the bank does not say, or once erased.
    pub payer: Option<String>,
}

/// A file that lines came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankFile {
    /// The SHA-256 of its bytes.
    pub file: String,
    /// Its name.
    pub name: String,
    /// `camt`, `csv` or `provider`.
    pub kind: &'static str,
    /// Who brought it.
    pub by: Actor,
}

/// How a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineState {
    /// Nobody knows yet what it pays.
    Open,
    /// It was assigned and is being posted.
    Claimed,
    /// It stands on an account.
    Posted,
    /// It is no payment of a debt.
    SetAside,
}

impl LineState {
    /// The stored name.
    pub const fn name(self) -> &'static str {
        match self {
            LineState::Open => "open",
            LineState::Claimed => "claimed",
            LineState::Posted => "posted",
            LineState::SetAside => "set_aside",
        }
    }

    /// Reads a stored name.
    pub fn parse(name: &str) -> Option<LineState> {
        [LineState::Open, LineState::Claimed, LineState::Posted, LineState::SetAside].into_iter().find(|it| it.name() == name)
    }
}

/// Where a line belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// Whose debt.
    pub person: PersonId,
    /// Which account.
    pub account: AccountId,
    /// The payment it makes; for what takes one back, the one that is taken back.
    pub entry: EntryId,
}

/// A line with what is decided of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The line.
    pub line: BankLine,
    /// How it stands.
    pub state: LineState,
    /// Why it is open, or the reason that was given.
    pub because: String,
    /// Where it belongs, once somebody said so.
    pub assigned: Option<Assigned>,
    /// Who said so.
    pub by: Option<Actor>,
}

/// What became of the lines of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Lines that are new.
    pub new: u64,
    /// Lines that were there already, unchanged.
    pub known: u64,
    /// References of lines that were there already with another amount, day or direction. They stay as they were.
    pub differing: Vec<String>,
}

impl Store {
    /// Keeps a file and those of its lines that are new.
    pub fn keep_bank_lines(&self, file: BankFile, lines: Vec<BankLine>, at: Timestamp) -> Result<Kept, Error> {
        self.write(move |db| {
            let sql = "INSERT INTO bank_files (file, name, kind, received_at, received_by) VALUES ($1, $2, $3, $4, $5) \
                       ON CONFLICT (file) DO NOTHING";
            let by = actor_text(file.by);
            let params = [(&file.file).into(), (&file.name).into(), file.kind.into(), at.as_microsecond().into(), (&by).into()];
            db.execute(sql, &params)?;
            let mut kept = Kept::default();
            for line in &lines {
                match insert(db, line)? {
                    true => kept.new += 1,
                    false if is_same(db, line)? => kept.known += 1,
                    false => kept.differing.push(line.reference.clone()),
                }
            }
            Ok(kept)
        })
    }

    /// Says where an open line belongs. Only one who asks gets it: false if it is not open any more.
    pub fn claim_bank_line(&self, line: &str, to: Assigned, because: &str, by: Actor, at: Timestamp) -> Result<bool, Error> {
        let (line, because) = (line.to_owned(), because.to_owned());
        self.write(move |db| {
            let sql = "UPDATE bank_lines SET state = 'claimed', because = $1, person = $2, loan = $3, entry = $4, \
                       decided_by = $5, decided_at = $6 WHERE line = $7 AND state = 'open'";
            let (person, loan, entry) = (to.person.to_string(), to.account.to_string(), to.entry.to_string());
            let by = actor_text(by);
            let params: [Value<'_>; 7] = [
                (&because).into(),
                (&person).into(),
                (&loan).into(),
                (&entry).into(),
                (&by).into(),
                at.as_microsecond().into(),
                (&line).into(),
            ];
            Ok(db.execute(sql, &params)? == 1)
        })
    }

    /// Notes that a claimed line stands on its account, or opens it again with the reason why it could not.
    pub fn settle_bank_line(&self, line: &str, refused: Option<String>) -> Result<(), Error> {
        let line = line.to_owned();
        self.write(move |db| {
            match &refused {
                None => {
                    db.execute("UPDATE bank_lines SET state = 'posted' WHERE line = $1 AND state = 'claimed'", &[(&line).into()])
                }
                Some(because) => db.execute(
                    "UPDATE bank_lines SET state = 'open', because = $1, person = NULL, loan = NULL, entry = NULL, \
                     decided_by = NULL, decided_at = NULL WHERE line = $2 AND state = 'claimed'",
                    &[because.into(), (&line).into()],
                ),
            }
            .map(drop)
        })
    }

    /// Notes why an open line could not be assigned by itself.
    pub fn explain_bank_line(&self, line: &str, because: &'static str) -> Result<(), Error> {
        let line = line.to_owned();
        self.write(move |db| {
            let sql = "UPDATE bank_lines SET because = $1 WHERE line = $2 AND state = 'open'";
            db.execute(sql, &[because.into(), (&line).into()]).map(drop)
        })
    }

    /// Says that an open line is no payment of a debt. False if it is not open any more.
    pub fn set_bank_line_aside(&self, line: &str, because: &str, by: Actor, at: Timestamp) -> Result<bool, Error> {
        let (line, because) = (line.to_owned(), because.to_owned());
        self.write(move |db| {
            let sql = "UPDATE bank_lines SET state = 'set_aside', because = $1, decided_by = $2, decided_at = $3 \
                       WHERE line = $4 AND state = 'open'";
            let by = actor_text(by);
            let params = [(&because).into(), (&by).into(), at.as_microsecond().into(), (&line).into()];
            Ok(db.execute(sql, &params)? == 1)
        })
    }
}

impl Reader {
    /// Lines that stand so, the oldest first.
    pub fn bank_lines(&self, state: LineState, limit: u32) -> Result<Vec<Decided>, Error> {
        let sql = "SELECT line, file, account, statement, reference, on_day, amount_minor, currency, is_credit, is_reversal, \
                   known_as, words, payer, state, because, person, loan, entry, decided_by FROM bank_lines \
                   WHERE state = $1 ORDER BY on_day, line LIMIT $2";
        self.look(|db| db.query(sql, &[state.name().into(), i64::from(limit).into()], read))
    }

    /// How many lines stand so.
    pub fn count_bank_lines(&self, state: LineState) -> Result<u64, Error> {
        let sql = "SELECT count(*) FROM bank_lines WHERE state = $1";
        self.look(|db| Ok(db.query_one(sql, &[state.name().into()], |row| row.get::<i64>(0))?.unwrap_or(0) as u64))
    }

    /// One line.
    pub fn bank_line(&self, line: &str) -> Result<Option<Decided>, Error> {
        let sql = "SELECT line, file, account, statement, reference, on_day, amount_minor, currency, is_credit, is_reversal, \
                   known_as, words, payer, state, because, person, loan, entry, decided_by FROM bank_lines WHERE line = $1";
        self.look(|db| db.query_one(sql, &[line.into()], read))
    }

    /// Lines of this amount that stand on an account: what a reversal may take back.
    pub fn posted_bank_lines(&self, account: &str, amount: Money) -> Result<Vec<Decided>, Error> {
        let sql = "SELECT line, file, account, statement, reference, on_day, amount_minor, currency, is_credit, is_reversal, \
                   known_as, words, payer, state, because, person, loan, entry, decided_by FROM bank_lines \
                   WHERE account = $1 AND amount_minor = $2 AND state = 'posted' AND is_reversal = 0 ORDER BY line LIMIT 100";
        self.look(|db| db.query(sql, &[account.into(), amount.minor().into()], read))
    }

    /// Whose account has this number, if exactly one has.
    pub fn account_by_number(&self, number: &str) -> Result<Option<(PersonId, AccountId)>, Error> {
        let sql = "SELECT person, account FROM accounts WHERE number = $1 LIMIT 2";
        let found = self.look(|db| {
            db.query(sql, &[number.into()], |row| {
                Ok((person_id(&row.get::<String>(0)?)?, id(&row.get::<String>(1)?, AccountId::parse)?))
            })
        })?;
        Ok(if found.len() == 1 { found.first().copied() } else { None })
    }
}

pub(crate) fn insert(db: &mut Db, line: &BankLine) -> Result<bool, Error> {
    let sql = "INSERT INTO bank_lines (line, file, account, statement, reference, on_day, amount_minor, currency, is_credit, \
               is_reversal, known_as, words, payer, state, because) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'open', 'new') ON CONFLICT (line) DO NOTHING";
    let known_as = line.known_as.join("\n");
    let params: [Value<'_>; 13] = [
        (&line.line).into(),
        (&line.file).into(),
        (&line.account).into(),
        (&line.statement).into(),
        (&line.reference).into(),
        i64::from(line.on.epoch_days()).into(),
        line.amount.minor().into(),
        (&line.currency).into(),
        i64::from(line.is_credit).into(),
        i64::from(line.is_reversal).into(),
        (&known_as).into(),
        line.words.as_deref().into(),
        line.payer.as_deref().into(),
    ];
    Ok(db.execute(sql, &params)? == 1)
}

pub(crate) fn is_same(db: &mut Db, line: &BankLine) -> Result<bool, Error> {
    let sql = "SELECT on_day, amount_minor, currency, is_credit, is_reversal FROM bank_lines WHERE line = $1";
    let found = db.query_one(sql, &[(&line.line).into()], |row| {
        Ok((row.get::<i64>(0)?, row.get::<i64>(1)?, row.get::<String>(2)?, row.get::<i64>(3)?, row.get::<i64>(4)?))
    })?;
    let expected = (
        i64::from(line.on.epoch_days()),
        line.amount.minor(),
        line.currency.clone(),
        i64::from(line.is_credit),
        i64::from(line.is_reversal),
    );
    Ok(found == Some(expected))
}

fn read(row: &Row<'_>) -> Result<Decided, Error> {
    let damaged = |what: &str| Error::Damaged(format!("the {what} of a bank line"));
    let maybe = |at| row.get::<Option<String>>(at);
    let assigned = match (maybe(15)?, maybe(16)?, maybe(17)?) {
        (Some(person), Some(loan), Some(entry)) => Some(Assigned {
            person: person_id(&person)?,
            account: id(&loan, AccountId::parse)?,
            entry: id(&entry, EntryId::parse)?,
        }),
        _ => None,
    };
    let known_as: String = row.get(10)?;
    let by = maybe(18)?;
    Ok(Decided {
        line: BankLine {
            line: row.get(0)?,
            file: row.get(1)?,
            account: row.get(2)?,
            statement: row.get(3)?,
            reference: row.get(4)?,
            on: day(row.get(5)?),
            amount: Money::from_minor(row.get(6)?),
            currency: row.get(7)?,
            is_credit: row.get::<i64>(8)? != 0,
            is_reversal: row.get::<i64>(9)? != 0,
            known_as: known_as.split('\n').filter(|known| !known.is_empty()).map(str::to_owned).collect(),
            words: maybe(11)?,
            payer: maybe(12)?,
        },
        state: LineState::parse(&row.get::<String>(13)?).ok_or_else(|| damaged("state"))?,
        because: row.get(14)?,
        assigned,
        by: by.map(|by| parse_actor(&by).ok_or_else(|| damaged("actor"))).transpose()?,
    })
}

fn id<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, Error> {
    parse(text).ok_or_else(|| Error::Damaged(format!("the id `{text}` of a bank line")))
}
