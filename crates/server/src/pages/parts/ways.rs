//! The ways out, side by side: the same on the consumer's page, at the desk and at the door.

use std::cmp::Ordering;

use domain::money::Money;
use domain::options::{Consequence, Fit, Instalment, Offer, Way};
use maud::{Markup, html};
use serde_json::{Value, json};

use super::lists::{self, Tone, chip};
use crate::texts::{Lang, Reader, number, value};

/// What a way is called, with what was chosen about it.
pub(crate) fn title(reader: &Reader, way: &Way) -> String {
    let amount = |amount| value(reader.money(amount));
    let day = |day| value(reader.long_day(day));
    match way {
        Way::PayNow => reader.text("out-pay-now"),
        Way::ShortExtension { until } => reader.fill("out-short-extension", [("day", day(*until))]),
        Way::Parts { parts } => reader.fill("out-parts", [("count", number(parts.len() as i64))]),
        Way::Deferral { months } => reader.fill("out-deferral", [("months", number(*months))]),
        Way::Instalments { months, .. } => reader.fill("out-instalments", [("months", number(*months))]),
        Way::InterestStop { months, .. } => reader.fill("out-interest-stop", [("months", number(*months))]),
        Way::Token { amount: token, months, .. } => {
            reader.fill("out-token", [("amount", amount(*token)), ("months", number(*months))])
        }
        Way::Settlement { amount: settled, until } => {
            reader.fill("out-settlement", [("amount", amount(*settled)), ("day", day(*until))])
        }
        Way::Holiday { months } => reader.fill("out-holiday", [("months", number(*months))]),
        Way::Respite { days } => reader.fill("out-respite", [("days", number(*days))]),
    }
}

/// The figures of a way: a month, in all, how much that is more or less, and when it ends.
pub(crate) fn figures(reader: &Reader, offer: &Offer) -> Markup {
    let [a_month, total, rest @ ..] = rows(reader, offer);
    let said = |(name, text): (String, String)| (name, html! { (text) });
    let mut pairs = vec![said(a_month), (total.0, html! { strong { (total.1) } })];
    pairs.extend(rest.map(said));
    if offer.given_up.is_positive() {
        pairs.push((reader.text("out-given-up"), html! { (reader.money(offer.given_up)) }));
    }
    lists::pairs(&pairs)
}

/// The figures that every way has, with their names.
fn rows(reader: &Reader, offer: &Offer) -> [(String, String); 4] {
    [
        (reader.text("out-a-month"), reader.money(offer.a_month)),
        (reader.text("out-total"), reader.money(offer.total)),
        (reader.text("out-extra"), extra(reader, offer.extra)),
        (reader.text("out-ends"), reader.long_day(offer.ends_on)),
    ]
}

/// The same for a phone without a network: a way with its name, figures and consequences in every language.
pub(crate) fn told(reader: &Reader, offer: &Offer) -> Value {
    let in_each = |say: &dyn Fn(&Reader) -> Value| -> Value {
        Lang::ALL.iter().map(|lang| (lang.tag().to_owned(), say(&Reader { lang: *lang, ..reader.clone() }))).collect()
    };
    let follows = |reader: &Reader| -> Value {
        offer.consequences.iter().map(|it| Value::from(reader.text(consequence_key(*it)))).collect()
    };
    json!({
        "way": offer.way,
        "a_month_minor": offer.a_month.minor(),
        "total_minor": offer.total.minor(),
        "asks_means": offer.fit != Fit::NotAsked,
        "title": in_each(&|reader| title(reader, &offer.way).into()),
        "figures": in_each(&|reader| json!(rows(reader, offer))),
        "follows": in_each(&follows),
    })
}

/// By how much a way costs more or less than what was agreed before.
pub(crate) fn extra(reader: &Reader, extra: Money) -> String {
    let (key, amount) = match extra.cmp(&Money::ZERO) {
        Ordering::Greater => ("out-extra-more", extra),
        Ordering::Less => ("out-extra-less", Money::ZERO - extra),
        Ordering::Equal => return reader.text("out-extra-same"),
    };
    reader.fill(key, [("amount", value(reader.money(amount)))])
}

/// What follows from it, in sentences.
pub(crate) fn consequences(reader: &Reader, offer: &Offer) -> Markup {
    html! { ul { @for it in &offer.consequences { li { (reader.text(consequence_key(*it))) } } } }
}

/// Whether it can be kept, and whether somebody else has to say yes.
pub(crate) fn fit(reader: &Reader, offer: &Offer) -> Markup {
    html! {
        @match offer.fit {
            Fit::Fits => { (chip(Tone::Good, &reader.text("fit-fits"))) }
            Fit::AboveCapacity => { (chip(Tone::Warn, &reader.text("fit-above"))) }
            Fit::MeansUnknown => { (chip(Tone::Plain, &reader.text("fit-unknown"))) }
            Fit::NotAsked => {}
        }
        @if offer.needs_second { " " (chip(Tone::Care, &reader.text("fit-second"))) }
    }
}

/// All of them as cards. `below` is what stands under each: a button, or nothing.
pub(crate) fn cards(reader: &Reader, offers: &[Offer], below: impl Fn(&Offer) -> Markup) -> Markup {
    html! {
        div.ways-out {
            @for offer in offers {
                section.card {
                    h3 { (title(reader, &offer.way)) }
                    (fit(reader, offer))
                    (figures(reader, offer))
                    (consequences(reader, offer))
                    @if offer.instalments.len() > 1 {
                        details { summary { (reader.text("out-instalments-when")) } (schedule(reader, &offer.instalments)) }
                    }
                    (below(offer))
                }
            }
        }
    }
}

/// Instalments with their days.
pub(crate) fn schedule(reader: &Reader, instalments: &[Instalment]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(reader.text("out-instalments-when")) {
            table {
                thead { tr { th scope="col" { (reader.text("file-number")) } th scope="col" { (reader.text("file-due")) } th.num scope="col" { (reader.text("file-amount")) } } }
                tbody { @for (at, it) in instalments.iter().enumerate() { tr {
                    th scope="row" { (at + 1) }
                    td { (reader.day(it.due_on)) }
                    td.num { (reader.amount(it.amount)) }
                } } }
            }
        }
    }
}

pub(crate) const fn consequence_key(consequence: Consequence) -> &'static str {
    match consequence {
        Consequence::ArrearsEnd => "follows-arrears-end",
        Consequence::ArrearsStay => "follows-arrears-stay",
        Consequence::LateChargesRest => "follows-late-charges-rest",
        Consequence::ContactRests => "follows-contact-rests",
        Consequence::InterestGivenUp => "follows-interest-given-up",
        Consequence::RestGivenUp => "follows-rest-given-up",
        Consequence::MissedIsOverdue => "follows-missed-is-overdue",
        Consequence::MissedIsAsBefore => "follows-missed-is-as-before",
        Consequence::LookedAtAgain => "follows-looked-at-again",
        Consequence::NoNewCredit => "follows-no-new-credit",
    }
}
