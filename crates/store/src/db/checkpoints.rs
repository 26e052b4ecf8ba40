//! Checkpoints beside the writer: bringing its log into the file takes as long as writing it did, and a thread with a connection
//! of its own can do it while the writer goes on.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, TrySendError};

use rusqlite::Connection;

use super::sqlite;
use crate::error::Error;
use crate::worker::Worker;

/// A thread that brings the write-ahead log into the file when it is asked to. Dropping it lets it finish.
pub(crate) struct Checkpoints(Worker<()>);

impl Checkpoints {
    pub(super) fn start(path: PathBuf) -> Result<Checkpoints, Error> {
        // Without room in between: whoever asks while it works is not heard, and asks again.
        Worker::start("checkpoints".into(), 0, move |asks| run(&path, &asks)).map(Checkpoints)
    }

    /// Asks for one, unless one is being made. Says no if the thread has ended, so that somebody else must.
    pub(super) fn ask(&self) -> bool {
        matches!(self.0.try_send(()), Ok(()) | Err(TrySendError::Full(())))
    }
}

fn run(path: &Path, asks: &Receiver<()>) {
    let mut connection: Option<Connection> = None;
    while asks.recv().is_ok() {
        let opened = connection.take().map_or_else(|| sqlite::open(path), Ok);
        match opened.and_then(|opened| sqlite::checkpoint(&opened).map(|()| opened)) {
            Ok(opened) => connection = Some(opened),
            Err(error) => {
                error.end_if_the_disk_failed();
                // What is written is in the log all the same; a full disk, say, has room again some time.
                tracing::warn!(%error, "a checkpoint was not made");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_is_written_is_brought_into_the_file_while_the_writer_goes_on() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("book.db");
        let writer = sqlite::open(&path).unwrap();
        writer.execute_batch("CREATE TABLE days (day TEXT) STRICT").unwrap();
        let checkpoints = Checkpoints::start(path).unwrap();
        let brought = || writer.query_row("PRAGMA wal_checkpoint(NOOP)", [], |row| row.get::<_, i64>(2)).unwrap();
        assert_eq!(brought(), 0, "nothing is brought before somebody asks");
        for _ in 0..1_000 {
            writer.execute_batch("INSERT INTO days VALUES ('2026-11-27')").unwrap();
            assert!(checkpoints.ask());
            thread::sleep(Duration::from_millis(10));
            // Looked at before more is written: where all is brought, the log then begins anew.
            if brought() > 0 {
                return;
            }
        }
        panic!("none of it was brought");
    }
}
