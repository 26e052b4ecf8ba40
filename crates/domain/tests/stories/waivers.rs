//! Giving something up: one asks, another with the authority for it says yes.

use domain::event::Actor;
use domain::id::{StaffId, WaiverId};
use domain::loan::Part;
use domain::money::Money;
use domain::refusal::Refusal;
use domain::waiver::{self, Approver};

use super::diary::{ACCOUNT, Diary, OFFICER, OTHER_OFFICER, note, yuan_of};

fn behind() -> Diary {
    let mut diary = Diary::buys("2026-01-10", 2400, 6);
    diary.until("2026-04-20");
    diary
}

fn asks(diary: &mut Diary, part: Part, amount: Money) -> Result<WaiverId, Refusal> {
    let asked = waiver::ask(&diary.person, ACCOUNT, part, amount, note(), diary.today)?;
    diary.write_as(Actor::Staff(OFFICER), asked);
    Ok(*diary.person.waivers.keys().next_back().unwrap())
}

fn says_yes(diary: &mut Diary, id: WaiverId, who: StaffId, role: &str) -> Result<(), Refusal> {
    let (ladder, by) = (diary.book.house.waivers.clone(), Approver { actor: Actor::Staff(who), role });
    let events = waiver::approve(&diary.person, &ladder, id, by, diary.today, diary.now())?;
    diary.write_as(Actor::Staff(who), events);
    Ok(())
}

#[test]
fn who_asks_does_not_say_yes() {
    let mut diary = behind();
    let waiver = asks(&mut diary, Part::Penalty, Money::from_minor(500)).unwrap();
    assert_eq!(says_yes(&mut diary, waiver, OFFICER, "manager").unwrap_err().by, ["WAIVER-ALONE"]);
    assert!(says_yes(&mut diary, waiver, OTHER_OFFICER, "manager").is_ok());
}

#[test]
fn what_is_given_up_is_posted_at_once_and_only_once() {
    let mut diary = behind();
    let owed = diary.person.owed(diary.today);
    let waiver = asks(&mut diary, Part::Penalty, Money::from_minor(500)).unwrap();
    assert_eq!(diary.person.owed(diary.today), owed, "asking gives nothing up");
    says_yes(&mut diary, waiver, OTHER_OFFICER, "manager").unwrap();
    assert_eq!(owed - diary.person.owed(diary.today), Money::from_minor(500));
    assert_eq!(says_yes(&mut diary, waiver, OTHER_OFFICER, "manager").unwrap_err().by, ["WAIVER-DECIDED"]);
}

#[test]
fn authority_ends_where_the_ladder_ends() {
    let mut diary = behind();
    let waiver = asks(&mut diary, Part::Principal, yuan_of(1000)).unwrap();
    assert_eq!(says_yes(&mut diary, waiver, OTHER_OFFICER, "desk").unwrap_err().by, ["WAIVER-AUTHORITY"]);
    assert_eq!(
        says_yes(&mut diary, waiver, OTHER_OFFICER, "manager").unwrap_err().by,
        ["WAIVER-AUTHORITY"],
        "over thirty percent"
    );
    let smaller = waiver::decline(&diary.person, waiver, Actor::Staff(OTHER_OFFICER), Some(note()), diary.today).unwrap();
    diary.write_as(Actor::Staff(OTHER_OFFICER), smaller);
    assert_eq!(says_yes(&mut diary, waiver, OTHER_OFFICER, "manager").unwrap_err().by, ["WAIVER-DECIDED"]);
}

#[test]
fn no_more_is_given_up_than_is_owed() {
    let mut diary = behind();
    assert_eq!(asks(&mut diary, Part::Fee, Money::from_minor(1)).unwrap_err().by, ["WAIVER-ABOVE-OWED"]);
    let penalty = waiver::owed_of(&diary.person, ACCOUNT, Part::Penalty, diary.today);
    let waiver = asks(&mut diary, Part::Penalty, penalty).unwrap();
    diary.pays(1200);
    diary.pays_exactly(penalty);
    let refused = says_yes(&mut diary, waiver, OTHER_OFFICER, "manager").unwrap_err();
    assert_eq!(refused.by, ["WAIVER-ABOVE-OWED"], "it was paid in the meantime");
}

#[test]
fn giving_up_the_last_of_the_arrears_closes_the_case() {
    let mut diary = Diary::buys("2026-01-10", 1200, 3);
    diary.until("2026-02-20").pays(320);
    assert!(diary.person.open_case().is_some());
    let waiver = asks(&mut diary, Part::Principal, yuan_of(100)).unwrap();
    says_yes(&mut diary, waiver, OTHER_OFFICER, "manager").unwrap();
    assert!(diary.person.open_case().is_none());
}
