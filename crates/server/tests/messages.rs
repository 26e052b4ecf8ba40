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

#[test]
fn letters_are_printed_from_the_command_line_by_somebody_who_may_and_twice_alike() {
    let dir = tempfile::tempdir().unwrap();
    let forbear = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_forbear")).arg("--data-dir").arg(dir.path()).args(arguments).output().unwrap()
    };
    assert!(forbear(&["demo", "--no-serve", "--accounts", "120"]).status.success());
    let to = dir.path().to_str().unwrap().to_owned();
    let letters = |by: &str, batch: &str| forbear(&["messages", "letters", "--by", by, "--batch", batch, "--to", &to]);
    let told = |output: std::process::Output| -> serde_json::Value {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    // The batch that the demonstration posted yesterday.
    let batch = {
        let zone = jiff::tz::TimeZone::get("Asia/Shanghai").unwrap();
        format!("{}-DEMOPOST", zone.to_datetime(jiff::Timestamp::now()).date().yesterday().unwrap())
    };
    let first = told(letters("demo2", &batch));
    assert!(first["schema"] == "forbear.letters/1" && first["letters"].as_i64() > Some(0), "{first}");
    let file = first["file"].as_str().unwrap();
    let pdf = std::fs::read(file).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    assert_eq!((told(letters("demo1", &batch)), std::fs::read(file).unwrap()), (first.clone(), pdf));
    for (by, batch, names) in [("demo5", batch.as_str(), "--by"), ("nobody", &batch, "--by"), ("demo2", "today", "--batch")] {
        let refused = letters(by, batch);
        assert_eq!(refused.status.code(), Some(2), "{by} {batch}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains(names));
    }
}
