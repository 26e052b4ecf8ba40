//! A situation: one planned act towards one person, as the law sees it.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::day::{Day, Weekday};
use crate::id::PersonId;
use crate::moment::{Moment, Timestamp};

use super::counts::{Counts, Days, Numbers};
use super::facts::Facts;
use super::history::History;
use super::words::{Actor, Channel, Institution, Product, Purpose, Recipient, Words};

/// One planned act towards one person. What is not said is unknown, and a rule that needs it cannot be judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Situation {
    /// The person whose debt it is and under whom everything is counted.
    pub person: PersonId,
    /// When it is to happen, in the zone of the one who is reached.
    pub moment: Moment,
    /// Other zones that the one who is reached may be in: only what is lawful in all of them is lawful.
    pub also_in: Vec<TimeZone>,
    /// By what means.
    pub channel: Channel,
    /// What for.
    pub purpose: Purpose,
    /// Who is reached.
    pub recipient: Recipient,
    /// Who owns the claim.
    pub institution: Institution,
    /// Who acts.
    pub actor: Actor,
    /// The family of the product.
    pub product: Product,
    /// What is so and what is not.
    pub facts: Facts,
    /// What has been counted on the day.
    pub counts: Counts,
    /// Standing numbers.
    pub numbers: Numbers,
    /// Days on record.
    pub days: Days,
    /// Calls, conversations and texts about this debt.
    pub history: Option<History>,
    /// Hours in which the debtor agreed, on record, to be contacted.
    pub agreed_times: Option<Vec<Hours>>,
    /// Hours in which the person asked not to be contacted.
    pub closed_times: Option<Vec<Hours>>,
    /// Channels the person asked not to be used.
    pub closed_channels: Option<Words<Channel>>,
}

impl Situation {
    /// An act towards the debtor by the institution's own staff, of which nothing else is known.
    pub fn new(person: PersonId, moment: Moment, channel: Channel, purpose: Purpose) -> Situation {
        let counts = Counts::unknown(moment.day());
        Situation {
            person,
            moment,
            also_in: Vec::new(),
            channel,
            purpose,
            recipient: Recipient::Debtor,
            institution: Institution::Bank,
            actor: Actor::InHouse,
            product: Product::PersonalConsumerLoan,
            facts: Facts::UNKNOWN,
            counts,
            numbers: Numbers::UNKNOWN,
            days: Days::UNKNOWN,
            history: None,
            agreed_times: None,
            closed_times: None,
            closed_channels: None,
        }
    }

    /// The same act at another instant: the day's counts stay those of the day they were counted on.
    #[must_use]
    pub fn at(&self, at: Timestamp) -> Situation {
        Situation { moment: Moment::new(at, self.moment.zone().clone()), ..self.clone() }
    }

    /// The same act by other means.
    #[must_use]
    pub fn by(&self, channel: Channel) -> Situation {
        Situation { channel, ..self.clone() }
    }
}

/// Hours as they are stored and sent: `{"from":"22:00","to":"23:00","days":["mon"]}`; without `days`, every day.
#[derive(Serialize, Deserialize)]
struct Told {
    from: String,
    to: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    days: Vec<String>,
}

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Serialize for Hours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        let runs_on = |day: usize| self.days & 1 << day != 0;
        let days = if self.days == EVERY_DAY { Vec::new() } else { (0..7).filter(|day| runs_on(*day)).collect() };
        let days = days.into_iter().map(|day| String::from(WEEKDAYS[day])).collect();
        Told { from: clock(self.from), to: clock(self.until), days }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Hours, D::Error> {
        let told = Told::deserialize(deserializer)?;
        let minute = |text: &str| minute_of(text).ok_or_else(|| de::Error::custom("expected a time of day such as 22:00"));
        let hours = Hours::daily(minute(&told.from)?, minute(&told.to)?);
        if told.days.is_empty() {
            return Ok(hours);
        }
        let place = |day: &String| WEEKDAYS.iter().position(|name| name == day);
        let bit = |day: &String| place(day).ok_or_else(|| de::Error::custom("expected days such as `mon`"));
        let days = told.days.iter().try_fold(0_u8, |days, day| Ok(days | 1 << bit(day)?))?;
        Ok(Hours { days, ..hours })
    }
}

/// Hours of the day, on some or all days of the week, by the wall clock of whoever is reached. The end is not included;
/// hours that end before they begin run over midnight and belong to the day on which they begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// The days of the week, Monday in bit 0.
    days: u8,
    from: u16,
    until: u16,
}

const EVERY_DAY: u8 = 0x7f;
/// Minutes in a day.
pub(super) const DAY: u16 = 24 * 60;

impl Hours {
    /// From minute `from` to minute `until` of every day; 24:00 is 1440. Equal ends mean the whole day.
    pub fn daily(from: u16, until: u16) -> Hours {
        Hours { days: EVERY_DAY, from: from.min(DAY), until: until.min(DAY) }
    }

    /// The same hours on `weekdays` only.
    #[must_use]
    pub fn only_on(self, weekdays: &[Weekday]) -> Hours {
        Hours { days: weekdays.iter().fold(0, |days, weekday| days | 1 << *weekday as u8), ..self }
    }

    /// The one or two spans of minutes that these hours cover on `day`: those that began the day before come first.
    pub(super) fn spans_on(self, day: Day) -> [(u16, u16); 2] {
        let (today, before) = (self.runs_on(day), self.runs_on(day.plus_days(-1)));
        if self.from < self.until {
            [(0, 0), if today { (self.from, self.until) } else { (0, 0) }]
        } else {
            [if before { (0, self.until) } else { (0, 0) }, if today { (self.from, DAY) } else { (0, 0) }]
        }
    }

    /// The first minute of them, counted from midnight.
    pub const fn from(self) -> u16 {
        self.from
    }

    /// The minute at which they end; not after the beginning means the next day.
    pub const fn until(self) -> u16 {
        self.until
    }

    /// The days of the week on which they begin, Monday first.
    pub fn weekdays(self) -> [bool; 7] {
        core::array::from_fn(|day| self.days & 1 << day != 0)
    }

    /// Whether minute `minute` of `day` lies within.
    pub fn cover(self, day: Day, minute: u16) -> bool {
        self.spans_on(day).iter().any(|(from, until)| (*from..*until).contains(&minute))
    }

    fn runs_on(self, day: Day) -> bool {
        self.days & 1 << day.weekday() as u8 != 0
    }
}

/// Reads `22:00` as minutes since midnight; `24:00` is the end of the day.
pub fn minute_of(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    if hours.len() != 2 || minutes.len() != 2 || !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':') {
        return None;
    }
    let minute = hours.parse::<u16>().ok()? * 60 + minutes.parse::<u16>().ok().filter(|minutes| *minutes < 60)?;
    (minute <= DAY).then_some(minute)
}
