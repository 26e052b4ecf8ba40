//! The receipt for cash: who got how much from whom, for which account, on which day, under which number.

use documents::{Block, Document, Signature};
use domain::day::Day;
use domain::money::Money;

use super::script;
use crate::letterhead::Letterhead;
use crate::texts::{Reader, value};

/// What a receipt is made from.
pub(crate) struct Facts<'a> {
    /// Who got it.
    pub(crate) lender: &'a Letterhead,
    /// Its number.
    pub(crate) number: u64,
    /// Who paid; empty once it was erased.
    pub(crate) name: &'a str,
    /// For which account.
    pub(crate) account: &'a str,
    /// How much.
    pub(crate) amount: Money,
    /// When.
    pub(crate) on: Day,
    /// Who of the lender's took it.
    pub(crate) taken_by: &'a str,
}

/// The paper as PDF.
pub(crate) fn pdf(reader: &Reader, facts: &Facts<'_>) -> Vec<u8> {
    let number = format!("{:06}", facts.number);
    let mut blocks = vec![
        Block::Pairs(vec![
            (reader.text("receipt-number"), number.clone()),
            (reader.text("receipt-day"), reader.long_day(facts.on)),
            (reader.text("receipt-from"), facts.name.to_owned()),
            (reader.text("receipt-account"), facts.account.to_owned()),
            (reader.text("receipt-amount"), format!("{} {}", reader.money(facts.amount), reader.currency.code)),
            (reader.text("receipt-by"), facts.taken_by.to_owned()),
        ]),
        Block::Notice(reader.text("receipt-keep")),
    ];
    if !facts.lender.complaint_line.is_empty() {
        let line = [("number", value(facts.lender.complaint_line.as_str()))];
        blocks.push(Block::Paragraph(reader.fill("paper-complaint-line", line)));
    }
    blocks.push(Block::Signatures(vec![
        Signature { who: reader.text("receipt-for-lender"), signed: None },
        Signature { who: reader.text("receipt-payer"), signed: None },
    ]));
    documents::render(&Document {
        language: reader.lang.tag().to_owned(),
        script: script(reader.lang),
        window: None,
        title: reader.text("receipt-title"),
        under_title: vec![facts.lender.sender()],
        foot: number,
        page_of: reader.fill("paper-page", [("page", value("{page}")), ("pages", value("{pages}"))]),
        blocks,
    })
}
