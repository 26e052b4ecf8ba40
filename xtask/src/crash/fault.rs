//! Full disks and failing syncs. A full disk is told with the way to mend it, leaves nothing half-written, and is no
//! reason to end; a sync that failed ends the program, because nobody knows what is on the disk.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, bail, ensure};

use super::http::Server;
use super::kill::{Books, LOANS, nights, state, succeed};
use super::{Bench, copy, json};
use crate::chance::Chance;
use crate::step::output;

/// What the program ends with when its disk fails.
const EXIT_DISK: i32 = 70;
/// Kilobytes that are free beside a book when a night or a page begins to write.
const LITTLE: u64 = 400;

/// A disk that can become full: a small file system of its own where we may mount one, else one that is played.
enum Small {
    Mounted(PathBuf),
    Played(PathBuf, u64),
}

impl Small {
    /// A disk with `room` kilobytes beside what lies in `of`.
    fn new(bench: &Bench, of: Option<&Path>, room: u64) -> anyhow::Result<Small> {
        let folder = bench.folder("small")?;
        let mut needed = 0;
        for entry in of.map(fs::read_dir).transpose()?.into_iter().flatten() {
            needed += entry?.metadata()?.len().div_ceil(4096) * 4;
        }
        let size = format!("size={}k", needed + room);
        let mounted = output(Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&folder));
        let small = if mounted.is_ok() { Small::Mounted(folder) } else { Small::Played(folder, room * 1024) };
        if let Some(of) = of {
            copy(of, small.data())?;
        }
        Ok(small)
    }

    fn data(&self) -> &Path {
        match self {
            Small::Mounted(folder) | Small::Played(folder, _) => folder,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Small::Mounted(_) => "a file system of its own",
            Small::Played(..) => "played",
        }
    }

    /// Lets a command have no more than the room there is.
    fn limit<'a>(&self, bench: &Bench, command: &'a mut Command) -> &'a mut Command {
        if let Small::Played(folder, room) = self {
            command.env("LD_PRELOAD", &bench.disk).env("FORBEAR_DISK_DIR", folder).env("FORBEAR_DISK_ROOM", room.to_string());
        }
        command
    }

    /// Makes room, as an operator would.
    fn enlarge(&self) -> anyhow::Result<()> {
        if let Small::Mounted(folder) = self {
            output(Command::new("mount").args(["-o", "remount,size=256m"]).arg(folder))?;
        }
        Ok(())
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        if let Small::Mounted(folder) = self
            && let Err(error) = output(Command::new("umount").arg(&*folder))
        {
            eprintln!("cannot unmount {}: {error:#}", folder.display());
        }
    }
}

/// Lets the disk be full during an import, a night and a page's write.
pub(super) fn full(bench: &Bench) -> anyhow::Result<String> {
    let books = Books::make(bench)?;
    let told = |done: &Output| {
        let says = String::from_utf8_lossy(&done.stderr).into_owned();
        let is_clear = done.status.code() == Some(1) && says.contains("no room left") && says.contains("free some space");
        ensure!(is_clear, "a full disk ended with {}: {says}", done.status);
        Ok(())
    };

    let small = Small::new(bench, None, 2_500)?;
    told(&small.limit(bench, &mut books.import(bench, small.data())).output()?).context("import")?;
    small.enlarge()?;
    bench.verify(small.data())?;
    let report = json(&succeed(&mut books.import(bench, small.data()))?)?;
    ensure!(report["ending"] == "accepted" && report["rows"]["read"] == LOANS, "the import went on to {report}");
    let loaded_before = report["rows"]["already_there"].as_u64().unwrap_or_default();
    ensure!(loaded_before > 0, "the disk was full before anything was written, so nothing was tried");
    let name = small.name();
    drop(small);

    let small = Small::new(bench, Some(&books.imported), LITTLE)?;
    told(&small.limit(bench, &mut nights(bench, small.data())).output()?).context("night")?;
    small.enlarge()?;
    bench.verify(small.data())?;
    succeed(&mut nights(bench, small.data()))?;
    ensure!(state(bench, small.data())? == books.state, "the nights ended otherwise than without the full disk");
    drop(small);

    let small = Small::new(bench, Some(&books.demo), LITTLE)?;
    let mut serve = bench.forbear(small.data(), &["serve", "--bind", "127.0.0.1:0"]);
    let server = Server::start(small.limit(bench, &mut serve))?;
    let consumer = server.sign_in("consumer")?;
    let mut accepted = 0;
    let refused = loop {
        let words = "a+full+disk+".repeat(300);
        let form = format!("at=check&about=call&words={words}&key={accepted}");
        let answer = consumer.post("/me/complain", &form)?;
        match answer.status {
            303 if accepted < 10_000 => accepted += 1,
            303 => bail!("the disk never became full"),
            _ => break (answer, form),
        }
    };
    let (answer, form) = refused;
    ensure!(answer.status == 507, "a full disk was answered with {}", answer.status);
    ensure!(
        answer.body.contains("没有保存") || answer.body.contains("Nothing was saved"),
        "the page does not say what was saved"
    );
    ensure!(consumer.get("/me")?.status == 200, "reading failed, because writing was not possible");
    small.enlarge()?;
    let (server, consumer) = match &small {
        Small::Mounted(_) => (server, consumer),
        Small::Played(..) => {
            server.kill()?;
            let server = Server::start(&mut bench.forbear(small.data(), &["serve", "--bind", "127.0.0.1:0"]))?;
            let consumer = server.sign_in("consumer")?;
            (server, consumer)
        }
    };
    ensure!(consumer.post("/me/complain", &form)?.status == 303, "with room again, the same could not be said");
    server.kill()?;
    bench.verify(small.data())?;
    Ok(format!("import ({loaded_before} rows before it was full), night, page ({accepted} writes before it was full); {name}"))
}

