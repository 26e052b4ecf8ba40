//! The second pass: what the rehearsal let through is written, many rows on their way at a time so that they share their
//! fsyncs, and read back from the book for the control totals.

use std::collections::VecDeque;
use std::sync::Arc;
use std::thread;

use domain::contact::{self, Act};
use domain::day::Day;
use domain::event::Actor;
use domain::id::{AccountId, EntryId, NoteId, PersonId};
use domain::import::{Takeover, take_over};
use domain::moment::Timestamp;
use domain::money::Money;
use domain::payment;
use indicatif::ProgressBar;
use store::{Asker, Command, DecidedAhead, Note, Outcome, Store, Ticket};

use crate::commands::{Exit, Stop as Trouble};

use super::contacts::ContactRow;
use super::loans::LoanRow;
use super::mapping::{ContactFields, LoanFields, Mapping, PaymentFields};
use super::payments::{Ledger, PaymentRow};
use super::read_back::{self, Held, ReadBack};
use super::rehearsal::Rehearsal;
use super::report::Verdict;
use super::row::{Fault, Row, Text};
use super::source::{Reading, Source};
use super::stated::Sums;
use crate::ids;

/// Rows on their way at a time: as many as are written together, while as many again wait, so that the writer never does.
const ON_THEIR_WAY: usize = 8192;
/// The log hears of so many rows at a time.
const TOLD_EVERY: u64 = 100;

/// The writing side of an import.
pub(crate) struct Load<'a> {
    store: &'a Store,
    mapping: &'a Mapping,
    source: &'a Source,
    /// The earliest day on which the book is made to stand.
    as_of: Option<Day>,
    at: Timestamp,
    sent: VecDeque<Sent>,
}

/// A row on its way.
struct Sent {
    file: usize,
    line: u64,
    key: String,
    ticket: Ticket,
}

impl<'a> Load<'a> {
    /// An import into a book.
    pub(crate) fn new(store: &'a Store, mapping: &'a Mapping, source: &'a Source, as_of: Option<Day>) -> Load<'a> {
        Load { store, mapping, source, as_of, at: Timestamp::now(), sent: VecDeque::new() }
    }

    /// Writes loans, and tells their sums as the book holds them afterwards.
    pub(crate) fn loans(
        &mut self,
        fields: &LoanFields,
        rehearsal: &mut Rehearsal<'_>,
        progress: &ProgressBar,
    ) -> Result<Sums, Trouble> {
        thread::scope(|scope| {
            let read_back = ReadBack::begin(scope, self.store);
            // Those on their way, and what landed since some were read back last.
            let mut held: Vec<Held> = vec![];
            let rejected = rehearsal.rejected.clone();
            let decider = Decider { store: self.store, mapping: self.mapping, fields, as_of: self.as_of, at: self.at };
            let decide = |file, read: Reading<'_>| match read {
                Reading::Row(row) if !rejected.contains(&(file, row.line)) => decider.decide(&row).map(Some),
                _ => Ok(None),
            };
            self.source.each_ahead(progress, decide, |file, decided| {
                let Some(DecidedLoan { line, key, held: loan, ahead }) = decided? else { return Ok(()) };
                let ticket = match ahead {
                    Ok(ahead) => self.store.send_decided(ahead),
                    Err(error) => return arrived((file, line), key, Err(error), rehearsal),
                };
                held.push(loan);
                self.sent(Sent { file, line, key, ticket }, rehearsal)?;
                self.read_back(&mut held, &read_back);
                Ok(())
            })?;
            while self.hear_of_next(rehearsal, 0)? {
                self.read_back(&mut held, &read_back);
            }
            rehearsal.flush()?;
            held.chunks(read_back::AT_A_TIME).for_each(|part| read_back.read(part.to_vec()));
            read_back.sums()
        })
    }

    /// Has read back what landed, once it is enough.
    fn read_back(&self, held: &mut Vec<Held>, read_back: &ReadBack<'_>) {
        let landed = held.len() - self.sent.len();
        if landed >= read_back::AT_A_TIME {
            read_back.read(held.drain(..landed).collect());
        }
    }

