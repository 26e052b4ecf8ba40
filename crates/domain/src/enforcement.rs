//! What a text may say of courts, registers and seizure: only what was decided on the case. The text itself takes the proof.

use alloc::vec;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::book::Book;
use crate::complaint::Matter;
use crate::day::Day;
use crate::event::{Actor, Event, NoteRef};
use crate::id::CaseId;
use crate::limitation;
use crate::person::Person;
use crate::refusal::Refusal;

/// Something that can be decided and, once it is, said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// A suit.
    Suit,
    /// A payment order of the court.
    PaymentOrder,
    /// A report to a credit register.
    CreditReport,
    /// Seizure of assets or income.
    Seizure,
}

/// A decision about one of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    /// In which case.
    pub case: CaseId,
    /// What.
    pub claim: Claim,
    /// Who decided.
    pub by: Actor,
    /// When.
    pub on: Day,
    /// Why.
    pub reason: NoteRef,
    /// When it was taken back.
    pub withdrawn_on: Option<Day>,
}

/// The proof that something was decided on a case and stands. Nobody but [`prove`] makes one; a text that speaks of a court, a
/// register or seizure takes it by value. It is neither copied nor stored: tomorrow's text asks again.
#[derive(Debug)]
#[must_use = "a proof is for the text that says what it proves"]
pub struct Proof {
    claim: Claim,
    on: Day,
}

impl Claim {
    /// All of them.
    pub const ALL: [Claim; 4] = [Claim::Suit, Claim::PaymentOrder, Claim::CreditReport, Claim::Seizure];

    /// The name it is stored under.
    pub const fn name(self) -> &'static str {
        match self {
            Claim::Suit => "suit",
            Claim::PaymentOrder => "payment_order",
            Claim::CreditReport => "credit_report",
            Claim::Seizure => "seizure",
        }
    }

    /// Words by which a text speaks of it, in small letters where there are any.
    const fn words(self) -> &'static [&'static str] {
        match self {
            Claim::Suit => &[
                "起诉",
                "起訴",
                "诉讼",
                "訴訟",
                "法院",
                "开庭",
                "開庭",
                "lawsuit",
                "sue ",
                "sued",
                "suing",
                "court",
                "legal action",
            ],
            Claim::PaymentOrder => &["支付令", "支付命令", "payment order"],
            Claim::CreditReport => &[
                "征信",
                "徵信",
                "失信",
                "聯徵",
                "联征",
                "credit record",
                "credit report",
                "credit bureau",
                "credit register",
                "blacklist",
                "黑名单",
                "黑名單",
            ],
            Claim::Seizure => &[
                "查封",
                "冻结",
                "凍結",
                "扣押",
                "强制执行",
                "強制執行",
                "拘留",
                "seiz",
                "garnish",
                "bailiff",
                "enforcement",
                "arrest",
            ],
        }
    }
}

impl Proof {
    /// What it proves.
    pub const fn claim(&self) -> Claim {
        self.claim
    }

    /// Since when it is decided.
    pub const fn decided_on(&self) -> Day {
        self.on
    }
}

/// Decides to go that way. Not while a respite runs, a plea of hardship, a dispute or a complaint waits for its answer, a plan is
/// kept, or time has run out.
pub fn decide(person: &Person, book: &Book, claim: Claim, reason: NoteRef, today: Day) -> Result<Vec<Event>, Refusal> {
    let case = person.open_case().ok_or_else(|| Refusal::by("CASE-NONE"))?;
    if person.respite_on(today).is_some() {
        return Err(Refusal::by("RESPITE"));
    }
    if person.complaints.values().any(|complaint| complaint.is_open() && !matches!(complaint.matter, Matter::Complaint { .. })) {
        return Err(Refusal::by("COMPLAINT-STOPS"));
    }
    if person.plans.values().any(|plan| plan.end.is_none()) {
        return Err(Refusal::by("ENFORCEMENT-PLAN-RUNS"));
    }
    if limitation::is_over(person, book, today) {
        return Err(Refusal::by("ENFORCEMENT-TIME-BARRED"));
    }
    if standing(person, claim).is_some() {
        return Err(Refusal::by("ENFORCEMENT-DECIDED"));
    }
    Ok(vec![Event::EnforcementDecided { case: case.id, claim, reason, on: today }])
}

/// Takes a decision back.
pub fn withdraw(person: &Person, claim: Claim, today: Day) -> Result<Vec<Event>, Refusal> {
    let decided = standing(person, claim).ok_or_else(|| Refusal::by("ENFORCEMENT-NOT-DECIDED"))?;
    Ok(vec![Event::EnforcementWithdrawn { case: decided.case, claim, on: today }])
}

/// The decision that stands on the open case.
pub fn standing(person: &Person, claim: Claim) -> Option<&Decided> {
    let case = person.open_case()?.id;
    person.decided.iter().find(|decided| decided.case == case && decided.claim == claim && decided.withdrawn_on.is_none())
}

/// Proves that a text may say it today: it is decided, stands, no respite rests on it and time has not run out.
pub fn prove(person: &Person, book: &Book, claim: Claim, today: Day) -> Result<Proof, Refusal> {
    let decided = standing(person, claim).ok_or_else(|| Refusal::by("STATEMENT-UNTRUE"))?;
    if person.respite_on(today).is_some() {
        return Err(Refusal::by("RESPITE"));
    }
    if limitation::is_over(person, book, today) {
        return Err(Refusal::by("ENFORCEMENT-TIME-BARRED"));
    }
    Ok(Proof { claim, on: decided.on })
}

/// What a text speaks of, by its words. A text that merely might mean it is taken to mean it: the reader will.
pub fn claims_in(text: &str) -> Vec<Claim> {
    let text = text.to_lowercase();
    Claim::ALL.into_iter().filter(|claim| claim.words().iter().any(|word| text.contains(word))).collect()
}

/// The proofs for everything that a text speaks of; refused if one is missing.
pub fn truthful(person: &Person, book: &Book, text: &str, today: Day) -> Result<Vec<Proof>, Refusal> {
    claims_in(text).into_iter().map(|claim| prove(person, book, claim, today)).collect()
}

pub(crate) fn apply(person: &mut Person, event: &Event, actor: Actor) {
    match event {
        Event::EnforcementDecided { case, claim, reason, on } => {
            let decided = Decided { case: *case, claim: *claim, by: actor, on: *on, reason: reason.clone(), withdrawn_on: None };
            person.decided.push(decided);
        }
        Event::EnforcementWithdrawn { case, claim, on } => {
            let standing =
                |decided: &&mut Decided| decided.case == *case && decided.claim == *claim && decided.withdrawn_on.is_none();
            if let Some(decided) = person.decided.iter_mut().find(standing) {
                decided.withdrawn_on = Some(*on);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[Claim]) {
        assert_eq!(claims_in(text), expected, "{text}");
    }

    #[test]
    fn a_text_is_read_for_what_it_threatens_in_all_three_languages() {
        check("您本月应还 400 元，如有困难请告诉我们。", &[]);
        check("再不还款我们将向法院起诉，并上报征信。", &[Claim::Suit, Claim::CreditReport]);
        check("逾期將聲請支付命令並查封財產", &[Claim::PaymentOrder, Claim::Seizure]);
        check("We will SUE you and the bailiff will come.", &[Claim::Suit, Claim::Seizure]);
        check("You owe 400.00. You can ask for more time on your page.", &[]);
    }
}
