//! The program as an operator meets it on the command line: people, passwords, the doctor, and addresses it will not serve.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs the program on a data folder, with `typed` on standard input.
fn forbear(dir: &Path, arguments: &[&str], typed: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_forbear"));
    command.args(arguments).arg("--data-dir").arg(dir).env_remove("FORBEAR_LANG").env("LANG", "C.UTF-8").env("LC_ALL", "");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// A small demonstration, which is a book with people in it.
fn book() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let made = forbear(dir.path(), &["demo", "--accounts", "20", "--no-serve"], "");
    assert!(made.status.success(), "{}", told(&made));
    dir
}

#[test]
fn people_are_added_given_passwords_and_leave() {
    let dir = book();
    let check = |arguments: &[&str], typed: &str, exit: i32, says: &str| {
        let output = forbear(dir.path(), arguments, typed);
        assert_eq!(output.status.code(), Some(exit), "{arguments:?}: {}", told(&output));
        assert!(told(&output).contains(says), "{arguments:?}: {}", told(&output));
        told(&output)
    };
    let add = ["user", "add", "Zhang", "--name", "张三", "--role", "desk"];
    check(&add, "short\n", 2, "15 characters");
    check(&add, "passwordpassword\n", 2, "first that anybody would try");
    check(&add, "four or five good words\n", 0, "works here now");
    check(&add, "four or five good words\n", 2, "taken");
    check(&["user", "password", "nobody"], "four or five good words\n", 2, "forbear user list");
    let list = check(&["user", "list"], "", 0, "张三");
    assert!(!list.contains("argon2"), "no hash is ever shown");
    assert_eq!(check(&["user", "token", "zhang"], "", 0, "shown this once").lines().count(), 2);
    check(&["user", "leave", "zhang"], "", 0, "has left");
    check(&["user", "token", "zhang"], "", 2, "does not work here");
    let flag = forbear(dir.path(), &["user", "password", "zhang", "--password", "four or five good words"], "");
    assert_eq!(flag.status.code(), Some(2), "a password is no flag, where others could read it");
}

#[test]
fn the_doctor_speaks_three_languages_and_names_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    for (lang, says) in [("en", "forbear demo"), ("zh-Hans", "还没有账本"), ("zh-Hant", "還沒有帳本")] {
        let output = forbear(dir.path(), &["doctor", "--lang", lang], "");
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
        assert!(told(&output).contains(says), "{}", told(&output));
    }
    let unknown = forbear(dir.path(), &["doctor", "--lang", "fr"], "");
    assert!(unknown.status.code() == Some(2) && told(&unknown).contains("zh-Hans"), "{}", told(&unknown));
}

#[test]
fn nothing_is_served_to_other_machines_in_the_clear_and_no_demonstration_at_all() {
    let dir = book();
    let plain = forbear(dir.path(), &["serve", "--bind", "0.0.0.0:0"], "");
    assert!(plain.status.code() == Some(2) && told(&plain).contains("--behind-https"), "{}", told(&plain));
    let demo = forbear(dir.path(), &["serve", "--bind", "0.0.0.0:0", "--behind-https"], "");
    assert!(demo.status.code() == Some(2) && told(&demo).contains("lets everybody in"), "{}", told(&demo));
}

#[test]
fn a_shell_can_complete_what_there_is() {
    let dir = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let output = forbear(dir.path(), &["completions", shell], "");
        assert!(output.status.success() && told(&output).contains("nightly"), "{shell}");
    }
}
