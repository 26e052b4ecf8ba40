//! Checkpoints beside the writer: bringing its log into the file takes as long as writing it did, and a thread with a connection
//! of its own can do it while the writer goes on.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;

use super::sqlite;
use crate::error::Error;

/// A thread that brings the write-ahead log into the file when it is asked to. Dropping it lets it finish.
pub(crate) struct Checkpoints {
    asked: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    pub(super) fn start(path: PathBuf) -> Result<Checkpoints, Error> {
        // Without room in between: whoever asks while it works is not heard, and asks again.
        let (asked, asks) = sync_channel(0);
        let thread = thread::Builder::new()
            .name("checkpoints".into())
            .spawn(move || run(path, &asks))
            .map_err(|error| Error::Unfit(format!("no thread for checkpoints: {error}")))?;
        Ok(Checkpoints { asked: Some(asked), thread: Some(thread) })
    }

    /// Asks for one, unless one is being made. Says no if the thread has ended, so that somebody else must.
    pub(super) fn ask(&self) -> bool {
        let asked = self.asked.as_ref().map(|asked| asked.try_send(()));
        matches!(asked, Some(Ok(()) | Err(TrySendError::Full(()))))
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.asked = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("checkpoints ended by a panic");
        }
    }
}

fn run(path: PathBuf, asks: &Receiver<()>) {
    let mut connection: Option<Connection> = None;
    while asks.recv().is_ok() {
        let opened = connection.take().map_or_else(|| sqlite::open(&path), Ok);
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
