//! What can go wrong below the rules: a fault, told apart by what the caller can do about it.

use std::fmt;

/// A fault of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// Somebody else holds it; trying again later is right.
    Locked,
    /// No room left. Nothing was half-written; make room and try again.
    Full,
    /// The disk failed. A writer that sees this ends the process, because the next success could be a lie.
    Disk(String),
    /// The connection broke. Whether the last command was done is unknown; sending it again with its key is safe.
    Lost,
    /// The database or its settings are not fit for use, with the way to mend it.
    Unfit(String),
    /// What is stored cannot be read as it should; `verify` names it.
    Damaged(String),
    /// An invariant did not hold. The command was rolled back; it is a defect of ours.
    Broken(String),
    /// Anything else the database said.
    Database(String),
    /// The writer has stopped.
    Stopped,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Locked => write!(f, "another process holds the book; try again in a moment"),
            Error::Full => write!(f, "no room left for the book: nothing was written; free some space and try again"),
            Error::Disk(what) => write!(f, "the disk failed: {what}"),
            Error::Lost => write!(f, "the connection to the database broke; sending the same command again is safe"),
            Error::Unfit(what) => write!(f, "{what}"),
            Error::Damaged(what) => write!(f, "stored data cannot be read: {what}; run `forbear verify`"),
            Error::Broken(what) => write!(f, "{what}; nothing was written"),
            Error::Database(what) => write!(f, "the database refused: {what}"),
            Error::Stopped => write!(f, "the book is being closed"),
        }
    }
}

impl std::error::Error for Error {}

/// What a process that cannot trust its disk any more ends with (`EX_SOFTWARE`).
const EXIT_DISK: i32 = 70;

impl Error {
    /// Ends the process if the disk failed: the same connection would commit happily again, and what it says then may be untrue.
    pub(crate) fn end_if_the_disk_failed(&self) {
        if let Error::Disk(what) = self {
            tracing::error!(%what, "the disk failed; ending, so that nothing is promised that is not kept");
            std::process::exit(EXIT_DISK);
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Error {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Locked,
            Some(ErrorCode::DiskFull) => Error::Full,
            Some(ErrorCode::SystemIoFailure) => Error::Disk(error.to_string()),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Error::Damaged(error.to_string()),
            Some(ErrorCode::CannotOpen) => Error::Unfit(format!("the book cannot be opened: {error}")),
            _ => Error::Database(error.to_string()),
        }
    }
}

impl From<postgres::Error> for Error {
    fn from(error: postgres::Error) -> Error {
        let Some(reported) = error.as_db_error() else {
            let mut text = error.to_string();
            if let Some(cause) = std::error::Error::source(&error) {
                text = format!("{text}: {cause}");
            }
            return if error.is_closed() { Error::Lost } else { Error::Database(text) };
        };
        match reported.code().code() {
            // Lock not available, serialisation failure, deadlock.
            "55P03" | "40001" | "40P01" => Error::Locked,
            // Disk full.
            "53100" => Error::Full,
            // Read or write error of the operating system, damaged page or index.
            "58030" => Error::Disk(reported.to_string()),
            "XX001" | "XX002" => Error::Damaged(reported.to_string()),
            // The server ended the session or is shutting down.
            "57P01" | "57P02" | "57P03" | "25P03" => Error::Lost,
            _ => Error::Database(reported.to_string()),
        }
    }
}
