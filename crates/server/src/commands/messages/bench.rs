//! How fast the outbox empties, and what a crash does to it: on a book of people who do not exist, towards a provider on
//! this machine, by a clock that stands at ten in the morning.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use domain::contact::{self, Channel};
use domain::event::{Actor, Event};
use domain::id::{AccountId, CaseId, MessageId, NoteId, PersonId};
use domain::loan::Terms;
use domain::message::{self, Draft};
use domain::moment::Timestamp;
use domain::money::Money;
use jiff::SignedDuration;
use store::{Command, Error, Note, Store, Tray};

use crate::books::{self, NewBook};
use crate::commands::{Exit, bench::figure};
use crate::messages::outbox::Report;
use crate::messages::{NOTE, Outbox, Template, Words};

/// Options of `forbear bench messages`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many messages
    #[arg(long, default_value_t = 100_000)]
    count: u32,
    /// How often the outbox is killed in the middle
    #[arg(long, default_value_t = 0)]
    kills: u32,
    /// Empty the outbox of a book that this measurement made
    #[arg(long, hide = true)]
    drain: Option<PathBuf>,
    /// The moment at which that begins
    #[arg(long, hide = true, default_value = TEN_IN_THE_MORNING)]
    since: Timestamp,
}

const TEN_IN_THE_MORNING: &str = "2026-11-20T10:00:00+08:00";
/// What marks a book that was made here: no other clock than the real one runs over any other book.
const MARK: &str = "trial";

/// Measures.
pub(crate) fn run(args: &Args) -> anyhow::Result<Exit> {
    if let Some(dir) = &args.drain {
        anyhow::ensure!(dir.join(MARK).exists(), "{} was not made for a measurement", dir.display());
        drain(dir, args.since)?;
        return Ok(Exit::Done);
    }
    let dir = std::env::temp_dir().join(format!("forbear-messages-{}", std::process::id()));
    let measured = measure(&dir, args);
    fs::remove_dir_all(&dir)?;
    measured
}

fn measure(dir: &Path, args: &Args) -> anyhow::Result<Exit> {
    books::create(dir, &NewBook { name: "trial", currency: "CNY", zone: "Asia/Shanghai", packs: "cn" })?;
    fs::write(dir.join(MARK), "")?;
    fs::write(dir.join("sms.key"), "a key that only this trial knows..")?;
    let provider = Provider::start()?;
    let settings = format!("[sms]\nurl = \"http://127.0.0.1:{}/\"\nkey_file = \"sms.key\"\n", provider.port);
    fs::write(dir.join("messages.toml"), settings)?;
    let count = args.count;
    make(books::open(dir)?.as_ref(), count, args.since)?;

    let began = Instant::now();
    let mut since = args.since;
    for number in 0..args.kills {
        killed_in_the_middle(dir, since, &provider, u64::from(count) * u64::from(number + 1) / u64::from(args.kills + 1))?;
        // What was under way when it was killed may be handed over again only after this, however long it had run.
        since += message::RETRY_AFTER + SignedDuration::from_mins(5);
    }
    // A call without an answer is made again later, as in service.
    while drain(dir, since)?.unclear > 0 {
        since += message::RETRY_AFTER + SignedDuration::from_mins(5);
    }
    let seconds = began.elapsed().as_secs_f64();

    let trays = books::open(dir)?.reader().trays()?;
    let sent = trays.iter().find(|(tray, _)| *tray == Tray::Sent).map_or(0, |(_, count)| *count);
    let keys = provider.keys();
    let calls: u64 = keys.values().sum();
    figure("messages_sent", f64::from(count) / seconds, "messages/s", u64::from(count));
    figure("messages_lost", f64::from(count) - keys.len() as f64, "messages", u64::from(count));
    figure("messages_not_told_as_sent", f64::from(count) - sent as f64, "messages", u64::from(count));
    figure("calls_repeated_under_their_key", calls as f64 - keys.len() as f64, "calls", calls);
    Ok(Exit::Done)
}

fn drain(dir: &Path, since: Timestamp) -> anyhow::Result<Report> {
    let began = Instant::now();
    let clock = || since + SignedDuration::try_from(began.elapsed()).unwrap_or_default();
    let report = Outbox::open(books::open(dir)?, dir)?.drain(&clock)?;
    eprintln!("{report:?}");
    Ok(report)
}

