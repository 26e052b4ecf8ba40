//! What a rule says, in the reader's language: the law's in the words of its pack, our own from the catalogue.

use domain::law::{Cite, Law, Says};
use maud::{Markup, html};

use crate::texts::{Reader, in_language};

/// Our own rules and the keys of their texts.
const OURS: &[(&str, &str)] = &[
    ("ACCOUNT-TWICE", "rule-account-twice"),
    ("ACCOUNT-UNKNOWN", "rule-account-unknown"),
    ("APPEAL-SAME-HAND", "rule-appeal-same-hand"),
    ("APPEAL-TIME", "rule-appeal-time"),
    ("CASE-NONE", "rule-case-none"),
    ("CASH-ABOVE-OWED", "rule-cash-above-owed"),
    ("CASH-ALONE", "rule-cash-alone"),
    ("COMPLAINT-ANSWERED", "rule-complaint-answered"),
    ("COMPLAINT-STOPS", "rule-complaint-stops"),
    ("COMPLAINT-UNKNOWN", "rule-complaint-unknown"),
    ("CREDIT-IN-ARREARS", "rule-credit-in-arrears"),
    ("CREDIT-LIMIT", "rule-credit-limit"),
    ("CREDIT-PAUSED", "rule-credit-paused"),
    ("ENFORCEMENT-DECIDED", "rule-enforcement-decided"),
    ("ENFORCEMENT-NOT-DECIDED", "rule-enforcement-not-decided"),
    ("ENFORCEMENT-PLAN-RUNS", "rule-enforcement-plan-runs"),
    ("ENFORCEMENT-TIME-BARRED", "rule-enforcement-time-barred"),
    ("ERASE-KEPT", "rule-erase-kept"),
    ("ERASE-OPEN", "rule-erase-open"),
    ("EXCEPTION-NONE", "rule-exception-none"),
    ("FILE-CHANGED", "rule-file-changed"),
    ("FILE-INCOMPLETE", "rule-file-incomplete"),
    ("FILE-NOT-AUDITED", "rule-file-not-audited"),
    ("FILE-STALE", "rule-file-stale"),
    ("HARDSHIP-UNKNOWN", "rule-hardship-unknown"),
    ("LAW-PACK", "rule-law-pack"),
    ("LAW-PERMIT", "rule-law-permit"),
    ("PACK-ACTIVE", "rule-pack-active"),
    ("PACK-ALONE", "rule-pack-alone"),
    ("PACK-LATE", "rule-pack-late"),
    ("PACK-TWICE", "rule-pack-twice"),
    ("PACK-UNKNOWN", "rule-pack-unknown"),
    ("MESSAGE-CHANNEL", "rule-message-channel"),
    ("LETTER-CAME-BACK", "rule-letter-came-back"),
    ("LETTER-NOT-SENT", "rule-letter-not-sent"),
    ("MESSAGE-GONE", "rule-message-gone"),
    ("MESSAGE-TWICE", "rule-message-twice"),
    ("MESSAGE-UNKNOWN", "rule-message-unknown"),
    ("MESSAGE-WAITING", "rule-message-waiting"),
    ("PAYMENT-AMOUNT", "rule-payment-amount"),
    ("PAYMENT-BEFORE-LOAN", "rule-payment-before-loan"),
    ("PAYMENT-IN-FUTURE", "rule-payment-in-future"),
    ("PAYMENT-NOT-STANDING", "rule-payment-not-standing"),
    ("PAYMENT-TWICE", "rule-payment-twice"),
    ("PERMIT-EARLY", "rule-permit-early"),
    ("PERMIT-EXPIRED", "rule-permit-expired"),
    ("PERMIT-NONE", "rule-permit-none"),
    ("PERMIT-REVOKED", "rule-permit-revoked"),
    ("PERMIT-TWICE", "rule-permit-twice"),
    ("PLAN-ABOVE-CAPACITY", "rule-plan-above-capacity"),
    ("PLAN-ABOVE-OWED", "rule-plan-above-owed"),
    ("PLAN-AMOUNT", "rule-plan-amount"),
    ("PLAN-DAYS", "rule-plan-days"),
    ("PLAN-ENTRY", "rule-plan-entry"),
    ("PLAN-INTEREST-BY-THE-DAY", "rule-plan-interest-by-the-day"),
    ("PLAN-IS-RESPITE", "rule-plan-is-respite"),
    ("PLAN-MEANS-UNKNOWN", "rule-plan-means-unknown"),
    ("PLAN-NEEDS-SECOND", "rule-plan-needs-second"),
    ("PLAN-NOTHING-DUE", "rule-plan-nothing-due"),
    ("PLAN-NOTHING-OWED", "rule-plan-nothing-owed"),
    ("PLAN-OVERRIDE-ALONE", "rule-plan-override-alone"),
    ("PLAN-TOO-LONG", "rule-plan-too-long"),
    ("PLAN-UNDO-TIME", "rule-plan-undo-time"),
    ("PLAN-UNKNOWN", "rule-plan-unknown"),
    ("PROMISE-ABOVE-OWED", "rule-promise-above-owed"),
    ("PROMISE-AMOUNT", "rule-promise-amount"),
    ("PROMISE-DAY", "rule-promise-day"),
    ("PROMISE-OVER", "rule-promise-over"),
    ("PROMISE-TWICE", "rule-promise-twice"),
    ("PROMISE-UNKNOWN", "rule-promise-unknown"),
    ("REPRESENTED", "rule-represented"),
    ("REPRESENTED-BY-NONE", "rule-represented-by-none"),
    ("RESERVATION-ENDED", "rule-reservation-ended"),
    ("RESERVATION-LATE", "rule-reservation-late"),
    ("RESERVATION-OTHER-ACT", "rule-reservation-other-act"),
    ("RESERVATION-REVOKED", "rule-reservation-revoked"),
    ("RESERVATION-TIME", "rule-reservation-time"),
    ("RESERVATION-TWICE", "rule-reservation-twice"),
    ("RESERVATION-UNKNOWN", "rule-reservation-unknown"),
    ("RESPITE", "rule-respite"),
    ("RESPITE-DAYS", "rule-respite-days"),
    ("RESPITE-NONE", "rule-respite-none"),
    ("RESPITE-NOT-IN-LAW", "rule-respite-not-in-law"),
    ("RESPITE-NOT-TOLD", "rule-respite-not-told"),
    ("RESPITE-RUNS", "rule-respite-runs"),
    ("STAFF-CERTIFICATE", "rule-staff-certificate"),
    ("STATEMENT-UNTRUE", "rule-statement-untrue"),
    ("STRATEGY-LIGHTER", "rule-strategy-lighter"),
    ("TERMS-UNSOUND", "rule-terms-unsound"),
    ("VISIT-ALERT-ANSWERED", "rule-visit-alert-answered"),
    ("VISIT-ALERT-OPEN", "rule-visit-alert-open"),
    ("VISIT-CODE-NOT-NOW", "rule-visit-code-not-now"),
    ("VISIT-ENDED", "rule-visit-ended"),
    ("VISIT-IDENTITY", "rule-visit-identity"),
    ("VISIT-NO-ALERT", "rule-visit-no-alert"),
    ("VISIT-NO-PLACE-NAMED", "rule-visit-no-place-named"),
    ("VISIT-NO-TEAM", "rule-visit-no-team"),
    ("VISIT-NOT-AGREED", "rule-visit-not-agreed"),
    ("VISIT-NOT-RECORDED", "rule-visit-not-recorded"),
    ("VISIT-OTHER-TEAM", "rule-visit-other-team"),
    ("VISIT-OUTSIDE-SLOT", "rule-visit-outside-slot"),
    ("VISIT-PLACE-UNCHECKED", "rule-visit-place-unchecked"),
    ("VISIT-RATED", "rule-visit-rated"),
    ("VISIT-SLOT-NOT-OFFERED", "rule-visit-slot-not-offered"),
    ("VISIT-SLOT-PASSED", "rule-visit-slot-passed"),
    ("VISIT-SLOT-UNLAWFUL", "rule-visit-slot-unlawful"),
    ("VISIT-SLOTS", "rule-visit-slots"),
    ("VISIT-STARTED", "rule-visit-started"),
    ("VISIT-TWICE", "rule-visit-twice"),
    ("VISIT-UNDER-WAY", "rule-visit-under-way"),
    ("VISIT-UNKNOWN", "rule-visit-unknown"),
    ("VISIT-WITHOUT-PERMIT", "rule-visit-without-permit"),
    ("WAIVER-ABOVE-OWED", "rule-waiver-above-owed"),
    ("WAIVER-ALONE", "rule-waiver-alone"),
    ("WAIVER-AUTHORITY", "rule-waiver-authority"),
    ("WAIVER-DECIDED", "rule-waiver-decided"),
    ("WAIVER-UNKNOWN", "rule-waiver-unknown"),
];

