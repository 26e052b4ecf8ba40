//! One person's file at the desk: what they owe and why, what the law allows now, what was agreed, and everything that
//! happened; with the acts of the desk.

mod acts;
mod audit;
mod figures;
mod file;
mod happened;
mod kept;
mod known;
mod options;
mod papers;
mod planned;
mod plea;
mod refused;
mod relief;
mod show;
mod write;

pub(crate) use acts::stated_means;
pub(crate) use file::{BESIDE, debt_key, debts, means_labels};
pub(crate) use happened::outcome_key;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use domain::id::PersonId;
use domain::identity::{Address, Identity};
use domain::person::Person;
use store::{Asker, HandedIn};

use crate::pages::parts::shown::{self, Shown};
use crate::web::{Failure, Site};

/// `/people/{id}` and what can be done there.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new()
        .route("/people/{id}", get(show::show))
        .route("/people/{id}/planned", post(planned::plan))
        .route("/people/{id}/planned/release", post(planned::release))
        .route("/people/{id}/statement", get(figures::statement))
        .route("/people/{id}/accounts/{number}/journal", get(figures::journal))
        .route("/people/{id}/accounts/{number}/{figure}", get(figures::figure))
        .route("/people/{id}/known", get(known::show).post(known::note))
        .route("/people/{id}/erase", post(kept::erase))
        .route("/people/{id}/contact", post(acts::contact))
        .route("/people/{id}/write", get(write::show).post(write::queue))
        .route("/people/{id}/promise", post(acts::promise))
        .route("/people/{id}/audit", post(acts::audit))
        .route("/people/{id}/visit", post(acts::propose_visit))
        .route("/people/{id}/place", post(acts::accept_place))
        .route("/people/{id}/means", post(acts::means))
        .route("/people/{id}/papers/{note}", get(papers::file))
        .route("/people/{id}/papers/{visit}/{sent}", get(papers::shown))
        .route("/people/{id}/plan", post(acts::plan))
        .route("/people/{id}/plea", get(plea::show).post(plea::take))
        .route("/people/{id}/payment", post(acts::payment))
        .route("/people/{id}/options", get(options::show).post(options::agree))
        .route("/people/{id}/respite", post(relief::respite))
        .route("/people/{id}/representative", post(relief::representative))
        .route("/people/{id}/waiver", post(relief::waiver))
        .route("/people/{id}/enforcement", post(relief::enforcement))
}

/// A person with what is kept outside the log.
pub(super) struct File {
    pub(super) person: Person,
    pub(super) identity: Option<Identity>,
    pub(super) address: Option<Address>,
    /// Another place that the person named for the open visit.
    pub(super) named: Option<Address>,
    pub(super) events: Vec<domain::event::Recorded>,
    /// What they handed in, for who may read it.
    pub(super) papers: Vec<HandedIn>,
    /// What they showed at their door and let us photograph, for the same.
    pub(super) shown: Vec<Shown>,
}

impl File {
    /// The name, or the id where there is none to be shown.
    pub(super) fn name(&self) -> String {
        self.identity.as_ref().map_or_else(|| self.person.id.to_string(), |identity| identity.name.clone())
    }
}

/// The file of a person, for someone.
pub(super) async fn find(site: &Arc<Site>, asker: Asker, id: &str) -> Result<File, Failure> {
    let id = PersonId::parse(id).ok_or(Failure::NotFound)?;
    let found = site.look(move |reader| {
        let (Some(person), Some(events)) = (reader.person(asker, id)?, reader.timeline(asker, id)?) else { return Ok(None) };
        let (identity, address) = (reader.identity(asker, &person)?, reader.address(asker, &person)?);
        let named = person.open_visit().and_then(|visit| visit.named.as_ref());
        let named = named.map(|note| reader.note(asker, note.id)).transpose()?.flatten().and_then(|note| note.body);
        let named = named.and_then(|body| serde_json::from_str(&body).ok());
        let papers = reader.papers(asker, id)?;
        let shown = shown::at_doors(reader, asker, &events)?;
        Ok(Some(File { person, identity, address, named, events, papers, shown }))
    });
    found.await?.ok_or(Failure::NotFound)
}
