//! What must hold after every operation. Each check is a second opinion: it recomputes from the log, or from what the
//! simulated people did, and never asks the code that it checks. The ids are those of the project's list of invariants.

use std::collections::BTreeMap;

use domain::arrears;
use domain::book::Book;
use domain::complaint::Matter;
use domain::contact::{Channel, ContactOutcome, Direction};
use domain::day::Day;
use domain::event::{Event, Recorded};
use domain::id::{AccountId, EntryId, PersonId};
use domain::law::{Answer, Finding};
use domain::loan::{Loan, Part};
use domain::moment::Timestamp;
use domain::money::Money;
use domain::payment;
use domain::person::Person;
use domain::promise::{self, Outcome, PromiseEnd};
use domain::rows;

use super::books::{Stream, fold};

/// An invariant that does not hold.
#[derive(Clone, Debug)]
pub(super) struct Broken {
    /// Its id and what it says.
    pub(super) invariant: &'static str,
    /// What was found instead.
    pub(super) found: String,
}

type Checked = Result<(), Broken>;

/// Fails with the invariant and what was found, unless it holds.
pub(super) fn must(holds: bool, invariant: &'static str, found: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(Broken { invariant, found: found() }) }
}

/// A payment as the one who paid it knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Receipt {
    pub(super) amount: Money,
    pub(super) effective_on: Day,
    pub(super) is_reversed: bool,
}

/// Everybody's receipts of one person.
pub(super) type Receipts = BTreeMap<(AccountId, EntryId), Receipt>;

/// Replayed equals live, in the fold and in the derived rows (R2, R3, L3).
pub(super) fn replay(id: PersonId, stream: &Stream, book: &Book, last_night: Day) -> Checked {
    let replayed = fold(id, &stream.log);
    must(replayed == stream.live, "R2 the person folded anew from the log is the live one", || {
        format!("version {} against {}", replayed.version, stream.live.version)
    })?;
    for (at, recorded) in stream.log.iter().enumerate() {
        must(recorded.version == at as u64 + 1, "R2 versions follow each other without gaps", || format!("{recorded:?}"))?;
    }
    let rebuilt = rows::rows(&replayed, book, last_night);
    must(rebuilt == stream.rows, "R3 rebuilt derived rows are the live ones", || {
        let differ = rebuilt.iter().find(|row| !stream.rows.contains(row));
        format!("{differ:?} is not among the live rows")
    })
}

/// The stored form of an event reads back as the same event (R5).
pub(super) fn stored_form(new: &[Recorded]) -> Checked {
    for recorded in new {
        let text = serde_json::to_string(&recorded.event).unwrap_or_default();
        let read: Option<Event> = serde_json::from_str(&text).ok();
        must(read.as_ref() == Some(&recorded.event), "R5 a stored event reads back as it was", || text.clone())?;
    }
    Ok(())
}

/// Money: what was paid in is what is posted, allocated or unapplied; nothing is made and nothing is lost (A1, A2, A6, L5,
/// R4, S1).
pub(super) fn money(person: &Person, receipts: &Receipts, today: Day) -> Checked {
    let mut posted = BTreeMap::new();
    for account in person.accounts.values() {
        for payment in payment::standing(&account.loan) {
            posted.insert((account.id, payment.id), (payment.amount, payment.effective_on));
        }
        one_loan(&account.loan, today)?;
    }
    let standing = receipts.iter().filter(|(_, receipt)| !receipt.is_reversed);
    let standing: BTreeMap<_, _> = standing.map(|(key, receipt)| (*key, (receipt.amount, receipt.effective_on))).collect();
    must(posted == standing, "L8 every receipt is posted once, to its account, in its amount, on its day", || {
        format!("posted {posted:?}, received {standing:?}")
    })?;
    let entries: usize = person.accounts.values().map(|account| account.loan.entries().len()).sum();
    let expected = receipts.len() + receipts.values().filter(|receipt| receipt.is_reversed).count();
    must(entries == expected, "L4 an entry is posted once and taken back at most once", || {
        format!("{entries} entries where {expected} were made")
    })
}

fn one_loan(loan: &Loan, today: Day) -> Checked {
    let position = loan.position(today);
    let paid: Money = payment::standing(loan).filter(|it| it.effective_on <= today).map(|it| it.amount).sum();
    let allocated: Money = position.allocations.iter().map(|allocation| allocation.parts.total()).sum();
    must(paid == allocated + position.unapplied, "A1 what was paid is allocated or unapplied", || {
        format!("paid {paid:?}, allocated {allocated:?}, unapplied {:?}", position.unapplied)
    })?;
    must(position.unapplied >= Money::ZERO, "L5 unapplied money is never negative", || format!("{:?}", position.unapplied))?;
    for line in &position.instalments {
        for part in Part::ALL {
            let holds = line.paid[part] >= Money::ZERO && line.paid[part] <= line.due[part];
            must(holds, "A2 no part of an instalment is paid beyond what is due", || format!("{line:?}"))?;
        }
    }
    let principal: Money = position.instalments.iter().map(|line| line.due.principal).sum();
    must(principal == loan.terms().principal, "S1 instalments sum to the principal", || format!("{principal:?}"))?;
    let repaid: Money = position.instalments.iter().map(|line| line.paid.principal).sum();
    must(position.outstanding.principal == principal - repaid, "L3 principal owed is lent less repaid", || {
        format!("owed {:?}, lent {principal:?}, repaid {repaid:?}", position.outstanding.principal)
    })?;
    let mut never_bounced = Loan::new(loan.terms().clone())
        .map_err(|invalid| Broken { invariant: "S1 a signed loan has a schedule", found: invalid.fix })?;
    for entry in loan.entries() {
        let is_reversal = matches!(entry.kind, domain::loan::EntryKind::Reversal { .. });
        if !is_reversal && !loan.is_reversed(entry.id) {
            never_bounced.record(entry.clone());
        }
    }
    let without = never_bounced.position(today);
    must(without == position, "A6 paid and bounced is never paid; late known is known in time", || {
        format!("{position:?} with, {without:?} without")
    })
}

