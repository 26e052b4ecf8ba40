//! Whatever is altered behind the store's back is found and named.

use domain::id::{PersonId, StaffId};
use domain::rows::TABLES;
use ed25519_dalek::SigningKey;
use store::{Asker, Difference, Place, Store};

use crate::bed::{Bed, KEY, borrow, day, pay, visit_by};

const PEOPLE: u64 = 6;

pub(crate) fn a_book_that_nobody_altered_has_no_differences(bed: &Bed) {
    let store = some_life(bed);
    let mut told = (0, 0);
    let found = store.verify(&mut |done, total| told = (done, total)).unwrap();
    assert_eq!(found, []);
    assert!(told.0 == told.1 && told.1 > PEOPLE, "{told:?}");
}

pub(crate) fn an_altered_event_is_named_whatever_column_it_was(bed: &Bed) {
    let store = some_life(bed);
    open_the_log(bed);
    let (shard, seq) = place_of(&store, 2, 3);
    let event = place(shard, seq);
    for (change, back) in [
        ("body = REPLACE(body, '5000', '5001')", "body = REPLACE(body, '5001', '5000')"),
        ("body = REPLACE(body, '{', '{ ')", "body = REPLACE(body, '{ ', '{')"),
        ("recorded_at = recorded_at + 1", "recorded_at = recorded_at - 1"),
        ("actor = 'night'", "actor = 'import'"),
        ("command = 'other'", "command = 'pay 2'"),
        ("version = version + 100", "version = version - 100"),
        ("person = '0000000000001', version = 77", "person = '0000000000002', version = 3"),
    ] {
        bed.tamper(&format!("UPDATE events SET {change} WHERE {event}")).unwrap();
        let found = store.verify(&mut |_, _| {}).unwrap();
        let named: Vec<&Difference> = found.iter().filter(|difference| difference.event.is_some()).collect();
        assert!(named.len() == 1 && named[0].event == Some((shard, seq)), "{change}: {found:?}");
        bed.tamper(&format!("UPDATE events SET {back} WHERE {event}")).unwrap();
        assert_eq!(store.verify(&mut |_, _| {}).unwrap(), [], "{back}");
    }
}

pub(crate) fn an_altered_hash_is_named_and_the_next_event_is_not(bed: &Bed) {
    let store = some_life(bed);
    open_the_log(bed);
    let (shard, seq) = place_of(&store, 2, 1);
    let forged = if matches!(bed.place, Place::File(_)) { "zeroblob(32)" } else { "decode(repeat('00', 32), 'hex')" };
    bed.tamper(&format!("UPDATE events SET hash = {forged} WHERE {}", place(shard, seq))).unwrap();
    let found = store.verify(&mut |_, _| {}).unwrap();
    let named: Vec<_> = found.iter().filter_map(|difference| difference.event).collect();
    assert_eq!(named, [(shard, seq)], "{found:?}");
}

pub(crate) fn a_history_that_was_forged_throughout_does_not_fit_its_seal(bed: &Bed) {
    let store = some_life(bed);
    store.seal(day("2026-03-02"), &SigningKey::from_bytes(&KEY)).unwrap();
    drop(store);
    // Somebody who can write the database makes the log anew, hashes and all, without the payments.
    let Place::File(path) = &bed.place else { return println!("forging throughout is tried on SQLite only") };
    let seals = path.with_extension("old");
    std::fs::rename(path, &seals).unwrap();
    let forger = bed.make();
    (1..=PEOPLE).for_each(|person| drop(forger.run(borrow(person)).unwrap()));
    drop(forger);
    bed.tamper(&format!("ATTACH '{}' AS old; INSERT INTO seals SELECT * FROM old.seals", seals.display())).unwrap();
    let found = bed.open().verify(&mut |_, _| {}).unwrap();
    assert!(found.iter().any(|difference| difference.what.contains("was sealed")), "{found:?}");
}

