//! Source files: opened, unpacked, decoded and read row by row, with the rows of other files joined to each.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::mem;
use std::path::{Path, PathBuf};

use csv::StringRecord;
use encoding_rs::{Decoder, DecoderResult};
use indicatif::ProgressBar;

use crate::ahead;
use crate::commands::{Exit, Stop as Trouble};

use super::mapping::{Column, FileForm, Join, Mapping, Only, nearest};
use super::row::{Fault, Place, Row, Text};

/// The source files of an import and what is joined to their rows.
pub(crate) struct Source {
    paths: Vec<PathBuf>,
    form: FileForm,
    only: Vec<Only>,
    headers: Vec<Vec<String>>,
    joined: Vec<Joined>,
}

/// A joined file, held in memory.
struct Joined {
    name: String,
    file: String,
    matching: String,
    to: Column,
    rows: HashMap<String, StringRecord>,
}

/// What came of reading a row.
pub(crate) enum Reading<'r> {
    /// A row that counts.
    Row(Row<'r>),
    /// A row that cannot be read as one.
    Fault(u64, Fault),
    /// A row that the mapping passes over.
    PassedOver,
}

impl Source {
    /// Opens the files, reads what is joined, and finds every column that the mapping names.
    pub(crate) fn open(paths: &[PathBuf], mapping: &mut Mapping, mapping_file: &Path) -> Result<Source, Trouble> {
        let form = mapping.file.clone();
        let mut headers = vec![];
        for path in paths {
            let header = columns(&mut reader(path, &form, None)?, path)?;
            match headers.first() {
                None => headers.push(header),
                Some(first) if *first == header => {}
                Some(_) => return Err(unusable(path, "has other columns than the first file; import it by itself")),
            }
        }
        let in_mapping = |column: &Column, says: String| Trouble {
            exit: Exit::Usage,
            says: format!("`{}` line {}: {says}", mapping_file.display(), column.line),
        };
        let mut joined = vec![];
        let folder = paths.first().and_then(|path| path.parent()).unwrap_or(Path::new(""));
        for join in &mut mapping.joins {
            find(&mut join.to, &headers, &joined).map_err(|says| in_mapping(&join.to, says))?;
            let (header, rows) = read_join(join, folder, &form, &in_mapping)?;
            headers.push(header);
            let file = join.file.text.clone();
            joined.push(Joined {
                name: join.name.clone(),
                file,
                matching: join.matching.name.clone(),
                to: join.to.clone(),
                rows,
            });
        }
        for column in mapping.columns_mut() {
            find(column, &headers, &joined).map_err(|says| in_mapping(column, says))?;
        }
        Ok(Source { paths: paths.to_vec(), form, only: mapping.only.clone(), headers, joined })
    }

    /// The files.
    pub(crate) fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// Bytes of all files together, as they lie on the disk.
    pub(crate) fn size(&self) -> u64 {
        self.paths.iter().filter_map(|path| path.metadata().ok()).map(|file| file.len()).sum()
    }

