//! The stored form of every event, which must be read for ever: lines are added to the golden file, never changed.

use std::collections::BTreeSet;

use domain::event::Event;
use serde_json::Value;

const GOLDEN: &str = include_str!("golden/events.ndjson");

#[test]
fn every_stored_event_reads_and_writes_the_same() {
    for line in GOLDEN.lines() {
        let event: Event = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let written = serde_json::to_value(&event).unwrap();
        let stored: Value = serde_json::from_str(line).unwrap();
        assert!(includes(&written, &stored), "stored {line}\nwritten {written}");
        assert_eq!(serde_json::from_value::<Event>(written).unwrap(), event);
    }
}

/// Whether `written` says all that `stored` says; fields that were added later may stand beside it.
fn includes(written: &Value, stored: &Value) -> bool {
    match (written, stored) {
        (Value::Object(written), Value::Object(stored)) => {
            stored.iter().all(|(name, value)| written.get(name).map_or(value.is_null(), |written| includes(written, value)))
        }
        (Value::Array(written), Value::Array(stored)) => {
            written.len() == stored.len() && written.iter().zip(stored).all(|(written, stored)| includes(written, stored))
        }
        (written, stored) => written == stored,
    }
}

#[test]
fn every_kind_of_event_has_a_line() {
    let stored: BTreeSet<&str> =
        GOLDEN.lines().map(|line| name(&serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))).collect();
    let source = include_str!("../src/event.rs");
    let body = source.split_once("pub enum Event {").unwrap().1;
    let kinds = body.lines().filter(|line| line.starts_with("    ") && !line.starts_with("     ") && line.ends_with('{')).count();
    assert_eq!(stored.len(), kinds, "add a line to the golden file for the new kind of event");
}

fn name(event: &Event) -> &'static str {
    let text = serde_json::to_value(event).unwrap();
    text["event"].as_str().unwrap().to_owned().leak()
}
