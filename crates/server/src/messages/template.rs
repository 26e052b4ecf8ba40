//! The texts of messages. Each takes its facts from the file on the day it is written; where a fact is missing there is
//! no message.

use domain::day::Day;
use domain::law::Purpose;
use domain::person::{Account, Person};

use crate::texts::{Reader, value};

/// A text that can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Template {
    /// What is overdue since when, and the ways out.
    OwedAndWaysOut,
    /// An instalment that falls due soon.
    DueSoon,
    /// What was promised by when.
    PromiseReminder,
    /// A payment that came in.
    PaymentReceived,
    /// A complaint that came in, and by when it will be answered.
    ComplaintReceived,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    /// One line.
    pub(crate) subject: String,
    /// The words.
    pub(crate) text: String,
}

impl Template {
    /// Every text.
    pub(crate) const ALL: [Template; 5] = [
        Template::OwedAndWaysOut,
        Template::DueSoon,
        Template::PromiseReminder,
        Template::PaymentReceived,
        Template::ComplaintReceived,
    ];

    /// The name it is stored and looked up under.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Template::OwedAndWaysOut => "owed-and-ways-out",
            Template::DueSoon => "due-soon",
            Template::PromiseReminder => "promise-reminder",
            Template::PaymentReceived => "payment-received",
            Template::ComplaintReceived => "complaint-received",
        }
    }

    /// The text stored under `name`.
    pub(crate) fn parse(name: &str) -> Option<Template> {
        Template::ALL.into_iter().find(|template| template.name() == name)
    }

    /// The key of what it is called.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Template::OwedAndWaysOut => "message-owed",
            Template::DueSoon => "message-due",
            Template::PromiseReminder => "message-promise",
            Template::PaymentReceived => "message-paid",
            Template::ComplaintReceived => "message-complaint",
        }
    }

    /// What it is for. Only what asks for money that is overdue is a demand.
    pub(crate) const fn purpose(self) -> Purpose {
        match self {
            Template::OwedAndWaysOut => Purpose::DemandPayment,
            Template::DueSoon | Template::PromiseReminder | Template::PaymentReceived => Purpose::ServiceNotice,
            Template::ComplaintReceived => Purpose::ReplyToConsumer,
        }
    }

    /// The words for a person on `today`, or nothing where the file holds no ground for it.
    pub(crate) fn write(self, reader: &Reader, lender: &str, name: &str, person: &Person, today: Day) -> Option<Written> {
        let (name, lender) = (|| value(name.to_owned()), || value(lender.to_owned()));
        let (subject, text) = match self {
            Template::OwedAndWaysOut => {
                let overdue = person.overdue(today);
                let since = person.accounts.values().filter_map(|it| it.loan.position(today).oldest_unpaid_due_on).min()?;
                if !overdue.is_positive() {
                    return None;
                }
                let facts = [
                    ("name", name()),
                    ("lender", lender()),
                    ("amount", value(reader.money(overdue))),
                    ("since", value(reader.day(since))),
                    ("numbers", value(numbers(person))),
                ];
                (reader.text("message-owed-subject"), reader.fill("message-owed-text", facts))
            }
            Template::DueSoon => {
                let (account, due_on, amount) =
                    person.accounts.values().filter_map(|it| next_due(it, today)).min_by_key(|it| it.1)?;
                let facts = [
                    ("name", name()),
                    ("lender", lender()),
                    ("amount", value(reader.money(amount))),
                    ("day", value(reader.day(due_on))),
                    ("number", value(account.number.clone())),
                ];
                (reader.text("message-due-subject"), reader.fill("message-due-text", facts))
            }
            Template::PromiseReminder => {
                let promise = person.promises.values().filter(|it| it.end.is_none()).min_by_key(|it| it.due_on)?;
                let facts = [
                    ("name", name()),
                    ("lender", lender()),
                    ("amount", value(reader.money(promise.amount))),
                    ("day", value(reader.day(promise.due_on))),
                ];
                (reader.text("message-promise-subject"), reader.fill("message-promise-text", facts))
            }
            Template::PaymentReceived => {
                let payment = person.payments().into_iter().max_by_key(|payment| (payment.effective_on, payment.id))?;
                let facts = [
                    ("name", name()),
                    ("lender", lender()),
                    ("amount", value(reader.money(payment.amount))),
                    ("day", value(reader.day(payment.effective_on))),
                    ("owed", value(reader.money(person.owed(today)))),
                ];
                (reader.text("message-paid-subject"), reader.fill("message-paid-text", facts))
            }
            Template::ComplaintReceived => {
                let complaint = person.complaints.values().filter(|it| it.is_open()).max_by_key(|it| it.opened_on)?;
                let facts = [
                    ("name", name()),
                    ("lender", lender()),
                    ("opened", value(reader.day(complaint.opened_on))),
                    ("day", value(reader.day(complaint.due_on))),
                ];
                (reader.text("message-complaint-subject"), reader.fill("message-complaint-text", facts))
            }
        };
        Some(Written { subject, text })
    }
}

/// The numbers of the accounts that are late.
fn numbers(person: &Person) -> String {
    let late = person.accounts.values().filter(|account| account.standing.oldest_due_on.is_some());
    late.map(|account| account.number.as_str()).collect::<Vec<_>>().join(", ")
}

/// The next instalment of an account after `today` of which something is unpaid.
fn next_due(account: &Account, today: Day) -> Option<(&Account, Day, domain::money::Money)> {
    let position = account.loan.position(today);
    let next =
        position.instalments.iter().find(|instalment| instalment.due_on > today && instalment.unpaid().total().is_positive())?;
    Some((account, next.due_on, next.unpaid().total()))
}
