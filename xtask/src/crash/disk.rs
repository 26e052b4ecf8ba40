//! A disk as a power cut may leave it. What was synced is there. Of what was not, any part may be there, in sectors of 512
//! bytes and in any order; a file that was made, cut or removed may or may not be so, until its folder was synced.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::chance::Chance;

/// What a disk writes as a whole.
const SECTOR: usize = 512;

/// Something that was done to the disk, or acknowledged while it was.
#[derive(Clone, Debug)]
pub(super) enum Deed {
    Created(PathBuf),
    Written(PathBuf, usize, Vec<u8>),
    Cut(PathBuf, usize),
    Removed(PathBuf),
    /// A file, or the folder.
    Synced(PathBuf),
    Acknowledged(String),
}

/// Reads what `disk.c` recorded.
pub(super) fn read_trace(path: &Path) -> anyhow::Result<Vec<Deed>> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut rest = bytes.as_slice();
    let mut deeds = vec![];
    while !rest.is_empty() {
        let what = take(&mut rest, 1)?[0];
        let length = u32::from_le_bytes(take(&mut rest, 4)?.try_into()?) as usize;
        let path = PathBuf::from(std::str::from_utf8(take(&mut rest, length)?)?);
        let offset = u64::from_le_bytes(take(&mut rest, 8)?.try_into()?) as usize;
        let length = u64::from_le_bytes(take(&mut rest, 8)?.try_into()?) as usize;
        let data = take(&mut rest, length)?;
        deeds.push(match what {
            b'C' => Deed::Created(path),
            b'W' => Deed::Written(path, offset, data.to_vec()),
            b'T' => Deed::Cut(path, offset),
            b'U' => Deed::Removed(path),
            b'S' => Deed::Synced(path),
            b'A' => Deed::Acknowledged(String::from_utf8_lossy(data).trim_start_matches("ack ").trim_end().to_owned()),
            other => bail!("the recording holds `{other}`, which nobody wrote"),
        });
    }
    Ok(deeds)
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> anyhow::Result<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(length).context("the recording ends in the middle")?;
    *rest = tail;
    Ok(head)
}

/// The disk up to some moment.
#[derive(Clone, Debug, Default)]
pub(super) struct Disk {
    files: Vec<File>,
    /// Where each name leads to, as the program sees it.
    seen: BTreeMap<PathBuf, usize>,
    /// Where each name leads to after a power cut, whatever else is lost.
    synced: BTreeMap<PathBuf, usize>,
    /// Names that were made (to a file) or removed (to none) since the folder was synced.
    names: Vec<(PathBuf, Option<usize>)>,
}

#[derive(Clone, Debug, Default)]
struct File {
    synced: Vec<u8>,
    /// Since the last sync.
    pending: Vec<Change>,
}

#[derive(Clone, Debug)]
enum Change {
    Written(usize, Vec<u8>),
    Cut(usize),
}

impl Disk {
    /// Goes on by one deed.
    pub(super) fn follow(&mut self, deed: &Deed) {
        match deed {
            Deed::Created(path) => {
                let file = self.files.len();
                self.files.push(File::default());
                self.seen.insert(path.clone(), file);
                self.names.push((path.clone(), Some(file)));
            }
            Deed::Written(path, offset, data) => self.pend(path, Change::Written(*offset, data.clone())),
            Deed::Cut(path, size) => self.pend(path, Change::Cut(*size)),
            Deed::Removed(path) => {
                self.seen.remove(path);
                self.names.push((path.clone(), None));
            }
            Deed::Synced(path) => match self.seen.get(path) {
                Some(&file) => {
                    let file = &mut self.files[file];
                    for change in std::mem::take(&mut file.pending) {
                        change.apply(&mut file.synced, |_| true);
                    }
                }
                None => {
                    for (path, file) in std::mem::take(&mut self.names) {
                        name(&mut self.synced, path, file);
                    }
                }
            },
            Deed::Acknowledged(_) => {}
        }
    }

    fn pend(&mut self, path: &Path, change: Change) {
        if let Some(&file) = self.seen.get(path) {
            self.files[file].pending.push(change);
        }
    }

    /// Whether a power cut now could leave anything but one state.
    pub(super) fn is_settled(&self) -> bool {
        self.names.is_empty() && self.files.iter().all(|file| file.pending.is_empty())
    }

    /// Writes into `folder` what a power cut at this moment may leave, and says how it was chosen.
    pub(super) fn cut_power(&self, folder: &Path, chance: &mut Chance) -> anyhow::Result<Loss> {
        let loss = *chance.pick(&Loss::ALL);
        let mut names = self.synced.clone();
        let kept = match loss {
            Loss::Everything => 0,
            Loss::Nothing => self.names.len(),
            Loss::SomeWrites | Loss::SomeSectors | Loss::AllButTheFirst | Loss::TornEnd => {
                chance.between(0, self.names.len() as i64) as usize
            }
        };
        for (path, file) in &self.names[..kept] {
            name(&mut names, path.clone(), *file);
        }
        for (path, file) in names {
            let left = self.files[file].after(loss, chance);
            fs::write(folder.join(path.file_name().unwrap_or_default()), left)?;
        }
        Ok(loss)
    }
}

