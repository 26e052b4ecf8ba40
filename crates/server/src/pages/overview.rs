//! The overview: money and harm on one page, each figure with its definition.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use domain::day::Day;
use maud::{Markup, html};
use store::runs::NIGHT;
use store::{Bucket, Error, Outcomes, RefusalCount, Roll};

use super::layout;
use super::parts::chart::{self, Bar};
use super::parts::lists::figures;
use super::parts::matrix::Matrix;
use super::parts::rule;
use super::queue::bucket_name;
use crate::texts::{Reader, value};
use crate::web::session::Watchers;
use crate::web::{Failure, Page, Site, Staff};

/// `/overview`.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new().route("/overview", get(show))
}

/// What the overview shows.
struct Overview {
    as_of: Day,
    month: (Day, Day),
    buckets: Vec<Bucket>,
    /// None if the book had no night yet at the end of the first month: how accounts stood then is not known.
    rolls: Option<Vec<Roll>>,
    promises: Outcomes,
    refusals: Vec<RefusalCount>,
    /// Contacts and visits that broke a rule, and all of them.
    breaches: (i64, i64),
    /// Complaints opened, answered in time, and due by now.
    complaints: (i64, i64, i64),
    /// Cases that ended, and those that ended cured, since the start of the span.
    cases: (i64, i64),
}

/// Runs that reach back over two ends of a month, each of which has its night.
const RUNS: u32 = 200;

/// Days that the figures of conduct look back.
const SPAN_DAYS: i32 = 90;

async fn show(page: Page, State(site): State<Arc<Site>>, _staff: Staff<Watchers>) -> Result<Markup, Failure> {
    let (today, book) = (site.today(), site.book());
    let since_at = book.start_of(today.plus_days(-SPAN_DAYS));
    // Where nights are missing, accounts stand as the last one left them, and no month has ended since.
    let as_of = page.nights.true_on(today);
    let morning = as_of.plus_days(1).min(today);
    let months = (morning.plus_months(-2).month_end(), morning.plus_months(-1).month_end());
    let overview = site.look(move |reader| gather(reader, as_of, months, today, since_at)).await?;
    let title = page.reader.text("overview-title");
    Ok(layout::desk(&page, &title, "/overview", body(&page.reader, &book.law, &overview)))
}

fn gather(
    reader: &store::Reader,
    as_of: Day,
    month: (Day, Day),
    today: Day,
    since_at: jiff::Timestamp,
) -> Result<Overview, Error> {
    let since = today.plus_days(-SPAN_DAYS);
    let is_known = reader.runs(RUNS)?.iter().any(|run| run.kind == NIGHT && run.as_of <= month.0);
    Ok(Overview {
        as_of,
        month,
        buckets: reader.arrears_by_bucket()?,
        rolls: is_known.then(|| reader.rolls(month.0, month.1)).transpose()?,
        promises: reader.promise_outcomes(since, today)?,
        refusals: reader.refusals_by_rule(since)?,
        breaches: reader.breaches(since, since_at)?,
        complaints: reader.complaint_figures(since, today)?,
        cases: reader.cures(since)?,
    })
}

fn body(reader: &Reader, law: &domain::law::Law, overview: &Overview) -> Markup {
    html! {
        h1 { (reader.text("overview-title")) }
        p.dim { (reader.fill("overview-as-of", [("day", value(reader.day(overview.as_of)))])) }
        (figures(&headline(reader, overview)))
        div.columns.even {
            section { h2 { (reader.text("overview-arrears")) } (arrears(reader, &overview.buckets)) }
            section {
                h2 { (reader.text("overview-rolls")) }
                @if let Some(counts) = &overview.rolls {
                    p.dim { (reader.fill("overview-rolls-says", [("from", value(reader.day(overview.month.0))), ("to", value(reader.day(overview.month.1)))])) }
                    (rolls(reader, counts))
                } @else { p { (reader.text("overview-rolls-none")) } }
            }
            section { h2 { (reader.text("overview-promises")) } (promises(reader, &overview.promises)) }
            section {
                h2 { (reader.text("overview-refusals")) }
                p.dim { (reader.text("overview-refusals-says")) }
                (refusals(reader, law, &overview.refusals))
            }
        }
        details { summary { (reader.text("overview-definitions")) } (definitions(reader)) }
    }
}

