//! Papers about income or outgoings that a person showed at their door and let the collector photograph. The record that the
//! phone signed says which photo is one; the photo itself lies with the visit's evidence, once.

use std::sync::Arc;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::event::{Event, Recorded};
use domain::id::{PersonId, VisitId};
use domain::moment::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use store::{Asker, Error};

use crate::texts::{Reader, value};
use crate::web::{Failure, Site};

/// A photo of a paper, as the log knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    /// At which visit.
    pub(crate) visit: VisitId,
    /// SHA-256 of what the phone sent.
    pub(crate) sent: String,
    /// When the record was made.
    pub(crate) at: Timestamp,
    /// How long it is as it is kept.
    pub(crate) bytes: u64,
}

/// What a header says of the files it names.
#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    evidence: Vec<File>,
}

#[derive(Deserialize)]
struct File {
    sha256: String,
    kind: String,
}

/// The papers that records of this stream name, the latest visit first, as far as the photo has come.
fn named(events: &[Recorded]) -> Vec<(VisitId, String, Timestamp)> {
    let has_come = |visit: VisitId, sent: &str| {
        let is_it = |event: &Event| matches!(event, Event::EvidenceKept { visit: of, evidence } if *of == visit && evidence.sent == sent && evidence.kind == "photo");
        events.iter().any(|recorded| is_it(&recorded.event))
    };
    let mut papers = vec![];
    for recorded in events.iter().rev() {
        let Event::RecordReceived { visit, record } = &recorded.event else { continue };
        let Ok(Named { evidence }) = serde_json::from_str(&record.header) else { continue };
        for file in evidence.into_iter().filter(|file| file.kind == "paper" && has_come(*visit, &file.sha256)) {
            if !papers.iter().any(|(of, sent, _)| of == visit && *sent == file.sha256) {
                papers.push((*visit, file.sha256, record.made_at));
            }
        }
    }
    papers
}

/// Whether a record of this visit says that the photo `sent` is a paper.
pub(crate) fn is_paper(events: &[Recorded], visit: VisitId, sent: &str) -> bool {
    named(events).iter().any(|(of, it, _)| *of == visit && it == sent)
}

/// Those that were not erased, for whoever may see the person and read their notes.
pub(crate) fn at_doors(reader: &store::Reader, asker: Asker, events: &[Recorded]) -> Result<Vec<Shown>, Error> {
    let mut shown = vec![];
    for (visit, sent, at) in named(events) {
        if let Some(bytes) = reader.evidence_kept(asker, visit, &sent)? {
            shown.push(Shown { visit, sent, at, bytes });
        }
    }
    Ok(shown)
}

/// A list of them, each to be kept as a file; `under` is the address that papers lie under.
pub(crate) fn list<'a>(reader: &Reader, shown: impl Iterator<Item = &'a Shown>, under: &str) -> Markup {
    html! {
        ul { @for it in shown { li {
            a href={ (under) "/" (it.visit) "/" (it.sent) } download { (reader.text("evidence-door")) } " "
            span.dim { (reader.fill("evidence-door-file", [
                ("sort", value("JPG")),
                ("size", value(reader.count(it.bytes.div_ceil(1024)))),
                ("at", value(reader.moment(it.at))),
            ])) }
        } } }
    }
}

/// The photo as a file, for who may see the person and read their notes: only what a record calls a paper is handed out so.
pub(crate) async fn file(
    site: &Arc<Site>,
    asker: Asker,
    person: PersonId,
    visit: &str,
    sent: String,
) -> Result<Response, Failure> {
    let visit = VisitId::parse(visit).ok_or(Failure::NotFound)?;
    let kept = site.look(move |reader| {
        let events = reader.timeline(asker, person)?.unwrap_or_default();
        if is_paper(&events, visit, &sent) { reader.evidence(asker, visit, &sent) } else { Ok(None) }
    });
    let kept = kept.await?.filter(|kept| kept.person == person).ok_or(Failure::NotFound)?;
    let body = kept.body.ok_or(Failure::NotFound)?;
    let plain = site.phones.vault.open_sealed(&kept.of.seal_name(&kept.sent), &body)?;
    let headers = [
        (header::CONTENT_TYPE, "image/jpeg".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"forbear-{visit}-{}.jpg\"", &kept.sent[..8])),
    ];
    Ok((headers, plain).into_response())
}
