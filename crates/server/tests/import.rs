//! `forbear import`, as a lender's operator meets it: real books, and files that are wrong in every way we could think of.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

const MAPPING: &str = r#"
source = "old-core"
currency = "CNY"
zone = "Asia/Shanghai"
[loan]
key = "id"
principal = "amount"
disbursed_on = "date"
instalments = "months"
currency = "currency"
[person]
key = "customer"
name = { text = "Customer {customer}" }
[opening]
as_of = { value = "2026-06-30" }
paid_principal = "paid"
balance = "balance"
[[check]]
sum = "amount = balance + paid"
"#;

const HEADER: &str = "id,customer,amount,date,months,paid,balance,currency";
const GOOD: &str = "1,C1,1200.00,2026-01-10,12,500.00,700.00,CNY";

/// A folder with a mapping, a source and, after an import, a book.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new(mapping: &str, lines: &[&str]) -> Desk {
        let desk = Desk { folder: tempfile::tempdir().unwrap() };
        fs::write(desk.path("map.toml"), mapping).unwrap();
        fs::write(desk.path("loans.csv"), lines.join("\n")).unwrap();
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn import(&self, more: &[&str]) -> Output {
        let source = self.path("loans.csv");
        forbear("loans", &self.path("map.toml"), &self.path("data"), &source, more)
    }

    fn has_book(&self) -> bool {
        self.path("data/book.db").exists()
    }
}

fn forbear(what: &str, mapping: &Path, data: &Path, source: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_forbear"));
    command
        .env("FORBEAR_LANG", "en")
        .args(["import", what, "--map"])
        .arg(mapping)
        .arg("--data-dir")
        .arg(data)
        .args(more)
        .arg(source);
    command.output().unwrap()
}

fn report(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

/// Imports one row beside a good one, which must be rejected with these words; nothing is written.
fn check_row(row: &str, reason: &str, fix: &str) {
    let desk = Desk::new(MAPPING, &[HEADER, GOOD, row]);
    let output = desk.import(&["--format", "json"]);
    assert_rejected(&output, 3, reason, fix);
    assert!(!desk.has_book(), "{row}");
}

/// One row was rejected with these words, and nothing was written.
fn assert_rejected(output: &Output, row: u64, reason: &str, fix: &str) {
    let report = report(output);
    assert_eq!(output.status.code(), Some(5), "{report}");
    assert_eq!((&report["rows"]["rejected"], &report["rows"]["loaded"]), (&1.into(), &0.into()), "{report}");
    let issue = &report["issues"][0];
    assert_eq!((&issue["row"], &issue["verdict"]), (&row.into(), &"rejected".into()), "{issue}");
    assert!(issue["reason"].as_str().unwrap().contains(reason), "{issue}");
    assert!(issue["fix"].as_str().unwrap().contains(fix), "{issue}");
}

/// Imports with a mapping or a source that cannot be used; the one line on standard error must hold these words.
fn check_unusable(mapping: &str, lines: &[&str], words: &str) {
    let desk = Desk::new(mapping, lines);
    let output = desk.import(&[]);
    let says = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{says}");
    assert!(says.contains(words), "{says}");
    assert_eq!(says.trim_end().lines().count(), 1, "{says}");
    assert!(!desk.has_book());
}

#[test]
fn rows_that_cannot_be_right_are_rejected_with_the_fix_and_nothing_is_written() {
    check_row("2,C2,-1200.00,2026-01-10,12,0,0,CNY", "is negative", "positive amount");
    check_row("2,C2,1200.00,2026-02-30,12,0,1200.00,CNY", "2026-02 has 28 days", "correct the day");
    check_row("1,C2,1200.00,2026-01-10,12,0,1200.00,CNY", "was already in row 2", "keep one of the two rows");
    check_row("2,C2,1200.00,2026-01-10,12,0,1200.00,XYZ", "not the currency", "no currency of ISO 4217");
    check_row("2,C2,1200.00,2026-01-10,12,0,1200.00,USD", "not the currency", "books of their own");
    check_row("2,C2,1200.00,2026-01-10,0,0,1200.00,CNY", "cannot be agreed", "from 1 to 600");
    check_row("2,C2,1200.00,2026-01-10,12,1300.00,0,CNY", "more than was lent", "what had been paid");
    check_row("2,C2,12OO.00,2026-01-10,12,0,1200.00,CNY", "not a number", "digits");
    check_row("2,C2,1200.00,2026-07-10,12,0,1200.00,CNY", "before the loan was paid out", "one of the two days");
    check_row("2,C2,1200.00,2026-01-10", "has 4 columns where the header has 8", "delimiter or quote");
    check_row(",C2,1200.00,2026-01-10,12,0,1200.00,CNY", "is empty", "fill it in");
}

/// Imports a row with a negative amount; the report in a language must hold these words, and the reject file those of its row.
fn check_language(lang: &str, told: &[&str], reject: &str) {
    let desk = Desk::new(MAPPING, &[HEADER, GOOD, "2,C2,-1200.00,2026-01-10,12,0,0,CNY"]);
    let rejects = desk.path("rejects.csv");
    let output = desk.import(&["--lang", lang, "--reject-to", rejects.to_str().unwrap()]);
    let page = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(5), "{page}");
    told.iter().for_each(|words| assert!(page.contains(words), "{words} in\n{page}"));
    assert!(!page.contains('⟨'), "{page}");
    let expected = format!("file,row,verdict,column,value,reason,fix\nloans.csv,3,rejected,amount,-1200.00,{reject}\n");
    assert_eq!(fs::read_to_string(rejects).unwrap(), expected);

    let json = report(&desk.import(&["--lang", lang, "--format", "json"]));
    let issue = &json["issues"][0];
    assert_eq!((&issue["because"], &issue["verdict"]), (&"import-negative".into(), &"rejected".into()), "for programs");
    assert_eq!(issue["reason"], reject.split(',').next().unwrap());
    assert_eq!((&json["totals"][0]["name"], &json["ending"]), (&"principal lent".into(), &"rejected".into()), "for programs");
}