/// What a power cut does to what was not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    Everything,
    Nothing,
    /// Each write is there or not, as chance will.
    SomeWrites,
    /// Each sector is there or not.
    SomeSectors,
    /// Late writes overtook the first.
    AllButTheFirst,
    /// The writes are there in order up to one, of which some sectors are.
    TornEnd,
}

impl Loss {
    const ALL: [Loss; 6] =
        [Loss::Everything, Loss::Nothing, Loss::SomeWrites, Loss::SomeSectors, Loss::AllButTheFirst, Loss::TornEnd];
}

impl File {
    fn after(&self, loss: Loss, chance: &mut Chance) -> Vec<u8> {
        let mut left = self.synced.clone();
        let last = chance.between(0, self.pending.len() as i64) as usize;
        for (at, change) in self.pending.iter().enumerate() {
            match loss {
                Loss::Everything => {}
                Loss::Nothing => change.apply(&mut left, |_| true),
                Loss::SomeWrites if chance.once_in(2) => change.apply(&mut left, |_| true),
                Loss::SomeWrites => {}
                Loss::SomeSectors => change.apply(&mut left, |_| chance.once_in(2)),
                Loss::AllButTheFirst if at > 0 => change.apply(&mut left, |_| true),
                Loss::AllButTheFirst => {}
                Loss::TornEnd if at < last => change.apply(&mut left, |_| true),
                Loss::TornEnd if at == last => change.apply(&mut left, |_| chance.once_in(2)),
                Loss::TornEnd => {}
            }
        }
        left
    }
}

impl Change {
    /// Does it to a file's bytes, as far as `is_kept` says of each sector.
    fn apply(&self, bytes: &mut Vec<u8>, mut is_kept: impl FnMut(usize) -> bool) {
        match self {
            Change::Cut(size) => {
                if is_kept(size / SECTOR) {
                    bytes.resize(*size, 0);
                }
            }
            Change::Written(offset, data) => {
                let end = offset + data.len();
                let mut at = *offset;
                while at < end {
                    let until = ((at / SECTOR + 1) * SECTOR).min(end);
                    if is_kept(at / SECTOR) {
                        if bytes.len() < until {
                            bytes.resize(until, 0);
                        }
                        bytes[at..until].copy_from_slice(&data[at - offset..until - offset]);
                    }
                    at = until;
                }
            }
        }
    }
}

fn name(names: &mut BTreeMap<PathBuf, usize>, path: PathBuf, file: Option<usize>) {
    match file {
        Some(file) => names.insert(path, file),
        None => names.remove(&path),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What may be left of a file after a power cut, over many of them.
    fn left(deeds: &[Deed], file: &str) -> Vec<Option<Vec<u8>>> {
        let mut disk = Disk::default();
        deeds.iter().for_each(|deed| disk.follow(deed));
        let mut chance = Chance::new(1);
        let mut found = vec![];
        for _ in 0..200 {
            let folder = std::env::temp_dir().join(format!("forbear-disk-{}-{file}", std::process::id()));
            fs::create_dir_all(&folder).unwrap();
            disk.cut_power(&folder, &mut chance).unwrap();
            found.push(fs::read(folder.join(file)).ok());
            fs::remove_dir_all(&folder).unwrap();
        }
        found.sort();
        found.dedup();
        found
    }

    fn write(at: usize, byte: u8, length: usize) -> Deed {
        Deed::Written("f".into(), at, vec![byte; length])
    }

    #[test]
    fn what_was_synced_is_there_and_what_was_not_may_be() {
        let made = [Deed::Created("f".into()), write(0, 1, 4), Deed::Synced("f".into()), Deed::Synced("".into())];
        assert_eq!(left(&made, "f"), [Some(vec![1; 4])]);
        let changed = [&made[..], &[write(0, 2, 4)]].concat();
        assert_eq!(left(&changed, "f"), [Some(vec![1; 4]), Some(vec![2; 4])]);
        let twice = [&changed[..], &[write(2, 3, 4)]].concat();
        for possible in [vec![1, 1, 1, 1], vec![2, 2, 2, 2], vec![1, 1, 3, 3, 3, 3], vec![2, 2, 3, 3, 3, 3]] {
            assert!(left(&twice, "f").contains(&Some(possible.clone())), "{possible:?}");
        }
    }

    #[test]
    fn a_write_can_be_torn_between_sectors_and_nowhere_else() {
        let torn = [Deed::Created("f".into()), Deed::Synced("f".into()), Deed::Synced("".into()), write(510, 7, 4)];
        let halves = |first: u8, second: u8| Some([vec![0; 510], vec![first; 2], vec![second; 2]].concat());
        let found = left(&torn, "f");
        assert!(found.contains(&halves(7, 7)) && found.contains(&halves(0, 7)), "{found:?}");
        assert!(found.contains(&Some([vec![0; 510], vec![7; 2]].concat())) && found.contains(&Some(vec![])));
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn a_name_is_as_the_folder_was_synced() {
        let made = [Deed::Created("g".into()), Deed::Synced("g".into())];
        assert_eq!(left(&made, "g"), [None, Some(vec![])]);
        let removed = [&made[..], &[Deed::Synced("".into()), Deed::Removed("g".into())]].concat();
        assert_eq!(left(&removed, "g"), [None, Some(vec![])]);
        assert_eq!(left(&[&removed[..], &[Deed::Synced("".into())]].concat(), "g"), [None]);
    }
}
