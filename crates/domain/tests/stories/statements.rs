//! What a text may say of courts, registers and seizure: only what was decided on the case.

use domain::complaint::Answer;
use domain::enforcement::{self, Claim};
use domain::event::Actor;
use domain::options::Way;
use domain::refusal::Refusal;
use domain::respite::{Ground, RespiteEnd};

use super::diary::{Diary, OFFICER, day, note};

fn behind() -> Diary {
    let mut diary = Diary::buys("2026-01-10", 2400, 6);
    diary.until("2026-04-20");
    diary
}

fn is_decided(diary: &mut Diary, claim: Claim) -> Result<(), Refusal> {
    let decided = enforcement::decide(&diary.person, &diary.book, claim, note(), diary.today)?;
    diary.write_as(Actor::Staff(OFFICER), decided);
    Ok(())
}

const THREAT: &str = "如不还款，我们将向法院起诉。";

#[test]
fn nobody_writes_of_court_before_it_is_decided() {
    let mut diary = behind();
    let refused = enforcement::truthful(&diary.person, &diary.book, THREAT, diary.today).unwrap_err();
    assert_eq!(refused.by, ["STATEMENT-UNTRUE"]);
    is_decided(&mut diary, Claim::Suit).unwrap();
    let proofs = enforcement::truthful(&diary.person, &diary.book, THREAT, diary.today).unwrap();
    assert_eq!(proofs.iter().map(|proof| (proof.claim(), proof.decided_on())).collect::<Vec<_>>(), [(Claim::Suit, diary.today)]);
}

#[test]
fn a_decision_about_court_says_nothing_about_the_credit_register() {
    let mut diary = behind();
    is_decided(&mut diary, Claim::Suit).unwrap();
    let refused = enforcement::truthful(&diary.person, &diary.book, "并将上报征信", diary.today).unwrap_err();
    assert_eq!(refused.by, ["STATEMENT-UNTRUE"]);
}

#[test]
fn what_was_taken_back_is_not_said_any_more() {
    let mut diary = behind();
    is_decided(&mut diary, Claim::Suit).unwrap();
    let withdrawn = enforcement::withdraw(&diary.person, Claim::Suit, diary.today).unwrap();
    diary.write(withdrawn);
    assert_eq!(enforcement::truthful(&diary.person, &diary.book, THREAT, diary.today).unwrap_err().by, ["STATEMENT-UNTRUE"]);
}

#[test]
fn a_decision_ends_with_its_case() {
    let mut diary = behind();
    is_decided(&mut diary, Claim::Suit).unwrap();
    diary.pays(1300);
    assert!(diary.person.open_case().is_none());
    diary.until("2026-06-20");
    assert!(diary.person.open_case().is_some(), "a new case, in which nothing was decided");
    assert_eq!(enforcement::truthful(&diary.person, &diary.book, THREAT, diary.today).unwrap_err().by, ["STATEMENT-UNTRUE"]);
}

#[test]
fn nothing_goes_to_court_while_hardship_is_pleaded_a_plan_is_kept_or_a_respite_runs() {
    let mut diary = behind();
    let plea = diary.pleads();
    assert_eq!(is_decided(&mut diary, Claim::Suit).unwrap_err().by, ["COMPLAINT-STOPS"]);
    diary.hears(plea, Answer::NotUpheld);
    diary.rests(Ground::Crisis, None).unwrap();
    assert_eq!(is_decided(&mut diary, Claim::Suit).unwrap_err().by, ["RESPITE"]);
    diary.until("2026-04-25").goes_on(RespiteEnd::GroundGone);
    diary.states(9000, 2000);
    diary.agrees(&Way::ShortExtension { until: day("2026-05-01") }).unwrap();
    assert_eq!(is_decided(&mut diary, Claim::Suit).unwrap_err().by, ["ENFORCEMENT-PLAN-RUNS"]);
}

#[test]
fn a_respite_takes_the_words_back_too() {
    let mut diary = behind();
    is_decided(&mut diary, Claim::Suit).unwrap();
    diary.rests(Ground::Crisis, None).unwrap();
    assert_eq!(enforcement::truthful(&diary.person, &diary.book, THREAT, diary.today).unwrap_err().by, ["RESPITE"]);
}

#[test]
fn once_time_has_run_out_nobody_speaks_of_court_again() {
    let mut diary = behind();
    diary.under_chinese_law();
    is_decided(&mut diary, Claim::Suit).unwrap();
    diary.until("2029-07-12");
    assert_eq!(
        enforcement::truthful(&diary.person, &diary.book, THREAT, diary.today).unwrap_err().by,
        ["ENFORCEMENT-TIME-BARRED"]
    );
    assert_eq!(is_decided(&mut diary, Claim::Seizure).unwrap_err().by, ["ENFORCEMENT-TIME-BARRED"]);
    let step = diary.person.open_case().unwrap().follow_up.as_ref().unwrap().because.clone();
    assert_eq!(step, "time-barred");
}