    /// Reads every row of every file, in order. `see` gets the index of the file and the row.
    pub(crate) fn each(
        &self,
        progress: &ProgressBar,
        mut see: impl FnMut(usize, Reading<'_>) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        self.records(progress, |file, record, line| self.one(record, line, |read| see(file, read)))
    }

    /// As [`each`](Source::each), for what takes long: every row is judged by itself, on all cores, and `next` gets what came of
    /// it, in order.
    pub(crate) fn each_ahead<T: Send>(
        &self,
        progress: &ProgressBar,
        judge: impl Fn(usize, Reading<'_>) -> T + Sync,
        mut next: impl FnMut(usize, T) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        let judge_all = |part: Vec<(usize, StringRecord, u64)>| {
            let judge = |(file, record, line)| (file, self.one(&record, line, |read| judge(file, read)));
            part.into_iter().map(judge).collect::<Vec<_>>()
        };
        let read = |give: &mut dyn FnMut(Vec<_>) -> Result<(), Trouble>| {
            let mut part = vec![];
            self.records(progress, |file, record, line| {
                part.push((file, record.clone(), line));
                if part.len() < ahead::TOGETHER { Ok(()) } else { give(mem::take(&mut part)) }
            })?;
            give(part)
        };
        ahead::in_order(read, judge_all, |judged| judged.into_iter().try_for_each(|(file, came)| next(file, came)))
    }

    fn records(
        &self,
        progress: &ProgressBar,
        mut see: impl FnMut(usize, &StringRecord, u64) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        for (index, path) in self.paths.iter().enumerate() {
            let mut reader = reader(path, &self.form, Some(progress))?;
            columns(&mut reader, path)?;
            // Where lines end in CRLF, the reader has not counted the LF before a row when it names its line.
            let uncounted = u64::from(reader.position().line() == 1);
            let mut record = StringRecord::new();
            loop {
                let is_row = reader.read_record(&mut record).map_err(|error| unreadable(path, error))?;
                if !is_row {
                    break;
                }
                let line = record.position().map_or(0, csv::Position::line) + uncounted;
                see(index, &record, line)?;
            }
        }
        Ok(())
    }

    fn one<T>(&self, record: &StringRecord, line: u64, see: impl FnOnce(Reading<'_>) -> T) -> T {
        let nothing = &self.form.nothing[..];
        let width = self.headers[0].len();
        if record.len() != width {
            let fault = Fault {
                column: String::new(),
                value: record.iter().next().unwrap_or_default().into(),
                reason: Text::from("import-columns").with("found", record.len()).with("expected", width),
                fix: "import-columns-mend".into(),
            };
            return see(Reading::Fault(line, fault));
        }
        let main = [record];
        if !self
            .only
            .iter()
            .filter(|only| only.column.place.table == 0)
            .all(|only| is_met(only, &Row { line, records: &main, nothing }))
        {
            return see(Reading::PassedOver);
        }
        let mut records = vec![record];
        for join in &self.joined {
            let row = Row { line, records: &records, nothing };
            let key = row.cell(join.to.place).unwrap_or_default();
            match join.rows.get(key) {
                Some(joined) => records.push(joined),
                None => {
                    let fault = Fault {
                        column: join.to.name.clone(),
                        value: key.into(),
                        reason: Text::from("import-join").with("file", &join.file).with("column", &join.matching),
                        fix: "import-join-mend".into(),
                    };
                    return see(Reading::Fault(line, fault));
                }
            }
        }
        let row = Row { line, records: &records, nothing };
        let counts = self.only.iter().filter(|only| only.column.place.table > 0).all(|only| is_met(only, &row));
        see(if counts { Reading::Row(row) } else { Reading::PassedOver })
    }
}

fn is_met(only: &Only, row: &Row<'_>) -> bool {
    (row.cell(only.column.place).unwrap_or_default() == only.value) == only.is_equal
}

/// Finds the place of a column; the error is the fix.
fn find(column: &mut Column, headers: &[Vec<String>], joined: &[Joined]) -> Result<(), String> {
    let in_table = |table: usize, name: &str| headers[table].iter().position(|known| known == name);
    if let Some(place) = in_table(0, &column.name) {
        column.place = Place { table: 0, column: place };
        return Ok(());
    }
    if let Some((join, name)) = column.name.split_once('.')
        && let Some(table) = joined.iter().position(|known| known.name == join)
        && let Some(place) = in_table(table + 1, name)
    {
        column.place = Place { table: table + 1, column: place };
        return Ok(());
    }
    let own = headers[0].iter().cloned();
    let others =
        joined.iter().zip(&headers[1..]).flat_map(|(join, header)| header.iter().map(|name| format!("{}.{name}", join.name)));
    let all: Vec<String> = own.chain(others).collect();
    let help = match nearest(&column.name, all.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it has {}", all.iter().take(12).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
    };
    Err(format!("the source has no column `{}`; {help}", column.name))
}

type Header = Vec<String>;

fn read_join(
    join: &mut Join,
    folder: &Path,
    form: &FileForm,
    in_mapping: &impl Fn(&Column, String) -> Trouble,
) -> Result<(Header, HashMap<String, StringRecord>), Trouble> {
    let path = folder.join(&join.file.text);
    let mut reader = reader(&path, form, None)?;
    let header = columns(&mut reader, &path)?;
    let mut own = [header];
    for column in join.only.iter_mut().map(|only| &mut only.column).chain([&mut join.matching]) {
        find(column, &own, &[])
            .map_err(|says| in_mapping(column, says.replacen("the source", &format!("`{}`", join.file.text), 1)))?;
    }
    let mut rows = HashMap::new();
    for record in reader.records() {
        let record = record.map_err(|error| unreadable(&path, error))?;
        let records = [&record];
        let row = Row { line: 0, records: &records, nothing: &form.nothing };
        let Some(key) = row.cell(join.matching.place) else { continue };
        if !join.only.iter().all(|only| is_met(only, &row)) {
            continue;
        }
        let key = key.to_string();
        if rows.contains_key(&key) {
            let says =
                format!("two rows of `{}` have {} = {key}; add `only` so that one is left", join.file.text, join.matching.name);
            return Err(in_mapping(&join.matching, says));
        }
        rows.insert(key, record);
    }
    Ok((mem::take(&mut own[0]), rows))
}

fn columns(reader: &mut csv::Reader<Box<dyn Read>>, path: &Path) -> Result<Vec<String>, Trouble> {
    let header = reader.headers().map_err(|error| unreadable(path, error))?;
    let names: Vec<String> = header.iter().map(|name| name.trim().to_string()).collect();
    if names.iter().all(String::is_empty) {
        return Err(unusable(path, "is empty; it must have a header line with the names of the columns"));
    }
    Ok(names)
}

fn reader(path: &Path, form: &FileForm, progress: Option<&ProgressBar>) -> Result<csv::Reader<Box<dyn Read>>, Trouble> {
    let cannot = |error: io::Error| unusable(path, &format!("cannot be read: {error}; check the path and the permissions"));
    let mut file = File::open(path).map_err(cannot)?;
    let mut magic = [0; 2];
    let begun = file.read(&mut magic).map_err(cannot)?;
    file.rewind().map_err(cannot)?;
    let file: Box<dyn Read> = match progress {
        Some(bar) => Box::new(bar.wrap_read(file)),
        None => Box::new(file),
    };
    let is_gzip = begun == 2 && magic == [0x1f, 0x8b];
    let unpacked: Box<dyn Read> = if is_gzip { Box::new(flate2::read::MultiGzDecoder::new(BufReader::new(file))) } else { file };
    let decoded = Decoding::new(unpacked, form.encoding.new_decoder());
    let boxed: Box<dyn Read> = Box::new(decoded);
    Ok(csv::ReaderBuilder::new().delimiter(form.delimiter).quote(form.quote).flexible(true).from_reader(boxed))
}

fn unusable(path: &Path, says: &str) -> Trouble {
    Trouble { exit: Exit::Usage, says: format!("`{}` {says}", path.display()) }
}

fn unreadable(path: &Path, error: csv::Error) -> Trouble {
    match error.kind() {
        csv::ErrorKind::Io(error) => unusable(path, &format!("cannot be read: {error}")),
        _ => unusable(path, &format!("cannot be read: {error}; check delimiter, quote and encoding under [file]")),
    }
}

/// Turns bytes of any encoding into UTF-8, and stops at the first that is none.
struct Decoding {
    inner: Box<dyn Read>,
    decoder: Decoder,
    raw: Vec<u8>,
    /// What of `raw` is still to be decoded.
    left: std::ops::Range<usize>,
    is_at_end: bool,
    is_done: bool,
    decoded: u64,
}

impl Decoding {
    fn new(inner: Box<dyn Read>, decoder: Decoder) -> Decoding {
        Decoding { inner, decoder, raw: vec![0; 64 * 1024], left: 0..0, is_at_end: false, is_done: false, decoded: 0 }
    }
}

impl Read for Decoding {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while !self.is_done {
            if self.left.is_empty() && !self.is_at_end {
                let read = self.inner.read(&mut self.raw)?;
                self.left = 0..read;
                self.is_at_end = read == 0;
            }
            let from = &self.raw[self.left.clone()];
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(from, out, self.is_at_end);
            self.left.start += read;
            self.decoded += read as u64;
            if let DecoderResult::Malformed(..) = result {
                let name = self.decoder.encoding().name();
                let says = format!("byte {} is not {name}; set `encoding` under [file], for example \"gb18030\"", self.decoded);
                return Err(io::Error::new(io::ErrorKind::InvalidData, says));
            }
            self.is_done = self.is_at_end && result == DecoderResult::InputEmpty;
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}
