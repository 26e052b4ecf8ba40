//! The settings: one file, `messages.toml`, with a table for each way that is open. Secrets stand in files of their own.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// What is open, and how.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// E-mail.
    pub email: Option<Email>,
    /// Short messages.
    pub sms: Option<Call>,
    /// Chat.
    pub chat: Option<Call>,
    /// What providers call back with: results, answers, payments.
    pub callbacks: Option<Callbacks>,
}

/// How e-mail leaves.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Email {
    /// The SMTP server's name.
    pub server: String,
    /// Its port; 465 for implicit TLS and 587 otherwise, if not said.
    pub port: Option<u16>,
    /// How the connection is protected. Without is for a server on this machine only.
    #[serde(default)]
    pub tls: Tls,
    /// As in `Lender <post@lender.example>`.
    pub from: String,
    /// The account, if the server wants one.
    pub user: Option<String>,
    /// The file that holds its password.
    pub password_file: Option<PathBuf>,
}

/// How a connection to a mail server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// From the first byte.
    #[default]
    Implicit,
    /// After `STARTTLS`, which is insisted on.
    Starttls,
    /// Not at all.
    None,
}

/// A provider that is called.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Where. `http` is for this machine only.
    pub url: String,
    /// The file that holds the key which calls are signed with.
    pub key_file: PathBuf,
}

/// What comes back.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Callbacks {
    /// The file that holds the key which callbacks must be signed with.
    pub key_file: PathBuf,
}

/// Settings that cannot be used: which, and how to mend it.
#[derive(Debug, PartialEq, Eq)]
pub struct Unfit(pub String);

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unfit {}

impl Settings {
    /// Reads `messages.toml` in `folder`; nothing is open where there is none.
    pub fn read(folder: &Path) -> Result<Settings, Unfit> {
        let path = folder.join("messages.toml");
        if !path.exists() {
            return Ok(Settings::default());
        }
        let text = fs::read_to_string(&path).map_err(|error| Unfit(format!("cannot read {}: {error}", path.display())))?;
        toml::from_str(&text).map_err(|error| Unfit(format!("{}: {}", path.display(), error.message())))
    }

    /// The key that callbacks must be signed with, if any are awaited.
    pub fn callback_key(&self, folder: &Path) -> Result<Option<Vec<u8>>, Unfit> {
        self.callbacks.as_ref().map(|callbacks| secret(folder, &callbacks.key_file)).transpose()
    }
}

/// The shortest key that is taken: what HMAC-SHA256 itself is worth (RFC 2104, section 3).
const SHORTEST_KEY: usize = 32;

/// Reads a key of at least 32 characters; the newline at its end is not part of it.
pub(crate) fn secret(folder: &Path, file: &Path) -> Result<Vec<u8>, Unfit> {
    let key = password(folder, file)?.into_bytes();
    if key.len() < SHORTEST_KEY {
        let says = format!("the key in {} is shorter than {SHORTEST_KEY} characters", folder.join(file).display());
        return Err(Unfit(says));
    }
    Ok(key)
}

/// Reads a password.
pub(crate) fn password(folder: &Path, file: &Path) -> Result<String, Unfit> {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).map_err(|error| Unfit(format!("cannot read {}: {error}", path.display())))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// Whether a host is this machine.
pub(crate) fn is_here(host: &str) -> bool {
    host == "localhost" || host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
