//! Seals: signed tree heads in the text form of C2SP `tlog-checkpoint` and `signed-note`, so that an outsider with the
//! public key can check them without us.

use data_encoding::BASE64;
use domain::day::Day;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::chain::Hash;

/// A tree head: how many entries a log had at the end of a day, and the root over them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeHead {
    /// Whose tree: `forbear/<book>` for the book, whose entries are its shards' seals, or `forbear/<book>/<shard>`.
    pub origin: String,
    /// Entries.
    pub size: u64,
    /// Root hash.
    pub root: Hash,
    /// The day sealed.
    pub day: Day,
}

impl TreeHead {
    /// The text that is signed: origin, size, root, and the day as an extension line.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\nday {}\n", self.origin, self.size, BASE64.encode(&self.root), self.day)
    }

    /// Signs this head: the text, a blank line, and a line with the key's name, its short id and the signature.
    pub fn sign(&self, key: &SigningKey) -> String {
        let text = self.text();
        let signature = key.sign(text.as_bytes()).to_bytes();
        let id = key_id(&self.origin, &key.verifying_key());
        format!("{text}\n— {} {}\n", self.origin, BASE64.encode(&[&id[..], &signature].concat()))
    }

    /// Reads a signed note and checks its signature. `None` if any byte of it is not as `key` signed it.
    pub fn verify(note: &str, key: &VerifyingKey) -> Option<TreeHead> {
        let (text, signed) = note.split_once("\n\n")?;
        let text = format!("{text}\n");
        let mut lines = text.lines();
        let origin = lines.next()?.to_string();
        let size = lines.next()?.parse().ok()?;
        let root = BASE64.decode(lines.next()?.as_bytes()).ok()?.try_into().ok()?;
        let day = Day::parse(lines.next()?.strip_prefix("day ")?)?;
        let head = TreeHead { origin, size, root, day };
        let line = signed.strip_prefix("— ")?.strip_suffix('\n')?;
        let bytes = BASE64.decode(line.strip_prefix(head.origin.as_str())?.strip_prefix(' ')?.as_bytes()).ok()?;
        let (id, signature) = bytes.split_first_chunk::<4>()?;
        let signature = Signature::from_slice(signature).ok()?;
        let is_ours = *id == key_id(&head.origin, key) && key.verify_strict(text.as_bytes(), &signature).is_ok();
        // Compared whole, so that no other spelling of the same head passes.
        (is_ours && head.text() == text).then_some(head)
    }
}

/// The short id of a key under a name (C2SP signed-note: SHA-256 over name, newline, algorithm 1, key; first four bytes).
fn key_id(name: &str, key: &VerifyingKey) -> [u8; 4] {
    let digest = Sha256::new().chain_update(name).chain_update([b'\n', 1]).chain_update(key.as_bytes()).finalize();
    [digest[0], digest[1], digest[2], digest[3]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_head_reads_back_and_no_byte_of_it_can_change() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let day = Day::parse("2026-11-23").unwrap();
        let head = TreeHead { origin: "forbear/demo/0".into(), size: 12, root: [3; 32], day };
        let note = head.sign(&key);
        assert_eq!(TreeHead::verify(&note, &key.verifying_key()), Some(head));
        assert_eq!(TreeHead::verify(&note, &SigningKey::from_bytes(&[8; 32]).verifying_key()), None);
        for at in 0..note.len() {
            for flip in [1, 2, 32] {
                let mut bytes = note.clone().into_bytes();
                bytes[at] ^= flip;
                let read = String::from_utf8(bytes).ok().and_then(|note| TreeHead::verify(&note, &key.verifying_key()));
                assert_eq!(read, None, "byte {at}");
            }
        }
    }
}