/// Lets another process empty the outbox and kills it once the provider had so many calls.
fn killed_in_the_middle(dir: &Path, since: Timestamp, provider: &Provider, after: u64) -> anyhow::Result<()> {
    let mut child = Process::new(std::env::current_exe()?)
        .args(["bench", "messages", "--since", &since.to_string(), "--drain"])
        .arg(dir)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("cannot start another process")?;
    // Counted by the provider as it goes: copying all its keys to look would slow down what is measured.
    while provider.seen.calls.load(Ordering::Relaxed) < after && child.try_wait()?.is_none() {
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill()?;
    child.wait()?;
    Ok(())
}

/// People with an instalment overdue and a message about it, each.
fn make(store: &Store, count: u32, since: Timestamp) -> Result<(), Error> {
    const TOGETHER: u32 = 20_000;
    let book = store.book();
    store.in_bulk(move |bulk| {
        for number in 1..=count {
            bulk.run(person(u64::from(number), since))?;
            bulk.run(queued(&book, u64::from(number), since))?;
            if number % TOGETHER == 0 {
                bulk.commit()?;
            }
        }
        Ok(())
    })
}

fn command(number: u64, key: &str, at: Timestamp, notes: Vec<Note>, decide: store::Decide) -> Command {
    Command {
        person: PersonId(number),
        actor: Actor::Import,
        key: format!("{key}-{number}"),
        body_hash: [0; 32],
        intent: "trial",
        recorded_at: at,
        night: None,
        notes,
        decide,
    }
}

fn person(number: u64, since: Timestamp) -> Command {
    let identity = r#"{"name":"王小明","resident_id":null,"phone":"13800001234"}"#;
    let note = Note { id: NoteId(2 * number), kind: "identity", salt: [7; 16], body: identity.to_owned(), paper: None };
    let identity = note.reference();
    let decide = Box::new(move |_: &domain::person::Person| {
        let on = domain::moment::Moment::new(since, jiff::tz::TimeZone::UTC).day();
        let terms = Terms::interest_free(Money::from_minor(120_000), on.plus_days(-60), 6);
        Ok(vec![
            Event::PersonRegistered { identity, zone: "Asia/Shanghai".to_owned() },
            Event::AccountOpened { account: AccountId(number), number: format!("T-{number}"), terms, annual_cost_percent: None },
            Event::CaseOpened { case: CaseId(number), on, first_payment_default: true },
        ])
    });
    command(number, "person", since - SignedDuration::from_hours(1), vec![note], decide)
}

fn queued(book: &Arc<domain::book::Book>, number: u64, since: Timestamp) -> Command {
    let words =
        Words {
            to: "13800001234".to_owned(), subject: String::new(), text: "您好，这里是一次测量。".to_owned(), language: None
        };
    let body = serde_json::to_string(&words).unwrap_or_default();
    let note = Note { id: NoteId(2 * number + 1), kind: NOTE, salt: [7; 16], body, paper: None };
    let (words, book) = (note.reference(), Arc::clone(book));
    let decide = Box::new(move |person: &domain::person::Person| {
        let template = Template::OwedAndWaysOut;
        let due = contact::moment_of(person, &book, since);
        let permit = contact::ask(person, &book, &message::act(Channel::Sms, template.purpose()), &due)?;
        let template = template.name().to_owned();
        message::queue(person, permit, Draft { id: MessageId(number), template, words, due_at: since })
    });
    command(number, "queued", since - SignedDuration::from_mins(1), vec![note], decide)
}

/// A provider on this machine that says yes and remembers how often it saw each key.
struct Provider {
    port: u16,
    seen: Arc<Seen>,
    _runtime: tokio::runtime::Runtime,
}

/// How often a provider was called, and how often under each key.
#[derive(Default)]
struct Seen {
    calls: AtomicU64,
    keys: Mutex<HashMap<String, u64>>,
}

impl Provider {
    fn start() -> anyhow::Result<Provider> {
        let seen: Arc<Seen> = Arc::default();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
        let port = listener.local_addr()?.port();
        let router = axum::Router::new().route("/", post(take)).with_state(Arc::clone(&seen));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Ok(Provider { port, seen, _runtime: runtime })
    }

    fn keys(&self) -> HashMap<String, u64> {
        self.seen.keys.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn take(State(seen): State<Arc<Seen>>, headers: HeaderMap) {
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).unwrap_or("").to_owned();
    *seen.keys.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default() += 1;
    seen.calls.fetch_add(1, Ordering::Relaxed);
}
