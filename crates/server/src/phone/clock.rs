//! The server's word on the time, signed for one phone. A phone that counts on from it by its monotonic clock can say when
//! something happened although nobody trusts the clock on its screen.

use domain::id::DeviceId;
use domain::moment::Timestamp;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// As the phone keeps it.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = ServerTime)]
pub(super) struct Told {
    at: String,
    token: String,
}

/// The time now, for `device` only.
pub(super) fn tell(key: &SigningKey, device: DeviceId, now: Timestamp) -> Told {
    let text = text(device, now.as_microsecond());
    let signature = data_encoding::HEXLOWER.encode(&key.sign(text.as_bytes()).to_bytes());
    Told { at: now.to_string(), token: format!("{text} {signature}") }
}

fn text(device: DeviceId, microseconds: i64) -> String {
    format!("forbear.time/1 {device} {microseconds}")
}

/// When the server said `token` to `device`; none if it did not.
fn read(key: &VerifyingKey, device: DeviceId, token: &str) -> Option<Timestamp> {
    let (said, signature) = token.rsplit_once(' ')?;
    let microseconds: i64 = said.rsplit_once(' ')?.1.parse().ok()?;
    let signature = data_encoding::HEXLOWER.decode(signature.as_bytes()).ok()?;
    let signature = Signature::from_slice(&signature).ok()?;
    let is_ours = said == text(device, microseconds) && key.verify_strict(said.as_bytes(), &signature).is_ok();
    is_ours.then(|| Timestamp::from_microsecond(microseconds).ok()).flatten()
}

/// What a record says of its time.
#[derive(Debug, Deserialize)]
pub(super) struct Said {
    said_at: Timestamp,
    token: Option<String>,
    after_ms: Option<u64>,
    by: By,
}

/// Which clock counted since the server's word.
#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum By {
    Monotonic,
    Wall,
    None,
}

/// What can be said of when a record was made.
pub(super) struct Bounds {
    /// The best anybody knows.
    pub(super) made_at: Timestamp,
    /// Not before the server's word to the phone.
    pub(super) not_before: Option<Timestamp>,
    /// What speaks against it.
    pub(super) doubts: Vec<String>,
}

/// A phone's count may run this far ahead of ours without a doubt.
const AHEAD: SignedDuration = SignedDuration::from_secs(30);
/// A phone's own clock may be this wrong without a doubt.
const WRONG: SignedDuration = SignedDuration::from_mins(2);

/// Bounds what a record says of its time: not before the server's word, not after now.
pub(super) fn bound(key: &VerifyingKey, device: DeviceId, said: &Said, received: Timestamp) -> Bounds {
    let mut doubts = vec![];
    let not_before = said.token.as_deref().and_then(|token| read(key, device, token)).filter(|at| *at <= received);
    let counted = not_before
        .zip(said.after_ms)
        .and_then(|(from, after)| from.checked_add(SignedDuration::from_millis(i64::try_from(after).unwrap_or(i64::MAX))).ok());
    let mut made_at = match counted {
        Some(counted) => counted,
        None => {
            doubts.push("time-unbounded".to_owned());
            said.said_at
        }
    };
    if said.by == By::Wall {
        doubts.push("time-by-wall-clock".to_owned());
    }
    if made_at > received + AHEAD {
        doubts.push("time-after-receipt".to_owned());
    }
    if said.said_at.duration_since(made_at).abs() > WRONG {
        doubts.push("clock-wrong".to_owned());
    }
    made_at = made_at.min(received);
    if let Some(from) = not_before {
        made_at = made_at.max(from);
    }
    Bounds { made_at, not_before, doubts }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICE: DeviceId = DeviceId(7);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    fn check(said_s: i64, token: Option<&str>, after_s: Option<u64>, by: By, made_s: i64, doubts: &[&str]) {
        let key = SigningKey::from_bytes(&[1; 32]);
        let own = tell(&key, DEVICE, at(0)).token;
        let foreign = tell(&SigningKey::from_bytes(&[2; 32]), DEVICE, at(900)).token;
        let others = tell(&key, DeviceId(8), at(900)).token;
        let token = token.map(|which| match which {
            "foreign" => foreign,
            "others" => others,
            _ => own,
        });
        let said = Said { said_at: at(said_s), token, after_ms: after_s.map(|seconds| seconds * 1000), by };
        let bounds = bound(&key.verifying_key(), DEVICE, &said, at(3600));
        assert_eq!(bounds.made_at, at(made_s));
        assert_eq!(bounds.doubts, doubts);
    }

    #[test]
    fn a_record_was_made_after_the_servers_word_and_before_its_receipt_whatever_the_phones_clock_says() {
        check(600, Some("own"), Some(600), By::Monotonic, 600, &[]);
        check(-90_000, Some("own"), Some(600), By::Monotonic, 600, &["clock-wrong"]);
        check(600, Some("own"), Some(90_000), By::Monotonic, 3600, &["time-after-receipt", "clock-wrong"]);
        check(610, Some("own"), Some(600), By::Wall, 600, &["time-by-wall-clock"]);
    }

    #[test]
    fn without_a_word_of_the_server_to_this_phone_the_time_is_in_doubt() {
        check(600, None, None, By::None, 600, &["time-unbounded"]);
        check(600, Some("foreign"), Some(10), By::Monotonic, 600, &["time-unbounded"]);
        check(600, Some("others"), Some(10), By::Monotonic, 600, &["time-unbounded"]);
        check(90_000, None, None, By::None, 3600, &["time-unbounded", "time-after-receipt"]);
    }
}
