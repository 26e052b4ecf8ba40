//! A permit cannot be copied.
use domain::law::Permit;

fn twice(permit: &Permit) -> Permit {
    permit.clone()
}

fn main() {
    let _ = twice;
}
