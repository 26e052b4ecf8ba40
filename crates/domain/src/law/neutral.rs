//! The neutral form of a situation: how packs write their examples and how outsiders ask `forbear law rule`.
//!
//! What it leaves out has the compliant default. The running system never uses it: there, what is not known is unknown.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::day::{Day, Weekday};
use crate::id::PersonId;
use crate::moment::{Moment, Timestamp};
use crate::refusal::Invalid;

use super::counts::{Counter, Counts, DayOf, Days, Number, Numbers, When};
use super::facts::Fact;
use super::history::{Call, History};
use super::situation::{DAY, Hours, Situation, minute_of};
use super::words::{Actor, Channel, Institution, Product, Purpose, Recipient, Word, Words};

/// Finds a time zone by its IANA name.
pub type Zones<'a> = &'a dyn Fn(&str) -> Option<TimeZone>;

/// A situation in the neutral form.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are named as in the contract of `forbear law rule`, which explains them")]
pub struct Neutral {
    #[serde(default)]
    pub contact_time_local: Option<String>,
    #[serde(default)]
    pub contact_time_utc: Option<String>,
    #[serde(default)]
    pub timezone: Option<String>,
    #[serde(default)]
    pub channel: Option<Channel>,
    #[serde(default)]
    pub direction: Option<String>,
    #[serde(default)]
    pub purpose: Option<Purpose>,
    #[serde(default)]
    pub recipient_role: Option<Recipient>,
    #[serde(default)]
    pub institution_type: Option<Institution>,
    #[serde(default)]
    pub actor: Option<Actor>,
    #[serde(default)]
    pub product: Option<Product>,
    #[serde(default)]
    pub facts: BTreeMap<String, Told>,
    #[serde(default)]
    pub counts: BTreeMap<String, u16>,
    #[serde(default)]
    pub history: BTreeMap<String, Told>,
}

/// What an example of a pack leaves out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the same names as in the neutral form")]
pub struct Defaults {
    pub timezone: String,
    pub institution_type: Institution,
    pub actor: Actor,
    pub product: Product,
}

/// A value as it was told.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Told {
    /// Yes or no.
    Bool(bool),
    /// A number.
    Number(i64),
    /// A word, a day, a time.
    Text(String),
    /// Several values.
    List(Vec<Told>),
    /// Values by name.
    Map(BTreeMap<String, Told>),
}

/// A situation that was read, and the facts that no rule of this version knows: whoever asked must be told.
#[derive(Clone, Debug)]
pub struct Read {
    /// The situation, with the compliant default for everything left out.
    pub situation: Situation,
    /// Names of facts that were told and are not understood.
    pub not_understood: Vec<String>,
}

/// Facts that are so unless told otherwise.
const COMPLIANT: [Fact; 22] = [
    Fact::IdentityStated,
    Fact::InstitutionNamed,
    Fact::IdentityVerified,
    Fact::PurposeStated,
    Fact::RecordingOn,
    Fact::IdBadgeShown,
    Fact::AuthorisationShown,
    Fact::OptOutNotice,
    Fact::LetterComplete,
    Fact::AssignmentNoticeGiven,
    Fact::AgencyOnPublishedList,
    Fact::OutsourcingNoticeSent,
    Fact::AgentCertified,
    Fact::AgentDetailsNotified,
    Fact::CollectorApproved,
    Fact::CollectorIsEmployee,
    Fact::ValidationSent,
    Fact::LicenceFull,
    Fact::VisitNoticeGiven,
    Fact::NoticePracticable,
    Fact::TransferCommunicationSent,
    Fact::ForbearanceConsidered,
];

/// Facts that explain a case and that no rule needs.
const EXPLAINING: [&str; 9] = [
    "consumer_said_busy_on",
    "debt_id",
    "envelope_company_name",
    "misrepresentation",
    "moratorium_type",
    "prior_contacts_same_person",
    "dispute_open_since",
    "letter_items",
    "note",
];

/// Places at which nobody should be reached about a debt.
const UNUSUAL_PLACES: [&str; 9] =
    ["hospital", "clinic", "funeral", "cemetery", "jail", "prison", "school", "place_of_worship", "wedding"];

