//! Power cuts: what the store writes is recorded, and then the disk is put into states that a power cut could leave, thousands
//! of them. In each the book must open, verify clean, and hold all that had been acknowledged by then. The same with
//! `synchronous=NORMAL` must lose something, or this test could not see it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use domain::book::Book;
use domain::event::Actor;
use domain::id::PersonId;
use domain::law::{Calendar, Law};
use domain::moment::Timestamp;
use store::{Outcome, Place, Store};

use super::Bench;
use super::disk::{Deed, Disk, Loss, read_trace};
use crate::chance::Chance;
use crate::ci::cargo;
use crate::step::output;

/// What the states came to.
#[derive(Debug, Default)]
struct Tally {
    states: u64,
    /// States at moments at which something was neither synced nor lost.
    open: u64,
    /// States before the book was acknowledged, in which there was none.
    unborn: u64,
    /// States that lost something that had been acknowledged, and the first of them.
    lost: u64,
    /// States that do not open or do not verify.
    damaged: u64,
    first: Option<String>,
}

/// Cuts the power `states` times with `FULL`, which must lose nothing, and as often with `NORMAL`, which must lose something.
pub(super) fn run(bench: &Bench, states: u64, seed: u64) -> anyhow::Result<String> {
    let writer = writer()?;
    let full = Power::record(bench, &writer, "FULL")?.cut(states, seed)?;
    if full.lost + full.damaged > 0 {
        let first = full.first.unwrap_or_default();
        bail!("{} states lost something, {} are damaged; seed {seed}; first: {first}", full.lost, full.damaged);
    }
    let normal = Power::record(bench, &writer, "NORMAL")?.cut(states, seed)?;
    if normal.lost == 0 {
        bail!("with synchronous=NORMAL nothing was lost in {} states, so this test sees nothing; seed {seed}", normal.states);
    }
    Ok(format!(
        "FULL: {} states ({} in the middle of writing, {} before there was a book), 0 lost, 0 damaged; \
         NORMAL: {} of {} states lost what was acknowledged, {} damaged; seed {seed}",
        full.states, full.open, full.unborn, normal.lost, normal.states, normal.damaged
    ))
}

/// The program that writes: a test of the store, because only tests may write with less than `FULL`. Built with the whole
/// workspace, as everything else is, so that nothing is compiled twice.
fn writer() -> anyhow::Result<PathBuf> {
    let built = output(&mut cargo(["test", "--locked", "--workspace", "--lib", "--no-run", "--message-format=json"]))?;
    let mut programs = built.lines().filter_map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).ok()?;
        let is_store = line["target"]["name"] == "store" && line["profile"]["test"] == true;
        is_store.then(|| line["executable"].as_str().map(PathBuf::from)).flatten()
    });
    programs.next_back().context("cargo built no tests of the store")
}

/// A recording.
struct Power {
    deeds: Vec<Deed>,
    scratch: PathBuf,
}

