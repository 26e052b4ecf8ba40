//! A visit does not start without the law's yes.
use domain::id::VisitId;
use domain::moment::Moment;
use domain::person::Person;

fn start(person: &Person, id: VisitId, now: &Moment) {
    let _ = domain::visit::start(person, id, now);
}

fn main() {
    let _ = start;
}
