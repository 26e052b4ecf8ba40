//! The Merkle tree of RFC 9162 section 2.1: roots, and proofs that an entry is in a log and that a log only grew.

use sha2::{Digest, Sha256};

use crate::chain::Hash;

/// The hash of an entry (RFC 9162 2.1.1). The prefix keeps entries and inner nodes apart.
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(entry).finalize().into()
}

fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The right edge of a growing tree: the roots of its complete subtrees, largest first. Enough to append and to tell the
/// root, in at most 64 hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// How many entries the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds the hash of an entry.
    pub fn push(&mut self, leaf: Hash) {
        let mut node = leaf;
        for _ in 0..self.size.trailing_ones() {
            // There is one peak for every bit set in the size.
            if let Some(left) = self.peaks.pop() {
                node = node_hash(&left, &node);
            }
        }
        self.peaks.push(node);
        self.size += 1;
    }

    /// The root (RFC 9162 2.1.1); that of an empty tree is the hash of nothing.
    pub fn root(&self) -> Hash {
        let smallest_first = self.peaks.iter().rev().copied();
        smallest_first.reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(|| Sha256::digest([]).into())
    }

    /// The peaks as bytes, to be kept beside the size.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        self.peaks.concat()
    }

    /// Reads what [`Frontier::to_bytes`] wrote. `None` if it does not fit the size.
    pub(crate) fn from_bytes(size: u64, bytes: &[u8]) -> Option<Frontier> {
        let (peaks, rest) = bytes.as_chunks::<32>();
        let fits = rest.is_empty() && peaks.len() == size.count_ones() as usize;
        fits.then(|| Frontier { size, peaks: peaks.to_vec() })
    }
}

/// The root of the tree over `leaves`.
pub fn root(leaves: &[Hash]) -> Hash {
    let mut frontier = Frontier::default();
    leaves.iter().for_each(|leaf| frontier.push(*leaf));
    frontier.root()
}

/// The proof that the entry at `index` is in the tree over `leaves` (RFC 9162 2.1.3.1). `None` if there is no such entry.
pub fn inclusion_proof(leaves: &[Hash], index: usize) -> Option<Vec<Hash>> {
    let mut proof = vec![];
    let (mut leaves, mut index) = (leaves, index);
    if index >= leaves.len() {
        return None;
    }
    while leaves.len() > 1 {
        let (left, right) = leaves.split_at(split(leaves.len()));
        (leaves, index) = if index < left.len() {
            proof.push(root(right));
            (left, index)
        } else {
            proof.push(root(left));
            (right, index - left.len())
        };
    }
    proof.reverse();
    Some(proof)
}

/// The proof that the tree over the first `earlier` of `leaves` grew into the tree over all of them (RFC 9162 2.1.4.1).
/// `None` if there are not so many, or none.
pub fn consistency_proof(leaves: &[Hash], earlier: usize) -> Option<Vec<Hash>> {
    if earlier == 0 || earlier > leaves.len() {
        return None;
    }
    let mut proof = vec![];
    let (mut leaves, mut earlier, mut is_whole) = (leaves, earlier, true);
    while earlier < leaves.len() {
        let (left, right) = leaves.split_at(split(leaves.len()));
        if earlier <= left.len() {
            proof.push(root(right));
            leaves = left;
        } else {
            proof.push(root(left));
            (leaves, earlier, is_whole) = (right, earlier - left.len(), false);
        }
    }
    if !is_whole {
        proof.push(root(leaves));
    }
    proof.reverse();
    Some(proof)
}

/// Whether `proof` shows that `leaf` is entry `index` of the tree of `size` with this `root` (RFC 9162 2.1.3.2).
pub fn is_included(leaf: Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last, mut node) = (index, size - 1, leaf);
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            node = node_hash(sibling, &node);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            node = node_hash(&node, sibling);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && node == *root
}

