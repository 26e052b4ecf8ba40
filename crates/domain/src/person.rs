//! A person: the fold of everything that happened to them. One stream, so that whatever is counted or limited per
//! person is decided in one place.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::arrears::{self, Case, Standing};
use crate::circumstance::{self, Circumstance};
use crate::complaint::{self, Complaint};
use crate::contact::{self, Contact};
use crate::credit::{self, Decision};
use crate::day::Day;
use crate::enforcement::{self, Decided};
use crate::event::{Actor, Event, NoteRef, Recorded};
use crate::file::{self, Audit};
use crate::follow_up;
use crate::id::{AccountId, ComplaintId, EntryId, MessageId, PersonId, PlanId, PromiseId, ReservationId, VisitId, WaiverId};
use crate::loan::Loan;
use crate::means::{self, Baseline, MeansOnFile};
use crate::message::{self, Message};
use crate::moment::Timestamp;
use crate::money::Money;
use crate::payment;
use crate::plan::{self, Exception, Plan};
use crate::promise::{self, Promise};
use crate::refusal::Refusal;
use crate::reservation::{self, Reservation};
use crate::respite::{self, Representative, Respite};
use crate::visit::{self, Visit};
use crate::waiver::{self, Waiver};
use crate::wish::{self, WishesOnFile};

/// By which rules a person is folded from their events: a digest of the rules' own text. A fold that was kept is good for whoever
/// folds by the same.
pub const FOLDED_BY: &str = env!("DOMAIN_SOURCES");

/// Everything known of one person, as far as the log says it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// The events folded so far.
    pub version: u64,
    /// When somebody other than the night last did or saw something.
    pub touched_at: Option<Timestamp>,
    /// Name, resident ID and phone, kept outside the log.
    pub identity: Option<NoteRef>,
    /// IANA name of their zone.
    pub zone: String,
    /// The address on file.
    pub address: Option<AddressOnFile>,
    /// The last decision on credit.
    pub credit: Option<Decision>,
    /// Accounts, by id.
    pub accounts: BTreeMap<AccountId, Account>,
    /// Periods in collections, oldest first.
    pub cases: Vec<Case>,
    /// The last audit of the file.
    pub audit: Option<Audit>,
    /// Contacts other than visits, oldest first.
    pub contacts: Vec<Contact>,
    /// Places among the caps that were taken for planned acts, by id.
    pub reservations: BTreeMap<ReservationId, Reservation>,
    /// When and how they want to be reached, as said last.
    pub wishes: Option<WishesOnFile>,
    /// What is on file that the law asks about, oldest first.
    pub circumstances: Vec<Circumstance>,
    /// Visits, by id.
    pub visits: BTreeMap<VisitId, Visit>,
    /// Means as stated last.
    pub means: Option<MeansOnFile>,
    /// The means on which credit was granted last.
    pub baseline: Option<Baseline>,
    /// Plans, by id.
    pub plans: BTreeMap<PlanId, Plan>,
    /// A way out that waits for a second person's yes.
    pub exception: Option<Exception>,
    /// Promises, by id.
    pub promises: BTreeMap<PromiseId, Promise>,
    /// Complaints, disputes and pleas of hardship, by id.
    pub complaints: BTreeMap<ComplaintId, Complaint>,
    /// Messages, by id.
    pub messages: BTreeMap<MessageId, Message>,
    /// Respites, oldest first.
    pub respites: Vec<Respite>,
    /// Who speaks for them.
    pub representative: Option<Representative>,
    /// Waivers that were asked for, by id.
    pub waivers: BTreeMap<WaiverId, Waiver>,
    /// What was decided about courts, registers and seizure, oldest first.
    pub decided: Vec<Decided>,
    /// What was intended and not done, oldest first.
    pub refusals: Vec<RefusalOnFile>,
}

/// A refusal and when it was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalOnFile {
    /// When.
    pub at: Timestamp,
    /// The use case.
    pub intent: String,
    /// The rules that said no.
    pub refusal: Refusal,
}

/// An address and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressOnFile {
    /// The address, kept outside the log.
    pub address: NoteRef,
    /// City or county.
    pub area: String,
    /// Where it came from.
    pub provenance: String,
    /// The day it was last known to be right.
    pub observed_on: Day,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

/// One account of a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Ours.
    pub id: AccountId,
    /// What the person and the lender call it.
    pub number: String,
    /// What was agreed and what was posted.
    pub loan: Loan,
    /// How it stood when something of it last changed.
    pub standing: Standing,
    /// The buckets it entered, with the day, oldest first; current before the first.
    pub buckets: Vec<(Day, u8)>,
    /// The day nothing was owed any more.
    pub settled_on: Option<Day>,
    /// When each payment became known here.
    pub known_at: BTreeMap<EntryId, Timestamp>,
}

/// A payment that stands: posted and not reversed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The entry.
    pub id: EntryId,
    /// The day it counts from.
    pub effective_on: Day,
    /// When it became known here.
    pub recorded_at: Timestamp,
    /// How much.
    pub amount: Money,
}

impl Person {
    /// Somebody of whom nothing is known yet.
    pub fn new(id: PersonId) -> Person {
        Person {
            id,
            version: 0,
            touched_at: None,
            identity: None,
            zone: String::new(),
            address: None,
            credit: None,
            accounts: BTreeMap::new(),
            cases: vec![],
            audit: None,
            contacts: vec![],
            reservations: BTreeMap::new(),
            wishes: None,
            circumstances: vec![],
            visits: BTreeMap::new(),
            means: None,
            baseline: None,
            plans: BTreeMap::new(),
            exception: None,
            promises: BTreeMap::new(),
            complaints: BTreeMap::new(),
            messages: BTreeMap::new(),
            respites: vec![],
            representative: None,
            waivers: BTreeMap::new(),
            decided: vec![],
            refusals: vec![],
        }
    }

