//! A permit cannot be read back.
use domain::law::Permit;

fn main() {
    let _: Permit = serde_json::from_str("{}").unwrap();
}
