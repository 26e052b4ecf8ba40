//! `kill -9` at random moments of imports, nights and servers. After each the book must verify clean, hold everything that was
//! acknowledged, and be taken up again to the end that it would have had.

use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use domain::event::Event;
use domain::id::{ComplaintId, PersonId, VisitId};
use domain::loan::EntryKind;
use store::{Asker, Place, Store, Thing};

use super::http::{Browser, Server};
use super::{Bench, json};
use crate::chance::Chance;
use crate::ci::root;
use crate::simulate::book;

/// Loans of the imported book.
pub(super) const LOANS: u64 = 1_200;
/// Nights that are run over it.
const NIGHTS: u64 = 12;
/// The last of them.
const LAST_NIGHT: &str = "2026-07-12";

const MAPPING: &str = r#"
source = "old-core"
currency = "CNY"
zone = "Asia/Shanghai"
[loan]
key = "id"
principal = "amount"
disbursed_on = "date"
instalments = "months"
[person]
key = "customer"
name = { text = "Customer {customer}" }
[opening]
as_of = { value = "2026-06-30" }
paid_principal = "paid"
balance = "balance"
"#;

/// Books as they are without any crash.
pub(super) struct Books {
    pub(super) source: PathBuf,
    pub(super) mapping: PathBuf,
    pub(super) imported: PathBuf,
    import_takes: Duration,
    /// What the derived rows come to after the nights.
    pub(super) state: String,
    nights_take: Duration,
    pub(super) demo: PathBuf,
}

impl Books {
    pub(super) fn make(bench: &Bench) -> anyhow::Result<Books> {
        let (imported, demo) = (bench.folder("imported")?, bench.folder("demo")?);
        let (source, mapping) = (bench.scratch.join("loans.csv"), bench.scratch.join("map.toml"));
        fs::write(&source, loans()?)?;
        fs::write(&mapping, MAPPING)?;
        let mut books = Books {
            source,
            mapping,
            imported,
            import_takes: Duration::ZERO,
            state: String::new(),
            nights_take: Duration::ZERO,
            demo,
        };
        let began = Instant::now();
        succeed(&mut books.import(bench, &books.imported))?;
        books.import_takes = began.elapsed();
        let slept = bench.copy(&books.imported, "slept")?;
        let began = Instant::now();
        let report = json(&succeed(&mut nights(bench, &slept))?)?;
        books.nights_take = began.elapsed();
        ensure!(report["nights"] == NIGHTS, "expected {NIGHTS} nights: {report}");
        books.state = state(bench, &slept)?;
        succeed(&mut bench.forbear(&books.demo, &["demo", "--accounts", "60", "--no-serve"]))?;
        Ok(books)
    }

    pub(super) fn import(&self, bench: &Bench, data: &Path) -> Command {
        let mut command = bench.forbear(data, &["import", "loans", "-v", "--format", "json"]);
        command.arg("--map").arg(&self.mapping).arg(&self.source);
        command
    }
}

/// The command that runs every night that is missing.
pub(super) fn nights(bench: &Bench, data: &Path) -> Command {
    bench.forbear(data, &["nightly", "-v", "--as-of", LAST_NIGHT])
}

/// The hash over all derived rows, made anew from the log, which must not change them.
pub(super) fn state(bench: &Bench, data: &Path) -> anyhow::Result<String> {
    let rebuilt = json(&succeed(&mut bench.forbear(data, &["rebuild", "-q"]))?)?;
    ensure!(rebuilt["changed"] == false, "rebuilding the rows changed them");
    Ok(rebuilt["state"].as_str().context("no state")?.to_owned())
}

/// Runs to the end, which must be a good one, and gives what was printed.
pub(super) fn succeed(command: &mut Command) -> anyhow::Result<Vec<u8>> {
    let done = command.output().with_context(|| format!("cannot start {:?}", command.get_program()))?;
    ensure!(done.status.success(), "{:?}: {} {}", command, done.status, String::from_utf8_lossy(&done.stderr).trim());
    Ok(done.stdout)
}

/// What was seen over all kills.
#[derive(Default)]
struct Tally {
    imports: u64,
    nights: u64,
    servers: u64,
    /// Runs that ended before they could be killed.
    ended: u64,
    acknowledged: u64,
}

