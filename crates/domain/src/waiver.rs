//! Giving up something owed: one asks, another with the authority for it says yes. The ladder of authority is data.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::arrears;
use crate::day::Day;
use crate::event::{Actor, Event, NoteRef};
use crate::id::{AccountId, EntryId, WaiverId};
use crate::loan::{Entry, EntryKind, Part};
use crate::moment::Timestamp;
use crate::money::Money;
use crate::person::Person;
use crate::refusal::Refusal;

/// A waiver that was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waiver {
    /// Its id.
    pub id: WaiverId,
    /// Of which account.
    pub account: AccountId,
    /// Which part.
    pub part: Part,
    /// How much.
    pub amount: Money,
    /// Why.
    pub reason: NoteRef,
    /// Who asked.
    pub asked_by: Actor,
    /// When.
    pub asked_on: Day,
    /// What became of it.
    pub end: Option<WaiverEnd>,
}

/// What became of a waiver.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum WaiverEnd {
    /// Somebody else said yes.
    Approved {
        /// Who.
        by: Actor,
        /// When.
        on: Day,
    },
    /// Somebody else said no.
    Declined {
        /// Who.
        by: Actor,
        /// When.
        on: Day,
        /// Why.
        reason: Option<NoteRef>,
    },
}

/// Who may say yes to how much.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ladder {
    /// The rungs; a role may stand on several.
    #[serde(default)]
    pub rungs: Vec<Rung>,
}

/// One rung of the ladder.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// The role, by its stored name.
    pub role: String,
    /// What may be given up.
    pub parts: Vec<Part>,
    /// At most how much at once; none for any amount.
    #[serde(default)]
    pub at_most_minor: Option<Money>,
    /// At most how many percent of what is owed of that part; none for all of it.
    #[serde(default)]
    pub at_most_percent: Option<u8>,
}

/// Somebody who may say yes: who they are and what they do.
#[derive(Clone, Copy, Debug)]
pub struct Approver<'a> {
    /// Who.
    pub actor: Actor,
    /// The stored name of their role.
    pub role: &'a str,
}

impl Ladder {
    /// Whether a role may give up `amount` of a part of which `owed` is owed.
    pub fn allows(&self, role: &str, part: Part, amount: Money, owed: Money) -> bool {
        self.rungs.iter().any(|rung| {
            let is_within = rung.at_most_minor.is_none_or(|most| amount <= most);
            let percent = |most: u8| i128::from(amount.minor()) * 100 <= i128::from(owed.minor()) * i128::from(most);
            rung.role == role && rung.parts.contains(&part) && is_within && rung.at_most_percent.is_none_or(percent)
        })
    }
}

/// What of a part is owed on an account, due or not.
pub fn owed_of(person: &Person, account: AccountId, part: Part, today: Day) -> Money {
    let lines = person.accounts.get(&account).map(|account| account.loan.position(today).instalments).unwrap_or_default();
    lines.iter().map(|line| line.unpaid()[part].or_zero()).sum()
}

/// Asks that something be given up.
pub fn ask(
    person: &Person,
    account: AccountId,
    part: Part,
    amount: Money,
    reason: NoteRef,
    today: Day,
) -> Result<Vec<Event>, Refusal> {
    if !person.accounts.contains_key(&account) {
        return Err(Refusal::by("ACCOUNT-UNKNOWN"));
    }
    if !amount.is_positive() || amount > owed_of(person, account, part, today) {
        return Err(Refusal::by("WAIVER-ABOVE-OWED"));
    }
    let waiver = WaiverId(person.next_id());
    Ok(vec![Event::WaiverAsked { waiver, account, part, amount, reason, on: today }])
}

