//! A permit does not come from nothing.
use domain::law::Permit;

fn main() {
    let _: Permit = Default::default();
}
