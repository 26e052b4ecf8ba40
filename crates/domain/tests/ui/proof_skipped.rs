//! A text that speaks of court takes the proof by value: without one it does not compile.
use domain::enforcement::{Claim, Proof};

fn letter_before_suit(proof: Proof) -> String {
    format!("{:?} was decided", proof.claim())
}

fn main() {
    letter_before_suit(Claim::Suit);
}
