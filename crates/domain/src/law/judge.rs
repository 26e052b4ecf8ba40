//! How the law judges: every check is asked, every one that decides is named, and what cannot be judged stops the act.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use jiff::tz::TimeZone;
use serde::Serialize;

use crate::day::Day;
use crate::moment::Timestamp;
use crate::refusal::Invalid;

use super::calendar::Calendar;
use super::code::{Code, Effect, LiveCheck};
use super::example;
use super::grade::Grading;
use super::money::{Ceiling, Extension, MoneyLaw};
use super::neutral::Zones;
use super::pack::{Pack, Rule};
use super::reach::Holds;
use super::ruling::{Ground, Missing, PackVersion, Permit, RuleSet, Ruling};
use super::situation::{DAY, Situation};
use super::test::{Reading, Spans, Verdict, fact_name};
use super::words::{Channel, Institution, Product};

/// The packs in force. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Law {
    pub(super) code: Arc<Code>,
    packs: Vec<Arc<Pack>>,
    calendar: Option<Calendar>,
}

/// The channels that are offered instead of one that is closed.
const ALTERNATIVES: [Channel; 6] =
    [Channel::Portal, Channel::Letter, Channel::Email, Channel::Sms, Channel::Call, Channel::Visit];

impl Law {
    /// The law that `packs` make together: the strictest of all of them. Every example of every rule is judged first, and a
    /// pack whose examples do not hold is refused with the example named. `zones` finds a time zone by its IANA name.
    pub fn new(packs: Vec<Pack>, zones: Zones<'_>) -> Result<Law, Invalid> {
        let packs: Vec<Arc<Pack>> = packs.into_iter().map(Arc::new).collect();
        packs.iter().try_for_each(|pack| example::hold(pack, zones))?;
        Ok(Law { code: Arc::new(Code::of(&packs)?), calendar: joined_calendar(&packs), packs })
    }

    /// The law that `pack` alone would make if it had always been in force: what its own examples are judged by.
    pub(super) fn of_one(pack: &Pack) -> Result<Law, Invalid> {
        let packs = alloc::vec![Arc::new(Pack { in_force_from: Day::MIN, ..pack.clone() })];
        let mut code = Code::of(&packs)?;
        code.covered_from = Some(Day::MIN);
        Ok(Law { code: Arc::new(code), calendar: joined_calendar(&packs), packs })
    }

    /// Every version of every pack.
    pub fn packs(&self) -> &[Arc<Pack>] {
        &self.packs
    }

    /// The packs that judge on `day`, by id.
    pub fn packs_on(&self, day: Day) -> Vec<PackVersion> {
        self.code.packs_on(day)
    }

    /// What the packs in force on `day` say about money and time.
    pub fn money_on(&self, day: Day) -> impl Iterator<Item = &MoneyLaw> {
        let in_force = self.code.packs_on(day);
        let judges =
            move |pack: &&Arc<Pack>| in_force.iter().any(|version| version.id == pack.id && version.version == pack.version);
        self.packs.iter().filter(judges).map(|pack| &pack.money)
    }

    /// The calendar of the jurisdiction, if a pack brings one. A later version of the pack counts from its first day; the days
    /// before stay what they were.
    pub fn calendar(&self) -> Option<&Calendar> {
        self.calendar.as_ref()
    }

    /// By when a complaint received on `day` must be answered, unless it is extended: the earliest that any pack says,
    /// and the day itself where no pack says anything.
    pub fn complaint_due_on(&self, day: Day) -> Day {
        self.money_on(day).filter_map(|money| money.complaint_due_on(day, Extension::None)).min().unwrap_or(day)
    }

