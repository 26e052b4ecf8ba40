//! What a check or an exception applies to, made ready for asking a million times a second.

use super::facts::FactSet;
use super::pack::Scope;
use super::situation::Situation;
use super::words::{Word, Words};

/// A [`Scope`] as masks: one bit for each word that it admits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    channels: u32,
    purposes: u32,
    recipients: u32,
    institutions: u32,
    actors: u32,
    products: u32,
    facts: u128,
    without: u128,
}

/// Whether a scope holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Yes,
    No,
    /// On these facts, which are not known.
    Depends(u128),
}

impl Reach {
    pub(super) fn of(scope: &Scope) -> Reach {
        Reach {
            channels: admitted(scope.channels, scope.except_channels),
            purposes: admitted(scope.purposes, scope.except_purposes),
            recipients: admitted(scope.recipients, scope.except_recipients),
            institutions: admitted(scope.institutions, Words::NONE),
            actors: admitted(scope.actors, Words::NONE),
            products: admitted(scope.products, scope.except_products),
            facts: FactSet::bits(scope.facts),
            without: FactSet::bits(scope.without),
        }
    }

    /// Whether it holds: yes, no, or depending on a fact that is not known.
    pub(super) fn holds(&self, situation: &Situation) -> Holds {
        let admits = has(self.channels, situation.channel)
            && has(self.purposes, situation.purpose)
            && has(self.recipients, situation.recipient)
            && has(self.institutions, situation.institution)
            && has(self.actors, situation.actor)
            && has(self.products, situation.product);
        if !admits {
            return Holds::No;
        }
        let asked = self.facts | self.without;
        if asked == 0 {
            return Holds::Yes;
        }
        if situation.facts.any_false(self.facts) || situation.facts.any_true(self.without) {
            return Holds::No;
        }
        match situation.facts.unknown(asked) {
            0 => Holds::Yes,
            unknown => Holds::Depends(unknown),
        }
    }
}

/// Every word of `only`, or any word where it is empty, but none of `except`.
fn admitted<T: Word>(only: Words<T>, except: Words<T>) -> u32 {
    let any = if only.is_empty() { u32::MAX } else { only.bits() as u32 };
    any & !(except.bits() as u32)
}

fn has<T: Word>(mask: u32, word: T) -> bool {
    mask & 1 << word.place() != 0
}
