//! What is stored of a permit does not become one again.
use domain::law::{Finding, Permit};

fn back(finding: Finding) -> Permit {
    finding.into()
}

fn main() {
    let _ = back;
}
