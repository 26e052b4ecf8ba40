//! Passwords of staff, after NIST SP 800-63B-4, section 3.1.1: long rather than odd, none of those that everybody tries
//! first, kept as Argon2id hashes, and compared in the same time whether or not there is such a person.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use unicode_normalization::UnicodeNormalization;

/// Characters at least. There are no rules about what kinds they must be of: those make passwords worse.
pub(crate) const SHORTEST: usize = 15;
/// Characters at most, so that nobody makes us hash a book.
const LONGEST: usize = 200;

/// Why a password will not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weak {
    /// Fewer than [`SHORTEST`] characters.
    Short,
    /// Too long to be read.
    Long,
    /// Among the first that anybody would try.
    Common,
}

impl Weak {
    /// The key of the text that says how to mend it.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Weak::Short => "password-short",
            Weak::Long => "password-long",
            Weak::Common => "password-common",
        }
    }

    /// The same for the command line.
    pub(crate) fn says(self) -> &'static str {
        match self {
            Weak::Short => "the password has fewer than 15 characters; four or five words make a good one",
            Weak::Long => "the password has more than 200 characters; choose a shorter one",
            Weak::Common => "this password is among the first that anybody would try; choose another",
        }
    }
}

/// Whether a new password will do. `known` is what others know of its owner: a name, a badge.
pub(crate) fn check(password: &str, known: &[&str]) -> Result<(), Weak> {
    let password = normal(password);
    match password.chars().count() {
        length if length < SHORTEST => return Err(Weak::Short),
        length if length > LONGEST => return Err(Weak::Long),
        _ => {}
    }
    let plain: String = password.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    let is_known = known.iter().map(|it| it.trim().to_lowercase()).any(|it| !it.is_empty() && is_repeated(&plain, &it));
    if is_known || is_one_pattern(&plain) || TRIED_FIRST.iter().any(|tried| is_repeated(&plain, tried)) {
        return Err(Weak::Common);
    }
    Ok(())
}

/// What is kept of a password: the Argon2id hash in PHC form, with 19 MiB of memory and two passes (OWASP's first choice).
pub(crate) fn hash(password: &str) -> anyhow::Result<String> {
    let hash = Argon2::default().hash_password(normal(password).as_bytes());
    Ok(hash.map_err(|error| anyhow::anyhow!("hashing a password failed: {error}"))?.to_string())
}

/// Whether `password` is the one that `kept` was made of. Without one it is not, after the same work.
pub(crate) fn is(password: &str, kept: Option<&str>) -> bool {
    static NOBODYS: LazyLock<String> = LazyLock::new(|| hash("nobody signs in with this one").unwrap_or_default());
    let password: String = password.chars().take(LONGEST + 1).collect();
    let phc = PasswordHash::new(kept.unwrap_or(NOBODYS.as_str()));
    let matches = phc.is_ok_and(|phc| Argon2::default().verify_password(normal(&password).as_bytes(), &phc).is_ok());
    matches && kept.is_some()
}

/// The same characters typed on another keyboard are the same password (NFKC).
fn normal(password: &str) -> String {
    password.nfkc().collect()
}

/// Whether `text` is `part` over and over, with at most four other characters behind it.
fn is_repeated(text: &str, part: &str) -> bool {
    let mut rest = text;
    let mut times = 0;
    while let Some(after) = rest.strip_prefix(part) {
        (rest, times) = (after, times + 1);
    }
    times > 0 && rest.chars().count() <= 4
}

/// One character, or a run along the keyboard's rows, over and over.
fn is_one_pattern(text: &str) -> bool {
    let mut chars: Vec<char> = text.chars().collect();
    chars.sort_unstable();
    chars.dedup();
    chars.len() <= 3
}

/// What stands at the head of every list of stolen passwords, and what this trade would add to it.
const TRIED_FIRST: [&str; 40] = [
    "password",
    "passw0rd",
    "p@ssword",
    "p@ssw0rd",
    "123456789012345",
    "1234567890",
    "0123456789",
    "123456789",
    "12345678",
    "qwertyuiopasdfghjkl",
    "qwertyuiop",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv",
    "1qaz2wsx",
    "qazwsxedcrfvtgb",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijklmnop",
    "abcdefgh",
    "administrator",
    "letmein",
    "iloveyou",
    "welcome",
    "changeme",
    "changeit",
    "correcthorsebatterystaple",
    "woaini",
    "woaini1314",
    "5201314",
    "88888888",
    "66666666",
    "mima",
    "forbear",
    "collection",
    "collector",
    "cuishou",
    "chongqing",
    "shanghai",
    "beijing",
    "trustno1",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(password: &str, expected: Result<(), Weak>) {
        assert_eq!(check(password, &["chen.siyuan", "陈思远"]), expected, "{password}");
    }

    #[test]
    fn length_is_what_is_asked_for_and_nothing_else() {
        check_one("fourteen chars", Err(Weak::Short));
        check_one("fifteen charss!", Ok(()));
        check_one("all lower case words are fine", Ok(()));
        check_one("春眠不觉晓处处闻啼鸟夜来风雨声", Ok(()));
        check_one(&"long".repeat(51), Err(Weak::Long));
    }

    #[test]
    fn what_anybody_would_try_first_is_turned_down() {
        for tried in [
            "passwordpassword",
            "Password Password 1",
            "123456789012345",
            "aaaaaaaaaaaaaaaa",
            "121212121212121212",
            "qwertyuiopasdfghjkl",
            "correct horse battery staple",
            "chen.siyuanchen.siyuan",
            "forbearforbear2026",
        ] {
            check_one(tried, Err(Weak::Common));
        }
    }

    #[test]
    fn a_password_opens_for_its_owner_only() {
        let kept = hash("fünf Wörter, lang genug").unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(is("fünf Wörter, lang genug", Some(&kept)));
        assert!(is("fu\u{308}nf Wo\u{308}rter, lang genug", Some(&kept)), "composed on another keyboard");
        for other in ["", "funf Worter, lang genug", "nobody signs in with this one"] {
            assert!(!is(other, Some(&kept)), "{other}");
            assert!(!is(other, None), "{other}");
        }
        assert!(!is("x", Some("not a hash")));
    }
}