/// Recovery beside harm: who is late, what was cured, what was kept, what went wrong.
fn headline(reader: &Reader, overview: &Overview) -> Vec<(String, String)> {
    let late = overview.buckets.iter().filter(|bucket| bucket.bucket > 0);
    let (late, open) =
        (late.map(|bucket| bucket.accounts).sum::<i64>(), overview.buckets.iter().map(|it| it.accounts).sum::<i64>());
    let overdue = overview.buckets.iter().map(|bucket| bucket.overdue).sum();
    let judged = overview.promises.kept + overview.promises.partial + overview.promises.broken;
    let (opened, in_time, due) = overview.complaints;
    vec![
        (reader.text("overview-late"), format!("{} · {}", reader.count(late), reader.share(late, open))),
        (reader.text("overview-overdue"), reader.money_short(overdue)),
        (reader.text("overview-cured"), reader.share(overview.cases.1, overview.cases.0)),
        (reader.text("overview-kept"), reader.share(overview.promises.kept, judged)),
        (reader.text("overview-complaints"), reader.count(opened)),
        (reader.text("overview-in-time"), reader.share(in_time, due)),
        (
            reader.text("overview-breaches"),
            format!("{} / {}", reader.count(overview.breaches.0), reader.count(overview.breaches.1)),
        ),
    ]
}

fn arrears(reader: &Reader, buckets: &[Bucket]) -> Markup {
    let late: Vec<Bar> = (1..=7)
        .map(|number| {
            let bucket = buckets.iter().find(|bucket| bucket.bucket == number);
            let (accounts, overdue) = bucket.map_or((0, domain::money::Money::ZERO), |bucket| (bucket.accounts, bucket.overdue));
            let says = format!("{} · {}", reader.count(accounts), reader.money_short(overdue));
            Bar { name: bucket_name(number), value: accounts, says, href: None }
        })
        .collect();
    html! {
        (chart::bars(&reader.text("overview-arrears-chart"), &late))
    }
}

/// K6: of the accounts that were in a bucket at the end of one month, the share in each at the end of the next.
fn rolls(reader: &Reader, rolls: &[Roll]) -> Markup {
    let count = |before: u8, after: u8| {
        rolls.iter().find(|roll| (roll.before, roll.after) == (before, after)).map_or(0, |it| it.accounts)
    };
    let rows = (0..=7).map(|before| {
        let parts: Vec<i64> = (0..=7).map(|after| count(before, after)).collect();
        (bucket_name(before), parts.iter().sum(), parts)
    });
    let matrix = Matrix {
        caption: reader.text("overview-rolls-chart"),
        corner: reader.text("overview-rolls-corner"),
        from: reader.text("overview-rolls-from"),
        to: (0..=7).map(|after| reader.fill("overview-rolls-to", [("bucket", value(bucket_name(after)))])).collect(),
        columns: (0..=7).map(bucket_name).collect(),
        rows: rows.filter(|(_, total, _)| *total > 0).collect(),
    };
    matrix.render(reader)
}

fn promises(reader: &Reader, outcomes: &Outcomes) -> Markup {
    let bar = |key: &str, count: i64| Bar { name: reader.text(key), value: count, says: reader.count(count), href: None };
    let bars =
        [bar("promise-kept", outcomes.kept), bar("promise-partial", outcomes.partial), bar("promise-broken", outcomes.broken)];
    html! {
        (chart::bars(&reader.text("overview-promises-chart"), &bars))
        p { (reader.fill("overview-promises-paid", [
            ("paid", value(reader.money_short(outcomes.paid))),
            ("promised", value(reader.money_short(outcomes.promised))),
        ])) }
    }
}

/// What rules stopped: a good number.
fn refusals(reader: &Reader, law: &domain::law::Law, refusals: &[RefusalCount]) -> Markup {
    html! {
        @if refusals.is_empty() { p { (reader.text("overview-refusals-none")) } } @else {
            table {
                thead { tr {
                    th scope="col" { (reader.text("overview-rule")) }
                    th.num scope="col" { (reader.text("overview-times")) }
                    th.num scope="col" { (reader.text("overview-people")) }
                } }
                tbody { @for refusal in refusals.iter().take(12) { tr {
                    td.says { (rule::says(reader, law, &refusal.rule)) " " span.dim { (refusal.rule) } }
                    td.num { (reader.count(refusal.count)) }
                    td.num { (reader.count(refusal.people)) }
                } } }
            }
        }
    }
}

fn definitions(reader: &Reader) -> Markup {
    const KEYS: [&str; 7] = [
        "overview-define-late",
        "overview-define-overdue",
        "overview-define-cured",
        "overview-define-kept",
        "overview-define-in-time",
        "overview-define-breaches",
        "overview-define-rolls",
    ];
    html! { ul { @for key in KEYS { li { (reader.text(key)) } } } }
}
