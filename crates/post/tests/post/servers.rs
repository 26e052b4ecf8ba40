//! The smallest servers that the protocols allow, on ports of this machine.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// A mail as a server took it.
#[derive(Clone)]
pub(crate) struct Mail {
    pub(crate) to: String,
    pub(crate) data: String,
}

/// An SMTP server (RFC 5321) that keeps what it takes, and answers some recipients with no.
pub(crate) struct Smtp {
    pub(crate) port: u16,
    mails: Arc<Mutex<Vec<Mail>>>,
    is_closed: Arc<AtomicBool>,
}

impl Smtp {
    pub(crate) fn start(noes: &'static [(&'static str, &'static str)]) -> Smtp {
        let mails: Arc<Mutex<Vec<Mail>>> = Arc::default();
        let kept = Arc::clone(&mails);
        let (port, is_closed) = listen(move |stream| smtp(stream, noes, &kept));
        Smtp { port, mails, is_closed }
    }

    pub(crate) fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap().clone()
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        close(self.port, &self.is_closed);
    }
}

fn smtp(stream: TcpStream, noes: &[(&str, &str)], mails: &Mutex<Vec<Mail>>) -> Option<()> {
    let mut out = stream.try_clone().ok()?;
    let mut lines = BufReader::new(stream);
    let mut say = move |line: &str| out.write_all(format!("{line}\r\n").as_bytes()).ok();
    say("220 loft ready")?;
    let mut to = String::new();
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let verb = line.trim_end().to_ascii_uppercase();
        if verb.starts_with("EHLO") {
            say("250-loft")?;
            say("250 8BITMIME")?;
        } else if verb.starts_with("RCPT TO:") {
            to = line.split(['<', '>']).nth(1).unwrap_or("").to_owned();
            say(noes.iter().find(|(address, _)| *address == to).map_or("250 ok", |(_, no)| no))?;
        } else if verb == "DATA" {
            say("354 go on")?;
            let mut data = String::new();
            while !data.ends_with("\r\n.\r\n") {
                if lines.read_line(&mut data).ok()? == 0 {
                    return None;
                }
            }
            mails.lock().unwrap().push(Mail { to: to.clone(), data });
            say("250 taken")?;
        } else if verb == "QUIT" {
            return say("221 bye");
        } else {
            say("250 ok")?;
        }
    }
}

/// A call as a provider took it.
#[derive(Clone)]
pub(crate) struct Call {
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }
}

/// An HTTP/1.1 server (RFC 9112) that keeps its calls and answers each with a status.
pub(crate) struct Http {
    pub(crate) port: u16,
    calls: Arc<Mutex<Vec<Call>>>,
    is_closed: Arc<AtomicBool>,
}

impl Http {
    pub(crate) fn start(answer: impl Fn(&Call) -> u16 + Send + Sync + 'static) -> Http {
        let calls: Arc<Mutex<Vec<Call>>> = Arc::default();
        let kept = Arc::clone(&calls);
        let (port, is_closed) = listen(move |stream| http(stream, &answer, &kept));
        Http { port, calls, is_closed }
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }
}

impl Drop for Http {
    fn drop(&mut self) {
        close(self.port, &self.is_closed);
    }
}

fn http(stream: TcpStream, answer: &impl Fn(&Call) -> u16, calls: &Mutex<Vec<Call>>) -> Option<()> {
    let mut out = stream.try_clone().ok()?;
    let mut lines = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if lines.read_line(&mut head).ok()? == 0 {
                return None;
            }
        }
        let headers = head.lines().skip(1).filter_map(|line| line.split_once(':'));
        let headers: Vec<_> = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect();
        let mut call = Call { headers, body: vec![] };
        call.body = vec![0; call.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0)];
        lines.read_exact(&mut call.body).ok()?;
        let status = answer(&call);
        calls.lock().unwrap().push(call);
        out.write_all(format!("HTTP/1.1 {status} x\r\ncontent-length: 2\r\n\r\nok").as_bytes()).ok()?;
    }
}

fn listen(serve: impl Fn(TcpStream) -> Option<()> + Send + Sync + 'static) -> (u16, Arc<AtomicBool>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let is_closed = Arc::new(AtomicBool::new(false));
    let (closed, serve) = (Arc::clone(&is_closed), Arc::new(serve));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            if closed.load(Ordering::SeqCst) {
                return;
            }
            let serve = Arc::clone(&serve);
            thread::spawn(move || serve(stream));
        }
    });
    (port, is_closed)
}

fn close(port: u16, is_closed: &AtomicBool) {
    is_closed.store(true, Ordering::SeqCst);
    // One more connection, so that the listener looks.
    drop(TcpStream::connect(("127.0.0.1", port)));
}
