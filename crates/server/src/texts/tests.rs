//! The catalogues are complete, agree with each other and with the source, and the forms are right.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use domain::day::Day;
use domain::money::Money;
use fluent_bundle::FluentResource;

use super::{Currency, Lang, Reader, SOURCES};

/// Every key with the names of its variables, read line by line: a key starts a line, all else is indented.
fn keys(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with(|first: char| first.is_ascii_lowercase()) {
            current = line.split(['=', ' ']).next().unwrap_or("").to_owned();
            assert!(keys.insert(current.clone(), BTreeSet::new()).is_none(), "`{current}` stands twice");
        }
        for variable in line.split('$').skip(1) {
            let name: String = variable.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
            keys.get_mut(&current).expect("a variable before the first key").insert(name);
        }
    }
    keys
}

fn rust_sources(folder: &Path, into: &mut String) {
    sources(folder, &["rs"], into);
}

fn sources(folder: &Path, extensions: &[&str], into: &mut String) {
    for entry in fs::read_dir(folder).expect("the source folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, extensions, into);
        } else if path.extension().is_some_and(|extension| extensions.iter().any(|wanted| extension == *wanted)) {
            into.push_str(&fs::read_to_string(&path).expect("a source file"));
        }
    }
}

#[test]
fn every_catalogue_reads_without_fault() {
    for (lang, source) in Lang::ALL.iter().zip(SOURCES) {
        if let Err((_, errors)) = FluentResource::try_new(source.to_owned()) {
            panic!("{}: {errors:?}", lang.tag());
        }
    }
}

#[test]
fn the_three_languages_say_the_same_things() {
    let [hans, hant, en] = SOURCES.map(keys);
    for (name, other) in [("zh-Hant", &hant), ("en", &en)] {
        let missing: Vec<_> = hans.keys().filter(|key| !other.contains_key(*key)).collect();
        let extra: Vec<_> = other.keys().filter(|key| !hans.contains_key(*key)).collect();
        assert!(missing.is_empty() && extra.is_empty(), "{name} lacks {missing:?} and has besides {extra:?}");
        for (key, variables) in &hans {
            assert_eq!(variables, &other[key], "variables of `{key}` in {name}");
        }
    }
}

#[test]
fn every_text_is_used_and_every_used_text_exists() {
    let (folder, mut source, mut pages) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), String::new(), String::new());
    rust_sources(&folder, &mut source);
    // Only pages ask for texts; elsewhere `.text("…")` may mean something else.
    rust_sources(&folder.join("pages"), &mut pages);
    // The phone app reads the same catalogues.
    let mut app = String::new();
    sources(&folder.join("../../../web/field/src"), &["ts", "svelte"], &mut app);
    let literals: BTreeSet<&str> = source.split('"').chain(app.split(['\'', '"'])).collect();
    let keys = keys(SOURCES[0]);
    let unused: Vec<_> = keys.keys().filter(|key| !literals.contains(key.as_str())).collect();
    assert!(unused.is_empty(), "nobody shows {unused:?}");

    let mut missing = BTreeSet::new();
    for call in [".text(\"", ".fill(\"", ".text(\n", ".fill(\n"] {
        for rest in pages.split(call).skip(1) {
            let key = rest.trim_start().trim_start_matches('"').split('"').next().unwrap_or("");
            let is_key =
                !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
            if is_key && !keys.contains_key(key) {
                missing.insert(key);
            }
        }
    }
    // The import and the doctor keep keys by name until somebody reads them.
    let is_kept = |literal: &&str| {
        let mut signs = literal.bytes();
        (literal.starts_with("import-") || literal.starts_with("doctor-"))
            && signs.all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'-')
            && !literal.ends_with('-')
    };
    missing.extend(literals.iter().copied().filter(is_kept).filter(|key| !keys.contains_key(*key)));
    assert!(missing.is_empty(), "no text for {missing:?}");
}

fn reader(lang: Lang) -> Reader {
    Reader { lang, currency: Currency::new("CNY"), zone: jiff::tz::TimeZone::get("Asia/Shanghai").unwrap() }
}

#[test]
fn money_is_grouped_and_exact() {
    let reader = reader(Lang::En);
    let cases =
        [(0, "¥0.00"), (5, "¥0.05"), (-7, "-¥0.07"), (99_999, "¥999.99"), (123_456_789, "¥1,234,567.89"), (100_000, "¥1,000.00")];
    for (minor, text) in cases {
        assert_eq!(reader.money(Money::from_minor(minor)), text);
    }
}

#[test]
fn large_amounts_are_shortened_as_the_language_counts() {
    let amount = Money::from_minor(1_229_989_418);
    let texts = Lang::ALL.map(|lang| reader(lang).money_short(amount));
    assert_eq!(texts, ["¥1,229.98万", "¥1,229.98萬", "¥12.29m"]);
}

#[test]
fn days_and_moments_are_written_as_each_language_does() {
    let day = Day::parse("2026-11-26").unwrap();
    let texts = Lang::ALL.map(|lang| reader(lang).long_day(day));
    assert_eq!(texts, ["2026年11月26日（星期四）", "2026年11月26日（星期四）", "Thursday 26 November 2026"]);
    let texts = Lang::ALL.map(|lang| reader(lang).short_day(day));
    assert_eq!(texts, ["11月26日（周四）", "11月26日（週四）", "Thu 26 Nov"]);
    let at = "2026-11-26T15:59:00Z".parse().unwrap();
    assert_eq!(reader(Lang::En).moment(at), "2026-11-26 23:59");
}

#[test]
fn a_language_is_found_in_what_browsers_send() {
    let cases = [
        ("zh-CN,zh;q=0.9,en;q=0.8", Some(Lang::Hans)),
        ("zh-TW", Some(Lang::Hant)),
        ("zh-Hant-HK;q=0.9", Some(Lang::Hant)),
        ("fr-FR,fr;q=0.9,en-GB;q=0.5", Some(Lang::En)),
        ("fr", None),
        ("", None),
    ];
    for (header, lang) in cases {
        assert_eq!(Lang::from_header(header), lang, "{header}");
    }
}