impl Neutral {
    /// The situation this tells of. `defaults` stands in for zone, institution, actor and product where they are left out.
    pub fn read(&self, defaults: Option<&Defaults>, zones: Zones<'_>) -> Result<Read, Invalid> {
        let zone = self.timezone.as_ref().or(defaults.map(|defaults| &defaults.timezone));
        let zone = zone.ok_or_else(|| Invalid::new("timezone", "give the IANA name of the zone, such as Asia/Shanghai"))?;
        let zone = zone_of(zone, zones)?;
        let moment = Moment::new(self.instant(&zone)?, zone);
        let channel = self.channel.ok_or_else(|| Invalid::new("channel", "say by what means, such as call or visit"))?;
        let purpose = self.purpose.unwrap_or(Purpose::DemandPayment);
        let mut situation = Situation::new(PersonId(0), moment, channel, purpose);
        situation.recipient = self.recipient_role.unwrap_or(Recipient::Debtor);
        if let Some(institution) = self.institution_type.or(defaults.map(|defaults| defaults.institution_type)) {
            situation.institution = institution;
        }
        if let Some(actor) = self.actor.or(defaults.map(|defaults| defaults.actor)) {
            situation.actor = actor;
        }
        if let Some(product) = self.product.or(defaults.map(|defaults| defaults.product)) {
            situation.product = product;
        }
        fill_with_compliant_defaults(&mut situation);
        for (name, count) in &self.counts {
            if let Some(counter) = Counter::parse(name) {
                situation.counts.set(counter, *count);
            }
        }
        let mut not_understood = Vec::new();
        for (name, told) in &self.facts {
            if !tell(&mut situation, name, told, zones)? && !EXPLAINING.contains(&name.as_str()) && !told.is_nothing() {
                not_understood.push(name.clone());
            }
        }
        if situation.institution == Institution::UnlicensedCollectionCompany && !self.facts.contains_key("licence") {
            situation.facts.set(Fact::LicenceFull, false);
        }
        self.tell_of_medium(&mut situation);
        self.tell_of_place(&mut situation);
        let zone = situation.moment.zone().clone();
        situation.history = Some(self.read_history(&zone)?);
        Ok(Read { situation, not_understood })
    }

    fn instant(&self, zone: &TimeZone) -> Result<Timestamp, Invalid> {
        let utc = self.contact_time_utc.as_ref().map(|text| {
            let fix = |_| Invalid::new("contact_time_utc", format!("`{text}` is not an instant such as 2026-03-10T13:59:00Z"));
            text.parse::<Timestamp>().map_err(fix)
        });
        let local = self.contact_time_local.as_ref().map(|text| local_instant("contact_time_local", text, zone));
        match (utc.transpose()?, local.transpose()?) {
            (Some(utc), Some(local)) if utc != local && zone.to_datetime(utc) != zone.to_datetime(local) => Err(Invalid::new(
                "contact_time_utc",
                "it is not the same instant as contact_time_local in the time zone; give one of them",
            )),
            (Some(at), _) | (None, Some(at)) => Ok(at),
            (None, None) => Err(Invalid::new("contact_time_local", "say when, such as 2026-03-10T21:59")),
        }
    }

    fn tell_of_medium(&self, situation: &mut Situation) {
        let medium = self.facts.get("consumer_medium").and_then(Told::text);
        let is_own = medium.is_none_or(|medium| medium == situation.channel.name());
        situation.facts.set(Fact::ConsumersOwnMedium, is_own);
        if situation.facts.get(Fact::DebtorRaisedQuery) != Some(true) && !self.facts.contains_key(Fact::DebtorRaisedQuery.name())
        {
            situation.facts.set(Fact::DebtorRaisedQuery, situation.purpose == Purpose::ReplyToConsumer);
        }
    }

    fn tell_of_place(&self, situation: &mut Situation) {
        let place = self.facts.get("place").and_then(Told::text).unwrap_or("residence");
        let facts = &mut situation.facts;
        facts.set(Fact::AtResidence, place == "residence");
        facts.set(Fact::AtWorkplace, place == "workplace");
        facts.set(Fact::AtUnusualPlace, UNUSUAL_PLACES.contains(&place));
        let preferred = self.facts.get("preferred_place").and_then(Told::text);
        facts.set(Fact::PrefersAnotherPlace, preferred.is_some_and(|preferred| preferred != place));
        if preferred == Some(place) {
            facts.set(Fact::ExpressConsentToPlace, true);
        }
    }

