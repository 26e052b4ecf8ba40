//! The log is only ever added to.

use crate::bed::{Bed, borrow};

pub(crate) fn events_cannot_be_altered_or_deleted(bed: &Bed) {
    let store = bed.make();
    store.run(borrow(1)).unwrap();
    for sql in ["UPDATE events SET body = '{}'", "DELETE FROM events", "UPDATE events SET actor = 'night' WHERE version = 1"] {
        let error = bed.tamper(sql).unwrap_err();
        assert!(error.contains("append-only"), "{sql}: {error}");
    }
}
