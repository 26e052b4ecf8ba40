//! Lists and figures over many people, from the derived tables. Each asks on whose behalf, like every other lookup.

mod figures;
mod queue;
mod work;

pub use figures::{BreachRow, Bucket, Outcomes, RefusalCount, Roll};
pub use queue::{Queue, QueueRow, QueueView, Sorting, Wanted};
pub use work::{AlertRow, ApprovalRow, ComplaintRow, PromiseRow, RatingRow, VisitRow};

use domain::day::Day;
use domain::identity::Identity;

use crate::asker::Asker;
use crate::db::Row;
use crate::error::Error;
use crate::stream::day;

/// A name as it is kept, for those who may read names.
pub(crate) fn identity(asker: Asker, row: &Row<'_>, at: usize) -> Result<Option<Identity>, Error> {
    if !asker.reads_notes() {
        return Ok(None);
    }
    let body = row.get::<Option<String>>(at)?;
    Ok(body.and_then(|body| serde_json::from_str(&body).ok()))
}

/// A day column that may be empty.
fn maybe_day(row: &Row<'_>, at: usize) -> Result<Option<Day>, Error> {
    Ok(row.get::<Option<i64>>(at)?.map(day))
}
