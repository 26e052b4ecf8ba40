use bank::camt::read;
use bank::{Booking, Direction, Line};

/// A statement around some entries.
fn file(version: &str, entries: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}">
<BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-24T02:00:00+08:00</CreDtTm></GrpHdr>
<Stmt>
<Id>S-2026-11-23</Id>
<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>
{entries}
</Stmt>
</BkToCstmrStmt>
</Document>"#
    )
}

const ENTRY_02: &str = r#"<Ntry>
<NtryRef>N1</NtryRef>
<Amt Ccy="EUR">120.50</Amt>
<CdtDbtInd>CRDT</CdtDbtInd>
<Sts>BOOK</Sts>
<BookgDt><Dt>2026-11-23</Dt></BookgDt>
<ValDt><Dt>2026-11-22</Dt></ValDt>
<AcctSvcrRef>A-77</AcctSvcrRef>
<BkTxCd/>
<NtryDtls><TxDtls>
<Refs><EndToEndId>E-1</EndToEndId><TxId>T-1</TxId></Refs>
<RltdPties><Dbtr><Nm>Wang &amp; Co</Nm></Dbtr></RltdPties>
<RmtInf><Ustrd>B-20260906 </Ustrd><Ustrd>Rate 3</Ustrd></RmtInf>
</TxDtls></NtryDtls>
</Ntry>"#;

/// The same in the form since version 08: the state and the name stand deeper.
const ENTRY_08: &str = r#"<Ntry>
<NtryRef>N1</NtryRef>
<Amt Ccy="EUR">120.50000</Amt>
<CdtDbtInd>CRDT</CdtDbtInd>
<Sts><Cd>BOOK</Cd></Sts>
<BookgDt><DtTm>2026-11-23T09:30:00+01:00</DtTm></BookgDt>
<ValDt><Dt>2026-11-22</Dt></ValDt>
<AcctSvcrRef>A-77</AcctSvcrRef>
<BkTxCd/>
<NtryDtls><TxDtls>
<Refs><EndToEndId>E-1</EndToEndId><TxId>T-1</TxId></Refs>
<Amt Ccy="EUR">120.5</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<RltdPties><Dbtr><Pty><Nm>Wang &amp; Co</Nm></Pty></Dbtr></RltdPties>
<RmtInf><Ustrd>B-20260906</Ustrd><Ustrd>Rate 3</Ustrd></RmtInf>
</TxDtls></NtryDtls>
</Ntry>"#;

fn lines(version: &str, entries: &str) -> Vec<Line> {
    let read = read(file(version, entries).as_bytes());
    let mut statements = read.unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(statements.len(), 1);
    statements.remove(0).lines
}

#[test]
fn every_version_says_the_same() {
    let expected = lines("02", ENTRY_02);
    for version in 2..=13 {
        for entry in [ENTRY_02, ENTRY_08] {
            assert_eq!(lines(&format!("{version:02}"), entry), expected, "version {version}");
        }
    }
    let line = &expected[0];
    assert_eq!(line.reference, "N1");
    assert_eq!(line.amount.minor(), 12_050);
    assert_eq!((line.currency.as_str(), line.direction, line.booking), ("EUR", Direction::Credit, Booking::Booked));
    assert_eq!(line.booked_on.unwrap().to_string(), "2026-11-23");
    assert_eq!(line.value_on.unwrap().to_string(), "2026-11-22");
    assert_eq!(line.text, "B-20260906 Rate 3");
    assert_eq!(line.name.as_deref(), Some("Wang & Co"));
    assert_eq!(line.references, ["E-1", "T-1", "N1", "A-77"]);
}

#[test]
fn a_sum_booked_for_several_is_a_line_for_each() {
    let part = |amount: &str, text: &str| {
        format!(
            r#"<TxDtls><Refs><EndToEndId>{text}</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="EUR">{amount}</Amt></TxAmt></AmtDtls><RmtInf><Strd><CdtrRefInf><Ref>{text}</Ref></CdtrRefInf></Strd></RmtInf></TxDtls>"#
        )
    };
    let batch = format!(
        r#"<Ntry><Amt Ccy="EUR">30</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-23</Dt></BookgDt><AcctSvcrRef>A-9</AcctSvcrRef><NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch>{}{}</NtryDtls></Ntry>"#,
        part("10", "B-1"),
        part("20", "B-2")
    );
    let found = lines("02", &batch);
    let told: Vec<_> =
        found.iter().map(|line| (line.reference.as_str(), line.amount.minor(), line.references[0].as_str())).collect();
    assert_eq!(told, [("A-9/1", 1_000, "B-1"), ("A-9/2", 2_000, "B-2")]);

    let short = batch.replacen(">10<", ">9<", 1);
    refused(&short, "Stmt/Ntry/Amt", "come to 29.00");
}

