//! The routes of a day: who goes where, in what order, by crate `route`. What has begun and who was promised stay put; the rest
//! is laid out anew, and nothing is changed before somebody has seen the difference.

use std::collections::BTreeMap;

use domain::day::Day;
use domain::id::{PersonId, StaffId, VisitId};
use domain::moment::Timestamp;
use route::{Budget, Job, Plan, Problem, Route, Status, Step, StepKind, Vehicle};
use sha2::{Digest, Sha256};
use store::{Asker, Error, Reader, Role};

use crate::travel_times::TravelTimes;

/// Seconds that a visit is planned with.
const SERVICE_S: i64 = 30 * 60;
/// Steps of the search: well under a second for a day of some dozens of visits, and the same plan every time.
const STEPS: u64 = 20_000;
/// What the square of a team's number of visits counts in seconds of travel: three visits and one cost two minutes more than
/// two and two.
const FAIR_S: i64 = 60;

/// What a day's planning starts from.
pub(super) struct Work {
    visits: Vec<Wanted>,
    teams: Vec<Vec<StaffId>>,
    /// What has not begun cannot leave before.
    now: Timestamp,
}

struct Wanted {
    visit: VisitId,
    person: PersonId,
    name: String,
    area: String,
    at: [f64; 2],
    from: Timestamp,
    until: Timestamp,
    has_begun: bool,
    assigned: Option<(Vec<StaffId>, Timestamp)>,
}

/// A day as it would be.
pub(super) struct Proposal {
    /// The routes, a team each.
    pub(super) routes: Vec<TeamRoute>,
    /// Visits that nobody would make, with the reason as crate `route` names it.
    pub(super) left: Vec<(Person, String)>,
    /// The same for the same proposal: what was accepted is what was seen.
    pub(super) digest: String,
}

/// Whom a visit is to.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) id: PersonId,
    pub(super) name: String,
}

/// One team's day.
pub(super) struct TeamRoute {
    pub(super) team: Vec<StaffId>,
    pub(super) travel_s: i64,
    pub(super) travel_m: i64,
    pub(super) stops: Vec<Stop>,
}

/// A stop of a route.
#[derive(Clone)]
pub(super) struct Stop {
    pub(super) visit: VisitId,
    pub(super) person: Person,
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
    pub(super) arrive_at: Timestamp,
    pub(super) change: Change,
}

/// What accepting the proposal changes about a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Nothing.
    None,
    /// Nobody was sent so far.
    New,
    /// The same team comes at another time.
    Time {
        /// When it was to come.
        before: Timestamp,
    },
    /// Another team comes.
    Team,
}

/// The agreed visits of a day whose place is known, and the teams who may go: certified on that day. Teams that were sent
/// already stay together.
pub(super) fn gather(
    reader: &Reader,
    asker: Asker,
    day: Day,
    [from, until]: [Timestamp; 2],
    now: Timestamp,
) -> Result<Work, Error> {
    let members = reader.all_staff()?;
    let may_go = |member: &&store::Staff| {
        member.role == Role::Field && member.left_on.is_none() && member.certificate_until.is_some_and(|until| until >= day)
    };
    let certified: Vec<StaffId> = members.iter().filter(may_go).map(|member| member.id).collect();
    let (mut visits, mut teams) = (vec![], Vec::<Vec<StaffId>>::new());
    for row in reader.visits_between(asker, from, until)? {
        let is_planned = matches!(row.state.as_str(), "agreed" | "assigned" | "started");
        let (true, Some(from), Some(until)) = (is_planned, row.agreed_from, row.agreed_until) else { continue };
        let Some(person) = reader.person(asker, row.person)? else { continue };
        let Some((longitude, latitude)) = reader.address(asker, &person)?.and_then(|address| address.micro_degrees) else {
            continue;
        };
        let has_begun = row.state == "started";
        let is_able = has_begun || !row.team.is_empty() && row.team.iter().all(|member| certified.contains(member));
        let assigned = row.arrive_at.filter(|_| is_able).map(|arrive_at| (row.team.clone(), arrive_at));
        if let Some((team, _)) = assigned.as_ref().filter(|(team, _)| !teams.contains(team)) {
            teams.push(team.clone());
        }
        visits.push(Wanted {
            visit: row.visit,
            person: row.person,
            name: row.identity.map_or_else(|| row.person.to_string(), |identity| identity.name),
            area: row.area.unwrap_or_default(),
            at: [f64::from(longitude) / 1e6, f64::from(latitude) / 1e6],
            from,
            until,
            has_begun,
            assigned,
        });
    }
    let free: Vec<StaffId> = certified.into_iter().filter(|id| teams.iter().all(|team| !team.contains(id))).collect();
    teams.extend(free.as_chunks::<2>().0.iter().map(|pair| pair.to_vec()));
    Ok(Work { visits, teams, now })
}

