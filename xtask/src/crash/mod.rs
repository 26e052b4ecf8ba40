//! `cargo xtask crash`: whether what was acknowledged survives `kill -9`, power cuts, full disks and failing syncs. The program
//! is tried as it is shipped; only the negative control of the power cuts writes with less care, and must be caught.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::ci::root;
use crate::simulate::{commit, drawn_seed};
use crate::step::{Steps, output};

mod disk;
mod fault;
mod http;
mod kill;
mod power;

/// Options of `cargo xtask crash`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How often to `kill -9`: imports, nights and servers in turn
    #[arg(long, default_value_t = 200)]
    kills: u64,
    /// How many states after a power cut to try, and as many again for the negative control
    #[arg(long, default_value_t = 3_000)]
    states: u64,
    /// The seed; another one each time if none is given
    #[arg(long)]
    seed: Option<u64>,
    /// The program to try, if not the one built beside this tool
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// Leave the full and failing disks out
    #[arg(long)]
    no_faults: bool,
}

/// Runs the tests and stops at the first that fails.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let here = std::env::current_exe()?;
    let built = here.parent().context("this tool lies nowhere")?;
    let forbear = args.program.clone().unwrap_or_else(|| built.join("forbear"));
    if !forbear.exists() {
        bail!("{} is missing; `cargo build --workspace` makes it, or name another with --program", forbear.display());
    }
    let seed = args.seed.unwrap_or_else(drawn_seed);
    println!("seed {seed}, commit {}", commit());
    let mut steps = Steps::begin(&built.join("crash"))?;
    let bench = Bench::new(forbear)?;
    if args.kills > 0 {
        steps.check(&format!("kill -9, {} times", args.kills), || kill::run(&bench, args.kills, seed))?;
    }
    if args.states > 0 {
        steps.check(&format!("power cuts, {} states", args.states), || power::run(&bench, args.states, seed))?;
    }
    if !args.no_faults {
        steps.check("full disks", || fault::full(&bench))?;
        steps.check("failing syncs", || fault::failing_syncs(&bench, seed))?;
    }
    steps.end();
    Ok(())
}

/// The program under test and the folder it may write to.
struct Bench {
    forbear: PathBuf,
    /// Stands between a program and its disk, by `LD_PRELOAD`.
    disk: PathBuf,
    scratch: PathBuf,
}

impl Bench {
    fn new(forbear: PathBuf) -> anyhow::Result<Bench> {
        // Where a crash is only played, memory is disk enough and much faster.
        let memory = Path::new("/dev/shm");
        let base = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let scratch = base.join(format!("forbear-crash-{}", std::process::id()));
        fs::create_dir_all(&scratch)?;
        let disk = scratch.join("disk.so");
        let source = root().join("xtask/src/crash/disk.c");
        output(Command::new("cc").args(["-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o"]).arg(&disk).arg(source))
            .context("the disk's stand-in does not compile; it needs a C compiler")?;
        Ok(Bench { forbear, disk, scratch })
    }

    /// A new, empty folder.
    fn folder(&self, name: &str) -> anyhow::Result<PathBuf> {
        let folder = self.scratch.join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// A copy of a data folder.
    fn copy(&self, of: &Path, name: &str) -> anyhow::Result<PathBuf> {
        let to = self.folder(name)?;
        copy(of, &to)?;
        Ok(to)
    }

    /// The program, to work in a data folder.
    fn forbear(&self, data: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(&self.forbear);
        command.args(args).arg("--data-dir").arg(data).env_remove("FORBEAR_LOG").stdin(Stdio::null());
        command
    }

    /// Verifies a book, which must be clean.
    fn verify(&self, data: &Path) -> anyhow::Result<()> {
        let done = self.forbear(data, &["verify", "-q"]).output()?;
        match done.status.code() {
            Some(0) => Ok(()),
            code => bail!("verify ended with {code:?}: {}", String::from_utf8_lossy(&done.stderr).trim()),
        }
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.scratch) {
            eprintln!("cannot remove {}: {error}", self.scratch.display());
        }
    }
}

fn copy(of: &Path, to: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(of)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

/// The JSON that a command printed.
fn json(printed: &[u8]) -> anyhow::Result<serde_json::Value> {
    serde_json::from_slice(printed).with_context(|| format!("not JSON: {}", String::from_utf8_lossy(printed)))
}