pub(crate) fn a_book_of_an_earlier_program_is_brought_up_to_this_one(bed: &Bed) {
    let store = some_life(bed);
    store.seal(day("2026-03-02"), &SigningKey::from_bytes(&KEY)).unwrap();
    let words = || bed.texts("SELECT person || words FROM sought ORDER BY person");
    let log = || bed.texts("SELECT person || version || command || body FROM events ORDER BY place");
    let stood = (words(), log());
    drop(store);
    // No words to look for, nobody kept folded, and a log under two numbers.
    bed.tamper(
        "DROP TABLE sought; DROP TABLE folds; ALTER TABLE staff DROP COLUMN registration; \
         CREATE TABLE earlier (shard BIGINT NOT NULL, seq BIGINT NOT NULL, person TEXT NOT NULL, version BIGINT NOT NULL, \
         recorded_at BIGINT NOT NULL, actor TEXT NOT NULL, command TEXT NOT NULL, body TEXT NOT NULL, hash BYTEA NOT NULL, \
         PRIMARY KEY (shard, seq)); \
         INSERT INTO earlier SELECT place / 1099511627776, place % 1099511627776, person, version, recorded_at, actor, command, \
         body, hash FROM events; \
         DROP TABLE events; ALTER TABLE earlier RENAME TO events; CREATE UNIQUE INDEX events_of_person ON events (person, version); \
         UPDATE versions SET value = '5' WHERE name = 'schema'",
    )
    .unwrap();
    let store = bed.open();
    assert_eq!(store.verify(&mut |_, _| {}).unwrap(), []);
    assert_eq!((words(), log()), stood);
    for sql in ["UPDATE events SET body = '{}'", "DELETE FROM events"] {
        assert!(bed.tamper(sql).unwrap_err().contains("append-only"), "{sql}");
    }
    assert!(matches!(store.run(pay(2, "later", 5_000)).unwrap(), store::Outcome::Done(_)));
    assert_eq!(store.verify(&mut |_, _| {}).unwrap(), []);
}

pub(crate) fn missing_events_are_noticed(bed: &Bed) {
    let store = some_life(bed);
    open_the_log(bed);
    let (shard, seq) = place_of(&store, 2, 3);
    bed.tamper(&format!("DELETE FROM events WHERE {}", place(shard, seq))).unwrap();
    assert_ne!(store.verify(&mut |_, _| {}).unwrap(), []);
}

pub(crate) fn every_altered_cell_of_every_derived_row_is_named(bed: &Bed) {
    let store = some_life(bed);
    let mut tried = 0;
    for table in &TABLES {
        let rows = store.reader().rows(Asker::Night, PersonId(2)).unwrap().unwrap();
        if !rows.iter().any(|row| TABLES[row.table].name == table.name) {
            continue;
        }
        for column in &table.columns[table.key..] {
            if column.name == "person" {
                continue;
            }
            let (name, column_name) = (table.name, column.name);
            let changed = if column.is_int { "4711" } else { "'4711'" };
            bed.tamper(&format!("UPDATE {name} SET {column_name} = {changed} WHERE person = '0000000000002'")).unwrap();
            let found = store.verify(&mut |_, _| {}).unwrap();
            let is_named = |difference: &Difference| {
                (difference.table.as_str(), difference.column.as_deref()) == (name, Some(column_name))
                    && difference.person.as_deref() == Some("0000000000002")
            };
            assert!(!found.is_empty() && found.iter().all(is_named), "{name}.{column_name}: {found:?}");
            store.rebuild(&mut |_, _| {}).unwrap();
            tried += 1;
        }
        bed.tamper(&format!("DELETE FROM {} WHERE person = '0000000000002'", table.name)).unwrap();
        let found = store.verify(&mut |_, _| {}).unwrap();
        assert!(
            found.iter().any(|difference| difference.table == table.name && difference.what.contains("missing")),
            "{found:?}"
        );
        store.rebuild(&mut |_, _| {}).unwrap();
        assert_eq!(store.verify(&mut |_, _| {}).unwrap(), []);
    }
    assert!(tried > 20, "{tried}");
}

