//! The outbox is killed in the middle, several times, and loses nothing: what was under way is handed over again under the
//! same key, by which the provider knows that it has it.

use std::process::Command;

fn figure(output: &str, name: &str) -> f64 {
    let line = output.lines().find(|line| line.contains(&format!("\"{name}\"")));
    let line = line.unwrap_or_else(|| panic!("no figure `{name}` in {output}"));
    serde_json::from_str::<serde_json::Value>(line).unwrap()["value"].as_f64().unwrap()
}

#[test]
fn an_outbox_that_is_killed_sends_every_message_and_repeats_none_under_another_key() {
    let output = Command::new(env!("CARGO_BIN_EXE_forbear"))
        .args(["bench", "messages", "--count", "2000", "--kills", "3"])
        .output()
        .unwrap();
    let (told, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{errors}");
    assert_eq!(figure(&told, "messages_lost"), 0.0, "{told}");
    assert_eq!(figure(&told, "messages_not_told_as_sent"), 0.0, "{told}");
    // At most what was under way at each kill is called again.
    assert!(figure(&told, "calls_repeated_under_their_key") <= 3.0 * 512.0, "{told}");
}

#[test]
fn a_demonstration_sends_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let forbear = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_forbear")).arg("--data-dir").arg(dir.path()).args(arguments).output().unwrap()
    };
    assert!(forbear(&["demo", "--no-serve", "--accounts", "20"]).status.success());
    std::fs::write(dir.path().join("messages.toml"), "[sms]\nurl = \"https://sms.example.com/\"\nkey_file = \"sms.key\"")
        .unwrap();
    std::fs::write(dir.path().join("sms.key"), "a key of thirty-two characters..").unwrap();
    let sent = forbear(&["messages", "send"]);
    assert_eq!(sent.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&sent.stderr).contains("demonstration"));
}
