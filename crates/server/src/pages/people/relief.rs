//! Relief on a person's page: respite, who speaks for them, what is given up, and what was decided about courts; each with
//! who may do it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::enforcement::{self, Claim};
use domain::event::Actor;
use domain::id::WaiverId;
use domain::loan::Part;
use domain::person::Person;
use domain::respite::{self, Ground, RespiteEnd};
use domain::waiver::{self, Approver, Waiver};
use maud::{Markup, html};

use super::happened::claim_key;
use super::{find, plea, show};
use crate::pages::parts::form::{self, Choice};
use crate::pages::parts::lists::{Tone, chip};
use crate::texts::{Reader, value};
use crate::web::act::{Deed, new_note};
use crate::web::session::Workers;
use crate::web::{Answers, Failure, Page, Role, Site, Staff};

/// The card.
pub(super) fn card(reader: &Reader, site: &Site, person: &Person, answers: &Answers, key: &str) -> Markup {
    html! {
        section.card #relief {
            h2 { (reader.text("relief-title")) }
            (plea::part(reader, person))
            (respite_part(reader, person, answers, key))
            (representative_part(reader, person, answers, key))
            (waiver_part(reader, site, person, answers, key))
            @if person.open_case().is_some() { (enforcement_part(reader, person, answers, key)) }
        }
    }
}

fn respite_part(reader: &Reader, person: &Person, answers: &Answers, key: &str) -> Markup {
    let action = format!("/people/{}/respite", person.id);
    html! {
        @match person.open_respite() {
            Some(respite) => {
                p.gate.good {
                    (reader.text(ground_key(respite.ground))) " "
                    @match respite.until {
                        Some(until) => { (reader.fill("respite-until", [("day", value(reader.long_day(until)))])) }
                        None => { (reader.text("respite-open")) }
                    }
                }
                @for agency in respite.unacknowledged() {
                    form.actions method="post" action=(action) {
                        input type="hidden" name="key" value={ "acknowledge-" (agency) "-" (key) };
                        input type="hidden" name="agency" value=(agency);
                        span { (chip(Tone::Warn, &reader.fill("respite-waits-for", [("agency", value(agency.to_owned()))]))) }
                        button name="what" value="acknowledge" { (reader.text("respite-acknowledge")) }
                    }
                }
                form.actions method="post" action=(action) {
                    input type="hidden" name="key" value={ "end-respite-" (key) };
                    button name="what" value="withdrawn" { (reader.text("respite-withdraw")) }
                    button name="what" value="gone" { (reader.text("respite-gone")) }
                }
            }
            None => {
                details { summary { (reader.text("respite-begin")) }
                    form.stack method="post" action=(action) {
                        input type="hidden" name="key" value={ "respite-" (key) };
                        (form::select(reader, answers, "ground", "respite-ground", &grounds(reader)))
                        (form::day(reader, answers, "until", "respite-last-day").hint("respite-last-day-hint").optional().render())
                        (form::text(reader, answers, "told", "respite-told").hint("respite-told-hint").optional().render())
                        button name="what" value="begin" { (reader.text("respite-begin-now")) }
                    }
                }
            }
        }
    }
}

fn grounds(reader: &Reader) -> Vec<Choice> {
    [Ground::Hardship, Ground::Statutory, Ground::Crisis, Ground::Death, Ground::Court]
        .map(|ground| Choice::new(ground_name(ground), reader.text(ground_key(ground))))
        .into()
}

const fn ground_name(ground: Ground) -> &'static str {
    match ground {
        Ground::Hardship => "hardship",
        Ground::Statutory => "statutory",
        Ground::Crisis => "crisis",
        Ground::Death => "death",
        Ground::Court => "court",
    }
}

const fn ground_key(ground: Ground) -> &'static str {
    match ground {
        Ground::Hardship => "ground-hardship",
        Ground::Statutory => "ground-statutory",
        Ground::Crisis => "ground-crisis",
        Ground::Death => "ground-death",
        Ground::Court => "ground-court",
    }
}

fn ground_named(name: &str) -> Option<Ground> {
    [Ground::Hardship, Ground::Statutory, Ground::Crisis, Ground::Death, Ground::Court]
        .into_iter()
        .find(|it| ground_name(*it) == name)
}

fn representative_part(reader: &Reader, person: &Person, answers: &Answers, key: &str) -> Markup {
    let action = format!("/people/{}/representative", person.id);
    html! {
        @match &person.representative {
            Some(named) => {
                form.actions method="post" action=(action) {
                    input type="hidden" name="key" value={ "represent-" (key) };
                    span { (chip(Tone::Care, &reader.fill("represented-since", [("day", value(reader.day(named.since)))]))) }
                    button name="what" value="end" { (reader.text("represented-end")) }
                }
            }
            None => {
                details { summary { (reader.text("represented-begin")) }
                    form.stack method="post" action=(action) {
                        input type="hidden" name="key" value={ "represent-" (key) };
                        (form::text(reader, answers, "who", "represented-who").hint("represented-who-hint").render())
                        button { (reader.text("act-save")) }
                    }
                }
            }
        }
    }
}

