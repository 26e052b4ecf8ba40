//! The reasons that somebody may give for a plea of hardship, as the person chooses one and as the desk takes it in.

use domain::complaint::HardshipReason;

use super::form::Choice;
use crate::texts::Reader;

/// A reason: its name in a form, what the person chooses, what the desk chooses, and what a list calls it.
struct Words {
    reason: HardshipReason,
    name: &'static str,
    own: &'static str,
    told: &'static str,
    listed: &'static str,
}

const REASONS: [Words; 4] = [
    Words {
        reason: HardshipReason::LessIncome,
        name: "less-income",
        own: "why-less-income",
        told: "plea-less-income",
        listed: "hardship-less-income",
    },
    Words {
        reason: HardshipReason::Illness,
        name: "illness",
        own: "why-illness",
        told: "plea-illness",
        listed: "hardship-illness",
    },
    Words {
        reason: HardshipReason::OtherDebts,
        name: "other-debts",
        own: "why-other-debts",
        told: "plea-other-debts",
        listed: "hardship-other-debts",
    },
    Words {
        reason: HardshipReason::NotSaid,
        name: "not-said",
        own: "why-not-said",
        told: "plea-not-said",
        listed: "hardship-not-said",
    },
];

/// The reasons in the person's own voice.
pub(crate) fn own_reasons(reader: &Reader) -> Vec<Choice> {
    REASONS.map(|it| Choice::new(it.name, reader.text(it.own))).into()
}

/// The reasons as the desk takes them in.
pub(crate) fn told_reasons(reader: &Reader) -> Vec<Choice> {
    REASONS.map(|it| Choice::new(it.name, reader.text(it.told))).into()
}

/// The reason of this name in a form.
pub(crate) fn reason(name: &str) -> Option<HardshipReason> {
    REASONS.into_iter().find(|it| it.name == name).map(|it| it.reason)
}

/// What a list calls a reason.
pub(crate) fn listed(reader: &Reader, reason: HardshipReason) -> String {
    let found = REASONS.into_iter().find(|it| it.reason == reason);
    found.map_or_else(String::new, |it| reader.text(it.listed))
}
