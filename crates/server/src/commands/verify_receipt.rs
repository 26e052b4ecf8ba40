//! `forbear verify-receipt`: checks the receipt of a visit offline, with nothing but the file.

use std::io::Read;
use std::path::PathBuf;

use anyhow::Context;
use serde_json::json;
use store::receipt::{self, Checked};

use super::{Exit, Stop};

/// Options of `forbear verify-receipt`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The receipt's file; `-` reads standard input
    file: PathBuf,
    /// The lender's public key as you know it from elsewhere: 64 hexadecimal digits. Without it the receipt is only checked
    /// against the key that stands in it
    #[arg(long, value_name = "HEX")]
    key: Option<String>,
}

/// Says whether the receipt holds, and names whatever does not. Exit code 3 if anything does not.
pub(crate) fn run(args: &Args) -> anyhow::Result<Exit> {
    let bytes = read(args).map_err(|error| Stop { exit: Exit::Usage, says: format!("{error:#}") })?;
    let checked = match String::from_utf8(bytes) {
        Ok(text) => receipt::check(&text),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            Err(vec![format!("the file is no text: byte {at} is not UTF-8")])
        }
    };
    let checked = checked.and_then(|checked| match &args.key {
        Some(known) if !known.eq_ignore_ascii_case(&checked.receipt.key) => {
            Err(vec![format!("key: the file was signed by {}, which is not the key you know", checked.receipt.key)])
        }
        Some(_) | None => Ok(checked),
    });
    match checked {
        Ok(checked) => {
            println!("{}", tell(&checked, args.key.is_some()));
            Ok(Exit::Done)
        }
        Err(faults) => {
            for fault in &faults {
                eprintln!("{fault}");
            }
            println!("{}", json!({ "schema": "forbear.verify-receipt/1", "holds": false, "faults": faults }));
            Ok(Exit::Different)
        }
    }
}

fn read(args: &Args) -> anyhow::Result<Vec<u8>> {
    if args.file.as_os_str() == "-" {
        let mut bytes = vec![];
        std::io::stdin().read_to_end(&mut bytes).context("cannot read standard input")?;
        return Ok(bytes);
    }
    std::fs::read(&args.file).with_context(|| format!("cannot read {}; name the file that was downloaded", args.file.display()))
}

fn tell(checked: &Checked, is_key_known: bool) -> serde_json::Value {
    let Checked { receipt, head } = checked;
    json!({
        "schema": "forbear.verify-receipt/1",
        "holds": true,
        "visit": receipt.visit,
        "events": receipt.events.len(),
        "not_sealed_yet": receipt.not_sealed_yet,
        "sealed_on": head.day.to_string(),
        "origin": head.origin,
        "size": head.size,
        "key": receipt.key,
        "key_compared": is_key_known,
        "faults": [],
    })
}
