//! Account statements by ISO 20022: `camt.053.001.02` to `.13`. The versions differ in where names and states stand; both
//! places are read.

use std::collections::BTreeSet;

use domain::day::Day;
use domain::money::Money;

use crate::line::{Booking, Direction, Fault, Line, Statement};
use crate::xml::{self, Node};

const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.";

/// Reads a file: every statement in it, or the first thing that is wrong.
pub fn read(bytes: &[u8]) -> Result<Vec<Statement>, Fault> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at_line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        Fault::new(at_line, "the document", "is not UTF-8")
    })?;
    let document = xml::read(text)?;
    let version =
        document.namespaces().find_map(|uri| uri.strip_prefix(NAMESPACE)).and_then(|version| version.parse::<u32>().ok());
    if document.name != "Document" || !version.is_some_and(|version| (2..=13).contains(&version)) {
        return Err(document.fault(format!("is no account statement: its namespace must be `{NAMESPACE}02` to `13`")));
    }
    let report = document.needs("BkToCstmrStmt")?;
    let statements: Vec<Statement> = report.all("Stmt").map(statement).collect::<Result<_, _>>()?;
    if statements.is_empty() {
        return Err(report.needs("Stmt").map_or_else(|fault| fault, |node| node.fault("is empty")));
    }
    Ok(statements)
}

fn statement(node: &Node) -> Result<Statement, Fault> {
    let id = node.needs("Id")?;
    if id.text.is_empty() {
        return Err(id.fault("is empty; without it nobody can tell whether the statement was read before"));
    }
    let account = node.needs("Acct/Id")?;
    let account = account
        .text_at("IBAN")
        .or_else(|| account.text_at("Othr/Id"))
        .ok_or_else(|| account.fault("holds neither `IBAN` nor `Othr/Id`"))?;
    let mut lines = vec![];
    let mut references = BTreeSet::new();
    let mut moved = 0_i64;
    for (number, entry) in node.all("Ntry").enumerate() {
        let read = entry_lines(entry, number + 1)?;
        if let Some(twice) = read.iter().find(|line| !references.insert(line.reference.clone())) {
            return Err(
                entry.fault(format!("has the reference `{}`, which another entry of this statement has too", twice.reference))
            );
        }
        for line in read.iter().filter(|line| line.booking == Booking::Booked) {
            moved += match line.direction {
                Direction::Credit => line.amount.minor(),
                Direction::Debit => -line.amount.minor(),
            };
        }
        lines.extend(read);
    }
    balances_agree(node, moved)?;
    Ok(Statement { id: id.text.clone(), account: account.to_owned(), lines })
}

/// Opening balance and entries must come to the closing balance, where the statement is complete and names both.
fn balances_agree(node: &Node, moved: i64) -> Result<(), Fault> {
    let is_part = |path: &str| node.text_at(path) == Some("false");
    if is_part("StmtPgntn/LastPgInd") || node.text_at("StmtPgntn/PgNb").is_some_and(|page| page != "1") {
        return Ok(());
    }
    let of = |codes: &[&str]| {
        node.all("Bal").find(|balance| balance.text_at("Tp/CdOrPrtry/Cd").is_some_and(|code| codes.contains(&code)))
    };
    let (Some(opening), Some(closing)) = (of(&["OPBD", "PRCD"]), of(&["CLBD"])) else { return Ok(()) };
    let signed = |balance: &Node| {
        let (amount, _) = amount(balance.needs("Amt")?, true)?;
        Ok::<_, Fault>(if direction(balance)? == Direction::Credit { amount.minor() } else { -amount.minor() })
    };
    let (opened, closed) = (signed(opening)?, signed(closing)?);
    if opened + moved != closed {
        let (expected, found) = (Money::from_minor(opened + moved), Money::from_minor(closed));
        return Err(closing.fault(format!("is {found}, but the opening balance and the entries come to {expected}")));
    }
    Ok(())
}

/// The lines of an entry: one, or one for each part of a sum that was booked for several.
fn entry_lines(entry: &Node, number: usize) -> Result<Vec<Line>, Fault> {
    let (total, currency) = amount(entry.needs("Amt")?, false)?;
    let direction = direction(entry)?;
    let is_reversal = match entry.text_at("RvslInd") {
        None | Some("false" | "0") => false,
        Some("true" | "1") => true,
        Some(other) => return Err(entry.needs("RvslInd")?.fault(format!("is `{other}`; it must be `true` or `false`"))),
    };
    let booking = booking(entry)?;
    let (booked_on, value_on) = (day(entry, "BookgDt")?, day(entry, "ValDt")?);
    if booking == Booking::Booked && booked_on.is_none() && value_on.is_none() {
        return Err(entry.needs("BookgDt").map_or_else(|fault| fault, |node| node.fault("holds no day")));
    }
    let own = ["NtryRef", "AcctSvcrRef"].into_iter().find_map(|name| entry.text_at(name));
    let own = own.map_or_else(|| format!("#{number}"), str::to_owned);
    let parts: Vec<&Node> = entry.all("NtryDtls").flat_map(|details| details.all("TxDtls")).collect();
    let line = |reference: String, amount: Money, part: Option<&Node>| {
        let mut references: Vec<String> = vec![];
        for node in [part, Some(entry)].into_iter().flatten() {
            references.extend(references_of(node));
        }
        references.dedup();
        Line {
            reference,
            booked_on,
            value_on,
            amount,
            currency: currency.clone(),
            direction,
            is_reversal,
            booking,
            references,
            text: part.map_or_else(String::new, text_of),
            name: part.and_then(|part| name_of(part, direction)),
        }
    };
    match parts.as_slice() {
        [] => Ok(vec![line(own, total, None)]),
        [only] => Ok(vec![line(own, total, Some(only))]),
        several => {
            let mut lines = vec![];
            for (at, part) in several.iter().enumerate() {
                let node = part.find("Amt").or_else(|| part.find("AmtDtls/TxAmt/Amt"));
                let node = node.ok_or_else(|| {
                    part.fault("is part of a sum and names no amount of its own (`Amt` or `AmtDtls/TxAmt/Amt`)")
                })?;
                let (amount, in_currency) = amount(node, false)?;
                if in_currency != currency {
                    return Err(node.fault(format!("is in {in_currency} and the entry in {currency}")));
                }
                lines.push(line(format!("{own}/{}", at + 1), amount, Some(part)));
            }
            let parts: i64 = lines.iter().map(|line| line.amount.minor()).sum();
            if parts != total.minor() {
                let parts = Money::from_minor(parts);
                return Err(entry.needs("Amt")?.fault(format!("is {total}, but its {} parts come to {parts}", several.len())));
            }
            Ok(lines)
        }
    }
}

