//! Acting from a handler: one command to the store, and its outcome as what the page needs.

use std::sync::Arc;

use domain::event::{Actor, Event};
use domain::id::{NoteId, PersonId};
use domain::person::Person;
use domain::refusal::Refusal;
use sha2::{Digest, Sha256};
use store::{Command, Error, Note, Outcome};
use tokio::sync::oneshot;

use super::{Failure, Site};

/// Something a signed-in person does to one person's file.
pub(crate) struct Deed {
    /// Who does it.
    pub(crate) actor: Actor,
    /// To whose file.
    pub(crate) person: PersonId,
    /// The name of the use case, for the record of a refusal.
    pub(crate) intent: &'static str,
    /// The key that the form carried, so that sending it twice does it once.
    pub(crate) key: String,
    /// What was sent: the same key with other words is a conflict.
    pub(crate) body: String,
    /// Words and personal data that go with it.
    pub(crate) notes: Vec<Note>,
}

impl Site {
    /// Does a deed, waits until it is on disk, and tells what was recorded, now or when it was first sent.
    pub(crate) async fn act(
        self: &Arc<Self>,
        deed: Deed,
        decide: impl FnOnce(&Person) -> Result<Vec<Event>, Refusal> + Send + 'static,
    ) -> Result<Vec<Event>, Failure> {
        match self.run(deed, decide).await? {
            Outcome::Done(recorded) | Outcome::AlreadyDone(recorded) => Ok(recorded.into_iter().map(|it| it.event).collect()),
            Outcome::Refused(refusal) => Err(Failure::Refused(refusal)),
            Outcome::Conflict => Err(Failure::Conflict),
        }
    }

    /// Does a deed and waits until it is on disk, for those who want to know whether it was done before.
    pub(crate) async fn run(
        self: &Arc<Self>,
        deed: Deed,
        decide: impl FnOnce(&Person) -> Result<Vec<Event>, Refusal> + Send + 'static,
    ) -> Result<Outcome, Failure> {
        let command = Command {
            person: deed.person,
            actor: deed.actor,
            key: deed.key,
            body_hash: Sha256::digest(deed.body.as_bytes()).into(),
            intent: deed.intent,
            recorded_at: self.now(),
            night: None,
            notes: deed.notes,
            decide: Box::new(decide),
        };
        let (reply, answer) = oneshot::channel();
        self.store.submit(command, move |outcome| drop(reply.send(outcome)));
        Ok(answer.await.map_err(|_| Failure::from(Error::Stopped))??)
    }

    /// Looks something up on a thread that may wait for the disk.
    pub(crate) async fn look<T: Send + 'static>(
        self: &Arc<Self>,
        look: impl FnOnce(&store::Reader) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Failure> {
        let store = Arc::clone(&self.store);
        let seen = tokio::task::spawn_blocking(move || look(store.reader())).await;
        Ok(seen.map_err(|error| anyhow::anyhow!("looking something up broke off: {error}"))??)
    }
}

/// A fresh id.
pub(crate) fn new_id() -> anyhow::Result<u64> {
    let mut id = [0; 8];
    getrandom::fill(&mut id)?;
    Ok(u64::from_be_bytes(id))
}

/// Eight letters and digits that nobody can guess, without those that are taken for one another: 40 bits.
pub(crate) fn code() -> anyhow::Result<String> {
    const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let mut chance = [0_u8; 8];
    getrandom::fill(&mut chance)?;
    Ok(chance.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
}

/// A note with fresh chance in it.
pub(crate) fn new_note(kind: &'static str, body: &str) -> anyhow::Result<Note> {
    Ok(Note { id: NoteId(new_id()?), kind, salt: salt()?, body: body.to_owned(), paper: None })
}

/// Fresh chance for a note.
pub(crate) fn salt() -> anyhow::Result<[u8; 16]> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt)?;
    Ok(salt)
}
