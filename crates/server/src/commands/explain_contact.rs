//! `forbear explain ACCOUNT --channel call --at …`: may I contact this person so, why, and when? The same answer as the page gives.

use std::collections::BTreeMap;

use domain::contact::{self, Act, Channel};
use domain::id::{AccountId, PersonId};
use domain::law::{Checked, Counter, Ground, PackVersion, Purpose, Stands, Window, Word};
use domain::moment::Timestamp;
use serde::Serialize;
use store::{Asker, Store, Thing};

use super::{Exit, Options, Stop};
use crate::books;

/// What is asked.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The account, by the number that the person and the lender know, or by its id
    account: String,
    /// By what means, such as call, sms, letter or visit
    #[arg(long, value_name = "CHANNEL")]
    channel: String,
    /// When; left out, now
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// What for; left out, to ask for payment, and for a visit to look for a way
    #[arg(long, value_name = "PURPOSE")]
    purpose: Option<String>,
}

/// How far ahead windows are shown, and how far the next permitted instant is looked for.
const WINDOWS_DAYS: u16 = 7;
const HORIZON_DAYS: u16 = 30;

#[derive(Serialize)]
struct Explained<'a> {
    schema: &'static str,
    account: &'a str,
    person: PersonId,
    channel: Channel,
    purpose: Purpose,
    at: String,
    ruling: &'static str,
    by: Vec<Ground>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing: Vec<&'static str>,
    stopped_by: Vec<String>,
    next_permitted: Option<String>,
    windows: Vec<Window>,
    alternatives: Vec<Channel>,
    checked: Vec<Line>,
    counted_today: BTreeMap<&'static str, u16>,
    packs: Vec<PackVersion>,
}

#[derive(Serialize)]
struct Line {
    rule: String,
    stands: Stands,
    says: String,
}

/// Answers, as JSON.
pub(crate) fn run(options: &Options, args: &Args) -> anyhow::Result<Exit> {
    let usage = |says: String| Stop { exit: Exit::Usage, says };
    let (account, name) = (args.account.as_str(), args.channel.as_str());
    let channel = Channel::parse(name).ok_or_else(|| {
        usage(format!("--channel: `{name}` is not a way to reach somebody, such as call, sms, letter or visit"))
    })?;
    let purpose = match args.purpose.as_deref() {
        None if channel == Channel::Visit => Act::visit(2).purpose,
        None => Act::demand(channel).purpose,
        Some(name) => Purpose::parse(name)
            .ok_or_else(|| usage(format!("--purpose: `{name}` is not a purpose, such as demand_payment or reply_to_consumer")))?,
    };
    let at = match args.at.as_deref() {
        None => Timestamp::now(),
        Some(text) => text.parse().map_err(|_| usage(format!("--at: `{text}` is not a time such as 2026-11-24T21:14+08:00")))?,
    };
    let store = books::open(&options.data_dir)?;
    let person = find(&store, account)?.ok_or_else(|| usage(format!("there is no account `{account}` in this book")))?;
    let person = store.reader().person(Asker::Night, person)?.ok_or_else(|| usage("the person is not there".to_owned()))?;
    let plain = if channel == Channel::Visit { Act::visit(2) } else { Act::demand(channel) };
    let act = Act { purpose, ..plain };
    let book = store.book();
    let law = &book.law;
    let moment = contact::moment_of(&person, &book, at);
    let situation = contact::situation(&person, &book, &act, &moment);
    let ruling = law.rule(&situation);
    let said = contact::ask(&person, &book, &act, &moment);
    let is_ours = |rule: &&String| law.packs().iter().all(|pack| pack.rule(rule).is_none());
    let stopped_by: Vec<String> =
        said.err().map(|refusal| refusal.by.iter().filter(is_ours).cloned().collect()).unwrap_or_default();
    let is_stopped = !stopped_by.is_empty();
    let local = |at: Timestamp| at.display_with_offset(moment.zone().to_offset(at)).to_string();
    let count = |counter: &Counter| Some((counter.name(), situation.counts.get(*counter, moment.day())?));
    let explained = Explained {
        schema: "forbear.explain.contact/1",
        account,
        person: person.id,
        channel,
        purpose,
        at: local(at),
        ruling: if is_stopped { "deny" } else { ruling.word() },
        by: ruling.grounds(),
        missing: ruling.missing(),
        stopped_by,
        next_permitted: if is_stopped { None } else { law.next_permitted(&situation, HORIZON_DAYS).map(local) },
        windows: if is_stopped { Vec::new() } else { law.windows(&situation, at, WINDOWS_DAYS) },
        alternatives: if is_stopped { Vec::new() } else { law.alternatives(&situation) },
        checked: law.examine(&situation).iter().map(line).collect(),
        counted_today: Counter::ALL.iter().filter_map(count).collect(),
        packs: law.packs_on(moment.day()),
    };
    println!("{}", serde_json::to_string(&explained)?);
    Ok(Exit::Done)
}

fn line(checked: &Checked) -> Line {
    Line { rule: checked.rule.id.clone(), stands: checked.stands, says: checked.rule.says.en.clone() }
}

/// By the number that the person and the lender know, or by our own id.
fn find(store: &Store, account: &str) -> anyhow::Result<Option<PersonId>> {
    let reader = store.reader();
    if let Some(person) = reader.owner(Asker::Night, Thing::AccountNumber(account))? {
        return Ok(Some(person));
    }
    Ok(match AccountId::parse(account) {
        Some(id) => reader.owner(Asker::Night, Thing::Account(id))?,
        None => None,
    })
}