fn amount(node: &Node, may_be_nothing: bool) -> Result<(Money, String), Fault> {
    let currency = node.attribute("Ccy").ok_or_else(|| node.fault("names no currency (`Ccy`)"))?;
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(node.fault(format!("has the currency `{currency}`; it must be three capital letters")));
    }
    // The standard allows five decimals; all that we keep are two.
    let digits = match node.text.split_once('.') {
        Some((major, minor)) if minor.len() > 2 => format!("{major}.{}", minor.trim_end_matches('0')),
        _ => node.text.clone(),
    };
    let is_plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let amount = is_plain.then(|| Money::parse(digits.trim_end_matches('.'))).flatten();
    let amount = amount.filter(|amount| *amount <= Money::LIMIT);
    let amount = amount.ok_or_else(|| node.fault(format!("is `{}`; it must be an amount such as `1234.50`", node.text)))?;
    if amount.is_zero() && !may_be_nothing {
        return Err(node.fault("is nothing; an entry moves money"));
    }
    Ok((amount, currency.to_owned()))
}

fn direction(node: &Node) -> Result<Direction, Fault> {
    let indicator = node.needs("CdtDbtInd")?;
    match indicator.text.as_str() {
        "CRDT" => Ok(Direction::Credit),
        "DBIT" => Ok(Direction::Debit),
        other => Err(indicator.fault(format!("is `{other}`; it must be `CRDT` or `DBIT`"))),
    }
}

/// Up to version 07 the state is the text of `Sts`, since 08 it stands in `Sts/Cd`.
fn booking(entry: &Node) -> Result<Booking, Fault> {
    let status = entry.needs("Sts")?;
    match status.text_at("Cd").unwrap_or(&status.text) {
        "BOOK" => Ok(Booking::Booked),
        "PDNG" | "FUTR" => Ok(Booking::Pending),
        "INFO" => Ok(Booking::Info),
        other => Err(status.fault(format!("is `{other}`; it must be `BOOK`, `PDNG`, `FUTR` or `INFO`"))),
    }
}

fn day(entry: &Node, name: &str) -> Result<Option<Day>, Fault> {
    let Some(node) = entry.find(name) else { return Ok(None) };
    let inner = node.find("Dt").or_else(|| node.find("DtTm"));
    let inner = inner.ok_or_else(|| node.fault("holds neither `Dt` nor `DtTm`"))?;
    let day = inner.text.get(..10).and_then(Day::parse);
    day.map(Some).ok_or_else(|| inner.fault(format!("is `{}`; it must be a day such as `2026-11-23`", inner.text)))
}

/// What the payer and the banks call it; `NOTPROVIDED` is what banks write for nothing.
fn references_of(node: &Node) -> Vec<String> {
    const PLACES: [&str; 10] = [
        "RmtInf/Strd/CdtrRefInf/Ref",
        "Refs/EndToEndId",
        "Refs/AcctSvcrRef",
        "Refs/TxId",
        "Refs/InstrId",
        "Refs/PmtInfId",
        "Refs/MndtId",
        "Refs/ClrSysRef",
        "NtryRef",
        "AcctSvcrRef",
    ];
    let mut found: Vec<String> =
        PLACES.iter().filter_map(|place| node.text_at(place)).filter(|text| *text != "NOTPROVIDED").map(str::to_owned).collect();
    // More than one invoice may be paid at once.
    for structured in node.find("RmtInf").into_iter().flat_map(|remittance| remittance.all("Strd")).skip(1) {
        found.extend(structured.text_at("CdtrRefInf/Ref").map(str::to_owned));
    }
    found
}

fn text_of(part: &Node) -> String {
    let remittance = part.find("RmtInf");
    let written: Vec<&str> = remittance.into_iter().flat_map(|node| node.all("Ustrd")).map(|node| node.text.as_str()).collect();
    match written.is_empty() {
        false => written.join(" "),
        true => part.text_at("AddtlTxInf").unwrap_or("").to_owned(),
    }
}

fn name_of(part: &Node, direction: Direction) -> Option<String> {
    let places = match direction {
        Direction::Credit => ["RltdPties/Dbtr/Nm", "RltdPties/Dbtr/Pty/Nm"],
        Direction::Debit => ["RltdPties/Cdtr/Nm", "RltdPties/Cdtr/Pty/Nm"],
    };
    places.into_iter().find_map(|place| part.text_at(place)).map(str::to_owned)
}