    /// The lowest ceiling on the yearly cost of credit agreed on `day`, over all packs in force.
    pub fn cost_cap(&self, institution: Institution, product: Product, day: Day) -> Option<Ceiling<'_>> {
        self.money_on(day).filter_map(|money| money.cost_cap(institution, product, day)).min_by_key(|ceiling| ceiling.a_year)
    }

    /// Which of the five grades a claim has, by the packs in force on `day`; `None` where none grades claims.
    pub fn grading(&self, institution: Institution, product: Product, day: Day) -> Option<&Grading> {
        self.money_on(day).find_map(|money| money.grading(institution, product, day))
    }

    /// Judges one planned act. Every rule is asked; a `Forbidden` names every one that forbids.
    pub fn rule(&self, situation: &Situation) -> Ruling {
        let now = Readings::of(situation);
        if self.code.covered_from.is_none_or(|from| now.earliest_day() < from) {
            return Ruling::Unsettled { missing: alloc::vec![Missing { what: "pack", rule: None }] };
        }
        let (mut forbidden, mut approvals, mut missing) = (Vec::new(), Vec::new(), Vec::new());
        let mut passed = RuleSet::default();
        for check in &self.code.checks {
            match self.judge(check, situation, &now) {
                None => {}
                Some(Verdict::Kept) => passed.insert(check.rule),
                Some(Verdict::Broken) if check.effect == Effect::Deny => self.note(check, &mut forbidden),
                Some(Verdict::Broken) => self.note(check, &mut approvals),
                Some(Verdict::Unknown(what)) => {
                    let rule = Some(Arc::clone(&self.code.rules[usize::from(check.rule)]));
                    missing.push(Missing { what, rule });
                }
            }
        }
        if !forbidden.is_empty() {
            Ruling::Forbidden { by: forbidden }
        } else if !missing.is_empty() {
            Ruling::Unsettled { missing }
        } else if !approvals.is_empty() {
            Ruling::NeedsApproval { by: approvals }
        } else {
            let not_after = self.not_after(situation, &now);
            Ruling::Allowed(Permit::new(&self.code, passed, situation, now.first.day, not_after))
        }
    }

    /// Every rule that applies to an act, and how the act stands to it: what a page shows to whoever asks why.
    pub fn examine(&self, situation: &Situation) -> Vec<Checked> {
        let now = Readings::of(situation);
        let mut examined: Vec<Checked> = Vec::new();
        for check in &self.code.checks {
            let stands = match (self.judge(check, situation, &now), check.effect) {
                (None, _) => continue,
                (Some(Verdict::Kept), _) => Stands::Kept,
                (Some(Verdict::Broken), Effect::NeedsApproval) => Stands::NeedsApproval,
                (Some(Verdict::Unknown(_)), _) => Stands::Unknown,
                (Some(Verdict::Broken), Effect::Deny) => Stands::Forbids,
            };
            let rule = &self.code.rules[usize::from(check.rule)];
            match examined.iter_mut().find(|examined| Arc::ptr_eq(&examined.rule, rule)) {
                Some(examined) => examined.stands = examined.stands.max(stands),
                None => examined.push(Checked { rule: Arc::clone(rule), stands }),
            }
        }
        examined
    }

    /// Other channels by which the same act would be lawful at the same moment, the gentlest first.
    pub fn alternatives(&self, situation: &Situation) -> Vec<Channel> {
        let others = ALTERNATIVES.into_iter().filter(|channel| *channel != situation.channel);
        others.filter(|channel| matches!(self.rule(&situation.by(*channel)), Ruling::Allowed(_))).collect()
    }

    /// What a check says, or `None` where it does not apply.
    fn judge(&self, check: &LiveCheck, situation: &Situation, now: &Readings) -> Option<Verdict> {
        let holds = match check.applies(situation) {
            Holds::No => return None,
            holds => holds,
        };
        let mut worst = None;
        for reading in now.all() {
            if !check.is_in_force(reading.day) {
                continue;
            }
            let verdict = match (self.code.judge(check, situation, reading), holds) {
                (Verdict::Broken, Holds::Depends(facts)) => Verdict::Unknown(fact_name(facts)),
                (verdict, _) => verdict,
            };
            worst = match (worst, verdict) {
                (Some(Verdict::Broken), _) | (_, Verdict::Broken) => Some(Verdict::Broken),
                (Some(Verdict::Unknown(what)), _) | (_, Verdict::Unknown(what)) => Some(Verdict::Unknown(what)),
                (_, Verdict::Kept) => Some(Verdict::Kept),
            };
        }
        worst
    }

    /// Names the rule of `check` among the grounds, once, with the strongest force.
    fn note(&self, check: &LiveCheck, grounds: &mut Vec<Ground>) {
        let rule = &self.code.rules[usize::from(check.rule)];
        match grounds.iter_mut().find(|ground| Arc::ptr_eq(&ground.rule, rule)) {
            Some(ground) => ground.force = ground.force.min(check.force),
            None => grounds.push(Ground { rule: Arc::clone(rule), force: check.force }),
        }
    }

    /// How long the yes lasts: to the next closing of any rule, at most to the end of the person's day.
    fn not_after(&self, situation: &Situation, now: &Readings) -> Timestamp {
        let mut ends = Timestamp::MAX;
        let closing =
            || self.code.closing.iter().map(|at| &self.code.checks[*at]).filter(|check| check.applies(situation) != Holds::No);
        let zones = core::iter::once(situation.moment.zone()).chain(&situation.also_in);
        for (reading, zone) in now.all().zip(zones) {
            let mut closes = DAY;
            for check in closing().filter(|check| check.is_in_force(reading.day)) {
                let mut closed = Spans::default();
                check.test.close(situation, reading.day, &mut closed);
                closes = closes.min(closed.closes(reading.minute));
            }
            ends = ends.min(reading.reaches(closes, zone));
        }
        for check in closing() {
            let spans = check.test.exact_spans(situation);
            ends = spans.iter().map(|(from, _)| *from).filter(|from| *from > situation.moment.at()).fold(ends, Timestamp::min);
        }
        ends
    }
}

