//! The browser tests in `web/`: the real program, seen through Debian's Chromium.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::answers;
use crate::step::Steps;

/// Runs the browser tests, where this machine has Node and Chromium.
pub(super) fn run(steps: &mut Steps, root: &Path, target: &Path) -> anyhow::Result<()> {
    const NAME: &str = "browser";
    let web = root.join("web");
    if !web.join("package.json").exists() {
        steps.skip(NAME, "web/package.json is not there");
        return Ok(());
    }
    for (program, package) in [("node", "Node 20"), ("npm", "npm"), ("chromium", "chromium (sudo apt-get install chromium)")] {
        if !answers(program) {
            steps.skip(NAME, &format!("this machine has no {package}"));
            return Ok(());
        }
    }
    install(steps, &web)?;
    let mut npm = Command::new("npm");
    npm.args(["test", "--silent"]).current_dir(&web).env("FORBEAR", target.join("debug/forbear")).env("CHROMIUM", "chromium");
    steps.run(NAME, &mut npm)?;
    Ok(())
}

/// Builds the phone app, where this machine has Node: the program that is built after it holds the app.
pub(super) fn build(steps: &mut Steps, root: &Path) -> anyhow::Result<()> {
    const NAME: &str = "phone app";
    let web = root.join("web");
    if !answers("npm") {
        steps.skip(NAME, "this machine has no npm");
        return Ok(());
    }
    install(steps, &web)?;
    let mut npm = Command::new("npm");
    npm.args(["run", "build", "--silent"]).current_dir(&web);
    steps.run(NAME, &mut npm)?;
    Ok(())
}

fn install(steps: &mut Steps, web: &Path) -> anyhow::Result<()> {
    if is_installed(web) {
        return Ok(());
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(web);
    steps.run("npm ci", &mut npm)?;
    Ok(())
}

/// Whether what is installed is what the lock file names: npm keeps its own copy of it, newer than the lock.
fn is_installed(web: &Path) -> bool {
    let age = |path: &str| fs::metadata(web.join(path)).and_then(|it| it.modified()).ok();
    age("node_modules/.package-lock.json") > age("package-lock.json")
}
