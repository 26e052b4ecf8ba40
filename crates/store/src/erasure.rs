//! Erasing what is kept of a person outside the log. The log stays whole: it only ever held ids and salted digests.

use domain::id::PersonId;
use domain::moment::Timestamp;

use crate::db::{Db, Place};
use crate::error::Error;
use crate::sought;
use crate::store::Store;

impl Store {
    /// Empties every note and every piece of evidence about a person, papers they handed in among them, and says how many there
    /// were. The rows stay, so that `verify` can tell what was erased from what is missing. On SQLite the bytes are overwritten
    /// in the file, and the write-ahead log is emptied.
    pub fn erase_notes(&self, person: PersonId, at: Timestamp) -> Result<u64, Error> {
        let erased = self.write(move |db| {
            let sql = "UPDATE notes SET salt = NULL, body = NULL, erased_at = $1 WHERE person = $2 AND erased_at IS NULL";
            let id = person.to_string();
            // Takes turns with a rebuild, which would otherwise write down again what it read before the erasing.
            let shard = "UPDATE shards SET holder = holder WHERE shard = (SELECT shard FROM streams WHERE person = $1)";
            db.execute(shard, &[(&id).into()])?;
            let notes = db.execute(sql, &[at.as_microsecond().into(), (&id).into()])?;
            let pictures =
                db.execute("UPDATE evidence SET body = NULL WHERE person = $1 AND body IS NOT NULL", &[(&id).into()])?;
            sought::erase(db, person)?;
            Ok(notes + pictures)
        })?;
        if let Place::File(_) = self.place() {
            Db::open(self.place())?.run_script("PRAGMA wal_checkpoint(TRUNCATE)")?;
        }
        Ok(erased)
    }
}
