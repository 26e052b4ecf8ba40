//! `forbear demo`: a demonstration book and its pages, in one command.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use anyhow::Context;
use ed25519_dalek::SigningKey;
use indicatif::{ProgressBar, ProgressStyle};

use super::{Exit, Options, serve};
use crate::letterhead::Letterhead;
use crate::pages::sign_in;
use crate::phone::Phones;
use crate::{books, demo};

/// Options of `forbear demo`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// About how many accounts
    #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(20..=1_000_000))]
    accounts: u32,
    /// The same seed makes the same book on the same day
    #[arg(long, default_value_t = 20_261_123)]
    seed: u64,
    /// Throw an earlier demonstration in this folder away and make it anew
    #[arg(long)]
    reset: bool,
    /// Make the book and end, without serving
    #[arg(long)]
    no_serve: bool,
    /// The zone whose clocks the book reads, such as `Europe/Paris`: visits are lawful by day only
    #[arg(long, default_value = "Asia/Shanghai")]
    zone: String,
    /// Address and port to listen on
    #[arg(long, env = "FORBEAR_BIND", default_value = "127.0.0.1:8420")]
    bind: SocketAddr,
}

/// The lender of the demonstration. There is none of this name, and nobody answers these numbers.
const LETTERHEAD: &str = "name = \"宽诺示例消费金融\"\naddress = \"安徽省合肥市示例路1号\"\ncomplaint_line = \"400-000-0000\"\n\
    regulator_line = \"12378\"\ncheck_line = \"400-000-0001\"\noffice_line = \"0551-0000-0000\"\n";

/// Makes the book if there is none, and serves it. Pages can be looked at while it is being made.
pub(crate) fn run(options: &Options, args: &Args) -> anyhow::Result<Exit> {
    let started = Instant::now();
    let mark = options.data_dir.join(demo::MARK);
    if args.reset && mark.exists() {
        fs::remove_dir_all(&options.data_dir).with_context(|| format!("cannot remove {}", options.data_dir.display()))?;
    }
    let is_new = !mark.exists();
    if is_new {
        let new = books::NewBook { name: "demo", currency: "CNY", zone: &args.zone, packs: "cn" };
        books::create(&options.data_dir, &new)?;
        fs::write(options.data_dir.join("letterhead.toml"), LETTERHEAD)?;
        fs::write(&mark, format!("{}\n", args.seed))?;
    }
    let store = books::open(&options.data_dir)?;
    let staff = demo::hire(&store)?;
    let key = books::seal_key(&options.data_dir)?;
    let until = store.book().day_of(jiff::Timestamp::now()).plus_days(-1);
    let is_made = store.last_night().is_some_and(|last| last >= until);
    let plan = demo::Plan { accounts: args.accounts, seed: args.seed, until };
    if args.no_serve {
        make(&store, staff.clone(), key, plan, &Arc::default())?;
        plan_today(&store, &staff, &options.data_dir)?;
        return Ok(Exit::Done);
    }
    let links = sign_in::links(&store, args.seed)?;
    let making = Arc::new(AtomicU32::new(0));
    let maker = if is_new || !is_made && store.last_night().is_none() {
        let (store, making, data_dir) = (Arc::clone(&store), Arc::clone(&making), options.data_dir.clone());
        Some(std::thread::spawn(move || {
            make(&store, staff.clone(), key, plan, &making)?;
            plan_today(&store, &staff, &data_dir)
        }))
    } else {
        making.store(100, Ordering::Relaxed);
        plan_today(&store, &staff, &options.data_dir)?;
        None
    };
    serve::serve(
        store,
        options,
        &serve::Setting {
            bind: args.bind,
            behind_https: false,
            travel_times: None,
            demo: demo::seed_of(&options.data_dir),
            making,
            links,
            started,
        },
    )?;
    if let Some(maker) = maker {
        maker.join().map_err(|_| anyhow::anyhow!("making the demonstration broke off"))??;
    }
    Ok(Exit::Done)
}

fn make(
    store: &Arc<store::Store>,
    staff: demo::Staff,
    key: SigningKey,
    plan: demo::Plan,
    making: &Arc<AtomicU32>,
) -> anyhow::Result<()> {
    let days = u64::try_from(demo::DAYS).unwrap_or_default();
    let style = ProgressStyle::with_template("Two years of life  {bar:40} {pos}/{len} days  {msg}  {eta} left")?;
    let bar = ProgressBar::new(days).with_style(style);
    let (ticking, percent) = (bar.clone(), Arc::clone(making));
    let began = Instant::now();
    demo::make(store, staff, key, plan, move |day| {
        ticking.inc(1);
        ticking.set_message(day.to_string());
        percent.store((ticking.position() * 99 / days) as u32, Ordering::Relaxed);
    })?;
    making.store(100, Ordering::Relaxed);
    bar.finish_and_clear();
    eprintln!("The book is made: {} accounts, {} days, in {:.1} s", plan.accounts, days, began.elapsed().as_secs_f32());
    Ok(())
}

/// Gives the first team a day of visits.
fn plan_today(store: &Arc<store::Store>, staff: &demo::Staff, data_dir: &Path) -> anyhow::Result<()> {
    let lender = Letterhead::read(data_dir, &store.record().name)?;
    demo::make_today(store, staff, &Phones::open(data_dir)?, &lender.name, jiff::Timestamp::now())?;
    eprintln!("Today is planned: sign in as field");
    Ok(())
}