    fn read_history(&self, zone: &TimeZone) -> Result<History, Invalid> {
        let mut history = History::default();
        let debt = self.facts.get("debt_id").and_then(Told::text);
        for (name, told) in &self.history {
            match (name.as_str(), told) {
                ("calls_this_debt", Told::List(calls)) => {
                    for call in calls {
                        history.calls.extend(read_call(call, zone)?);
                    }
                }
                ("conversations_this_debt", Told::List(days)) => history.conversations.extend(read_days(name, days)?),
                ("conversations_by_debt", Told::Map(debts)) => {
                    let days = debt.and_then(|debt| debts.get(debt)).and_then(Told::list).unwrap_or(&[]);
                    history.conversations.extend(read_days(name, days)?);
                }
                ("texts_this_debt", Told::List(days)) => history.texts.extend(read_days(name, days)?),
                ("texts_this_debt_by_day", Told::Map(days)) => {
                    for (day, texts) in days {
                        let texts = texts.number().and_then(|texts| usize::try_from(texts).ok()).unwrap_or(0);
                        history.texts.extend(core::iter::repeat_n(read_day(name, day)?, texts.min(usize::from(u16::MAX))));
                    }
                }
                // Calls about other debts and who began a conversation make no difference to this debt.
                _ => {}
            }
        }
        Ok(history)
    }
}

fn fill_with_compliant_defaults(situation: &mut Situation) {
    situation.facts = Fact::ALL.iter().map(|fact| (*fact, COMPLIANT.contains(fact))).collect();
    situation.facts.set(Fact::UnreachableBasisAccepted, true);
    situation.facts.set(Fact::MoratoriumDebt, true);
    situation.counts = Counts::none(situation.moment.day());
    situation.numbers = Number::ALL.iter().fold(Numbers::UNKNOWN, |numbers, number| numbers.with(*number, 0));
    situation.numbers.set(Number::CollectorsPresent, 2);
    situation.days = Days::NEVER.with(DayOf::CollectorHired, When::On(Day::MIN));
    situation.agreed_times = Some(Vec::new());
    situation.closed_times = Some(Vec::new());
    situation.closed_channels = Some(Words::NONE);
}

/// Tells `situation` of one fact. `false` if the name is not known.
fn tell(situation: &mut Situation, name: &str, told: &Told, zones: Zones<'_>) -> Result<bool, Invalid> {
    let wrong = |fix: &str| Invalid::new(&format!("facts.{name}"), fix);
    match (name, told) {
        ("place" | "preferred_place" | "consumer_medium", Told::Text(_)) => {}
        ("time_barred" | "statute_barred", Told::Bool(is_so)) => {
            if *is_so {
                situation.facts.set(Fact::LimitationExpired, true);
            }
        }
        ("anonymous", Told::Bool(is_so)) => {
            if *is_so {
                situation.facts.set(Fact::IdentityStated, false);
            }
        }
        ("original_creditor_requested", Told::Bool(is_so)) => {
            if *is_so {
                situation.facts.set(Fact::DisputeWrittenInPeriod, true);
            }
        }
        ("no_contact_in_limitation_period", Told::Bool(is_so)) => {
            if *is_so {
                situation.facts.set(Fact::CustomerRefusedForTime, true);
            }
        }
        ("ongoing_liability", Told::Bool(is_so)) => {
            if *is_so {
                situation.facts.set(Fact::MoratoriumDebt, false);
            }
        }
        ("grievance_frivolous", Told::Bool(is_so)) => situation.facts.set(Fact::GrievanceFrivolous, *is_so),
        ("asked_to_leave_today" | "asked_to_leave", Told::Bool(is_so)) => {
            situation.counts.set(Counter::AskedToLeave, u16::from(*is_so))
        }
        ("joint_debt_evidence", Told::Text(evidence)) => {
            situation.facts.set(Fact::JointDebtClaimed, evidence == "claimed");
            situation.facts.set(Fact::JointDebtProven, evidence == "proven");
        }
        ("unreachable_basis", Told::Text(basis)) => {
            let is_accepted = matches!(basis.as_str(), "number_invalid" | "three_consecutive_days");
            situation.facts.set(Fact::UnreachableBasisAccepted, is_accepted);
        }
        ("plan_status", Told::Text(status)) => situation.facts.set(Fact::PlanPerforming, status == "performing"),
        ("sensitive_occasion", Told::Text(occasion)) => situation.facts.set(Fact::SensitiveOccasion, occasion != "none"),
        ("licence", Told::Text(licence)) => {
            situation.facts.set(Fact::LicenceFull, matches!(licence.as_str(), "full" | "exempt"));
            situation.facts.set(Fact::LicenceClass, licence == "class");
        }
        ("letter_items_missing", Told::List(items)) => situation.facts.set(Fact::LetterComplete, items.is_empty()),
        ("candidate_timezones", Told::List(names)) => {
            for name in names {
                let name = name.text().ok_or_else(|| wrong("expected a list of IANA zone names"))?;
                let zone = zone_of(name, zones)?;
                if zone != *situation.moment.zone() {
                    situation.also_in.push(zone);
                }
            }
        }
        ("debtor_agreed_time", Told::Map(agreed)) => {
            situation.agreed_times = Some(read_agreed(agreed).ok_or_else(|| wrong(TIMES))?)
        }
        ("inconvenient_windows" | "customer_time_requests", Told::List(windows)) => {
            let closed = situation.closed_times.get_or_insert_default();
            for window in windows {
                closed.extend(read_closed(window).ok_or_else(|| wrong(TIMES))?);
            }
        }
        ("blocked_media", Told::List(media)) => {
            situation.closed_channels = Some(read_media(media).ok_or_else(|| wrong("expected a list of channels"))?)
        }
        ("days_since_debt_adviser_notice", Told::Number(days)) => {
            let on = situation.moment.day().plus_days(-i32::try_from(*days).unwrap_or(0));
            situation.days.set(DayOf::DebtAdviserNotice, When::On(on));
        }
        ("months_employed", Told::Number(months)) => {
            let on = situation.moment.day().plus_months(-i32::try_from(*months).unwrap_or(0));
            situation.days.set(DayOf::CollectorHired, When::On(on));
        }
        (_, Told::Bool(is_so)) => match Fact::parse(name) {
            Some(fact) => situation.facts.set(fact, *is_so),
            None => return Ok(false),
        },
        (_, Told::Number(value)) => match Number::parse(name) {
            Some(number) => situation.numbers.set(number, u16::try_from(*value).map_err(|_| wrong("expected a small number"))?),
            None => return Ok(false),
        },
        (_, Told::Text(text)) => match DayOf::parse(name) {
            Some(day) => situation.days.set(day, When::On(read_day(name, text)?)),
            None => return Ok(false),
        },
        (_, Told::List(_) | Told::Map(_)) => return Ok(false),
    }
    Ok(true)
}

