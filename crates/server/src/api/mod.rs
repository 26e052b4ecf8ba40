//! The API for other programs: JSON over what the pages use too. A program comes in on behalf of one member of staff, by a
//! bearer token, and finds what that person may find. Every write carries an `Idempotency-Key`; what goes wrong is answered
//! by problem details (RFC 9457); `/api/openapi.json` describes all of it and is made from the handlers themselves.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::phone;
use crate::web::{Failure, Page, Site};

mod accounts;
mod form;
mod people;
#[cfg(test)]
mod tests;

/// Everything under `/api`.
pub(crate) fn routes() -> Router<Arc<Site>> {
    documented().split_for_parts().0.route("/api/openapi.json", get(description)).route("/api/problems/{kind}", get(sort))
}

/// The operations that answer JSON, each with its description.
fn documented() -> OpenApiRouter<Arc<Site>> {
    OpenApiRouter::new()
        .routes(routes!(people::find))
        .routes(routes!(people::show))
        .routes(routes!(people::ruling))
        .routes(routes!(people::promises, people::promise))
        .routes(routes!(accounts::show))
        .routes(routes!(accounts::schedule))
        .routes(routes!(accounts::pay))
}

/// `/api/openapi.json`
async fn description() -> Response {
    static TEXT: LazyLock<String> = LazyLock::new(|| openapi().to_string());
    ([(header::CONTENT_TYPE, "application/json")], TEXT.as_str()).into_response()
}

/// What a sort of problem means, in words: where the `type` of a problem leads.
async fn sort(page: Page, Path(kind): Path<String>) -> Result<String, Failure> {
    let texts = PROBLEMS.iter().find(|(sort, ..)| *sort == kind).ok_or(Failure::NotFound)?;
    Ok(format!("{}\n\n{}\n", page.reader.text(texts.1), page.reader.text(texts.2)))
}

/// Every sort of problem, with its texts.
const PROBLEMS: [(&str, &str, &str); 11] = [
    ("sign-in", "failure-sign-in", "failure-token-says"),
    ("forbidden", "failure-forbidden", "failure-forbidden-says"),
    ("not-found", "failure-not-found", "failure-not-found-says"),
    ("method-not-allowed", "failure-method", "failure-method-says"),
    ("forged", "failure-forged", "failure-forged-says"),
    ("unreadable", "failure-unreadable", "failure-unreadable-says"),
    ("invalid", "failure-unreadable", "failure-invalid-says"),
    ("conflict", "failure-conflict", "failure-key-says"),
    ("refused", "failure-refused", "failure-refused-says"),
    ("busy", "failure-busy", "failure-busy-says"),
    ("fault", "failure-fault", "failure-fault-says"),
];

/// The description, with what all operations share: who may come in, the key of a write, and the problems.
fn openapi() -> Value {
    // A description that cannot be written down would be a defect of the types above; the tests read it.
    let all = documented().merge(phone::documented());
    let mut api = serde_json::to_value(all.into_openapi()).unwrap_or_default();
    api["info"] = json!({
        "title": "Forbear",
        "version": env!("CARGO_PKG_VERSION"),
        "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        "description": "Consumer credit and what happens when it is not repaid. Amounts are in minor units of the book's currency; \
                        days are ISO 8601 in the book's zone. A token is made by `forbear user token`; what lies under /phone is for the \
                        collectors' app and comes in by the cookie of its session. What is not there and what is not yours are answered alike.",
    });
    api["security"] = json!([{ "token": [] }]);
    api["components"]["securitySchemes"] = json!({
        "token": { "type": "http", "scheme": "bearer" },
        "session": {
            "type": "apiKey", "in": "cookie", "name": "__Host-forbear",
            "description": "As set by signing in; without https, as on one's own machine, it is called `forbear`. Writes must come from our own pages (`Sec-Fetch-Site: same-origin`).",
        },
    });
    api["components"]["schemas"]["Problem"] = problem();
    let operations = api["paths"].as_object_mut().into_iter().flatten();
    for (path, item) in operations {
        let is_phones = path.starts_with("/phone/");
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if operation["responses"]["200"]["description"].as_str().is_none_or(str::is_empty) {
                operation["responses"]["200"]["description"] = operation["summary"].clone();
            }
            if is_phones {
                operation["security"] = json!([{ "session": [] }]);
            }
            let is_write = method != "get";
            let mut problems = vec![
                ("400", "What was sent cannot be read"),
                ("401", if is_phones { "Nobody is signed in, or no longer" } else { "No token, or one that has ended" }),
                ("403", "Whoever comes in works as something else"),
                ("404", "Not there, or not the owner's to see"),
                ("422", "A field does not make sense"),
                ("500", "A fault of ours, with its reference"),
                ("503", "Too much is waiting; try again"),
            ];
            // What a phone sends is named by ids and hashes of its own: sent again, it is the same.
            if is_write && is_phones {
                problems.push(("409", "A rule refused, or the id is somebody else's"));
            } else if is_write {
                problems.push(("409", "A rule refused, or the key was used for something else"));
                let key = json!({
                    "name": "Idempotency-Key", "in": "header", "required": true,
                    "description": "Chosen by you for this one act. Sent again with the same body, nothing happens twice and the answer is the same; \
                                    with another body it is a conflict.",
                    "schema": { "type": "string", "minLength": 1, "maxLength": 200 },
                });
                match operation["parameters"].as_array_mut() {
                    Some(parameters) => parameters.push(key),
                    None => operation["parameters"] = json!([key]),
                }
            }
            for (status, says) in problems {
                operation["responses"][status] = json!({
                    "description": says,
                    "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
                });
            }
        }
    }
    api
}

fn problem() -> Value {
    json!({
        "type": "object",
        "description": "What went wrong (RFC 9457).",
        "required": ["type", "title", "status"],
        "properties": {
            "type": { "type": "string", "format": "uri-reference", "description": "What sort it is, such as /api/problems/refused" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": ["string", "null"], "description": "What to mend; for a refusal, the rules" },
            "instance": { "type": "string", "description": "The reference of this request, as in the log" },
            "errors": {
                "type": "array",
                "description": "Fields that do not make sense",
                "items": { "type": "object", "properties": { "field": { "type": "string" }, "message": { "type": "string" } } },
            },
        },
    })
}
