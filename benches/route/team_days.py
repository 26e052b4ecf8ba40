"""Team days of real shape: what our plans are worth beside those of VROOM, PyVRP and vrp-core in the same computing time.

    python3 -m venv peers && peers/bin/pip install pyvroom pyvrp && cargo install vrp-cli --root peers
    cargo build --release -p server
    peers/bin/python benches/route/team_days.py [--seconds 10] [--seeds 3] [--forbear target/release/forbear] [--vrp-cli peers/bin/vrp-cli]

A day: 30 collectors who start and end at home, 600 candidates at real residential compounds, 35 % with an appointment of one
or two hours, 20 to 40 minutes at the door, shifts of eight hours, three certificates of which a candidate may need one, and a
prize for each visit made. Not all fit. Worth = prizes of the visits made, less the seconds of travel.

Every plan is brought into VROOM's output form and checked by `forbear route check`; a plan that breaks a rule counts nothing.
What an engine cannot say is given to it as well as it can be: VROOM ranks by priority, so prizes become ranks of 1 to 100;
PyVRP knows no skills, so who may not go somewhere finds it at the end of the world; vrp-core first maximizes value, then
minimizes cost. One JSON line for each run, then the comparison of medians.
"""

import argparse
import json
import math
import random
import resource
import statistics
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

HERE = Path(__file__).resolve().parent
FAR = 1_000_000


def team_day(place, seed, data):
    """One day of one city in VROOM's form, with prizes."""
    chance = random.Random(f"{place} {seed}")
    rows = [line.split(",") for line in (data / f"{place}.csv").read_text().splitlines()[1:]]
    points = sorted({(float(row[0]), float(row[1])) for row in rows})
    chosen = [chance.choice(points) for _ in range(630)]
    homes, doors = chosen[:30], chosen[30:]
    vehicles = []
    for number in range(30):
        begins = chance.choice([8, 9, 10, 11]) * 3600
        skills = [skill for skill in (1, 2, 3) if chance.random() < 0.6]
        vehicles.append({"id": number + 1, "start_index": number, "end_index": number, "skills": skills,
                         "time_window": [begins, begins + 8 * 3600]})
    jobs = []
    for number in range(600):
        window = [8 * 3600, 20 * 3600]
        if chance.random() < 0.35:
            length = chance.choice([1, 2]) * 3600
            begins = chance.randrange(8 * 3600, 20 * 3600 - length, 900)
            window = [begins, begins + length]
        job = {"id": number + 1, "location_index": 30 + number, "service": chance.randrange(20, 41) * 60,
               "time_windows": [window], "prize": chance.randrange(2_000, 20_001, 100)}
        job["priority"] = max(1, round(job["prize"] / 200))
        if chance.random() < 0.3:
            job["skills"] = [chance.choice([1, 2, 3])]
        jobs.append(job)
    durations = [[travel_seconds(a, b) for b in homes + doors] for a in homes + doors]
    return {"vehicles": vehicles, "jobs": jobs, "matrices": {"car": {"durations": durations}}, "objective": "prize"}


def travel_seconds(a, b):
    """Great circle, roads 1.4 times as long, 25 km/h."""
    (lng_a, lat_a), (lng_b, lat_b) = [[math.radians(x) for x in p] for p in (a, b)]
    h = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lng_b - lng_a) / 2) ** 2
    return round(2 * 6_371_008.8 * math.asin(math.sqrt(h)) * 1.4 / (25 / 3.6))


def visits_of(plan):
    """From any plan in VROOM's form: jobs by vehicle, in order."""
    return {route["vehicle"]: [step["id"] for step in route["steps"] if step["type"] == "job"] for route in plan["routes"]}


def plan_of(problem, tours):
    """A plan in VROOM's form from jobs by vehicle: each visit as early as can be."""
    durations = problem["matrices"]["car"]["durations"]
    jobs = {job["id"]: job for job in problem["jobs"]}
    routes, done = [], set()
    for vehicle in problem["vehicles"]:
        tour = tours.get(vehicle["id"], [])
        if not tour:
            continue
        clock, place, travelled = vehicle["time_window"][0], vehicle["start_index"], 0
        steps = [{"type": "start", "location_index": place, "arrival": clock, "duration": 0}]
        for id in tour:
            job = jobs[id]
            done.add(id)
            travelled += durations[place][job["location_index"]]
            arrival = clock + durations[place][job["location_index"]]
            begins = max(arrival, job["time_windows"][0][0])
            place = job["location_index"]
            steps.append({"type": "job", "id": id, "location_index": place, "arrival": arrival,
                          "waiting_time": begins - arrival, "service": job["service"], "duration": travelled})
            clock = begins + job["service"]
        travelled += durations[place][vehicle["end_index"]]
        clock += durations[place][vehicle["end_index"]]
        steps.append({"type": "end", "location_index": vehicle["end_index"], "arrival": clock, "duration": travelled})
        routes.append({"vehicle": vehicle["id"], "cost": travelled, "duration": travelled, "steps": steps})
    unassigned = [{"id": id, "type": "job"} for id in jobs if id not in done]
    cost = sum(route["cost"] for route in routes)
    return {"code": 0, "summary": {"cost": cost, "routes": len(routes), "unassigned": len(unassigned), "duration": cost},
            "unassigned": unassigned, "routes": routes}