/// Promises: no cent keeps two of them, and none is kept without its money (K22 to K25).
///
/// For any span of days, the promises that lie wholly inside it were given no more than what was received in it: by Hall's
/// theorem that is all it takes for a spending without overlap to exist.
pub(super) fn promises(person: &Person, receipts: &Receipts, book: &Book) -> Checked {
    let mut judged = vec![];
    for it in person.promises.values() {
        let Some(PromiseEnd::Judged { outcome, paid, .. }) = it.end else { continue };
        let fits = match outcome {
            Outcome::Kept => paid >= it.amount,
            Outcome::Partial => paid.is_positive() && paid < it.amount,
            Outcome::Broken => paid.is_zero(),
        };
        must(fits, "K24 kept means paid in full, broken means not at all", || format!("{it:?}"))?;
        judged.push((it.made_on, promise::last_day(it, book), paid));
    }
    for from in judged.iter().map(|(made_on, ..)| *made_on) {
        for until in judged.iter().map(|(_, last_on, _)| *last_on) {
            let inside = judged.iter().filter(|(made_on, last_on, _)| *made_on >= from && *last_on <= until);
            let spent: Money = inside.map(|(.., paid)| *paid).sum();
            let received = receipts.values().filter(|it| it.effective_on >= from && it.effective_on <= until);
            let received: Money = received.map(|it| it.amount).sum();
            must(spent <= received, "K23 no money keeps two promises", || {
                format!("{spent:?} kept promises between {from} and {until}, {received:?} came in")
            })?;
        }
    }
    Ok(())
}

/// The state after a night: standings are true, the case follows from them, and a second run would do nothing (R7).
pub(super) fn night(person: &Person, book: &Book, day: Day, end: Timestamp) -> Checked {
    for account in person.accounts.values().filter(|account| account.settled_on.is_none()) {
        must(account.standing == account.standing_on(day), "L3 the standing said last is the one recomputed", || {
            format!("{:?} against {:?} on {day}", account.standing, account.standing_on(day))
        })?;
    }
    let is_late = person.accounts.values().any(|account| account.loan.position(day).days_past_due > 0);
    must(person.open_case().is_some() == is_late, "R7 a case is open exactly while something is overdue beyond grace", || {
        format!("open: {}, late: {is_late} on {day}", person.open_case().is_some())
    })?;
    let again = arrears::night(person, book, day, end);
    must(again.is_empty(), "R7 a second run of the same night does nothing", || format!("{again:?}"))
}

/// A night says each thing once (R7).
fn said_once(new: &[Recorded]) -> Checked {
    let twice = new.iter().enumerate().find(|(at, recorded)| new[..*at].iter().any(|earlier| earlier.event == recorded.event));
    must(twice.is_none(), "R7 a night says nothing twice", || format!("{twice:?}"))
}

/// Each new event, against the person as they were the moment before it (P1 to P4, and the rules of the house).
pub(super) fn events(before: &Person, new: &[Recorded], book: &Book, intent: &str) -> Checked {
    if intent == "night" {
        said_once(new)?;
    }
    let mut person = before.clone();
    for recorded in new {
        one_event(&person, &recorded.event, book, intent)?;
        person.apply(recorded);
    }
    Ok(())
}

