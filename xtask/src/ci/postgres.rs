//! A PostgreSQL of our own for the store's tests: Debian's binaries, an unprivileged user, loopback, a folder that is
//! thrown away.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use super::tests;
use crate::step::{Steps, output};

/// The variable by which the store's tests learn of a server.
const URL: &str = "FORBEAR_TEST_POSTGRES";

/// Runs the store's tests against PostgreSQL, where there is one.
pub(super) fn run(steps: &mut Steps) -> anyhow::Result<()> {
    const NAME: &str = "store on PostgreSQL";
    let Some(programs) = programs() else {
        steps.skip(NAME, "no PostgreSQL here; sudo apt-get install postgresql");
        return Ok(());
    };
    let server = Server::start(&programs).context("cannot start a PostgreSQL of our own")?;
    steps.run(NAME, tests(&["-p", "store"]).env(URL, &server.url))?;
    Ok(())
}

/// The newest of Debian's.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(|entry| Some(entry.ok()?.path().join("bin")));
    versions.filter(|programs| programs.join("initdb").exists()).max()
}

/// A server that ends with its value.
struct Server {
    programs: PathBuf,
    folder: PathBuf,
    /// Whom it runs as, where we are root: it refuses to run as root.
    user: Option<&'static str>,
    url: String,
}

impl Server {
    fn start(programs: &Path) -> anyhow::Result<Server> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let folder = std::env::temp_dir().join(format!("forbear-postgres-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let is_root = output(Command::new("id").arg("-u"))?.trim() == "0";
        let user = is_root.then_some(if output(Command::new("id").arg("postgres")).is_ok() { "postgres" } else { "nobody" });
        if let Some(user) = user {
            output(Command::new("chown").arg(user).arg(&folder))?;
        }
        let url = format!("postgres://forbear@127.0.0.1:{port}/postgres");
        let server = Server { programs: programs.to_owned(), folder, user, url };
        let data = server.folder.join("data");
        let init = ["--auth=trust", "--username=forbear", "--encoding=UTF8", "--locale=C", "--data-checksums", "--pgdata"];
        output(server.program("initdb").args(init).arg(&data))?;
        let options =
            format!("-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={}", server.folder.display());
        let log = server.folder.join("log");
        // The log as a file of its own: a server that kept our pipe would keep us waiting for its end.
        output(
            server
                .program("pg_ctl")
                .args(["start", "--wait", "--silent", "--options", &options, "--log"])
                .arg(log)
                .arg("--pgdata")
                .arg(&data),
        )?;
        Ok(server)
    }

    fn program(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        let mut command = match self.user {
            Some(user) => {
                let mut command = Command::new("runuser");
                command.args(["-u", user, "--"]).arg(program);
                command
            }
            None => Command::new(program),
        };
        command.current_dir(&self.folder);
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut stop = self.program("pg_ctl");
        if let Err(error) =
            output(stop.args(["stop", "--wait", "--silent", "--mode=immediate", "--pgdata"]).arg(self.folder.join("data")))
        {
            eprintln!("PostgreSQL in {} did not stop: {error:#}", self.folder.display());
        } else if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("cannot remove {}: {error}", self.folder.display());
        }
    }
}
