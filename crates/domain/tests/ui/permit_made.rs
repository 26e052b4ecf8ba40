//! A permit cannot be made outside the law.
use domain::id::PersonId;
use domain::law::Permit;

fn main() {
    let _ = Permit { person: PersonId(1) };
}
