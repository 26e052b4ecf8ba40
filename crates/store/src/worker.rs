//! A thread that works through a bounded queue.

use std::sync::mpsc::{Receiver, SendError, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};

use crate::error::Error;

/// Who hands work to such a thread. Dropping it lets the thread finish what is in the queue, and waits for it.
pub(crate) struct Worker<T> {
    name: String,
    /// There until it is dropped.
    queue: Option<SyncSender<T>>,
    thread: Option<JoinHandle<()>>,
}

impl<T: Send + 'static> Worker<T> {
    /// Starts a thread of this name; `room` jobs may wait for it. It ends when `work` does, which gets no job any more once the
    /// worker is dropped.
    pub(crate) fn start(name: String, room: usize, work: impl FnOnce(Receiver<T>) + Send + 'static) -> Result<Worker<T>, Error> {
        let (queue, jobs) = sync_channel(room);
        let thread = thread::Builder::new()
            .name(name.clone())
            .spawn(move || work(jobs))
            .map_err(|error| Error::Unfit(format!("no thread for {name}: {error}")))?;
        Ok(Worker { name, queue: Some(queue), thread: Some(thread) })
    }

    /// Puts a job in the queue, waiting for room; gives it back if the thread has ended.
    pub(crate) fn send(&self, job: T) -> Result<(), T> {
        match &self.queue {
            Some(queue) => queue.send(job).map_err(|SendError(job)| job),
            None => Err(job),
        }
    }

    /// Puts a job in the queue if there is room.
    pub(crate) fn try_send(&self, job: T) -> Result<(), TrySendError<T>> {
        match &self.queue {
            Some(queue) => queue.try_send(job),
            None => Err(TrySendError::Disconnected(job)),
        }
    }
}

impl<T> Drop for Worker<T> {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!(name = self.name, "a thread ended by a panic");
        }
    }
}