/// Lets one sync fail during imports, nights and pages' writes: the program ends, and starts again clean.
pub(super) fn failing_syncs(bench: &Bench, seed: u64) -> anyhow::Result<String> {
    let books = Books::make(bench)?;
    let mut chance = Chance::new(seed);
    let failing = |command: &mut Command, data: &Path, at: i64| {
        command.env("LD_PRELOAD", &bench.disk).env("FORBEAR_DISK_DIR", data).env("FORBEAR_DISK_SYNC_FAILS", at.to_string());
    };
    let ended = |code: Option<i32>, says: &str| {
        ensure!(code == Some(EXIT_DISK) && says.contains("the disk failed"), "a failed sync ended with {code:?}: {says}");
        Ok(())
    };
    // The first sync fails, then the second, and so on. With some, as while it closes a file, SQLite can live; then the
    // import must simply be whole.
    let mut imports = 0;
    for at in 1..=10 {
        let data = bench.folder("failing-import")?;
        let mut import = books.import(bench, &data);
        failing(&mut import, &data, at);
        let done = import.output()?;
        if !done.status.success() {
            imports += 1;
            ended(done.status.code(), &String::from_utf8_lossy(&done.stderr)).with_context(|| format!("import, sync {at}"))?;
        }
        let report = json(&succeed(&mut books.import(bench, &data))?)?;
        ensure!(report["ending"] == "accepted", "the import went on to {report}");
        let there = report["rows"]["already_there"].as_u64().unwrap_or_default();
        ensure!(!done.status.success() || there == LOANS, "it ended well, and {there} rows of {LOANS} were there");
        bench.verify(&data)?;
    }
    // A night has many syncs; some of them.
    let (mut nights_failed, mut at) = (0, 1);
    loop {
        let data = bench.copy(&books.imported, "failing-night")?;
        let mut night = nights(bench, &data);
        failing(&mut night, &data, at);
        let done = night.output()?;
        if done.status.success() {
            break;
        }
        nights_failed += 1;
        ended(done.status.code(), &String::from_utf8_lossy(&done.stderr)).with_context(|| format!("night, sync {at}"))?;
        bench.verify(&data)?;
        succeed(&mut nights(bench, &data))?;
        ensure!(state(bench, &data)? == books.state, "the nights ended otherwise than without the failed sync");
        at += chance.between(1, 12);
    }
    let mut servers = 0;
    for at in [2, chance.between(20, 40)] {
        let data = bench.copy(&books.demo, "failing-server")?;
        let mut serve = bench.forbear(&data, &["serve", "--bind", "127.0.0.1:0"]);
        failing(&mut serve, &data, at);
        let Ok(server) = Server::start(&mut serve) else {
            // It failed before it served; then nothing can have been acknowledged.
            bench.verify(&data)?;
            continue;
        };
        let consumer = server.sign_in("consumer")?;
        let mut accepted = 0;
        while let Ok(answer) = consumer.post("/me/complain", &format!("at=check&about=call&words=w&key={accepted}")) {
            ensure!(answer.status == 303 && accepted < 1_000, "the server went on with {}", answer.status);
            accepted += 1;
        }
        let (code, says) = server.ends()?;
        ended(code, &says).with_context(|| format!("server, sync {at}"))?;
        bench.verify(&data)?;
        servers += 1;
    }
    ensure!(imports > 3 && nights_failed > 3 && servers > 0, "too few syncs failed: {imports}, {nights_failed}, {servers}");
    Ok(format!(
        "{imports} during imports, {nights_failed} during nights, {servers} during pages' writes: each ended the program and left \
         a clean book; seed {seed}"
    ))
}
