//! Why a figure is what it is, and the statement of account: the same for the desk and for the person themselves.

use domain::day::Day;
use domain::event::Recorded;
use domain::person::Person;
use domain::statement;
use maud::{Markup, html};

use super::form;
use crate::pages::portal::part_word;
use crate::texts::{Reader, value};
use crate::web::{Answers, Failure, Site};
use crate::why::{Amount, Figure, Known, Line, key};

/// The heading and the page of a figure of one account of `person`; `folder` is where the person's accounts lie. Which day it
/// is asked of, and as it was known when, comes with the address.
pub(crate) fn explained(
    reader: &Reader,
    site: &Site,
    (person, events): (&Person, &[Recorded]),
    (folder, number, figure): (&str, &str, &str),
    answers: &mut Answers,
) -> Result<(String, Markup), Failure> {
    let figure = Figure::ALL.into_iter().find(|known| known.name() == figure).ok_or(Failure::NotFound)?;
    if person.accounts.values().all(|account| account.number != number) {
        return Err(Failure::NotFound);
    }
    let given =
        |answers: &mut Answers, name: &str| if answers.get(name).is_empty() { None } else { answers.day(name, "fault-day") };
    let as_of = given(answers, "as_of").unwrap_or(site.today());
    let known_on = given(answers, "known_on");
    let until = known_on.map(|day| site.book().start_of(day.plus_days(1)));
    let known = Known::of(person.id, events, number, until);
    let what = reader.text(figure.key());
    let title = reader.fill("why-title", [("figure", value(what)), ("number", value(number.to_owned()))]);
    let body = html! {
        h1 { (title) }
        (form::summary(reader, answers))
        @match &known {
            None => { p.notice { (reader.text("why-not-known")) } }
            Some(known) => { (told(reader, known, figure, as_of)) }
        }
        form.card method="get" {
            (form::day(reader, answers, "as_of", "why-as-of").optional().render())
            (form::day(reader, answers, "known_on", "why-known-on").hint("why-known-hint").optional().render())
            button { (reader.text("why-show")) }
        }
        h2 { (reader.text("why-figures")) }
        (links(reader, folder, number))
    };
    Ok((title, body))
}

/// The way to every figure of an account.
pub(crate) fn links(reader: &Reader, folder: &str, number: &str) -> Markup {
    html! {
        ul.ways { @for figure in Figure::ALL { li { a href={ (folder) "/" (number) "/" (figure.name()) } { (reader.text(figure.key())) } } } }
    }
}

fn told(reader: &Reader, known: &Known, figure: Figure, as_of: Day) -> Markup {
    let told = known.tell(figure, as_of, None);
    let columns = ["why-col-day", "why-col-what", "why-col-how", "why-col-amount"].map(|key| reader.text(key));
    html! {
        p.sum { (told.figure.says(reader)) }
        @if told.figure == Amount::None { p { (reader.text("why-no-cap")) } }
        @else if told.lines.is_empty() { p { (reader.text("why-empty")) } }
        @else {
            p.dim { (reader.text("why-says")) }
            div.scroll tabindex="0" role="region" aria-label=(columns[1]) { table.cells {
                thead { tr {
                    th scope="col" { (columns[0]) } th scope="col" { (columns[1]) } th scope="col" { (columns[2]) }
                    th.num scope="col" { (columns[3]) }
                } }
                tbody { @for line in &told.lines { tr {
                    td data-name=(columns[0]) { @if let Some(on) = line.on { (reader.day(on)) } }
                    th scope="row" { (line.says(reader)) (of_what(reader, line)) }
                    td data-name=(columns[2]) { @if let Some(how) = line.arithmetic() { (how) } }
                    td.num data-name=(columns[3]) { (line.amount.says(reader)) }
                } } }
                tfoot { tr { th scope="row" colspan="3" { (reader.text("why-sum")) } td.num { (told.figure.says(reader)) } } }
            } }
        }
    }
}

/// Which instalment and part a line is of, and when its entry was recorded.
fn of_what(reader: &Reader, line: &Line) -> Markup {
    html! {
        @if let Some(number) = line.instalment { " " span.dim { (reader.fill("why-instalment", [("number", value(number.to_string()))])) } }
        @if let Some(part) = line.part { " " span.dim { (part_word(reader, part)) } }
        @if let Some(at) = line.recorded_at { " " span.dim { (reader.fill("why-recorded", [("at", value(reader.moment(at)))])) } }
    }
}

/// The statement of all accounts of a person; which account a line is of, only where there is more than one.
pub(crate) fn statement(reader: &Reader, person: &Person, as_of: Day) -> Markup {
    let columns = ["why-col-day", "statement-account", "why-col-what", "act-amount", "statement-balance"];
    let [day, account, what, amount, balance] = columns.map(|key| reader.text(key));
    let has_several = person.accounts.len() > 1;
    html! {
        h1 { (reader.text("statement-title")) }
        p.dim { (reader.fill("statement-says", [("day", value(reader.long_day(as_of)))])) }
        div.scroll tabindex="0" role="region" aria-label=(reader.text("statement-title")) { table.cells {
            thead { tr {
                th scope="col" { (day) }
                @if has_several { th scope="col" { (account) } }
                th scope="col" { (what) }
                th.num scope="col" { (amount) }
                th.num scope="col" { (balance) }
            } }
            tbody { @for line in statement::set_out(person, as_of) { tr {
                td data-name=(day) { (reader.day(line.because.on)) }
                @if has_several { td data-name=(account) { (line.account) } }
                th.wrap scope="row" { (reader.text(key(line.because.rule, None))) " " span.dim { (part_word(reader, line.because.part)) } }
                td.num data-name=(amount) { (reader.amount(line.because.amount)) }
                td.num data-name=(balance) { (reader.amount(line.balance)) }
            } } }
        } }
    }
}

