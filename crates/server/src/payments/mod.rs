//! Money that comes in by the bank: lines of statements find the account they name, and what finds none waits for a person.
//! Nothing is guessed: a line pays an account if it names exactly one.

pub(crate) mod cash;

use std::collections::{BTreeMap, BTreeSet};

use bank::{Booking, Direction, Line, Statement};
use domain::event::Actor;
use domain::id::{AccountId, EntryId, PersonId};
use domain::moment::Timestamp;
use domain::money::Money;
use domain::payment;
use sha2::{Digest, Sha256};
use store::{Assigned, BankFile, BankLine, Command, Decide, Decided, Error, LineState, Outcome, Store};

/// What became of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Report {
    /// Lines that are new.
    pub(crate) new: u64,
    /// Lines that were read before.
    pub(crate) known: u64,
    /// Lines that are not booked yet and were passed over.
    pub(crate) not_booked: u64,
    /// Lines that were read before with another amount, day or direction. They stay as they were.
    pub(crate) differing: Vec<String>,
    /// What was done with what waited.
    pub(crate) matched: Matched,
}

/// What was done with lines that waited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Matched {
    /// Payments that were posted.
    pub(crate) posted: u64,
    /// Payments that were taken back.
    pub(crate) reversed: u64,
    /// Lines that left the lender's account: no payments.
    pub(crate) set_aside: u64,
    /// Lines that wait for a person.
    pub(crate) open: u64,
}

/// Lines looked at in one go.
const PAGE: u32 = 10_000;

/// Takes statements in and posts what names its account.
pub(crate) fn take(store: &Store, file: BankFile, statements: &[Statement], now: Timestamp) -> Result<Report, Error> {
    let mut report = Report::default();
    let mut lines = vec![];
    for statement in statements {
        for line in &statement.lines {
            match (line.booking, line.value_on.or(line.booked_on)) {
                (Booking::Booked, Some(on)) => lines.push(kept(&file, statement, line, on)),
                _ => report.not_booked += 1,
            }
        }
    }
    let by = file.by;
    let kept = store.keep_bank_lines(file, lines, now)?;
    (report.new, report.known, report.differing) = (kept.new, kept.known, kept.differing);
    report.matched = post_what_matches(store, by, now)?;
    Ok(report)
}

fn kept(file: &BankFile, statement: &Statement, line: &Line, on: domain::day::Day) -> BankLine {
    let key = format!("{}\u{0}{}\u{0}{}", statement.account, statement.id, line.reference);
    BankLine {
        line: EntryId(id("line", &key)).to_string(),
        file: file.file.clone(),
        account: statement.account.clone(),
        statement: statement.id.clone(),
        reference: line.reference.clone(),
        on,
        amount: line.amount,
        currency: line.currency.clone(),
        is_credit: line.direction == Direction::Credit,
        is_reversal: line.is_reversal,
        known_as: line.references.clone(),
        words: Some(line.text.clone()).filter(|text| !text.is_empty()),
        payer: line.name.clone(),
    }
}

/// Posts every open line that names its account, and what a crash left between claiming and posting.
pub(crate) fn post_what_matches(store: &Store, by: Actor, now: Timestamp) -> Result<Matched, Error> {
    let mut matched = Matched::default();
    for claimed in store.reader().bank_lines(LineState::Claimed, PAGE)? {
        post(store, &claimed, now, &mut matched)?;
    }
    for open in store.reader().bank_lines(LineState::Open, PAGE)? {
        match find(store, &open.line)? {
            Found::Belongs(to) => {
                if store.claim_bank_line(&open.line.line, to, MATCHED, by, now)?
                    && let Some(claimed) = store.reader().bank_line(&open.line.line)?
                {
                    post(store, &claimed, now, &mut matched)?;
                }
            }
            Found::WentOut => {
                matched.set_aside += u64::from(store.set_bank_line_aside(&open.line.line, WENT_OUT, by, now)?);
            }
            Found::Nothing(because) => {
                matched.open += 1;
                if open.because == NEW {
                    store.explain_bank_line(&open.line.line, because)?;
                }
            }
        }
    }
    Ok(matched)
}

/// Says where an open line belongs, by hand and with a reason. False if it was open no more.
pub(crate) fn assign(
    store: &Store,
    line: &BankLine,
    to: (PersonId, AccountId),
    because: &str,
    by: Actor,
    now: Timestamp,
) -> Result<bool, Error> {
    let to = Assigned { person: to.0, account: to.1, entry: entry_of(&line.line) };
    if !store.claim_bank_line(&line.line, to, because, by, now)? {
        return Ok(false);
    }
    if let Some(claimed) = store.reader().bank_line(&line.line)? {
        post(store, &claimed, now, &mut Matched::default())?;
    }
    Ok(true)
}

