//! Packs made ready to judge: one flat list of checks, each with the days on which it is in force.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::day::Day;
use crate::refusal::Invalid;

use super::calendar::Calendar;
use super::pack::{Force, Pack, PackKind, Rule};
use super::reach::{Holds, Reach};
use super::ruling::{PackVersion, RuleSet};
use super::situation::Situation;
use super::test::{Reading, Rhythm, Test, Verdict};

/// The packs in force, as the engine reads them.
#[derive(Debug)]
pub(super) struct Code {
    packs: Vec<InForce>,
    pub(super) rules: Vec<Arc<Rule>>,
    pub(super) checks: Vec<LiveCheck>,
    /// Those of the checks that close hours or instants: places in `checks`.
    pub(super) closing: Vec<usize>,
    calendars: Vec<Calendar>,
    /// From this day on every jurisdiction has a version in force; `None` if there is no law at all.
    pub(super) covered_from: Option<Day>,
}

#[derive(Debug)]
struct InForce {
    pack: PackVersion,
    from: Day,
    until: Day,
}

/// A check of a rule that is switched on.
#[derive(Debug)]
pub(super) struct LiveCheck {
    pub(super) rule: u16,
    pub(super) force: Force,
    pub(super) effect: Effect,
    pub(super) test: Test,
    from: Day,
    until: Day,
    when: Reach,
    lifted: Vec<Reach>,
    calendar: Option<u8>,
}

/// What a broken check does to the act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Deny,
    NeedsApproval,
}

impl Code {
    /// Makes `packs` ready. Several versions of one pack follow each other by their first day.
    pub(super) fn of(packs: &[Arc<Pack>]) -> Result<Code, Invalid> {
        let mut code = Code {
            packs: Vec::new(),
            rules: Vec::new(),
            checks: Vec::new(),
            closing: Vec::new(),
            calendars: Vec::new(),
            covered_from: None,
        };
        for pack in packs {
            let until = last_day(pack, packs)?;
            code.add(pack, until)?;
        }
        code.packs.sort_by(|a, b| a.pack.cmp(&b.pack));
        code.covered_from = covered_from(packs);
        let closes = |check: &LiveCheck| matches!(check.test.rhythm(), Rhythm::Hourly | Rhythm::Exact);
        code.closing = (0..code.checks.len()).filter(|at| closes(&code.checks[*at])).collect();
        Ok(code)
    }

    /// The packs that judge on `day`.
    pub(super) fn packs_on(&self, day: Day) -> Vec<PackVersion> {
        self.packs.iter().filter(|pack| (pack.from..=pack.until).contains(&day)).map(|pack| pack.pack.clone()).collect()
    }

    /// The ids of the rules in `set`.
    pub(super) fn ids_of(&self, set: &RuleSet) -> Vec<String> {
        self.rules.iter().enumerate().filter(|(index, _)| set.has(*index)).map(|(_, rule)| rule.id.clone()).collect()
    }

    /// What `check` says of `situation` at `now`, its scope aside.
    pub(super) fn judge(&self, check: &LiveCheck, situation: &Situation, now: &Reading) -> Verdict {
        let calendar = check.calendar.and_then(|index| self.calendars.get(usize::from(index)));
        check.test.judge(situation, now, calendar)
    }

    fn add(&mut self, pack: &Pack, until: Day) -> Result<(), Invalid> {
        let version = PackVersion { id: pack.id.clone(), version: pack.version.clone() };
        self.packs.push(InForce { pack: version, from: pack.in_force_from, until });
        let calendar = pack.calendar.as_ref().map(|calendar| {
            self.calendars.push(calendar.clone());
            (self.calendars.len() - 1) as u8
        });
        for rule in pack.rules.iter().filter(|rule| rule.on) {
            if self.rules.len() == RuleSet::ROOM {
                return Err(Invalid::new(&pack.id, format!("holds too many rules; {} fit into one law", RuleSet::ROOM)));
            }
            let index = self.rules.len() as u16;
            self.rules.push(Arc::new(rule.clone()));
            let from = rule.since.map_or(pack.in_force_from, |since| since.max(pack.in_force_from));
            let until = rule.until.map_or(until, |last| last.min(until));
            let lifted = lifted(pack, rule);
            for check in &rule.checks {
                let (effect, test) = match (&check.deny, &check.needs_approval) {
                    (Some(test), None) => (Effect::Deny, test.clone()),
                    (None, Some(test)) => (Effect::NeedsApproval, test.clone()),
                    (Some(_), Some(_)) | (None, None) => {
                        return Err(Invalid::new(&rule.id, "each check gives exactly one of `deny` and `needs_approval`"));
                    }
                };
                let force = check.force.unwrap_or(rule.force);
                let when = Reach::of(&check.when);
                self.checks.push(LiveCheck {
                    rule: index,
                    force,
                    effect,
                    test,
                    from,
                    until,
                    when,
                    lifted: lifted.clone(),
                    calendar,
                });
            }
        }
        Ok(())
    }
}

impl LiveCheck {
    /// Whether the check is in force on `day`.
    pub(super) fn is_in_force(&self, day: Day) -> bool {
        self.from <= day && day <= self.until
    }

    /// Whether the check applies to `situation`: its scope holds and no exception lifts it.
    pub(super) fn applies(&self, situation: &Situation) -> Holds {
        let mut unknown = match self.when.holds(situation) {
            Holds::No => return Holds::No,
            Holds::Yes => 0,
            Holds::Depends(facts) => facts,
        };
        for exception in &self.lifted {
            match exception.holds(situation) {
                Holds::Yes => return Holds::No,
                Holds::No => {}
                Holds::Depends(facts) => unknown |= facts,
            }
        }
        if unknown == 0 { Holds::Yes } else { Holds::Depends(unknown) }
    }
}

/// Where exceptions of the same pack lift `rule`. A pack cannot lift another pack's rules: a house can only add.
fn lifted(pack: &Pack, rule: &Rule) -> Vec<Reach> {
    let lifts = pack.rules.iter().filter(|other| other.on).filter_map(|other| other.lifts.as_ref());
    lifts.filter(|lift| lift.rules.contains(&rule.id)).flat_map(|lift| lift.when.iter().map(Reach::of)).collect()
}

/// The last day of `pack`: the day before its next version begins.
fn last_day(pack: &Pack, packs: &[Arc<Pack>]) -> Result<Day, Invalid> {
    let others = packs.iter().filter(|other| other.id == pack.id);
    if others.clone().filter(|other| other.in_force_from == pack.in_force_from).count() > 1 {
        return Err(Invalid::new(&pack.id, format!("has two versions that begin on {}; withdraw one", pack.in_force_from)));
    }
    let next = others.map(|other| other.in_force_from).filter(|from| *from > pack.in_force_from).min();
    Ok(next.map_or(Day::MAX, |next| next.plus_days(-1)))
}

fn covered_from(packs: &[Arc<Pack>]) -> Option<Day> {
    let laws = packs.iter().filter(|pack| pack.kind == PackKind::Law);
    let first = |id: &str| packs.iter().filter(|pack| pack.id == id).map(|pack| pack.in_force_from).min();
    laws.filter_map(|pack| first(&pack.id)).max()
}

impl Rule {
    /// Where the rule is written, in one line.
    pub fn cited(&self) -> String {
        self.cites.iter().map(|cite| cite.text.to_string()).collect::<Vec<_>>().join("; ")
    }
}