#[test]
fn a_report_is_in_the_language_that_was_asked_for_and_what_programs_read_is_not() {
    check_language(
        "zh-Hans",
        &["导入贷款：来源old-core，币种CNY", "不予导入", "放款本金", "为负数 · 放款"],
        "为负数,放款、已还和欠款金额请以正数填写",
    );
    check_language(
        "zh-Hant",
        &["匯入貸款：來源old-core，幣別CNY", "不予匯入", "放款本金", "為負數 · 放款"],
        "為負數,放款、已還和欠款金額請以正數填寫",
    );
    check_language(
        "en",
        &["Import of loans from old-core, CNY", "already there ", "principal lent"],
        "is negative,\"state what was lent, paid or owed as a positive amount\"",
    );
}

#[test]
fn files_and_mappings_that_cannot_be_used_are_told_in_one_line() {
    check_unusable(&MAPPING.replace("principal =", "principle ="), &[HEADER, GOOD], "unknown key");
    check_unusable(&MAPPING.replace("\"amount\"", "\"amuont\""), &[HEADER, GOOD], "did you mean `amount`?");
    check_unusable(&MAPPING.replace("\"CNY\"", "\"CNH\""), &[HEADER, GOOD], "is no currency of ISO 4217");
    check_unusable(&MAPPING.replace("Shanghai", "Shanghia"), &[HEADER, GOOD], "no IANA time zone");
    check_unusable("source = ", &[HEADER, GOOD], "line 1: not TOML");
    check_unusable(MAPPING, &[], "is empty");
}

#[test]
fn a_file_that_is_not_there_or_not_text_is_told_and_nothing_is_written() {
    let desk = Desk::new(MAPPING, &[HEADER, GOOD]);
    fs::remove_file(desk.path("loans.csv")).unwrap();
    let output = desk.import(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("check the path"));

    fs::write(desk.path("loans.csv"), b"id,customer\n1,\xd6\xd0\n").unwrap();
    assert_eq!(desk.import(&[]).status.code(), Some(2));
    assert!(!desk.has_book());
}

