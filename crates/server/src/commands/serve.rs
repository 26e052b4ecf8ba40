//! `forbear serve`: the pages and the API.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use jiff::tz::TimeZone;

use super::{Exit, Options, Stop};
use crate::texts::Currency;
use crate::web::{self, Site};

/// Options of `forbear serve`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Address and port to listen on
    #[arg(long, env = "FORBEAR_BIND", default_value = "127.0.0.1:8420")]
    bind: SocketAddr,
    /// Browsers reach us by https through a proxy: cookies insist on it
    #[arg(long)]
    behind_https: bool,
    /// A demonstration: sign-in by role, a watermark, nothing is sent
    #[arg(long)]
    demo: bool,
}

/// Serves until interrupted.
pub(crate) fn run(options: &Options, args: Args) -> anyhow::Result<Exit> {
    let started = Instant::now();
    if !args.bind.ip().is_loopback() && !args.behind_https {
        let says = format!(
            "{} can be reached from other machines, and passwords would cross the network in the clear; put a proxy with https \
             before it and say --behind-https, or bind to 127.0.0.1",
            args.bind
        );
        return Err(Stop { exit: Exit::Usage, says }.into());
    }
    let runtime = tokio::runtime::Runtime::new().context("cannot start the server's threads")?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(args.bind)
            .await
            .with_context(|| format!("cannot listen on {}; choose another address with --bind", args.bind))?;
        let site = Site {
            demo: args.demo,
            https: args.behind_https,
            currency: Currency::new("CNY"),
            zone: TimeZone::get("Asia/Shanghai").context("the zone Asia/Shanghai is not known")?,
            sessions: Default::default(),
            metrics: Default::default(),
            started,
        };
        let (address, data_dir) = (listener.local_addr()?, options.data_dir.display());
        println!("Ready in {:.1} s  http://{address}  data {data_dir}", started.elapsed().as_secs_f32());
        axum::serve(listener, web::router(Arc::new(site))).with_graceful_shutdown(interrupted()).await?;
        Ok(Exit::Done)
    })
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a signal handler the process still ends by its default action.
        std::future::pending::<()>().await;
    }
}
