//! Handing over what waits. Each message is released in its own append, with the law asked at that moment; then it goes to
//! the provider; then what became of it is appended. Killed anywhere, nothing is lost: what was released and not answered
//! for is handed over again under the same key, by which the provider knows it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::Context;
use domain::contact::Channel;
use domain::event::{Actor, Event, Recorded};
use domain::message::{self, Failure};
use domain::moment::Timestamp;
use post::{Handed, Parcel, Providers, Settings, Way};
use sha2::{Digest, Sha256};
use store::{Command, Decide, Error, Outcome, Store, Ticket, Waiting};

use super::Words;
use crate::commands::{Exit, Stop};
use crate::demo;

/// Messages that are released and handed over together.
const PAGE: u32 = 512;
/// Calls to providers at a time.
const AT_ONCE: usize = 8;

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Report {
    /// Taken by a provider.
    pub(crate) sent: u64,
    /// Not to be delivered.
    pub(crate) failed: u64,
    /// Stopped by the law for now, or for good.
    pub(crate) held: u64,
    /// Without an answer; tried again later.
    pub(crate) unclear: u64,
}

/// The way from the book to the providers.
pub(crate) struct Outbox {
    store: Arc<Store>,
    providers: Providers,
}

impl Outbox {
    /// Opens the ways that `messages.toml` in the data folder names. A demonstration has none: nobody in it exists, and
    /// nothing ever leaves it.
    pub(crate) fn open(store: Arc<Store>, data_dir: &Path) -> anyhow::Result<Outbox> {
        if demo::seed_of(data_dir).is_some() {
            let says = "this is a demonstration: nothing is sent to anybody".to_owned();
            return Err(Stop { exit: Exit::Refused, says }.into());
        }
        let settings = Settings::read(data_dir)?;
        let providers = Providers::new(&settings, data_dir).context("the ways out of the house")?;
        Ok(Outbox { store, providers })
    }

    /// Whether any way is open.
    pub(crate) fn is_open(&self) -> bool {
        Way::ALL.into_iter().any(|way| self.providers.has(way))
    }

    /// Hands over everything that is due by `clock`.
    pub(crate) fn drain(&self, clock: &dyn Fn() -> Timestamp) -> Result<Report, Error> {
        let mut report = Report::default();
        loop {
            let now = clock();
            let due = self.store.reader().messages_due(now, now - message::RETRY_AFTER, self.channels(), PAGE)?;
            let was = report;
            self.hand_over(due, clock, &mut report)?;
            if report == was {
                return Ok(report);
            }
        }
    }

    /// The channels that are open now. What waits in the portal is there as soon as it is released.
    fn channels(&self) -> [&'static str; 5] {
        let open = |channel: Channel| if self.is_open_for(channel) { channel.name() } else { "" };
        [Channel::Sms, Channel::Email, Channel::SocialPrivate, Channel::Portal, Channel::Letter].map(open)
    }

    fn is_open_for(&self, channel: Channel) -> bool {
        channel == Channel::Portal || way(channel).is_some_and(|way| self.providers.has(way))
    }

    fn hand_over(&self, due: Vec<Waiting>, clock: &dyn Fn() -> Timestamp, report: &mut Report) -> Result<(), Error> {
        let mut released = vec![];
        let tickets: Vec<_> = due.into_iter().map(|waiting| (self.release(&waiting, clock()), waiting)).collect();
        for (ticket, waiting) in tickets {
            match ticket.wait()? {
                Outcome::Done(recorded) => match recorded.iter().find_map(step) {
                    Some(Step::Released) => released.push(waiting),
                    Some(Step::Failed) => report.failed += 1,
                    Some(Step::Held) => report.held += 1,
                    None => {}
                },
                Outcome::Refused(_) => report.held += 1,
                // Another outbox has it.
                Outcome::AlreadyDone(_) | Outcome::Conflict => {}
            }
        }
        let handed = self.call(&released);
        let mut tickets: Vec<Ticket> = vec![];
        for (waiting, handed) in released.iter().zip(handed) {
            match handed {
                Handed::Taken => {
                    report.sent += 1;
                    tickets.push(self.tell(waiting, clock(), None));
                }
                Handed::Refused(says) => {
                    report.failed += 1;
                    tracing::warn!(message = %waiting.message, %says, "a provider refused a message");
                    tickets.push(self.tell(waiting, clock(), Some(Failure::Refused)));
                }
                Handed::Unclear(says) => {
                    report.unclear += 1;
                    tracing::warn!(message = %waiting.message, %says, "a message will be tried again");
                }
            }
        }
        tickets.into_iter().try_for_each(|ticket| ticket.wait().map(drop))
    }

