//! A pack: the law of one jurisdiction, or the stricter rules of one house, as data that a lawyer can read.

use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::day::Day;

use super::FactSet;
use super::calendar::Calendar;
use super::money::MoneyLaw;
use super::neutral::{Defaults, Neutral};
use super::test::Test;
use super::words::{Actor, Channel, Institution, Product, Purpose, Recipient, Words};

/// One version of one pack.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// `cn`, `us-federal`, or the name of a house.
    pub id: String,
    /// The version, which findings name.
    pub version: String,
    /// Whether it is law or a house's own rules, which can only add to the law.
    pub kind: PackKind,
    /// What the pack is called.
    pub title: Says,
    /// The first day on which it judges. It judges until the next version of the same id begins.
    pub in_force_from: Day,
    /// What the examples leave out.
    pub defaults: Defaults,
    /// The rules of conduct.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
    /// Workdays and holidays.
    #[serde(default)]
    pub calendar: Option<Calendar>,
    /// Cost caps, limitation, complaint and retention clocks.
    #[serde(default)]
    pub money: MoneyLaw,
}

/// Whose rules a pack holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackKind {
    /// The law of a jurisdiction.
    Law,
    /// A house's own rules.
    House,
}

/// One rule: what it says, on what authority, and the checks that hold it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// `CN-TIME-1`.
    pub id: String,
    /// How binding its source is.
    pub force: Force,
    /// Where it is written.
    pub cites: Vec<Cite>,
    /// How its text became known, and how sure that is.
    pub provenance: Provenance,
    /// The rule in one sentence.
    pub says: Says,
    /// Whether it judges. What the source is unsure of is switched off and says so in `note`.
    #[serde(default = "yes")]
    pub on: bool,
    /// What a reader has to know: a doubt, a reading of our own.
    #[serde(default)]
    pub note: Option<Says>,
    /// The first day on which it judges, where later than the pack's.
    #[serde(default)]
    pub since: Option<Day>,
    /// The last day on which it judges.
    #[serde(default)]
    pub until: Option<Day>,
    /// The checks: the rule is broken if any of them is.
    #[serde(default, rename = "check")]
    pub checks: Vec<Check>,
    /// Rules of the same pack that do not apply where `lifts.when` holds.
    #[serde(default)]
    pub lifts: Option<Lift>,
    /// Acts that the whole pack allows.
    #[serde(default)]
    pub allowed: Vec<Neutral>,
    /// Acts that this rule forbids.
    #[serde(default)]
    pub forbidden: Vec<Neutral>,
    /// Acts that this rule holds for approval and nothing forbids.
    #[serde(default)]
    pub held: Vec<Neutral>,
}

fn yes() -> bool {
    true
}

/// How binding a source is, from the strongest to the weakest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Force {
    /// An act of the legislature.
    Statute,
    /// A regulation under one.
    Regulation,
    /// A regulator's rule or circular.
    RegulatorRule,
    /// A recommended national standard.
    NationalStandard,
    /// A text by which a trade binds itself.
    SelfRegulatory,
    /// A choice of the house; no source demands it.
    HouseDefault,
}

/// A source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cite {
    /// The text and the article.
    pub text: String,
    /// Since when it is in force, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Day>,
}

/// How a rule's text became known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// In what way.
    pub seen: Seen,
    /// How sure.
    pub sure: Sure,
    /// Where.
    #[serde(default)]
    pub at: String,
}

/// In what way a text became known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// The text itself was read.
    Text,
    /// A report or a quotation of it was read.
    Press,
    /// It is known from memory only.
    Memory,
    /// It is our reading of a general duty.
    Derived,
}

/// How sure it is that the rule says this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sure {
    /// To be verified before use.
    Low,
    /// Likely.
    Medium,
    /// Certain enough to act on.
    High,
}

/// One sentence in the three languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Says {
    /// 简体中文.
    #[serde(rename = "zh-Hans")]
    pub zh_hans: String,
    /// 繁體中文.
    #[serde(rename = "zh-Hant")]
    pub zh_hant: String,
    /// English.
    pub en: String,
}

/// One check of a rule: when it applies and what it refuses or holds for approval. Exactly one of the two is given.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// The acts it applies to; left out, all.
    #[serde(default)]
    pub when: Scope,
    /// What is forbidden.
    #[serde(default)]
    pub deny: Option<Test>,
    /// What needs somebody's approval.
    #[serde(default)]
    pub needs_approval: Option<Test>,
    /// Where this check is weaker than its rule.
    #[serde(default)]
    pub force: Option<Force>,
}

/// What a check or an exception applies to. Every list that is left out means "any".
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scope {
    /// Only these channels.
    pub channels: Words<Channel>,
    /// Not these channels.
    pub except_channels: Words<Channel>,
    /// Only these purposes.
    pub purposes: Words<Purpose>,
    /// Not these purposes.
    pub except_purposes: Words<Purpose>,
    /// Only these recipients.
    pub recipients: Words<Recipient>,
    /// Not these recipients.
    pub except_recipients: Words<Recipient>,
    /// Only these institutions.
    pub institutions: Words<Institution>,
    /// Only these actors.
    pub actors: Words<Actor>,
    /// Only these products.
    pub products: Words<Product>,
    /// Not these products.
    pub except_products: Words<Product>,
    /// All of these are so.
    pub facts: FactSet,
    /// None of these is so.
    pub without: FactSet,
}

/// An exception: where it holds, the named rules do not apply.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lift {
    /// Ids of the rules, of this pack.
    pub rules: Vec<String>,
    /// Where.
    pub when: Vec<Scope>,
}
