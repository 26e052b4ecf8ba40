//! Every case again on PostgreSQL, on a server of our own: Debian's binaries, an empty directory, loopback only.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::CASES;
use crate::bed::Bed;

#[test]
fn every_case_holds_on_postgresql_too() {
    let Some(server) = Server::start() else { return };
    for (name, case) in CASES {
        println!("on PostgreSQL: {name}");
        case(&Bed::on_postgres(server.new_database(name)));
    }
}

/// A server that ends with the test.
struct Server {
    binaries: PathBuf,
    dir: tempfile::TempDir,
    port: u16,
}

impl Server {
    /// Starts one, or prints why there is none.
    fn start() -> Option<Server> {
        let Some(binaries) = find_binaries() else {
            println!("skipped: no PostgreSQL under /usr/lib/postgresql; Debian's package `postgresql` brings it");
            return None;
        };
        let dir = tempfile::tempdir().unwrap();
        if is_root() {
            // The server refuses to run as root; Debian's package makes the user `postgres` for it.
            let given = Command::new("chown").arg("postgres").arg(dir.path()).status();
            if !given.is_ok_and(|status| status.success()) {
                println!("skipped: running as root, and there is no user `postgres` to run a server as");
                return None;
            }
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Server { binaries, dir, port };
        let data = server.data();
        server.run(
            "initdb",
            &["--pgdata", &data, "--username", "forbear", "--auth", "trust", "--encoding", "UTF8", "--locale", "C"],
        );
        let options = format!("-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''");
        let log = server.dir.path().join("log").display().to_string();
        server.run("pg_ctl", &["--pgdata", &data, "--wait", "--log", &log, "--options", &options, "start"]);
        Some(server)
    }

    fn new_database(&self, name: &str) -> String {
        let name = &name[..name.len().min(60)];
        let mut client = ::postgres::Client::connect(&self.url("postgres"), ::postgres::NoTls).unwrap();
        client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        self.url(name)
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://forbear@127.0.0.1:{}/{database}", self.port)
    }

    fn data(&self) -> String {
        self.dir.path().join("data").display().to_string()
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.binaries.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(&program);
            command
        } else {
            Command::new(&program)
        };
        let status = command.args(arguments).current_dir(self.dir.path()).stdout(Stdio::null()).status().unwrap();
        assert!(status.success(), "{}", program.display());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.run("pg_ctl", &["--pgdata", &self.data(), "--mode", "immediate", "stop"]);
    }
}

fn find_binaries() -> Option<PathBuf> {
    let versions = Path::new("/usr/lib/postgresql").read_dir().ok()?;
    let folders = versions.filter_map(|version| Some(version.ok()?.path().join("bin")));
    folders.filter(|folder| folder.join("initdb").exists()).max()
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"))
}
