//! A permit cannot be written down.
use domain::law::Permit;

fn store(permit: &Permit) -> String {
    serde_json::to_string(permit).unwrap()
}

fn main() {
    let _ = store;
}
