//! Handing messages to providers: e-mail by SMTP, short messages and chat by a signed call; and checking the signatures of
//! what providers call back with. It knows addresses and words. Whether anything may be sent is decided before it is asked.

mod call;
mod mail;
pub mod settings;
pub mod signature;

use std::path::Path;

pub use settings::{Settings, Unfit};

use call::Caller;
use mail::Mailer;

/// A way out of the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// E-mail.
    Email,
    /// A short message to a telephone.
    Sms,
    /// A message in the chat that the person uses with the lender.
    Chat,
}

impl Way {
    /// All of them.
    pub const ALL: [Way; 3] = [Way::Email, Way::Sms, Way::Chat];

    /// The name it has in settings and in calls.
    pub const fn name(self) -> &'static str {
        match self {
            Way::Email => "email",
            Way::Sms => "sms",
            Way::Chat => "chat",
        }
    }
}

/// What is handed over. It never shows its words when printed: they must not reach a log.
pub struct Parcel {
    /// The message's id: the provider's key for "I have this already".
    pub id: String,
    /// Address, number or handle.
    pub to: String,
    /// One line; not used for short messages.
    pub subject: String,
    /// The words.
    pub text: String,
}

impl std::fmt::Debug for Parcel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Parcel({})", self.id)
    }
}

/// What became of handing a parcel over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handed {
    /// The provider has it.
    Taken,
    /// The provider will never take it; the reason, without address or words.
    Refused(String),
    /// The provider did not answer, or said "later". It may have it all the same: try again with the same id.
    Unclear(String),
}

/// The providers of one deployment. Share it between threads: connections are kept and reused.
pub struct Providers {
    email: Option<Mailer>,
    sms: Option<Caller>,
    chat: Option<Caller>,
}

impl Providers {
    /// Makes ready what `settings` name; files of keys are looked for in `folder`.
    pub fn new(settings: &Settings, folder: &Path) -> Result<Providers, Unfit> {
        Ok(Providers {
            email: settings.email.as_ref().map(|email| Mailer::new(email, folder)).transpose()?,
            sms: settings.sms.as_ref().map(|sms| Caller::new(Way::Sms, sms, folder)).transpose()?,
            chat: settings.chat.as_ref().map(|chat| Caller::new(Way::Chat, chat, folder)).transpose()?,
        })
    }

    /// Whether this way is open at all.
    pub fn has(&self, way: Way) -> bool {
        match way {
            Way::Email => self.email.is_some(),
            Way::Sms => self.sms.is_some(),
            Way::Chat => self.chat.is_some(),
        }
    }

    /// Hands a parcel over and waits for the answer.
    pub fn hand_over(&self, way: Way, parcel: &Parcel) -> Handed {
        let closed = || Handed::Unclear(format!("{} is not set up", way.name()));
        match way {
            Way::Email => self.email.as_ref().map_or_else(closed, |mailer| mailer.hand_over(parcel)),
            Way::Sms => self.sms.as_ref().map_or_else(closed, |caller| caller.hand_over(parcel)),
            Way::Chat => self.chat.as_ref().map_or_else(closed, |caller| caller.hand_over(parcel)),
        }
    }
}
