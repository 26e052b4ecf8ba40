//! `/me/contacts`: who contacted me, under which rules, what was stopped, and what was written down about it.

use domain::contact::Direction;
use domain::event::{Event, Recorded};
use domain::id::MessageId;
use domain::law::{Finding, Law};
use domain::visit::{Doorstep, Met};
use maud::{Markup, html};

use super::{Me, words_of};
use crate::messages::Words;
use crate::pages::complaints::channel_key;
use crate::pages::parts::lists::{self, Happened, Tone};
use crate::pages::parts::rule;
use crate::pages::people::outcome_key;
use crate::pages::visits::permits;
use crate::texts::{Reader, number, value};

/// The page's body.
pub(super) fn body(reader: &Reader, law: &Law, me: &Me) -> Markup {
    let happened: Vec<Happened> = me.events.iter().rev().filter_map(|recorded| line(reader, law, me, recorded)).collect();
    html! {
        a.back href="/me" { (reader.text("back")) }
        h1 { (reader.text("contacts")) }
        p { (reader.text("contacts-says")) }
        @if happened.is_empty() { p.empty { (reader.text("contacts-none")) } } @else { (lists::timeline(&happened)) }
        p { a href="/me/complain" { (reader.text("way-complain")) } }
    }
}

fn line(reader: &Reader, law: &Law, me: &Me, recorded: &Recorded) -> Option<Happened> {
    let (says, tone, below) = what(reader, law, me, &recorded.event)?;
    let words = match &recorded.event {
        Event::MessageReleased { message, .. } => written(me, *message),
        event => words_of(event).and_then(|note| me.words.get(&note.id)).cloned(),
    };
    let what = html! {
        (says)
        (below)
        @if let Some(words) = words { blockquote.text { (words) } }
    };
    Some(Happened { at: reader.moment(recorded.recorded_at), by: None, what, tone })
}

/// The words of a message to the person.
fn written(me: &Me, message: MessageId) -> Option<String> {
    let note = me.words.get(&me.person.messages.get(&message)?.words.id)?;
    Words::read(note).map(|words| words.text)
}

