//! `forbear export journal|trial-balance|statement|accounts --format csv|jsonl`: the book for other programs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use clap::ValueEnum;
use domain::book::Book;
use domain::day::Day;
use domain::house::ChartLine;
use domain::id::PersonId;
use domain::loan::Account as Ledger;
use domain::money::Money;
use domain::person::{Account, Person};
use domain::statement::Line;
use serde_json::{Map, Value, json};
use store::{Asker, Store};

use super::explain::day;
use super::{Exit, Options, Stop};
use crate::books;
use crate::texts::in_language;
use crate::why;

/// Options of `forbear export`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Which table
    what: What,
    /// In which form
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
    /// As of this day; today if not said
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// As it was believed at the end of this day: only what had been recorded by then counts
    #[arg(long, value_name = "DATE")]
    known_on: Option<String>,
    /// Of this account only
    #[arg(long, value_name = "NUMBER")]
    account: Option<String>,
    /// Of this person only
    #[arg(long, value_name = "ID")]
    person: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// Every posting, debit and credit
    Journal,
    /// Debits, credits and balance of each account of the chart
    TrialBalance,
    /// What made each person's balance, line by line over all their accounts with the running balance
    Statement,
    /// Where each loan stands
    Accounts,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Csv,
    Jsonl,
}

/// Writes the table to standard output.
pub(crate) fn run(options: &Options, args: &Args) -> anyhow::Result<Exit> {
    let store = books::open(&options.data_dir)?;
    let today = store.book().day_of(jiff::Timestamp::now());
    let as_of = args.as_of.as_deref().map(|text| day("--as-of", text)).transpose()?.unwrap_or(today);
    let known_on = args.known_on.as_deref().map(|text| day("--known-on", text)).transpose()?;
    let wanted = args.person.as_deref().map(person).transpose()?;
    let book = store.book();
    let chart = &book.house.accounts;
    let name = |ledger: Ledger| chart.line(ledger).map(|line| (line.code, in_language(options.lang(), &line.says)));
    let mut table = Table { format: args.format, out: io::stdout().lock(), is_headed: false };
    let mut sums: BTreeMap<Ledger, (Money, Money)> = BTreeMap::new();
    each_person(&store, wanted, known_on, |person| {
        let is_wanted = |number: &str| args.account.as_ref().is_none_or(|wanted| wanted == number);
        if args.what == What::Statement {
            return statement(&mut table, person, as_of, is_wanted);
        }
        for account in person.accounts.values().filter(|account| is_wanted(&account.number)) {
            match args.what {
                What::Journal => journal(&mut table, account, as_of, name)?,
                What::TrialBalance => add(&mut sums, account, as_of),
                What::Accounts => table.row(&standing(&book, person, account, as_of))?,
                What::Statement => {}
            }
        }
        Ok(())
    })?;
    let mut lines: Vec<&ChartLine> = if args.what == What::TrialBalance { chart.lines.iter().collect() } else { vec![] };
    lines.sort_by_key(|line| line.code);
    for line in lines {
        let (debit, credit) = sums.get(&line.books).copied().unwrap_or_default();
        table.row(&[
            ("code", json!(line.code)),
            ("ledger_account", json!(line.books)),
            ("name", json!(in_language(options.lang(), &line.says))),
            ("type", json!(line.account_type)),
            ("debit", json!(debit.to_string())),
            ("credit", json!(credit.to_string())),
            ("balance", json!((debit - credit).to_string())),
        ])?;
    }
    table.out.flush()?;
    Ok(Exit::Done)
}

fn person(text: &str) -> anyhow::Result<PersonId> {
    let says = || format!("`{text}` is not a person's id; write --person as the page of their file is called");
    PersonId::parse(text).ok_or_else(|| Stop { exit: Exit::Usage, says: says() }.into())
}

/// Everybody, or the one who is wanted, as they were known at the end of a day.
fn each_person(
    store: &Store,
    wanted: Option<PersonId>,
    known_on: Option<Day>,
    mut with: impl FnMut(&Person) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let known = |id: PersonId| -> anyhow::Result<Option<Person>> {
        let Some(day) = known_on else { return Ok(store.reader().person(Asker::Night, id)?) };
        let events = store.reader().timeline(Asker::Night, id)?;
        Ok(events.map(|events| why::person_known(id, &events, Some(store.book().start_of(day.plus_days(1))))))
    };
    if let Some(id) = wanted {
        let says = || format!("nobody has the id `{id}` in this book");
        let person = known(id)?.ok_or_else(|| Stop { exit: Exit::Usage, says: says() })?;
        return with(&person);
    }
    let mut after = None;
    loop {
        let people = store.reader().people(Asker::Night, after)?;
        let Some(last) = people.last() else { return Ok(()) };
        after = Some(*last);
        for id in people {
            if let Some(person) = known(id)? {
                with(&person)?;
            }
        }
    }
}

