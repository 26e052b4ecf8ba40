//! Wishes: when and how a person wants to be reached, in their own words of choice. The law reads them; nobody else may.

use alloc::vec;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::event::{Event, NoteRef};
use crate::law::{Channel, Hours, Words};
use crate::person::Person;
use crate::refusal::Invalid;

/// All that a person wishes about being reached. What is said last takes the place of what was said before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wishes {
    /// Hours in which they agreed, on record, to be reached, be it by night. Agreeing to hours is not agreeing to a visit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub agreed: Vec<Hours>,
    /// Hours in which they want to be left alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub closed: Vec<Hours>,
    /// Ways by which they do not want to be reached.
    #[serde(skip_serializing_if = "no_channel")]
    pub closed_channels: Words<Channel>,
}

/// Wishes and when they were said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WishesOnFile {
    /// What they wish.
    pub wishes: Wishes,
    /// Since when.
    pub said_on: Day,
    /// In their own words.
    pub words: Option<NoteRef>,
}

/// More hours than anybody needs; a list beyond it is a mistake of whoever sends it.
const MOST_HOURS: usize = 32;

/// Takes in what a person wishes. They may always say it; hours that they agreed to and hours that they closed may overlap, and
/// then the closed ones hold.
pub fn state(wishes: Wishes, words: Option<NoteRef>, today: Day) -> Result<Vec<Event>, Invalid> {
    if wishes.agreed.len() + wishes.closed.len() > MOST_HOURS {
        return Err(Invalid::new("closed", "too many spans of hours; 32 are enough for every day of a week"));
    }
    Ok(vec![Event::WishesStated { wishes, words, on: today }])
}

fn no_channel(channels: &Words<Channel>) -> bool {
    channels.is_empty()
}

pub(crate) fn apply(person: &mut Person, event: &Event) {
    if let Event::WishesStated { wishes, words, on } = event {
        person.wishes = Some(WishesOnFile { wishes: wishes.clone(), said_on: *on, words: words.clone() });
    }
}