def worth(problem, tours):
    """Prizes less travel, reckoned from the order alone."""
    durations = problem["matrices"]["car"]["durations"]
    jobs = {job["id"]: job for job in problem["jobs"]}
    value = 0
    for vehicle in problem["vehicles"]:
        tour = tours.get(vehicle["id"], [])
        places = [vehicle["start_index"], *(jobs[id]["location_index"] for id in tour), vehicle["end_index"]]
        if tour:
            value += sum(jobs[id]["prize"] for id in tour) - sum(durations[a][b] for a, b in zip(places, places[1:]))
    return value


def ours(problem, seconds, seed, args):
    told = subprocess.run([args.forbear, "route", "plan", "--seconds", str(seconds), "--cpu", "--seed", str(seed)],
                          input=json.dumps(problem), capture_output=True, text=True, check=True)
    return visits_of(json.loads(told.stdout))


def vroom(problem, seconds, seed, args, level):
    code = "import json,sys,vroom;" \
        "p=json.load(sys.stdin);i=vroom.Input();import numpy as np;from datetime import timedelta;" \
        "i.set_durations_matrix('car',np.array(p['matrices']['car']['durations'],dtype=np.uint32));" \
        "T=vroom.TimeWindow;" \
        "[i.add_vehicle(vroom.Vehicle(v['id'],start=v['start_index'],end=v['end_index'],skills=set(v['skills']),time_window=T(*v['time_window']))) for v in p['vehicles']];" \
        "[i.add_job(vroom.Job(j['id'],location=j['location_index'],default_service=j['service'],skills=set(j.get('skills',[])),priority=j['priority'],time_windows=[T(*j['time_windows'][0])])) for j in p['jobs']];" \
        f"s=i.solve(exploration_level={level},nb_threads=1,timeout=timedelta(seconds={seconds}));" \
        "r=s.routes;r=r[r['type']=='job'];" \
        "print(json.dumps([[int(a),int(b)] for a,b in zip(r['vehicle_id'],r['id'])]))"
    told = subprocess.run([sys.executable, "-c", code], input=json.dumps(problem), capture_output=True, text=True, check=True)
    tours = {}
    for vehicle, job in json.loads(told.stdout.splitlines()[-1]):
        tours.setdefault(vehicle, []).append(job)
    return tours


def pyvrp(problem, seconds, seed, args):
    import numpy as np
    from pyvrp import Client, Depot, Location, ProblemData, VehicleType, solve
    from pyvrp.stop import StoppingCriterion

    class Computed(StoppingCriterion):
        def __init__(self):
            self.until = None

        def __call__(self, best_cost):
            spent = resource.getrusage(resource.RUSAGE_SELF).ru_utime
            self.until = self.until or spent + seconds
            return spent >= self.until

    base = np.array(problem["matrices"]["car"]["durations"], dtype=np.int64)
    skills = sorted({tuple(vehicle["skills"]) for vehicle in problem["vehicles"]})
    matrices = []
    for held in skills:
        matrix = base.copy()
        for job in problem["jobs"]:
            if not set(job.get("skills", [])) <= set(held):
                matrix[:, job["location_index"]] = FAR
                matrix[job["location_index"], :] = FAR
        np.fill_diagonal(matrix, 0)
        matrices.append(matrix)
    clients = [Client(job["location_index"], service_duration=job["service"], tw_early=job["time_windows"][0][0],
                      tw_late=job["time_windows"][0][1], prize=job["prize"], required=False) for job in problem["jobs"]]
    types = [VehicleType(start_depot=number, end_depot=number, tw_early=vehicle["time_window"][0],
                         tw_late=vehicle["time_window"][1], profile=skills.index(tuple(vehicle["skills"])))
             for number, vehicle in enumerate(problem["vehicles"])]
    depots = [Depot(number) for number in range(len(types))]
    data = ProblemData([Location(0, 0) for _ in range(len(base))], clients, depots, types, matrices, matrices)
    best = solve(data, stop=Computed(), seed=seed, collect_stats=False).best
    tours = {}
    for route in best.routes():
        ids = [problem["jobs"][stop.idx]["id"] for stop in route.schedule() if "CLIENT" in str(stop.type).upper()]
        tours[problem["vehicles"][route.vehicle_type()]["id"]] = ids
    return tours


