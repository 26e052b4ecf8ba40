//! Papers for a statement of means or a plea of hardship: the fields to choose them in, taking them in, and the list of what was
//! handed in. Handing in is voluntary: nothing that is offered depends on it.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::event::NoteRef;
use domain::id::{NoteId, PersonId};
use maud::{Markup, html};
use store::{Asker, HandedIn, Label, Note, Of, Paper};
use tokio::sync::Semaphore;

use super::form;
use crate::evidence::{self, Unfit, Vault, sha256};
use crate::texts::{Reader, number, value};
use crate::web::act::{new_id, salt};
use crate::web::upload::{LONGEST_FILE, MOST_FILES, Upload};
use crate::web::{Answers, Failure, Site};

/// Where a person's own papers lie.
pub(crate) const MINE: &str = "/me/papers";

/// What begins the name of every field of ours.
pub(crate) const FIELD: &str = "paper-";

/// The sorts of papers, each with its field, its stored name and its text.
const KINDS: [(&str, &str, &str); 6] = [
    ("paper-payslip", "payslip", "evidence-payslip"),
    ("paper-bank_statement", "bank_statement", "evidence-bank-statement"),
    ("paper-benefit_letter", "benefit_letter", "evidence-benefit-letter"),
    ("paper-rent_contract", "rent_contract", "evidence-rent-contract"),
    ("paper-medical", "medical", "evidence-medical"),
    ("paper-other", "other", "evidence-other"),
];

/// Pictures decoded at the same time: one may take a quarter of a gibibyte.
static TURNS: Semaphore = Semaphore::const_new(2);

/// A field for each sort of paper, folded away: most people have none at hand, and need none.
/// `voluntary` is the text that says so, for what they are handed in with.
pub(crate) fn question(reader: &Reader, answers: &Answers, voluntary: &str) -> Markup {
    let is_faulty = answers.faults().iter().any(|fault| fault.field.starts_with(FIELD));
    let limits = [("files", number(MOST_FILES)), ("size", number(LONGEST_FILE >> 20))];
    html! {
        details.papers open[is_faulty] {
            summary { (reader.text("evidence-add")) }
            p.hint { (reader.text(voluntary)) }
            p.hint { (reader.fill("evidence-limits", limits)) }
            p.hint { (reader.text("evidence-pdf")) }
            @if is_faulty { p.notice { (reader.text("evidence-again")) } }
            @for (field, _, text) in KINDS { (form::files(reader, answers, field, text, "image/jpeg,image/png,application/pdf")) }
        }
    }
}

/// The notes of what was handed in, with the papers sealed; nothing where one of them was not fit, which its field then says.
pub(crate) async fn take(site: &Arc<Site>, answers: &mut Answers, files: Vec<Upload>) -> Result<Option<Vec<Note>>, Failure> {
    let (mut fit, mut seen) = (vec![], BTreeSet::new());
    for Upload { field, content } in files {
        let Some((field, kind, _)) = KINDS.into_iter().find(|(name, ..)| *name == field) else { continue };
        match content {
            Ok(bytes) => {
                let sent = sha256(&bytes);
                if seen.insert((kind, sent.clone())) {
                    fit.push((field, kind, sent, bytes));
                }
            }
            Err(why) => answers.fault(field, why),
        }
    }
    let mut notes = vec![];
    for (field, kind, sent, bytes) in fit {
        let _turn = TURNS.acquire().await.map_err(|error| anyhow::anyhow!("waiting for a turn broke off: {error}"))?;
        let made = tokio::task::spawn_blocking(move || evidence::paper(&bytes)).await;
        match made.map_err(|error| anyhow::anyhow!("reading a paper broke off: {error}"))? {
            Ok((media, plain)) => notes.push(sealed(&site.phones.vault, kind, sent, media, &plain)?),
            Err(Unfit::OtherKind) => answers.fault(field, "evidence-other-kind"),
            Err(Unfit::Broken) => answers.fault(field, "evidence-broken"),
        }
    }
    Ok(answers.faults().is_empty().then_some(notes))
}

/// The note of a paper of this stored kind, with the paper sealed. `sent` is the SHA-256 of what was handed in, `plain` what is kept.
pub(crate) fn sealed(vault: &Vault, kind: &str, sent: String, media: &str, plain: &[u8]) -> anyhow::Result<Note> {
    let id = NoteId(new_id()?);
    let body = vault.seal(&Of::Note(id).seal_name(&sent), plain)?;
    let (kind, kept, media) = (kind.to_owned(), sha256(&body), media.to_owned());
    let label = Label { kind, sent, kept, media, bytes: plain.len() as u64 };
    Ok(Note::of_paper(id, salt()?, Paper { label, body }))
}

/// What was sent, for the hash of a form: the same papers are the same form, however they were sealed.
pub(crate) fn told(notes: &[Note]) -> String {
    let papers = notes.iter().filter_map(|note| note.paper.as_ref());
    papers.map(|paper| format!(" {} {}", paper.label.kind, paper.label.sent)).collect()
}

/// Papers that an event names, among those that may be seen.
pub(crate) fn of<'a>(all: &'a [HandedIn], named: &'a [NoteRef]) -> impl Iterator<Item = &'a HandedIn> {
    all.iter().filter(|paper| named.iter().any(|note| note.id == paper.note))
}

/// A list of papers, each to be kept as a file; `under` is the address they lie under.
pub(crate) fn list<'a>(reader: &Reader, papers: impl Iterator<Item = &'a HandedIn>, under: &str) -> Markup {
    html! {
        ul { @for paper in papers { li {
            a href={ (under) "/" (paper.note) } download { (reader.text(kind_key(&paper.label.kind))) } " "
            span.dim { (reader.fill("evidence-file", [
                ("sort", value(sort(&paper.label.media))),
                ("size", value(reader.count(paper.label.bytes.div_ceil(1024)))),
                ("at", value(reader.moment(paper.at))),
            ])) }
        } } }
    }
}

/// The file itself, for who may see the person and read their notes. A browser saves it, opens it in no page of ours and, as with
/// every answer, does not guess at what it is.
pub(crate) async fn file(site: &Arc<Site>, asker: Asker, person: PersonId, note: &str) -> Result<Response, Failure> {
    let note = NoteId::parse(note).ok_or(Failure::NotFound)?;
    let kept = site.look(move |reader| reader.paper(asker, person, note)).await?.ok_or(Failure::NotFound)?;
    let body = kept.body.ok_or(Failure::NotFound)?;
    let plain = site.phones.vault.open_sealed(&kept.of.seal_name(&kept.sent), &body)?;
    let media = ["image/jpeg", "image/png", "application/pdf"].into_iter().find(|media| *media == kept.media);
    let ending = sort(&kept.media).to_ascii_lowercase();
    let headers = [
        (header::CONTENT_TYPE, media.unwrap_or("application/octet-stream").to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"forbear-{note}.{ending}\"")),
    ];
    Ok((headers, plain).into_response())
}

fn sort(media: &str) -> &'static str {
    match media {
        "image/jpeg" => "JPG",
        "image/png" => "PNG",
        "application/pdf" => "PDF",
        _ => "BIN",
    }
}

fn kind_key(kind: &str) -> &'static str {
    KINDS.into_iter().find(|(_, name, _)| *name == kind).map_or("evidence-other", |(.., text)| text)
}

#[cfg(test)]
mod tests;