const TIMES: &str = "give `from` and `to`, or `not_before` or `not_after`, as times of day such as 09:00";

fn read_agreed(agreed: &BTreeMap<String, Told>) -> Option<Vec<Hours>> {
    let is_so = |name: &str| agreed.get(name) == Some(&Told::Bool(true));
    if !is_so("agreed") || !is_so("documented") {
        return Some(Vec::new());
    }
    let time = |name: &str| agreed.get(name).and_then(Told::text).and_then(minute_of);
    Some(alloc::vec![Hours::daily(time("from")?, time("to")?)])
}

fn read_closed(window: &Told) -> Option<Vec<Hours>> {
    let Told::Map(window) = window else { return None };
    let time = |name: &str| window.get(name).and_then(Told::text).and_then(minute_of);
    let weekdays = match window.get("days") {
        Some(Told::List(days)) => Some(days.iter().map(|day| weekday(day.text()?)).collect::<Option<Vec<Weekday>>>()?),
        Some(_) => return None,
        None => None,
    };
    let on = |hours: Hours| weekdays.as_ref().map_or(hours, |weekdays| hours.only_on(weekdays));
    let mut closed = Vec::new();
    if let (Some(from), Some(to)) = (time("from"), time("to").or_else(|| time("until"))) {
        closed.push(on(Hours::daily(from, to)));
    }
    closed.extend(time("not_before").map(|open| on(Hours::daily(0, open))));
    closed.extend(time("not_after").map(|shut| on(Hours::daily(shut, DAY))));
    (!closed.is_empty()).then_some(closed)
}

fn weekday(name: &str) -> Option<Weekday> {
    use Weekday::*;
    const NAMES: [(&str, Weekday); 7] = [
        ("mon", Monday),
        ("tue", Tuesday),
        ("wed", Wednesday),
        ("thu", Thursday),
        ("fri", Friday),
        ("sat", Saturday),
        ("sun", Sunday),
    ];
    let name = name.to_ascii_lowercase();
    NAMES.iter().find(|(start, _)| name.starts_with(start)).map(|(_, weekday)| *weekday)
}

