//! The routes of a day: who goes where, in what order, by crate `route`.

use std::collections::BTreeMap;

use domain::day::Day;
use domain::id::{PersonId, StaffId, VisitId};
use domain::moment::Timestamp;
use route::{Budget, Problem, StepKind};
use serde_json::json;
use store::{Asker, Error, Reader, Role};

/// Minutes that a visit is planned with.
const SERVICE_S: i64 = 30 * 60;
/// Steps of the search: well under a second for a day of some dozens of visits, and the same plan every time.
const STEPS: u64 = 20_000;

/// What a day's planning starts from.
pub(super) struct Work {
    visits: Vec<Wanted>,
    teams: Vec<[StaffId; 2]>,
}

struct Wanted {
    visit: VisitId,
    person: PersonId,
    area: String,
    at: [f64; 2],
    from: Timestamp,
    until: Timestamp,
}

/// A stop of a route.
pub(super) struct Stop {
    pub(super) visit: VisitId,
    pub(super) person: PersonId,
    pub(super) team: [StaffId; 2],
    pub(super) arrive_at: Timestamp,
}

/// The agreed visits of a day whose place is known, and the teams of two who may go: certified on that day.
pub(super) fn gather(reader: &Reader, asker: Asker, day: Day, from: Timestamp, until: Timestamp) -> Result<Work, Error> {
    let mut visits = vec![];
    for row in reader.visits_between(asker, from, until)?.into_iter().filter(|row| row.state == "agreed") {
        let (Some(from), Some(until)) = (row.agreed_from, row.agreed_until) else { continue };
        let Some(person) = reader.person(asker, row.person)? else { continue };
        let Some((longitude, latitude)) = reader.address(asker, &person)?.and_then(|address| address.micro_degrees) else {
            continue;
        };
        let at = [f64::from(longitude) / 1e6, f64::from(latitude) / 1e6];
        visits.push(Wanted { visit: row.visit, person: row.person, area: row.area.unwrap_or_default(), at, from, until });
    }
    let members = reader.all_staff()?;
    let may_go = |member: &&store::Staff| {
        member.role == Role::Field && member.left_on.is_none() && member.certificate_until.is_some_and(|until| until >= day)
    };
    let certified: Vec<StaffId> = members.iter().filter(may_go).map(|member| member.id).collect();
    let teams = certified.as_chunks::<2>().0.to_vec();
    Ok(Work { visits, teams })
}

/// The routes. Teams are spread over the areas by turns, the area with the most visits first, and each begins in the middle
/// of its area's visits.
pub(super) fn order(work: &Work) -> anyhow::Result<Vec<Stop>> {
    let mut areas: BTreeMap<&str, Vec<&Wanted>> = BTreeMap::new();
    for wanted in &work.visits {
        areas.entry(&wanted.area).or_default().push(wanted);
    }
    let mut areas: Vec<(&str, Vec<&Wanted>)> = areas.into_iter().collect();
    areas.sort_by_key(|(_, visits)| std::cmp::Reverse(visits.len()));
    if areas.is_empty() || work.teams.is_empty() {
        return Ok(vec![]);
    }
    let vehicles = work.teams.iter().enumerate().map(|(number, _)| {
        let (_, visits) = &areas[number % areas.len()];
        let middle = middle(visits);
        json!({ "id": number, "start": middle, "end": middle, "skills": [number % areas.len()] })
    });
    let jobs = work.visits.iter().enumerate().map(|(number, wanted)| {
        let skill = areas.iter().position(|(area, _)| *area == wanted.area).unwrap_or_default();
        json!({
            "id": number, "location": wanted.at, "service": SERVICE_S, "skills": [skill],
            "time_windows": [[wanted.from.as_second(), wanted.until.as_second()]],
        })
    });
    let problem: Problem =
        serde_json::from_value(json!({ "vehicles": vehicles.collect::<Vec<_>>(), "jobs": jobs.collect::<Vec<_>>() }))?;
    let plan = route::plan(&problem, &Budget::steps(STEPS))
        .map_err(|invalid| anyhow::anyhow!("the day cannot be planned: {invalid}"))?;
    let mut stops = vec![];
    for route in &plan.routes {
        let team = work.teams.get(usize::try_from(route.vehicle)?).copied();
        for step in route.steps.iter().filter(|step| step.kind == StepKind::Job) {
            let wanted = step.id.and_then(|id| work.visits.get(usize::try_from(id).ok()?));
            if let (Some(team), Some(wanted)) = (team, wanted) {
                let arrive_at = Timestamp::from_second(step.begins())?.max(wanted.from);
                stops.push(Stop { visit: wanted.visit, person: wanted.person, team, arrive_at });
            }
        }
    }
    Ok(stops)
}

fn middle(visits: &[&Wanted]) -> [f64; 2] {
    let count = visits.len().max(1) as f64;
    let sum = visits.iter().fold([0.0, 0.0], |[x, y], wanted| [x + wanted.at[0], y + wanted.at[1]]);
    [sum[0] / count, sum[1] / count]
}