fn waiver_part(reader: &Reader, site: &Site, person: &Person, answers: &Answers, key: &str) -> Markup {
    let action = format!("/people/{}/waiver", person.id);
    let waiting = person.waivers.values().filter(|waiver| waiver.end.is_none());
    let parts = [Part::Penalty, Part::Fee, Part::Interest, Part::Principal];
    let owed = |part| {
        person.accounts.keys().map(|account| waiver::owed_of(person, *account, part, site.today())).sum::<domain::money::Money>()
    };
    let choice = |part| Choice::new(part_name(part), format!("{} {}", reader.text(part_key(part)), reader.money(owed(part))));
    html! {
        @for waiver in waiting { (waiver_waits(reader, waiver, &action)) }
        details { summary { (reader.text("waiver-ask")) }
            form.stack method="post" action=(action) {
                input type="hidden" name="key" value={ "waiver-" (key) };
                (form::select(reader, answers, "part", "waiver-part", &parts.map(choice)))
                (form::money(reader, answers, "waived", "waiver-amount").render())
                (form::text(reader, answers, "because", "waiver-reason").render())
                p.hint { (reader.text("waiver-says")) }
                button name="what" value="ask" { (reader.text("waiver-ask-now")) }
            }
        }
    }
}

fn waiver_waits(reader: &Reader, waiver: &Waiver, action: &str) -> Markup {
    html! {
        form.actions method="post" action=(action) {
            input type="hidden" name="key" value={ "decide-" (waiver.id) };
            input type="hidden" name="waiver" value=(waiver.id);
            span { (chip(Tone::Care, &reader.fill("waiver-waits", [
                ("amount", value(reader.money(waiver.amount))), ("part", value(reader.text(part_key(waiver.part)))),
            ]))) }
            button.primary name="what" value="yes" { (reader.text("options-say-yes")) }
            button name="what" value="no" { (reader.text("options-say-no")) }
        }
    }
}

const fn part_name(part: Part) -> &'static str {
    match part {
        Part::Penalty => "penalty",
        Part::Fee => "fee",
        Part::Interest => "interest",
        Part::Principal => "principal",
    }
}

const fn part_key(part: Part) -> &'static str {
    match part {
        Part::Penalty => "part-penalty",
        Part::Fee => "part-fee",
        Part::Interest => "part-interest",
        Part::Principal => "part-principal",
    }
}

fn enforcement_part(reader: &Reader, person: &Person, answers: &Answers, key: &str) -> Markup {
    let action = format!("/people/{}/enforcement", person.id);
    let claims = Claim::ALL.map(|claim| Choice::new(claim.name(), reader.text(claim_key(claim))));
    html! {
        @for claim in Claim::ALL {
            @if let Some(decided) = enforcement::standing(person, claim) {
                form.actions method="post" action=(action) {
                    input type="hidden" name="key" value={ "undecide-" (claim.name()) "-" (key) };
                    input type="hidden" name="claim" value=(claim.name());
                    span { (chip(Tone::Warn, &reader.fill("enforcement-decided", [
                        ("what", value(reader.text(claim_key(claim)))), ("day", value(reader.day(decided.on))),
                    ]))) }
                    button name="what" value="withdraw" { (reader.text("enforcement-withdraw")) }
                }
            }
        }
        details { summary { (reader.text("enforcement-title")) }
            p.hint { (reader.text("enforcement-says")) }
            form.stack method="post" action=(action) {
                input type="hidden" name="key" value={ "decide-" (key) };
                (form::select(reader, answers, "claim", "enforcement-what", &claims))
                (form::text(reader, answers, "grounds", "enforcement-reason").render())
                button name="what" value="decide" { (reader.text("enforcement-decide")) }
            }
        }
    }
}

/// Begins or ends a respite, or notes that an agency has stopped.
pub(super) async fn respite(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Workers>,
    Path(id): Path<String>,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let file = find(&site, staff.asker(), &id).await?;
    let (book, today, at) = (site.book(), site.today(), site.now());
    let deed = deed(&staff, file.person.id, "respite", &answers);
    let back = format!("/people/{}", file.person.id);
    match answers.get("what") {
        "begin" => {
            let ground = answers.choice("ground", ground_named, "say-choose");
            let until = if answers.get("until").is_empty() { None } else { answers.day("until", "say-give-day") };
            let (Some(ground), true) = (ground, answers.faults().is_empty()) else {
                return Ok(show::render(&page, &site, &file, &answers).into_response());
            };
            let told = answers.get("told").split([',', '，', '、']).map(str::trim).filter(|name| !name.is_empty());
            let told: Vec<String> = told.map(str::to_owned).collect();
            site.act(deed, move |person| respite::begin(person, &book, ground, until, told, None, today, at)).await?;
        }
        "acknowledge" => {
            let agency = answers.get("agency").to_owned();
            site.act(deed, move |person| respite::acknowledge(person, &agency, today)).await?;
        }
        what => {
            let because = if what == "gone" { RespiteEnd::GroundGone } else { RespiteEnd::Withdrawn };
            site.act(deed, move |person| respite::end(person, because, today, at)).await?;
        }
    }
    Ok(Redirect::to(&back).into_response())
}

