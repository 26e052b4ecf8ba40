//! The first pass: every row is read and judged, nothing is written. A second pass writes exactly what this one let through.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::path::Path;

use domain::moment::Timestamp;
use domain::money::Money;
use indicatif::ProgressBar;

use crate::commands::{Exit, Stop as Trouble};

use super::contacts::ContactRow;
use super::loans::LoanRow;
use super::mapping::{ContactFields, Field, LoanFields, Mapping, PaymentFields};
use super::payments::{Ledger, PaymentRow};
use super::report::{CheckCount, Issue, Report, Verdict};
use super::row::{Fault, Row};
use super::source::{Reading, Source};
use super::stated::{Sums, against_ours};
use super::sums::Equation;
use crate::ids;
use crate::texts::Reader;

/// The reject file, and the keys that were seen so far.
pub(crate) struct Rehearsal<'a> {
    mapping: &'a Mapping,
    source: &'a Source,
    pub(crate) report: Report,
    rejects: Option<csv::Writer<File>>,
    reject_to: Option<&'a Path>,
    /// Who is told what is wrong.
    reader: Reader,
    /// Where a key was seen first, by its id.
    seen: HashMap<u64, (usize, u64)>,
    /// The rows that are not to be written.
    pub(crate) rejected: HashSet<(usize, u64)>,
}

