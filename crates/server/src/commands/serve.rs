//! `forbear serve`: the pages and the API.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::{Duration, Instant};

use anyhow::Context;
use post::Settings;
use store::Store;

use super::{Exit, Options, Stop};
use crate::letterhead::Letterhead;
use crate::messages::Outbox;
use crate::pages::set_up::SetUp;
use crate::pages::sign_in;
use crate::phone::Phones;
use crate::texts::Currency;
use crate::travel_times::TravelTimes;
use crate::web::clock::Clock;
use crate::web::{self, Site};
use crate::{books, demo, packs};

/// Between two rounds of the outbox.
const BETWEEN_ROUNDS: Duration = Duration::from_secs(5);

/// Options of `forbear serve`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Address and port to listen on
    #[arg(long, env = "FORBEAR_BIND", default_value = "127.0.0.1:8420")]
    bind: SocketAddr,
    /// Browsers reach us by https through a proxy: cookies insist on it
    #[arg(long)]
    behind_https: bool,
    /// Where travel times for routes come from: `osrm=http://…` or `valhalla=http://…`; else they are estimated
    #[arg(long, value_name = "SERVICE", env = "FORBEAR_TRAVEL_TIMES")]
    travel_times: Option<TravelTimes>,
}

/// How to serve.
pub(crate) struct Setting {
    /// Address and port.
    pub(crate) bind: SocketAddr,
    /// Whether a proxy with https stands before it.
    pub(crate) behind_https: bool,
    /// Where travel times come from.
    pub(crate) travel_times: Option<TravelTimes>,
    /// The seed of the demonstration, if it is one.
    pub(crate) demo: Option<u64>,
    /// How much of the book is made, in percent.
    pub(crate) making: Arc<AtomicU32>,
    /// Links that sign in, by role, to be printed.
    pub(crate) links: Vec<(&'static str, String)>,
    /// When the process began.
    pub(crate) started: Instant,
}

/// Serves the book in the data folder until interrupted.
pub(crate) fn run(options: &Options, args: Args) -> anyhow::Result<Exit> {
    let started = Instant::now();
    let store = books::open(&options.data_dir)?;
    let demo = demo::seed_of(&options.data_dir);
    let links = demo.map_or(Ok(vec![]), |seed| sign_in::links(&store, seed))?;
    serve(
        store,
        options,
        &Setting {
            bind: args.bind,
            behind_https: args.behind_https,
            travel_times: args.travel_times,
            demo,
            making: Arc::new(AtomicU32::new(100)),
            links,
            started,
        },
    )
}

/// Serves `store` until interrupted.
pub(crate) fn serve(store: Arc<Store>, options: &Options, setting: &Setting) -> anyhow::Result<Exit> {
    if !setting.bind.ip().is_loopback() && !setting.behind_https {
        let says = format!(
            "{} can be reached from other machines, and passwords would cross the network in the clear; put a proxy with https \
             before it and say --behind-https, or bind to 127.0.0.1",
            setting.bind
        );
        return Err(Stop { exit: Exit::Usage, says }.into());
    }
    if !setting.bind.ip().is_loopback() && setting.demo.is_some() {
        let says = format!(
            "a demonstration lets everybody in who can reach it, and {} can be reached from other machines; bind to 127.0.0.1",
            setting.bind
        );
        return Err(Stop { exit: Exit::Usage, says }.into());
    }
    let runtime = tokio::runtime::Runtime::new().context("cannot start the server's threads")?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(setting.bind)
            .await
            .with_context(|| format!("cannot listen on {}; choose another address with --bind", setting.bind))?;
        // A demonstration that was set ahead goes on where it was.
        let real_today = store.book().day_of(jiff::Timestamp::now());
        let ahead = store.last_night().map_or(0, |last| real_today.days_until(last.plus_days(1)));
        let clock = setting.demo.map_or_else(Clock::default, |_| Clock::ahead_by(ahead));
        let seal_key = setting.demo.map(|_| books::seal_key(&options.data_dir)).transpose()?;
        let nobody_yet = store.reader().all_staff()?.is_empty();
        let (set_up, set_up_token) = match nobody_yet {
            true => SetUp::open(jiff::Timestamp::now()).map(|(set_up, token)| (set_up, Some(token)))?,
            false => (SetUp::default(), None),
        };
        let site = Site {
            demo: setting.demo.is_some(),
            clock,
            seal_key,
            making: Arc::clone(&setting.making),
            stories: setting.demo.map(demo::cast).unwrap_or_default(),
            https: setting.behind_https,
            currency: Currency::new(&store.record().currency),
            travel_times: setting.travel_times.clone(),
            letterhead: Letterhead::read(&options.data_dir, &store.record().name)?,
            zone: store.book().zone.clone(),
            key: books::seal_key(&options.data_dir)?,
            store,
            strategy: packs::strategy(&options.data_dir)?,
            badge_checks: Default::default(),
            callback_key: Settings::read(&options.data_dir)?.callback_key(&options.data_dir)?,
            sessions: Default::default(),
            attempts: Default::default(),
            set_up,
            phones: Phones::open(&options.data_dir)?,
            metrics: Default::default(),
            started: setting.started,
        };
        let (address, data_dir) = (listener.local_addr()?, options.data_dir.display());
        let site = Arc::new(site);
        println!("Ready in {:.1} s  http://{address}  data {data_dir}", setting.started.elapsed().as_secs_f32());
        if site.demo {
            println!("A demonstration: nobody in it exists, nothing is sent to anybody. Sign in as");
            for (role, token) in &setting.links {
                println!("  {role:12} http://{address}/in/{token}");
            }
        }
        if let Some(token) = set_up_token {
            println!(
                "Nobody works here yet. Set up the first manager, once, within 30 minutes:\n  http://{address}/set-up/{token}"
            );
        }
        let take_up = tokio::spawn(keep_taking_up(Arc::clone(&site.store)));
        let hand_over = outbox(&site, options)?.map(|outbox| tokio::spawn(keep_handing_over(outbox)));
        axum::serve(listener, web::router(site)).with_graceful_shutdown(interrupted()).await?;
        take_up.abort();
        if let Some(hand_over) = hand_over {
            hand_over.abort();
        }
        Ok(Exit::Done)
    })
}

