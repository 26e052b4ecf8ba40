//! Whether the process lives, whether it can work, and how much it did. No personal data.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::{Failure, Site};

/// Counts of answers by class, and their times.
#[derive(Default)]
pub(crate) struct Metrics {
    by_class: [AtomicU64; 5],
    within: [AtomicU64; BOUNDS_MS.len()],
    answered: AtomicU64,
    micros: AtomicU64,
}

/// Upper bounds of the histogram of answer times, in milliseconds.
const BOUNDS_MS: [u64; 7] = [5, 10, 25, 50, 100, 500, 2_000];

impl Metrics {
    /// Counts one answer.
    pub(crate) fn count(&self, status: StatusCode, took: Duration) {
        let class = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
        self.by_class[class].fetch_add(1, Ordering::Relaxed);
        self.answered.fetch_add(1, Ordering::Relaxed);
        self.micros.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
        for (bound, count) in BOUNDS_MS.iter().zip(&self.within) {
            if took <= Duration::from_millis(*bound) {
                count.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// The Prometheus text form.
    fn text(&self, uptime: Duration, days_late: Option<i32>) -> String {
        let mut out = String::new();
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        // Writing to a String cannot fail.
        let _ = writeln!(out, "# TYPE forbear_uptime_seconds gauge\nforbear_uptime_seconds {}", uptime.as_secs());
        if let Some(late) = days_late {
            let _ = writeln!(out, "# TYPE forbear_nights_missing gauge\nforbear_nights_missing {late}");
        }
        let _ = writeln!(out, "# TYPE forbear_http_answers_total counter");
        for (class, count) in self.by_class.iter().enumerate() {
            let _ = writeln!(out, "forbear_http_answers_total{{class=\"{}xx\"}} {}", class + 1, read(count));
        }
        let _ = writeln!(out, "# TYPE forbear_http_seconds histogram");
        for (bound, count) in BOUNDS_MS.iter().zip(&self.within) {
            let _ = writeln!(out, "forbear_http_seconds_bucket{{le=\"{}\"}} {}", *bound as f64 / 1e3, read(count));
        }
        let answered = read(&self.answered);
        let _ = writeln!(out, "forbear_http_seconds_bucket{{le=\"+Inf\"}} {answered}");
        let _ = writeln!(out, "forbear_http_seconds_sum {}", read(&self.micros) as f64 / 1e6);
        let _ = writeln!(out, "forbear_http_seconds_count {answered}");
        out
    }
}

/// `/healthz`: the process answers.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// `/readyz`: it can do its work, which is to read the book. Says when the last night ended, because a night that does not
/// run is the first thing to look at.
pub(crate) async fn ready(State(site): State<Arc<Site>>) -> Result<String, Failure> {
    site.look(store::Reader::all_staff).await.map_err(|_| Failure::Busy)?;
    let last = site.store.last_night().map_or_else(|| String::from("never"), |day| day.to_string());
    Ok(format!("ready\nlast night {last}\n"))
}

/// `/metrics`, in Prometheus' text form.
pub(crate) async fn metrics(State(site): State<Arc<Site>>) -> Response {
    let days_late = site.store.last_night().map(|last| (last.days_until(site.today()) - 1).max(0));
    let text = site.metrics.text(site.started.elapsed(), days_late);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
