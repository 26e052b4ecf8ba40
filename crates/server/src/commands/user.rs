//! `forbear user`: who works here. Passwords come from standard input or a file, never from the command line, where other
//! users of the machine could read them.

use std::fs;
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::builder::PossibleValuesParser;
use clap::{Subcommand, builder::TypedValueParser};
use domain::day::Day;
use domain::event::Actor;
use domain::id::StaffId;
use jiff::{SignedDuration, Timestamp};
use store::{Role, Staff, Store};

use super::{Exit, Options, Stop};
use crate::books;
use crate::web::session::{self, API};
use crate::web::{act, password};

/// Options of `forbear user`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Somebody new
    Add(Add),
    /// A new password; what the old one opened is closed at once
    Password(Password),
    /// Somebody stops working here: signed out at once, kept on the list
    Leave(Who),
    /// Everybody who works here or did
    List,
    /// A token by which a program comes in on somebody's behalf (`Authorization: Bearer`)
    Token(Token),
}

#[derive(clap::Args)]
struct Add {
    /// What they type to sign in, such as chen.siyuan
    sign_in: String,
    /// As colleagues and consumers read it
    #[arg(long)]
    name: String,
    /// What they do
    #[arg(long, value_parser = PossibleValuesParser::new(Role::ALL.map(Role::name)).map(|name| Role::parse(&name).unwrap_or(Role::Auditor)))]
    role: Role,
    /// The number on their badge, by which a consumer can check them; the sign-in name if not said
    #[arg(long)]
    badge: Option<String>,
    /// The number under which a register of the state keeps them, where the law has one; whoever checks the badge is told it
    #[arg(long, value_name = "NUMBER")]
    registration: Option<String>,
    /// The last day their certificate is good for; without one they visit nobody
    #[arg(long, value_name = "DATE")]
    certificate_until: Option<String>,
    /// Give no password: they cannot sign in until they have one
    #[arg(long, conflicts_with = "password_file")]
    no_password: bool,
    #[command(flatten)]
    from: From,
}

#[derive(clap::Args)]
struct Password {
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    from: From,
}

#[derive(clap::Args)]
struct Token {
    #[command(flatten)]
    who: Who,
    /// Days until it ends by itself
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(i64).range(1..=366))]
    days: i64,
    /// End all their tokens instead
    #[arg(long)]
    revoke: bool,
}

#[derive(clap::Args)]
struct Who {
    /// What they type to sign in
    sign_in: String,
}

