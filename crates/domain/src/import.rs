//! Taking over a loan that another system ran before: it comes in with its terms and where it stood, and the past is
//! not judged again.

use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use crate::arrears;
use crate::day::Day;
use crate::event::{Event, NoteRef};
use crate::id::AccountId;
use crate::loan::{Entry, Loan, Terms};
use crate::moment::Timestamp;
use crate::person::{Account, Person};
use crate::refusal::Refusal;

/// A loan to be taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Takeover {
    /// Ours.
    pub account: AccountId,
    /// What the person and the lender call it.
    pub number: String,
    /// What was agreed.
    pub terms: Terms,
    /// Where it stood: an opening position, perhaps a write-off.
    pub entries: Vec<Entry>,
    /// Whose it is, for a person who is not known yet.
    pub identity: NoteRef,
    /// Where they live, if the other system knows: the address, and the city it lies in.
    pub address: Option<(NoteRef, String)>,
    /// IANA name of the zone of a person who is not known yet.
    pub zone: String,
}

/// Takes a loan over, as it stands on `today`. The person becomes known by it if they were not.
pub fn take_over(person: &Person, takeover: &Takeover, today: Day, at: Timestamp) -> Result<Vec<Event>, Refusal> {
    if person.accounts.contains_key(&takeover.account) {
        return Err(Refusal::by("ACCOUNT-TWICE"));
    }
    if takeover.terms.disbursed_on > today {
        return Err(Refusal::by("LOAN-IN-FUTURE"));
    }
    let mut loan = Loan::agree(takeover.terms.clone()).map_err(|_| Refusal::by("TERMS-UNSOUND"))?;
    for entry in &takeover.entries {
        loan.check(entry).map_err(|_| Refusal::by("ENTRY-UNSOUND"))?;
        loan.record(entry.clone());
    }

    let mut events = vec![];
    if !person.is_registered() {
        events.push(Event::PersonRegistered { identity: takeover.identity.clone(), zone: takeover.zone.clone() });
    }
    if let Some((address, area)) = takeover.address.as_ref().filter(|_| person.address.is_none()) {
        let (address, area, provenance) = (address.clone(), area.clone(), "import".to_string());
        events.push(Event::AddressRecorded { address, area, provenance, observed_on: today });
    }
    events.push(Event::AccountOpened {
        account: takeover.account,
        number: takeover.number.clone(),
        terms: takeover.terms.clone(),
        annual_cost_percent: None,
    });
    let posted = takeover.entries.iter().map(|entry| Event::EntryPosted { account: takeover.account, entry: entry.clone() });
    events.extend(posted);

    if person.accounts.is_empty() {
        // They have nothing else that could stand otherwise by it, and no case.
        let account = Account::open(takeover.account, takeover.number.clone(), loan);
        events.extend(arrears::age_account(&account, today));
        return Ok(events);
    }
    Ok(arrears::with_what_follows(person, events, today, at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Actor, Recorded};
    use crate::id::{EntryId, NoteId, PersonId};
    use crate::loan::{EntryKind, Parts};
    use crate::money::Money;

    const MONTHS: u32 = 12;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn takeover(paid_principal: i64) -> Takeover {
        let paid = Parts { principal: Money::from_minor(paid_principal), ..Parts::ZERO };
        let opening = EntryKind::Opening { paid, penalty_owed: Money::ZERO };
        Takeover {
            account: AccountId(1),
            number: "L1".into(),
            terms: Terms::interest_free(Money::from_minor(120_000), day("2026-01-10"), MONTHS),
            entries: vec![Entry { id: EntryId(1), effective_on: day("2026-06-30"), kind: opening }],
            identity: NoteRef { id: NoteId(1), digest: String::new() },
            address: None,
            zone: "Asia/Shanghai".into(),
        }
    }

    /// What is recorded when so much of 1,200.00 in twelve instalments was paid by 30 June, five instalments being due.
    fn check(paid_principal: i64, expected: &[&str]) {
        let nobody = Person::new(PersonId(1));
        let events = take_over(&nobody, &takeover(paid_principal), day("2026-06-30"), Timestamp::UNIX_EPOCH).unwrap();
        let names: Vec<&str> = events
            .iter()
            .map(|event| match event {
                Event::PersonRegistered { .. } => "registered",
                Event::AccountOpened { .. } => "opened",
                Event::EntryPosted { .. } => "entry",
                Event::Aged { .. } => "aged",
                Event::AccountSettled { .. } => "settled",
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn a_loan_comes_in_as_it_stood() {
        check(50_000, &["registered", "opened", "entry"]);
        check(49_999, &["registered", "opened", "entry", "aged"]);
        check(120_000, &["registered", "opened", "entry", "settled"]);
    }

    #[test]
    fn a_loan_that_was_paid_off_early_owes_nothing_more() {
        let mut early = takeover(120_000);
        early.terms.annual_rate = rust_decimal::Decimal::new(12, 2);
        early.terms.method = crate::loan::Method::EqualInstalment;
        let nobody = Person::new(PersonId(1));
        let events = take_over(&nobody, &early, day("2026-06-30"), Timestamp::UNIX_EPOCH).unwrap();
        assert!(matches!(events.last(), Some(Event::AccountSettled { .. })), "{events:?}");
    }

    #[test]
    fn a_loan_comes_in_once_and_only_if_it_makes_sense() {
        let (today, at) = (day("2026-06-30"), Timestamp::UNIX_EPOCH);
        let mut person = Person::new(PersonId(1));
        for (version, event) in (1..).zip(take_over(&person, &takeover(0), today, at).unwrap()) {
            person.apply(&Recorded { version, recorded_at: at, actor: Actor::Import, event });
        }
        assert_eq!(take_over(&person, &takeover(0), today, at), Err(Refusal::by("ACCOUNT-TWICE")));

        let nobody = Person::new(PersonId(2));
        assert_eq!(take_over(&nobody, &takeover(120_001), today, at), Err(Refusal::by("ENTRY-UNSOUND")));
        assert_eq!(take_over(&nobody, &takeover(0), day("2026-01-09"), at), Err(Refusal::by("LOAN-IN-FUTURE")));
    }
}
