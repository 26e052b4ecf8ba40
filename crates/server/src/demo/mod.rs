//! The demonstration book: some thousand people with two years of life up to yesterday, made by running the real use cases
//! day by day. Nobody in it exists, and nothing is sent to anybody.

mod arrears;
mod at_the_door;
mod bank;
mod chance;
mod joining;
mod life;
mod office;
mod papers;
mod people;
mod post;
mod scribe;
pub(crate) mod stories;
mod today;
mod world;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use domain::day::Day;
use domain::id::{PersonId, StaffId};
use ed25519_dalek::SigningKey;
use store::{Error, Role, Store};

use chance::Chance;
use scribe::Scribe;
pub(crate) use today::make_today;
pub(crate) use world::Staff;
use world::World;

/// The file that marks a data folder as a demonstration; it holds the seed.
pub(crate) const MARK: &str = "demo";

/// The seed of the demonstration in `data_dir`, if it is one.
pub(crate) fn seed_of(data_dir: &Path) -> Option<u64> {
    fs::read_to_string(data_dir.join(MARK)).ok()?.trim().parse().ok()
}

/// What the demonstration is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// About how many accounts.
    pub(crate) accounts: u32,
    /// The same seed makes the same book on the same day.
    pub(crate) seed: u64,
    /// The last day that has ended.
    pub(crate) until: Day,
}

/// The staff are the same in every demonstration.
const STAFF_SEED: u64 = 2201;

/// How many days the book covers.
pub(crate) const DAYS: i32 = 731;

/// Days that go to disk together.
const DAYS_TOGETHER: i32 = 30;

/// Who plays which story in a book made with `seed`.
pub(crate) fn cast(seed: u64) -> Vec<(&'static str, PersonId)> {
    world::cast(&mut Chance::new(seed))
}

/// Makes the book. `progress` hears of each day that ended.
pub(crate) fn make(
    store: &Arc<Store>,
    staff: Staff,
    key: SigningKey,
    plan: Plan,
    mut progress: impl FnMut(Day) + Send + 'static,
) -> Result<(), Error> {
    let book = store.book();
    store.in_bulk(move |bulk| {
        let scribe = Scribe::new(bulk, Arc::clone(&book), key, plan.seed);
        let mut world = World::new(scribe, book, staff, plan.seed, plan.accounts, plan.until);
        let mut day = plan.until.plus_days(1 - DAYS);
        while day <= plan.until {
            world.run(day)?;
            progress(day);
            if day.epoch_days() % DAYS_TOGETHER == 0 {
                world.commit()?;
            }
            day = day.plus_days(1);
        }
        world.commit()
    })
}

/// Hires who works here: the same people every time.
pub(crate) fn hire(store: &Store) -> Result<Staff, Error> {
    let names = [
        ("方敏", Role::Manager),
        ("陈思远", Role::Desk),
        ("赵文博", Role::Desk),
        ("周嘉怡", Role::Desk),
        ("何俊杰", Role::Field),
        ("孙立新", Role::Field),
        ("刘一鸣", Role::Field),
        ("黄海燕", Role::Field),
        ("罗志强", Role::Field),
        ("唐雨桐", Role::Field),
        ("许慧敏", Role::Compliance),
        ("韩晓东", Role::Data),
        ("沈雅琴", Role::Credit),
        ("顾长安", Role::Auditor),
    ];
    let mut ids = Chance::new(STAFF_SEED);
    let mut hired = Staff { desk: vec![], field: vec![], conduct: StaffId(0) };
    for (number, (name, role)) in names.into_iter().enumerate() {
        let id = StaffId(ids.bits());
        match role {
            Role::Desk => hired.desk.push(id),
            Role::Field => hired.field.push(id),
            Role::Compliance => hired.conduct = id,
            Role::Manager | Role::Credit | Role::Data | Role::Auditor => {}
        }
        store.keep_staff(store::Staff {
            id,
            sign_in: format!("demo{}", number + 1),
            name: name.to_owned(),
            role,
            badge: format!("FV-{}", 2201 + number),
            registration: (role == Role::Field).then(|| format!("R-{}", 480_101 + number)),
            certificate_until: Some(Day::MAX),
            password: None,
            left_on: None,
        })?;
    }
    Ok(hired)
}
