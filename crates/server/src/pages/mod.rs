//! The pages: one module per noun, each with its routes and the HTML it makes.

use std::sync::Arc;

use axum::Router;

use crate::web::Site;

mod agreement;
mod alerts;
mod appointment;
mod approvals;
mod cash;
pub(crate) mod complaints;
mod credit;
mod demonstration;
pub(crate) mod failure;
mod field;
mod hooks;
mod law;
pub(crate) mod layout;
mod letters;
pub(crate) mod outbox;
mod overview;
pub(crate) mod parts;
mod payments;
pub(crate) mod people;
mod portal;
mod queue;
mod record;
mod refusals;
mod runs;
pub(crate) mod set_up;
pub(crate) mod sign_in;
mod staff;
#[cfg(test)]
pub(crate) mod tests;
mod verify;
pub(crate) mod visits;

/// The routes of every page.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new()
        .merge(sign_in::routes())
        .merge(set_up::routes())
        .merge(demonstration::routes())
        .merge(hooks::routes())
        .merge(outbox::routes())
        .merge(letters::routes())
        .merge(overview::routes())
        .merge(queue::routes())
        .merge(field::routes())
        .merge(payments::routes())
        .merge(cash::routes())
        .merge(people::routes())
        .merge(complaints::routes())
        .merge(credit::routes())
        .merge(law::routes())
        .merge(refusals::routes())
        .merge(approvals::routes())
        .merge(runs::routes())
        .merge(staff::routes())
        .merge(visits::routes())
        .merge(portal::routes())
        .merge(appointment::routes())
        .merge(record::routes())
        .merge(alerts::routes())
        .merge(verify::routes())
        .merge(agreement::routes())
}
