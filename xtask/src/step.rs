//! Numbered steps, each with its time and its log, so that a long run shows where it is and a failed one where to look.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

/// A dot is shown this often while a step runs.
const BEAT: Duration = Duration::from_secs(10);
/// Lines of a failed step's log that are shown.
const TAIL: usize = 60;

/// A run of steps.
pub(crate) struct Steps {
    started: Instant,
    step_started: Instant,
    number: usize,
    logs: PathBuf,
    skipped: Vec<String>,
    passed: u64,
}

impl Steps {
    /// Begins a run whose logs go to `logs`.
    pub(crate) fn begin(logs: &Path) -> anyhow::Result<Steps> {
        fs::create_dir_all(logs).with_context(|| format!("cannot make the folder {} for logs", logs.display()))?;
        let started = Instant::now();
        Ok(Steps { started, step_started: started, number: 0, logs: logs.to_owned(), skipped: vec![], passed: 0 })
    }

    /// Runs a command as one step and gives its log back.
    pub(crate) fn run(&mut self, name: &str, command: &mut Command) -> anyhow::Result<String> {
        let log = self.announce(name);
        let file = File::create(&log)?;
        command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
        let program = command.get_program().to_string_lossy().into_owned();
        let status = with_dots(|| command.status()).with_context(|| format!("cannot start `{program}` for step `{name}`"))?;
        let text = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
        if !status.success() {
            return Err(self.failed(name, &log, &text));
        }
        self.passed_after(&text);
        Ok(text)
    }

    /// Does a step in this process. What it answers is shown beside its time.
    pub(crate) fn check(&mut self, name: &str, work: impl FnOnce() -> anyhow::Result<String> + Send) -> anyhow::Result<()> {
        let log = self.announce(name);
        match with_dots(work) {
            Ok(said) => {
                fs::write(&log, &said)?;
                self.done(&said);
                Ok(())
            }
            Err(error) => {
                let text = format!("{error:#}");
                fs::write(&log, &text)?;
                Err(self.failed(name, &log, &text))
            }
        }
    }

    /// Leaves a step out, and says why here and at the end.
    pub(crate) fn skip(&mut self, name: &str, why: &str) {
        self.number += 1;
        println!("[{:>2}] {name}: skipped, {why}", self.number);
        self.skipped.push(format!("{name}: {why}"));
    }

    /// Ends the run: what was left out, the time, and the count of tests.
    pub(crate) fn end(self) {
        println!();
        for skipped in &self.skipped {
            println!("not done: {skipped}");
        }
        println!("all steps ended well in {}", shown(self.started.elapsed()));
        println!("{} passed, 0 failed", self.passed);
    }

    fn announce(&mut self, name: &str) -> PathBuf {
        self.number += 1;
        self.step_started = Instant::now();
        print!("[{:>2}] {name} ", self.number);
        let _ = io::stdout().flush();
        let file = name.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
        self.logs.join(format!("{:02}-{file}.log", self.number))
    }

    fn passed_after(&mut self, log: &str) {
        let summaries: Vec<&str> = log.lines().filter(|line| tests_passed(line).is_some()).collect();
        let passed: u64 = summaries.iter().filter_map(|line| tests_passed(line)).sum();
        self.passed += passed;
        self.done("");
        match summaries.as_slice() {
            [] => {}
            [summary] => println!("     {}", summary.trim()),
            _ => println!("     {passed} passed, 0 failed"),
        }
    }

    fn done(&self, said: &str) {
        let said = said.lines().next_back().unwrap_or_default();
        println!("{} {said}", shown(self.step_started.elapsed()));
    }

    fn failed(&self, name: &str, log: &Path, text: &str) -> anyhow::Error {
        println!("failed after {}", shown(self.step_started.elapsed()));
        let lines: Vec<&str> = text.lines().collect();
        for line in &lines[lines.len().saturating_sub(TAIL)..] {
            println!("     {line}");
        }
        anyhow::anyhow!("step {} `{name}` failed; its log is {}", self.number, log.display())
    }
}

/// Does `work` while a dot is shown every few seconds.
fn with_dots<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let (done, is_done) = mpsc::channel::<()>();
        scope.spawn(move || {
            while is_done.recv_timeout(BEAT) == Err(mpsc::RecvTimeoutError::Timeout) {
                print!(".");
                let _ = io::stdout().flush();
            }
        });
        let result = work();
        drop(done);
        result
    })
}

/// Tests that passed, where a line is the summary of `cargo nextest`, `cargo test` or our browser tests.
fn tests_passed(line: &str) -> Option<u64> {
    let line = line.trim();
    let is_summary = line.starts_with("Summary [") || line.starts_with("test result: ok.") || line.ends_with(" failed");
    let before = line.split(" passed").next().filter(|before| is_summary && before.len() < line.len())?;
    before.rsplit(' ').next()?.parse().ok()
}

/// Runs a command quietly and gives back what it printed.
pub(crate) fn output(command: &mut Command) -> anyhow::Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let done = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start `{program}`"))?;
    if !done.status.success() {
        bail!("`{program}` failed: {}", String::from_utf8_lossy(&done.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

fn shown(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 { format!("{seconds} s") } else { format!("{} min {:02} s", seconds / 60, seconds % 60) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, passed: Option<u64>) {
        assert_eq!(tests_passed(line), passed, "{line}");
    }

    #[test]
    fn summaries_of_each_runner_are_counted() {
        check("     Summary [   1.234s] 42 tests run: 42 passed, 0 skipped", Some(42));
        check("     Summary [   1.234s] 42 tests run: 40 passed (1 slow), 2 skipped", Some(40));
        check("test result: ok. 7 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out", Some(7));
        check("12 passed, 0 failed", Some(12));
        check("PASS [   0.006s] domain day::tests::all_days_passed", None);
        check("Finished in 3 s", None);
    }
}
