//! What happened to a person, in words, newest first.

use domain::circumstance::Known;
use domain::contact::{Channel, ContactOutcome};
use domain::enforcement::Claim;
use domain::event::{Actor, Event, Recorded};
use domain::law::Law;
use domain::loan::{EntryKind, Part};
use domain::message::Withdrawal;
use fluent_bundle::FluentValue;
use maud::{Markup, html};

use crate::pages::complaints::channel_key;
use crate::pages::outbox;
use crate::pages::parts::lists::{Happened, Tone};
use crate::pages::parts::rule;
use crate::pages::queue::bucket_name;
use crate::pages::visits::permits;
use crate::texts::{Reader, number, value};

/// Events on the page; the whole file can be exported.
const SHOWN: usize = 60;

/// The latest events as lines of a timeline.
pub(super) fn all(reader: &Reader, law: &Law, events: &[Recorded]) -> Vec<Happened> {
    let lines = events.iter().rev().filter_map(|recorded| {
        let (what, tone) = says(reader, law, &recorded.event)?;
        let by = match recorded.actor {
            Actor::Consumer(_) => Some(reader.text("by-consumer")),
            Actor::Staff(_) => Some(reader.text("by-staff")),
            Actor::Import => Some(reader.text("by-import")),
            Actor::Outbox => Some(reader.text("by-outbox")),
            Actor::Provider => Some(reader.text("by-provider")),
            Actor::Night => None,
        };
        Some(Happened { at: reader.moment(recorded.recorded_at), by, what, tone })
    });
    lines.take(SHOWN).collect()
}

