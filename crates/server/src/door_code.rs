//! The code for the door: two words and three digits that the collector must say first. It is made of the book's key, the
//! visit and its hour, and kept nowhere: a visit that moves has another one.

use std::sync::LazyLock;

use domain::id::VisitId;
use domain::visit::Slot;
use ed25519_dalek::{Signer, SigningKey};
use sha2::{Digest, Sha256};

use crate::texts::Lang;

/// A code, as the places of its words in the list and a number below a thousand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DoorCode {
    words: [usize; 2],
    digits: u16,
}

/// The same word in the three languages, by line; tabs between.
const WORDS: &str = include_str!("../texts/door_words.tsv");

static LIST: LazyLock<Vec<[&'static str; 3]>> =
    LazyLock::new(|| WORDS.lines().filter_map(|line| line.split('\t').collect::<Vec<_>>().try_into().ok()).collect());

impl DoorCode {
    /// The code of a visit in its agreed hour. Signatures by Ed25519 are the same every time and cannot be guessed without
    /// the key, so the hash of one serves as chance that needs no keeping.
    pub(crate) fn of(visit: VisitId, slot: &Slot, key: &SigningKey) -> DoorCode {
        let text = format!("forbear.code/1\n{visit}\n{}\n{}\n", slot.from.as_second(), slot.until.as_second());
        let digest = Sha256::digest(key.sign(text.as_bytes()).to_bytes());
        let number = |at: usize| u32::from_be_bytes([digest[at], digest[at + 1], digest[at + 2], digest[at + 3]]);
        let word = |at: usize| number(at) as usize % LIST.len();
        // The second word is another than the first: "pine pine" sounds like a mistake.
        let first = word(0);
        let second = (first + 1 + number(4) as usize % (LIST.len() - 1)) % LIST.len();
        DoorCode { words: [first, second], digits: (number(8) % 1_000) as u16 }
    }

    /// As it is said in `lang`: `PINE CRANE 472`.
    pub(crate) fn said_in(self, lang: Lang) -> String {
        let word = |at: usize| LIST[self.words[at]][lang as usize];
        match lang {
            Lang::Hans | Lang::Hant => format!("{} {} {:03}", word(0), word(1), self.digits),
            Lang::En => format!("{} {} {:03}", word(0), word(1), self.digits).to_uppercase(),
        }
    }

    /// Whether `said`, in whichever of the three languages, is this code. Case, spaces and full-width digits do not matter.
    pub(crate) fn is_said(self, said: &str) -> bool {
        let said = plain(said);
        Lang::ALL.into_iter().any(|lang| plain(&self.said_in(lang)) == said)
    }
}

/// What was typed, without what people type differently.
fn plain(said: &str) -> String {
    let narrow = |letter: char| match letter {
        '０'..='９' => char::from_u32(letter as u32 - '０' as u32 + '0' as u32).unwrap_or(letter),
        letter => letter,
    };
    said.chars().filter(|letter| letter.is_alphanumeric()).map(narrow).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn slot(from: i64) -> Slot {
        let at = |second| jiff::Timestamp::from_second(second).unwrap();
        Slot { from: at(from), until: at(from + 3600) }
    }

    fn code(visit: u64, from: i64) -> DoorCode {
        DoorCode::of(VisitId(visit), &slot(from), &SigningKey::from_bytes(&[7; 32]))
    }

    #[test]
    fn a_code_is_the_same_for_everybody_who_asks_and_another_after_the_visit_moved() {
        assert_eq!(code(5, 1_800_000_000), code(5, 1_800_000_000));
        assert_ne!(code(5, 1_800_000_000), code(5, 1_800_003_600));
        assert_ne!(code(5, 1_800_000_000), code(6, 1_800_000_000));
        let other_key = DoorCode::of(VisitId(5), &slot(1_800_000_000), &SigningKey::from_bytes(&[8; 32]));
        assert_ne!(code(5, 1_800_000_000), other_key);
    }

    #[test]
    fn a_code_may_be_said_in_any_of_the_languages_and_typed_as_people_type() {
        let code = code(5, 1_800_000_000);
        for lang in Lang::ALL {
            let said = code.said_in(lang);
            assert!(code.is_said(&said), "{said}");
            assert!(code.is_said(&said.to_lowercase().replace(' ', "")), "{said}");
            assert!(code.is_said(&format!("  {}。", said.replace(' ', "，"))), "{said}");
        }
        let wide: String = code
            .said_in(Lang::Hans)
            .chars()
            .map(|it| it.to_digit(10).map_or(it, |digit| char::from_u32('０' as u32 + digit).unwrap()))
            .collect();
        assert!(code.is_said(&wide), "{wide}");
        for wrong in ["", "472", "PINE CRANE", &format!("{}1", code.said_in(Lang::En))] {
            assert!(!code.is_said(wrong), "{wrong}");
        }
    }

    #[test]
    fn every_word_is_written_in_three_languages_and_stands_once() {
        assert_eq!(LIST.len(), WORDS.lines().count());
        assert_eq!(LIST.len(), 128);
        for lang in 0..3 {
            let words: BTreeSet<&str> = LIST.iter().map(|line| line[lang]).collect();
            assert_eq!(words.len(), LIST.len(), "language {lang}");
        }
    }

    #[test]
    fn ten_thousand_visits_have_nearly_as_many_codes() {
        let codes: BTreeSet<String> = (0..10_000).map(|visit| code(visit, 1_800_000_000).said_in(Lang::En)).collect();
        assert!(codes.len() > 9_990, "{}", codes.len());
    }
}
