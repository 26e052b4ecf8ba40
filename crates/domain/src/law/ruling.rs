//! The law's answer, its yes as a value, and what is kept of it.

use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use crate::day::Day;
use crate::id::PersonId;
use crate::moment::Timestamp;
use crate::refusal::Refusal;

use super::code::Code;
use super::pack::{Force, Rule};
use super::words::{Channel, Purpose, Recipient};
use super::{Law, Situation};

/// The law's answer to a [`Situation`](super::Situation).
#[derive(Debug)]
#[must_use = "an unread ruling protects nobody"]
pub enum Ruling {
    /// No rule forbids it; the permit is the law's yes.
    Allowed(Permit),
    /// At least one rule forbids it.
    Forbidden {
        /// Every rule that forbids it.
        by: Vec<Ground>,
    },
    /// It is lawful only on somebody's judgement.
    NeedsApproval {
        /// Every rule that asks for one.
        by: Vec<Ground>,
    },
    /// No rule forbids it, but something a rule needs is not known.
    Unsettled {
        /// What is not known, and for which rule.
        missing: Vec<Missing>,
    },
}

/// A rule that decided.
#[derive(Clone, Debug)]
pub struct Ground {
    /// The rule.
    pub rule: Arc<Rule>,
    /// How binding it is in this case.
    pub force: Force,
}

/// Something that is not known.
#[derive(Clone, Debug)]
pub struct Missing {
    /// The fact, count or day, as packs and outsiders call it.
    pub what: &'static str,
    /// The rule that needs it; none if it is the pack itself that is missing.
    pub rule: Option<Arc<Rule>>,
}

impl Ruling {
    /// The permit, or the refusal that names every rule that stood against it.
    pub fn permit(self) -> Result<Permit, Refusal> {
        match self {
            Ruling::Allowed(permit) => Ok(permit),
            other => Err(Refusal { by: other.rules() }),
        }
    }

    /// The word for the answer: `permit`, `deny`, `needs_approval` or `unsettled`.
    pub const fn word(&self) -> &'static str {
        match self {
            Ruling::Allowed(_) => "permit",
            Ruling::Forbidden { .. } => "deny",
            Ruling::NeedsApproval { .. } => "needs_approval",
            Ruling::Unsettled { .. } => "unsettled",
        }
    }

    /// The rules that decided, with what they say; none for a yes.
    pub fn grounds(&self) -> Vec<Ground> {
        match self {
            Ruling::Allowed(_) => Vec::new(),
            Ruling::Forbidden { by } | Ruling::NeedsApproval { by } => by.clone(),
            Ruling::Unsettled { missing } => {
                let mut grounds: Vec<Ground> = Vec::new();
                for rule in missing.iter().filter_map(|missing| missing.rule.as_ref()) {
                    if grounds.iter().all(|ground| ground.rule.id != rule.id) {
                        grounds.push(Ground { rule: Arc::clone(rule), force: rule.force });
                    }
                }
                grounds
            }
        }
    }

    /// What is not known and would have to be, each once.
    pub fn missing(&self) -> Vec<&'static str> {
        let Ruling::Unsettled { missing } = self else { return Vec::new() };
        let mut names: Vec<&'static str> = missing.iter().map(|missing| missing.what).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Ids of the rules that decided. Never empty for anything but a yes: where no pack is in force, it names `LAW-PACK`.
    pub fn rules(&self) -> Vec<String> {
        let mut rules: Vec<String> = self.grounds().into_iter().map(|ground| ground.rule.id.clone()).collect();
        if rules.is_empty() && !matches!(self, Ruling::Allowed(_)) {
            rules.push(String::from(NO_PACK));
        }
        rules
    }
}

/// The id under which a missing pack is named.
pub const NO_PACK: &str = "LAW-PACK";
/// The id under which a permit is refused that is used for another act or too late.
pub const PERMIT_MISUSED: &str = "LAW-PERMIT";

/// The law's yes: for one person, one act, one channel, one window.
///
/// Only this module makes one. It is taken by value by whatever reaches a person, so an act cannot use it twice; it
/// can be neither copied nor stored nor read back. What is stored is its [`Finding`].
///
/// ```compile_fail
/// fn twice(permit: domain::law::Permit) -> [domain::law::Permit; 2] {
///     [permit.clone(), permit]
/// }
/// ```
#[must_use = "a permit that is not spent permits nothing"]
pub struct Permit {
    code: Arc<Code>,
    passed: RuleSet,
    person: PersonId,
    channel: Channel,
    purpose: Purpose,
    recipient: Recipient,
    day: Day,
    from: Timestamp,
    not_after: Timestamp,
}

