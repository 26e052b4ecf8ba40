//! A plea of hardship: said at any time, stopping at once, answered in time with reasons, and looked at again by somebody
//! else.

use domain::complaint::{Answer, HardshipReason};
use domain::contact::{Act, Channel, ask};
use domain::event::Actor;
use domain::hardship::{self, Relief};
use domain::id::ComplaintId;

use super::diary::{Diary, OFFICER, OTHER_OFFICER, day, note};

fn behind() -> Diary {
    let mut diary = Diary::buys("2026-01-10", 2400, 6);
    diary.until("2026-04-20");
    diary
}

/// Why a letter may not be sent today; none if only the law has to be asked.
fn stopped_by(diary: &Diary) -> Option<String> {
    let refusal = ask(&diary.person, &diary.book, &Act::demand(Channel::Letter), &diary.book.moment(diary.now())).err()?;
    refusal.by.into_iter().find(|rule| rule == "COMPLAINT-STOPS" || rule == "RESPITE" || rule == "REPRESENTED")
}

#[test]
fn a_plea_has_an_answer_within_five_business_days() {
    let mut diary = behind();
    diary.under_chinese_law();
    let plea = diary.pleads();
    assert_eq!(diary.person.complaints[&plea].due_on, day("2026-04-27"), "Monday to Monday");
    assert_eq!(stopped_by(&diary).as_deref(), Some("COMPLAINT-STOPS"));
}

#[test]
fn a_plea_may_come_with_papers_and_is_the_same_plea_without() {
    let (mut plain, mut shown) = (behind(), behind());
    let without = plain.pleads();
    let with = ComplaintId(without.0);
    let reason = HardshipReason::LessIncome;
    let events = hardship::plead(&shown.person, &shown.book, with, reason, None, vec![note()], shown.today);
    shown.write(events);
    assert_eq!(shown.person.complaints[&with].evidence, [note()]);
    assert_eq!(shown.person.complaints[&with].due_on, plain.person.complaints[&without].due_on);
    assert_eq!((stopped_by(&shown), stopped_by(&plain)), (Some("COMPLAINT-STOPS".into()), Some("COMPLAINT-STOPS".into())));
}

#[test]
fn a_plea_that_is_granted_brings_time_from_the_same_moment() {
    let mut diary = behind();
    let plea = diary.pleads();
    diary.until("2026-04-22").is_granted_respite(plea, "2026-05-22");
    assert_eq!(diary.person.complaints[&plea].answered.as_ref().map(|it| it.answer), Some(Answer::Upheld));
    assert_eq!(stopped_by(&diary).as_deref(), Some("RESPITE"));
    diary.until("2026-05-22");
    assert_eq!(stopped_by(&diary).as_deref(), Some("RESPITE"), "the last day is part of it");
    diary.until("2026-05-23");
    assert_eq!(stopped_by(&diary), None);
}

#[test]
fn a_plea_that_is_refused_lets_contact_go_on_and_can_be_appealed() {
    let mut diary = behind();
    let plea = diary.pleads();
    diary.until("2026-04-22");
    let refused = hardship::refuse(&diary.person, plea, note(), Actor::Staff(OFFICER), diary.today).unwrap();
    diary.write_as(Actor::Staff(OFFICER), refused);
    assert_eq!(stopped_by(&diary), None);
    let appeal = diary.until("2026-04-24").appeals(plea).unwrap();
    assert_eq!(stopped_by(&diary).as_deref(), Some("COMPLAINT-STOPS"), "until somebody else has looked");
    assert_eq!(diary.hears_from(OFFICER, appeal, Answer::NotUpheld).unwrap_err().by, ["APPEAL-SAME-HAND"]);
    diary.hears_from(OTHER_OFFICER, appeal, Answer::Upheld).unwrap();
    assert_eq!(stopped_by(&diary), None);
}

#[test]
fn an_appeal_can_bring_what_was_refused() {
    let mut diary = behind();
    let plea = diary.pleads();
    diary.hears(plea, Answer::NotUpheld);
    let appeal = diary.appeals(plea).unwrap();
    let (relief, by) = (Relief::Respite { until: day("2026-06-01") }, Actor::Staff(OTHER_OFFICER));
    let granted =
        hardship::grant(&diary.person, &diary.book, appeal, relief, vec![], None, by, diary.today, diary.now()).unwrap();
    diary.write_as(by, granted);
    assert!(diary.person.open_respite().is_some());
}

#[test]
fn an_answer_is_appealed_once_and_within_thirty_days_and_only_if_it_was_not_in_favour() {
    let mut diary = behind();
    let plea = diary.pleads();
    assert_eq!(diary.appeals(plea).unwrap_err().by, ["APPEAL-TIME"], "there is no answer yet");
    diary.hears(plea, Answer::PartlyUpheld);
    let appeal = diary.appeals(plea).unwrap();
    assert_eq!(diary.appeals(plea).unwrap_err().by, ["APPEAL-TIME"]);
    diary.hears_from(OTHER_OFFICER, appeal, Answer::NotUpheld).unwrap();
    assert_eq!(diary.appeals(appeal).unwrap_err().by, ["APPEAL-TIME"], "an appeal has no appeal");
    let other = diary.pleads();
    diary.hears(other, Answer::NotUpheld).until("2026-05-21");
    assert_eq!(diary.appeals(other).unwrap_err().by, ["APPEAL-TIME"], "thirty-one days later");
    let third = diary.pleads();
    diary.hears(third, Answer::Upheld);
    assert_eq!(diary.appeals(third).unwrap_err().by, ["APPEAL-TIME"]);
}

#[test]
fn only_a_plea_is_granted() {
    use domain::complaint::Matter;
    let mut diary = behind();
    let dispute = diary.says(Matter::Dispute { account: None });
    let refused = hardship::refuse(&diary.person, dispute, note(), Actor::Staff(OFFICER), diary.today);
    assert_eq!(refused.unwrap_err().by, ["HARDSHIP-UNKNOWN"]);
}

#[test]
fn who_was_granted_a_plan_chooses_it_and_is_left_alone() {
    use domain::options::Way;
    let mut diary = behind();
    let plea = diary.pleads();
    let by = Actor::Staff(OFFICER);
    let granted = hardship::grant(&diary.person, &diary.book, plea, Relief::Plan, vec![], None, by, diary.today, diary.now());
    diary.write_as(by, granted.unwrap());
    diary.states(3000, 2800);
    diary.agrees(&Way::Instalments { months: 24, first_on: day("2026-05-10") }).unwrap();
    assert!(diary.person.open_case().is_none(), "nothing is overdue any more");
    diary.until("2026-05-09");
    assert_eq!(diary.person.days_past_due(diary.today), 0);
}