#[test]
fn a_file_in_gb18030_is_read_when_the_mapping_says_so() {
    let desk = Desk::new(&format!("{MAPPING}\n[file]\nencoding = \"gb18030\"\n"), &[]);
    let mut bytes = format!("{HEADER}\n1,").into_bytes();
    bytes.extend(b"\xd6\xd0,1200.00,2026-01-10,12,500.00,700.00,CNY\n");
    fs::write(desk.path("loans.csv"), bytes).unwrap();
    assert_eq!(desk.import(&[]).status.code(), Some(0));
}

#[test]
fn a_row_is_named_by_its_line_whatever_ends_the_lines() {
    let lines = [HEADER, GOOD, "2,C2,-5.00,2026-01-10,12,500.00,700.00,CNY", ""];
    for end in ["\n", "\r\n"] {
        let desk = Desk::new(MAPPING, &[]);
        fs::write(desk.path("loans.csv"), lines.join(end)).unwrap();
        assert_rejected(&desk.import(&["--format", "json"]), 3, "is negative", "state what was lent");
    }
}

#[test]
fn a_source_without_rows_loads_nothing_and_says_so() {
    let desk = Desk::new(MAPPING, &[HEADER]);
    let output = desk.import(&["--format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(report(&output)["rows"]["read"], 0);
}

#[test]
fn a_law_that_nobody_knows_is_told_before_anything_is_made() {
    let desk = Desk::new(MAPPING, &[HEADER, GOOD]);
    let output = desk.import(&["--packs", "cnn"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), told.lines().count()), (Some(2), 1), "{told}");
    assert!(told.contains("--packs") && told.contains("`cnn`") && told.contains("cn, tw, hk"), "{told}");
    assert!(!desk.path("data").exists());
}

#[test]
fn a_rehearsal_writes_nothing() {
    let desk = Desk::new(MAPPING, &[HEADER, GOOD]);
    let output = desk.import(&["--dry-run", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(report(&output)["ending"], "rehearsed");
    assert!(!desk.has_book());
}

#[test]
fn some_rejected_rows_may_be_allowed_and_come_out_in_a_file() {
    let desk = Desk::new(MAPPING, &[HEADER, GOOD, "2,C2,-1,2026-01-10,12,0,0,CNY"]);
    let rejects = desk.path("rejects.csv");
    let output = desk.import(&["--max-rejects", "1", "--format", "json", "--reject-to", rejects.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(report(&output)["rows"]["loaded"], 1);
    let told = fs::read_to_string(rejects).unwrap();
    assert!(told.contains("loans.csv,3,rejected,amount,-1,is negative,"), "{told}");
}

#[test]
fn an_import_that_left_rows_out_says_how_many_where_it_says_that_the_book_agrees() {
    let desk = Desk::new(MAPPING, &[HEADER, GOOD, "2,C2,-1,2026-01-10,12,0,0,CNY", "3,C3,-1,2026-01-10,12,0,0,CNY"]);
    let output = desk.import(&["--max-rejects", "2"]);
    let says = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{says}");
    assert!(says.contains("Accepted, but 2 rejected rows were left out"), "{says}");
    assert!(!says.contains("agrees with the file."), "{says}");

    let desk = Desk::new(MAPPING, &[HEADER, GOOD]);
    let says = String::from_utf8_lossy(&desk.import(&["--max-rejects", "2"]).stdout).into_owned();
    assert!(says.contains("Accepted: the book agrees with the file."), "{says}");
}

#[test]
fn the_same_file_twice_changes_nothing_and_a_changed_row_is_a_conflict() {
    let desk = Desk::new(MAPPING, &[HEADER, GOOD]);
    assert_eq!(desk.import(&[]).status.code(), Some(0));
    let again = report(&desk.import(&["--format", "json"]));
    assert_eq!((&again["rows"]["loaded"], &again["rows"]["already_there"]), (&0.into(), &1.into()));
    assert_eq!(again["ending"], "accepted");

    let changed = GOOD.replace("500.00,700.00", "600.00,600.00");
    fs::write(desk.path("loans.csv"), format!("{HEADER}\n{changed}\n")).unwrap();
    let output = desk.import(&["--format", "json"]);
    assert_eq!(output.status.code(), Some(5));
    let report = report(&output);
    assert_eq!((&report["rows"]["conflicts"], &report["ending"]), (&1.into(), &"different".into()));
    let owed = report["totals"].as_array().unwrap().iter().find(|total| total["name"] == "principal owed").unwrap();
    assert_eq!((&owed["file"], &owed["book"]), (&"600.00".into(), &"700.00".into()));
}

#[test]
fn the_first_night_of_a_migrated_book_is_that_of_the_day_after_the_one_its_source_speaks_of() {
    let late = GOOD.replace("500.00,700.00", "300.00,900.00");
    let desk = Desk::new(MAPPING, &[HEADER, &late]);
    assert_eq!(desk.import(&[]).status.code(), Some(0));
    let mut nightly = Command::new(env!("CARGO_BIN_EXE_forbear"));
    let output = nightly.args(["nightly", "--as-of", "2026-07-05", "--data-dir"]).arg(desk.path("data")).output().unwrap();
    let report = report(&output);
    assert_eq!((&report["nights"], &report["changed"]), (&5.into(), &1.into()), "{report}");
}

#[test]
fn a_reject_file_on_a_full_disk_ends_the_import_before_anything_is_written() {
    if !Path::new("/dev/full").exists() {
        println!("skipped: this system has no /dev/full");
        return;
    }
    let desk = Desk::new(MAPPING, &[HEADER, GOOD, "2,C2,-1,2026-01-10,12,0,0,CNY"]);
    let output = desk.import(&["--max-rejects", "1", "--reject-to", "/dev/full"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("No space left"));
    assert!(!desk.has_book());
}

/// The folder of real books, or a notice that it is not there.
fn real_books() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/loans");
    if !folder.exists() {
        println!("skipped: {} is not there", folder.display());
    }
    folder.exists().then_some(folder)
}

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name)
}

#[test]
fn all_ten_thousand_lendingclub_loans_come_in_to_the_cent_and_the_odd_ones_are_told() {
    let Some(books) = real_books() else { return };
    let desk = Desk::new("", &[]);
    let source = books.join("lendingclub_10000.csv");
    let report =
        report(&forbear("loans", &example("lendingclub/loans.toml"), &desk.path("data"), &source, &["--format", "json"]));
    let rows = &report["rows"];
    assert_eq!((&rows["loaded"], &rows["rejected"], &report["ending"]), (&10_000.into(), &0.into(), &"accepted".into()));
    let checks = report["checks"].as_array().unwrap();
    let broken: Vec<_> = checks.iter().map(|check| check["broken"].as_u64().unwrap()).collect();
    assert_eq!(broken, [7, 3, 0, 0], "control sum, instalment, balance, status");
    // Summed from the file by another program, in another language.
    let expected = [
        ("principal lent", "163619225.00"),
        ("principal owed", "144589166.10"),
        ("principal paid", "18944484.66"),
        ("interest paid", "5996667.81"),
        ("fees paid", "0.00"),
        ("penalty paid", "1195.16"),
    ];
    let totals = report["totals"].as_array().unwrap();
    assert_eq!(totals.len(), expected.len());
    for (total, (name, amount)) in totals.iter().zip(expected) {
        assert_eq!((&total["name"], &total["file"], &total["book"]), (&name.into(), &amount.into(), &amount.into()));
    }
}

#[test]
fn the_berka_loans_and_their_payments_come_in_once() {
    let Some(books) = real_books() else { return };
    let desk = Desk::new("", &[]);
    let data = desk.path("data");
    let berka = books.join("berka");
    let payments = |more: &[&str]| forbear("payments", &example("berka/payments.toml"), &data, &berka.join("trans.asc.gz"), more);
    assert_eq!(payments(&[]).status.code(), Some(2), "payments need a book");

    let loans = report(&forbear("loans", &example("berka/loans.toml"), &data, &berka.join("loan.asc"), &["--format", "json"]));
    assert_eq!((&loans["rows"]["loaded"], &loans["rows"]["warned"]), (&682.into(), &0.into()));
    for (loaded, already_there) in [(123, 0), (0, 123)] {
        let paid = report(&payments(&["--format", "json"]));
        assert_eq!(paid["rows"]["read"], 49_102);
        assert_eq!((&paid["rows"]["loaded"], &paid["rows"]["already_there"]), (&loaded.into(), &already_there.into()));
        assert_eq!((&paid["totals"][0]["file"], &paid["totals"][0]["book"]), (&"483565.80".into(), &"483565.80".into()));
    }
}

const CONTACTS: &str = r#"
source = "old-core"
currency = "CNY"
zone = "Asia/Shanghai"
[contact]
key = "id"
loan = "loan"
channel = { column = "how", map = { "外呼" = "call", "短信" = "sms" } }
outcome = { column = "result", map = { "接通" = "reached", "未接" = "not_reached", "已发" = "sent" } }
at = "at"
agency = "agency"
"#;

const CONTACTS_HEADER: &str = "id,loan,how,result,at,agency";

/// Imports contacts into a book of one loan.
fn import_contacts(desk: &Desk, lines: &[&str]) -> Output {
    fs::write(desk.path("contacts.toml"), CONTACTS).unwrap();
    fs::write(desk.path("contacts.csv"), [&[CONTACTS_HEADER], lines].concat().join("\n")).unwrap();
    let (map, data, source) = (desk.path("contacts.toml"), desk.path("data"), desk.path("contacts.csv"));
    forbear("contacts", &map, &data, &source, &["--format", "json"])
}

#[test]
fn contacts_of_another_system_come_in_once_with_the_rules_that_they_broke() {
    let desk = Desk::new(MAPPING, &[HEADER, GOOD]);
    assert_eq!(desk.import(&[]).status.code(), Some(0));
    let lines =
        ["a,1,外呼,接通,2026-07-15 10:00,", "b,1,外呼,未接,2026-07-15T23:10+08:00,", "c,1,短信,已发,2026-07-16 09:00:30,7"];
    for (loaded, already) in [(3, 0), (0, 3)] {
        let output = import_contacts(&desk, &lines);
        let told = report(&output);
        assert_eq!(output.status.code(), Some(0), "{told}");
        assert_eq!((&told["rows"]["loaded"], &told["rows"]["already_there"]), (&loaded.into(), &already.into()), "{told}");
    }
    let mut replay = Command::new(env!("CARGO_BIN_EXE_forbear"));
    replay.args(["law", "replay", "--pack", "cn", "--data-dir"]).arg(desk.path("data"));
    let shown = String::from_utf8_lossy(&replay.output().unwrap().stdout).into_owned();
    for rule in ["CN-TIME-1", "CN-AGENCY-1"] {
        assert!(shown.contains(rule), "{rule} is not among what was done against the law: {shown}");
    }
}

/// Imports one contact that must be rejected with these words.
fn check_contact(line: &str, reason: &str, fix: &str) {
    let desk = Desk::new(MAPPING, &[HEADER, GOOD]);
    assert_eq!(desk.import(&[]).status.code(), Some(0));
    assert_rejected(&import_contacts(&desk, &[line]), 2, reason, fix);
}

#[test]
fn contacts_that_cannot_be_right_are_rejected_with_the_fix() {
    check_contact("a,1,外呼,接通,2126-07-15 10:00,", "lies in the future", "has not happened");
    check_contact("a,1,pigeon,接通,2026-07-15 10:00,", "not a word that is known", "call, sms");
    check_contact("a,1,外呼,maybe,2026-07-15 10:00,", "not a word that is known", "not_reached");
    check_contact("a,1,外呼,接通,yesterday,", "is no time", "2026-11-23 14:05");
    check_contact("a,9,外呼,接通,2026-07-15 10:00,", "is no loan of this book", "import the loan first");
    check_contact("a,1,外呼,接通,2026-07-15 10:00,70000", "is no agency’s number", "house/lender.toml");
}