    /// Writes payments, and tells what they come to in the book afterwards.
    pub(crate) fn payments(
        &mut self,
        fields: &PaymentFields,
        ledger: &mut Ledger<'_>,
        rehearsal: &mut Rehearsal<'_>,
        progress: &ProgressBar,
    ) -> Result<Money, Trouble> {
        let today = self.as_of.max(rehearsal.report.as_of).max(self.store.last_night()).unwrap_or(Day::MIN);
        let mut held: Vec<(PersonId, AccountId, EntryId)> = vec![];
        self.source.each(progress, |file, read| {
            let Reading::Row(row) = read else { return Ok(()) };
            if rehearsal.rejected.contains(&(file, row.line)) {
                return Ok(());
            }
            let payment = PaymentRow::read(fields, self.mapping, &row).map_err(|_| changed())?;
            let loan = ledger.loan(&payment.loan, &fields.loan)?.ok_or_else(changed)?;
            let entry = payment.entry(&self.mapping.source);
            held.push((loan.person, loan.account, entry));
            let hash = ids::hash(&payment);
            let (at, PaymentRow { key, amount, paid_on, .. }) = (self.at, payment);
            let decide = Box::new(move |person: &_| payment::receive(person, loan.account, entry, amount, paid_on, today, at));
            let command = Command { decide, ..command(self.mapping, self.at, loan.person, "import payment", &key, hash) };
            let ticket = self.store.send(command);
            self.sent(Sent { file, line: row.line, key, ticket }, rehearsal)
        })?;
        self.settle(rehearsal)?;
        held.sort_unstable();
        let mut paid = Money::ZERO;
        for of_person in held.chunk_by(|one, next| one.0 == next.0) {
            let Some(person) = self.store.reader().person(Asker::Night, of_person[0].0).map_err(from_store)? else { continue };
            for (_, account, entry) in of_person {
                let Some(account) = person.accounts.get(account) else { continue };
                paid += payment::standing(&account.loan).filter(|(id, ..)| id == entry).map(|(.., amount)| amount).sum();
            }
        }
        Ok(paid)
    }

    /// Writes contacts as something that was observed, with the rules that each broke.
    pub(crate) fn contacts(
        &mut self,
        fields: &ContactFields,
        ledger: &mut Ledger<'_>,
        rehearsal: &mut Rehearsal<'_>,
        progress: &ProgressBar,
    ) -> Result<(), Trouble> {
        self.source.each(progress, |file, read| {
            let Reading::Row(row) = read else { return Ok(()) };
            if rehearsal.rejected.contains(&(file, row.line)) {
                return Ok(());
            }
            let contact = ContactRow::read(fields, self.mapping, &row, self.at).map_err(|_| changed())?;
            let loan = ledger.loan(&contact.loan, &fields.loan)?.ok_or_else(changed)?;
            let hash = contact.hash();
            let ContactRow { key, channel, direction, outcome, at, agency, .. } = contact;
            let book = self.store.book();
            let decide = Box::new(move |person: &_| {
                let act = Act { account: Some(loan.account), ..Act::demand(channel) };
                let act = agency.map_or(act, |agency| act.through(agency));
                Ok(contact::observe(person, &book, &act, direction, outcome, None, &book.moment(at)))
            });
            let command = Command { decide, ..command(self.mapping, self.at, loan.person, "import contact", &key, hash) };
            let ticket = self.store.send(command);
            self.sent(Sent { file, line: row.line, key, ticket }, rehearsal)
        })?;
        self.settle(rehearsal)
    }

    /// Notes a row that was sent, and hears what became of those before it; where too many are on their way, waits for the oldest.
    fn sent(&mut self, row: Sent, rehearsal: &mut Rehearsal<'_>) -> Result<(), Trouble> {
        self.sent.push_back(row);
        while self.hear_of_next(rehearsal, ON_THEIR_WAY)? {}
        Ok(())
    }

    /// Waits for everything on its way.
    fn settle(&mut self, rehearsal: &mut Rehearsal<'_>) -> Result<(), Trouble> {
        while self.hear_of_next(rehearsal, 0)? {}
        rehearsal.flush()
    }

    /// Hears what became of the oldest row on its way, and waits for it where more than so many are. Says whether it was heard.
    fn hear_of_next(&mut self, rehearsal: &mut Rehearsal<'_>, at_most: usize) -> Result<bool, Trouble> {
        let waits = self.sent.len() > at_most;
        let Some(Sent { file, line, key, ticket }) = self.sent.pop_front() else { return Ok(false) };
        let answer = match ticket.look() {
            Ok(answer) => answer,
            Err(ticket) if waits => ticket.wait(),
            Err(ticket) => {
                self.sent.push_front(Sent { file, line, key, ticket });
                return Ok(false);
            }
        };
        arrived((file, line), key, answer, rehearsal).map(|()| true)
    }
}