/// Why a line stands as it does, as far as the program says it: keys of texts.
pub(crate) const NEW: &str = "new";
pub(crate) const MATCHED: &str = "matched";
pub(crate) const WENT_OUT: &str = "went-out";
pub(crate) const NAMES_NONE: &str = "names-none";
pub(crate) const NAMES_SEVERAL: &str = "names-several";
pub(crate) const CURRENCY: &str = "currency";
pub(crate) const REVERSES_NOTHING: &str = "reverses-nothing";

enum Found {
    Belongs(Assigned),
    WentOut,
    Nothing(&'static str),
}

fn find(store: &Store, line: &BankLine) -> Result<Found, Error> {
    if line.currency != store.record().currency {
        return Ok(Found::Nothing(CURRENCY));
    }
    match (line.is_credit, line.is_reversal) {
        (false, true) => taken_back(store, line),
        (false, false) => Ok(Found::WentOut),
        // What takes back money that went out is no payment of a debt; a person looks at it.
        (true, true) => Ok(Found::Nothing(REVERSES_NOTHING)),
        (true, false) => named(store, line),
    }
}

/// The one account that a line names.
fn named(store: &Store, line: &BankLine) -> Result<Found, Error> {
    let mut accounts = BTreeMap::new();
    for token in tokens(line) {
        if let Some((person, account)) = store.reader().account_by_number(token)? {
            accounts.insert(account, person);
        }
    }
    let mut accounts = accounts.into_iter();
    Ok(match (accounts.next(), accounts.next()) {
        (Some((account, person)), None) => Found::Belongs(Assigned { person, account, entry: entry_of(&line.line) }),
        (None, _) => Found::Nothing(NAMES_NONE),
        (Some(_), Some(_)) => Found::Nothing(NAMES_SEVERAL),
    })
}

/// Whole references, and the words of what was written: runs of letters, digits, `-` and `/`, four long at least.
fn tokens(line: &BankLine) -> BTreeSet<&str> {
    const SHORTEST: usize = 4;
    let words = line.words.as_deref().unwrap_or("");
    let words = words.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '/'));
    line.known_as.iter().map(String::as_str).chain(words).filter(|token| token.len() >= SHORTEST).collect()
}

/// The one payment of the same amount that shares a reference with what takes it back.
fn taken_back(store: &Store, line: &BankLine) -> Result<Found, Error> {
    let posted = store.reader().posted_bank_lines(&line.account, line.amount)?;
    let shares = |earlier: &Decided| earlier.line.known_as.iter().any(|reference| line.known_as.contains(reference));
    let mut earlier = posted.iter().filter(|earlier| shares(earlier)).filter_map(|earlier| earlier.assigned);
    Ok(match (earlier.next(), earlier.next()) {
        (Some(to), None) => Found::Belongs(to),
        _ => Found::Nothing(REVERSES_NOTHING),
    })
}

/// Posts a claimed line. Whoever claimed it did it, and its key is its own: posting it again changes nothing.
fn post(store: &Store, claimed: &Decided, now: Timestamp, matched: &mut Matched) -> Result<(), Error> {
    let (Some(to), Some(by)) = (claimed.assigned, claimed.by) else { return Ok(()) };
    let (line, today) = (&claimed.line, store.book().day_of(now));
    let (amount, effective_on): (Money, _) = (line.amount, line.on);
    let is_reversal = line.is_reversal;
    let own = entry_of(&line.line);
    let decide: Decide = if is_reversal {
        Box::new(move |person| payment::reverse(person, to.account, own, to.entry, today, now))
    } else {
        // A bank may date a payment into the future; it counts once it is here.
        Box::new(move |person| payment::receive(person, to.account, own, amount, effective_on.min(today), today, now))
    };
    let key = format!("bank-{}-{}", line.line, to.account);
    let body_hash = Sha256::digest(&key).into();
    let (person, intent, night) = (to.person, "payment.bank", None);
    let command = Command { person, actor: by, key, body_hash, intent, recorded_at: now, night, notes: vec![], decide };
    match store.run(command)? {
        Outcome::Done(_) | Outcome::AlreadyDone(_) => {
            store.settle_bank_line(&line.line, None)?;
            if is_reversal { matched.reversed += 1 } else { matched.posted += 1 }
        }
        Outcome::Refused(refusal) => {
            store.settle_bank_line(&line.line, Some(refusal.by.join(",")))?;
            matched.open += 1;
        }
        Outcome::Conflict => {
            store.settle_bank_line(&line.line, Some("PAYMENT-TWICE".to_owned()))?;
            matched.open += 1;
        }
    }
    Ok(())
}

/// The entry that a line makes: always the same, so that it cannot be made twice.
fn entry_of(line: &str) -> EntryId {
    EntryId(id("entry", line))
}

fn id(kind: &str, key: &str) -> u64 {
    let digest = Sha256::new().chain_update("bank-").chain_update(kind).chain_update([0]).chain_update(key).finalize();
    u64::from_be_bytes(std::array::from_fn(|at| digest[at]))
}

#[cfg(test)]
mod tests;