#[cfg(test)]
mod tests {
    use domain::event::{Actor, Event};
    use domain::id::{AccountId, EntryId};
    use domain::loan::{Entry, EntryKind, PaymentSource, Stops};
    use domain::money::Money;
    use store::{Asker, Role};

    use super::*;
    use crate::texts::{Currency, Lang};
    use crate::web::act::Deed;
    use crate::web::testing::{CONSUMER, consumer, cookie_of, get, send, site_with_an_account};

    /// An account with something of everything: late, partly paid, charged, paused.
    async fn site_with_a_life() -> std::sync::Arc<Site> {
        let site = site_with_an_account().await;
        let on = |ago: i32| site.today().plus_days(-ago);
        let payment = EntryKind::Payment { amount: Money::from_minor(70_050), source: PaymentSource::Borrower };
        let fee = EntryKind::Fee { amount: Money::from_minor(1_500), is_penalty: true, due_on: None };
        let pause = EntryKind::Pause { until: on(2), stops: Stops::Penalty };
        let kinds = [(35, fee), (20, payment), (4, pause)];
        let entries: Vec<Event> = (1..)
            .zip(kinds)
            .map(|(id, (ago, kind))| {
                let entry = Entry { id: EntryId(id), effective_on: on(ago), kind };
                Event::EntryPosted { account: AccountId(9), entry }
            })
            .collect();
        let (actor, person) = (Actor::Import, CONSUMER);
        let deed = Deed { actor, person, intent: "t", key: "life".into(), body: String::new(), notes: vec![] };
        site.act(deed, move |_| Ok(entries)).await.unwrap();
        site
    }

    #[tokio::test]
    async fn the_page_says_what_the_command_prints_line_by_line() {
        let site = site_with_a_life().await;
        let cookies = [("/people/".to_owned() + &CONSUMER.to_string() + "/accounts", cookie_of(&site, Role::Desk))];
        let cookies = cookies.into_iter().chain([("/me/accounts".to_owned(), consumer(&site))]);
        let events = site.store.reader().timeline(Asker::Night, CONSUMER).unwrap().unwrap();
        let known = Known::of(CONSUMER, &events, "B-0009", None).unwrap();
        let reader = |lang| Reader { lang, currency: Currency::new("CNY"), zone: site.zone.clone() };
        for (folder, cookie) in cookies {
            for figure in Figure::ALL {
                let printed = known.tell(figure, site.today(), None).json(figure, &[reader(Lang::Hans)]);
                let answer = send(&site, get(&format!("{folder}/B-0009/{}", figure.name()), &[("cookie", &cookie)])).await;
                assert_eq!(answer.status, 200, "{folder} {figure:?}");
                let lines = printed["lines"].as_array().unwrap();
                let body = answer.body.split_once("<tbody>").map_or("", |(_, rest)| rest.split("</tbody>").next().unwrap());
                let rows: Vec<&str> = body.split("<tr>").skip(1).collect();
                assert_eq!(rows.len(), lines.len(), "{folder} {figure:?}");
                for (row, line) in rows.iter().zip(lines) {
                    let amount = match line["amount"].as_str() {
                        Some(amount) => reader(Lang::Hans).amount(Money::parse(amount).unwrap()),
                        None => format!("{} 天", line["days"]),
                    };
                    let says = [line["says"]["zh-Hans"].as_str().unwrap(), &amount, line["arithmetic"].as_str().unwrap_or("")];
                    assert!(says.iter().all(|it| row.contains(it)), "{figure:?}: {row} lacks one of {says:?}");
                }
            }
        }
    }

    #[tokio::test]
    async fn every_rule_has_its_sentence_and_a_figure_that_is_none_is_not_found() {
        let site = site_with_a_life().await;
        let cookie = consumer(&site);
        for path in ["/me/accounts/B-0009/nothing", "/me/accounts/B-0001/balance"] {
            assert_eq!(send(&site, get(path, &[("cookie", &cookie)])).await.status, 404, "{path}");
        }
        let before = format!("/me/accounts/B-0009/balance?known_on={}", site.today().plus_days(-60));
        let answer = send(&site, get(&before, &[("cookie", &cookie)])).await;
        assert!(answer.status == 200 && answer.body.contains("那一天还没有这个账户。"));
    }

    #[tokio::test]
    async fn a_statement_ends_at_what_is_outstanding_and_the_journal_names_the_accounts_of_the_chart() {
        let site = site_with_a_life().await;
        let (cookie, desk) = (consumer(&site), cookie_of(&site, Role::Desk));
        let person = site.store.reader().person(Asker::Night, CONSUMER).unwrap().unwrap();
        let owed: Money = person.accounts.values().map(|account| account.loan.position(site.today()).outstanding.total()).sum();
        let last = format!("{}</td></tr></tbody>", Reader::amount(&reader_of(&site), owed));
        for (path, cookie) in [("/me/statement".to_owned(), &cookie), (format!("/people/{CONSUMER}/statement"), &desk)] {
            let answer = send(&site, get(&path, &[("cookie", cookie)])).await;
            assert!(answer.body.contains(&last), "{path} ends with {last}");
        }
        let journal = send(&site, get(&format!("/people/{CONSUMER}/accounts/B-0009/journal"), &[("cookie", &desk)])).await;
        assert!(journal.body.contains("1303 贷款本金") && journal.body.contains("4021 罚息及违约金收入"));
    }

    fn reader_of(site: &Site) -> Reader {
        Reader { lang: Lang::Hans, currency: Currency::new("CNY"), zone: site.zone.clone() }
    }
}
