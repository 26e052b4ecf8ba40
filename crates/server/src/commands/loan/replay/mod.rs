//! `forbear loan replay`: runs servicing cases, step by step, and says what the engine holds at each `expect_*`.
//!
//! The cases are in the form of Apache Fineract's end-to-end tests. [`profile`] turns a case's product into our own
//! [`domain::loan::Terms`]; there is one engine, and this is a configuration of it.

use anyhow::{Context, bail};
use serde_json::{Value, json};

#[cfg(test)]
mod agreement;
mod observe;
mod profile;
mod servicing;

use servicing::Servicing;

/// Runs one case, given as a line of JSON, and gives the line to answer.
pub(crate) fn replay(line: &str) -> anyhow::Result<Value> {
    let case: Value = serde_json::from_str(line).context("is not JSON")?;
    let id = case["id"].clone();
    let Some(steps) = case["steps"].as_array() else { bail!("field `steps` must be a list of steps") };
    let (mut observed, mut unsupported) = (Vec::new(), Vec::new());
    let mut servicing = Servicing::of(&case)?;
    for (index, step) in steps.iter().enumerate() {
        let Some(op) = step["op"].as_str() else { bail!("step {index}: field `op` must be the name of a step") };
        if op.starts_with("expect_") {
            match observe::observe(&servicing, op, step) {
                Some(mut seen) => {
                    seen["step"] = json!(index);
                    seen["op"] = json!(op);
                    observed.push(seen);
                }
                None => unsupported.push(json!({"step": index, "op": op})),
            }
        } else if !servicing.step(op, step).with_context(|| format!("step {index} ({op})"))? {
            unsupported.push(json!({"step": index, "op": op}));
        }
    }
    Ok(json!({"schema": "forbear.loan-replay/1", "id": id, "observed": observed, "unsupported": unsupported}))
}