fn one_event(person: &Person, event: &Event, book: &Book, intent: &str) -> Checked {
    match event {
        Event::Contacted { channel, direction: Direction::Outbound, at, finding, .. } if intent == "reach" => {
            permitted(person, *channel, finding.as_ref(), *at)?;
            counted(person, *channel, *at)
        }
        Event::VisitProposed { finding, .. } => unstopped(person, Channel::Visit, finding),
        Event::VisitStarted { visit, at, finding } => {
            permitted(person, Channel::Visit, Some(finding), *at)?;
            let Some(visit) = person.visits.get(visit) else { return missing("visit") };
            let team: std::collections::BTreeSet<_> = visit.assigned.iter().flat_map(|assigned| &assigned.team).collect();
            let is_agreed = visit.agreed.is_some_and(|slot| slot.from <= *at && *at <= slot.until);
            must(is_agreed && visit.is_open(), "P1 a visit begins only inside a slot the person agreed to", || {
                format!("{visit:?}")
            })?;
            must(team.len() >= 2, "CN-VISIT-1 nobody visits alone", || format!("{team:?}"))?;
            let asked = person.visits.values().filter(|it| it.started_at.is_some_and(|start| day_of(start) == day_of(*at)));
            let left = asked.filter(|it| it.doorstep.as_ref().is_some_and(|doorstep| doorstep.asked_to_leave)).count();
            must(left == 0, "CN-VISIT-5 whoever asked a team to leave is not visited again that day", || format!("{at}"))?;
            let fresh = |audit: &domain::file::Audit| {
                !audit.is_void && audit.is_complete() && (0..=14).contains(&audit.as_of.days_until(book.day_of(*at)))
            };
            must(person.audit.as_ref().is_some_and(fresh), "P1 no visit on an incomplete or stale file", || {
                format!("{:?}", person.audit)
            })
        }
        Event::PlanAgreed { overridden, .. } => {
            let is_alone = overridden.as_ref().is_some_and(|it| it.asked_by == it.approved_by);
            must(!is_alone, "four eyes: nobody approves their own exception", || format!("{overridden:?}"))
        }
        Event::PromiseMade { amount, origin: domain::promise::Origin::Plan(plan), .. } => {
            let is_overridden = person.plans.get(plan).is_some_and(|plan| plan.overridden.is_some());
            let capacity = person.means.as_ref().map_or(Money::ZERO, |means| means.means.capacity());
            must(is_overridden || *amount <= capacity, "K35 no instalment of a plan exceeds the capacity stated", || {
                format!("{amount:?} of {capacity:?}")
            })
        }
        Event::AccountOpened { terms, annual_cost_percent: Some(_), .. } => {
            let in_use = person.principal_in_use(terms.disbursed_on);
            let limit = person.credit.as_ref().and_then(|decision| decision.limit).unwrap_or(Money::ZERO);
            must(in_use + terms.principal <= limit, "the limit granted is never exceeded", || {
                format!("{in_use:?} in use, {:?} more, limit {limit:?}", terms.principal)
            })
        }
        _ => Ok(()),
    }
}

fn missing(what: &str) -> Checked {
    Err(Broken { invariant: "P1 default deny", found: format!("no {what}") })
}

/// The law's yes stands beside the act, is for it, and the hour is decent (P1, P4).
fn permitted(person: &Person, channel: Channel, finding: Option<&Finding>, at: Timestamp) -> Checked {
    let Some(finding) = finding else { return missing("finding") };
    let is_yes = finding.ruling == Answer::Permit && !finding.packs.is_empty() && !finding.rules.is_empty();
    let is_for_this = finding.channel == channel && finding.at <= at && finding.not_after.is_some_and(|end| at < end);
    must(is_yes && is_for_this, "P1 every contact has the law's yes, for this act and this moment", || {
        format!("{finding:?} at {at}")
    })?;
    let minute = (at.as_second() + EAST_8).rem_euclid(86_400) / 60;
    must((8 * 60..22 * 60).contains(&minute), "P4 nobody is reached from 22:00 to 08:00", || format!("{at}"))?;
    unstopped(person, channel, finding)
}

/// Nothing the person said stops the channel (P2).
fn unstopped(person: &Person, channel: Channel, finding: &Finding) -> Checked {
    let stops = |matter: &Matter| match matter {
        Matter::Complaint { about, .. } => about.is_none() || *about == Some(channel),
        Matter::Dispute { .. } | Matter::Hardship { .. } => true,
    };
    let stopped = person.complaints.values().find(|it| it.answered.is_none() && stops(&it.matter));
    must(stopped.is_none(), "P2 a complaint, a dispute or a plea of hardship stops its channel", || {
        format!("{stopped:?} against {finding:?}")
    })
}

/// Caps of the day, counted anew over all contacts of the person (P3; CN-FREQ-1 and 3).
fn counted(person: &Person, channel: Channel, at: Timestamp) -> Checked {
    let today = person.contacts.iter().filter(|it| it.direction == Direction::Outbound && day_of(it.at) == day_of(at));
    let calls = |outcome| today.clone().filter(|it| it.channel == Channel::Call && it.outcome == outcome).count();
    if channel == Channel::Call {
        let talked = calls(ContactOutcome::Reached);
        must(talked < 3, "P3 at most three conversations a day", || format!("{talked} before {at}"))?;
        let unanswered = calls(ContactOutcome::NotReached);
        let is_capped = day_of(at) >= GUIDELINES_FROM;
        must(unanswered < 6 || !is_capped, "P3 at most six unanswered attempts a day", || format!("{unanswered} before {at}"))?;
    }
    Ok(())
}

/// 2026-01-30, when the bank association's guidelines with the cap on unanswered calls began to apply.
const GUIDELINES_FROM: i64 = 20_483;

/// China has had one zone without summer time since 1992.
const EAST_8: i64 = 8 * 3600;

fn day_of(at: Timestamp) -> i64 {
    (at.as_second() + EAST_8).div_euclid(86_400)
}
