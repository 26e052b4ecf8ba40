//! How long, how far and at what cost from place to place: from the matrices, or estimated from coordinates.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::problem::{Matrix, Objective, Problem, Straight, Vehicle};

/// The mean radius of the earth in metres (IUGG).
const EARTH: f64 = 6_371_008.8;

/// A place: a row of the matrices. `None` is nowhere in particular, which is no way from anywhere.
pub(crate) type Place = Option<usize>;

/// The way between two places.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Way {
    pub(crate) seconds: i64,
    pub(crate) metres: i64,
    /// In [`Travel::unit`]ths of the objective's unit.
    pub(crate) cost: i64,
}

/// Every way of a problem.
pub(crate) struct Travel {
    /// How many parts the objective's unit is cut into, so that an hourly cost of 20 need not be rounded by the leg.
    pub(crate) unit: i64,
    /// How many places there are.
    pub(crate) places: usize,
    matrices: BTreeMap<String, Matrix>,
    coordinates: Vec<[f64; 2]>,
    objective: Objective,
}

impl Travel {
    /// The ways of a valid problem.
    pub(crate) fn new(problem: &Problem) -> Travel {
        let whole = |vehicle: &Vehicle| vehicle.costs.per_hour % 3600 == 0 && vehicle.costs.per_km % 1000 == 0;
        let unit = if problem.vehicles.iter().all(whole) { 1 } else { 3600 };
        let coordinates = if problem.matrices.is_empty() { distinct(problem) } else { Vec::new() };
        let matrices = if problem.matrices.is_empty() {
            let estimate = estimate(&coordinates, problem.straight);
            problem.vehicles.iter().map(|vehicle| (vehicle.profile.clone(), estimate.clone())).collect()
        } else {
            problem.matrices.clone()
        };
        let places = matrices.values().map(|matrix| matrix.durations.len()).max().unwrap_or(0);
        Travel { unit, places, matrices, coordinates, objective: problem.objective }
    }

    /// The place that a record means.
    pub(crate) fn place(&self, location: Option<[f64; 2]>, index: Option<usize>) -> Place {
        if self.coordinates.is_empty() {
            return index;
        }
        let location = location?;
        self.coordinates.binary_search_by(|known| by_degrees(known, &location)).ok()
    }

    /// The way from one place to another for this vehicle.
    pub(crate) fn way(&self, vehicle: &Vehicle, from: Place, to: Place) -> Way {
        let (Some(from), Some(to)) = (from, to) else { return Way::default() };
        if from == to {
            return Way::default();
        }
        let matrix = &self.matrices[&vehicle.profile];
        let entry = |rows: &[Vec<i64>]| rows.get(from).map(|row| row[to]);
        let duration = matrix.durations[from][to];
        let seconds =
            if vehicle.speed_factor == 1.0 { duration } else { (duration as f64 / vehicle.speed_factor).round() as i64 };
        let metres = entry(&matrix.distances).unwrap_or(0);
        let cost = match (self.objective, entry(&matrix.costs)) {
            (Objective::Distance, cost) => entry(&matrix.distances).or(cost).unwrap_or(seconds) * self.unit,
            (_, Some(cost)) => cost * self.unit,
            (_, None) => {
                let by_time = vehicle.costs.per_hour * self.unit * seconds / 3600;
                by_time + vehicle.costs.per_km * self.unit * metres / 1000
            }
        };
        Way { seconds, metres, cost: cost.min(i64::from(i32::MAX)) }
    }

    /// What it costs that this vehicle goes out at all, in parts of the unit.
    pub(crate) fn fixed_cost(&self, vehicle: &Vehicle) -> i64 {
        if self.objective == Objective::Distance { 0 } else { vehicle.costs.fixed * self.unit }
    }
}

/// Every place that has coordinates, once.
fn distinct(problem: &Problem) -> Vec<[f64; 2]> {
    let ends = problem.vehicles.iter().flat_map(|vehicle| [vehicle.start, vehicle.end]);
    let mut places: Vec<_> = ends.chain(problem.jobs.iter().map(|job| job.location)).flatten().collect();
    places.sort_by(by_degrees);
    places.dedup();
    places
}

fn by_degrees(a: &[f64; 2], b: &[f64; 2]) -> Ordering {
    a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1]))
}

fn estimate(places: &[[f64; 2]], straight: Straight) -> Matrix {
    let metres_a_second = straight.speed_kmh / 3.6;
    let metres = |a: &[f64; 2], b: &[f64; 2]| great_circle(*a, *b) * straight.detour;
    let rows = |to: &dyn Fn(f64) -> i64| {
        places.iter().map(|a| places.iter().map(|b| to(metres(a, b))).collect()).collect::<Vec<Vec<i64>>>()
    };
    Matrix {
        durations: rows(&|metres| (metres / metres_a_second).round() as i64),
        distances: rows(&|metres| metres.round() as i64),
        costs: Vec::new(),
    }
}

/// Metres between two points `[longitude, latitude]`, by the haversine formula.
fn great_circle([lng_a, lat_a]: [f64; 2], [lng_b, lat_b]: [f64; 2]) -> f64 {
    let half = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
    let chord = half(lat_b - lat_a) + lat_a.to_radians().cos() * lat_b.to_radians().cos() * half(lng_b - lng_a);
    2.0 * EARTH * chord.min(1.0).sqrt().asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_degree_of_latitude_is_111_kilometres() {
        assert_eq!(great_circle([117.0, 31.0], [117.0, 32.0]).round(), 111_195.0);
        assert_eq!(great_circle([117.0, 31.0], [117.0, 31.0]), 0.0);
    }
}