/// The best day found. A visit keeps the team that was sent, inside the hour that was chosen.
pub(super) fn propose(work: &Work, travel_times: Option<&TravelTimes>) -> anyhow::Result<Proposal> {
    let mut problem = problem(work);
    if problem.jobs.is_empty() || problem.vehicles.is_empty() {
        let left = work.visits.iter().map(|wanted| (person(wanted), String::from("crew"))).collect();
        return Ok(Proposal { routes: vec![], left, digest: String::new() });
    }
    if let Some(service) = travel_times {
        service.fill(&mut problem)?;
    }
    let plan = route::plan(&problem, &Budget::steps(STEPS))
        .map_err(|invalid| anyhow::anyhow!("the day cannot be planned: {invalid}"))?;
    let wanted = |id: u64| usize::try_from(id).ok().and_then(|at| work.visits.get(at));
    let routes: Vec<TeamRoute> = plan.routes.iter().filter_map(|route| told(work, route)).collect();
    let left = plan.unassigned.iter().filter_map(|left| Some((person(wanted(left.id)?), left.reason.clone()))).collect();
    Ok(Proposal { digest: digest(&routes), routes, left })
}

/// The day as crate `route` sees it: a job for each visit, a vehicle for each team, and what was promised as an earlier plan.
/// Free teams are spread over the areas by turns, the area with the most visits first; each begins in the middle of its area.
fn problem(work: &Work) -> Problem {
    let mut areas: BTreeMap<&str, Vec<&Wanted>> = BTreeMap::new();
    for wanted in &work.visits {
        areas.entry(&wanted.area).or_default().push(wanted);
    }
    let mut areas: Vec<(&str, Vec<&Wanted>)> = areas.into_iter().collect();
    areas.sort_by_key(|(_, visits)| std::cmp::Reverse(visits.len()));
    let skill = |area: &str| areas.iter().position(|(known, _)| *known == area).unwrap_or_default() as u64;
    let sent_to =
        |team: &Vec<StaffId>| work.visits.iter().find(|wanted| wanted.assigned.as_ref().is_some_and(|(sent, _)| sent == team));
    let vehicle = |(number, team): (usize, &Vec<StaffId>)| {
        let turn = (number % areas.len().max(1)) as u64;
        let area = sent_to(team).map_or(turn, |wanted| skill(&wanted.area));
        let middle = areas.get(area as usize).map(|(_, visits)| middle(visits));
        Vehicle { id: number as u64, start: middle, end: middle, skills: vec![area], ..Vehicle::default() }
    };
    let job = |(number, wanted): (usize, &Wanted)| Job {
        id: number as u64,
        location: Some(wanted.at),
        service: SERVICE_S,
        skills: vec![skill(&wanted.area)],
        time_windows: vec![[wanted.from.as_second(), wanted.until.as_second()]],
        ..Job::default()
    };
    Problem {
        vehicles: work.teams.iter().enumerate().map(vehicle).collect(),
        jobs: work.visits.iter().enumerate().map(job).collect(),
        fair: FAIR_S,
        plan: earlier(work),
        now: Some(work.now.as_second()),
        ..Problem::default()
    }
}

/// What is under way and what was promised.
fn earlier(work: &Work) -> Option<Plan> {
    let route = |(number, team): (usize, &Vec<StaffId>)| {
        let mut stops: Vec<(usize, &Wanted, Timestamp)> = (work.visits.iter().enumerate())
            .filter_map(|(at, wanted)| {
                let (sent, arrive_at) = wanted.assigned.as_ref()?;
                (sent == team).then_some((at, wanted, *arrive_at))
            })
            .collect();
        stops.sort_by_key(|(_, _, arrive_at)| *arrive_at);
        let step = |(at, wanted, arrive_at): (usize, &Wanted, Timestamp)| Step {
            kind: StepKind::Job,
            id: Some(at as u64),
            arrival: arrive_at.as_second(),
            service: SERVICE_S,
            status: Some(if wanted.has_begun { Status::Started } else { Status::Promised }),
            promised: (!wanted.has_begun).then(|| [wanted.from.as_second(), wanted.until.as_second()]),
            ..Step::default()
        };
        let steps: Vec<Step> = stops.into_iter().map(step).collect();
        (!steps.is_empty()).then(|| Route { vehicle: number as u64, steps, ..Route::default() })
    };
    let routes: Vec<Route> = work.teams.iter().enumerate().filter_map(route).collect();
    (!routes.is_empty()).then(|| Plan { routes, ..Plan::default() })
}

fn told(work: &Work, route: &Route) -> Option<TeamRoute> {
    let team = work.teams.get(usize::try_from(route.vehicle).ok()?)?.clone();
    let stop = |step: &Step| {
        let wanted = work.visits.get(usize::try_from(step.id?).ok()?)?;
        let begins = Timestamp::from_second(step.begins()).ok()?;
        let arrive_at = if wanted.has_begun { begins } else { begins.max(wanted.from) };
        let change = match &wanted.assigned {
            None => Change::New,
            Some((sent, _)) if *sent != team => Change::Team,
            Some((_, before)) if *before != arrive_at && !wanted.has_begun => Change::Time { before: *before },
            Some(_) => Change::None,
        };
        Some(Stop { visit: wanted.visit, person: person(wanted), from: wanted.from, until: wanted.until, arrive_at, change })
    };
    let jobs = route.steps.iter().filter(|step| step.kind == StepKind::Job);
    let stops = jobs.filter_map(stop).collect();
    Some(TeamRoute { team, travel_s: route.duration, travel_m: route.distance, stops })
}

