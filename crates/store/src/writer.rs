//! The writer: one thread with one connection and a bounded queue. Whatever waits is done in one transaction, and answered
//! once that is on disk.

use std::sync::mpsc::{Receiver, TrySendError};
use std::time::Duration;

use crate::append::{Appender, Asked};
use crate::bulk::Bulk;
use crate::command::Outcome;
use crate::db::{Db, Place};
use crate::error::Error;
use crate::worker::Worker;

/// Commands in one transaction at most. Beyond some hundred, one more fsync costs nothing that can be seen.
const GROUP: usize = 512;
/// The same of what was decided ahead: it is brought in bulk, nobody waits for one of them, and each page that many of them
/// share is written once.
const GROUP_OF_DECIDED: usize = 4096;
/// How long more of them are waited for: hardly, because what is not waited for is written while the others are decided.
const MORE_DECIDED: Duration = Duration::from_micros(300);
/// Commands that may wait. Who sends more is made to wait themselves.
const QUEUE: usize = 2048;

/// Called once with the answer, on the writer's thread: hand it on, do not work there.
pub(crate) type Reply = Box<dyn FnOnce(Result<Outcome, Error>) + Send>;

/// Something else to be written in a transaction of its own.
pub(crate) type Task = Box<dyn FnOnce(&mut Db) -> Result<(), Error> + Send>;
type TaskReply = Box<dyn FnOnce(Result<(), Error>) + Send>;

/// Something that is made in bulk.
pub(crate) type Making = Box<dyn FnOnce(&mut Bulk<'_>) -> Result<(), Error> + Send>;

pub(crate) enum Job {
    Command(Asked, Reply),
    Task(Task, TaskReply),
    Bulk(Making, TaskReply),
}

/// A running writer. Dropping it lets it finish its queue.
pub(crate) struct Writer(Worker<Job>);

impl Writer {
    pub(crate) fn start(place: Place, db: Db, appender: Appender) -> Result<Writer, Error> {
        let name = format!("writer {}", appender.holder);
        Worker::start(name, QUEUE, move |jobs| Loop { place, db, appender, jobs }.run()).map(Writer)
    }

    /// Puts a job in the queue, waiting for room.
    pub(crate) fn send(&self, job: Job) {
        self.0.send(job).unwrap_or_else(refuse);
    }

    /// Puts a job in the queue if there is room, and refuses it as locked if there is none.
    pub(crate) fn try_send(&self, job: Job) {
        match self.0.try_send(job) {
            Ok(()) => {}
            Err(TrySendError::Disconnected(job)) => refuse(job),
            Err(TrySendError::Full(job)) => answer(job, Error::Locked),
        }
    }
}

fn refuse(job: Job) {
    answer(job, Error::Stopped);
}

fn answer(job: Job, error: Error) {
    match job {
        Job::Command(_, reply) => reply(Err(error)),
        Job::Task(_, reply) | Job::Bulk(_, reply) => reply(Err(error)),
    }
}

struct Loop {
    place: Place,
    db: Db,
    appender: Appender,
    jobs: Receiver<Job>,
}

impl Loop {
    fn run(mut self) {
        let mut next = None;
        while let Some(job) = next.take().or_else(|| self.jobs.recv().ok()) {
            match job {
                Job::Task(task, reply) => {
                    let done = self.task(task);
                    self.look_after(done.as_ref().err());
                    reply(done);
                }
                Job::Bulk(making, reply) => {
                    let done = making(&mut Bulk::new(&mut self.db, &mut self.appender));
                    self.look_after(done.as_ref().err());
                    reply(done);
                }
                Job::Command(asked, reply) => next = self.group(asked, reply),
            }
        }
    }

    /// Writes a command, and with it everything that waits by then or comes meanwhile, up to a group or to the next task, which
    /// is given back.
    fn group(&mut self, first: Asked, reply: Reply) -> Option<Job> {
        let is_decided = first.is_decided();
        let mut group = Group { jobs: &self.jobs, first: Some(first), is_decided, replies: vec![reply], after: None };
        let done = self.appender.append(&mut self.db, &mut group);
        let Group { replies, after, .. } = group;
        self.look_after(done.as_ref().err());
        match done {
            Ok(answers) => replies.into_iter().zip(answers).for_each(|(reply, answer)| reply(answer)),
            Err(error) => replies.into_iter().for_each(|reply| reply(Err(error.clone()))),
        }
        after
    }

    fn task(&mut self, task: Task) -> Result<(), Error> {
        self.db.begin()?;
        let done = task(&mut self.db).and_then(|()| self.db.commit());
        if done.is_err() {
            self.db.rollback();
        }
        done
    }

    /// Ends the process if the disk failed. Connects again if the connection broke.
    fn look_after(&mut self, error: Option<&Error>) {
        let Some(error) = error else { return };
        error.end_if_the_disk_failed();
        if !self.db.is_alive() {
            match Db::open(&self.place) {
                Ok(db) => self.db = db,
                Err(error) => tracing::error!(%error, "connecting again failed"),
            }
        }
    }
}

/// What is written in one transaction, taken from the queue as it is written.
struct Group<'a> {
    jobs: &'a Receiver<Job>,
    first: Option<Asked>,
    /// Whether the one taken last was decided ahead.
    is_decided: bool,
    replies: Vec<Reply>,
    /// What came up instead of one more, and is done afterwards.
    after: Option<Job>,
}

impl Iterator for Group<'_> {
    type Item = Asked;

    fn next(&mut self) -> Option<Asked> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        if self.replies.len() >= if self.is_decided { GROUP_OF_DECIDED } else { GROUP } {
            return None;
        }
        match if self.is_decided { self.jobs.recv_timeout(MORE_DECIDED).ok() } else { self.jobs.try_recv().ok() }? {
            Job::Command(asked, reply) => {
                self.is_decided = asked.is_decided();
                self.replies.push(reply);
                Some(asked)
            }
            task @ (Job::Task(..) | Job::Bulk(..)) => {
                self.after = Some(task);
                None
            }
        }
    }
}
