//! Signatures of calls in both directions: HMAC-SHA256 (RFC 2104) over the second it was made and the body, so that a call
//! can be neither altered nor kept and sent again later.
//!
//! The header reads `forbear-signature: t=1764150000,v1=9f86…`; while a key is being changed it may carry two `v1`.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The header's name.
pub const HEADER: &str = "forbear-signature";

/// A call older or newer than this many seconds is not taken.
pub const STALE_AFTER: i64 = 300;

/// Why a call is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is not signed.
    Unsigned,
    /// The header cannot be read.
    Unreadable,
    /// It was made too long ago, or lies in the future.
    Stale,
    /// It was signed with another key, or altered since.
    Wrong,
}

impl Fault {
    /// One sentence for whoever called.
    pub const fn says(self) -> &'static str {
        match self {
            Fault::Unsigned => "the call carries no `forbear-signature`",
            Fault::Unreadable => "`forbear-signature` must read `t=<seconds since 1970>,v1=<64 hexadecimal digits>`",
            Fault::Stale => "the call was signed more than five minutes ago or hence; check the clock and sign again",
            Fault::Wrong => "the signature is of another key or of another body",
        }
    }
}

/// The header's value for `body`, made at `at` (seconds since 1970).
pub fn sign(key: &[u8], at: i64, body: &[u8]) -> String {
    format!("t={at},v1={}", HEXLOWER.encode(&mac(key, at, body).finalize().into_bytes()))
}

/// Checks the header of a call with `body` that arrived at `now`.
pub fn check(key: &[u8], header: Option<&str>, now: i64, body: &[u8]) -> Result<(), Fault> {
    let header = header.ok_or(Fault::Unsigned)?;
    let (mut at, mut signatures) = (None, vec![]);
    for part in header.split(',') {
        match part.trim().split_once('=') {
            Some(("t", seconds)) => at = seconds.parse::<i64>().ok(),
            Some(("v1", hex)) => signatures.push(HEXLOWER.decode(hex.as_bytes()).map_err(|_| Fault::Unreadable)?),
            Some(_) => {}
            None => return Err(Fault::Unreadable),
        }
    }
    let at = at.ok_or(Fault::Unreadable)?;
    if signatures.is_empty() {
        return Err(Fault::Unreadable);
    }
    if !(now.saturating_sub(STALE_AFTER)..=now.saturating_add(STALE_AFTER)).contains(&at) {
        return Err(Fault::Stale);
    }
    // `verify_slice` takes the same time whatever differs.
    let is_right = |signature: &Vec<u8>| mac(key, at, body).verify_slice(signature).is_ok();
    if signatures.iter().any(is_right) { Ok(()) } else { Err(Fault::Wrong) }
}

fn mac(key: &[u8], at: i64, body: &[u8]) -> Hmac<Sha256> {
    // HMAC takes keys of any length.
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.update(at.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";
    const NOW: i64 = 1_764_150_000;
    const BODY: &[u8] = br#"{"id":"1","what":"delivered"}"#;

    fn check_of(header: Option<&str>, body: &[u8]) -> Result<(), Fault> {
        check(KEY, header, NOW, body)
    }

    #[test]
    fn the_signature_is_the_one_that_openssl_computes() {
        // printf '1764150000.{"id":"1","what":"delivered"}' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
        let expected = "t=1764150000,v1=a0d616b0732be379daf3f75d7a932cd59976cdc85b417970b97775dafc043159";
        assert_eq!(sign(KEY, NOW, BODY), expected);
    }

    #[test]
    fn a_signed_call_is_taken_within_five_minutes() {
        for at in [NOW - 300, NOW, NOW + 300] {
            assert_eq!(check_of(Some(&sign(KEY, at, BODY)), BODY), Ok(()), "{at}");
        }
        for at in [NOW - 301, NOW + 301, 0, i64::MAX] {
            assert_eq!(check_of(Some(&sign(KEY, at, BODY)), BODY), Err(Fault::Stale), "{at}");
        }
    }

    #[test]
    fn unsigned_foreign_and_altered_calls_are_not_taken() {
        let signed = sign(KEY, NOW, BODY);
        assert_eq!(check_of(None, BODY), Err(Fault::Unsigned));
        assert_eq!(check_of(Some(&signed), br#"{"id":"2","what":"delivered"}"#), Err(Fault::Wrong));
        assert_eq!(check_of(Some(&sign(b"another key", NOW, BODY)), BODY), Err(Fault::Wrong));
        // The second of another call under this call's signature.
        let shifted = signed.replace("1764150000", "1764150001");
        assert_eq!(check_of(Some(&shifted), BODY), Err(Fault::Wrong));
        for header in ["", "t=1764150000", "v1=00", "t=x,v1=00", "t=1764150000,v1=zz", "1764150000"] {
            assert_eq!(check_of(Some(header), BODY), Err(Fault::Unreadable), "{header}");
        }
    }

    #[test]
    fn a_call_may_carry_the_signature_of_the_old_key_beside_the_new() {
        let (old, new) = (sign(b"the old key", NOW, BODY), sign(KEY, NOW, BODY));
        let both = format!("{old},{}", new.split_once(',').unwrap().1);
        assert_eq!(check_of(Some(&both), BODY), Ok(()));
    }
}
