//! `forbear doctor`: looks at the machine, the data and the settings, and says how to mend what is not right.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command as Program;

use jiff::Timestamp;
use store::{BookRecord, Place, Reader as Book, Role, Store};

use super::{Exit, Options};
use crate::books;
use crate::demo;
use crate::letterhead::Letterhead;
use crate::texts::{Currency, Reader, value};

/// Options of `forbear doctor`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// One JSON object a line, for programs
    #[arg(long)]
    json: bool,
}

/// How a check ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Good,
    /// It works, and somebody should look at it.
    Look,
    Bad,
}

/// One thing that was looked at: what was found, and how to mend it.
struct Finding {
    what: &'static str,
    state: State,
    found: String,
    mend: Option<&'static str>,
}

impl Finding {
    fn good(what: &'static str, found: impl Into<String>) -> Finding {
        Finding { what, state: State::Good, found: found.into(), mend: None }
    }

    fn look(what: &'static str, found: impl Into<String>, mend: &'static str) -> Finding {
        Finding { what, state: State::Look, found: found.into(), mend: Some(mend) }
    }

    fn bad(what: &'static str, found: impl Into<String>, mend: &'static str) -> Finding {
        Finding { what, state: State::Bad, found: found.into(), mend: Some(mend) }
    }
}

/// Looks at everything, and says what is not right.
pub(crate) fn run(options: &Options, args: &Args) -> anyhow::Result<Exit> {
    let dir = &options.data_dir;
    let mut findings = vec![clock(), room(dir), folder(dir)];
    findings.extend(settings(std::env::vars_os().filter_map(|(name, _)| name.into_string().ok())));
    findings.extend(book(dir));
    let reader = Reader { lang: options.lang(), currency: Currency::new("CNY"), zone: jiff::tz::TimeZone::UTC };
    for finding in &findings {
        println!("{}", if args.json { json(&reader, finding) } else { line(&reader, finding) });
    }
    let is_bad = findings.iter().any(|finding| finding.state == State::Bad);
    Ok(if is_bad { Exit::Failed } else { Exit::Done })
}

fn line(reader: &Reader, finding: &Finding) -> String {
    let mark = match finding.state {
        State::Good => "✓",
        State::Look => "!",
        State::Bad => "✗",
    };
    let says = reader.fill(finding.what, [("found", value(finding.found.as_str()))]);
    match finding.mend {
        Some(mend) => format!("{mark} {says}\n    {}", reader.text(mend)),
        None => format!("{mark} {says}"),
    }
}

fn json(reader: &Reader, finding: &Finding) -> String {
    let state = match finding.state {
        State::Good => "good",
        State::Look => "look",
        State::Bad => "bad",
    };
    serde_json::json!({
        "schema": "forbear.doctor/1",
        "check": finding.what.trim_start_matches("doctor-"),
        "state": state,
        "found": finding.found,
        "says": reader.fill(finding.what, [("found", value(finding.found.as_str()))]),
        "mend": finding.mend.map(|mend| reader.text(mend)),
    })
    .to_string()
}

/// A clock that stands before this program was written dates everything wrongly.
fn clock() -> Finding {
    const WRITTEN: i64 = 1_795_000_000;
    let now = Timestamp::now();
    if now.as_second() < WRITTEN {
        Finding::bad("doctor-clock", now.to_string(), "doctor-clock-mend")
    } else {
        Finding::good("doctor-clock", now.to_string())
    }
}

/// Room on the disk of the data folder, by `df`, which every Unix has.
fn room(dir: &Path) -> Finding {
    let there = dir.ancestors().find(|dir| dir.exists()).unwrap_or(Path::new("."));
    let there = if there.as_os_str().is_empty() { Path::new(".") } else { there };
    let told = Program::new("df").arg("-Pk").arg(there).output().ok().and_then(|output| String::from_utf8(output.stdout).ok());
    let free_kb: Option<u64> = told.and_then(|text| text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok());
    match free_kb {
        None => Finding::look("doctor-room", "?", "doctor-room-unknown"),
        Some(kb) if kb < 200_000 => Finding::bad("doctor-room", megabytes(kb), "doctor-room-mend"),
        Some(kb) if kb < 2_000_000 => Finding::look("doctor-room", megabytes(kb), "doctor-room-mend"),
        Some(kb) => Finding::good("doctor-room", megabytes(kb)),
    }
}