fn arrived(
    (file, line): (usize, u64),
    key: String,
    answer: Result<Outcome, store::Error>,
    rehearsal: &mut Rehearsal<'_>,
) -> Result<(), Trouble> {
    let rows = &mut rehearsal.report.rows;
    let (verdict, reason, fix) = match answer {
        Ok(Outcome::Done(_)) => {
            rows.loaded += 1;
            tell_log(rows.loaded + rows.already_there);
            return Ok(());
        }
        Ok(Outcome::AlreadyDone(_)) => {
            rows.already_there += 1;
            tell_log(rows.loaded + rows.already_there);
            return Ok(());
        }
        Ok(Outcome::Conflict) => (Verdict::Conflict, Text::from("import-conflict"), "import-conflict-mend"),
        Ok(Outcome::Refused(refusal)) => {
            let reason = Text::from("import-refused").with("rules", refusal.by.join(", "));
            (Verdict::Rejected, reason, "import-refused-mend")
        }
        Err(error) => {
            let mut trouble = from_store(error);
            trouble.says = format!(
                "{}. {} rows are in the book, each whole; run the same command again for the rest, nothing is loaded twice",
                trouble.says,
                rows.loaded + rows.already_there
            );
            return Err(trouble);
        }
    };
    rehearsal.tell(file, line, verdict, Fault { column: "key".into(), value: key, reason, fix: fix.into() })
}

/// What is on disk, for those who watch a log rather than a bar.
fn tell_log(rows: u64) {
    if rows.is_multiple_of(TOLD_EVERY) {
        tracing::info!(rows, "in the book");
    }
}

/// Who decides on loans, on any thread.
struct Decider<'a> {
    store: &'a Store,
    mapping: &'a Mapping,
    fields: &'a LoanFields,
    as_of: Option<Day>,
    at: Timestamp,
}

/// A loan that is decided and not written yet.
struct DecidedLoan {
    line: u64,
    key: String,
    held: Held,
    ahead: Result<DecidedAhead, store::Error>,
}

impl Decider<'_> {
    /// Most loans are of people whom nobody knows yet, and are decided here while the writer writes.
    fn decide(&self, row: &Row<'_>) -> Result<DecidedLoan, Trouble> {
        let loan = LoanRow::read(self.fields, self.mapping, row).map_err(|_| changed())?;
        let source = &self.mapping.source;
        let (account, hash, key) = (loan.account(source), loan.hash(), loan.key.clone());
        let held = (loan.person, account, loan.as_of());
        let identity = note("identity", source, &key, &loan.who)?;
        let address = loan.address.as_ref().map(|address| note("address", source, &key, address)).transpose()?;
        let today = self.as_of.max(Some(loan.as_of())).unwrap_or(loan.as_of());
        let takeover = Arc::new(Takeover {
            account,
            terms: loan.terms,
            entries: loan.entries,
            identity: identity.reference(),
            address: address.as_ref().map(Note::reference).zip(loan.address.map(|address| address.city)),
            zone: self.mapping.zone.clone(),
            number: loan.number,
        });
        let at = self.at;
        let decide = || {
            let takeover = Arc::clone(&takeover);
            Box::new(move |person: &_| take_over(person, &takeover, today, at))
        };
        let notes = [Some(identity), address].into_iter().flatten().collect();
        let command = command(self.mapping, at, loan.person, "import loan", &key, hash);
        let ahead = self.store.decide_on_stranger(Command { notes, decide: decide(), ..command }, decide());
        Ok(DecidedLoan { line: row.line, key, held, ahead })
    }
}

fn command(mapping: &Mapping, at: Timestamp, person: PersonId, intent: &'static str, key: &str, body_hash: [u8; 32]) -> Command {
    let key = format!("{intent}:{}:{key}", mapping.source);
    let decide = Box::new(|_: &_| Ok(vec![]));
    Command { person, actor: Actor::Import, key, body_hash, intent, recorded_at: at, night: None, notes: vec![], decide }
}

/// A note of an imported person, salted.
fn note(kind: &'static str, source: &str, key: &str, body: &impl serde::Serialize) -> Result<Note, Trouble> {
    let failed = |error: String| Trouble { exit: Exit::Failed, says: error };
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|error| failed(error.to_string()))?;
    let body = serde_json::to_string(body).map_err(|error| failed(error.to_string()))?;
    Ok(Note { id: NoteId(ids::id(kind, source, key)), kind, salt, body, paper: None })
}

/// A fault of the store as the end of the program.
pub(crate) fn from_store(error: store::Error) -> Trouble {
    Trouble { exit: Exit::of_store(&error), says: error.to_string() }
}

fn changed() -> Trouble {
    Trouble { exit: Exit::Failed, says: "the source changed while it was read; run the same command again".into() }
}
