//! A proof is for one text: tomorrow's text asks again.
use domain::enforcement::Proof;

fn letter(_: Proof) {}

fn twice(proof: Proof) {
    letter(proof);
    letter(proof);
}

fn main() {}
