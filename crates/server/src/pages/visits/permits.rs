//! Visit permits: issuing the day's, and what they and their ends are called.

use std::sync::Arc;

use domain::contact::{self, Act};
use domain::event::Actor;
use domain::id::{PersonId, StaffId, VisitId, VisitPermitId};
use domain::refusal::Refusal;
use domain::visit::{self, Collector, Revocation, Stop, Visit};
use maud::{Markup, html};
use store::{Staff as Member, VisitRow};

use crate::pages::parts::lists::{Tone, chip};
use crate::texts::{Reader, value};
use crate::web::act::{Deed, new_id};
use crate::web::{Failure, Site};

/// A team as the training record knows it in this minute. Whoever left or is unknown has no certificate.
pub(crate) fn team(members: &[Member], ids: &[StaffId]) -> Vec<Collector> {
    let certified_until = |id: &StaffId| {
        let member = members.iter().find(|member| member.id == *id && member.left_on.is_none());
        member.and_then(|member| member.certificate_until)
    };
    ids.iter().map(|id| Collector { staff: *id, certified_until: certified_until(id) }).collect()
}

/// Asks for a permit for each assigned visit in `rows` that has none. Asking twice gives one permit; a visit that is refused
/// keeps the others from nothing.
pub(crate) async fn issue(site: &Arc<Site>, actor: Actor, rows: &[VisitRow], key: &str) -> Result<(), Failure> {
    for row in rows.iter().filter(|row| row.state == "assigned") {
        match issue_one(site, actor, row.person, row.visit, key).await {
            // A refusal is recorded; it stands on the person's page and among the refusals.
            Ok(()) | Err(Failure::Refused(_)) => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(())
}

/// Asks for a permit for one assigned visit, unless it has one that stands.
pub(crate) async fn issue_one(site: &Arc<Site>, actor: Actor, person: PersonId, id: VisitId, key: &str) -> Result<(), Failure> {
    let members = site.look(store::Reader::all_staff).await?;
    let (permit_id, book, now) = (VisitPermitId(new_id()?), site.book(), site.moment());
    let key = format!("{key}-{id}");
    let deed = Deed { actor, person, intent: "visit.permit", key, body: String::new(), notes: vec![] };
    let decided = site.act(deed, move |person| {
        let Some(visit) = person.visits.get(&id) else { return Err(Refusal::by("VISIT-UNKNOWN")) };
        if visit.standing_permit(now.at()).is_some() {
            return Ok(vec![]);
        }
        let assigned = visit.assigned.as_ref();
        let team = team(&members, assigned.map_or(&[], |assigned| &assigned.team));
        let planned = book.moment(assigned.map_or(now.at(), |assigned| assigned.arrive_at.max(now.at())));
        let is_certified = team.iter().all(|collector| collector.is_certified_on(planned.day()));
        let act = Act { is_certified: Some(is_certified), ..Act::visit(team.len() as u16) };
        let permit = contact::ask(person, &book, &act, &planned)?;
        visit::permit(person, &book, permit, permit_id, id, &team, &now)
    });
    decided.await.map(drop)
}

/// How the permit of a visit stands.
pub(crate) fn state(reader: &Reader, visit: &Visit, now: jiff::Timestamp) -> Markup {
    let (tone, says) = match visit.permits.last() {
        None => (Tone::Warn, reader.text("permit-none")),
        Some(issued) => match issued.revoked {
            Some((because, _)) => {
                let why = reader.text(revocation_key(because));
                (Tone::Stop, reader.fill("permit-revoked-says", [("why", value(why))]))
            }
            None if issued.stands_at(now) => {
                (Tone::Good, reader.fill("permit-until", [("until", value(reader.clock(issued.permit.expires_at)))]))
            }
            None => (Tone::Warn, reader.text("permit-expired")),
        },
    };
    html! { p { (reader.text("permit")) " " (chip(tone, &says)) } }
}

/// The text of why a permit fell.
pub(crate) const fn revocation_key(because: Revocation) -> &'static str {
    match because {
        Revocation::Paid => "revoked-paid",
        Revocation::Disputed => "revoked-disputed",
        Revocation::Complained => "revoked-complained",
        Revocation::Hardship => "revoked-hardship",
        Revocation::Declined => "revoked-declined",
        Revocation::StopRequested => "revoked-wishes",
        Revocation::Moved => "revoked-moved",
        Revocation::PlaceChanged => "revoked-place",
        Revocation::Reassigned => "revoked-reassigned",
        Revocation::Stopped => "revoked-stopped",
        Revocation::FileChanged => "revoked-file",
        Revocation::CertificateLapsed => "revoked-certificate",
        Revocation::CalledOff => "revoked-called-off",
    }
}

/// The text of why a visit was stopped.
pub(crate) const fn stop_key(because: Stop) -> &'static str {
    match because {
        Stop::WrongCodes => "event-stopped-codes",
        Stop::WasWrong => "event-stopped-wrong",
    }
}