    /// Takes in one event. Total: whatever is in the log can be folded.
    pub fn apply(&mut self, recorded: &Recorded) {
        let event = &recorded.event;
        match event {
            Event::PersonRegistered { identity, zone } => {
                self.identity = Some(identity.clone());
                self.zone = zone.clone();
            }
            Event::AddressRecorded { address, area, provenance, observed_on } => {
                let provenance = provenance.clone();
                let area = area.clone();
                let (observed_on, recorded_at) = (*observed_on, recorded.recorded_at);
                self.address = Some(AddressOnFile { address: address.clone(), area, provenance, observed_on, recorded_at });
            }
            Event::AccountOpened { account, number, terms, .. } => {
                let loan = Loan::new(terms.clone()).expect("terms were checked before they were signed");
                self.accounts.insert(*account, Account::open(*account, number.clone(), loan));
            }
            Event::Refused { intent, refusal } => {
                let refused = RefusalOnFile { at: recorded.recorded_at, intent: intent.clone(), refusal: refusal.clone() };
                self.refusals.push(refused);
            }
            event => {
                credit::apply(self, event);
                means::apply(self, event, recorded.recorded_at);
                payment::apply(self, event, recorded.recorded_at);
                arrears::apply(self, event);
                follow_up::apply(self, event, recorded.recorded_at);
                contact::apply(self, event);
                visit::apply(self, event, recorded.recorded_at);
                plan::apply(self, event, recorded.recorded_at);
                promise::apply(self, event, recorded.recorded_at);
                complaint::apply(self, event, recorded.actor);
                respite::apply(self, event);
                waiver::apply(self, event, recorded.actor);
                enforcement::apply(self, event, recorded.actor);
                message::apply(self, event, recorded.recorded_at);
            }
        }
        wish::apply(self, event);
        circumstance::apply(self, event);
        reservation::apply(self, event);
        file::apply(self, event);
        // Erasing is no new use of what it erases: it starts no clock of keeping again.
        if recorded.actor != Actor::Night && !matches!(event, Event::Erased { .. }) {
            self.touched_at = Some(recorded.recorded_at);
        }
        self.version = recorded.version;
    }

    /// Whether they are known at all.
    pub fn is_registered(&self) -> bool {
        self.version > 0
    }

    /// The case they are in, if they are in collections.
    pub fn open_case(&self) -> Option<&Case> {
        self.cases.last().filter(|case| case.closed.is_none())
    }

    /// The visit under way, from proposal to closed record.
    pub fn open_visit(&self) -> Option<&Visit> {
        self.visits.values().find(|visit| visit.is_open())
    }

    /// Everything owed on `today` over all accounts, due or not, penalty included.
    pub fn owed(&self, today: Day) -> Money {
        self.accounts.values().map(|account| account.loan.position(today).outstanding.total()).sum()
    }

    /// Everything overdue on `today` over all accounts, penalty included.
    pub fn overdue(&self, today: Day) -> Money {
        self.accounts.values().map(|account| account.loan.position(today).overdue.total()).sum()
    }

    /// Principal in use over all accounts.
    pub fn principal_in_use(&self, today: Day) -> Money {
        self.accounts.values().map(|account| account.loan.principal_outstanding(today)).sum()
    }

    /// Days past due of the account that is latest (K1).
    pub fn days_past_due(&self, today: Day) -> u32 {
        self.accounts.values().map(|account| account.loan.days_past_due(today)).max().unwrap_or(0)
    }

    /// Every payment that stands, over all accounts.
    pub fn payments(&self) -> Vec<Payment> {
        self.accounts.values().flat_map(payment::standing_of).collect()
    }

    /// An id that this stream gives to what it makes itself: the same for everybody who folds it, and used once.
    pub fn next_id(&self) -> u64 {
        self.nth_id(0)
    }

    /// As [`Person::next_id`], for the `nth` event of one append, counted from 0.
    pub(crate) fn nth_id(&self, nth: u64) -> u64 {
        // The finaliser of splitmix64: spreads person and version over all 64 bits.
        let mut bits = self.id.0.wrapping_add((self.version + 1 + nth).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }
}

impl Account {
    /// An account of which nothing was said yet.
    pub(crate) fn open(id: AccountId, number: String, loan: Loan) -> Account {
        let (standing, known_at) = (Standing::default(), BTreeMap::new());
        Account { id, number, loan, standing, buckets: vec![], settled_on: None, known_at }
    }

    /// The due day of the last instalment.
    pub fn last_due_on(&self) -> Option<Day> {
        self.loan.last_due_on()
    }

    /// The day of the latest entry: what is left of the principal does not change after it by time alone.
    pub fn last_change_on(&self) -> Day {
        let entries = self.loan.entries().iter().map(|entry| entry.effective_on);
        entries.max().unwrap_or(self.loan.terms().disbursed_on)
    }

    /// Whether nothing was ever paid and the first instalment is the one missed.
    pub fn is_first_payment_default(&self) -> bool {
        let first_due_on = self.loan.terms().first_due_on();
        self.standing.oldest_due_on == Some(first_due_on) && payment::standing(&self.loan).next().is_none()
    }
}
