//! Writes that `cargo xtask crash` records, to see what a power cut at any moment leaves of them. It is a program rather than
//! a test: here, and nowhere in what is shipped, may a book be written with less than `synchronous=FULL`, which is how the
//! crash test shows that it would notice.

use std::env;
use std::io::Write;

use ed25519_dalek::SigningKey;

use super::tests::{asked, book, record, register};
use super::*;
use crate::db::Place;
use crate::sealing;
use crate::store::Store;

/// Transactions that are written.
const GROUPS: u64 = 120;
/// A day is sealed after so many of them.
const SEALED_AFTER: u64 = 15;
/// The write-ahead log is brought into the file after so many of them.
const CHECKPOINT_AFTER: u64 = 17;

/// Tells whoever records that so much was promised.
fn acknowledge(what: &str) {
    std::io::stdout().write_all(format!("ack {what}\n").as_bytes()).unwrap();
}

#[test]
#[ignore = "a program for `cargo xtask crash`, which says where and how to write"]
fn writes_for_a_power_cut() {
    let place = Place::in_dir(env::var("FORBEAR_DISK_DIR").unwrap().as_ref());
    let key = SigningKey::from_bytes(&[7; 32]);
    let record = record(&key);
    Store::create(&place, &record).unwrap();
    acknowledge("book");
    // Checkpoints are made by a connection of their own, as they are beside a writer.
    let [mut db, mut beside] = [(), ()].map(|()| Db::open(&place).unwrap());
    for db in [&db, &beside] {
        if let (Db::Sqlite(connection, _), Ok(weaker)) = (db, env::var("FORBEAR_DISK_SYNCHRONOUS")) {
            connection.pragma_update(None, "synchronous", weaker).unwrap();
        }
    }
    let last_night = Arc::new(AtomicI32::new(Day::MIN.epoch_days()));
    let mut appender = Appender::new(InForce::new(book()), 1, "power".into(), last_night, 1_000);
    let mut person = 0;
    for group in 0..GROUPS {
        let size = 1 + group * 7 % 11;
        let answers = appender.append(&mut db, (person..person + size).map(register).map(asked)).unwrap();
        assert!(answers.iter().all(|answer| matches!(answer, Ok(Outcome::Done(_)))));
        person += size;
        acknowledge(&format!("people {person}"));
        if group % SEALED_AFTER == 0 {
            db.begin().unwrap();
            sealing::seal(&mut db, &record, Day::from_epoch_days(group as i32), &key).unwrap();
            db.commit().unwrap();
            acknowledge(&format!("seals {}", group / SEALED_AFTER + 1));
        }
        if group % CHECKPOINT_AFTER == 0 {
            beside.checkpoint().unwrap();
        }
    }
}
