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
use super::row::{Fault, Row, Text};
use super::source::{Reading, Source};
use super::stated::{Sums, against_ours};
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
        self.source.each(progress, |file, read| {
            let read = self.one(file, read, |mapping, row| {
                let loan = LoanRow::read(fields, mapping, row)?;
                Ok((loan.take_over(fields, row)?, loan))
            })?;
            let Some((row, (ours, loan))) = read else { return Ok(()) };
            if !self.is_new(file, &row, &loan.key, &fields.key)? {
                return Ok(());
            }
            self.report.rounded += loan.rounded;
            self.report.as_of = self.report.as_of.max(Some(loan.as_of()));
            sums.add_stated(&loan);
            let mut faults = self.broken_sums(&row);
            let [instalment, balance, status] = against_ours(&loan, &ours, fields, &row);
            for (check, verdict) in [(instalments, instalment), (balances, balance), (statuses, status)] {
                if let (Some(check), Some(verdict)) = (check, verdict) {
                    self.report.count(check, verdict.is_ok());
                    faults.extend(verdict.err());
                }
            }
            self.warn(file, row.line, faults)
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
            if !self.is_new(file, &row, &payment.key, &fields.key)? {
                return Ok(());
            }
            if let Some(fault) = ledger.fault(&payment, fields, &row)? {
                return self.tell(file, row.line, Verdict::Rejected, fault);
            }
            paid += payment.amount;
            self.report.as_of = self.report.as_of.max(Some(payment.paid_on));
            let faults = self.broken_sums(&row);
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
            if !self.is_new(file, &row, &contact.key, &fields.key)? {
                return Ok(());
            }
            if ledger.loan(&contact.loan, &fields.loan)?.is_none() {
                return self.tell(file, row.line, Verdict::Rejected, fields.loan.unknown(&row));
            }
            let faults = self.broken_sums(&row);
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
        self.report.rows.read += 1;
        let (line, fault) = match read {
            Reading::PassedOver => {
                self.report.rows.passed_over += 1;
                return Ok(None);
            }
            Reading::Fault(line, fault) => (line, fault),
            Reading::Row(row) => match make(self.mapping, &row) {
                Ok(made) => return Ok(Some((row, made))),
                Err(fault) => (row.line, fault),
            },
        };
        self.tell(file, line, Verdict::Rejected, fault)?;
        Ok(None)
    }

    /// Whether a key is seen for the first time; otherwise its row is rejected.
    fn is_new(&mut self, file: usize, row: &Row<'_>, key: &str, field: &Field) -> Result<bool, Trouble> {
        let first = match self.seen.entry(ids::id("key", "", key)) {
            Entry::Vacant(place) => {
                place.insert((file, row.line));
                return Ok(true);
            }
            Entry::Occupied(place) => *place.get(),
        };
        let there = file_name(&self.source.paths()[first.0]);
        let reason = Text::from("import-twice").with("row", first.1).with("file", there);
        self.tell(file, row.line, Verdict::Rejected, field.fault(row, reason, "import-twice-mend"))?;
        Ok(false)
    }

    fn checks_for(&mut self, is_checked: bool, name: &str, label: &'static str) -> Option<usize> {
        is_checked.then(|| {
            self.report.checks.push(CheckCount { check: name.into(), label: Some(label), held: 0, broken: 0 });
            self.report.checks.len() - 1
        })
    }

    fn broken_sums(&mut self, row: &Row<'_>) -> Vec<Fault> {
        let mut faults = vec![];
        for (index, check) in self.mapping.checks.iter().enumerate() {
            let fault = match check.broken(row) {
                Ok(None) => None,
                Ok(Some(sides)) => Some(Fault {
                    column: check.says.clone(),
                    value: format!("{} = {}", sides.left, sides.right),
                    reason: "import-sum".into(),
                    fix: "import-sum-mend".into(),
                }),
                Err(fault) => Some(fault),
            };
            self.report.count(index, fault.is_none());
            faults.extend(fault);
        }
        faults
    }

    fn warn(&mut self, file: usize, line: u64, faults: Vec<Fault>) -> Result<(), Trouble> {
        self.report.rows.warned += u64::from(!faults.is_empty());
        faults.into_iter().try_for_each(|fault| self.tell(file, line, Verdict::Warned, fault))
    }
}

/// The name of a file without its folder.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn reject_file(path: &Path, error: &csv::Error) -> Trouble {
    let says = format!("cannot write rejected rows to `{}`: {error}; name another file with --reject-to", path.display());
    Trouble { exit: Exit::Usage, says }
}
