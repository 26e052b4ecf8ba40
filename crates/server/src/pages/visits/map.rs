//! A map of the day: planned against done, an area each, drawn here from the places themselves. Without tiles nobody else learns
//! where people live. The list beside it says the same for those who do not see it.

use std::collections::BTreeMap;

use domain::id::{PersonId, StaffId};
use domain::moment::Timestamp;
use maud::{Markup, html};
use store::{Asker, Error, Reader, VisitRow};

use crate::pages::parts::lists::{Tone, chip};
use crate::texts::{Reader as Texts, number, value};

/// A door of the day.
pub(super) struct Spot {
    person: PersonId,
    name: String,
    area: String,
    /// Degrees east and north (WGS-84).
    at: [f64; 2],
    team: Vec<StaffId>,
    expected_at: Timestamp,
    stands: Stands,
}

/// How far a visit has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stands {
    /// An hour is agreed and nobody is sent yet.
    Open,
    /// A team is to come.
    Planned,
    /// A team is there.
    Under,
    /// It was made.
    Done,
}

impl Stands {
    fn of(row: &VisitRow) -> Option<Stands> {
        match row.state.as_str() {
            "agreed" => Some(Stands::Open),
            "assigned" => Some(Stands::Planned),
            "started" => Some(Stands::Under),
            "closed" => Some(Stands::Done),
            // Nobody goes where a visit was declined, stopped or called off.
            _ => None,
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Stands::Open => "spot open",
            Stands::Planned => "spot planned",
            Stands::Under => "spot under",
            Stands::Done => "spot done",
        }
    }

    const fn says(self) -> (Tone, &'static str) {
        match self {
            Stands::Open => (Tone::Warn, "visit-is-agreed"),
            Stands::Planned => (Tone::Plain, "visit-assigned"),
            Stands::Under => (Tone::Warn, "visit-started"),
            Stands::Done => (Tone::Good, "visit-closed"),
        }
    }
}

/// The doors of a day whose place is known, in the order in which they are expected.
pub(super) fn gather(reader: &Reader, asker: Asker, [from, until]: [Timestamp; 2]) -> Result<Vec<Spot>, Error> {
    let mut spots = vec![];
    for row in reader.visits_between(asker, from, until)? {
        let (Some(stands), Some(agreed)) = (Stands::of(&row), row.agreed_from) else { continue };
        let Some(person) = reader.person(asker, row.person)? else { continue };
        let place = reader.address(asker, &person)?.and_then(|address| address.micro_degrees);
        let Some((longitude, latitude)) = place else { continue };
        spots.push(Spot {
            person: row.person,
            name: row.identity.map_or_else(|| row.person.to_string(), |identity| identity.name),
            area: row.area.unwrap_or_default(),
            at: [f64::from(longitude) / 1e6, f64::from(latitude) / 1e6],
            team: row.team,
            expected_at: row.arrive_at.unwrap_or(agreed),
            stands,
        });
    }
    spots.sort_by_key(|spot| spot.expected_at);
    Ok(spots)
}

/// The maps, an area each, with their lists.
pub(super) fn show(reader: &Texts, spots: &[Spot]) -> Markup {
    let mut areas: BTreeMap<&str, Vec<&Spot>> = BTreeMap::new();
    for spot in spots {
        areas.entry(&spot.area).or_default().push(spot);
    }
    html! {
        @for (area, spots) in &areas {
            section.card {
                @let done = spots.iter().filter(|spot| spot.stands == Stands::Done).count();
                div.head {
                    h2 { (reader.fill("map-title", [("area", value(*area))])) }
                    span.dim { (reader.fill("map-done", [("done", number(done)), ("count", number(spots.len()))])) }
                }
                div.map {
                    (drawn(reader, area, spots))
                    ol { @for spot in spots {
                        @let (tone, key) = spot.stands.says();
                        li { a href={ "/people/" (spot.person) } { (spot.name) } " " span.dim { (reader.clock(spot.expected_at)) } " " (chip(tone, &reader.text(key))) }
                    } }
                }
            }
        }
    }
}

/// Width and height of a drawing, and the room around its outermost doors.
const SIZE: [f64; 2] = [420.0, 280.0];
const ROOM: f64 = 28.0;