fn journal<'a, W: Write>(
    table: &mut Table<W>,
    account: &Account,
    as_of: Day,
    name: impl Fn(Ledger) -> Option<(u32, &'a str)>,
) -> anyhow::Result<()> {
    for posting in account.loan.postings(as_of) {
        let (code, name) = name(posting.account).unzip();
        table.row(&[
            ("on", json!(posting.on.to_string())),
            ("account", json!(account.number)),
            ("entry", json!(posting.entry.map(|id| id.to_string()))),
            ("code", json!(code)),
            ("ledger_account", json!(posting.account)),
            ("name", json!(name)),
            ("debit", json!(posting.amount.or_zero().to_string())),
            ("credit", json!((-posting.amount).or_zero().to_string())),
        ])?;
    }
    Ok(())
}

fn add(sums: &mut BTreeMap<Ledger, (Money, Money)>, account: &Account, as_of: Day) {
    for posting in account.loan.postings(as_of) {
        let sum = sums.entry(posting.account).or_default();
        sum.0 += posting.amount.or_zero();
        sum.1 += (-posting.amount).or_zero();
    }
}

/// The lines of a person's accounts, or of the one that is wanted; the balance is that of the lines shown.
fn statement<W: Write>(
    table: &mut Table<W>,
    person: &Person,
    as_of: Day,
    is_wanted: impl Fn(&str) -> bool,
) -> anyhow::Result<()> {
    let mut balance = Money::ZERO;
    for Line { account, because, .. } in domain::statement::set_out(person, as_of).iter().filter(|line| is_wanted(line.account)) {
        balance += because.amount;
        table.row(&[
            ("person", json!(person.id.to_string())),
            ("account", json!(account)),
            ("on", json!(because.on.to_string())),
            ("rule", json!(because.rule)),
            ("part", json!(because.part)),
            ("instalment", json!(because.instalment)),
            ("entry", json!(because.entry.map(|id| id.to_string()))),
            ("amount", json!(because.amount.to_string())),
            ("balance", json!(balance.to_string())),
        ])?;
    }
    Ok(())
}

fn standing(book: &Book, person: &Person, account: &Account, as_of: Day) -> [(&'static str, Value); 19] {
    let position = account.loan.position(as_of);
    let grading = book.grading(as_of).filter(|_| !position.is_settled());
    let spelled = |day: Option<Day>| json!(day.map(|day| day.to_string()));
    [
        ("person", json!(person.id.to_string())),
        ("account", json!(account.number)),
        ("disbursed_on", json!(account.loan.terms().disbursed_on.to_string())),
        ("granted", json!(account.loan.terms().principal.to_string())),
        ("principal", json!(position.outstanding.principal.to_string())),
        ("interest", json!(position.outstanding.interest.to_string())),
        ("fee", json!(position.outstanding.fee.to_string())),
        ("penalty", json!(position.outstanding.penalty.to_string())),
        ("overdue", json!(position.overdue.total().to_string())),
        ("unapplied", json!(position.unapplied.to_string())),
        ("settlement", json!(position.settlement.to_string())),
        ("days_past_due", json!(position.days_past_due)),
        ("days_past_due_raw", json!(position.days_past_due_raw)),
        ("bucket", json!(position.bucket())),
        ("grade", json!(grading.map(|grading| grading.grade_of(&account.loan, as_of)))),
        ("grade_rule", json!(grading.map(|grading| &grading.id))),
        ("grade_sure", json!(grading.map(|grading| grading.provenance.sure))),
        ("settled_on", spelled(position.settled_on)),
        ("written_off_on", spelled(position.written_off_on)),
    ]
}

struct Table<W: Write> {
    format: Format,
    out: W,
    is_headed: bool,
}

impl<W: Write> Table<W> {
    fn row(&mut self, cells: &[(&'static str, Value)]) -> anyhow::Result<()> {
        match self.format {
            Format::Jsonl => {
                let row: Map<String, Value> = cells.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
                writeln!(self.out, "{}", Value::Object(row))?;
            }
            Format::Csv => {
                if !self.is_headed {
                    let heads: Vec<&str> = cells.iter().map(|(name, _)| *name).collect();
                    write!(self.out, "{}\r\n", heads.join(","))?;
                    self.is_headed = true;
                }
                let cells: Vec<String> = cells.iter().map(|(_, value)| cell(value)).collect();
                write!(self.out, "{}\r\n", cells.join(","))?;
            }
        }
        Ok(())
    }
}

/// A cell by RFC 4180. Text that a spreadsheet would take for a formula gets an apostrophe before it; numbers are numbers.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => return String::new(),
        Value::String(text) => text.clone(),
        other => return other.to_string(),
    };
    let is_number = text.strip_prefix('-').unwrap_or(&text).bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠']) && !is_number;
    let guarded = if is_formula { format!("'{text}") } else { text };
    if guarded.contains([',', '"', '\r', '\n']) { format!("\"{}\"", guarded.replace('"', "\"\"")) } else { guarded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula() {
        let check = |text: &str, stored: &str| assert_eq!(cell(&json!(text)), stored, "{text:?}");
        check("F1", "F1");
        check("-12.50", "-12.50");
        check("=1+1", "'=1+1");
        check("-1+1", "'-1+1");
        check("@SUM(A1)", "'@SUM(A1)");
        check("\t=1", "'\t=1");
        check("＝1", "'＝1");
        check("a,\"b\"", "\"a,\"\"b\"\"\"");
        check("+1,2", "\"'+1,2\"");
    }
}
