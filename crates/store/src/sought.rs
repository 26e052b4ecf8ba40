//! What somebody is looked for by: their name, its sounds and their initials (林浩然, linhaoran, lhr), phone, number of the identity
//! card, address of mail and chat. Kept beside the notes, because a note is found by what it says and not by the names of its fields.

use domain::id::PersonId;
use domain::identity::Identity;
use domain::person::Person;
use pinyin::ToPinyin;

use crate::db::{Db, Value};
use crate::error::Error;
use crate::note::Note;

/// What these notes let their person be found by, if the person's identity is among them; others are not looked through.
pub(crate) fn of_notes(notes: &[Note]) -> Option<String> {
    let identity = notes.iter().rfind(|note| note.kind == "identity")?;
    serde_json::from_str(&identity.body).ok().map(|identity| words(&identity))
}

/// Makes the words of every identity anew, in a book that had none.
pub(crate) fn fill(db: &mut Db) -> Result<(), Error> {
    let sql = "SELECT person, body FROM notes WHERE kind = 'identity' AND body IS NOT NULL ORDER BY recorded_at, note";
    let known = db.query(sql, &[], |row| Ok((row.get::<String>(0)?, row.get::<String>(1)?)))?;
    known.iter().try_for_each(|(person, body)| match serde_json::from_str(body) {
        Ok(identity) => put(db, person, &words(&identity)),
        Err(_) => Ok(()),
    })
}

/// What this person is looked for by, as the note that the log names as their identity says; nothing where there is none any more.
pub(crate) fn expected(db: &mut Db, person: &Person) -> Result<Option<String>, Error> {
    let Some(identity) = &person.identity else { return Ok(None) };
    let sql = "SELECT body FROM notes WHERE note = $1 AND person = $2";
    let (note, person) = (identity.id.to_string(), person.id.to_string());
    let body = db.query_one(sql, &[(&note).into(), (&person).into()], |row| row.text_or_nothing(0))?.flatten();
    Ok(body.and_then(|body| serde_json::from_str(&body).ok()).map(|identity| words(&identity)))
}

/// What is kept to look for them by.
pub(crate) fn kept(db: &mut Db, person: &str) -> Result<Option<String>, Error> {
    db.query_one("SELECT words FROM sought WHERE person = $1", &[person.into()], |row| row.text(0))
}

/// Empties the table, for it to be made anew.
pub(crate) fn empty(db: &mut Db) -> Result<(), Error> {
    db.execute("DELETE FROM sought", &[]).map(drop)
}

/// Makes the words of one person anew.
pub(crate) fn rebuild(db: &mut Db, person: &Person) -> Result<(), Error> {
    match expected(db, person)? {
        Some(words) => put(db, &person.id.to_string(), &words),
        None => Ok(()),
    }
}

/// Words that hang on nobody.
pub(crate) fn of_nobody(db: &mut Db) -> Result<Vec<String>, Error> {
    db.query("SELECT person FROM sought WHERE person NOT IN (SELECT person FROM streams) LIMIT 100", &[], |row| row.text(0))
}

/// Nobody is found by what was erased.
pub(crate) fn erase(db: &mut Db, person: PersonId) -> Result<(), Error> {
    db.execute("DELETE FROM sought WHERE person = $1", &[(&person.to_string()).into()]).map(drop)
}

/// What is asked of the database where somebody types `text`: anywhere within, small letters, its own signs taken as they stand.
pub(crate) fn pattern(text: &str) -> String {
    let escaped: String = text
        .trim()
        .to_lowercase()
        .chars()
        .flat_map(|sign| matches!(sign, '%' | '_' | '\\').then_some('\\').into_iter().chain([sign]))
        .collect();
    format!("%{escaped}%")
}

/// Keeps what somebody is looked for by.
pub(crate) fn put(db: &mut Db, person: &str, words: &str) -> Result<(), Error> {
    let sql = "INSERT INTO sought (person, words) VALUES ($1, $2) ON CONFLICT (person) DO UPDATE SET words = excluded.words";
    db.execute(sql, &[person.into(), Value::Text(words)]).map(drop)
}

/// A line for each way of finding somebody, so that no search runs from one into the next.
fn words(identity: &Identity) -> String {
    let sounds: Vec<&str> = identity.name.as_str().to_pinyin().flatten().map(|sound| sound.plain()).collect();
    let initials: String = sounds.iter().filter_map(|sound| sound.chars().next()).collect();
    let others = [&identity.resident_id, &identity.phone, &identity.email, &identity.chat].into_iter().flatten().cloned();
    let all = [identity.name.clone(), sounds.concat(), initials].into_iter().chain(others);
    all.filter(|it| !it.is_empty()).map(|it| it.to_lowercase()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(identity: &str, expected: &str) {
        assert_eq!(words(&serde_json::from_str(identity).unwrap()), expected);
    }

    #[test]
    fn somebody_is_found_by_name_sound_initials_and_number() {
        check(r#"{"name":"林浩然","resident_id":null,"phone":"13800000001"}"#, "林浩然\nlinhaoran\nlhr\n13800000001");
        check(
            r#"{"name":"Ann Lee","resident_id":"11X","phone":null,"email":"Ann@example.org"}"#,
            "ann lee\n11x\nann@example.org",
        );
        check(r#"{"name":"王O'Neil","resident_id":null,"phone":null}"#, "王o'neil\nwang\nw");
    }

    #[test]
    fn signs_that_mean_something_to_a_database_are_taken_as_they_stand() {
        assert_eq!(pattern(" A_1%\\ "), "%a\\_1\\%\\\\%");
    }
}
