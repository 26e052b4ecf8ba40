//! The import: other systems' loans, payments and contacts come into the book by a mapping file, and the lender gets an account of it.
//!
//! Two passes over the same files. The first, the rehearsal, reads and judges every row and writes nothing; only if it finds no more wrong than
//! is allowed does the second write. Every row has a key, so the same file twice changes nothing.

mod birth;
mod contacts;
mod currency;
mod date;
mod load;
mod loans;
mod mapping;
mod number;
mod payments;
mod read_back;
mod rehearsal;
mod report;
mod row;
mod source;
mod stated;
mod sums;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use domain::day::Day;
use domain::moment::Timestamp;
use indicatif::{ProgressBar, ProgressStyle};
use store::runs::NIGHT;
use store::{BookRecord, Place, Store};

use crate::books::{self, NewBook};
use crate::commands::{Exit, Stop as Trouble};
use crate::packs;
use crate::texts::{Currency, Lang, Reader};

use load::Load;
use mapping::{ContactFields, Fields, LoanFields, Mapping, PaymentFields};
use payments::Ledger;
use rehearsal::{Rehearsal, file_name};
use report::{Ending, Report, Rows, SCHEMA, Total};
use source::Source;

pub(crate) use mapping::What;

/// What is to be imported, and how.
pub(crate) struct Order<'a> {
    pub(crate) what: What,
    pub(crate) mapping: &'a Path,
    pub(crate) sources: &'a [PathBuf],
    pub(crate) data_dir: &'a Path,
    /// The law of a book that is made by this import.
    pub(crate) packs: &'a str,
    pub(crate) is_dry_run: bool,
    pub(crate) reject_to: Option<&'a Path>,
    pub(crate) max_rejects: u64,
    pub(crate) as_of: Option<Day>,
    /// The language of the report.
    pub(crate) lang: Lang,
    pub(crate) shows_progress: bool,
}

/// Imports, and tells what came of it. The exit code is for the whole; the report says why.
pub(crate) fn run(order: &Order<'_>) -> anyhow::Result<(Report, Exit)> {
    let started = Instant::now();
    let mut mapping = read_mapping(order)?;
    let source = Source::open(order.sources, &mut mapping, order.mapping)?;
    check_book(order, &mapping)?;
    let passes = if order.is_dry_run { 1 } else { 2 };
    let progress = progress(order, source.size() * passes);
    let rehearsal = Rehearsal::new(&mapping, &source, empty_report(order, &mapping), order.reject_to, reader(order.lang))?;
    let import = Import { order, mapping: &mapping, source: &source, progress: &progress };
    let mut report = match &mapping.fields {
        Fields::Loans(fields) => import.loans(fields, rehearsal)?,
        Fields::Payments(fields) => import.payments(fields, rehearsal)?,
        Fields::Contacts(fields) => import.contacts(fields, rehearsal)?,
    };
    progress.finish_and_clear();
    report.seconds = started.elapsed().as_secs_f64();
    let exit = match report.ending {
        _ if report.rows.rejected > order.max_rejects => Exit::Rejected,
        Ending::Different if report.rows.conflicts > 0 => Exit::Rejected,
        Ending::Different => Exit::Different,
        Ending::Accepted | Ending::Rehearsed | Ending::Rejected => Exit::Done,
    };
    Ok((report, exit))
}

/// One import under way.
struct Import<'a> {
    order: &'a Order<'a>,
    mapping: &'a Mapping,
    source: &'a Source,
    progress: &'a ProgressBar,
}

