//! Documents as they leave: the same bytes every time, type embedded and cut down, everything legible by a reader of PDF.

use std::process::Command;

use documents::{Block, Column, Document, Script, Signature, Table, render};

fn document(script: Script, language: &str, words: &str, rows: usize) -> Document {
    let column = |title: &str, share, is_figures| Column { title: title.into(), share, is_figures };
    let row = |number: usize| vec![number.to_string(), "2026-12-05".into(), "1,234.56".into()];
    Document {
        language: language.into(),
        script,
        window: None,
        title: words.into(),
        under_title: vec!["A-1".into()],
        foot: "A-1".into(),
        page_of: "{page}/{pages}".into(),
        blocks: vec![
            Block::Heading(words.into()),
            Block::Paragraph(words.repeat(30)),
            Block::Notice(words.repeat(5)),
            Block::Pairs(vec![(words.into(), words.repeat(9))]),
            Block::List(vec![words.into(), words.repeat(12)]),
            Block::Table(Table {
                columns: vec![column(words, 1, true), column(words, 3, false), column(words, 3, true)],
                rows: (1..=rows).map(row).collect(),
                total: Some(vec!["".into(), words.into(), "9,999.99".into()]),
            }),
            Block::Signatures(vec![
                Signature { who: words.into(), signed: Some(words.into()) },
                Signature { who: words.into(), signed: None },
            ]),
        ],
    }
}

/// Runs a tool of poppler over a PDF; none where it is not installed.
fn poppler(tool: &str, arguments: &[&str], pdf: &[u8], name: &str) -> Option<String> {
    let path = std::env::temp_dir().join(format!("forbear-{}-{name}.pdf", std::process::id()));
    std::fs::write(&path, pdf).unwrap();
    let (options, after): (Vec<_>, Vec<_>) =
        arguments.iter().copied().partition(|argument: &&str| argument.starts_with('-') && argument.len() > 1);
    let output = Command::new(tool).args(options).arg(&path).args(after).output().ok();
    std::fs::remove_file(&path).unwrap();
    let output = output?;
    assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

const WORDS: [(Script, &str, &str); 3] = [
    (Script::Simplified, "zh-Hans", "分期还款协议"),
    (Script::Traditional, "zh-Hant", "分期還款協議"),
    (Script::Latin, "en", "Instalment agreement "),
];

#[test]
fn the_same_document_gives_the_same_bytes() {
    for (script, language, words) in WORDS {
        let document = document(script, language, words, 36);
        assert_eq!(render(&document), render(&document), "{language}");
    }
}

#[test]
fn type_is_embedded_and_cut_down_to_what_is_used() {
    for (script, language, words) in WORDS {
        let pdf = render(&document(script, language, words, 36));
        assert!(pdf.len() < 60_000, "{language}: {} bytes", pdf.len());
        let Some(fonts) = poppler("pdffonts", &[], &pdf, &format!("fonts-{language}")) else { return };
        for line in fonts.lines().skip(2) {
            let columns: Vec<&str> = line.split_whitespace().rev().collect();
            assert_eq!(columns[4..=4], ["yes"], "embedded: {line}");
            assert_eq!(columns[3..=3], ["yes"], "a subset: {line}");
            assert_eq!(columns[2..=2], ["yes"], "with Unicode: {line}");
        }
    }
}

#[test]
fn every_word_can_be_read_back_out_of_the_file() {
    for (script, language, words) in WORDS {
        let pdf = render(&document(script, language, words, 36));
        let Some(text) = poppler("pdftotext", &["-layout", "-"], &pdf, &format!("text-{language}")) else { return };
        assert!(text.contains(words.trim()) && text.contains("1,234.56") && text.contains("9,999.99"), "{language}: {text}");
        assert!(text.contains("1/2") && text.contains("2/2"), "{language}: {text}");
    }
}

#[test]
fn a_table_goes_on_over_pages_under_its_heading() {
    let (script, language, _) = WORDS[0];
    let pdf = render(&document(script, language, "序号", 200));
    let Some(text) = poppler("pdftotext", &["-layout", "-"], &pdf, "pages") else { return };
    let pages: Vec<&str> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
    assert!(pages.len() >= 5, "{} pages", pages.len());
    for page in &pages[1..pages.len() - 1] {
        assert!(page.lines().find(|line| !line.trim().is_empty()).is_some_and(|line| line.contains("序号")), "{page}");
    }
}

#[test]
fn a_character_that_no_face_has_is_seen_to_be_missing() {
    let (script, language, _) = WORDS[0];
    // 𠮷 and 😀 lie outside both faces; 堃 and 喆 are names that only the traditional face has.
    let pdf = render(&document(script, language, "𠮷野家😀堃喆", 3));
    assert!(pdf.starts_with(b"%PDF"));
}

#[test]
fn a_file_says_what_its_parts_are_so_that_it_can_be_read_out() {
    for (script, language, words) in WORDS {
        let pdf = render(&document(script, language, words, 60));
        let Some(about) = poppler("pdfinfo", &[], &pdf, &format!("about-{language}")) else { return };
        let has = |name: &str, says: &str| about.lines().any(|line| line.starts_with(name) && line.contains(says));
        assert!(has("Tagged:", "yes") && has("Title:", words.trim()), "{about}");
        let meta = poppler("pdfinfo", &["-meta"], &pdf, &format!("meta-{language}")).unwrap();
        assert!(meta.contains("<pdfuaid:part>1</pdfuaid:part>") && meta.contains(&format!("{language}</rdf:li>")), "{meta}");
        let tree = poppler("pdfinfo", &["-struct-text"], &pdf, &format!("tree-{language}")).unwrap();
        let count = |name: &str| tree.lines().filter(|line| line.trim_start().split([' ', ':']).next() == Some(name)).count();
        assert_eq!((count("H1"), count("H2"), count("Table"), count("THead"), count("TFoot")), (1, 1, 1, 1, 1), "{tree}");
        // Sixty rows, the heading and the sum, of three cells each; the heading on the second page is not read out again.
        assert_eq!((count("TR"), count("TH"), count("TD")), (62, 3, 183), "{tree}");
        assert_eq!((count("L"), count("LI"), count("Lbl"), count("LBody")), (2, 3, 3, 3), "{tree}");
        assert!(!tree.contains("1/3") && !tree.contains("1/2"), "nobody is read the numbers of pages: {tree}");
    }
}

#[test]
fn whatever_people_type_can_be_set_and_read_out() {
    let odd = "王𠮷\u{feff}\t\u{0}\u{e000}🙂 \u{202e}é\u{301}\u{fffe}\u{7f}ﷺ〓";
    for (script, language, _) in WORDS {
        let pdf = render(&document(script, language, odd, 3));
        let Some(text) = poppler("pdftotext", &["-"], &pdf, &format!("odd-{language}")) else { return };
        assert!(text.contains('王'), "{text}");
    }
}