/// The outbox of a book that is not a demonstration, if any way out is set up.
fn outbox(site: &Site, options: &Options) -> anyhow::Result<Option<Outbox>> {
    if site.demo {
        return Ok(None);
    }
    Ok(Some(Outbox::open(Arc::clone(&site.store), &options.data_dir)?).filter(Outbox::is_open))
}

/// Hands over what is due, every few seconds. What one round leaves, the next takes.
async fn keep_handing_over(outbox: Outbox) {
    let outbox = Arc::new(outbox);
    loop {
        let round = Arc::clone(&outbox);
        match tokio::task::spawn_blocking(move || round.drain(&jiff::Timestamp::now)).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::error!(%error, "the outbox stopped in the middle of a round"),
            Err(error) => tracing::error!(%error, "a round of the outbox broke off"),
        }
        tokio::time::sleep(BETWEEN_ROUNDS).await;
    }
}

/// Lets versions of packs judge that two people brought in through another process of the same book. Their first day lies ahead,
/// so a minute is soon enough.
async fn keep_taking_up(store: Arc<Store>) {
    loop {
        tokio::time::sleep(Duration::from_secs(60)).await;
        let store = Arc::clone(&store);
        match tokio::task::spawn_blocking(move || books::take_up(&store)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "a version of a pack that was brought in could not be taken up"),
            Err(error) => tracing::error!(%error, "looking for versions of packs broke off"),
        }
    }
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a signal handler the process still ends by its default action.
        std::future::pending::<()>().await;
    }
}