#[test]
fn a_sum_whose_parts_the_bank_does_not_tell_is_one_line_without_a_payer() {
    let batch = r#"<Ntry><Amt Ccy="EUR">30</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-23</Dt></BookgDt><NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch></NtryDtls></Ntry>"#;
    let found = lines("08", batch);
    assert_eq!((found.len(), found[0].reference.as_str(), found[0].text.as_str()), (1, "#1", ""));
}

#[test]
fn what_takes_an_earlier_line_back_goes_the_other_way() {
    let reversal = ENTRY_02.replace("CRDT", "DBIT").replace("<Sts>", "<RvslInd>true</RvslInd><Sts>");
    let found = lines("02", &reversal);
    assert!(found[0].is_reversal);
    assert_eq!(found[0].direction, Direction::Debit);
}

#[test]
fn what_is_only_announced_is_told_apart() {
    for (code, booking) in
        [("BOOK", Booking::Booked), ("PDNG", Booking::Pending), ("FUTR", Booking::Pending), ("INFO", Booking::Info)]
    {
        let entry = ENTRY_08.replace("BOOK", code);
        assert_eq!(lines("08", &entry)[0].booking, booking, "{code}");
    }
}

#[test]
fn several_statements_in_one_file_are_several() {
    let one = file("04", ENTRY_02);
    let (head, rest) = one.split_once("<Stmt>").unwrap();
    let (stmt, tail) = rest.split_once("</Stmt>").unwrap();
    let both = format!("{head}<Stmt>{stmt}</Stmt><Stmt>{}</Stmt>{tail}", stmt.replace("S-2026-11-23", "S-2026-11-24"));
    let ids: Vec<_> = read(both.as_bytes()).unwrap().into_iter().map(|statement| statement.id).collect();
    assert_eq!(ids, ["S-2026-11-23", "S-2026-11-24"]);
}

#[test]
fn a_prefix_and_a_byte_order_mark_change_nothing() {
    let plain = file("02", ENTRY_02);
    let prefixed = plain
        .replace("</", "</c:")
        .replace('<', "<c:")
        .replace("<c:/c:", "</c:")
        .replace("<c:?", "<?")
        .replace("xmlns=", "xmlns:c=");
    let marked = format!("\u{feff}{prefixed}");
    assert_eq!(read(marked.as_bytes()).unwrap(), read(plain.as_bytes()).unwrap());
}

#[test]
fn a_statement_whose_balances_disagree_is_refused() {
    let balance = |code: &str, amount: &str, way: &str| {
        format!(
            r#"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd><Dt><Dt>2026-11-23</Dt></Dt></Bal>"#
        )
    };
    let with = |opening: String, closing: String| format!("{opening}{closing}{ENTRY_02}");
    lines("02", &with(balance("OPBD", "0", "CRDT"), balance("CLBD", "120.50", "CRDT")));
    lines("02", &with(balance("PRCD", "20.50", "DBIT"), balance("CLBD", "100", "CRDT")));
    refused(&with(balance("OPBD", "0", "CRDT"), balance("CLBD", "120.51", "CRDT")), "Stmt/Bal", "come to 120.50");
    let page = "<StmtPgntn><PgNb>2</PgNb><LastPgInd>true</LastPgInd></StmtPgntn>";
    lines("08", &format!("{page}{}", with(balance("OPBD", "0", "CRDT"), balance("CLBD", "7", "CRDT"))));
}

fn refused(entries: &str, element: &str, says: &str) {
    let fault = read(file("02", entries).as_bytes()).unwrap_err();
    assert!(fault.element == element && fault.says.contains(says), "{fault}");
    assert!(fault.at_line > 6, "the line is named: {fault}");
}

