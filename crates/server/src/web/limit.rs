//! A limit on how often somebody may ask something that needs no account.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// Questions a minute from one address; enough for a family at a door, too few for reading out all badges.
const A_MINUTE: u32 = 20;
/// Addresses remembered in one minute. Beyond it all new ones are refused until the minute ends.
const ADDRESSES: usize = 10_000;

/// Counts of this minute, by address.
#[derive(Default)]
pub(crate) struct Limit {
    minute: Mutex<(i64, HashMap<String, u32>)>,
}

impl Limit {
    /// Whether `address` may ask once more at `now`.
    pub(crate) fn may(&self, address: &str, now: Timestamp) -> bool {
        let mut guard = self.minute.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = now.as_second().div_euclid(60);
        if guard.0 != minute {
            *guard = (minute, HashMap::new());
        }
        if guard.1.len() >= ADDRESSES && !guard.1.contains_key(address) {
            return false;
        }
        let count = guard.1.entry(address.to_owned()).or_default();
        *count += 1;
        *count <= A_MINUTE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_questions_a_minute_and_each_address_for_itself() {
        let limit = Limit::default();
        let at = |second: i64| Timestamp::from_second(1_800_000_000 + second).unwrap();
        assert!((0..20).all(|_| limit.may("a", at(0))));
        assert!(!limit.may("a", at(1)));
        assert!(limit.may("b", at(1)));
        assert!(limit.may("a", at(60)));
    }
}