impl Power {
    fn record(bench: &Bench, writer: &Path, synchronous: &str) -> anyhow::Result<Power> {
        let scratch = bench.folder(&format!("power-{synchronous}"))?;
        let (data, trace) = (scratch.join("data"), scratch.join("trace"));
        fs::create_dir_all(&data)?;
        let mut command = Command::new(writer);
        command.args(["--ignored", "--exact", "append::power::writes_for_a_power_cut", "--nocapture"]);
        command.env("LD_PRELOAD", &bench.disk).env("FORBEAR_DISK_DIR", &data).env("FORBEAR_DISK_TRACE", &trace);
        command.env("FORBEAR_DISK_SYNCHRONOUS", synchronous);
        let done = command.stdin(Stdio::null()).output().context("cannot start the writer")?;
        if !done.status.success() {
            bail!("the writer failed: {}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        }
        let deeds = read_trace(&trace)?;
        if !deeds.iter().any(|deed| matches!(deed, Deed::Acknowledged(what) if what.starts_with("people"))) {
            bail!("nothing was recorded; does the disk's stand-in fit this program?");
        }
        Ok(Power { deeds, scratch })
    }

    fn cut(&self, states: u64, seed: u64) -> anyhow::Result<Tally> {
        let mut chance = Chance::new(seed);
        // Half of the moments are just after an acknowledgement, when most can be lost.
        let acknowledged: Vec<usize> =
            (0..self.deeds.len()).filter(|at| matches!(self.deeds[*at], Deed::Acknowledged(_))).collect();
        let mut moments: Vec<usize> = (0..states)
            .map(|_| match chance.once_in(2) {
                true => *chance.pick(&acknowledged),
                false => chance.between(0, self.deeds.len() as i64 - 1) as usize,
            })
            .collect();
        moments.sort_unstable();
        let (mut disk, mut promised, mut tally) = (Disk::default(), Promised::default(), Tally::default());
        let mut moments = moments.into_iter().peekable();
        for (at, deed) in self.deeds.iter().enumerate() {
            disk.follow(deed);
            promised.follow(deed);
            while moments.next_if_eq(&at).is_some() {
                tally.states += 1;
                tally.open += u64::from(!disk.is_settled());
                let data = self.scratch.join("state");
                let _ = fs::remove_dir_all(&data);
                fs::create_dir_all(&data)?;
                let loss = disk.cut_power(&data, &mut chance)?;
                tally.judge(&promised, &data, at, loss);
            }
        }
        Ok(tally)
    }
}

impl Tally {
    fn judge(&mut self, promised: &Promised, data: &Path, at: usize, loss: Loss) {
        let found = match promised.kept(data) {
            Ok(Kept::All) => return,
            Ok(Kept::NoBook) => {
                self.unborn += 1;
                return;
            }
            Ok(Kept::Lost(what)) => {
                self.lost += 1;
                what
            }
            Err(error) => {
                self.damaged += 1;
                format!("{error:#}")
            }
        };
        self.first.get_or_insert_with(|| format!("after deed {at}, lost {loss:?}: {found}"));
    }
}

/// What had been acknowledged.
#[derive(Clone, Debug, Default)]
struct Promised {
    book: bool,
    people: u64,
    seals: usize,
}

enum Kept {
    All,
    /// There is no book, and none had been promised.
    NoBook,
    Lost(String),
}

impl Promised {
    fn follow(&mut self, deed: &Deed) {
        let Deed::Acknowledged(what) = deed else { return };
        match what.split_once(' ') {
            None => self.book |= what == "book",
            Some(("people", count)) => self.people = count.parse().unwrap_or(self.people),
            Some(("seals", count)) => self.seals = count.parse().unwrap_or(self.seals),
            Some(_) => {}
        }
    }

    /// Whether everything is in the book that is left in `data`. An error if it cannot be opened or is not clean.
    fn kept(&self, data: &Path) -> anyhow::Result<Kept> {
        let store = match Store::open(&Place::in_dir(data), book()?) {
            Ok(store) => store,
            Err(store::Error::Unfit(_)) if !self.book => return Ok(Kept::NoBook),
            Err(store::Error::Unfit(what)) => return Ok(Kept::Lost(what)),
            Err(error) => return Err(error.into()),
        };
        if let Some(difference) = store.verify(&mut |_, _| {})?.first() {
            bail!("{difference}");
        }
        let seals = store.reader().sealed_days(u32::MAX)?.len();
        if seals < self.seals {
            return Ok(Kept::Lost(format!("{} seals were promised, {seals} are there", self.seals)));
        }
        let sent: Vec<_> = (0..self.people).map(|person| store.send(again(person))).collect();
        for (person, ticket) in sent.into_iter().enumerate() {
            if !matches!(ticket.wait()?, Outcome::AlreadyDone(_)) {
                return Ok(Kept::Lost(format!("{} people were promised, number {person} is not there", self.people)));
            }
        }
        Ok(Kept::All)
    }
}

/// The command that registered a person. Sent again it does nothing, unless the first was lost.
fn again(person: u64) -> store::Command {
    store::Command {
        person: PersonId(person),
        actor: Actor::Import,
        key: format!("register {person}"),
        body_hash: [0; 32],
        intent: "register",
        recorded_at: Timestamp::UNIX_EPOCH,
        night: None,
        notes: vec![],
        decide: Box::new(|_| Ok(vec![])),
    }
}

/// The rules of the book that the writer makes: none.
fn book() -> anyhow::Result<Book> {
    let law = Law::new(vec![], &|_| None).map_err(|invalid| anyhow::anyhow!("{}: {}", invalid.field, invalid.fix))?;
    Ok(Book {
        currency: "CNY".to_owned(),
        zone: jiff::tz::TimeZone::UTC,
        law,
        calendar: Calendar::default(),
        zones: |_| None,
        house: Default::default(),
    })
}