/// Says yes: never who asked, and only within their authority. What is given up is posted in the same append.
pub fn approve(
    person: &Person,
    ladder: &Ladder,
    id: WaiverId,
    approver: Approver<'_>,
    today: Day,
    at: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let waiver = open(person, id, approver.actor)?;
    let owed = owed_of(person, waiver.account, waiver.part, today);
    if waiver.amount > owed {
        return Err(Refusal::by("WAIVER-ABOVE-OWED"));
    }
    if !ladder.allows(approver.role, waiver.part, waiver.amount, owed) {
        return Err(Refusal::by("WAIVER-AUTHORITY"));
    }
    let kind = EntryKind::Waiver { part: waiver.part, amount: waiver.amount, instalment: None };
    let entry = Entry { id: EntryId(person.nth_id(1)), effective_on: today, kind };
    let events = vec![Event::WaiverApproved { waiver: id, on: today }, Event::EntryPosted { account: waiver.account, entry }];
    Ok(arrears::with_what_follows(person, events, today, at))
}

/// Says no, with a reason.
pub fn decline(person: &Person, id: WaiverId, by: Actor, reason: Option<NoteRef>, today: Day) -> Result<Vec<Event>, Refusal> {
    open(person, id, by)?;
    Ok(vec![Event::WaiverDeclined { waiver: id, reason, on: today }])
}

/// A waiver that waits for the yes or no of somebody other than who asked.
fn open(person: &Person, id: WaiverId, by: Actor) -> Result<&Waiver, Refusal> {
    let waiver = person.waivers.get(&id).ok_or_else(|| Refusal::by("WAIVER-UNKNOWN"))?;
    if waiver.end.is_some() {
        return Err(Refusal::by("WAIVER-DECIDED"));
    }
    if waiver.asked_by == by {
        return Err(Refusal::by("WAIVER-ALONE"));
    }
    Ok(waiver)
}

pub(crate) fn apply(person: &mut Person, event: &Event, actor: Actor) {
    match event {
        Event::WaiverAsked { waiver, account, part, amount, reason, on } => {
            let asked = Waiver {
                id: *waiver,
                account: *account,
                part: *part,
                amount: *amount,
                reason: reason.clone(),
                asked_by: actor,
                asked_on: *on,
                end: None,
            };
            person.waivers.insert(*waiver, asked);
        }
        Event::WaiverApproved { waiver, on } => {
            if let Some(waiver) = person.waivers.get_mut(waiver) {
                waiver.end = Some(WaiverEnd::Approved { by: actor, on: *on });
            }
        }
        Event::WaiverDeclined { waiver, reason, on } => {
            if let Some(waiver) = person.waivers.get_mut(waiver) {
                waiver.end = Some(WaiverEnd::Declined { by: actor, on: *on, reason: reason.clone() });
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ladder() -> Ladder {
        let rung = |role: &str, parts: &[Part], most: Option<i64>, percent| Rung {
            role: String::from(role),
            parts: parts.to_vec(),
            at_most_minor: most.map(Money::from_minor),
            at_most_percent: percent,
        };
        Ladder {
            rungs: vec![
                rung("desk", &[Part::Penalty], Some(20_000), Some(50)),
                rung("manager", &[Part::Penalty, Part::Fee, Part::Interest], None, None),
            ],
        }
    }

    fn check(role: &str, part: Part, amount: i64, owed: i64, expected: bool) {
        let allowed = ladder().allows(role, part, Money::from_minor(amount), Money::from_minor(owed));
        assert_eq!(allowed, expected, "{role} gives up {amount} of {owed} {part:?}");
    }

    #[test]
    fn authority_is_by_role_part_amount_and_share() {
        check("desk", Part::Penalty, 10_000, 20_000, true);
        check("desk", Part::Penalty, 10_001, 20_000, false);
        check("desk", Part::Penalty, 20_001, 100_000, false);
        check("desk", Part::Interest, 1, 100_000, false);
        check("manager", Part::Interest, 100_000, 100_000, true);
        check("manager", Part::Principal, 1, 100_000, false);
        check("field", Part::Penalty, 1, 100_000, false);
    }
}