pub(crate) fn words_that_people_are_looked_for_by_are_named_and_made_anew(bed: &Bed) {
    let store = some_life(bed);
    let kept = "SELECT person || '=' || words FROM sought ORDER BY person";
    let live = bed.texts(kept);
    assert!(live.len() == PEOPLE as usize && live[1].contains("=王2\nwang\nw"), "{live:?}");
    for (change, column) in [
        ("UPDATE sought SET words = REPLACE(words, 'wang', 'wanG') WHERE person = '0000000000002'", "words"),
        ("DELETE FROM sought WHERE person = '0000000000002'", "words"),
        ("UPDATE sought SET person = '000000000zzzz' WHERE person = '0000000000002'", "person"),
    ] {
        bed.tamper(change).unwrap();
        let found = store.verify(&mut |_, _| {}).unwrap();
        let is_named = |it: &Difference| it.table == "sought" && it.column.as_deref() == Some(column);
        assert!(found.iter().any(is_named) && found.iter().all(|it| it.table == "sought"), "{change}: {found:?}");
        assert!(found.iter().all(|it| !it.what.contains("wang")), "names are not told: {found:?}");
        store.rebuild(&mut |_, _| {}).unwrap();
        assert_eq!(bed.texts(kept), live, "{change}");
        assert_eq!(store.verify(&mut |_, _| {}).unwrap(), []);
    }
    store.erase_notes(PersonId(2), crate::bed::at(9)).unwrap();
    store.rebuild(&mut |_, _| {}).unwrap();
    assert!(!bed.texts(kept).iter().any(|row| row.starts_with("0000000000002")), "erased is not found again");
    assert_eq!(store.verify(&mut |_, _| {}).unwrap(), []);
    bed.tamper("INSERT INTO sought (person, words) VALUES ('0000000000002', 'x')").unwrap();
    let found = store.verify(&mut |_, _| {}).unwrap();
    assert!(matches!(&found[..], [one] if one.table == "sought"), "{found:?}");
}

pub(crate) fn rows_of_nobody_are_named(bed: &Bed) {
    let store = some_life(bed);
    bed.tamper("INSERT INTO cases (case_id, person) VALUES ('x', 'nobody')").unwrap();
    let found = store.verify(&mut |_, _| {}).unwrap();
    assert!(found.len() == 1 && found[0].table == "cases" && found[0].person.as_deref() == Some("nobody"), "{found:?}");
}

pub(crate) fn whatever_else_is_altered_is_named(bed: &Bed) {
    let store = some_life(bed);
    let sealed = ["2026-03-02", "2026-03-03", "2026-03-04"].map(day);
    sealed.iter().for_each(|on| drop(store.seal(*on, &SigningKey::from_bytes(&KEY)).unwrap()));
    let [first, second, third] = sealed.map(|on| on.epoch_days());
    for (change, table) in [
        ("UPDATE notes SET body = 'x' WHERE note = '0000000000002'", "notes"),
        ("DELETE FROM notes WHERE note = '0000000000003'", "notes"),
        ("UPDATE notes SET person = '0000000000001' WHERE note = '0000000000004'", "notes"),
        (
            &format!("UPDATE seals SET note = REPLACE(note, '-02', '-01') WHERE origin = 'forbear/test/0' AND on_day = {first}"),
            "seals",
        ),
        (&format!("UPDATE seals SET on_day = on_day + 9 WHERE origin = 'forbear/test' AND on_day = {second}"), "seals"),
        (&format!("DELETE FROM seals WHERE origin = 'forbear/test/1' AND on_day = {third}"), "seals"),
        ("UPDATE shards SET size = size + 1 WHERE shard = 1", "shards"),
        ("UPDATE streams SET version = version + 1 WHERE person = '0000000000002'", "streams"),
        ("UPDATE streams SET shard = shard + 1 WHERE person = '0000000000003'", "streams"),
        ("UPDATE commands SET key = 'x' WHERE key = 'pay 5'", "commands"),
    ] {
        let before = store.verify(&mut |_, _| {}).unwrap().len();
        bed.tamper(change).unwrap();
        let found = store.verify(&mut |_, _| {}).unwrap();
        assert!(found.len() > before && found.iter().any(|difference| difference.table == table), "{change}: {found:?}");
    }
}

