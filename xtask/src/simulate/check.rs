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
use domain::loan::{EntryKind, Loan, Part};
use domain::moment::Timestamp;
use domain::money::Money;
use domain::payment;
use domain::person::Person;
use domain::promise::{self, Outcome, PromiseEnd};
use domain::rows;

use super::books::{Stream, fold};
use super::plans;

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
        for (id, effective_on, amount) in payment::standing(&account.loan) {
            posted.insert((account.id, id), (amount, effective_on));
        }
        one_loan(&account.loan, today)?;
    }
    let standing = receipts.iter().filter(|(_, receipt)| !receipt.is_reversed);
    let standing: BTreeMap<_, _> = standing.map(|(key, receipt)| (*key, (receipt.amount, receipt.effective_on))).collect();
    must(posted == standing, "L8 every receipt is posted once, to its account, in its amount, on its day", || {
        format!("posted {posted:?}, received {standing:?}")
    })?;
    let entries: usize = person.accounts.values().map(|account| paid_and_taken_back(&account.loan)).sum();
    let expected = receipts.len() + receipts.values().filter(|receipt| receipt.is_reversed).count();
    must(entries == expected, "L4 an entry is posted once and taken back at most once", || {
        format!("{entries} entries where {expected} were made")
    })
}

/// How many payments were posted, and how often one was taken back.
fn paid_and_taken_back(loan: &Loan) -> usize {
    let payments: Vec<EntryId> =
        loan.entries().iter().filter(|it| matches!(it.kind, EntryKind::Payment { .. })).map(|it| it.id).collect();
    let is_of_a_payment = |kind: &EntryKind| matches!(kind, EntryKind::Reversal { of } if payments.contains(of));
    payments.len() + loan.entries().iter().filter(|it| is_of_a_payment(&it.kind)).count()
}