/// Media in which a call is a call; a ringless voicemail is one.
const VOICE: [&str; 8] =
    ["call", "phone", "voice", "voicemail", "ringless_voicemail", "ai_voice_interactive", "ai_voice_notification", "prerecorded"];

/// Who may be called as often as it takes (12 CFR 1006.14(b)(3)(iii)).
const NOT_THE_PERSON: [&str; 8] = [
    "attorney",
    "authorised_representative",
    "creditor",
    "creditor_attorney",
    "collector_attorney",
    "consumer_reporting_agency",
    "credit_bureau",
    "bureau",
];

/// "Stop calling" closes every use of the telephone's voice.
fn read_media(media: &[Told]) -> Option<Words<Channel>> {
    media.iter().try_fold(Words::NONE, |closed, medium| {
        Some(match medium.text()? {
            "call" | "phone" => [Channel::Call, Channel::AiVoiceInteractive, Channel::AiVoiceNotification, Channel::Voicemail]
                .into_iter()
                .fold(closed, Words::with),
            "text" => closed.with(Channel::Sms),
            other => closed.with(Channel::parse(other)?),
        })
    })
}

fn read_call(call: &Told, zone: &TimeZone) -> Result<Option<Call>, Invalid> {
    let wrong = || Invalid::new("history.calls_this_debt", "each call has at least a `date` such as 2026-04-01");
    let Told::Map(call) = call else { return Err(wrong()) };
    let text = |name: &str| call.get(name).and_then(Told::text);
    let is_not = |name: &str| call.get(name) == Some(&Told::Bool(false));
    // The consumer's own calls, messages, and calls to their attorney, a bureau or the creditor are no calls to the person.
    let is_by_voice = text("medium").is_none_or(|medium| VOICE.contains(&medium));
    let is_to_another =
        text("called_party").or(text("to")).or(text("recipient_role")).is_some_and(|to| NOT_THE_PERSON.contains(&to));
    if text("direction") == Some("inbound") || !is_by_voice || is_to_another {
        return Ok(None);
    }
    let date = text("date").ok_or_else(wrong)?;
    let on = read_day("history.calls_this_debt", date)?;
    let at = text("time").map(|time| local_instant("history.calls_this_debt", &format!("{date}T{time}"), zone)).transpose()?;
    Ok(Some(Call {
        on,
        at,
        connected_to_number: !is_not("connected_to_dialed_number"),
        answered: !is_not("answered"),
        under_consent: call.get("under_consent") == Some(&Told::Bool(true)),
    }))
}

fn read_days(name: &str, days: &[Told]) -> Result<Vec<Day>, Invalid> {
    days.iter().map(|day| read_day(name, day.text().unwrap_or_default())).collect()
}

fn read_day(name: &str, text: &str) -> Result<Day, Invalid> {
    Day::parse(text).ok_or_else(|| Invalid::new(name, format!("`{text}` is not a day such as 2026-04-01")))
}

fn local_instant(name: &str, text: &str, zone: &TimeZone) -> Result<Timestamp, Invalid> {
    let local: DateTime =
        text.parse().map_err(|_| Invalid::new(name, format!("`{text}` is not a local time such as 2026-03-10T21:59")))?;
    zone.to_timestamp(local).map_err(|_| Invalid::new(name, format!("`{text}` does not exist in the time zone")))
}

fn zone_of(name: &str, zones: Zones<'_>) -> Result<TimeZone, Invalid> {
    zones(name).ok_or_else(|| Invalid::new("timezone", format!("`{name}` is not an IANA time zone such as Asia/Shanghai")))
}

impl Told {
    fn text(&self) -> Option<&str> {
        match self {
            Told::Text(text) => Some(text),
            _ => None,
        }
    }

    fn number(&self) -> Option<i64> {
        match self {
            Told::Number(number) => Some(*number),
            _ => None,
        }
    }

    fn list(&self) -> Option<&[Told]> {
        match self {
            Told::List(list) => Some(list),
            _ => None,
        }
    }

    /// Whether the value says that there is nothing to tell.
    fn is_nothing(&self) -> bool {
        match self {
            Told::Bool(is_so) => !is_so,
            Told::Number(number) => *number == 0,
            Told::Text(text) => text.is_empty() || text == "none",
            Told::List(list) => list.is_empty(),
            Told::Map(map) => map.is_empty(),
        }
    }
}