fn megabytes(kb: u64) -> String {
    format!("{} MB", kb / 1_000)
}

/// Whether the folder can be written, and whether others can read what signs the days.
fn folder(dir: &Path) -> Finding {
    let shown = dir.display().to_string();
    if !dir.exists() {
        return Finding::look("doctor-folder", shown, "doctor-folder-none");
    }
    let probe = dir.join(".doctor");
    let wrote = fs::write(&probe, "probe").and_then(|()| fs::File::open(&probe)?.sync_all());
    let _ = fs::remove_file(&probe);
    if wrote.is_err() {
        return Finding::bad("doctor-folder", shown, "doctor-folder-mend");
    }
    let is_open = |name: &str| fs::metadata(dir.join(name)).is_ok_and(|it| it.permissions().mode() & 0o077 != 0);
    if is_open("seal.key") {
        return Finding::bad("doctor-folder", shown, "doctor-key-mend");
    }
    Finding::good("doctor-folder", shown)
}

/// Variables that look like ours and are read by nobody: a setting that silently does nothing.
fn settings(names: impl Iterator<Item = String>) -> Vec<Finding> {
    const KNOWN: [&str; 4] = ["FORBEAR_DATA_DIR", "FORBEAR_BIND", "FORBEAR_LANG", "FORBEAR_LOG"];
    let unknown = names.filter(|name| name.starts_with("FORBEAR_") && !KNOWN.contains(&name.as_str()));
    unknown.map(|name| Finding::look("doctor-setting", name, "doctor-setting-mend")).collect()
}

fn book(dir: &Path) -> Vec<Finding> {
    let place = Place::in_dir(dir);
    let record = match BookRecord::read(&place) {
        Ok(Some(record)) => record,
        Ok(None) => return vec![Finding::look("doctor-book", "–", "doctor-book-none")],
        Err(error) => return vec![Finding::bad("doctor-book", error.to_string(), "doctor-book-mend")],
    };
    let rules = match books::rules(&record, None) {
        Ok(rules) => rules,
        Err(error) => return vec![Finding::bad("doctor-law", format!("{error:#}"), "doctor-law-mend")],
    };
    let store = match Store::open(&place, rules) {
        Ok(store) => store,
        Err(error) => return vec![Finding::bad("doctor-book", error.to_string(), "doctor-book-mend")],
    };
    let law = store.book().law.packs().iter().map(|pack| pack.id.as_str()).collect::<Vec<_>>().join(", ");
    let named = format!("{} · {} · {}", record.name, record.currency, record.zone);
    let mut findings = vec![Finding::good("doctor-book", named), Finding::good("doctor-law", law)];
    findings.extend([letterhead(dir, &record.name), nights(&store)]);
    findings.extend(staff(store.reader(), &store, demo::seed_of(dir).is_some()));
    findings
}

/// What paper says about the lender, and what it lacks.
fn letterhead(dir: &Path, name: &str) -> Finding {
    let lender = match Letterhead::read(dir, name) {
        Ok(lender) => lender,
        Err(error) => return Finding::bad("doctor-letterhead", format!("{error:#}"), "doctor-letterhead-mend"),
    };
    let says = [
        ("address", &lender.address),
        ("complaint_line", &lender.complaint_line),
        ("regulator_line", &lender.regulator_line),
        ("check_line", &lender.check_line),
        ("office_line", &lender.office_line),
        ("site", &lender.site),
    ];
    let missing: Vec<&str> = says.into_iter().filter(|(_, says)| says.is_empty()).map(|(name, _)| name).collect();
    match missing.is_empty() {
        true => Finding::good("doctor-letterhead", lender.sender()),
        false => Finding::look("doctor-letterhead", missing.join(", "), "doctor-letterhead-missing"),
    }
}

