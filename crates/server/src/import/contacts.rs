//! A row becomes a contact that another system recorded: it has happened, so it is observed and not judged away; the rules it broke are
//! kept beside it.

use domain::contact::{Channel, ContactOutcome, Direction};
use domain::law::Word;
use domain::moment::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::mapping::{ContactFields, Field, Mapping};
use super::row::{Fault, Row, Text};
use crate::ids;

/// A contact as a row states it.
#[derive(Debug)]
pub(crate) struct ContactRow {
    pub(crate) key: String,
    /// The loan it was about, by key or by number.
    pub(crate) loan: String,
    pub(crate) channel: Channel,
    pub(crate) direction: Direction,
    pub(crate) outcome: ContactOutcome,
    pub(crate) at: Timestamp,
    /// The agency, by its number in the register.
    pub(crate) agency: Option<u16>,
}

const OUTCOMES: [ContactOutcome; 5] = [
    ContactOutcome::Sent,
    ContactOutcome::Reached,
    ContactOutcome::OtherReached,
    ContactOutcome::NotReached,
    ContactOutcome::WrongNumber,
];

impl ContactRow {
    /// Reads a row; a fault rejects it. `now` is when it is read: nothing has happened after it.
    pub(crate) fn read(fields: &ContactFields, mapping: &Mapping, row: &Row<'_>, now: Timestamp) -> Result<ContactRow, Fault> {
        let key = fields.key.needed(row)?.into_owned();
        let loan = fields.loan.field.needed(row)?.into_owned();
        let channel = word(&fields.channel, row, Channel::parse, "call, sms, letter, email, visit …")?;
        let outcome_named = |text: &str| OUTCOMES.into_iter().find(|outcome| outcome.name() == text);
        let outcome = word(&fields.outcome, row, outcome_named, "sent, reached, other_reached, not_reached, wrong_number")?;
        let direction_named = |text: &str| match text {
            "outbound" => Some(Direction::Outbound),
            "inbound" => Some(Direction::Inbound),
            _ => None,
        };
        let direction = match &fields.direction {
            None => Direction::Outbound,
            Some(field) => word(field, row, direction_named, "outbound, inbound")?,
        };
        let at = instant(&fields.at, row, &mapping.zone)?;
        if at > now {
            return Err(fields.at.fault(row, "import-future", "import-future-mend"));
        }
        let agency = match &fields.agency {
            None => None,
            Some(field) => match field.count(row)? {
                None => None,
                Some(number) => Some(u16::try_from(number).map_err(|_| field.fault(row, "import-agency", "import-agency-mend"))?),
            },
        };
        Ok(ContactRow { key, loan, channel, direction, outcome, at, agency })
    }

    /// The hash of what it says for good.
    pub(crate) fn hash(&self) -> [u8; 32] {
        let direction = self.direction == Direction::Outbound;
        let (channel, outcome) = (self.channel.name(), self.outcome.name());
        ids::hash(&(&self.loan, channel, direction, outcome, self.at.as_microsecond(), self.agency))
    }
}

/// A word of a list of ours; `map` of the mapping turns theirs into it.
fn word<T>(field: &Field, row: &Row<'_>, read: impl Fn(&str) -> Option<T>, words: &str) -> Result<T, Fault> {
    let text = field.needed(row)?;
    read(&text).ok_or_else(|| field.fault(row, "import-word", Text::from("import-word-mend").with("words", words)))
}

/// An instant with its offset, or a wall clock of the zone. An hour that a clock shows twice is taken as the first of the two.
fn instant(field: &Field, row: &Row<'_>, zone: &str) -> Result<Timestamp, Fault> {
    let text = field.needed(row)?;
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let wall = text.parse::<DateTime>().ok();
    let at = wall.zip(TimeZone::get(zone).ok()).and_then(|(wall, zone)| zone.to_ambiguous_timestamp(wall).earlier().ok());
    at.ok_or_else(|| field.fault(row, "import-time", "import-time-mend"))
}
