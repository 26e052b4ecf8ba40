//! Cash that is taken: kept with a number, then posted like a line of a statement, so that a crash between loses neither.

use domain::event::Actor;
use domain::id::EntryId;
use domain::moment::Timestamp;
use domain::money::Money;
use domain::payment;
use domain::refusal::Refusal;
use store::{Asker, Assigned, BankLine, CASH, Error, LineState, Store};

use super::{Matched, entry_of, id, post};

/// What became of a taking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It stands on the account, and its receipt lies in this line.
    Done(String),
    /// No account has this number, or several have.
    NoAccount,
    /// The key was used for another taking.
    Conflict,
    /// It would be no payment of this account: nothing was taken.
    Refused(Refusal),
}

/// Takes `amount` in cash for the account called `number`. The same key again is the same taking.
pub(crate) fn take(store: &Store, key: &str, number: &str, amount: Money, by: Actor, now: Timestamp) -> Result<Taken, Error> {
    let Some((person, account)) = store.reader().account_by_number(number)? else { return Ok(Taken::NoAccount) };
    let on = store.book().day_of(now);
    let line = EntryId(id(CASH, key)).to_string();
    let kept = BankLine {
        line: line.clone(),
        file: CASH.to_owned(),
        account: CASH.to_owned(),
        statement: on.to_string(),
        reference: key.to_owned(),
        on,
        amount,
        currency: store.record().currency.clone(),
        is_credit: true,
        is_reversal: false,
        known_as: vec![number.to_owned()],
        words: None,
        payer: None,
    };
    // Asked before the money is taken: whoever stands at the desk must not go away with a receipt for what counts for nothing.
    let is_new = store.reader().bank_line(&line)?.is_none();
    if is_new
        && let Some(person) = store.reader().person(Asker::Night, person)?
        && let Err(refusal) = payment::receive_cash(&person, account, entry_of(&line), amount, on, now)
    {
        return Ok(Taken::Refused(refusal));
    }
    if store.keep_cash(kept)?.is_none() {
        return Ok(Taken::Conflict);
    }
    store.claim_bank_line(&line, Assigned { person, account, entry: entry_of(&line) }, CASH, by, now)?;
    if let Some(claimed) = store.reader().bank_line(&line)?.filter(|found| found.state == LineState::Claimed) {
        post(store, &claimed, now, &mut Matched::default())?;
    }
    Ok(Taken::Done(line))
}
