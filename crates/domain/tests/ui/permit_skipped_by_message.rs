//! No call, message or letter goes out, and no visit is proposed, without the law's yes.
use domain::book::Book;
use domain::contact::{self, Act, Channel, ContactOutcome};
use domain::id::VisitId;
use domain::moment::Moment;
use domain::person::Person;
use domain::visit::{self, Slot};

fn reach(person: &Person, now: &Moment) {
    let _ = contact::reach(person, &Act::demand(Channel::Sms), None, ContactOutcome::Sent, None, now);
}

fn propose(person: &Person, book: &Book, id: VisitId, slots: Vec<Slot>, now: &Moment) {
    let _ = visit::propose(person, book, id, slots, now);
}

fn main() {
    let _ = (reach, propose);
}
