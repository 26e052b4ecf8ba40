//! Messages of this deployment: the texts, the outbox that hands them over, and what is kept of each outside the log.

mod decided;
pub(crate) mod follow_up;
pub(crate) mod letters;
pub(crate) mod outbox;
pub(crate) mod template;

use domain::contact::Channel;
use domain::identity::{Address, Identity};
use serde::{Deserialize, Serialize};

pub(crate) use outbox::Outbox;
pub(crate) use template::Template;

/// The kind of the note that a message's words are kept in.
pub(crate) const NOTE: &str = "message";

/// What is kept of a message outside the log: to where, and the words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Words {
    /// Address, number or handle; empty for the portal.
    pub(crate) to: String,
    /// One line.
    pub(crate) subject: String,
    /// The words.
    pub(crate) text: String,
    /// In which language (BCP 47); none in what was written before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<String>,
}

impl Words {
    /// Reads a message's note.
    pub(crate) fn read(note: &str) -> Option<Words> {
        serde_json::from_str(note).ok()
    }
}

/// Where a person is reached by `channel`; none if that is not known of them.
pub(crate) fn address_of(channel: Channel, identity: Option<&Identity>, address: Option<&Address>) -> Option<String> {
    match channel {
        Channel::Sms => identity?.phone.clone(),
        Channel::Email => identity?.email.clone(),
        Channel::SocialPrivate => identity?.chat.clone(),
        Channel::Letter => address.map(|address| address.line.clone()),
        Channel::Portal => Some(String::new()),
        _ => None,
    }
}
