//! How long what is kept about somebody must be kept, and when it may be erased.

use domain::complaint::Matter;
use domain::contact::{Act, Channel, ContactOutcome, ask, reach};
use domain::law::RecordKind;
use domain::retention::{erase, kept};

use crate::diary::{Diary, day};

/// 600 yuan in three instalments, paid late after a letter, under Chinese law.
fn paid_after_a_letter() -> Diary {
    let mut diary = Diary::buys("2026-01-10", 600, 3);
    diary.under_chinese_law();
    diary.until("2026-02-20");
    let (act, noon) = (Act::demand(Channel::Letter), diary.book.moment(diary.noon()));
    let permit = ask(&diary.person, &diary.book, &act, &noon).unwrap();
    diary.write(reach(&diary.person, permit, &act, None, ContactOutcome::Sent, None, &noon).unwrap());
    diary.until("2026-04-20");
    diary.pays_exactly(diary.position().settlement);
    diary.until("2026-04-22");
    diary
}

fn check(diary: &Diary, today: &str, refused_by: Option<&str>) {
    let decided = erase(&diary.person, &diary.book, day(today));
    assert_eq!(decided.err().map(|refusal| refusal.by.join(" ")).as_deref(), refused_by, "on {today}");
}

#[test]
fn records_of_collection_are_kept_five_years_from_the_last_of_them() {
    let diary = paid_after_a_letter();
    let kept = kept(&diary.person, &diary.book, day("2026-05-01"));
    let of = |kind| kept.iter().find(|kept| kept.rule.of == kind).map(|kept| (kept.since, kept.until));
    let closed_on = diary.person.cases[0].closed.unwrap().0;
    assert_eq!(of(RecordKind::CollectionRecords), Some((closed_on, closed_on.plus_months(60))));
    assert_eq!(of(RecordKind::CollectionRecordings), None, "that rule is for cards, and this is none");
    assert_eq!(of(RecordKind::Complaints), None, "nobody complained");
    let last = closed_on.plus_months(60);
    check(&diary, "2026-05-01", Some("ERASE-KEPT"));
    check(&diary, &last.to_string(), Some("ERASE-KEPT"));
    check(&diary, &last.plus_days(1).to_string(), None);
}

#[test]
fn while_something_is_owed_or_open_nothing_is_erased_however_old_it_is() {
    let mut diary = Diary::buys("2026-01-10", 600, 3);
    check(&diary, "2046-01-01", Some("ERASE-OPEN"));
    diary.pays(600);
    check(&diary, "2046-01-01", None);
    diary.says(Matter::Complaint { about: None, visit: None });
    check(&diary, "2046-01-01", Some("ERASE-OPEN"));
}
