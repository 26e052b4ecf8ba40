//! Embeds what `npm run build` made in `web/dist`. Without it the program is whole but for the collectors' phone app, and the
//! page in its place says how to get it. Nothing is downloaded or run from here.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/dist");
    // An empty folder can be watched; one that is not there would make every build look stale.
    let _ = fs::create_dir_all(&dist);
    println!("cargo:rerun-if-changed={}", dist.display());
    let mut files = vec![];
    walk(&dist, &mut files);
    files.sort();
    if files.is_empty() {
        println!(
            "cargo:warning=web/dist is empty: the phone app is left out. `npm --prefix web ci && npm --prefix web run build` makes it."
        );
    }
    let mut list = String::from("&[\n");
    for file in &files {
        let name = file.strip_prefix(&dist).map(|name| name.to_string_lossy().replace('\\', "/")).unwrap_or_default();
        let _ = writeln!(list, "    ({name:?}, include_bytes!({:?})),", file.display().to_string());
    }
    list.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("phone_app.rs");
    fs::write(&out, list).unwrap_or_else(|error| panic!("cannot write {}: {error}", out.display()));
}

fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        println!("cargo:rerun-if-changed={}", path.display());
        if path.is_dir() { walk(&path, into) } else { into.push(path) }
    }
}
