//! The told stories: fifteen lives with a script, so that everybody who opens the demonstration finds each of them.

use domain::complaint::{Answer, HardshipReason, Matter};
use domain::contact::{Act, Channel, ContactOutcome};
use domain::day::Day;
use domain::law::{Purpose, Recipient};
use domain::promise::Origin;
use domain::visit::{Circumstances, Decline, Doorstep, Met, Treated};

use store::Error;

use super::world::World;

/// A life with a script.
pub(crate) struct Story {
    /// The name its texts and links go by.
    pub(crate) key: &'static str,
    /// The person's name.
    pub(super) name: &'static str,
    /// What happens, by days before the book's last day.
    pub(super) scenes: &'static [(i32, Scene)],
}

/// One scene of a story.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scene {
    /// A message with what is owed and the ways out.
    Message,
    /// A call in the afternoon.
    Call(ContactOutcome),
    /// A call in the evening that the law's hours forbid.
    CallLate,
    /// A call to the mother, who owes nothing.
    CallRelative,
    /// A promise of all that is overdue, due in so many days.
    Promise(i32),
    /// Half of what is due is paid.
    PayHalf,
    /// All that is due is paid.
    PayAll,
    /// More than is owed is paid.
    PayTooMuch,
    /// A plea of hardship.
    Hardship(HardshipReason),
    /// "I do not know this debt."
    Dispute,
    /// A complaint about a call.
    ComplainOfCall,
    /// A complaint about the last visit.
    ComplainOfVisit,
    /// The officer answers.
    Answer(Answer),
    /// Means are stated and a plan is agreed.
    Plan,
    /// The file is audited and a visit proposed.
    Propose,
    /// The person picks the slot of this number, or moves the visit to it.
    Choose(usize),
    /// The person wants no visit.
    Decline(Decline),
    /// The team of the next day is told, and has its permit.
    SendTeam,
    /// The team comes at the agreed time.
    Visit,
    /// Somebody stands at the door at the agreed time and says three codes, none of them right.
    WrongCodes,
    /// The person says how the visit was.
    Rate(Treated),
}

use Scene::*;

/// Every story.
pub(crate) const STORIES: [Story; 15] = [
    Story {
        key: "hardship-accepted",
        name: "林浩然",
        scenes: &[
            (52, Message),
            (33, Call(ContactOutcome::Reached)),
            (33, Hardship(HardshipReason::LessIncome)),
            (21, Answer(Answer::Upheld)),
            (21, Plan),
        ],
    },
    Story {
        key: "broken-promise-cured",
        name: "王静",
        scenes: &[
            (50, Message),
            (43, Call(ContactOutcome::Reached)),
            (43, Promise(5)),
            (38, PayHalf),
            (28, Call(ContactOutcome::Reached)),
            (28, Promise(6)),
            (23, PayAll),
        ],
    },
    Story {
        key: "wrong-number",
        name: "张伟",
        scenes: &[(50, Message), (44, Call(ContactOutcome::WrongNumber)), (30, Call(ContactOutcome::NotReached))],
    },
    Story {
        key: "relative-blocked",
        name: "李娜",
        scenes: &[(50, Message), (40, Call(ContactOutcome::NotReached)), (38, CallRelative)],
    },
    Story {
        key: "late-call-blocked",
        name: "刘洋",
        scenes: &[(50, Message), (41, CallLate), (40, Call(ContactOutcome::Reached)), (40, Promise(40))],
    },
    Story { key: "dispute-upheld", name: "陈敏", scenes: &[(50, Message), (42, Dispute), (33, Answer(Answer::Upheld))] },
    Story {
        key: "visit-refused",
        name: "赵磊",
        scenes: &[
            (50, Message),
            (42, Call(ContactOutcome::NotReached)),
            (36, Message),
            (28, Propose),
            (27, Decline(Decline::AnotherChannel)),
        ],
    },
    Story {
        key: "visit-moved",
        name: "周芳",
        scenes: &[
            (40, Message),
            (32, Call(ContactOutcome::NotReached)),
            (24, Message),
            (3, Propose),
            (2, Choose(0)),
            (1, Choose(2)),
        ],
    },
    Story {
        key: "impostor-at-the-door",
        name: "吴强",
        scenes: &[
            (50, Message),
            (42, Call(ContactOutcome::NotReached)),
            (36, Message),
            (20, Propose),
            (19, Choose(1)),
            (16, WrongCodes),
            (16, ComplainOfVisit),
        ],
    },
    Story {
        key: "complaint-upheld",
        name: "徐丽",
        scenes: &[(50, Message), (45, Call(ContactOutcome::Reached)), (44, ComplainOfCall), (32, Answer(Answer::Upheld))],
    },
    Story { key: "overpaid", name: "孙杰", scenes: &[(50, Message), (35, PayTooMuch)] },
    Story {
        key: "visit-ended-in-distress",
        name: "马超",
        scenes: &[
            (50, Message),
            (42, Call(ContactOutcome::NotReached)),
            (36, Message),
            (25, Propose),
            (24, Choose(1)),
            (21, Visit),
            (20, Rate(Treated::Well)),
        ],
    },
    Story {
        key: "visit-today",
        name: "周涛",
        scenes: &[
            (50, Message),
            (42, Call(ContactOutcome::NotReached)),
            (36, Message),
            (2, Propose),
            (1, Choose(0)),
            (0, SendTeam),
        ],
    },
    Story { key: "all-in-order", name: "高明", scenes: &[] },
    Story {
        key: "hardship-refused",
        name: "邓丽华",
        scenes: &[
            (30, Message),
            (22, Call(ContactOutcome::Reached)),
            (22, Hardship(HardshipReason::OtherDebts)),
            (9, Answer(Answer::NotUpheld)),
        ],
    },
];

