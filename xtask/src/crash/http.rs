//! As much of HTTP/1.1 as it takes to act as a browser towards a server of our own on this machine.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};

/// A server that answers, and ends by `kill -9`.
pub(super) struct Server {
    process: Child,
    address: String,
}

/// What it said.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    cookie: Option<String>,
    pub(super) body: String,
}

/// Somebody who is signed in.
#[derive(Clone)]
pub(super) struct Browser {
    address: String,
    cookie: String,
}

impl Server {
    /// Starts it and waits until it says that it is ready.
    pub(super) fn start(command: &mut Command) -> anyhow::Result<Server> {
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let said = process.stdout.take().context("the server has no output")?;
        let mut lines = BufReader::new(said).lines();
        let ready = lines.next().transpose()?.unwrap_or_default();
        let Some((_, rest)) = ready.split_once("http://") else {
            let mut why = String::new();
            if let Some(mut said) = process.stderr.take() {
                said.read_to_string(&mut why)?;
            }
            bail!("the server did not start: {ready}{why}");
        };
        let address = rest.split_whitespace().next().unwrap_or_default().to_owned();
        // Its output is read to the end, so that it never waits for us.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Server { process, address })
    }

    /// Signs in by the button of a role.
    pub(super) fn sign_in(&self, role: &str) -> anyhow::Result<Browser> {
        let nobody = Browser { address: self.address.clone(), cookie: String::new() };
        let answer = nobody.post("/sign-in/demo", &format!("role={role}"))?;
        let cookie = answer.cookie.with_context(|| format!("no session for {role}: {}", answer.status))?;
        Ok(Browser { cookie, ..nobody })
    }

    pub(super) fn kill(mut self) -> anyhow::Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }

    /// Waits until it ends by itself: its exit code and what it said to standard error.
    pub(super) fn ends(mut self) -> anyhow::Result<(Option<i32>, String)> {
        let mut said = String::new();
        if let Some(mut errors) = self.process.stderr.take() {
            errors.read_to_string(&mut said)?;
        }
        Ok((self.process.wait()?.code(), said))
    }
}

impl Browser {
    pub(super) fn get(&self, path: &str) -> anyhow::Result<Answer> {
        self.ask(&format!("GET {path} HTTP/1.1\r\n"), "")
    }

    pub(super) fn post(&self, path: &str, form: &str) -> anyhow::Result<Answer> {
        let head = "Content-Type: application/x-www-form-urlencoded\r\n";
        self.ask(&format!("POST {path} HTTP/1.1\r\n{head}Content-Length: {}\r\n", form.len()), form)
    }

    fn ask(&self, head: &str, body: &str) -> anyhow::Result<Answer> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        let (address, cookie) = (&self.address, &self.cookie);
        write!(stream, "{head}Host: {address}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n{body}")?;
        let mut bytes = vec![];
        stream.read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").context("the answer breaks off")?;
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("the answer has no status")?;
        let header = |name: &str| {
            let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with(name))?;
            line.split_once(':').map(|(_, value)| value.trim().to_owned())
        };
        let cookie = header("set-cookie").map(|cookie| cookie.split(';').next().unwrap_or_default().to_owned());
        Ok(Answer { status, location: header("location"), cookie, body: body.to_owned() })
    }
}