#[derive(clap::Args)]
struct From {
    /// Read the password from the first line of this file, instead of from standard input
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

/// Does what was asked.
pub(crate) fn run(options: &Options, args: Args) -> anyhow::Result<Exit> {
    let store = books::open(&options.data_dir)?;
    match args.what {
        What::Add(add) => hire(&store, add),
        What::Password(asked) => {
            let staff = find(&store, &asked.who)?;
            let hash = new_password(&asked.from, &[&staff.name, &staff.sign_in, &staff.badge])?;
            store.keep_staff(Staff { password: Some(hash), ..staff })?;
            eprintln!("{} has a new password; earlier sessions are closed", asked.who.sign_in);
            Ok(Exit::Done)
        }
        What::Leave(who) => {
            let staff = find(&store, &who)?;
            let today = store.book().day_of(Timestamp::now());
            store.end_links(Actor::Staff(staff.id), API)?;
            store.keep_staff(Staff { left_on: Some(staff.left_on.unwrap_or(today)), password: None, ..staff })?;
            eprintln!("{} has left; sessions and tokens are closed", who.sign_in);
            Ok(Exit::Done)
        }
        What::List => list(&store),
        What::Token(asked) => token(&store, &asked),
    }
}

fn hire(store: &Store, add: Add) -> anyhow::Result<Exit> {
    let sign_in = add.sign_in.trim().to_lowercase();
    if store.reader().staff_by_sign_in(&sign_in)?.is_some() {
        return Err(usage(format!("`{sign_in}` is taken; choose another sign-in name")));
    }
    let certificate_until = match &add.certificate_until {
        None => None,
        Some(text) => Some(Day::parse(text).ok_or_else(|| usage(format!("`{text}` is not a day; write 2027-11-30")))?),
    };
    let badge = add.badge.unwrap_or_else(|| sign_in.clone());
    let password = match add.no_password {
        true => None,
        false => Some(new_password(&add.from, &[&add.name, &sign_in, &badge])?),
    };
    let staff = Staff {
        id: StaffId(act::new_id()?),
        name: add.name,
        sign_in: sign_in.clone(),
        role: add.role,
        badge,
        registration: add.registration.map(|number| number.trim().to_owned()).filter(|number| !number.is_empty()),
        certificate_until,
        password,
        left_on: None,
    };
    store.keep_staff(staff)?;
    eprintln!("{sign_in} works here now");
    Ok(Exit::Done)
}

fn list(store: &Store) -> anyhow::Result<Exit> {
    for staff in store.reader().all_staff()? {
        let line = serde_json::json!({
            "schema": "forbear.user/1",
            "sign_in": staff.sign_in,
            "name": staff.name,
            "role": staff.role.name(),
            "badge": staff.badge,
            "registration": staff.registration,
            "certificate_until": staff.certificate_until.map(|day| day.to_string()),
            "has_password": staff.password.is_some(),
            "left_on": staff.left_on.map(|day| day.to_string()),
        });
        println!("{line}");
    }
    Ok(Exit::Done)
}

fn token(store: &Store, asked: &Token) -> anyhow::Result<Exit> {
    let staff = find(store, &asked.who)?;
    let actor = Actor::Staff(staff.id);
    if asked.revoke {
        eprintln!("{} tokens ended", store.end_links(actor, API)?);
        return Ok(Exit::Done);
    }
    if staff.left_on.is_some() {
        return Err(usage(format!("{} does not work here any more", asked.who.sign_in)));
    }
    let token = session::token()?;
    let until = Timestamp::now() + SignedDuration::from_hours(24 * asked.days);
    store.keep_link(session::digest(&token), actor, API, until)?;
    eprintln!("A token for {} as {}, good until {until}. It is shown this once:", staff.name, staff.role.name());
    println!("{token}");
    Ok(Exit::Done)
}

fn find(store: &Store, who: &Who) -> anyhow::Result<Staff> {
    let sign_in = who.sign_in.trim().to_lowercase();
    let found = store.reader().staff_by_sign_in(&sign_in)?;
    found.ok_or_else(|| usage(format!("nobody signs in as `{sign_in}`; `forbear user list` shows who does")))
}

/// A new password that will do, as what is kept of it.
fn new_password(from: &From, known: &[&str]) -> anyhow::Result<String> {
    let typed = match &from.password_file {
        Some(path) => first_line(&fs::read_to_string(path).with_context(|| cannot_read(path))?),
        None => from_stdin()?,
    };
    password::check(&typed, known).map_err(|weak| usage(weak.says().to_owned()))?;
    password::hash(&typed)
}

/// Without showing what is typed, where somebody types.
fn from_stdin() -> anyhow::Result<String> {
    if !std::io::stdin().is_terminal() {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("cannot read the password from standard input")?;
        return Ok(first_line(&text));
    }
    let terminal = console::Term::stderr();
    terminal.write_str("New password (at least 15 characters): ")?;
    let typed = terminal.read_secure_line()?;
    terminal.write_str("The same again: ")?;
    if terminal.read_secure_line()? != typed {
        return Err(usage("the two are not the same; nothing was changed".to_owned()));
    }
    Ok(typed)
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

fn cannot_read(path: &Path) -> String {
    format!("cannot read the password from {}", path.display())
}

fn usage(says: String) -> anyhow::Error {
    Stop { exit: Exit::Usage, says }.into()
}
