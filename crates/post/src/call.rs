//! Short messages and chat: a signed call to a provider, with the message's id as the idempotency key.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ureq::Agent;

use crate::settings::{self, Call, Unfit};
use crate::{Handed, Parcel, Way, signature};

/// Longer than this no provider takes to answer.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A provider that is called.
pub(crate) struct Caller {
    way: Way,
    url: String,
    key: Vec<u8>,
    agent: Agent,
}

impl Caller {
    pub(crate) fn new(way: Way, call: &Call, folder: &Path) -> Result<Caller, Unfit> {
        let host = call.url.strip_prefix("http://").map(|rest| rest.split(['/', '?']).next().unwrap_or(""));
        let is_safe = match host {
            Some(host) => settings::is_here(host.rsplit_once(':').map_or(host, |(name, _)| name)),
            None => call.url.starts_with("https://"),
        };
        if !is_safe {
            return Err(Unfit(format!(
                "{}: `{}` must begin with https:// (http:// is for this machine only)",
                way.name(),
                call.url
            )));
        }
        let config = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_idle_connections_per_host(16);
        Ok(Caller { way, url: call.url.clone(), key: settings::secret(folder, &call.key_file)?, agent: config.build().into() })
    }

    pub(crate) fn hand_over(&self, parcel: &Parcel) -> Handed {
        let body = serde_json::json!({
            "schema": "forbear.message/1",
            "id": parcel.id,
            "way": self.way.name(),
            "to": parcel.to,
            "text": parcel.text,
        })
        .to_string();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64);
        let answer = self
            .agent
            .post(&self.url)
            .header("content-type", "application/json")
            .header("idempotency-key", &parcel.id)
            .header(signature::HEADER, signature::sign(&self.key, now, body.as_bytes()))
            .send(body.as_bytes());
        let mut answer = match answer {
            Ok(answer) => answer,
            Err(_) => return Handed::Unclear("no answer from the provider".into()),
        };
        // Read to its end, so that the connection can be used again.
        let _ = answer.body_mut().with_config().limit(64 * 1024).read_to_vec();
        let status = answer.status().as_u16();
        match status {
            200..=299 => Handed::Taken,
            // Not now: timeout, conflict with a call under way, too early, too many, and faults of theirs.
            408 | 409 | 425 | 429 | 500..=599 => Handed::Unclear(format!("the provider answered {status}")),
            _ => Handed::Refused(format!("the provider answered {status}")),
        }
    }
}