fn person(wanted: &Wanted) -> Person {
    Person { id: wanted.person, name: wanted.name.clone() }
}

fn digest(routes: &[TeamRoute]) -> String {
    let mut hash = Sha256::new();
    for route in routes {
        for stop in route.stops.iter().filter(|stop| stop.change != Change::None) {
            hash.update(format!("{:?} {} {}\n", route.team, stop.visit, stop.arrive_at));
        }
    }
    data_encoding::HEXLOWER.encode(&hash.finalize()[..16])
}

fn middle(visits: &[&Wanted]) -> [f64; 2] {
    let count = visits.len().max(1) as f64;
    let sum = visits.iter().fold([0.0, 0.0], |[x, y], wanted| [x + wanted.at[0], y + wanted.at[1]]);
    [sum[0] / count, sum[1] / count]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + 60 * minute).unwrap()
    }

    /// A visit whose hour begins at `minute`, in a row of doors 100 m apart.
    fn wanted(door: u64, minute: i64) -> Wanted {
        Wanted {
            visit: VisitId(door),
            person: PersonId(door),
            name: format!("door {door}"),
            area: String::from("Hefei"),
            at: [117.28 + door as f64 / 1000.0, 31.86],
            from: at(minute),
            until: at(minute + 60),
            has_begun: false,
            assigned: None,
        }
    }

    fn work(visits: Vec<Wanted>) -> Work {
        let team = |first: u64| vec![StaffId(first), StaffId(first + 1)];
        Work { visits, teams: vec![team(1), team(3)], now: at(0) }
    }

    /// `1,2: door 1@60 new; door 2@95 new`
    fn told(proposal: &Proposal) -> Vec<String> {
        let stop = |stop: &Stop| {
            let minute = (stop.arrive_at.as_second() - at(0).as_second()) / 60;
            let change = match stop.change {
                Change::None => String::from("stays"),
                Change::New => String::from("new"),
                Change::Time { .. } => String::from("later or sooner"),
                Change::Team => String::from("other team"),
            };
            format!("{}@{minute} {change}", stop.person.name)
        };
        let route =
            |route: &TeamRoute| format!("{}: {}", route.team[0].0, route.stops.iter().map(stop).collect::<Vec<_>>().join("; "));
        let left = proposal.left.iter().map(|(person, reason)| format!("left {} {reason}", person.name));
        proposal.routes.iter().map(route).chain(left).collect()
    }

    #[test]
    fn a_day_without_teams_leaves_every_visit_in_sight() {
        let mut day = work(vec![wanted(1, 60)]);
        day.teams.clear();
        assert_eq!(told(&propose(&day, None).unwrap()), ["left door 1 crew"]);
    }

    #[test]
    fn what_was_accepted_stays_when_the_day_is_planned_again() {
        let mut day = work(vec![wanted(1, 60), wanted(2, 60), wanted(3, 180)]);
        let first = propose(&day, None).unwrap();
        for route in &first.routes {
            for stop in &route.stops {
                let wanted = day.visits.iter_mut().find(|wanted| wanted.visit == stop.visit).unwrap();
                wanted.assigned = Some((route.team.clone(), stop.arrive_at));
            }
        }
        let again = propose(&day, None).unwrap();
        assert!(again.routes.iter().flat_map(|route| &route.stops).all(|stop| stop.change == Change::None), "{:?}", told(&again));
        assert_eq!(again.digest, propose(&day, None).unwrap().digest);
    }

    #[test]
    fn a_new_visit_changes_nobody_elses_team_and_a_started_one_not_at_all() {
        let mut day = work(vec![wanted(1, 0), wanted(2, 60)]);
        day.visits[0].has_begun = true;
        day.visits[0].assigned = Some((vec![StaffId(3), StaffId(4)], at(5)));
        day.visits[1].assigned = Some((vec![StaffId(3), StaffId(4)], at(70)));
        day.visits.push(wanted(3, 120));
        day.now = at(10);
        let proposal = propose(&day, None).unwrap();
        let stops: Vec<(&TeamRoute, &Stop)> =
            proposal.routes.iter().flat_map(|route| route.stops.iter().map(move |stop| (route, stop))).collect();
        let of = |door: u64| stops.iter().find(|(_, stop)| stop.visit == VisitId(door)).unwrap();
        assert_eq!((of(1).0.team[0], of(1).1.arrive_at, of(1).1.change), (StaffId(3), at(5), Change::None));
        assert_eq!(of(2).0.team[0], StaffId(3));
        assert_eq!(of(3).1.change, Change::New);
        assert!(proposal.left.is_empty());
    }

    #[test]
    fn another_day_has_another_digest() {
        let one = propose(&work(vec![wanted(1, 60)]), None).unwrap();
        let other = propose(&work(vec![wanted(1, 61)]), None).unwrap();
        assert_ne!(one.digest, other.digest);
    }
}
