//! The hash chain of a shard: each event's hash covers its own bytes and the hash of the event before it.

use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// What the first event of a shard is linked to.
pub(crate) const GENESIS: Hash = [0; 32];

/// One event as the log keeps it: every column that its hash covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The shard.
    pub shard: u16,
    /// The place in the shard's log, from 0 without gaps.
    pub seq: u64,
    /// Whose stream.
    pub person: String,
    /// The place in that stream, from 1 without gaps.
    pub version: u64,
    /// When it was recorded, in microseconds since 1970.
    pub recorded_at: i64,
    /// Who acted.
    pub actor: String,
    /// The key of the command that made it.
    pub command: String,
    /// The event as JSON.
    pub body: String,
}

impl Record {
    /// The hash of this event after `previous`: SHA-256 over `previous`, then each column in order, texts with their
    /// length before them, so that no two records have the same bytes.
    pub fn hash(&self, previous: &Hash) -> Hash {
        let texts = [&self.person, &self.actor, &self.command, &self.body].map(String::as_str);
        hash(previous, self.shard, [self.seq, self.version], self.recorded_at, texts)
    }
}

/// As [`Record::hash`], of columns that are not held as one: place in the log and in the stream; person, actor, command, body.
pub(crate) fn hash(previous: &Hash, shard: u16, places: [u64; 2], recorded_at: i64, texts: [&str; 4]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(shard.to_be_bytes());
    places.iter().for_each(|place| hasher.update(place.to_be_bytes()));
    hasher.update(recorded_at.to_be_bytes());
    for text in texts {
        hasher.update((text.len() as u64).to_be_bytes());
        hasher.update(text.as_bytes());
    }
    hasher.finalize().into()
}

/// How many places the log of a shard has.
const PLACES: i64 = 1 << 40;

/// Where an event lies, as one number that orders the events of all shards.
pub(crate) fn place(shard: u16, seq: u64) -> i64 {
    i64::from(shard) * PLACES + seq as i64
}

/// The shard of a place, and the place in its log.
pub(crate) fn shard_and_seq(place: i64) -> Option<(u16, u64)> {
    let shard = u16::try_from(place.div_euclid(PLACES)).ok()?;
    Some((shard, place.rem_euclid(PLACES) as u64))
}

/// Reads a hash from a column.
pub(crate) fn hash_from(bytes: &[u8]) -> Option<Hash> {
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_and_its_bounds_are_covered() {
        let record = Record {
            shard: 1,
            seq: 2,
            person: "ab".into(),
            version: 3,
            recorded_at: 4,
            actor: "c".into(),
            command: "d".into(),
            body: "e".into(),
        };
        let hash = record.hash(&GENESIS);
        let altered: [&dyn Fn(&mut Record); 9] = [
            &|record| record.shard = 2,
            &|record| record.seq = 3,
            &|record| record.person = "b".into(),
            &|record| record.version = 4,
            &|record| record.recorded_at = 5,
            &|record| record.actor = "x".into(),
            &|record| record.command = "x".into(),
            &|record| record.body = "x".into(),
            &|record| (record.person, record.actor) = ("a".into(), "bc".into()),
        ];
        for alter in altered {
            let mut other = record.clone();
            alter(&mut other);
            assert_ne!(other.hash(&GENESIS), hash, "{other:?}");
        }
        assert_ne!(record.hash(&[1; 32]), hash);
    }
}
