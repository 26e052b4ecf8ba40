//! Opening a book: the folder that is the whole system, its law, its calendar, and the key that seals its days.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use domain::book::Book;
use domain::moment::Timestamp;
use ed25519_dalek::SigningKey;
use jiff::tz::TimeZone;
use store::{BookRecord, PackRecord, Place, Store};

use crate::commands::{Exit, Stop};
use crate::house;
use crate::packs;

/// What a new book is.
pub(crate) struct NewBook<'a> {
    /// A short name, part of the origin of its seals.
    pub(crate) name: &'a str,
    /// ISO 4217 code.
    pub(crate) currency: &'a str,
    /// IANA name.
    pub(crate) zone: &'a str,
    /// Law packs by id, separated by commas.
    pub(crate) packs: &'a str,
}

/// Makes an empty book in `data_dir`, which must not hold one.
pub(crate) fn create(data_dir: &Path, new: &NewBook<'_>) -> anyhow::Result<()> {
    let mut record = BookRecord {
        name: new.name.to_owned(),
        currency: new.currency.to_owned(),
        zone: new.zone.to_owned(),
        pack: new.packs.to_owned(),
        shards: 1,
        verifying_key: [0; 32],
        created_at: Timestamp::now(),
    };
    // Whatever is wrong with it is said before anything is made.
    rules(&record, None)?;
    fs::create_dir_all(data_dir).with_context(|| format!("cannot make the folder {}", data_dir.display()))?;
    record.verifying_key = seal_key(data_dir)?.verifying_key().to_bytes();
    Ok(Store::create(&Place::in_dir(data_dir), &record)?)
}

/// Opens the book in `data_dir` for reading and writing.
pub(crate) fn open(data_dir: &Path) -> anyhow::Result<Arc<Store>> {
    let place = Place::in_dir(data_dir);
    let record = BookRecord::read(&place)?.ok_or_else(|| none_here(data_dir))?;
    Ok(Arc::new(Store::open(&place, in_force(&place, &record, data_dir)?)?))
}

/// Lets the versions of packs that two people brought in since the book was opened judge in the running program. They begin on
/// days to come, so nothing that was answered before changes.
pub(crate) fn take_up(store: &Store) -> anyhow::Result<()> {
    let book = store.book();
    let is_known =
        |record: &PackRecord| book.law.packs().iter().any(|pack| pack.id == record.pack && pack.version == record.version);
    let records = store.reader().packs()?;
    let fresh: Vec<_> = records.into_iter().filter(|record| record.activated.is_some() && !is_known(record)).collect();
    if !fresh.is_empty() {
        store.put_in_force(with(&book, &fresh)?);
    }
    Ok(())
}

/// The rules and settings of the book at `place`, with the versions of packs that two people brought in since.
fn in_force(place: &Place, record: &BookRecord, data_dir: &Path) -> anyhow::Result<Book> {
    let book = rules(record, Some(data_dir))?;
    let brought_in = PackRecord::activated(place)?;
    if brought_in.is_empty() { Ok(book) } else { with(&book, &brought_in) }
}

/// The book's rules with the versions that two people brought in.
fn with(book: &Book, brought_in: &[PackRecord]) -> anyhow::Result<Book> {
    let read = |record: &PackRecord| packs::read_text(&record.body).with_context(|| format!("pack `{}`", record.pack));
    let brought_in = brought_in.iter().map(read).collect::<anyhow::Result<Vec<_>>>()?;
    let kept = book.law.packs().iter().map(|pack| domain::law::Pack::clone(pack));
    let law = packs::law_of(kept.chain(brought_in).collect())?;
    let calendar = law.calendar().cloned().unwrap_or_default();
    Ok(Book { law, calendar, ..book.clone() })
}

/// The rules and settings that a record names.
pub(crate) fn rules(record: &BookRecord, data_dir: Option<&Path>) -> anyhow::Result<Book> {
    let zone = TimeZone::get(&record.zone).with_context(|| format!("the zone `{}` is not known", record.zone))?;
    // Every book keeps the house's own rules: they hold what a person wishes, and can only be stricter than the law.
    let named = record.pack.split(',').filter(|name| *name != packs::HOUSE);
    let law = packs::law(named.chain([packs::HOUSE]), None)?;
    let calendar = law.calendar().cloned().unwrap_or_default();
    let house = house::read(&record.pack, data_dir)?;
    Ok(Book { currency: record.currency.clone(), zone, law, calendar, zones: packs::zone, house })
}

/// The key that signs the tree heads of this book. Made once; readable by its owner only.
pub(crate) fn seal_key(data_dir: &Path) -> anyhow::Result<SigningKey> {
    let path: PathBuf = data_dir.join("seal.key");
    if !path.exists() {
        let mut secret = [0_u8; 32];
        getrandom::fill(&mut secret)?;
        let failed = |error| anyhow::Error::new(error).context(format!("cannot keep the key {}", path.display()));
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(failed)?;
        if let Err(error) = file.write_all(&secret).and_then(|()| file.sync_all()) {
            // A key that may not last must seal nothing.
            let _ = fs::remove_file(&path);
            return Err(match error.kind() {
                std::io::ErrorKind::StorageFull => store::Error::Full.into(),
                _ => store::Error::Disk(format!("the key {} could not be written: {error}", path.display())).into(),
            });
        }
    }
    let secret = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let secret = <[u8; 32]>::try_from(secret).map_err(|_| anyhow::anyhow!("{} is not a key of 32 bytes", path.display()))?;
    Ok(SigningKey::from_bytes(&secret))
}

fn none_here(data_dir: &Path) -> Stop {
    let says = format!(
        "there is no book in {}; make one with `forbear import` or `forbear demo`, or name another folder with --data-dir",
        data_dir.display()
    );
    Stop { exit: Exit::Usage, says }
}
