//! A proof is not kept: what stands in a file proves nothing about today.
use domain::enforcement::Proof;

fn keep(proof: Proof) -> String {
    serde_json::to_string(&proof).unwrap()
}

fn main() {}