/// Names who speaks for the person, or nobody any more.
pub(super) async fn representative(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Workers>,
    Path(id): Path<String>,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let file = find(&site, staff.asker(), &id).await?;
    let today = site.today();
    let mut deed = deed(&staff, file.person.id, "represent", &answers);
    let back = format!("/people/{}", file.person.id);
    let mut who = None;
    if answers.get("what") != "end" {
        let Some(words) = answers.words("who", 300, "represented-give-who") else {
            return Ok(show::render(&page, &site, &file, &answers).into_response());
        };
        let note = new_note("words", &words)?;
        who = Some(note.reference());
        deed.notes.push(note);
    }
    site.act(deed, move |person| respite::represent(person, who, today)).await?;
    Ok(Redirect::to(&back).into_response())
}

/// Asks that something be given up, or decides about it.
pub(super) async fn waiver(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Workers>,
    Path(id): Path<String>,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let file = find(&site, staff.asker(), &id).await?;
    let (book, today, at) = (site.book(), site.today(), site.now());
    let mut deed = deed(&staff, file.person.id, "waiver", &answers);
    let back = format!("/people/{}", file.person.id);
    let actor: Actor = staff.actor();
    match answers.get("what") {
        "ask" => {
            let part_named = |name: &str| Part::ALL.into_iter().find(|part| part_name(*part) == name);
            let part = answers.choice("part", part_named, "say-choose");
            let amount = answers.money("waived", "act-give-amount");
            let words = answers.words("because", 500, "waiver-give-reason");
            let (Some(part), Some(amount), Some(words)) = (part, amount, words) else {
                return Ok(show::render(&page, &site, &file, &answers).into_response());
            };
            let note = new_note("words", &words)?;
            let reason = note.reference();
            deed.notes.push(note);
            site.act(deed, move |person| {
                // On the account of which most of that part is owed.
                let owed = |account| waiver::owed_of(person, account, part, today);
                let account = person.accounts.keys().copied().max_by_key(|account| owed(*account));
                let account = account.ok_or_else(|| domain::refusal::Refusal::by("ACCOUNT-UNKNOWN"))?;
                waiver::ask(person, account, part, amount, reason, today)
            })
            .await?;
        }
        what => {
            let waiver = WaiverId::parse(answers.get("waiver")).ok_or(Failure::NotFound)?;
            let (is_yes, role) = (what == "yes", staff.role.name());
            site.act(deed, move |person| match is_yes {
                true => waiver::approve(person, &book.house.waivers, waiver, Approver { actor, role }, today, at),
                false => waiver::decline(person, waiver, actor, None, today),
            })
            .await?;
        }
    }
    Ok(Redirect::to(&back).into_response())
}

/// Decides about a court, a register or seizure, or takes it back.
pub(super) async fn enforcement(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Workers>,
    Path(id): Path<String>,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let file = find(&site, staff.asker(), &id).await?;
    let today = site.today();
    let mut deed = deed(&staff, file.person.id, "enforcement", &answers);
    let back = format!("/people/{}", file.person.id);
    let claim_named = |name: &str| Claim::ALL.into_iter().find(|claim| claim.name() == name);
    let claim = answers.choice("claim", claim_named, "say-choose");
    if answers.get("what") == "withdraw" {
        let claim = claim.ok_or(Failure::NotFound)?;
        site.act(deed, move |person| enforcement::withdraw(person, claim, today)).await?;
        return Ok(Redirect::to(&back).into_response());
    }
    if staff.role != Role::Manager {
        return Err(Failure::Forbidden(&[Role::Manager]));
    }
    let (Some(claim), Some(words)) = (claim, answers.words("grounds", 500, "waiver-give-reason")) else {
        return Ok(show::render(&page, &site, &file, &answers).into_response());
    };
    let note = new_note("words", &words)?;
    let reason = note.reference();
    deed.notes.push(note);
    let book = site.book();
    site.act(deed, move |person| enforcement::decide(person, &book, claim, reason, today)).await?;
    Ok(Redirect::to(&back).into_response())
}

fn deed(staff: &Staff<Workers>, person: domain::id::PersonId, intent: &'static str, answers: &Answers) -> Deed {
    let body = answers.pairs().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("\n");
    Deed { actor: staff.actor(), person, intent, key: answers.get("key").to_owned(), body, notes: vec![] }
}