/// Kills so many times; what came of it, in a line.
pub(super) fn run(bench: &Bench, kills: u64, seed: u64) -> anyhow::Result<String> {
    let books = Books::make(bench)?;
    let (mut chance, mut tally) = (Chance::new(seed), Tally::default());
    for kill in 0..kills {
        match kill % 3 {
            0 => import(bench, &books, &mut chance, &mut tally),
            1 => night(bench, &books, &mut chance, &mut tally),
            _ => server(bench, &books, &mut chance, &mut tally),
        }
        .with_context(|| format!("kill {kill}, seed {seed}"))?;
    }
    let Tally { imports, nights, servers, ended, acknowledged } = tally;
    ensure!(acknowledged > 0, "nothing was acknowledged before any kill, so nothing could be lost");
    Ok(format!(
        "{imports} imports, {nights} nights, {servers} servers killed ({ended} had ended by themselves), \
         {acknowledged} acknowledged writes, 0 lost; seed {seed}"
    ))
}

fn import(bench: &Bench, books: &Books, chance: &mut Chance, tally: &mut Tally) -> anyhow::Result<()> {
    let data = bench.folder("killed-import")?;
    let (said, has_ended) = killed(&mut books.import(bench, &data), books.import_takes, chance)?;
    let acknowledged = said.lines().filter_map(|line| number_after(line, "rows=")).max().unwrap_or(0);
    (tally.imports, tally.ended, tally.acknowledged) =
        (tally.imports + 1, tally.ended + u64::from(has_ended), tally.acknowledged + acknowledged);
    // Before the book is made, there is none to verify.
    if acknowledged > 0 {
        bench.verify(&data)?;
    }
    let report = json(&succeed(&mut books.import(bench, &data))?)?;
    let count = |name: &str| report["rows"][name].as_u64().unwrap_or_default();
    let (loaded, there) = (count("loaded"), count("already_there"));
    ensure!(there >= acknowledged, "{acknowledged} rows were acknowledged, {there} were there after the kill");
    ensure!(loaded + there == LOANS && report["ending"] == "accepted", "the import went on to {report}");
    bench.verify(&data)
}

fn night(bench: &Bench, books: &Books, chance: &mut Chance, tally: &mut Tally) -> anyhow::Result<()> {
    let data = bench.copy(&books.imported, "killed-night")?;
    let (said, has_ended) = killed(&mut nights(bench, &data), books.nights_take, chance)?;
    let acknowledged = said.lines().filter(|line| line.contains("night ended and sealed")).count() as u64;
    (tally.nights, tally.ended, tally.acknowledged) =
        (tally.nights + 1, tally.ended + u64::from(has_ended), tally.acknowledged + acknowledged);
    bench.verify(&data)?;
    let report = json(&succeed(&mut nights(bench, &data))?)?;
    let again = report["nights"].as_u64().context("no count of nights")?;
    ensure!(again + acknowledged <= NIGHTS, "{acknowledged} nights of {NIGHTS} had ended, and {again} were run again");
    bench.verify(&data)?;
    ensure!(state(bench, &data)? == books.state, "the nights ended otherwise than without the kill");
    Ok(())
}

/// Runs a command for a random part of the time it takes, and kills it. What it had said, and whether it had ended before.
fn killed(command: &mut Command, takes: Duration, chance: &mut Chance) -> anyhow::Result<(String, bool)> {
    let mut process = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let mut said = process.stderr.take().context("no standard error")?;
    let listening = std::thread::spawn(move || {
        let mut bytes = vec![];
        said.read_to_end(&mut bytes).map(|_| String::from_utf8_lossy(&bytes).into_owned())
    });
    std::thread::sleep(takes.mul_f64(chance.between(1, 1_000) as f64 / 1_000.0));
    let ended = process.try_wait()?;
    process.kill()?;
    process.wait()?;
    let said = listening.join().map_err(|_| anyhow::anyhow!("listening broke off"))??;
    if let Some(status) = ended.filter(|status| !status.success()) {
        bail!("it ended with {status} before it was killed: {said}");
    }
    Ok((said, ended.is_some()))
}