impl World<'_, '_> {
    /// Plays one scene of the life `index`.
    pub(super) fn play(&mut self, index: usize, day: Day, scene: Scene) -> Result<(), Error> {
        let afternoon = 15 * 60;
        match scene {
            Message => self.reach(index, day, afternoon, Act::demand(Channel::Sms), ContactOutcome::Sent).map(drop),
            Call(outcome) => self.reach(index, day, afternoon, Act::demand(Channel::Call), outcome).map(drop),
            CallLate => self.reach(index, day, 22 * 60 + 30, Act::demand(Channel::Call), ContactOutcome::Reached).map(drop),
            CallRelative => {
                let act = Act { recipient: Recipient::Relative, purpose: Purpose::DemandPayment, ..Act::demand(Channel::Call) };
                self.reach(index, day, afternoon, act, ContactOutcome::OtherReached).map(drop)
            }
            Promise(days) => self.promise(index, day, day.plus_days(days), Origin::Call).map(drop),
            PayHalf => self.pay_share(index, day, 50),
            PayAll => self.catch_up(index, day),
            PayTooMuch => self.overpay(index, day),
            Hardship(reason) => self.complain(index, day, Matter::Hardship { reason }),
            Dispute => self.complain(index, day, Matter::Dispute { account: None }),
            ComplainOfCall => self.complain(index, day, Matter::Complaint { about: Some(Channel::Call), visit: None }),
            ComplainOfVisit => {
                let visit = self.people[index].visit;
                self.complain(index, day, Matter::Complaint { about: Some(Channel::Visit), visit })
            }
            Answer(answer) => self.answer(index, day, answer),
            Plan => self.agree_plan(index, day),
            Propose => self.propose_visit(index, day),
            Choose(which) => self.choose(index, day, which),
            Decline(because) => self.decline(index, day, because),
            SendTeam => self.send_team(index, day, 18 * 60).map(drop),
            Visit => self.visit(index, told_doorstep()).map(drop),
            WrongCodes => self.wrong_codes(index),
            Rate(treated) => self.rate(index, day, treated),
        }
    }
}

/// Somebody was ill; the team left and asked for help.
fn told_doorstep() -> Doorstep {
    Doorstep {
        met: Met::Debtor,
        identity_verified: true,
        debt_told_to_other: false,
        circumstances: Some(Circumstances::InHardship),
        asked_to_leave: false,
        distress: true,
        words: None,
    }
}