/// Nights that were missed: dues are not charged, promises not judged, cases not closed.
fn nights(store: &Store) -> Finding {
    let today = store.book().day_of(Timestamp::now());
    match store.last_night() {
        None => Finding::look("doctor-night", "–", "doctor-night-mend"),
        Some(last) if last.plus_days(1) < today => Finding::look("doctor-night", last.to_string(), "doctor-night-mend"),
        Some(last) => Finding::good("doctor-night", last.to_string()),
    }
}

/// Whether anybody can come in, and whether who visits may.
fn staff(reader: &Book, store: &Store, is_demo: bool) -> Vec<Finding> {
    let all = match reader.all_staff() {
        Ok(all) => all,
        Err(error) => return vec![Finding::bad("doctor-staff", error.to_string(), "doctor-book-mend")],
    };
    let today = store.book().day_of(Timestamp::now());
    let here: Vec<_> = all.iter().filter(|staff| staff.left_on.is_none()).collect();
    let may_enter = here.iter().filter(|staff| staff.password.is_some()).count();
    let mut findings = vec![match (here.len(), may_enter) {
        (0, _) => Finding::look("doctor-staff", "0", "doctor-staff-none"),
        (_, 0) if !is_demo => Finding::bad("doctor-staff", here.len().to_string(), "doctor-staff-locked"),
        (people, _) => Finding::good("doctor-staff", people.to_string()),
    }];
    let expired = here
        .iter()
        .filter(|staff| staff.role == Role::Field && staff.certificate_until.is_none_or(|until| until < today))
        .map(|staff| staff.sign_in.as_str())
        .collect::<Vec<_>>();
    if !expired.is_empty() {
        findings.push(Finding::look("doctor-certificate", expired.join(", "), "doctor-certificate-mend"));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_that_nobody_reads_is_named() {
        let names = ["FORBEAR_DATADIR", "FORBEAR_BIND", "PATH"].map(str::to_owned);
        let found: Vec<String> = settings(names.into_iter()).into_iter().map(|finding| finding.found).collect();
        assert_eq!(found, ["FORBEAR_DATADIR"]);
    }

    #[test]
    fn a_folder_that_is_not_there_a_good_one_and_an_open_key_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        assert!(folder(&dir.path().join("none")).mend == Some("doctor-folder-none"));
        assert!(folder(dir.path()).state == State::Good);
        fs::write(dir.path().join("seal.key"), [0; 32]).unwrap();
        fs::set_permissions(dir.path().join("seal.key"), fs::Permissions::from_mode(0o644)).unwrap();
        assert!(folder(dir.path()).mend == Some("doctor-key-mend"));
    }

    #[test]
    fn an_empty_folder_has_no_book_and_a_new_book_wants_staff_and_a_night() {
        let dir = tempfile::tempdir().unwrap();
        assert!(book(dir.path())[0].mend == Some("doctor-book-none"));
        let new = books::NewBook { name: "test", currency: "CNY", zone: "Asia/Shanghai", packs: "cn" };
        books::create(dir.path(), &new).unwrap();
        let mends: Vec<_> = book(dir.path()).iter().filter_map(|finding| finding.mend).collect();
        assert_eq!(mends, ["doctor-letterhead-missing", "doctor-night-mend", "doctor-staff-none"]);
    }

    #[test]
    fn a_letterhead_that_is_complete_one_that_lacks_something_and_one_that_cannot_be_read_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let write = |text: &str| fs::write(dir.path().join("letterhead.toml"), text).unwrap();
        let all =
            "address = \"1 Street\"\ncomplaint_line = \"1\"\nregulator_line = \"2\"\ncheck_line = \"3\"\noffice_line = \"4\"\n";
        write(&format!("{all}site = \"https://lender.example\""));
        assert!(letterhead(dir.path(), "L").found == "L · 1 Street");
        write(all);
        let lacks = letterhead(dir.path(), "L");
        assert!((lacks.found.as_str(), lacks.mend) == ("site", Some("doctor-letterhead-missing")));
        write("adress = 1");
        assert!(letterhead(dir.path(), "L").state == State::Bad);
    }
}
