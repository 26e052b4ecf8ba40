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
    let mut is_lost = false;
    for (index, step) in steps.iter().enumerate() {
        let Some(op) = step["op"].as_str() else { bail!("step {index}: field `op` must be the name of a step") };
        if is_lost {
            unsupported.push(json!({"step": index, "op": op}));
        } else if op.starts_with("expect_") {
            match observe::observe(&servicing, op, step) {
                Some(mut seen) => {
                    seen["step"] = json!(index);
                    seen["op"] = json!(op);
                    observed.push(seen);
                }
                None => unsupported.push(json!({"step": index, "op": op})),
            }
        } else {
            match servicing.step(op, step).with_context(|| format!("step {index} ({op})")) {
                Ok(true) => {}
                Ok(false) => unsupported.push(json!({"step": index, "op": op})),
                // What follows would be observed of another loan than the case's.
                Err(error) => {
                    let because = error.downcast_ref::<profile::Unsupported>().map(ToString::to_string);
                    let Some(because) = because else { return Err(error) };
                    is_lost = true;
                    unsupported.push(json!({"step": index, "op": op, "because": because}));
                }
            }
        }
    }
    Ok(json!({"schema": "forbear.loan-replay/1", "id": id, "observed": observed, "unsupported": unsupported}))
}
