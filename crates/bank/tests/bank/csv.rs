use bank::Direction;
use bank::csv::{mapping, read};

const GERMAN: &str = r#"
account = "DE89370400440532013000"
currency = "EUR"
separator = ";"
days = "DD.MM.YYYY"
decimal = ","
skip = 1
[columns]
reference = "Referenz"
booked_on = "Buchung"
credit = "Betrag"
text = "Zweck"
name = "Name"
"#;

const CHINESE: &str = r#"
account = "6222000000000000"
currency = "CNY"
encoding = "gb18030"
days = "YYYYMMDD"
[columns]
reference = "流水号"
booked_on = "交易日期"
credit = "贷方"
debit = "借方"
text = "摘要"
"#;

#[test]
fn a_banks_own_columns_become_lines() {
    let file = "Umsätze\nReferenz;Buchung;Betrag;Zweck;Name\nR1;23.11.2026;1.234,50;B-1;\"Wang; Co\"\nR2;24.11.2026;-7;;\n";
    let statement = read(file.as_bytes(), &mapping(GERMAN).unwrap()).unwrap();
    let told: Vec<_> =
        statement.lines.iter().map(|line| (line.reference.as_str(), line.amount.minor(), line.direction)).collect();
    assert_eq!(told, [("R1", 123_450, Direction::Credit), ("R2", 700, Direction::Debit)]);
    assert_eq!(statement.lines[0].name.as_deref(), Some("Wang; Co"));
    assert_eq!(statement.lines[0].booked_on.unwrap().to_string(), "2026-11-23");
}

#[test]
fn chinese_encodings_and_two_columns_of_amounts_are_read() {
    let text = "流水号,交易日期,贷方,借方,摘要\n1,20261123,\"1,500.00\",,还款 B-1\n2,20261123,,20.00,手续费\n";
    let (bytes, _, _) = encoding_rs::GB18030.encode(text);
    let statement = read(&bytes, &mapping(CHINESE).unwrap()).unwrap();
    let told: Vec<_> = statement.lines.iter().map(|line| (line.amount.minor(), line.direction, line.text.as_str())).collect();
    assert_eq!(told, [(150_000, Direction::Credit, "还款 B-1"), (2_000, Direction::Debit, "手续费")]);
}

#[test]
fn what_is_wrong_is_named_by_column_and_line() {
    let cases = [
        ("R1;23.11.2026;x;;\n", "Betrag", "is `x`"),
        ("R1;31.11.2026;5;;\n", "Buchung", "31.11.2026"),
        ("R1;2026-11-23;5;;\n", "Buchung", "DD.MM.YYYY"),
        ("R1;23.11.2026;0;;\n", "Betrag", "nothing"),
        (";23.11.2026;5;;\n", "Referenz", "is empty"),
    ];
    for (row, column, says) in cases {
        let file = format!("Umsätze\nReferenz;Buchung;Betrag;Zweck;Name\n{row}");
        let fault = read(file.as_bytes(), &mapping(GERMAN).unwrap()).unwrap_err();
        assert!(fault.at_line == 3 && fault.element == column && fault.says.contains(says), "{fault}");
    }
    let twice = "x\nReferenz;Buchung;Betrag;Zweck;Name\nR1;23.11.2026;5;;\nR1;23.11.2026;5;;\n";
    assert!(read(twice.as_bytes(), &mapping(GERMAN).unwrap()).unwrap_err().says.contains("line 3"));
    let without = "x\nReferenz;Buchung;Zweck;Name\n";
    assert_eq!(read(without.as_bytes(), &mapping(GERMAN).unwrap()).unwrap_err().element, "Betrag");
    let ragged = "x\nReferenz;Buchung;Betrag;Zweck;Name\nR1;23.11.2026\n";
    assert_eq!(read(ragged.as_bytes(), &mapping(GERMAN).unwrap()).unwrap_err().element, "the row");
    assert!(read(b"\xff\xfe\xff", &mapping(GERMAN).unwrap()).is_err());
}

#[test]
fn a_mapping_that_cannot_be_used_says_why() {
    for (from, to, says) in
        [("\"gb18030\"", "\"gbx\"", "encoding"), ("YYYYMMDD", "YYMMDD", "YYYY"), ("[columns]", "[colums]", "colums")]
    {
        let error = mapping(&CHINESE.replace(from, to)).unwrap_err();
        assert!(error.contains(says), "{error}");
    }
}
