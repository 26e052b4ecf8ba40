//! Travel times on real roads, from a table service that the lender runs: OSRM (`/table`) or Valhalla
//! (`/sources_to_targets`). Without one, crate `route` estimates from the straight line.
//!
//! Only places are sent, never whom they belong to, and in blocks small enough for the services' default limits. A pair
//! that the service knows no way between is so far that nobody is sent.

use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use route::{Matrix, Problem};
use serde::{Deserialize, Serialize};

/// Sources and targets of one question: OSRM takes 100 places unless told otherwise, Valhalla 50 a side.
const BLOCK: usize = 50;
/// Seconds and metres between places without a way: more than any shift.
const NO_WAY: i64 = 1_000_000;
/// How long a block may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A table service and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TravelTimes {
    form: Form,
    base: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Osrm,
    Valhalla,
}

impl FromStr for TravelTimes {
    type Err = String;

    /// Reads `osrm=http://…` or `valhalla=http://…`.
    fn from_str(text: &str) -> Result<TravelTimes, String> {
        let told = "say `osrm=http://HOST:PORT` or `valhalla=http://HOST:PORT`";
        let (form, base) = text.split_once('=').ok_or_else(|| String::from(told))?;
        let form = match form {
            "osrm" => Form::Osrm,
            "valhalla" => Form::Valhalla,
            other => return Err(format!("`{other}` is no table service known here; {told}")),
        };
        if !base.starts_with("http://") {
            return Err(format!("`{base}` is no address; {told}"));
        }
        Ok(TravelTimes { form, base: base.trim_end_matches('/').to_owned() })
    }
}

impl TravelTimes {
    /// Gives `problem`, which names its places by coordinates, a matrix of this service for every profile.
    pub(crate) fn fill(&self, problem: &mut Problem) -> anyhow::Result<()> {
        if !problem.matrices.is_empty() {
            return Ok(());
        }
        let mut places: Vec<[f64; 2]> = Vec::new();
        let mut number = |location: Option<[f64; 2]>| {
            location.map(|location| {
                places.iter().position(|known| *known == location).unwrap_or_else(|| {
                    places.push(location);
                    places.len() - 1
                })
            })
        };
        for vehicle in &mut problem.vehicles {
            vehicle.start_index = number(vehicle.start);
            vehicle.end_index = number(vehicle.end);
        }
        for job in &mut problem.jobs {
            job.location_index = number(job.location);
        }
        let matrix = self.table(&places)?;
        problem.matrices = problem.vehicles.iter().map(|vehicle| (vehicle.profile.clone(), matrix.clone())).collect();
        Ok(())
    }

    /// Seconds and metres between every two places `[longitude, latitude]`, WGS-84.
    pub(crate) fn table(&self, places: &[[f64; 2]]) -> anyhow::Result<Matrix> {
        let mut matrix = Matrix {
            durations: vec![vec![0; places.len()]; places.len()],
            distances: vec![vec![0; places.len()]; places.len()],
            costs: Vec::new(),
        };
        let agent: ureq::Agent = ureq::Agent::config_builder().timeout_global(Some(TIMEOUT)).build().into();
        for (from, sources) in places.chunks(BLOCK).enumerate() {
            for (to, targets) in places.chunks(BLOCK).enumerate() {
                let block = match self.form {
                    Form::Osrm => self.ask_osrm(&agent, sources, targets),
                    Form::Valhalla => self.ask_valhalla(&agent, sources, targets),
                };
                let block = block.with_context(|| format!("the table service at {} gave no travel times", self.base))?;
                for (row, ways) in block.iter().enumerate() {
                    for (column, way) in ways.iter().enumerate() {
                        let (at, there) = (from * BLOCK + row, to * BLOCK + column);
                        let [seconds, metres] = if at == there { [0, 0] } else { *way };
                        matrix.durations[at][there] = seconds;
                        matrix.distances[at][there] = metres;
                    }
                }
            }
        }
        Ok(matrix)
    }