impl Permit {
    pub(super) fn new(code: &Arc<Code>, passed: RuleSet, situation: &Situation, day: Day, not_after: Timestamp) -> Permit {
        Permit {
            code: Arc::clone(code),
            passed,
            day,
            person: situation.person,
            channel: situation.channel,
            purpose: situation.purpose,
            recipient: situation.recipient,
            from: situation.moment.at(),
            not_after,
        }
    }

    /// Whose debt it is.
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// The channel it is for.
    pub const fn channel(&self) -> Channel {
        self.channel
    }

    /// The day of whoever is reached, by their own clocks: caps are counted by it.
    pub const fn day(&self) -> Day {
        self.day
    }

    /// What the act is for.
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Who may be reached under it.
    pub const fn recipient(&self) -> Recipient {
        self.recipient
    }

    /// The end of its window: the act must have begun before.
    pub const fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// Uses the permit up for an act towards `person` by `channel` that begins at `at`, and returns what is stored of it.
    /// Refused, naming [`PERMIT_MISUSED`], for anything else than what it was given for.
    pub fn spend(self, person: PersonId, channel: Channel, at: Timestamp) -> Result<Finding, Refusal> {
        let is_for_this = self.person == person && self.channel == channel && self.from <= at && at < self.not_after;
        if is_for_this { Ok(self.finding()) } else { Err(Refusal::by(PERMIT_MISUSED)) }
    }

    /// What is stored of it.
    pub fn finding(&self) -> Finding {
        Finding {
            ruling: Answer::Permit,
            channel: self.channel,
            purpose: self.purpose,
            recipient: self.recipient,
            at: self.from,
            not_after: Some(self.not_after),
            rules: self.code.ids_of(&self.passed),
            missing: Vec::new(),
            packs: self.code.packs_on(self.day),
        }
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit")
            .field("person", &self.person)
            .field("channel", &self.channel)
            .field("from", &self.from)
            .field("not_after", &self.not_after)
            .finish_non_exhaustive()
    }
}

/// What is stored of a ruling: the moment, the act, the packs and the rules. It is evidence and permits nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The answer.
    pub ruling: Answer,
    /// The channel.
    pub channel: Channel,
    /// What the act was for.
    pub purpose: Purpose,
    /// Who was to be reached.
    pub recipient: Recipient,
    /// The moment that was judged.
    pub at: Timestamp,
    /// The end of the window, for a yes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<Timestamp>,
    /// For a yes, the rules that were passed; otherwise those that decided.
    pub rules: Vec<String>,
    /// What was not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// The packs that judged.
    pub packs: Vec<PackVersion>,
}

/// The answer of a stored ruling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Allowed.
    Permit,
    /// Forbidden.
    Deny,
    /// Held for approval.
    NeedsApproval,
    /// Not to be settled.
    Unsettled,
}

/// A pack and its version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PackVersion {
    /// The pack.
    pub id: String,
    /// Its version.
    pub version: String,
}

impl Ruling {
    /// What is stored of the ruling that `law` gave on `situation`.
    pub fn finding(&self, law: &Law, situation: &Situation) -> Finding {
        let (ruling, missing) = match self {
            Ruling::Allowed(permit) => return permit.finding(),
            Ruling::Forbidden { .. } => (Answer::Deny, Vec::new()),
            Ruling::NeedsApproval { .. } => (Answer::NeedsApproval, Vec::new()),
            Ruling::Unsettled { missing } => {
                (Answer::Unsettled, missing.iter().map(|missing| missing.what.to_string()).collect())
            }
        };
        Finding {
            ruling,
            channel: situation.channel,
            purpose: situation.purpose,
            recipient: situation.recipient,
            at: situation.moment.at(),
            not_after: None,
            rules: self.rules(),
            missing,
            packs: law.packs_on(situation.moment.day()),
        }
    }
}

impl Serialize for Ground {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut ground = serializer.serialize_struct("Ground", 4)?;
        ground.serialize_field("rule", &self.rule.id)?;
        ground.serialize_field("force", &self.force)?;
        ground.serialize_field("cite", &self.rule.cited())?;
        ground.serialize_field("says", &self.rule.says)?;
        ground.end()
    }
}

/// Which rules of a book a situation passed, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RuleSet([u64; 4]);

impl RuleSet {
    /// How many rules a law can hold at once.
    pub(super) const ROOM: usize = 256;

    pub(super) fn insert(&mut self, rule: u16) {
        self.0[usize::from(rule) / 64] |= 1 << (rule % 64);
    }

    pub(super) fn has(&self, rule: usize) -> bool {
        self.0[rule / 64] & 1 << (rule % 64) != 0
    }
}