    /// Asks the law again and releases the message; what cannot reach anybody fails before it counts as a contact.
    fn release(&self, waiting: &Waiting, now: Timestamp) -> Ticket {
        let message = waiting.message;
        let words = waiting.words.as_deref().and_then(Words::read);
        let has_address = words.is_some_and(|words| waiting.channel == Channel::Portal.name() || !words.to.is_empty());
        let book = self.store.book();
        let decide: Decide = if has_address {
            Box::new(move |person| message::hand_over(person, &book, message, None, now))
        } else {
            Box::new(move |person| Ok(message::failed(person, message, now, Failure::NoAddress)))
        };
        self.send(waiting, "message.hand_over", format!("hand-over-{message}-{}", waiting.tried()), now, decide)
    }

    /// Calls the providers, several at a time, and tells what each said in the order of `released`.
    fn call(&self, released: &[Waiting]) -> Vec<Handed> {
        let next = AtomicUsize::new(0);
        let mut handed: Vec<(usize, Handed)> = thread::scope(|scope| {
            let work = || {
                let mut done = vec![];
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(waiting) = released.get(at) else { return done };
                    done.push((at, self.hand_one(waiting)));
                }
            };
            let workers: Vec<_> = (0..AT_ONCE.min(released.len())).map(|_| scope.spawn(work)).collect();
            workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
        });
        handed.sort_by_key(|(at, _)| *at);
        // A worker that panicked leaves gaps: what it had is tried again, like everything without an answer.
        let mut handed = handed.into_iter().peekable();
        let answer =
            |at| handed.next_if(|(found, _)| *found == at).map_or(Handed::Unclear("broke off".into()), |(_, handed)| handed);
        (0..released.len()).map(answer).collect()
    }

    fn hand_one(&self, waiting: &Waiting) -> Handed {
        let Some(words) = waiting.words.as_deref().and_then(Words::read) else {
            return Handed::Refused("the words were erased".into());
        };
        let channel = [Channel::Sms, Channel::Email, Channel::SocialPrivate].into_iter().find(|it| it.name() == waiting.channel);
        match channel.and_then(way) {
            Some(way) => {
                let parcel = Parcel { id: waiting.message.to_string(), to: words.to, subject: words.subject, text: words.text };
                self.providers.hand_over(way, &parcel)
            }
            None => Handed::Taken,
        }
    }

    /// Appends what became of a message.
    fn tell(&self, waiting: &Waiting, now: Timestamp, because: Option<Failure>) -> Ticket {
        let message = waiting.message;
        let decide: Decide = match because {
            None => Box::new(move |person| Ok(message::sent(person, message, now))),
            Some(because) => Box::new(move |person| Ok(message::failed(person, message, now, because))),
        };
        self.send(waiting, "message.tell", format!("told-{message}-{}", waiting.tried()), now, decide)
    }

    fn send(&self, waiting: &Waiting, intent: &'static str, key: String, now: Timestamp, decide: Decide) -> Ticket {
        let body_hash = Sha256::digest(&key).into();
        let (person, actor, night) = (waiting.person, Actor::Outbox, None);
        self.store.send(Command { person, actor, key, body_hash, intent, recorded_at: now, night, notes: vec![], decide })
    }
}

enum Step {
    Released,
    Failed,
    Held,
}

fn step(recorded: &Recorded) -> Option<Step> {
    match recorded.event {
        Event::MessageReleased { .. } => Some(Step::Released),
        Event::MessageFailed { .. } => Some(Step::Failed),
        Event::MessagePostponed { .. } | Event::MessageWithdrawn { .. } => Some(Step::Held),
        _ => None,
    }
}

fn way(channel: Channel) -> Option<Way> {
    match channel {
        Channel::Sms => Some(Way::Sms),
        Channel::Email => Some(Way::Email),
        Channel::SocialPrivate => Some(Way::Chat),
        _ => None,
    }
}
