//! How fast an agreement is made, once the type is read; and one of each language to look at.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use domain::day::Day;
use domain::money::Money;
use domain::options::{Instalment, Way};
use domain::plan::{Accepted, Agreement};

use super::Exit;
use super::bench::figure;
use crate::documents::agreement::{self, Facts};
use crate::letterhead::Letterhead;
use crate::texts::{Currency, Lang, Reader};

/// Options of `forbear bench documents`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many of each language
    #[arg(long, default_value_t = 50)]
    count: u32,
    /// How many instalments
    #[arg(long, default_value_t = 36, value_parser = clap::value_parser!(u32).range(1..=60))]
    instalments: u32,
    /// Keep one of each language here, to be looked at
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

/// Measures.
pub(crate) fn run(args: &Args) -> anyhow::Result<Exit> {
    for lang in Lang::ALL {
        let reader = Reader { lang, currency: Currency::new("CNY"), zone: jiff::tz::TimeZone::get("Asia/Shanghai")? };
        let (tag, count) = (lang.tag(), args.count.max(1));
        let began = Instant::now();
        let first = agreement(&reader, args.instalments)?;
        figure(&format!("agreement_first_{tag}"), began.elapsed().as_secs_f64() * 1e3, "ms", 1);
        let mut times: Vec<f64> = vec![];
        for _ in 0..count {
            let began = Instant::now();
            anyhow::ensure!(agreement(&reader, args.instalments)? == first, "the same agreement gave other bytes");
            times.push(began.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        figure(&format!("agreement_p50_{tag}"), times[times.len() / 2], "ms", u64::from(count));
        figure(&format!("agreement_p99_{tag}"), times[(times.len() * 99 / 100).min(times.len() - 1)], "ms", u64::from(count));
        figure(&format!("agreement_bytes_{tag}"), first.len() as f64, "bytes", 1);
        if let Some(folder) = &args.keep {
            fs::create_dir_all(folder)?;
            fs::write(folder.join(format!("agreement-{tag}.pdf")), first)?;
        }
    }
    Ok(Exit::Done)
}

/// An agreement with somebody who does not exist.
fn agreement(reader: &Reader, months: u32) -> anyhow::Result<Vec<u8>> {
    let on = Day::parse("2026-11-26").unwrap_or(Day::MIN);
    let first_on = on.plus_months(1);
    let (name, lender) = match reader.lang {
        Lang::Hans => ("欧阳晓明", "诚信消费金融有限公司"),
        Lang::Hant => ("歐陽曉明", "誠信消費金融股份有限公司"),
        Lang::En => ("Ouyang Xiaoming", "Good Faith Consumer Finance Ltd."),
    };
    let lender = Letterhead {
        name: lender.to_owned(),
        complaint_line: "400-000-0000".to_owned(),
        site: "https://lender.example".to_owned(),
        ..Letterhead::default()
    };
    let each = Money::from_minor(112_345);
    let instalments: Vec<Instalment> =
        (0..months as i32).map(|month| Instalment { due_on: first_on.plus_months(month), amount: each }).collect();
    let total: Money = instalments.iter().map(|it| it.amount).sum();
    let agreement = Agreement {
        number: "A20261126-0hj4k9m2p7q3r".to_owned(),
        code: "7K2M9P4Q".to_owned(),
        way: Way::Instalments { months, first_on },
        a_month: each,
        total,
        extra: Money::from_minor(184_420),
        ends_on: instalments.last().map_or(on, |last| last.due_on),
        entries: vec![],
        accepted: Accepted::Page,
    };
    let facts = Facts {
        lender: &lender,
        name,
        agreement: &agreement,
        agreed_on: on,
        agreed_at: "2026-11-26T06:05:00Z".parse()?,
        capacity: Some(Money::from_minor(150_000)),
        instalments,
        accounts: vec!["B-20260106-0001", "B-20260403-0007"],
        answer_by: on.plus_days(15),
    };
    Ok(agreement::pdf(reader, &facts))
}
