//! Evidence: every piece that the log says was kept is there, and is byte for byte what was kept.

use data_encoding::HEXLOWER;
use domain::event::Event;
use sha2::{Digest, Sha256};

use super::{Difference, Verifier};
use crate::error::Error;

/// Events read at a time.
const PAGE: i64 = 500;

pub(super) fn verify(verifier: &mut Verifier<'_>) -> Result<(), Error> {
    let (mut shard, mut seq) = (0_i64, 0_i64);
    loop {
        let sql = "SELECT shard, seq, person, body FROM events WHERE (shard > $1 OR (shard = $1 AND seq > $2)) \
                   AND body LIKE '{\"event\":\"evidence_kept\"%' ORDER BY shard, seq LIMIT $3";
        let page = verifier.db.query(sql, &[shard.into(), seq.into(), PAGE.into()], |row| {
            Ok((row.get::<i64>(0)?, row.get::<i64>(1)?, row.get::<String>(2)?, row.get::<String>(3)?))
        })?;
        let Some(last) = page.last() else { return Ok(()) };
        (shard, seq) = (last.0, last.1);
        for (shard, seq, person, body) in &page {
            // What cannot be read has been named by the check of the log.
            let Ok(Event::EvidenceKept { visit, evidence }) = serde_json::from_str(body) else { continue };
            let sql = "SELECT kept, body FROM evidence WHERE visit = $1 AND sent = $2";
            let visit = visit.to_string();
            let params = [(&visit).into(), (&evidence.sent).into()];
            let found = verifier.db.query_one(sql, &params, |row| Ok((row.get::<String>(0)?, row.get::<Option<Vec<u8>>>(1)?)))?;
            let what = match found {
                None => "a piece that the log says was kept is missing",
                Some((kept, _)) if kept != evidence.kept => "the digest is not the one in the log",
                // Erased: nothing is left that could be compared.
                Some((_, None)) => continue,
                Some((_, Some(body))) if HEXLOWER.encode(&Sha256::digest(&body)) == evidence.kept => continue,
                Some(_) => "the bytes are not those that were kept",
            };
            let (table, event) = ("evidence".to_owned(), Some((*shard as u16, *seq as u64)));
            let (person, column) = (Some(person.clone()), Some("body".to_owned()));
            verifier.report(Difference { table, event, person, column, what: what.to_owned() });
        }
    }
}
