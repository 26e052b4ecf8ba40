//! Forms that files may come with. What was typed is read as any form is; a file that is too large is read to its end and
//! forgotten, so that the page can say so beside its field and nothing that was typed is lost.

use std::sync::Arc;

use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::header;

use super::{Answers, Failure, Site};

/// Files that one form may bring.
pub(crate) const MOST_FILES: usize = 6;
/// The longest of them.
pub(crate) const LONGEST_FILE: usize = 8 << 20;
/// All that is typed into one form.
const LONGEST_WORDS: usize = 256 << 10;
/// What is read of one form at all; of what is too long only this much, and none of it is kept.
const MOST_READ: usize = 2 * MOST_FILES * LONGEST_FILE;

/// A form as it was sent.
pub(crate) struct Posted {
    /// What was typed.
    pub(crate) answers: Answers,
    /// The files that were chosen, in their order.
    pub(crate) files: Vec<Upload>,
}

/// A file that somebody chose. What it was called is theirs and is not kept.
pub(crate) struct Upload {
    /// The field's name.
    pub(crate) field: String,
    /// What it holds, or the key of the text that says why it was not taken.
    pub(crate) content: Result<Vec<u8>, &'static str>,
}

/// Reads a form with files, and any other form as [`Answers`] does. Nothing here changes what other routes take.
impl FromRequest<Arc<Site>> for Posted {
    type Rejection = Failure;

    async fn from_request(mut request: Request, site: &Arc<Site>) -> Result<Posted, Failure> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        if !kind.starts_with("multipart/form-data") {
            return Ok(Posted { answers: Answers::from_request(request, site).await?, files: vec![] });
        }
        DefaultBodyLimit::max(MOST_READ).apply(&mut request);
        let mut parts = Multipart::from_request(request, site).await.map_err(|_| unreadable("the form has no boundary"))?;
        let (mut answers, mut files, mut words) = (Answers::default(), vec![], 0);
        while let Some(part) = parts.next_field().await.map_err(|error| broken(&error))? {
            let field = part.name().unwrap_or_default().to_owned();
            match part.file_name() {
                // A field in which nothing was chosen is sent all the same.
                Some("") => {}
                Some(_) => {
                    let room = if taken(&files) < MOST_FILES { LONGEST_FILE } else { 0 };
                    let content = read(part, room).await.map_err(|error| broken(&error))?;
                    let why = if room == 0 { "evidence-too-many" } else { "evidence-too-large" };
                    files.push(Upload { field, content: content.ok_or(why) });
                }
                None => {
                    let typed = read(part, LONGEST_WORDS - words).await.map_err(|error| broken(&error))?;
                    let typed = typed.ok_or_else(|| unreadable("the form is longer than 256 KiB without its files"))?;
                    words += typed.len() + field.len();
                    if words > LONGEST_WORDS {
                        return Err(unreadable("the form is longer than 256 KiB without its files"));
                    }
                    answers.add(&field, String::from_utf8_lossy(&typed));
                }
            }
        }
        Ok(Posted { answers, files })
    }
}

/// How many files are being kept.
fn taken(files: &[Upload]) -> usize {
    files.iter().filter(|file| file.content.is_ok()).count()
}

/// All of a part, if it is not longer than `most`. What is longer is read to its end and forgotten.
async fn read(mut part: Field<'_>, most: usize) -> Result<Option<Vec<u8>>, MultipartError> {
    let mut bytes = Some(vec![]);
    while let Some(chunk) = part.chunk().await? {
        bytes = bytes.filter(|bytes| bytes.len() + chunk.len() <= most);
        if let Some(bytes) = &mut bytes {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok(bytes.filter(|_| most > 0))
}

fn broken(error: &MultipartError) -> Failure {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        return unreadable("the files of one form may have 96 MiB together at most, and 8 MiB each");
    }
    unreadable("the form broke off on the way")
}

fn unreadable(what: &str) -> Failure {
    Failure::Unreadable(what.to_owned())
}