/// Each team's way in the order in which it is expected, and each door with its number in the list.
fn drawn(reader: &Texts, area: &str, spots: &[&Spot]) -> Markup {
    let doors: Vec<[f64; 2]> = spots.iter().map(|spot| spot.at).collect();
    let (places, dots_a_km) = laid_out(&doors);
    let mut ways: BTreeMap<&[StaffId], Vec<String>> = BTreeMap::new();
    for (spot, [x, y]) in spots.iter().zip(&places) {
        if !spot.team.is_empty() {
            ways.entry(&spot.team).or_default().push(format!("{x:.0},{y:.0}"));
        }
    }
    let (km, length) = measure(dots_a_km);
    let [width, height] = SIZE;
    html! {
        svg viewBox={ "0 0 " (width) " " (height) } role="img" aria-label=(reader.fill("map-title", [("area", value(area))])) {
            @for (at, way) in ways.values().enumerate() { polyline class={ "way line line-" (at % 4) } points=(way.join(" ")) {} }
            @for (at, (spot, [x, y])) in spots.iter().zip(&places).enumerate() {
                circle class=(spot.stands.class()) cx=(format!("{x:.0}")) cy=(format!("{y:.0}")) r="11" {}
                text class=(spot.stands.class()) x=(format!("{x:.0}")) y=(format!("{:.0}", y + 4.0)) text-anchor="middle" { (at + 1) }
            }
            line.scale x1="8" x2=(format!("{:.0}", 8.0 + length)) y1=(height - 6.0) y2=(height - 6.0) {}
            text.axis x="8" y=(height - 11.0) { (reader.fill("map-scale", [("km", value(km))])) }
        }
    }
}

/// Where each door lies in the drawing, north above and with the same measure both ways, and how many dots a kilometre has.
fn laid_out(doors: &[[f64; 2]]) -> (Vec<[f64; 2]>, f64) {
    /// Kilometres of a degree along a meridian.
    const DEGREE_KM: f64 = 111.2;
    /// A village is not drawn as large as a town.
    const MOST: f64 = 200.0;
    let span = |axis: usize| {
        let along = || doors.iter().map(|door| door[axis]);
        [along().fold(f64::INFINITY, f64::min), along().fold(f64::NEG_INFINITY, f64::max)]
    };
    let [west, east] = span(0);
    let [south, north] = span(1);
    let km = [DEGREE_KM * ((south + north) / 2.0).to_radians().cos(), DEGREE_KM];
    let reach = [(east - west) * km[0], (north - south) * km[1]];
    let fits = |axis: usize| if reach[axis] > 0.0 { (SIZE[axis] - 2.0 * ROOM) / reach[axis] } else { MOST };
    let dots = fits(0).min(fits(1)).min(MOST);
    let middle = [(west + east) / 2.0, (south + north) / 2.0];
    let place = |door: &[f64; 2]| {
        [SIZE[0] / 2.0 + (door[0] - middle[0]) * km[0] * dots, SIZE[1] / 2.0 - (door[1] - middle[1]) * km[1] * dots]
    };
    (doors.iter().map(place).collect(), dots)
}

/// A round length in kilometres that is a good part of the drawing, and its dots.
fn measure(dots_a_km: f64) -> (&'static str, f64) {
    const ROUND: [(&str, f64); 9] =
        [("0.1", 0.1), ("0.2", 0.2), ("0.5", 0.5), ("1", 1.0), ("2", 2.0), ("5", 5.0), ("10", 10.0), ("20", 20.0), ("50", 50.0)];
    let fits = ROUND.iter().rev().find(|(_, km)| km * dots_a_km <= 120.0).unwrap_or(&ROUND[0]);
    (fits.0, fits.1 * dots_a_km)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn north_is_above_east_is_right_and_a_kilometre_is_as_long_both_ways() {
        // About a kilometre north, and one east, of a door in Hefei.
        let doors = [[117.2272, 31.8206], [117.2272, 31.8296], [117.2378, 31.8206]];
        let (places, dots) = laid_out(&doors);
        let [from, north, east] = [places[0], places[1], places[2]];
        assert!(north[1] < from[1] && (north[0] - from[0]).abs() < 0.01, "{places:?}");
        assert!(east[0] > from[0] && (east[1] - from[1]).abs() < 0.01, "{places:?}");
        assert!(((from[1] - north[1]) / dots - 1.0).abs() < 0.01, "{places:?} {dots}");
        assert!(((east[0] - from[0]) / dots - 1.0).abs() < 0.01, "{places:?} {dots}");
    }

    #[test]
    fn every_door_lies_inside_the_drawing_and_one_alone_in_its_middle() {
        assert_eq!(laid_out(&[[104.066, 30.573]]).0, [[SIZE[0] / 2.0, SIZE[1] / 2.0]]);
        let far = laid_out(&[[104.0, 30.0], [105.0, 31.5], [104.4, 30.2]]).0;
        assert!(far.iter().all(|place| (0.0..=SIZE[0]).contains(&place[0]) && (0.0..=SIZE[1]).contains(&place[1])), "{far:?}");
    }

    #[test]
    fn the_measure_is_round_and_fits() {
        for (dots, km) in [(200.0, "0.5"), (60.0, "2"), (10.0, "10"), (2.0, "50")] {
            assert_eq!(measure(dots).0, km, "{dots}");
        }
    }
}