fn number_after(line: &str, name: &str) -> Option<u64> {
    let digits = line.split_once(name)?.1;
    digits.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// A write by a page.
#[derive(Clone, Debug)]
struct Sent {
    role: &'static str,
    path: String,
    form: String,
    /// What the log must hold once, and no more than once. A complaint's id is known once it was answered.
    leaves: Option<Trace>,
    /// Where the answer led to; none if none came.
    answered: Option<String>,
    is_refused: bool,
}

#[derive(Clone, Copy, Debug)]
enum Trace {
    Payment(PersonId, i64),
    VisitRecorded(VisitId),
    VisitClosed(VisitId),
    Complaint(ComplaintId),
}

/// A write to be sent: path, form, and what it will leave.
type Write = (String, String, Option<Trace>);

fn server(bench: &Bench, books: &Books, chance: &mut Chance, tally: &mut Tally) -> anyhow::Result<()> {
    let data = bench.copy(&books.demo, "killed-server")?;
    let mut serve = bench.forbear(&data, &["serve", "--bind", "127.0.0.1:0"]);
    let server = Server::start(&mut serve)?;
    let browsers = sign_in(&server)?;
    let [desk, field, consumer] = &browsers;
    let people = links(&desk.1.get("/queue?view=all")?.body, "/people/");
    let visits = links(&field.1.get("/today")?.body, "/today/");
    ensure!(people.len() > 3, "the queue is empty");
    let sent = Mutex::new(vec![]);
    let lasts = Duration::from_millis(chance.between(20, 900) as u64);
    let amounts = chance.between(1_000, 9_000);
    std::thread::scope(|scope| -> anyhow::Result<()> {
        for desk_worker in 0..2_i64 {
            let (people, sent) = (&people, &sent);
            scope.spawn(move || {
                let payments = (0..).map(|turn| {
                    let person = &people[(turn * 2 + desk_worker) as usize % people.len()];
                    let minor = amounts + turn * 2 + desk_worker;
                    let form = format!("key=pay-{minor}&paid={}.{:02}", minor / 100, minor % 100);
                    (format!("/people/{person}/payment"), form, PersonId::parse(person).map(|it| Trace::Payment(it, minor)))
                });
                write_until_killed(desk, payments, sent);
            });
        }
        let at_doors = visits.iter().flat_map(|id| {
            let visit = VisitId::parse(id);
            let words = "at=check&met=nobody&words=Nobody+opened";
            [
                (format!("/today/{id}/record"), words.to_owned(), visit.map(Trace::VisitRecorded)),
                (format!("/today/{id}/close"), format!("key=close-{id}"), visit.map(Trace::VisitClosed)),
            ]
        });
        let sent = &sent;
        scope.spawn(move || write_until_killed(field, at_doors, sent));
        let complaints = (0..).map(|turn| {
            let form = format!("at=check&about=call&words=Complaint+{turn}&key={turn}");
            ("/me/complain".to_owned(), form, None)
        });
        scope.spawn(move || write_until_killed(consumer, complaints, sent));
        std::thread::sleep(lasts);
        server.kill()
    })?;
    let mut sent = sent.into_inner().map_err(|_| anyhow::anyhow!("a writer broke off"))?;
    tally.servers += 1;
    tally.acknowledged += sent.iter().filter(|sent| sent.answered.is_some()).count() as u64;
    bench.verify(&data)?;
    found(&data, &sent)?;

    // Whoever got no answer sends again after the restart, and so do some who got one: each is done once.
    let server = Server::start(&mut serve)?;
    let browsers = sign_in(&server)?;
    for sent in sent.iter_mut().filter(|sent| sent.answered.is_none() || chance.once_in(4)) {
        let (_, browser) = browsers.iter().find(|(role, _)| *role == sent.role).context("no browser")?;
        let answer = browser.post(&sent.path, &sent.form)?;
        if sent.answered.is_none() && answer.status == 409 {
            // It had not been done before the kill, and a rule does not allow it now.
            sent.is_refused = true;
            continue;
        }
        ensure!(answer.status == 303, "{} {} sent again was answered with {}", sent.path, sent.form, answer.status);
        let location = answer.location.unwrap_or_default();
        let is_same = sent.answered.as_ref().is_none_or(|before| *before == location);
        ensure!(is_same, "{} {} sent again led to {location}, not {:?}", sent.path, sent.form, sent.answered);
        sent.answer(location);
    }
    server.kill()?;
    found(&data, &sent)
}

impl Sent {
    fn answer(&mut self, location: String) {
        if let Some(id) = location.strip_prefix("/me/said/").and_then(ComplaintId::parse) {
            self.leaves = Some(Trace::Complaint(id));
        }
        self.answered = Some(location);
    }
}

fn sign_in(server: &Server) -> anyhow::Result<[(&'static str, Browser); 3]> {
    let browser = |role| Ok::<_, anyhow::Error>((role, server.sign_in(role)?));
    Ok([browser("desk")?, browser("field")?, browser("consumer")?])
}

/// Ids in the addresses of a page.
fn links(page: &str, before: &str) -> Vec<String> {
    let before = format!("href=\"{before}");
    let pieces = page.split(&before).skip(1);
    let ids = pieces.filter_map(|piece| piece.split(['"', '?', '/']).next());
    let mut ids: Vec<String> = ids.map(str::to_owned).collect();
    ids.dedup();
    ids
}

fn write_until_killed(browser: &(&'static str, Browser), writes: impl Iterator<Item = Write>, sent: &Mutex<Vec<Sent>>) {
    let (role, browser) = browser;
    for (path, form, leaves) in writes {
        let answer = browser.post(&path, &form);
        let mut write = Sent { role, path, form, leaves, answered: None, is_refused: false };
        match &answer {
            Ok(answer) if answer.status == 303 => write.answer(answer.location.clone().unwrap_or_default()),
            // A refusal is an answer, and leaves nothing to look for.
            Ok(_) => continue,
            Err(_) => {}
        }
        if let Ok(mut sent) = sent.lock() {
            sent.push(write);
        }
        if answer.is_err() {
            return;
        }
    }
}

/// Sees to it that the log holds all that was answered, and nothing twice.
fn found(data: &Path, sent: &[Sent]) -> anyhow::Result<()> {
    let store = open(data)?;
    for sent in sent {
        let Some(leaves) = sent.leaves else { continue };
        let owner = |thing| store.reader().owner(Asker::Night, thing);
        let person = match leaves {
            Trace::Payment(person, _) => Some(person),
            Trace::VisitRecorded(visit) | Trace::VisitClosed(visit) => owner(Thing::Visit(visit))?,
            Trace::Complaint(complaint) => owner(Thing::Complaint(complaint))?,
        };
        let timeline = person.map(|person| store.reader().timeline(Asker::Night, person)).transpose()?.flatten();
        let times = timeline.unwrap_or_default().iter().filter(|recorded| leaves.is(&recorded.event)).count();
        let least = usize::from(sent.answered.is_some());
        let most = usize::from(!sent.is_refused);
        ensure!((least..=most).contains(&times), "{} {} stands {times} times in the log", sent.path, sent.form);
    }
    Ok(())
}

impl Trace {
    fn is(self, event: &Event) -> bool {
        match (self, event) {
            (Trace::Payment(_, minor), Event::EntryPosted { entry, .. }) => {
                matches!(entry.kind, EntryKind::Payment { amount, .. } if amount.minor() == minor)
            }
            (Trace::VisitRecorded(id), Event::VisitRecorded { visit, .. }) => id == *visit,
            (Trace::VisitClosed(id), Event::VisitClosed { visit, .. }) => id == *visit,
            (Trace::Complaint(id), Event::ComplaintOpened { complaint, .. }) => id == *complaint,
            (_, _) => false,
        }
    }
}

fn open(data: &Path) -> anyhow::Result<Store> {
    Ok(Store::open(&Place::in_dir(data), book(&root().join("packs/cn"))?)?)
}

/// A source of loans, most of them late, so that nights have something to do.
fn loans() -> anyhow::Result<String> {
    let mut csv = String::from("id,customer,amount,date,months,paid,balance\n");
    for loan in 0..LOANS {
        let (months, amount) = (6 + loan % 19, 60_000 + loan * 37);
        let paid = amount * (loan % 7) / 12;
        let month = 1 + loan % 6;
        let money = |minor: u64| format!("{}.{:02}", minor / 100, minor % 100);
        let (customer, day) = (loan * 9 / 10, 1 + loan % 28);
        writeln!(
            csv,
            "{loan},C{customer},{},2026-{month:02}-{day:02},{months},{},{}",
            money(amount),
            money(paid),
            money(amount - paid)
        )?;
    }
    Ok(csv)
}
