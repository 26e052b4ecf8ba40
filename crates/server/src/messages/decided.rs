//! Texts that speak of a court, a register or seizure. They take the proof by value: without a decision that stands on the case
//! there is none, and the text does not compile.

use domain::enforcement::{Claim, Proof};

use super::template::Written;
use crate::texts::{Reader, value};

/// What was decided and since when, and that there are still ways out.
pub(crate) fn announce(reader: &Reader, lender: &str, name: &str, proof: Proof) -> Written {
    let facts =
        [("name", value(name.to_owned())), ("lender", value(lender.to_owned())), ("day", value(reader.day(proof.decided_on())))];
    let key = match proof.claim() {
        Claim::Suit => "message-decided-suit",
        Claim::PaymentOrder => "message-decided-payment-order",
        Claim::CreditReport => "message-decided-credit-report",
        Claim::Seizure => "message-decided-seizure",
    };
    Written { subject: reader.text("message-decided-subject"), text: reader.fill(key, facts) }
}