#[test]
fn what_is_wrong_is_named_by_element_and_line() {
    let cases = [
        (ENTRY_02.replace("120.50", "abc"), "Stmt/Ntry/Amt", "is `abc`"),
        (ENTRY_02.replace("120.50", "-5"), "Stmt/Ntry/Amt", "is `-5`"),
        (ENTRY_02.replace("120.50", "1.234"), "Stmt/Ntry/Amt", "is `1.234`"),
        (ENTRY_02.replace("120.50", "0"), "Stmt/Ntry/Amt", "is nothing"),
        (ENTRY_02.replace("120.50", "99999999999999999999"), "Stmt/Ntry/Amt", "must be an amount"),
        (ENTRY_02.replace(" Ccy=\"EUR\"", ""), "Stmt/Ntry/Amt", "names no currency"),
        (ENTRY_02.replace("Ccy=\"EUR\"", "Ccy=\"eur\""), "Stmt/Ntry/Amt", "three capital letters"),
        (ENTRY_02.replace("CRDT", "IN"), "Stmt/Ntry/CdtDbtInd", "`CRDT` or `DBIT`"),
        (ENTRY_02.replace("<CdtDbtInd>CRDT</CdtDbtInd>", ""), "Stmt/Ntry/CdtDbtInd", "is missing"),
        (ENTRY_02.replace("BOOK", "MAYBE"), "Stmt/Ntry/Sts", "is `MAYBE`"),
        (ENTRY_02.replace("<Sts>BOOK</Sts>", ""), "Stmt/Ntry/Sts", "is missing"),
        (ENTRY_02.replace("<Dt>2026-11-23</Dt>", "<Dt>2026-02-30</Dt>"), "Stmt/Ntry/BookgDt/Dt", "2026-02-30"),
        (ENTRY_02.replace("<Sts>", "<RvslInd>perhaps</RvslInd><Sts>"), "Stmt/Ntry/RvslInd", "`true` or `false`"),
        (format!("{ENTRY_02}{ENTRY_02}"), "Stmt/Ntry", "another entry of this statement"),
        (ENTRY_02.replace("&amp;", "&evil;"), "Stmt/Ntry/NtryDtls/TxDtls/RltdPties/Dbtr/Nm", "`&evil;`"),
    ];
    for (entries, element, says) in cases {
        refused(&entries, element, says);
    }
}

#[test]
fn files_that_are_no_statement_are_refused() {
    let whole = file("02", ENTRY_02);
    let cases: [(Vec<u8>, &str); 9] = [
        (b"".to_vec(), "no element"),
        (b"hello".to_vec(), "no element"),
        (b"<a/>".to_vec(), "no account statement"),
        (whole.replace("camt.053.001.02", "camt.054.001.02").into_bytes(), "no account statement"),
        (whole.replace("camt.053.001.02", "camt.053.001.14").into_bytes(), "no account statement"),
        (whole.as_bytes()[..whole.len() / 2].to_vec(), "ends in the middle"),
        (whole.replace("</Ntry>", "</Entry>").into_bytes(), "not well-formed"),
        (whole.replace("<Document", "<!DOCTYPE x [<!ENTITY a \"aaaa\">]><Document").into_bytes(), "document type"),
        ([whole.as_bytes(), b"\xff"].concat(), "not UTF-8"),
    ];
    for (bytes, says) in cases {
        let fault = read(&bytes).unwrap_err();
        assert!(fault.says.contains(says), "{says}: {fault}");
    }
    let deep = format!("{}{}", "<a>".repeat(100), "</a>".repeat(100));
    assert!(read(deep.as_bytes()).unwrap_err().says.contains("inside each other"));
    let empty = whole.replace("<Id>S-2026-11-23</Id>", "<Id></Id>");
    assert_eq!(read(empty.as_bytes()).unwrap_err().element, "Stmt/Id");
}

#[test]
fn no_cut_and_no_changed_byte_makes_it_panic() {
    let whole = file("08", ENTRY_08).into_bytes();
    for at in 0..whole.len() {
        let _ = read(&whole[..at]);
        let mut changed = whole.clone();
        changed[at] ^= 0x15;
        let _ = read(&changed);
    }
}
