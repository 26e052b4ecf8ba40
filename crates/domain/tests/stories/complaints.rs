//! Complaints, disputes and hardship: said at any time, stopping at once, answered in time.

use domain::complaint::{Answer, HardshipReason, Matter};
use domain::contact::{Act, Channel, ask};
use domain::follow_up::Step;

use super::diary::Diary;

fn behind() -> Diary {
    let mut diary = Diary::buys("2026-01-10", 2400, 6);
    diary.until("2026-04-20");
    diary
}

fn stops(diary: &Diary, channel: Channel) -> bool {
    let refusal = ask(&diary.person, &diary.book, &Act::demand(channel), &diary.book.moment(diary.noon())).unwrap_err();
    refusal.by == ["COMPLAINT-STOPS"]
}

#[test]
fn a_complaint_about_calls_stops_calls_and_nothing_else() {
    let mut diary = behind();
    diary.says(Matter::Complaint { about: Some(Channel::Call), visit: None });
    assert!(stops(&diary, Channel::Call));
    assert!(!stops(&diary, Channel::Letter));
}

#[test]
fn hardship_stops_every_channel_until_it_is_answered() {
    let mut diary = behind();
    let plea = diary.says(Matter::Hardship { reason: HardshipReason::NotSaid });
    for channel in [Channel::Call, Channel::Sms, Channel::Letter, Channel::Visit] {
        assert!(stops(&diary, channel));
    }
    diary.night();
    assert_eq!(diary.person.open_case().unwrap().follow_up.as_ref().unwrap().step, Step::Wait, "an answer of ours is owed");
    diary.hears(plea, Answer::Upheld);
    assert!(!stops(&diary, Channel::Letter));
}

#[test]
fn nothing_new_is_sold_while_a_dispute_is_open() {
    use domain::credit;
    use domain::id::AccountId;
    use domain::loan::Terms;
    use domain::money::Money;
    let mut diary = Diary::buys("2026-01-10", 1200, 6);
    diary.says(Matter::Dispute { account: None });
    let terms = Terms::interest_free(Money::from_minor(10_000), diary.today, 3);
    let signed = credit::sign(&diary.person, &diary.book, AccountId(2), "F2".into(), terms, "0".parse().unwrap(), diary.today);
    assert_eq!(signed.unwrap_err().by, ["CREDIT-PAUSED"]);
}