/// A rule that applies to an act.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The rule.
    pub rule: Arc<Rule>,
    /// How the act stands to it.
    pub stands: Stands,
}

/// How an act stands to a rule, from harmless to forbidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stands {
    /// The rule is kept.
    Kept,
    /// The rule asks for somebody's approval.
    NeedsApproval,
    /// What the rule asks about is not known.
    Unknown,
    /// The rule forbids it.
    Forbids,
}

/// One instant as the clocks of every zone show it that the person may be in.
struct Readings {
    first: Reading,
    others: Vec<Reading>,
}

impl Readings {
    fn of(situation: &Situation) -> Readings {
        let at = situation.moment.at();
        let others = situation.also_in.iter().map(|zone| Reading::of(at, zone)).collect();
        Readings { first: Reading::of(at, situation.moment.zone()), others }
    }

    fn all(&self) -> impl Iterator<Item = &Reading> {
        core::iter::once(&self.first).chain(&self.others)
    }

    fn earliest_day(&self) -> Day {
        self.all().map(|reading| reading.day).min().unwrap_or(Day::MIN)
    }
}

impl Reading {
    /// `at` as the clocks of `zone` show it.
    pub(super) fn of(at: Timestamp, zone: &TimeZone) -> Reading {
        let local = at.as_second() + i64::from(zone.to_offset(at).seconds());
        let day = Day::from_epoch_days(local.div_euclid(86_400) as i32);
        Reading { at, day, minute: (local.rem_euclid(86_400) / 60) as u16 }
    }

    /// When the clocks will show `minute` of the same day; where they are put forward or back before, that instant instead.
    fn reaches(&self, minute: u16, zone: &TimeZone) -> Timestamp {
        let start = self.at.as_second().div_euclid(60) * 60;
        let then = start + i64::from(minute.saturating_sub(self.minute)) * 60;
        let Ok(then) = Timestamp::from_second(then) else { return self.at };
        if zone.to_offset(then) == zone.to_offset(self.at) {
            return then;
        }
        zone.following(self.at).next().map_or(then, |change| change.timestamp().min(then))
    }
}

/// The rules of a pack by id: what pages list.
impl Pack {
    /// The rule of this id.
    pub fn rule(&self, id: &str) -> Option<&super::Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// Ids of the rules that are switched off.
    pub fn switched_off(&self) -> impl Iterator<Item = &String> {
        self.rules.iter().filter(|rule| !rule.on).map(|rule| &rule.id)
    }
}

/// The calendars of all versions of the last pack that brings one, each from the day on which its version is in force.
fn joined_calendar(packs: &[Arc<Pack>]) -> Option<Calendar> {
    let id = &packs.iter().rfind(|pack| pack.calendar.is_some())?.id;
    let mut versions: Vec<_> = packs
        .iter()
        .filter(|pack| pack.id == *id)
        .filter_map(|pack| Some((pack.in_force_from, pack.calendar.as_ref()?)))
        .collect();
    versions.sort_by_key(|(from, _)| *from);
    let (_, first) = versions.remove(0);
    Some(versions.into_iter().fold(first.clone(), |earlier, (from, later)| earlier.followed_by(later, from)))
}