def vrp_core(problem, seconds, seed, args):
    day = datetime(2026, 1, 5, tzinfo=timezone.utc)

    def moment(second):
        return (day + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")

    names = {1: "one", 2: "two", 3: "three"}
    jobs = []
    for job in problem["jobs"]:
        window = [moment(second) for second in job["time_windows"][0]]
        told = {"id": str(job["id"]), "value": job["prize"],
                "services": [{"places": [{"location": {"index": job["location_index"]}, "duration": job["service"], "times": [window]}]}]}
        if job.get("skills"):
            told["skills"] = {"allOf": [names[skill] for skill in job["skills"]]}
        jobs.append(told)
    vehicles = [{"typeId": f"v{vehicle['id']}", "vehicleIds": [f"v{vehicle['id']}"], "profile": {"matrix": "car"},
                 "costs": {"fixed": 0, "distance": 1, "time": 0}, "capacity": [10_000],
                 "skills": [names[skill] for skill in vehicle["skills"]],
                 "shifts": [{"start": {"earliest": moment(vehicle["time_window"][0]), "location": {"index": vehicle["start_index"]}},
                             "end": {"latest": moment(vehicle["time_window"][1]), "location": {"index": vehicle["end_index"]}}}]}
                for vehicle in problem["vehicles"]]
    told = {"plan": {"jobs": jobs}, "fleet": {"vehicles": vehicles, "profiles": [{"name": "car"}]},
            "objectives": [{"type": "maximize-value"}, {"type": "minimize-cost"}]}
    flat = [second for row in problem["matrices"]["car"]["durations"] for second in row]
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "problem.json").write_text(json.dumps(told))
        (folder / "matrix.json").write_text(json.dumps({"profile": "car", "travelTimes": flat, "distances": flat}))
        subprocess.run([args.vrp_cli, "solve", "pragmatic", folder / "problem.json", "-m", folder / "matrix.json", "-o",
                        folder / "solution.json", "-t", str(round(seconds)), "--parallelism", "1,1"], check=True, capture_output=True)
        solution = json.loads((folder / "solution.json").read_text())
    return {int(tour["vehicleId"][1:]): [int(activity["jobId"]) for stop in tour["stops"] for activity in stop["activities"]
                                         if activity["type"] not in ("departure", "arrival")]
            for tour in solution["tours"]}


def breaches(problem, tours, args):
    """What `forbear route check`, which shares no code with any search, finds."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "problem.json").write_text(json.dumps(problem))
        (folder / "plan.json").write_text(json.dumps(plan_of(problem, tours)))
        told = subprocess.run([args.forbear, "route", "check", folder / "problem.json", folder / "plan.json"],
                              capture_output=True, text=True)
    return json.loads(told.stdout)["violations"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--days", nargs="*", default=["hefei", "wuhan", "chengdu"])
    parser.add_argument("--engines", nargs="*", default=["forbear", "vroom-1", "vroom-5", "pyvrp", "vrp-core"])
    parser.add_argument("--forbear", default=str(HERE / "../../target/release/forbear"))
    parser.add_argument("--vrp-cli", default="vrp-cli")
    parser.add_argument("--data", type=Path, default=HERE / "../../../shared/data/places")
    args = parser.parse_args()
    if not args.data.is_dir():
        print(f"no places under {args.data}; nothing measured")
        return
    engines = {"forbear": ours, "pyvrp": pyvrp, "vrp-core": vrp_core,
               "vroom-1": lambda *rest: vroom(*rest, level=1), "vroom-5": lambda *rest: vroom(*rest, level=5)}
    worths = {}
    for place in args.days:
        problem = team_day(place, 1, args.data)
        for name in args.engines:
            for seed in range(1, args.seeds + 1):
                before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime + resource.getrusage(resource.RUSAGE_SELF).ru_utime
                tours = engines[name](problem, args.seconds, seed, args)
                spent = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime + resource.getrusage(resource.RUSAGE_SELF).ru_utime - before
                wrong = breaches(problem, tours, args)
                value = 0 if wrong else worth(problem, tours)
                worths.setdefault((place, name), []).append(value)
                print(json.dumps({"figure": f"worth {place} {name}", "value": value, "unit": "prizes less seconds of travel", "seed": seed,
                                  "visits": sum(map(len, tours.values())), "cpu_seconds": round(spent, 1), "wrong": wrong[:2]}), flush=True)
                if name.startswith("vroom"):
                    break  # it knows no seeds
    for place in args.days:
        medians = {name: statistics.median(worths[place, name]) for name in args.engines}
        peers = {name: value for name, value in medians.items() if name != "forbear"}
        if "forbear" in medians and peers:
            best = max(peers, key=peers.get)
            print(json.dumps({"figure": f"lead {place}", "value": round(100 * (medians["forbear"] / peers[best] - 1), 2),
                              "unit": f"% over {best}", "worst_seed": min(worths[place, "forbear"]), "medians": medians}))


if __name__ == "__main__":
    main()
