//! `forbear serve`: the pages and the API.

use std::net::SocketAddr;
use std::time::Instant;

use anyhow::Context;

use super::{Exit, Options};

/// Options of `forbear serve`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Address and port to listen on
    #[arg(long, env = "FORBEAR_BIND", default_value = "127.0.0.1:8420")]
    bind: SocketAddr,
}

/// Serves until interrupted.
pub(crate) fn run(options: &Options, args: Args) -> anyhow::Result<Exit> {
    let started = Instant::now();
    let runtime = tokio::runtime::Runtime::new().context("cannot start the server's threads")?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(args.bind)
            .await
            .with_context(|| format!("cannot listen on {}; choose another address with --bind", args.bind))?;
        let data_dir = options.data_dir.display();
        println!("Ready in {:.1} s  http://{}  data {data_dir}", started.elapsed().as_secs_f32(), listener.local_addr()?);
        axum::serve(listener, axum::Router::new()).with_graceful_shutdown(interrupted()).await?;
        Ok(Exit::Done)
    })
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a signal handler the process still ends by its default action.
        std::future::pending::<()>().await;
    }
}