/// Whether `proof` shows that the tree of `earlier` entries with root `from` grew into the one of `later` entries with
/// root `to` (RFC 9162 2.1.4.2).
pub fn is_consistent(earlier: u64, later: u64, proof: &[Hash], from: &Hash, to: &Hash) -> bool {
    if earlier == 0 || earlier > later {
        return false;
    }
    if earlier == later {
        return proof.is_empty() && from == to;
    }
    let mut rest = proof.iter();
    let start = if earlier.is_power_of_two() { Some(from) } else { rest.next() };
    let Some(start) = start else { return false };
    let (mut at, mut last) = (earlier - 1, later - 1);
    while at & 1 == 1 {
        (at, last) = (at >> 1, last >> 1);
    }
    let (mut old, mut new) = (*start, *start);
    for sibling in rest {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            (old, new) = (node_hash(sibling, &old), node_hash(sibling, &new));
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            new = node_hash(&new, sibling);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && old == *from && new == *to
}

/// The largest power of two below `count`, which is at least two.
fn split(count: usize) -> usize {
    1 << (count - 1).ilog2()
}

#[cfg(test)]
mod tests {
    use ct_merkle::RootHash;
    use ct_merkle::mem_backed_tree::MemoryBackedTree;

    use super::*;

    fn leaves(count: usize) -> Vec<Hash> {
        (0..count).map(|at| leaf_hash(&at.to_be_bytes())).collect()
    }

    /// The same tree by another implementation.
    fn oracle(count: usize) -> MemoryBackedTree<Sha256, Vec<u8>> {
        let mut tree = MemoryBackedTree::new();
        (0..count).for_each(|at| tree.push(at.to_be_bytes().to_vec()));
        tree
    }

    #[test]
    fn roots_agree_with_another_implementation_for_every_size() {
        for count in 0..130 {
            let theirs: RootHash<Sha256> = oracle(count).root();
            assert_eq!(root(&leaves(count)).as_slice(), theirs.as_bytes().as_slice(), "{count}");
        }
    }

    #[test]
    fn every_proof_holds_and_agrees_and_no_forged_one_does() {
        let all = leaves(66);
        for size in 1..=all.len() {
            let (tree, theirs) = (&all[..size], oracle(size));
            let top = root(tree);
            for index in 0..size {
                let proof = inclusion_proof(tree, index).unwrap();
                assert_eq!(proof.concat(), theirs.prove_inclusion(index).as_bytes());
                assert!(is_included(tree[index], index as u64, size as u64, &proof, &top));
                let fails = |leaf, index, size, proof: &[Hash]| assert!(!is_included(leaf, index, size, proof, &top));
                fails(leaf_hash(b"other"), index as u64, size as u64, &proof);
                fails(tree[index], index as u64 + 1, size as u64, &proof);
                fails(tree[index], index as u64, size as u64, &[&proof[..], &[top]].concat());
                if let Some((_, shorter)) = proof.split_last() {
                    fails(tree[index], index as u64, size as u64, shorter);
                }
            }
            for earlier in 1..=size {
                let (proof, from) = (consistency_proof(tree, earlier).unwrap(), root(&all[..earlier]));
                if earlier < size {
                    assert_eq!(proof.concat(), theirs.prove_consistency(size - earlier).as_bytes());
                }
                let holds = |from: &Hash, to: &Hash, proof: &[Hash]| is_consistent(earlier as u64, size as u64, proof, from, to);
                assert!(holds(&from, &top, &proof), "{earlier} of {size}");
                assert!(!holds(&leaf_hash(b"other"), &top, &proof));
                assert!(!holds(&from, &leaf_hash(b"other"), &proof));
                assert!(!holds(&from, &top, &[&proof[..], &[top]].concat()));
            }
        }
        assert_eq!(inclusion_proof(&all, all.len()), None);
        assert_eq!(consistency_proof(&all, 0), None);
    }

    #[test]
    fn a_frontier_that_was_kept_goes_on_where_it_stood() {
        let mut whole = Frontier::default();
        for leaf in leaves(70) {
            whole = Frontier::from_bytes(whole.size(), &whole.to_bytes()).unwrap();
            whole.push(leaf);
        }
        assert_eq!(whole.root(), root(&leaves(70)));
        assert_eq!(Frontier::from_bytes(3, &[0; 32]), None);
        assert_eq!(Frontier::from_bytes(1, &[0; 31]), None);
    }
}