impl<'a> Rehearsal<'a> {
    /// Begins; the reject file is made at once, so that a wrong path is known before anything is done.
    pub(crate) fn new(
        mapping: &'a Mapping,
        source: &'a Source,
        report: Report,
        reject_to: Option<&'a Path>,
        reader: Reader,
    ) -> Result<Rehearsal<'a>, Trouble> {
        let (seen, rejected) = (HashMap::new(), HashSet::new());
        let mut rehearsal = Rehearsal { mapping, source, report, rejects: None, reject_to, reader, seen, rejected };
        if let Some(path) = reject_to {
            let mut writer = csv::Writer::from_path(path).map_err(|error| reject_file(path, &error))?;
            let header = ["file", "row", "verdict", "column", "value", "reason", "fix"];
            writer.write_record(header).map_err(|error| reject_file(path, &error))?;
            rehearsal.rejects = Some(writer);
        }
        Ok(rehearsal)
    }

    /// Notes an issue in the report and in the reject file.
    pub(crate) fn tell(&mut self, file: usize, row: u64, verdict: Verdict, fault: Fault) -> Result<(), Trouble> {
        if verdict == Verdict::Rejected {
            self.rejected.insert((file, row));
        }
        let Fault { column, value, reason, fix } = fault;
        let (because, reason, fix) = (reason.key, reason.read_by(&self.reader), fix.read_by(&self.reader));
        let file = file_name(&self.source.paths()[file]);
        if let (Some(writer), Some(path)) = (&mut self.rejects, self.reject_to) {
            let line = row.to_string();
            let record = [&file, &line, verdict.name(), &column, &value, &reason, &fix];
            writer.write_record(record).map_err(|error| reject_file(path, &error))?;
        }
        self.report.tell(Issue { file, row, verdict, column, value, because, reason, fix });
        Ok(())
    }

    /// Puts what was rejected on the disk.
    pub(crate) fn flush(&mut self) -> Result<(), Trouble> {
        if let (Some(writer), Some(path)) = (&mut self.rejects, self.reject_to) {
            writer.flush().map_err(|error| reject_file(path, &error.into()))?;
        }
        Ok(())
    }

    /// Reads and judges loans; tells their sums.
    pub(crate) fn loans(&mut self, fields: &LoanFields, progress: &ProgressBar) -> Result<Sums, Trouble> {
        self.begin();
        let opening = fields.opening.as_ref();
        let instalments = self.checks_for(fields.instalment.is_some(), "instalment as stated", "import-check-instalment");
        let balances = self.checks_for(
            opening.is_some_and(|opening| opening.balance.is_some()),
            "balance as stated",
            "import-check-balance",
        );
        let statuses = self.checks_for(fields.status.is_some(), "status as stated", "import-check-status");
        let mut sums = Sums::default();
        let mapping = self.mapping;
        let judge = |_, read: Reading<'_>| Judged::of(read, |row| JudgedLoan::of(fields, mapping, &row));
        self.source.each_ahead(progress, judge, |file, judged| {
            let Some((line, judged)) = self.counted(file, judged)? else { return Ok(()) };
            let JudgedLoan { loan, twice, sums: broken, stated: [instalment, balance, status] } = judged;
            if !self.is_new(file, line, &loan.key, || twice)? {
                return Ok(());
            }
            self.report.rounded += loan.rounded;
            self.report.as_of = self.report.as_of.max(Some(loan.as_of()));
            sums.add_stated(&loan);
            let mut faults = self.counted_sums(broken);
            for (check, verdict) in [(instalments, instalment), (balances, balance), (statuses, status)] {
                if let (Some(check), Some(verdict)) = (check, verdict) {
                    self.report.count(check, verdict.is_ok());
                    faults.extend(verdict.err());
                }
            }
            self.warn(file, line, faults)
        })?;
        self.flush()?;
        Ok(sums)
    }

    /// Reads and judges payments; tells what they come to.
    pub(crate) fn payments(
        &mut self,
        fields: &PaymentFields,
        ledger: &mut Ledger<'_>,
        progress: &ProgressBar,
    ) -> Result<Money, Trouble> {
        self.begin();
        let mut paid = Money::ZERO;
        self.source.each(progress, |file, read| {
            let Some((row, payment)) = self.one(file, read, |mapping, row| PaymentRow::read(fields, mapping, row))? else {
                return Ok(());
            };
            if !self.is_new(file, row.line, &payment.key, || twice(&fields.key, &row))? {
                return Ok(());
            }
            if let Some(fault) = ledger.fault(&payment, fields, &row)? {
                return self.tell(file, row.line, Verdict::Rejected, fault);
            }
            paid += payment.amount;
            self.report.as_of = self.report.as_of.max(Some(payment.paid_on));
            let faults = self.counted_sums(sums(self.mapping, &row));
            self.warn(file, row.line, faults)
        })?;
        self.flush()?;
        Ok(paid)
    }

    /// Reads and judges contacts.
    pub(crate) fn contacts(
        &mut self,
        fields: &ContactFields,
        ledger: &mut Ledger<'_>,
        progress: &ProgressBar,
    ) -> Result<(), Trouble> {
        self.begin();
        let now = Timestamp::now();
        self.source.each(progress, |file, read| {
            let made = self.one(file, read, |mapping, row| ContactRow::read(fields, mapping, row, now))?;
            let Some((row, contact)) = made else { return Ok(()) };
            if !self.is_new(file, row.line, &contact.key, || twice(&fields.key, &row))? {
                return Ok(());
            }
            if ledger.loan(&contact.loan, &fields.loan)?.is_none() {
                return self.tell(file, row.line, Verdict::Rejected, fields.loan.unknown(&row));
            }
            let faults = self.counted_sums(sums(self.mapping, &row));
            self.warn(file, row.line, faults)
        })?;
        self.flush()
    }

    fn begin(&mut self) {
        let checks = self.mapping.checks.iter();
        self.report.checks =
            checks.map(|check| CheckCount { check: check.says.clone(), label: None, held: 0, broken: 0 }).collect();
    }

    /// Counts a row and reads it; what cannot be read is rejected.
    fn one<'r, T>(
        &mut self,
        file: usize,
        read: Reading<'r>,
        make: impl FnOnce(&Mapping, &Row<'r>) -> Result<T, Fault>,
    ) -> Result<Option<(Row<'r>, T)>, Trouble> {
        let mapping = self.mapping;
        let made = |row: Row<'r>| make(mapping, &row).map(|made| (row, made));
        Ok(self.counted(file, Judged::of(read, made))?.map(|(_, made)| made))
    }

    /// Counts a row that was judged; one that cannot be read is rejected.
    fn counted<T>(&mut self, file: usize, judged: Judged<T>) -> Result<Option<(u64, T)>, Trouble> {
        self.report.rows.read += 1;
        match judged {
            Judged::Made(line, made) => return Ok(Some((line, made))),
            Judged::PassedOver => self.report.rows.passed_over += 1,
            Judged::Fault(line, fault) => self.tell(file, line, Verdict::Rejected, fault)?,
        }
        Ok(None)
    }

    /// Whether a key is seen for the first time; otherwise its row is rejected, by a fault that does not say yet where.
    fn is_new(&mut self, file: usize, line: u64, key: &str, twice: impl FnOnce() -> Fault) -> Result<bool, Trouble> {
        let first = match self.seen.entry(ids::id("key", "", key)) {
            Entry::Vacant(place) => {
                place.insert((file, line));
                return Ok(true);
            }
            Entry::Occupied(place) => *place.get(),
        };
        let there = file_name(&self.source.paths()[first.0]);
        let twice = twice();
        let reason = twice.reason.with("row", first.1).with("file", there);
        self.tell(file, line, Verdict::Rejected, Fault { reason, ..twice })?;
        Ok(false)
    }

    fn checks_for(&mut self, is_checked: bool, name: &str, label: &'static str) -> Option<usize> {
        is_checked.then(|| {
            self.report.checks.push(CheckCount { check: name.into(), label: Some(label), held: 0, broken: 0 });
            self.report.checks.len() - 1
        })
    }

    /// Counts which of the mapping's sums hold; gives the faults of the others.
    fn counted_sums(&mut self, sums: Vec<Option<Fault>>) -> Vec<Fault> {
        sums.iter().enumerate().for_each(|(index, fault)| self.report.count(index, fault.is_none()));
        sums.into_iter().flatten().collect()
    }

    fn warn(&mut self, file: usize, line: u64, faults: Vec<Fault>) -> Result<(), Trouble> {
        self.report.rows.warned += u64::from(!faults.is_empty());
        faults.into_iter().try_for_each(|fault| self.tell(file, line, Verdict::Warned, fault))
    }
}