/// Rules of records that phones send.
const OF_PHONES: [(&str, &str); 16] = [
    ("DEVICE-REVOKED", "rule-device-revoked"),
    ("LEASE-EXPIRED", "rule-lease-expired"),
    ("LEASE-FORGED", "rule-lease-forged"),
    ("LEASE-NONE", "rule-lease-none"),
    ("LEASE-OTHER", "rule-lease-other"),
    ("MEANS-UNLIKELY", "rule-means-unlikely"),
    ("PLAN-CHANGED-SINCE", "rule-plan-changed-since"),
    ("PLAN-NOT-SIGNED", "rule-plan-not-signed"),
    ("RECORD-BODY", "rule-record-body"),
    ("RECORD-CONFLICT", "rule-record-conflict"),
    ("RECORD-FORM", "rule-record-form"),
    ("RECORD-KIND", "rule-record-kind"),
    ("RECORD-SEQUENCE", "rule-record-sequence"),
    ("RECORD-SIGNATURE", "rule-record-signature"),
    ("VISIT-NOT-YOURS", "rule-visit-not-yours"),
    ("VISIT-RECORDED-TWICE", "rule-visit-recorded-twice"),
];

/// The sentence of a rule. A rule that nobody wrote a sentence for is named by its id.
pub(crate) fn says(reader: &Reader, law: &Law, id: &str) -> String {
    if let Some((says, _)) = of_the_law(law, id) {
        return said(reader, says).to_owned();
    }
    OURS.iter().chain(&OF_PHONES).find(|(ours, _)| *ours == id).map_or_else(|| id.to_owned(), |(_, key)| reader.text(key))
}

/// Where a rule of the law is written; none for our own.
pub(crate) fn cite(law: &Law, id: &str) -> Option<String> {
    let (_, cites) = of_the_law(law, id)?;
    Some(cites.iter().map(|cite| cite.text.as_str()).collect::<Vec<_>>().join("; "))
}

/// A pack's sentence in the reader's language.
pub(crate) fn said<'a>(reader: &Reader, says: &'a Says) -> &'a str {
    in_language(reader.lang, says)
}

/// Rules with their sentences, ids and sources.
pub(crate) fn list(reader: &Reader, law: &Law, ids: &[String]) -> Markup {
    html! {
        ul.by { @for id in ids {
            li { (says(reader, law, id)) " " span.dim { code { (id) } @if let Some(cite) = cite(law, id) { " " (cite) } } }
        } }
    }
}

fn of_the_law<'a>(law: &'a Law, id: &str) -> Option<(&'a Says, &'a [Cite])> {
    law.packs().iter().rev().find_map(|pack| {
        let conduct = pack.rule(id).map(|rule| (&rule.says, rule.cites.as_slice()));
        conduct.or_else(|| pack.money.rules.iter().find(|rule| rule.id == id).map(|rule| (&rule.says, rule.cites.as_slice())))
    })
}
