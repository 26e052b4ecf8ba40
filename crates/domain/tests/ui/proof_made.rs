//! A proof that something was decided is made by asking the case, and by nothing else.
use domain::enforcement::{Claim, Proof};

fn main() {
    let _ = Proof { claim: Claim::Suit };
}
