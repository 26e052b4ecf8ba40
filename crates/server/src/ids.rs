//! Names that are always the same for the same thing: the row of a source, the message of a night. Doing it twice is doing it
//! once.

use domain::id::AccountId;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The id of an imported thing: the first 64 bits of a hash over what it is, whose it is, and its key there.
pub(crate) fn id(kind: &str, source: &str, key: &str) -> u64 {
    let digest =
        Sha256::new().chain_update(kind).chain_update([0]).chain_update(source).chain_update([0]).chain_update(key).finalize();
    u64::from_be_bytes(std::array::from_fn(|at| digest[at]))
}

/// The account of an imported loan.
pub(crate) fn account(source: &str, key: &str) -> AccountId {
    AccountId(id("account", source, key))
}

/// The hash of facts, by their JSON.
pub(crate) fn hash(facts: &impl Serialize) -> [u8; 32] {
    // Facts are plain structs of texts, numbers and lists, which always have a JSON form.
    let json = serde_json::to_vec(facts).unwrap_or_default();
    Sha256::digest(json).into()
}