fn one_loan(loan: &Loan, today: Day) -> Checked {
    let position = loan.position(today);
    let paid: Money = payment::standing(loan).filter(|(_, on, _)| *on <= today).map(|(.., amount)| amount).sum();
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
    let principal: Money = position.instalments.iter().map(|line| line.due.principal + line.waived.principal).sum();
    let given_up: Money = position.instalments.iter().map(|line| line.waived.principal).sum();
    must(principal == loan.terms().principal, "S1 instalments sum to the principal", || format!("{principal:?}"))?;
    let repaid: Money = position.instalments.iter().map(|line| line.paid.principal).sum();
    must(
        position.outstanding.principal == principal - repaid - given_up,
        "L3 principal owed is lent less repaid and given up",
        || format!("owed {:?}, lent {principal:?}, repaid {repaid:?}", position.outstanding.principal),
    )?;
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
        judged.push((it.made_on, promise::last_day(person, it, book), paid));
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

/// Days of a respite that are compared with the day before each night.
const LOOKED_BACK: i32 = 5;

/// What rests stands still: on a day of a respite nothing is charged for being late and no interest is earned by the passing of
/// time. What is entered on a day may move both: who settles early gets cost back, and that makes room under the cost cap.
fn rests(person: &Person, day: Day) -> Checked {
    let Some(respite) = person.respites.iter().find(|respite| respite.end.is_none() && respite.began_on < day) else {
        return Ok(());
    };
    let until = respite.until.map_or(day, |until| until.min(day));
    for (account, _) in &respite.pauses {
        let Some(account) = person.accounts.get(account) else { return missing("account") };
        let cost = |day: Day| {
            let position = account.loan.position(day);
            let late: Money = position.instalments.iter().map(|line| line.due.penalty + line.waived.penalty).sum();
            (late, position.interest_accrued)
        };
        let is_quiet = |day: &Day| account.loan.entries().iter().all(|entry| entry.effective_on != *day);
        let days = (1..=LOOKED_BACK).map(|back| until.plus_days(1 - back)).take_while(|day| *day > respite.began_on);
        for day in days.filter(is_quiet) {
            let (before, now) = (cost(day.plus_days(-1)), cost(day));
            must(now.0 <= before.0 && now.1 <= before.1, "interest and late charges stand still while a respite runs", || {
                format!("{before:?} the day before, {now:?} on {day}")
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
    rests(person, day)?;
    judged_by_the_ledger(person, book, day)?;
    must(person.open_case().is_some() == is_late, "R7 a case is open exactly while something is overdue beyond grace", || {
        format!("open: {}, late: {is_late} on {day}", person.open_case().is_some())
    })?;
    let again = arrears::night(person, book, day, end);
    must(again.is_empty(), "R7 a second run of the same night does nothing", || format!("{again:?}"))
}

/// After a night every judgement is what the ledger of the night says: nothing stays kept by money that was taken back, and
/// nothing is open whose time is over (K26).
fn judged_by_the_ledger(person: &Person, book: &Book, day: Day) -> Checked {
    let paid = promise::paid_toward(person, book);
    for it in person.promises.values().filter(|it| !it.is_withdrawn()) {
        let toward = paid.get(&it.id).copied().unwrap_or(Money::ZERO);
        let is_past = promise::last_day(person, it, book) < day;
        let holds = match it.end {
            None => !is_past && toward < it.amount,
            Some(PromiseEnd::Judged { paid, .. }) => paid == toward,
            Some(_) => true,
        };
        must(holds, "K24 and K26 after a night the ledger has the last word on every promise", || {
            format!("{toward:?} for {it:?}")
        })?;
    }
    Ok(())
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
        four_eyes(&person, recorded)?;
        person.apply(recorded);
    }
    Ok(())
}

/// Nobody says yes to what they asked for themselves, and nobody answers an appeal about their own answer.
fn four_eyes(person: &Person, recorded: &Recorded) -> Checked {
    let is_alone = match &recorded.event {
        Event::WaiverApproved { waiver, .. } | Event::WaiverDeclined { waiver, .. } => {
            person.waivers.get(waiver).is_none_or(|waiver| waiver.asked_by == recorded.actor)
        }
        Event::ComplaintAnswered { complaint, .. } => match person.complaints.get(complaint).map(|it| it.matter) {
            Some(Matter::Appeal { of }) => person
                .complaints
                .get(&of)
                .and_then(|first| first.answered.as_ref())
                .is_some_and(|answered| answered.by == recorded.actor),
            _ => false,
        },
        _ => false,
    };
    must(!is_alone, "four eyes: nobody decides alone what needs two", || format!("{recorded:?}"))
}

fn one_event(person: &Person, event: &Event, book: &Book, intent: &str) -> Checked {
    match event {
        Event::Contacted { channel, direction: Direction::Outbound, at, finding, .. } if intent == "reach" => {
            permitted(person, *channel, finding.as_ref(), *at)?;
            counted(person, *channel, *at)
        }
        Event::VisitProposed { finding, .. } => {
            let day = Day::from_epoch_days(day_of(finding.at) as i32);
            must(!is_resting(person, day), "nothing outward while a respite runs", || format!("a visit proposed on {day}"))?;
            unstopped(person, Channel::Visit, finding)
        }
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
        Event::PlanAgreed { overridden, agreement, on, .. } => {
            let is_alone = overridden.as_ref().is_some_and(|it| it.asked_by == it.approved_by);
            must(!is_alone, "four eyes: nobody approves their own exception", || format!("{overridden:?}"))?;
            must(!is_resting(person, *on), "no plan is agreed while a respite runs", || format!("{on}"))?;
            plans::within_capacity(person, agreement.as_ref(), overridden.is_some(), *on)
        }
        Event::PromiseMade { amount, origin: domain::promise::Origin::Plan(plan), .. } => {
            let Some(plan) = person.plans.get(plan) else { return missing("plan") };
            let is_lump = plan.agreement.as_ref().is_some_and(|it| plans::is_paid_at_once(&it.way));
            let capacity = plans::capacity(person);
            must(
                plan.overridden.is_some() || is_lump || *amount <= capacity,
                "K35 no instalment of a plan exceeds the capacity stated",
                || format!("{amount:?} of {capacity:?}"),
            )
        }
        Event::EntryPosted { entry, .. } if intent == "approve waiver" => {
            let is_waiver = matches!(entry.kind, EntryKind::Waiver { .. });
            must(is_waiver, "a waiver posts what it gives up and nothing else", || format!("{entry:?}"))
        }
        Event::EnforcementDecided { claim, on, .. } => {
            must(!is_resting(person, *on), "nothing goes to court while a respite runs", || format!("{claim:?} on {on}"))?;
            let waits =
                person.complaints.values().any(|it| it.answered.is_none() && !matches!(it.matter, Matter::Complaint { .. }));
            must(!waits, "nothing goes to court while an answer is owed", || format!("{claim:?} on {on}"))
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
    let day = Day::from_epoch_days(day_of(at) as i32);
    must(!is_resting(person, day), "nothing outward while a respite runs", || format!("{channel:?} on {day}"))?;
    unstopped(person, channel, finding)
}

/// Whether a respite rests on the person on `day`, by its own days and nothing else.
fn is_resting(person: &Person, day: Day) -> bool {
    person.respites.iter().any(|respite| {
        let is_over = match respite.end {
            Some((on, domain::respite::RespiteEnd::TimePassed)) => on < day,
            Some((on, _)) => on <= day,
            None => respite.until.is_some_and(|until| until < day),
        };
        respite.began_on <= day && !is_over
    })
}

/// Nothing the person said stops the channel (P2).
fn unstopped(person: &Person, channel: Channel, finding: &Finding) -> Checked {
    let stops = |matter: &Matter| match matter {
        Matter::Complaint { about, .. } => about.is_none() || *about == Some(channel),
        Matter::Dispute { .. } | Matter::Hardship { .. } | Matter::Appeal { .. } => true,
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