/// What came of a row, before the rows around it are known.
enum Judged<T> {
    Made(u64, T),
    Fault(u64, Fault),
    PassedOver,
}

impl<T> Judged<T> {
    fn of<'r>(read: Reading<'r>, make: impl FnOnce(Row<'r>) -> Result<T, Fault>) -> Judged<T> {
        match read {
            Reading::PassedOver => Judged::PassedOver,
            Reading::Fault(line, fault) => Judged::Fault(line, fault),
            Reading::Row(row) => {
                let line = row.line;
                make(row).map_or_else(|fault| Judged::Fault(line, fault), |made| Judged::Made(line, made))
            }
        }
    }
}

/// A loan that can be read, and what is to be said of it.
struct JudgedLoan {
    loan: LoanRow,
    /// If its key was there before.
    twice: Fault,
    sums: Vec<Option<Fault>>,
    /// Instalment, balance and status.
    stated: [Option<Result<(), Fault>>; 3],
}

impl JudgedLoan {
    fn of(fields: &LoanFields, mapping: &Mapping, row: &Row<'_>) -> Result<JudgedLoan, Fault> {
        let loan = LoanRow::read(fields, mapping, row)?;
        let ours = loan.take_over(fields, row)?;
        let stated = against_ours(&loan, &ours, fields, row);
        Ok(JudgedLoan { twice: twice(&fields.key, row), sums: sums(mapping, row), stated, loan })
    }
}

/// A key that was there before; where, is still to be said.
fn twice(key: &Field, row: &Row<'_>) -> Fault {
    key.fault(row, "import-twice", "import-twice-mend")
}

/// Of each sum of the mapping, what is wrong with it in a row.
fn sums(mapping: &Mapping, row: &Row<'_>) -> Vec<Option<Fault>> {
    let sum = |check: &Equation| match check.broken(row) {
        Ok(None) => None,
        Ok(Some(sides)) => Some(Fault {
            column: check.says.clone(),
            value: format!("{} = {}", sides.left, sides.right),
            reason: "import-sum".into(),
            fix: "import-sum-mend".into(),
        }),
        Err(fault) => Some(fault),
    };
    mapping.checks.iter().map(sum).collect()
}

/// The name of a file without its folder.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn reject_file(path: &Path, error: &csv::Error) -> Trouble {
    let says = format!("cannot write rejected rows to `{}`: {error}; name another file with --reject-to", path.display());
    Trouble { exit: Exit::Usage, says }
}
