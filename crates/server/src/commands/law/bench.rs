//! How fast the law answers: rulings and sets of 14-day windows a second, on one core.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::Context;
use domain::law::{Channel, Law, Neutral, Situation};
use domain::moment::Timestamp;

use crate::packs;

/// How long each figure is measured.
const SPELL: Duration = Duration::from_secs(2);

/// Measures under the pack of Mainland China and prints by `figure`: name, value, unit, how often.
pub(crate) fn measure(figure: fn(&str, f64, &str, u64)) -> anyhow::Result<()> {
    let law = packs::law(["cn"], None)?;
    let everybody = situations()?;
    let (rate, n) = rate(&everybody, |situation| drop(black_box(law.rule(situation))));
    figure("law_rulings", rate, "rulings/s", n);
    let (rate, n) = windows(&law, &everybody);
    figure("law_window_sets_14_days", rate, "sets/s", n);
    Ok(())
}

fn windows(law: &Law, everybody: &[Situation]) -> (f64, u64) {
    rate(everybody, |situation| drop(black_box(law.windows(situation, situation.moment.at(), 14))))
}

/// Acts by every usual channel at every half hour of a day, by night too, so that yes and no are both measured.
fn situations() -> anyhow::Result<Vec<Situation>> {
    let told = r#"{"contact_time_local":"2026-03-10T00:00","timezone":"Asia/Shanghai","channel":"visit"}"#;
    let neutral: Neutral = serde_json::from_str(told)?;
    let read = neutral.read(None, &packs::zone).map_err(|invalid| anyhow::anyhow!("{}: {}", invalid.field, invalid.fix))?;
    let midnight = read.situation.moment.at().as_second();
    let mut situations = Vec::new();
    for channel in [Channel::Visit, Channel::Call, Channel::Sms, Channel::Letter] {
        for half_hour in 0..48 {
            let at = Timestamp::from_second(midnight + half_hour * 1_800).context("a moment of that day")?;
            situations.push(read.situation.at(at).by(channel));
        }
    }
    Ok(situations)
}

fn rate(everybody: &[Situation], ask: impl Fn(&Situation)) -> (f64, u64) {
    let (began, mut asked) = (Instant::now(), 0_u64);
    while began.elapsed() < SPELL {
        everybody.iter().for_each(|situation| ask(black_box(situation)));
        asked += everybody.len() as u64;
    }
    (asked as f64 / began.elapsed().as_secs_f64(), asked)
}