fn what(reader: &Reader, law: &Law, me: &Me, event: &Event) -> Option<(String, Tone, Markup)> {
    let none = || html! {};
    let said = match event {
        Event::Contacted { channel, direction: Direction::Outbound, outcome, finding, breaches, .. } => {
            let says = reader.fill(
                "event-contact",
                [
                    ("channel", value(reader.text(channel_key(channel.name())))),
                    ("outcome", value(reader.text(outcome_key(*outcome)))),
                ],
            );
            let below = html! { @if breaches.is_empty() { (allowed(reader, law, finding.as_ref())) } @else { (broken(reader, law, breaches)) } };
            (says, if breaches.is_empty() { Tone::Plain } else { Tone::Warn }, below)
        }
        Event::Contacted { channel, direction: Direction::Inbound, .. } => {
            (reader.fill("contacts-inbound", [("channel", value(reader.text(channel_key(channel.name()))))]), Tone::Plain, none())
        }
        Event::MessageReleased { message, finding, .. } => {
            let channel = me.person.messages.get(message)?.channel;
            let says = reader.fill("contacts-message", [("channel", value(reader.text(channel_key(channel.name()))))]);
            (says, Tone::Plain, allowed(reader, law, Some(finding)))
        }
        Event::ReplyReceived { channel, .. } => {
            (reader.fill("contacts-inbound", [("channel", value(reader.text(channel_key(channel.name()))))]), Tone::Plain, none())
        }
        Event::VisitProposed { finding, .. } => {
            (reader.text("log-visit-proposed"), Tone::Plain, allowed(reader, law, Some(finding)))
        }
        Event::AppointmentChosen { slot, .. } | Event::AppointmentMoved { slot, .. } => {
            (reader.fill("event-agreed", [("at", value(reader.long_moment(slot.from)))]), Tone::Good, none())
        }
        Event::VisitDeclined { .. } => (reader.text("contacts-declined"), Tone::Good, none()),
        Event::VisitAssigned { arrive_at, .. } => {
            (reader.fill("event-assigned", [("at", value(reader.long_moment(*arrive_at)))]), Tone::Plain, none())
        }
        Event::VisitStarted { finding, .. } => {
            (reader.text("log-visit-started"), Tone::Plain, allowed(reader, law, Some(finding)))
        }
        Event::VisitRecorded { visit, doorstep, breaches } => {
            let below = html! { (doorstep_says(reader, doorstep)) p { a href={ "/me/visits/" (visit) } { (reader.text("record")) } } @if !breaches.is_empty() { (broken(reader, law, breaches)) } };
            (reader.text("event-visit-recorded"), if breaches.is_empty() { Tone::Plain } else { Tone::Warn }, below)
        }
        Event::VisitClosed { .. } => (reader.text("log-visit-closed"), Tone::Plain, none()),
        Event::VisitLapsed { .. } => (reader.text("log-visit-lapsed"), Tone::Plain, none()),
        Event::VisitPermitted { permit } => (
            reader.fill("event-permitted", [("until", value(reader.long_moment(permit.expires_at)))]),
            Tone::Plain,
            allowed(reader, law, Some(&permit.finding)),
        ),
        Event::VisitPermitRevoked { because, .. } => {
            let why = reader.text(permits::revocation_key(*because));
            (reader.fill("event-permit-revoked", [("why", value(why))]), Tone::Good, none())
        }
        Event::VisitCodeTried { is_right, .. } => {
            let (key, tone) = if *is_right { ("event-code-right", Tone::Good) } else { ("event-code-wrong", Tone::Warn) };
            (reader.text(key), tone, none())
        }
        Event::VisitStopped { because, .. } => (reader.text(permits::stop_key(*because)), Tone::Warn, none()),
        Event::VisitAlertAnswered { .. } => (reader.text("event-alert-answered"), Tone::Plain, none()),
        Event::VisitPlaceNamed { .. } => (reader.text("event-place-named"), Tone::Plain, none()),
        Event::VisitPlaceAccepted { .. } => (reader.text("event-place-accepted"), Tone::Plain, none()),
        Event::VisitRated { .. } => (reader.text("event-rated"), Tone::Plain, none()),
        Event::VisitRemarked { .. } => (reader.text("event-remarked"), Tone::Plain, none()),
        Event::ComplaintOpened { matter, .. } => (crate::pages::complaints::what(reader, matter), Tone::Care, none()),
        Event::WishesStated { .. } => (reader.text("contacts-wishes"), Tone::Good, none()),
        Event::CircumstanceNoted { .. } => (reader.text("contacts-circumstance"), Tone::Plain, none()),
        Event::ComplaintAnswered { .. } => (reader.text("log-answered"), Tone::Good, none()),
        Event::Refused { refusal, .. } => (reader.text("event-refused"), Tone::Good, rule::list(reader, law, &refusal.by)),
        _ => return None,
    };
    Some(said)
}

/// Under which rules it was allowed; that nobody asked is said too.
fn allowed(reader: &Reader, law: &Law, finding: Option<&Finding>) -> Markup {
    html! {
        @match finding {
            Some(finding) => details {
                summary { (reader.fill("contacts-allowed", [("count", number(finding.rules.len()))])) }
                (rule::list(reader, law, &finding.rules))
            },
            None => p.dim { (reader.text("contacts-unasked")) },
        }
    }
}

fn broken(reader: &Reader, law: &Law, breaches: &[String]) -> Markup {
    html! { p { strong { (reader.text("contacts-broken")) } } (rule::list(reader, law, breaches)) p { a href="/me/complain" { (reader.text("way-complain")) } } }
}

/// What was written down at the door, as facts.
pub(in crate::pages) fn doorstep_says(reader: &Reader, doorstep: &Doorstep) -> Markup {
    let met = match doorstep.met {
        Met::Debtor => "door-met-you",
        Met::OtherAdult => "door-met-other",
        Met::Minor => "door-met-minor",
        Met::Nobody => "door-met-nobody",
    };
    html! {
        ul {
            li { (reader.text(met)) }
            @if doorstep.asked_to_leave { li { (reader.text("door-left")) } }
            @if doorstep.distress { li { (reader.text("door-distress")) } }
        }
    }
}