    fn ask_osrm(&self, agent: &ureq::Agent, sources: &[[f64; 2]], targets: &[[f64; 2]]) -> anyhow::Result<Block> {
        #[derive(Deserialize)]
        struct Told {
            code: String,
            #[serde(default)]
            durations: Vec<Vec<Option<f64>>>,
            #[serde(default)]
            distances: Vec<Vec<Option<f64>>>,
        }
        let points: Vec<String> = sources.iter().chain(targets).map(|[lng, lat]| format!("{lng:.6},{lat:.6}")).collect();
        let listed = |from: usize, count: usize| (from..from + count).map(|at| at.to_string()).collect::<Vec<_>>().join(";");
        let url = format!(
            "{}/table/v1/driving/{}?sources={}&destinations={}&annotations=duration,distance",
            self.base,
            points.join(";"),
            listed(0, sources.len()),
            listed(sources.len(), targets.len()),
        );
        let told: Told = agent.get(&url).call()?.body_mut().read_json()?;
        ensure!(told.code == "Ok", "it answered `{}`", told.code);
        let metres = |row: usize, column: usize| told.distances.get(row).and_then(|row| *row.get(column)?);
        let rows = told.durations.iter().enumerate();
        let block = rows
            .map(|(row, seconds)| {
                (seconds.iter().enumerate()).map(|(column, seconds)| way(*seconds, metres(row, column))).collect()
            })
            .collect();
        of_shape(block, sources, targets)
    }

    fn ask_valhalla(&self, agent: &ureq::Agent, sources: &[[f64; 2]], targets: &[[f64; 2]]) -> anyhow::Result<Block> {
        #[derive(Serialize)]
        struct Point {
            lon: f64,
            lat: f64,
        }
        #[derive(Serialize)]
        struct Asked {
            sources: Vec<Point>,
            targets: Vec<Point>,
            costing: &'static str,
            units: &'static str,
        }
        #[derive(Deserialize)]
        struct Told {
            sources_to_targets: Vec<Vec<Way>>,
        }
        #[derive(Deserialize)]
        struct Way {
            time: Option<f64>,
            /// Kilometres.
            distance: Option<f64>,
        }
        let points = |places: &[[f64; 2]]| places.iter().map(|[lon, lat]| Point { lon: *lon, lat: *lat }).collect();
        let asked = Asked { sources: points(sources), targets: points(targets), costing: "auto", units: "kilometers" };
        let told: Told = agent.post(format!("{}/sources_to_targets", self.base)).send_json(&asked)?.body_mut().read_json()?;
        let rows = told.sources_to_targets.iter();
        let block = rows.map(|row| row.iter().map(|it| way(it.time, it.distance.map(|km| km * 1000.0))).collect()).collect();
        of_shape(block, sources, targets)
    }
}

/// Seconds and metres, row by row.
type Block = Vec<Vec<[i64; 2]>>;

fn way(seconds: Option<f64>, metres: Option<f64>) -> [i64; 2] {
    let whole = |value: Option<f64>| value.map_or(NO_WAY, |value| (value.round() as i64).clamp(0, NO_WAY));
    [whole(seconds), whole(metres)]
}