fn says(reader: &Reader, law: &Law, event: &Event) -> Option<(Markup, Tone)> {
    let plain = |key: &str| Some((html! { (reader.text(key)) }, Tone::Plain));
    match event {
        Event::PersonRegistered { .. } => plain("event-registered"),
        Event::AddressRecorded { .. } => plain("event-address"),
        Event::CreditDecided { decision, .. } => Some(match decision.limit {
            Some(limit) => (html! { (reader.fill("event-limit", [("limit", value(reader.money(limit)))])) }, Tone::Good),
            None => (html! { (reader.text("event-credit-refused")) }, Tone::Plain),
        }),
        Event::AccountOpened { number, terms, .. } => {
            let says = reader.fill(
                "event-account",
                [
                    ("number", value(number.clone())),
                    ("principal", value(reader.money(terms.principal))),
                    ("count", value(reader.count(i64::from(terms.instalments)))),
                ],
            );
            Some((html! { (says) }, Tone::Plain))
        }
        Event::EntryPosted { entry, .. } => match &entry.kind {
            EntryKind::Payment { amount, .. } => {
                Some((html! { (reader.fill("event-paid", [("amount", value(reader.money(*amount)))])) }, Tone::Good))
            }
            EntryKind::Reversal { .. } => plain("event-reversed"),
            EntryKind::Opening { paid, .. } => {
                let paid = [("amount", value(reader.money(paid[Part::Principal])))];
                Some((html! { (reader.fill("entry-opening", paid)) }, Tone::Plain))
            }
            _ => plain("event-entry"),
        },
        Event::Aged { standing, .. } => {
            let says = reader.fill(
                "event-aged",
                [("bucket", value(bucket_name(standing.bucket))), ("overdue", value(reader.money(standing.overdue)))],
            );
            Some((html! { (says) }, if standing.bucket > 0 { Tone::Warn } else { Tone::Good }))
        }
        Event::AccountSettled { .. } => Some((html! { (reader.text("event-settled")) }, Tone::Good)),
        Event::CaseOpened { .. } => Some((html! { (reader.text("event-case-opened")) }, Tone::Warn)),
        Event::CaseClosed { .. } => Some((html! { (reader.text("event-case-closed")) }, Tone::Good)),
        Event::FollowUpPlanned { .. } => None,
        Event::FileAudited { .. } => plain("event-audited"),
        Event::Contacted { channel, outcome, breaches, .. } => {
            let says = reader.fill(
                "event-contact",
                [
                    ("channel", value(reader.text(channel_key(channel.name())))),
                    ("outcome", value(reader.text(outcome_key(*outcome)))),
                ],
            );
            let what = html! { (says) @if !breaches.is_empty() { (rule::list(reader, law, breaches)) } };
            Some((what, if breaches.is_empty() { Tone::Plain } else { Tone::Stop }))
        }
        Event::ActReserved { channel, at, .. } => {
            let says = reader.fill(
                "event-reserved",
                [("channel", value(reader.text(channel_key(channel.name())))), ("at", value(reader.long_moment(*at)))],
            );
            Some((html! { (says) }, Tone::Plain))
        }
        Event::ReservationReleased { .. } => plain("event-released"),
        Event::WishesStated { .. } => Some((html! { (reader.text("event-wishes")) }, Tone::Care)),
        Event::CircumstanceNoted { known, .. } => {
            let what = match known {
                Known::Fact { fact, .. } => fact.name(),
                Known::Day { of } => of.name(),
                Known::Refused { recipient } => recipient.name(),
                Known::MayBeIn { zone } => zone,
            };
            Some((html! { (reader.text("event-circumstance")) " " code { (what) } }, Tone::Care))
        }
        Event::VisitProposed { .. } => plain("log-visit-proposed"),
        Event::AppointmentChosen { slot, .. } | Event::AppointmentMoved { slot, .. } => {
            Some((html! { (reader.fill("event-agreed", [("at", value(reader.long_moment(slot.from)))])) }, Tone::Good))
        }
        Event::VisitDeclined { .. } => plain("event-declined"),
        Event::VisitAssigned { arrive_at, .. } => {
            Some((html! { (reader.fill("event-assigned", [("at", value(reader.long_moment(*arrive_at)))])) }, Tone::Plain))
        }
        Event::VisitStarted { .. } => plain("log-visit-started"),
        Event::VisitRecorded { breaches, .. } => {
            let what =
                html! { (reader.text("event-visit-recorded")) @if !breaches.is_empty() { (rule::list(reader, law, breaches)) } };
            Some((what, if breaches.is_empty() { Tone::Plain } else { Tone::Stop }))
        }
        Event::VisitClosed { .. } => plain("log-visit-closed"),
        Event::VisitLapsed { .. } => plain("log-visit-lapsed"),
        Event::VisitPermitted { permit } => {
            let says = reader.fill("event-permitted", [("until", value(reader.long_moment(permit.expires_at)))]);
            Some((html! { (says) }, Tone::Good))
        }
        Event::VisitPermitRevoked { because, .. } => {
            let why = reader.text(permits::revocation_key(*because));
            Some((html! { (reader.fill("event-permit-revoked", [("why", value(why))])) }, Tone::Warn))
        }
        Event::VisitCodeTried { is_right, .. } => {
            let (key, tone) = if *is_right { ("event-code-right", Tone::Good) } else { ("event-code-wrong", Tone::Stop) };
            Some((html! { (reader.text(key)) }, tone))
        }
        Event::VisitStopped { because, .. } => Some((html! { (reader.text(permits::stop_key(*because))) }, Tone::Stop)),
        Event::VisitAlertAnswered { .. } => plain("event-alert-answered"),
        Event::Erased { .. } => plain("event-erased"),
        Event::VisitPlaceNamed { .. } => plain("event-place-named"),
        Event::VisitPlaceAccepted { .. } => plain("event-place-accepted"),
        Event::VisitRated { .. } => plain("event-rated"),
        Event::VisitRemarked { .. } => plain("event-remarked"),
        Event::MeansStated { means, evidence, .. } => {
            let capacity = value(reader.money(means.capacity()));
            let says = match evidence.len() {
                0 => reader.fill("event-means", [("capacity", capacity)]),
                papers => reader.fill("event-means-shown", [("capacity", capacity), ("papers", number(papers))]),
            };
            Some((html! { (says) }, Tone::Plain))
        }
        Event::PlanAgreed { .. } => Some((html! { (reader.text("event-plan")) }, Tone::Good)),
        Event::PlanKept { .. } => Some((html! { (reader.text("event-plan-kept")) }, Tone::Good)),
        Event::PlanBroken { .. } => Some((html! { (reader.text("event-plan-broken")) }, Tone::Warn)),
        Event::PromiseMade { amount, due_on, .. } => {
            let says =
                reader.fill("event-promise", [("amount", value(reader.money(*amount))), ("day", value(reader.day(*due_on)))]);
            Some((html! { (says) }, Tone::Plain))
        }
        Event::PromiseJudged { paid, .. } => {
            Some((html! { (reader.fill("event-judged", [("paid", value(reader.money(*paid)))])) }, Tone::Plain))
        }
        Event::PromiseSuperseded { .. } => plain("promise-superseded"),
        Event::PromiseCancelled { .. } => plain("promise-cancelled"),
        Event::PromiseReopened { .. } => plain("event-promise-reopened"),
        Event::PlanReopened { .. } => plain("event-plan-reopened"),
        Event::PlanWithdrawn { .. } => plain("event-plan-withdrawn"),
        Event::ExceptionAsked { .. } => Some((html! { (reader.text("event-exception-asked")) }, Tone::Care)),
        Event::ExceptionDeclined { .. } => plain("event-exception-declined"),
        Event::RespiteBegan { .. } => Some((html! { (reader.text("event-respite-began")) }, Tone::Care)),
        Event::RespiteEnded { .. } => plain("event-respite-ended"),
        Event::RespiteAcknowledged { agency, .. } => {
            Some((html! { (reader.fill("event-respite-acknowledged", [("agency", value(agency.clone()))])) }, Tone::Plain))
        }
        Event::Represented { who: Some(_), .. } => Some((html! { (reader.text("event-represented")) }, Tone::Care)),
        Event::Represented { who: None, .. } => plain("event-represented-no-more"),
        Event::WaiverAsked { amount, .. } => {
            Some((html! { (reader.fill("event-waiver-asked", [("amount", value(reader.money(*amount)))])) }, Tone::Plain))
        }
        Event::WaiverApproved { .. } => Some((html! { (reader.text("event-waiver-approved")) }, Tone::Good)),
        Event::WaiverDeclined { .. } => plain("event-waiver-declined"),
        Event::EnforcementDecided { claim, .. } => {
            let says = reader.fill("event-enforcement-decided", [("what", value(reader.text(claim_key(*claim))))]);
            Some((html! { (says) }, Tone::Warn))
        }
        Event::EnforcementWithdrawn { claim, .. } => {
            let says = reader.fill("event-enforcement-withdrawn", [("what", value(reader.text(claim_key(*claim))))]);
            Some((html! { (says) }, Tone::Good))
        }
        Event::ComplaintOpened { evidence, .. } => {
            let says = match evidence.len() {
                0 => reader.text("event-complaint"),
                papers => reader.fill("event-complaint-shown", [("papers", number(papers))]),
            };
            Some((html! { (says) }, Tone::Care))
        }
        Event::ComplaintAnswered { .. } => Some((html! { (reader.text("log-answered")) }, Tone::Good)),
        Event::MessageQueued { channel, template, .. } => {
            let text = value(outbox::template_title(reader, template));
            let says = reader.fill("event-message-queued", [("text", text), ("channel", way(reader, *channel))]);
            Some((html! { (says) }, Tone::Plain))
        }
        Event::MessagePostponed { until, by, .. } => {
            let says = reader.fill("event-message-postponed", [("at", value(reader.moment(*until)))]);
            Some((html! { (says) (rule::list(reader, law, by)) }, Tone::Good))
        }
        Event::MessageReleased { .. } => plain("event-message-released"),
        Event::MessageSent { .. } => plain("event-message-sent"),
        Event::MessageDelivered { .. } => plain("event-message-delivered"),
        Event::MessageFailed { because, .. } => {
            let why = value(reader.text(outbox::failure_key(because.name())));
            Some((html! { (reader.fill("event-message-failed", [("why", why)])) }, Tone::Warn))
        }
        Event::MessageWithdrawn { because: Withdrawal::Law(by), .. } => {
            let why = value(reader.text("message-withdrawn-law"));
            let says = reader.fill("event-message-withdrawn", [("why", why)]);
            Some((html! { (says) (rule::list(reader, law, by)) }, Tone::Good))
        }
        Event::MessageWithdrawn { because, .. } => {
            let why = value(reader.text(outbox::withdrawal_key(because.name()).unwrap_or("message-withdrawn-law")));
            Some((html! { (reader.fill("event-message-withdrawn", [("why", why)])) }, Tone::Good))
        }
        Event::ReplyReceived { channel, .. } => {
            Some((html! { (reader.fill("event-reply", [("channel", way(reader, *channel))])) }, Tone::Good))
        }
        Event::RecordReceived { record, .. } => {
            let what = html! {
                (reader.text("event-record"))
                @if !record.breaches.is_empty() { (rule::list(reader, law, &record.breaches)) }
                @if !record.beside.is_empty() { (rule::list(reader, law, &record.beside)) }
            };
            Some((what, if record.breaches.is_empty() { Tone::Plain } else { Tone::Stop }))
        }
        Event::EvidenceKept { .. } => None,
        Event::Refused { refusal, .. } => {
            Some((html! { (reader.text("event-refused")) (rule::list(reader, law, &refusal.by)) }, Tone::Good))
        }
    }
}

fn way(reader: &Reader, channel: Channel) -> FluentValue<'static> {
    value(reader.text(channel_key(channel.name())))
}

/// What can be decided about courts, registers and seizure.
pub(crate) fn claim_key(claim: Claim) -> &'static str {
    match claim {
        Claim::Suit => "claim-suit",
        Claim::PaymentOrder => "claim-payment-order",
        Claim::CreditReport => "claim-credit-report",
        Claim::Seizure => "claim-seizure",
    }
}

/// The text of what came of a contact.
pub(crate) fn outcome_key(outcome: ContactOutcome) -> &'static str {
    match outcome {
        ContactOutcome::Sent => "contact-sent",
        ContactOutcome::Reached => "contact-reached",
        ContactOutcome::OtherReached => "contact-other-reached",
        ContactOutcome::NotReached => "contact-not-reached",
        ContactOutcome::WrongNumber => "contact-wrong-number",
    }
}
