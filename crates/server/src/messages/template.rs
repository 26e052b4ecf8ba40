//! The texts of messages. Each takes its facts from the file on the day it is written; where a fact is missing there is
//! no message.

use domain::book::Book;
use domain::day::Day;
use domain::enforcement::{self, Claim, Proof};
use domain::law::Purpose;
use domain::person::{Account, Person};

use super::decided;
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
    /// What was decided about a court, a register or seizure; only where it was.
    Decided,
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
    pub(crate) const ALL: [Template; 6] = [
        Template::OwedAndWaysOut,
        Template::DueSoon,
        Template::PromiseReminder,
        Template::PaymentReceived,
        Template::ComplaintReceived,
        Template::Decided,
    ];

    /// The name it is stored and looked up under.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Template::OwedAndWaysOut => "owed-and-ways-out",
            Template::DueSoon => "due-soon",
            Template::PromiseReminder => "promise-reminder",
            Template::PaymentReceived => "payment-received",
            Template::ComplaintReceived => "complaint-received",
            Template::Decided => "decided",
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
            Template::Decided => "message-decided",
        }
    }

    /// What it is for. Only what asks for money that is overdue is a demand.
    pub(crate) const fn purpose(self) -> Purpose {
        match self {
            Template::OwedAndWaysOut => Purpose::DemandPayment,
            Template::DueSoon | Template::PromiseReminder | Template::PaymentReceived => Purpose::ServiceNotice,
            Template::ComplaintReceived => Purpose::ReplyToConsumer,
            Template::Decided => Purpose::StartEnforcement,
        }
    }

    /// The words of a lender to a person, both by name, on `today`; or nothing where the file holds no ground for it.
    pub(crate) fn write(
        self,
        reader: &Reader,
        book: &Book,
        (lender_name, name_of): (&str, &str),
        person: &Person,
        today: Day,
    ) -> Option<Written> {
        let (name, lender) = (|| value(name_of.to_owned()), || value(lender_name.to_owned()));
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
            Template::Decided => {
                let proofs = Claim::ALL.into_iter().filter_map(|claim| enforcement::prove(person, book, claim, today).ok());
                let latest = proofs.max_by_key(Proof::decided_on)?;
                return Some(decided::announce(reader, lender_name, name_of, latest));
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

#[cfg(test)]
mod tests {
    use domain::enforcement;
    use domain::event::{Actor, Event, NoteRef, Recorded};
    use domain::id::{AccountId, CaseId, ComplaintId, EntryId, NoteId, PersonId, PromiseId};
    use domain::loan::{Entry, EntryKind, PaymentSource, Terms};
    use domain::moment::Timestamp;
    use domain::money::Money;
    use domain::promise::Origin;

    use super::*;
    use crate::texts::{Currency, Lang};
    use crate::web::testing;

    /// Somebody whose file holds the ground for every text but for the one about decisions.
    fn person(today: Day) -> Person {
        let mut person = Person::new(PersonId(1));
        let account = AccountId(1);
        let terms = Terms::interest_free(Money::from_minor(240_000), today.plus_days(-80), 6);
        let kind = EntryKind::Payment { amount: Money::from_minor(40_000), source: PaymentSource::Borrower };
        let matter = domain::complaint::Matter::Complaint { about: None, visit: None };
        let (amount, due_on) = (Money::from_minor(40_000), today.plus_days(7));
        tell(
            &mut person,
            [
                Event::AccountOpened { account, number: "B-1".into(), terms, annual_cost_percent: None },
                Event::EntryPosted { account, entry: Entry { id: EntryId(1), effective_on: today.plus_days(-45), kind } },
                Event::PromiseMade { promise: PromiseId(1), amount, due_on, origin: Origin::Call, made_on: today },
                Event::CaseOpened { case: CaseId(1), on: today.plus_days(-18), first_payment_default: false },
                Event::ComplaintOpened { complaint: ComplaintId(1), matter, words: None, on: today, due_on, evidence: vec![] },
            ],
        );
        for account in person.accounts.values_mut() {
            account.standing = account.standing_on(today);
        }
        person
    }

    fn tell<const N: usize>(person: &mut Person, events: [Event; N]) {
        for event in events {
            let version = person.version + 1;
            person.apply(&Recorded { version, recorded_at: Timestamp::UNIX_EPOCH, actor: Actor::Import, event });
        }
    }

    #[test]
    fn a_text_speaks_of_court_register_or_seizure_only_where_that_was_decided() {
        let site = testing::site();
        let (book, today) = (site.book(), site.today());
        let mut person = person(today);
        let readers = Lang::ALL.map(|lang| Reader { lang, currency: Currency::new("CNY"), zone: site.zone.clone() });
        let written =
            |person: &Person, reader: &Reader, template: Template| template.write(reader, &book, ("L", "N"), person, today);
        for reader in &readers {
            assert_eq!(written(&person, reader, Template::Decided), None, "nothing was decided");
            for template in Template::ALL.into_iter().filter(|it| *it != Template::Decided) {
                let text = written(&person, reader, template).unwrap_or_else(|| panic!("{template:?}")).text;
                assert_eq!(enforcement::claims_in(&text), [], "{template:?}: {text}");
            }
        }
        for claim in Claim::ALL {
            let reason = NoteRef { id: NoteId(1), digest: String::new() };
            tell(&mut person, [Event::EnforcementDecided { case: CaseId(1), claim, reason, on: today }]);
            for reader in &readers {
                let text = written(&person, reader, Template::Decided).unwrap().text;
                assert!(enforcement::claims_in(&text).contains(&claim), "{claim:?}: {text}");
            }
            tell(&mut person, [Event::EnforcementWithdrawn { case: CaseId(1), claim, on: today }]);
            assert_eq!(written(&person, &readers[0], Template::Decided), None, "{claim:?} was taken back");
        }
    }
}