pub(crate) fn rebuilt_is_live(bed: &Bed) {
    let store = some_life(bed);
    let live = store.state_hash().unwrap();
    bed.tamper("DELETE FROM persons; UPDATE accounts SET bucket = 5; DELETE FROM visits").unwrap();
    assert_ne!(store.state_hash().unwrap(), live);
    store.rebuild(&mut |_, _| {}).unwrap();
    assert_eq!(store.state_hash().unwrap(), live);
    // The other database comes to the same rows.
    assert_eq!(some_life(&Bed::on_sqlite()).state_hash().unwrap(), live);
}

pub(crate) fn an_event_is_proved_to_an_outsider(bed: &Bed) {
    let store = some_life(bed);
    let key = SigningKey::from_bytes(&KEY);
    assert_eq!(store.reader().prove(Asker::Night, PersonId(2), 3).unwrap(), None, "not sealed yet");
    let head = store.seal(day("2026-03-02"), &key).unwrap();
    store.run(pay(2, "later", 100)).unwrap();
    assert_eq!(store.seal(day("2026-03-02"), &key).unwrap(), head, "a day is sealed once");
    let proof = store.reader().prove(Asker::Night, PersonId(2), 3).unwrap().unwrap();
    assert!(proof.holds(&key.verifying_key()));
    let mut forged = proof.clone();
    forged.record.body = forged.record.body.replace("5000", "500");
    assert!(!forged.holds(&key.verifying_key()));
    assert!(!proof.holds(&SigningKey::from_bytes(&[1; 32]).verifying_key()));
    assert_eq!(store.reader().prove(Asker::Consumer(PersonId(1)), PersonId(2), 3).unwrap(), None, "not theirs");
    assert!(store.seal(day("2026-03-03"), &SigningKey::from_bytes(&[1; 32])).is_err(), "another key");
}

/// Six people who borrow, pay and are visited.
fn some_life(bed: &Bed) -> Store {
    let store = bed.make();
    for person in 1..=PEOPLE {
        store.run(borrow(person)).unwrap();
        store.run(pay(person, &format!("pay {person}"), 5_000)).unwrap();
        store.run(pay(person, &format!("none {person}"), 0)).unwrap();
        let mut visit = pay(person, &format!("visit {person}"), 1);
        visit.decide = Box::new(move |_| Ok(visit_by(person, StaffId(9))));
        store.run(visit).unwrap();
    }
    store
}

/// Takes the protection off, as somebody who owns the database can.
fn open_the_log(bed: &Bed) {
    bed.tamper(match &bed.place {
        Place::File(_) => "DROP TRIGGER events_are_not_altered; DROP TRIGGER events_are_not_deleted",
        Place::Server(_) => "ALTER TABLE events DISABLE TRIGGER ALL",
    })
    .unwrap();
}

/// Shard and place of an event in the log.
/// What the row of an event is found by.
fn place(shard: u16, seq: u64) -> String {
    format!("place = {}", u64::from(shard) * (1 << 40) + seq)
}

fn place_of(store: &Store, person: u64, version: u64) -> (u16, u64) {
    let key = SigningKey::from_bytes(&KEY);
    store.seal(day("2026-03-01"), &key).unwrap();
    let record = store.reader().prove(Asker::Night, PersonId(person), version).unwrap().unwrap().record;
    (record.shard, record.seq)
}
