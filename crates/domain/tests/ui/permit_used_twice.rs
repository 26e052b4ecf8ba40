//! A permit is used up by the act.
use domain::id::PersonId;
use domain::law::{Channel, Permit};
use domain::moment::Timestamp;

fn twice(permit: Permit, at: Timestamp) {
    let _ = permit.spend(PersonId(1), Channel::Call, at);
    let _ = permit.spend(PersonId(1), Channel::Call, at);
}

fn main() {
    let _ = twice;
}