fn of_shape(block: Block, sources: &[[f64; 2]], targets: &[[f64; 2]]) -> anyhow::Result<Block> {
    if block.len() != sources.len() || block.iter().any(|row| row.len() != targets.len()) {
        bail!("its table is not {} by {}", sources.len(), targets.len());
    }
    Ok(block)
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpListener;
    use std::thread;

    use serde_json::{Value, json};

    use super::*;

    /// A table service that speaks one of the two forms: a street on which every degree of longitude takes 1000 seconds and
    /// 500 metres, with no way to where the latitude is 9. Answers `status` if that is not 200.
    fn street(form: &'static str, status: u16) -> TravelTimes {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let service = format!("{form}=http://{}", listener.local_addr().unwrap()).parse().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut request = String::new();
                reader.read_line(&mut request).unwrap();
                let mut length = 0;
                loop {
                    let mut line = String::new();
                    reader.read_line(&mut line).unwrap();
                    if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap();
                    }
                    if line.trim().is_empty() {
                        break;
                    }
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                let answer = match form {
                    "osrm" => osrm(&request),
                    _ => valhalla(&serde_json::from_slice(&body).unwrap()),
                }
                .to_string();
                let head = format!(
                    "HTTP/1.1 {status} OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    answer.len()
                );
                stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(answer.as_bytes())).unwrap();
            }
        });
        service
    }

    fn pair(a: [f64; 2], b: [f64; 2]) -> Option<[f64; 2]> {
        let degrees = (a[0] - b[0]).abs();
        (a[1] != 9.0 && b[1] != 9.0).then_some([1000.0 * degrees, 500.0 * degrees])
    }

    fn osrm(request: &str) -> Value {
        let path = request.split_whitespace().nth(1).unwrap();
        let (points, query) = path.strip_prefix("/table/v1/driving/").unwrap().split_once('?').unwrap();
        let points: Vec<[f64; 2]> = (points.split(';'))
            .map(|point| point.split_once(',').map(|(lng, lat)| [lng.parse().unwrap(), lat.parse().unwrap()]).unwrap())
            .collect();
        assert!(points.len() <= 100, "OSRM refuses more than 100 places");
        let chosen = |name: &str| -> Vec<usize> {
            let list = query.split('&').find_map(|part| part.strip_prefix(name)).unwrap();
            list.split(';').map(|at| at.parse().unwrap()).collect()
        };
        assert!(query.contains("annotations=duration,distance"));
        let (sources, targets) = (chosen("sources="), chosen("destinations="));
        let table = |of: usize| -> Vec<Vec<Option<f64>>> {
            sources.iter().map(|a| targets.iter().map(|b| pair(points[*a], points[*b]).map(|way| way[of])).collect()).collect()
        };
        json!({ "code": "Ok", "durations": table(0), "distances": table(1) })
    }

    fn valhalla(asked: &Value) -> Value {
        let points = |name: &str| -> Vec<[f64; 2]> {
            let list = asked[name].as_array().unwrap();
            list.iter().map(|point| [point["lon"].as_f64().unwrap(), point["lat"].as_f64().unwrap()]).collect()
        };
        assert_eq!(asked["costing"], "auto");
        let told: Vec<Vec<Value>> = (points("sources").iter())
            .map(|a| {
                (points("targets").iter())
                    .map(|b| match pair(*a, *b) {
                        Some([seconds, metres]) => json!({ "time": seconds, "distance": metres / 1000.0 }),
                        None => json!({ "time": null, "distance": null }),
                    })
                    .collect()
            })
            .collect();
        json!({ "sources_to_targets": told, "units": "kilometers" })
    }

    #[test]
    fn both_services_tell_the_same_street_block_by_block() {
        let places: Vec<[f64; 2]> = (0..120).map(|at| [f64::from(at), 1.0]).collect();
        for form in ["osrm", "valhalla"] {
            let matrix = street(form, 200).table(&places).unwrap();
            for (from, to, seconds) in [(0, 1, 1000), (119, 0, 119_000), (49, 50, 1000), (7, 7, 0), (100, 20, 80_000)] {
                assert_eq!(matrix.durations[from][to], seconds, "{form} {from} {to}");
                assert_eq!(matrix.distances[from][to], seconds / 2, "{form} {from} {to}");
            }
        }
    }

    #[test]
    fn where_there_is_no_way_nobody_is_sent() {
        let shift = Some([0, 100_000]);
        for form in ["osrm", "valhalla"] {
            let home = Some([1.0, 1.0]);
            let mut problem = Problem {
                vehicles: vec![route::Vehicle { id: 1, start: home, end: home, time_window: shift, ..Default::default() }],
                jobs: [[3.0, 1.0], [2.0, 9.0], [2.0, 1.0]]
                    .into_iter()
                    .zip(1..)
                    .map(|(place, id)| route::Job { id, location: Some(place), service: 60, ..Default::default() })
                    .collect(),
                ..Problem::default()
            };
            street(form, 200).fill(&mut problem).unwrap();
            let plan = route::plan(&problem, &route::Budget::steps(50)).unwrap();
            assert!(route::check(&problem, &plan).unwrap().is_empty());
            assert_eq!(plan.unassigned.iter().map(|job| job.id).collect::<Vec<_>>(), [2], "{form}");
            assert_eq!(plan.summary.duration, 4000);
            assert_eq!(plan.summary.distance, 2000);
        }
    }

    #[test]
    fn a_service_that_fails_is_named_and_nothing_is_guessed() {
        let error = street("osrm", 500).table(&[[1.0, 1.0], [2.0, 1.0]]).unwrap_err();
        assert!(format!("{error:#}").contains("gave no travel times"), "{error:#}");
        let away: TravelTimes = "valhalla=http://127.0.0.1:9".parse().unwrap();
        assert!(away.table(&[[1.0, 1.0], [2.0, 1.0]]).is_err());
    }

    #[test]
    fn a_service_is_named_by_form_and_address() {
        assert!("osrm=http://127.0.0.1:5000/".parse::<TravelTimes>().is_ok());
        for wrong in ["http://127.0.0.1", "graphhopper=http://127.0.0.1", "osrm=127.0.0.1"] {
            assert!(wrong.parse::<TravelTimes>().unwrap_err().contains("osrm=http://HOST:PORT"), "{wrong}");
        }
    }
}