impl Import<'_> {
    fn loans(&self, fields: &LoanFields, mut rehearsal: Rehearsal<'_>) -> anyhow::Result<Report> {
        let stated = rehearsal.loans(fields, self.progress)?;
        rehearsal.report.totals = stated.totals(None);
        if self.may_load(&mut rehearsal) {
            let store = self.open_or_create()?;
            self.take_over_nights(&store, &rehearsal.report).map_err(load::from_store)?;
            let held = self.load(&store).loans(fields, &mut rehearsal, self.progress)?;
            rehearsal.report.totals = stated.totals(Some(&held));
            conclude(&mut rehearsal.report);
        }
        Ok(rehearsal.report)
    }

    fn payments(&self, fields: &PaymentFields, mut rehearsal: Rehearsal<'_>) -> anyhow::Result<Report> {
        let store = books::open(self.order.data_dir).map_err(told)?;
        let mut ledger = Ledger::new(&store);
        let paid = rehearsal.payments(fields, &mut ledger, self.progress)?;
        let total = |book| vec![Total { name: "payments", label: "import-total-payments", file: paid, book }];
        rehearsal.report.totals = total(None);
        if self.may_load(&mut rehearsal) {
            let held = self.load(&store).payments(fields, &mut ledger, &mut rehearsal, self.progress)?;
            rehearsal.report.totals = total(Some(held));
            conclude(&mut rehearsal.report);
        }
        Ok(rehearsal.report)
    }

    fn contacts(&self, fields: &ContactFields, mut rehearsal: Rehearsal<'_>) -> anyhow::Result<Report> {
        let store = books::open(self.order.data_dir).map_err(told)?;
        let mut ledger = Ledger::new(&store);
        rehearsal.contacts(fields, &mut ledger, self.progress)?;
        if self.may_load(&mut rehearsal) {
            self.load(&store).contacts(fields, &mut ledger, &mut rehearsal, self.progress)?;
            conclude(&mut rehearsal.report);
        }
        Ok(rehearsal.report)
    }

    /// Whether the rehearsal was good enough to write, and was not all that was asked for.
    fn may_load(&self, rehearsal: &mut Rehearsal<'_>) -> bool {
        if rehearsal.report.rows.rejected > self.order.max_rejects {
            rehearsal.report.ending = Ending::Rejected;
            return false;
        }
        !self.order.is_dry_run
    }

    fn load<'a>(&'a self, store: &'a Store) -> Load<'a> {
        Load::new(store, self.mapping, self.source, self.order.as_of)
    }

    /// A new book begins where the old one ends: the nights up to the day it speaks of were the other system's.
    fn take_over_nights(&self, store: &Store, report: &Report) -> Result<(), store::Error> {
        let (None, Some(day)) = (store.last_night(), self.order.as_of.max(report.as_of)) else { return Ok(()) };
        // A row from the future must not put every night off.
        let day = day.min(store.book().day_of(Timestamp::now()).plus_days(-1));
        let (id, end) = (format!("{NIGHT}-{day}"), store.book().start_of(day.plus_days(1)));
        store.begin_run(&id, NIGHT, day, end)?;
        store.finish_run(&id, &serde_json::json!({ "taken_over_from": self.mapping.source }), end)
    }

    fn open_or_create(&self) -> anyhow::Result<Arc<Store>> {
        let data_dir = self.order.data_dir;
        if BookRecord::read(&Place::in_dir(data_dir)).map_err(load::from_store)?.is_none() {
            let Mapping { source, currency, zone, .. } = self.mapping;
            books::create(data_dir, &NewBook { name: source, currency, zone, packs: self.order.packs }).map_err(told)?;
        }
        books::open(data_dir).map_err(told)
    }
}

/// The verdict, once everything is written and read back.
fn conclude(report: &mut Report) {
    let is_right = report.agrees() && report.rows.conflicts == 0;
    report.ending = if is_right { Ending::Accepted } else { Ending::Different };
}

fn read_mapping(order: &Order<'_>) -> Result<Mapping, Trouble> {
    let path = order.mapping.display();
    let usage = |says| Trouble { exit: Exit::Usage, says };
    let text = fs::read_to_string(order.mapping)
        .map_err(|error| usage(format!("cannot read the mapping `{path}`: {error}; name it with --map FILE")))?;
    Mapping::parse(&text, order.what).map_err(|wrong| usage(format!("`{path}` {wrong}")))
}

/// Whether what is imported belongs into the book that is there, or, where none is, whether one can be made for it.
fn check_book(order: &Order<'_>, mapping: &Mapping) -> Result<(), Trouble> {
    let Some(record) = BookRecord::read(&Place::in_dir(order.data_dir)).map_err(load::from_store)? else {
        let law = packs::law(order.packs.split(','), None);
        return law.map(drop).map_err(|error| Trouble { exit: Exit::Usage, says: format!("--packs: {error:#}") });
    };
    if record.currency == mapping.currency {
        return Ok(());
    }
    let says = format!(
        "the book in {} is kept in {}, and `{}` states {}; import it into a folder of its own with --data-dir",
        order.data_dir.display(),
        record.currency,
        order.mapping.display(),
        mapping.currency
    );
    Err(Trouble { exit: Exit::Usage, says })
}

/// A fault of the store keeps its exit code.
fn told(error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<store::Error>() {
        Ok(fault) => load::from_store(fault).into(),
        Err(error) => error,
    }
}

fn empty_report(order: &Order<'_>, mapping: &Mapping) -> Report {
    Report {
        schema: SCHEMA,
        what: order.what.name(),
        title: order.what.title(),
        source: mapping.source.clone(),
        files: order.sources.iter().map(|path| file_name(path)).collect(),
        currency: mapping.currency.clone(),
        as_of: order.as_of,
        ending: Ending::Rehearsed,
        rows: Rows::default(),
        totals: vec![],
        checks: vec![],
        rounded: 0,
        issues: vec![],
        issues_not_listed: 0,
        seconds: 0.0,
    }
}

/// Somebody who reads this language. Amounts and days are written bare, so that only the language counts.
pub(crate) fn reader(lang: Lang) -> Reader {
    Reader { lang, currency: Currency::new("CNY"), zone: jiff::tz::TimeZone::UTC }
}

fn progress(order: &Order<'_>, bytes: u64) -> ProgressBar {
    if !order.shows_progress {
        return ProgressBar::hidden();
    }
    // The template is a constant of ours; without it the bar only looks plainer.
    let style =
        ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes} {eta}").unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(bytes).with_style(style)
}
