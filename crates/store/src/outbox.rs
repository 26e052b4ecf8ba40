//! The outbox: messages that are to be handed over, and the list of what became of them.

use domain::id::{MessageId, NoteId, PersonId};
use domain::identity::Identity;
use domain::moment::Timestamp;

use crate::asker::Asker;
use crate::db::{Row, Value};
use crate::error::Error;
use crate::lists;
use crate::reader::{Reader, instant, person_id};

/// A message that is to be handed over, with its words.
pub struct Waiting {
    /// The message.
    pub message: MessageId,
    /// Whose stream it lies in.
    pub person: PersonId,
    /// By what means.
    pub channel: String,
    /// How often that was set out to.
    pub attempts: u32,
    /// Not before.
    pub due_at: Timestamp,
    /// To where and what, as it was kept; none once erased.
    pub words: Option<String>,
}

impl Waiting {
    /// Tells one try to hand it over from the next: a key for what is done in this one.
    pub fn tried(&self) -> String {
        format!("{}-{}", self.attempts, self.due_at.as_microsecond())
    }
}

/// A row of the list of messages.
#[derive(Clone, PartialEq, Eq)]
pub struct MessageRow {
    /// The message.
    pub message: MessageId,
    /// To whom.
    pub person: PersonId,
    /// Their name, for those who may read names.
    pub identity: Option<Identity>,
    /// By what means.
    pub channel: String,
    /// The name of the text.
    pub template: String,
    /// Where its words are kept.
    pub words: NoteId,
    /// How far it came.
    pub state: String,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// Not to be handed over before.
    pub due_at: Timestamp,
    /// When it came that far.
    pub moved_at: Timestamp,
    /// Why it failed or was taken back: a word, or rules separated by commas.
    pub because: Option<String>,
}

/// A part of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tray {
    /// What waits.
    Queued,
    /// What was handed over, and what is being handed over.
    Sent,
    /// What did not arrive.
    Failed,
    /// What was taken back.
    Withdrawn,
}

impl Tray {
    /// Every tray.
    pub const ALL: [Tray; 4] = [Tray::Queued, Tray::Sent, Tray::Failed, Tray::Withdrawn];

    /// Its name, also the one in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Tray::Queued => "queued",
            Tray::Sent => "sent",
            Tray::Failed => "failed",
            Tray::Withdrawn => "withdrawn",
        }
    }

    /// Up to three states that lie in it.
    const fn states(self) -> [&'static str; 3] {
        match self {
            Tray::Queued => ["queued", "", ""],
            Tray::Sent => ["released", "sent", "delivered"],
            Tray::Failed => ["failed", "", ""],
            Tray::Withdrawn => ["withdrawn", "", ""],
        }
    }
}

impl Reader {
    /// Messages that are due at `now` by one of five channels, and those whose handing over broke off before
    /// `broken_off_before`, the longest due first. Only for whoever hands them over: it reads their words.
    pub fn messages_due(
        &self,
        now: Timestamp,
        broken_off_before: Timestamp,
        channels: [&str; 5],
        limit: u32,
    ) -> Result<Vec<Waiting>, Error> {
        let sql = "SELECT message, messages.person, channel, attempts, due_at, body FROM messages \
                   LEFT JOIN notes ON notes.note = messages.words_note \
                   WHERE ((state = 'queued' AND due_at <= $1) OR (state = 'released' AND moved_at < $2)) \
                   AND channel IN ($3, $4, $5, $6, $7) ORDER BY due_at, message LIMIT $8";
        let [a, b, c, d, e] = channels;
        let params: [Value<'_>; 8] = [
            now.as_microsecond().into(),
            broken_off_before.as_microsecond().into(),
            a.into(),
            b.into(),
            c.into(),
            d.into(),
            e.into(),
            i64::from(limit).into(),
        ];
        self.look(|db| {
            db.query(sql, &params, |row| {
                Ok(Waiting {
                    message: message_id(&row.get::<String>(0)?)?,
                    person: person_id(&row.get::<String>(1)?)?,
                    channel: row.get(2)?,
                    attempts: row.get::<i64>(3)? as u32,
                    due_at: instant(row.get(4)?)?,
                    words: row.get(5)?,
                })
            })
        })
    }

    /// How many messages lie in each tray.
    pub fn trays(&self) -> Result<[(Tray, u64); 4], Error> {
        let sql = "SELECT count(*) FROM messages WHERE state IN ($1, $2, $3)";
        self.look(|db| {
            let mut counted = Tray::ALL.map(|tray| (tray, 0));
            for (tray, count) in &mut counted {
                let [a, b, c] = tray.states();
                *count = db.query_one(sql, &[a.into(), b.into(), c.into()], |row| row.get::<i64>(0))?.unwrap_or(0) as u64;
            }
            Ok(counted)
        })
    }

    /// The messages in a tray, the latest first.
    pub fn messages(&self, asker: Asker, tray: Tray, limit: u32) -> Result<Vec<MessageRow>, Error> {
        let sql = "SELECT message, messages.person, body, channel, template, words_note, state, queued_at, due_at, moved_at, \
                   because FROM messages JOIN persons ON persons.person = messages.person \
                   LEFT JOIN notes ON notes.note = persons.identity_note \
                   WHERE state IN ($1, $2, $3) AND (CAST($4 AS TEXT) IS NULL OR messages.person = $4) \
                   AND (CAST($5 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM visits WHERE visits.person = messages.person AND team LIKE $5)) \
                   ORDER BY moved_at DESC, message LIMIT $6";
        let [a, b, c] = tray.states();
        let (person, team) = (asker.only_person(), asker.only_team());
        let params: [Value<'_>; 6] =
            [a.into(), b.into(), c.into(), person.as_deref().into(), team.as_deref().into(), i64::from(limit).into()];
        self.look(|db| db.query(sql, &params, |row| message_row(asker, row)))
    }
}

fn message_row(asker: Asker, row: &Row<'_>) -> Result<MessageRow, Error> {
    let words = row.get::<String>(5)?;
    Ok(MessageRow {
        message: message_id(&row.get::<String>(0)?)?,
        person: person_id(&row.get::<String>(1)?)?,
        identity: lists::identity(asker, row, 2)?,
        channel: row.get(3)?,
        template: row.get(4)?,
        words: NoteId::parse(&words).ok_or_else(|| Error::Damaged(format!("the note id `{words}`")))?,
        state: row.get(6)?,
        queued_at: instant(row.get(7)?)?,
        due_at: instant(row.get(8)?)?,
        moved_at: instant(row.get(9)?)?,
        because: row.get(10)?,
    })
}

pub(crate) fn message_id(text: &str) -> Result<MessageId, Error> {
    MessageId::parse(text).ok_or_else(|| Error::Damaged(format!("the message id `{text}`")))
}
