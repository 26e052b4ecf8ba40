//! The sync contract as phones meet it: lost answers, doubled sends, forged identities, two phones at one door. Each test of a
//! known defect of others fails on the way they did it.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use domain::event::Event;
use domain::id::{DeviceId, PersonId, RecordId, StaffId, VisitId};
use domain::loan::EntryKind;
use domain::moment::Timestamp;
use domain::visit::Slot;
use ed25519_dalek::{Signer, SigningKey};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::{Asker, CHAIN_GENESIS, Role, Thing};

use crate::books::{self, NewBook};
use crate::demo;
use crate::pages::set_up::SetUp;
use crate::phone::Phones;
use crate::web::session::Viewer;
use crate::web::testing::{Answered, consumer_called, send, signed_in_consumer, site_over};
use crate::web::{Site, session};

/// A book with a day of visits, in a zone where it is day now.
fn site() -> (Arc<Site>, demo::Staff) {
    let now = Timestamp::now();
    let hour = i64::from(TimeZone::UTC.to_datetime(now).hour());
    let behind = (hour - 11 + 36) % 24 - 12;
    let zone = if behind == 0 { "Etc/GMT".to_owned() } else { format!("Etc/GMT{behind:+}") };
    let dir = tempfile::tempdir().unwrap().keep();
    books::create(&dir, &NewBook { name: "test", currency: "CNY", zone: &zone, packs: "cn" }).unwrap();
    let store = books::open(&dir).unwrap();
    let staff = demo::hire(&store).unwrap();
    let until = store.book().day_of(now).plus_days(-1);
    let plan = demo::Plan { accounts: 150, seed: 7, until };
    demo::make(&store, staff.clone(), books::seal_key(&dir).unwrap(), plan, |_| {}).unwrap();
    demo::make_today(&store, &staff, &Phones::open(&dir).unwrap(), "L", now).unwrap();
    let site = site_over(&dir, store, true, SetUp::default());
    (Arc::new(site), staff)
}

/// A collector with a phone.
struct Collector {
    site: Arc<Site>,
    staff: StaffId,
    cookie: String,
    device: DeviceId,
    key: SigningKey,
    sequence: u64,
    head: String,
    time: Value,
    stops: Vec<Value>,
    /// Files that the next records name.
    files: Value,
}

fn sign_in(site: &Arc<Site>, staff: StaffId, role: Role) -> String {
    let cookie = session::sign_in(site, &HeaderMap::new(), Viewer::Staff { id: staff, role, name: "何俊杰".into() }).unwrap();
    cookie.to_str().unwrap().split(';').next().unwrap().to_owned()
}

async fn ask(site: &Arc<Site>, cookie: &str, method: Method, path: &str, kind: &str, body: Vec<u8>) -> Answered {
    let request = Request::builder().method(method).uri(path).header("cookie", cookie).header("sec-fetch-site", "same-origin");
    send(site, request.header("content-type", kind).body(Body::from(body)).unwrap()).await
}

impl Collector {
    async fn new(site: &Arc<Site>, staff: StaffId, number: u8) -> Collector {
        let key = SigningKey::from_bytes(&[number; 32]);
        let mut own = Collector {
            site: Arc::clone(site),
            staff,
            cookie: sign_in(site, staff, Role::Field),
            device: DeviceId(u64::from(number)),
            key,
            sequence: 0,
            head: CHAIN_GENESIS.into(),
            time: Value::Null,
            stops: vec![],
            files: json!([]),
        };
        let public = data_encoding::BASE64.encode(own.key.verifying_key().as_bytes());
        let enrolled = own.post("/phone/devices", &json!({ "device": own.device.to_string(), "public_key": public })).await;
        assert_eq!(enrolled.status, StatusCode::OK, "{}", enrolled.body);
        let day = ask(site, &own.cookie, Method::POST, &format!("/phone/day?device={}", own.device), "text/plain", vec![]).await;
        assert_eq!(day.status, StatusCode::OK, "{}", day.body);
        let day: Value = serde_json::from_str(&day.body).unwrap();
        own.time = day["time"].clone();
        // The day of the demonstration has other visits too, at hours that are not now: these may be opened.
        own.stops = day["stops"].as_array().unwrap().iter().filter(|stop| !stop["lease"].is_null()).cloned().collect();
        own
    }

    async fn post(&self, path: &str, body: &Value) -> Answered {
        ask(&self.site, &self.cookie, Method::POST, path, "application/json", body.to_string().into_bytes()).await
    }

    fn visit(&self, number: usize) -> VisitId {
        VisitId::parse(self.stops[number]["visit"].as_str().unwrap()).unwrap()
    }

    fn lease(&self, number: usize) -> Value {
        self.stops[number]["lease"].clone()
    }

    /// The next record of the chain.
    fn make(&mut self, visit: VisitId, kind: &str, body: &Value) -> Value {
        let id =
            RecordId(u64::from_be_bytes(Sha256::digest(format!("{}{}", self.device, self.sequence))[..8].try_into().unwrap()));
        let made = self.make_as(id, visit, kind, body);
        self.sequence += 1;
        self.head = sha256(made["header"].as_str().unwrap().as_bytes());
        made
    }

    fn make_as(&self, id: RecordId, visit: VisitId, kind: &str, body: &Value) -> Value {
        let (salt, body) = ([9_u8; 16], body.to_string());
        let header = json!({
            "form": 1, "record": id.to_string(), "device": self.device.to_string(), "sequence": self.sequence + 1,
            "previous": self.head, "visit": visit.to_string(), "kind": kind, "said_at": Timestamp::now().to_string(),
            "token": self.time["token"], "after_ms": 5, "by": "monotonic", "lease": null, "pack": "cn",
            "body": sha256(&[&salt[..], body.as_bytes()].concat()), "evidence": self.files, "doubts": [],
        })
        .to_string();
        let signature = data_encoding::BASE64.encode(&self.key.sign(header.as_bytes()).to_bytes());
        json!({ "header": header, "signature": signature, "salt": data_encoding::BASE64.encode(&salt), "body": body })
    }

    async fn sync(&self, records: &[Value]) -> Value {
        let answer = self.post("/phone/records", &json!({ "device": self.device.to_string(), "records": records })).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    }

    fn events(&self, visit: VisitId) -> Vec<Event> {
        let (reader, asker) = (self.site.store.reader(), Asker::Staff(self.staff, Role::Field));
        let owner = reader.owner(asker, Thing::Visit(visit)).unwrap().unwrap();
        reader.timeline(asker, owner).unwrap().unwrap().into_iter().map(|recorded| recorded.event).collect()
    }
}

fn sha256(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

fn states(answer: &Value) -> Vec<(&str, Vec<&str>)> {
    let receipts = answer["receipts"].as_array().unwrap().iter();
    receipts
        .map(|receipt| {
            let reasons = receipt["reasons"].as_array().unwrap().iter().map(|reason| reason["rule"].as_str().unwrap());
            (receipt["state"].as_str().unwrap(), reasons.collect())
        })
        .collect()
}

fn doorstep() -> Value {
    json!({ "met": "debtor", "identity_verified": true, "circumstances": "can_pay_in_parts", "words": "愿意分期" })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_sent_over_and_over_after_lost_answers_is_there_once() {
    let (site, staff) = site();
    let mut phone = Collector::new(&site, staff.field[0], 1).await;
    let visit = phone.visit(0);
    let arrival = phone.make(visit, "arrival", &json!({ "lease": phone.lease(0) }));
    let records = [arrival, phone.make(visit, "doorstep", &doorstep()), phone.make(visit, "departure", &json!({}))];
    let first = phone.sync(&records).await;
    assert_eq!(states(&first), vec![("recorded", vec![]); 3], "{first}");
    let before = phone.events(visit).len();
    for _ in 0..50 {
        let again = phone.sync(&records).await;
        assert_eq!(again["receipts"], first["receipts"]);
    }
    assert_eq!(phone.events(visit).len(), before);
    let many = |is_it: fn(&Event) -> bool| phone.events(visit).iter().filter(|event| is_it(event)).count();
    assert_eq!(many(|event| matches!(event, Event::RecordReceived { .. })), 3);
    assert!(site.store.verify(&mut |_, _| {}).unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_is_the_sessions_to_say_and_never_the_bodys() {
    let (site, staff) = site();
    let mut phone = Collector::new(&site, staff.field[0], 1).await;
    let mut other = Collector::new(&site, staff.field[2], 2).await;
    let visit = phone.visit(0);
    let record = phone.make(visit, "doorstep", &json!({ "met": "nobody", "executive_id": staff.field[3].to_string() }));
    // Somebody else signed in sends this phone's record: the phone is not theirs.
    other.device = phone.device;
    let body = json!({ "device": phone.device.to_string(), "records": [record] });
    assert_eq!(other.post("/phone/records", &body).await.status, StatusCode::NOT_FOUND);
    // A signature by another key, under this phone's name.
    let forged = Collector { key: SigningKey::from_bytes(&[66; 32]), sequence: 0, head: CHAIN_GENESIS.into(), ..phone };
    let forged = forged.make_as(RecordId(5), visit, "doorstep", &doorstep());
    let phone = Collector::new(&site, staff.field[0], 1).await;
    assert_eq!(states(&phone.sync(&[forged]).await), [("quarantined", vec!["RECORD-SIGNATURE"])]);
    assert!(!phone.events(visit).iter().any(|event| matches!(event, Event::RecordReceived { .. })));
    // Another team's visit is not there.
    let mut other = Collector::new(&site, staff.field[2], 3).await;
    let theirs = other.make(visit, "doorstep", &doorstep());
    assert_eq!(states(&other.sync(&[theirs]).await), [("quarantined", vec!["VISIT-NOT-YOURS"])]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sums_taken_in_the_same_second_are_both_posted_once_each_whatever_gets_lost() {
    let (site, staff) = site();
    let mut phone = Collector::new(&site, staff.field[0], 1).await;
    let visit = phone.visit(0);
    let sums = [
        phone.make(visit, "money", &json!({ "amount_minor": 2_000 })),
        phone.make(visit, "money", &json!({ "amount_minor": 2_000 })),
    ];
    let payments = |phone: &Collector| {
        let is_sum = |event: &&Event| {
            let Event::EntryPosted { entry, .. } = event else { return false };
            matches!(entry.kind, EntryKind::Payment { amount, .. } if amount.minor() == 2_000)
        };
        phone.events(visit).iter().filter(is_sum).count()
    };
    let before = payments(&phone);
    phone.sync(&sums[..1]).await;
    phone.sync(&sums).await;
    phone.sync(&sums[1..]).await;
    phone.sync(&sums).await;
    assert_eq!(payments(&phone), before + 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_leaves_a_gap_waits_and_one_that_contradicts_is_kept_aside() {
    let (site, staff) = site();
    let mut phone = Collector::new(&site, staff.field[0], 1).await;
    let visit = phone.visit(0);
    let first = phone.make(visit, "doorstep", &doorstep());
    let second = phone.make(visit, "departure", &json!({}));
    let waiting = phone.sync(std::slice::from_ref(&second)).await;
    assert_eq!((waiting["receipts"].as_array().unwrap().len(), &waiting["expected"]["sequence"]), (0, &json!(1)));
    assert_eq!(states(&phone.sync(&[first.clone(), second]).await).len(), 2);
    // The same id with other words.
    let id: Value = serde_json::from_str(first["header"].as_str().unwrap()).unwrap();
    let id = RecordId::parse(id["record"].as_str().unwrap()).unwrap();
    let other = phone.make_as(id, visit, "doorstep", &json!({ "met": "nobody" }));
    assert_eq!(states(&phone.sync(std::slice::from_ref(&other)).await), [("quarantined", vec!["RECORD-CONFLICT"])]);
    let kept = site.store.reader().phone_receipts(id).unwrap();
    assert_eq!(kept.len(), 2);
    let aside = kept.iter().find(|receipt| receipt.state == "quarantined").unwrap();
    let opened = site.phones.vault.open_sealed(&aside.hash, aside.envelope.as_ref().unwrap()).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&opened).unwrap(), other, "what was put aside is kept whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_phone_sends_after_it_was_taken_out_of_use_is_put_aside_and_not_lost() {
    let (site, staff) = site();
    let mut phone = Collector::new(&site, staff.field[0], 1).await;
    let visit = phone.visit(0);
    let record = phone.make(visit, "doorstep", &doorstep());
    site.store.revoke_device(phone.device, site.now()).unwrap();
    assert_eq!(states(&phone.sync(&[record]).await), [("quarantined", vec!["DEVICE-REVOKED"])]);
    assert_eq!(site.store.reader().phone_receipts_of(visit).unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_under_a_permit_that_ran_out_offline_is_recorded_with_the_breach_beside_it() {
    let (site, staff) = site();
    let mut phone = Collector::new(&site, staff.field[0], 1).await;
    let (visit, now) = (phone.visit(0), site.now());
    let hour = SignedDuration::from_hours(1);
    let asker = Asker::Staff(phone.staff, Role::Field);
    let owner = site.store.reader().owner(asker, Thing::Visit(visit)).unwrap().unwrap();
    let person = site.store.reader().person(asker, owner).unwrap().unwrap();
    let mut permit = person.visits[&visit].standing_permit(now).unwrap().permit.clone();
    (permit.window, permit.expires_at) = (Slot { from: now - hour * 3, until: now - hour }, now - hour);
    let device = Sha256::digest(phone.key.verifying_key().as_bytes()).into();
    let old = crate::lease::give(&permit, "test", phone.staff, device, now - hour * 2, &site.key).unwrap();
    let arrival = phone.make(visit, "arrival", &json!({ "lease": old }));
    let doorstep = phone.make(visit, "doorstep", &doorstep());
    let answer = phone.sync(&[arrival, doorstep]).await;
    let states = states(&answer);
    assert_eq!((states[0].0, states[1].0), ("recorded", "recorded"));
    assert!(states[0].1.contains(&"LEASE-EXPIRED"), "{answer}");
    let events = phone.events(visit);
    let breaches = events.iter().find_map(|event| match event {
        Event::RecordReceived { record, .. } => Some(record.breaches.clone()),
        _ => None,
    });
    assert!(breaches.unwrap().contains(&"LEASE-EXPIRED".to_owned()));
    assert!(events.iter().any(|event| matches!(event, Event::VisitRecorded { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_phones_at_one_door_leave_one_outcome_and_both_records() {
    let (site, staff) = site();
    let mut one = Collector::new(&site, staff.field[0], 1).await;
    let mut two = Collector::new(&site, staff.field[1], 2).await;
    let visit = one.visit(0);
    assert_eq!(visit, two.visit(0));
    let first = [one.make(visit, "arrival", &json!({ "lease": one.lease(0) })), one.make(visit, "doorstep", &doorstep())];
    let second = [
        two.make(visit, "arrival", &json!({ "lease": two.lease(0) })),
        two.make(visit, "doorstep", &json!({ "met": "nobody" })),
        two.make(visit, "departure", &json!({})),
    ];
    assert_eq!(states(&one.sync(&first).await), vec![("recorded", vec![]); 2]);
    let beside = ("beside", vec!["VISIT-RECORDED-TWICE"]);
    assert_eq!(states(&two.sync(&second).await), vec![("recorded", vec![]), beside, ("recorded", vec![])]);
    let many = |is_it: fn(&Event) -> bool| one.events(visit).iter().filter(|event| is_it(event)).count();
    assert_eq!(many(|event| matches!(event, Event::VisitStarted { .. })), 1);
    assert_eq!(many(|event| matches!(event, Event::VisitRecorded { .. })), 1);
    assert_eq!(many(|event| matches!(event, Event::RecordReceived { .. })), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_kept_once_under_its_own_hash_and_shown_to_nobody_outside() {
    let (site, staff) = site();
    let phone = Collector::new(&site, staff.field[0], 1).await;
    let visit = phone.visit(0);
    let photo = |shade: u8| {
        let mut out = std::io::Cursor::new(vec![]);
        image::RgbImage::from_pixel(20, 20, image::Rgb([shade; 3])).write_to(&mut out, image::ImageFormat::Jpeg).unwrap();
        out.into_inner()
    };
    let (door, other) = (photo(40), photo(200));
    let name = sha256(&door);
    let path = |device: DeviceId| format!("/phone/evidence/{name}?visit={visit}&device={device}&kind=photo");
    let put =
        async |cookie: &str, path: String, bytes: Vec<u8>| ask(&site, cookie, Method::PUT, &path, "image/jpeg", bytes).await;
    assert_eq!(put(&phone.cookie, path(phone.device), door.clone()).await.status, StatusCode::OK);
    assert_eq!(
        put(&phone.cookie, path(phone.device), other).await.status,
        StatusCode::BAD_REQUEST,
        "other bytes under this name"
    );
    assert_eq!(put(&phone.cookie, path(phone.device), door.clone()).await.status, StatusCode::OK, "again");
    let stranger = sign_in(&site, staff.field[2], Role::Field);
    assert_eq!(put(&stranger, path(phone.device), door).await.status, StatusCode::NOT_FOUND);
    let kept = phone.events(visit).into_iter().filter(|event| matches!(event, Event::EvidenceKept { .. })).count();
    assert_eq!(kept, 1);

    let shown = format!("/evidence/{visit}/{name}");
    let look = async |cookie: &str| ask(&site, cookie, Method::GET, &shown, "text/plain", vec![]).await.status;
    assert_eq!(look("").await, StatusCode::SEE_OTHER, "nobody signed in");
    assert_eq!(look(&stranger).await, StatusCode::FORBIDDEN);
    let asker = Asker::Staff(staff.desk[0], Role::Desk);
    let evidence = site.store.reader().evidence(asker, visit, &name).unwrap().unwrap();
    assert!(!evidence.body.unwrap().windows(2).any(|it| it == [0xff, 0xd8]), "what is kept is encrypted");
    assert!(site.store.verify(&mut |_, _| {}).unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_that_was_shown_at_the_door_is_listed_with_the_persons_papers_and_kept_once() {
    let (site, staff) = site();
    let mut phone = Collector::new(&site, staff.field[0], 1).await;
    let visit = phone.visit(0);
    let photo = |shade: u8| {
        let mut out = std::io::Cursor::new(vec![]);
        image::RgbImage::from_pixel(20, 20, image::Rgb([shade; 3])).write_to(&mut out, image::ImageFormat::Jpeg).unwrap();
        out.into_inner()
    };
    let files = [photo(40), photo(200)];
    let (door, payslip) = (sha256(&files[0]), sha256(&files[1]));
    let arrival = phone.make(visit, "arrival", &json!({ "lease": phone.lease(0) }));
    let named = |sent: &str, kind: &str| json!({ "sha256": sent, "kind": kind, "bytes": 600 });
    // The second name is of a photo that never comes.
    phone.files = json!([named(&door, "photo"), named(&payslip, "paper"), named(&sha256(b"lost"), "paper")]);
    let records = [arrival, phone.make(visit, "doorstep", &doorstep())];
    assert_eq!(states(&phone.sync(&records).await), vec![("recorded", vec![]); 2]);
    for bytes in files {
        let path = format!("/phone/evidence/{}?visit={visit}&device={}&kind=photo", sha256(&bytes), phone.device);
        assert_eq!(ask(&site, &phone.cookie, Method::PUT, &path, "image/jpeg", bytes).await.status, StatusCode::OK);
    }
    let owner = site.store.reader().owner(Asker::Night, Thing::Visit(visit)).unwrap().unwrap();
    let stranger = consumer_called(&site, PersonId(78));
    let mine = signed_in_consumer(&site, owner);
    let desk = sign_in(&site, staff.desk[0], Role::Desk);
    let look = async |cookie: &str, path: String| ask(&site, cookie, Method::GET, &path, "text/plain", vec![]).await;
    for (cookie, page, under) in [
        (&mine, "/me/papers".to_owned(), "/me/papers".to_owned()),
        (&desk, format!("/people/{owner}"), format!("/people/{owner}/papers")),
    ] {
        for lang in ["zh-Hans", "zh-Hant", "en"] {
            let shown = look(cookie, format!("{page}?lang={lang}")).await.body;
            assert_eq!(crate::pages::tests::faults(&shown), [""; 0], "{page} {lang}");
            assert!(!shown.contains('⟨') && shown.contains(&format!("{under}/{visit}/{payslip}")), "{lang}: {shown}");
            assert!(!shown.contains(&format!("{under}/{visit}/{door}")), "a photo of the door is no paper of theirs");
        }
        let file = look(cookie, format!("{under}/{visit}/{payslip}")).await;
        assert!(file.status == 200 && file.headers["content-type"] == "image/jpeg");
        assert_eq!(look(cookie, format!("{under}/{visit}/{door}")).await.status, 404, "{under}");
    }
    assert_eq!(look(&stranger, format!("/me/papers/{visit}/{payslip}")).await.status, 404, "somebody else's is not there");
    assert_eq!(look(&desk, format!("/people/{}/papers/{visit}/{payslip}", PersonId(78))).await.status, 404);
    let kept = |event: &Event| matches!(event, Event::EvidenceKept { .. });
    assert_eq!(phone.events(visit).iter().filter(|event| kept(event)).count(), 2, "each photo once");
    let records = look(&desk, format!("/visits/{visit}/records?lang=en")).await.body;
    assert_eq!(records.matches("Paper shown by the person").count(), 2, "the picture's name and the words below it: {records}");
    assert_eq!(site.store.verify(&mut |_, _| {}).unwrap(), []);

    site.store.erase_notes(owner, site.now()).unwrap();
    assert!(!look(&mine, "/me/papers".into()).await.body.contains(&payslip), "erased with the rest");
    assert_eq!(look(&mine, format!("/me/papers/{visit}/{payslip}")).await.status, 404);
}

/// What a household of two states whose income leaves `left` yuan a month, with a tenth of it for a bad month.
fn means(left: i64) -> Value {
    json!({
        "income": [{ "category": "wages", "amount_minor": 500_000 + left * 100 }],
        "outgoings": [{ "category": "rent", "amount_minor": 500_000 }],
        "other_debts_minor": 0,
        "household": 2,
    })
}

/// The plan in instalments of a stop that takes least a month, as it is signed: the body of its record.
fn signed(stop: &Value, signature: &Value) -> Value {
    let options = stop["options"].as_array().unwrap();
    let instalments = options.iter().filter(|it| it["way"]["way"] == "instalments");
    let least = instalments.min_by_key(|it| it["a_month_minor"].as_i64()).expect("a plan in instalments");
    json!({
        "way": least["way"], "a_month_minor": least["a_month_minor"], "total_minor": least["total_minor"],
        "signature": signature, "signed_name": "林浩然",
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn means_and_a_plan_signed_at_the_door_are_agreed_as_at_the_desk_and_once() {
    let (site, staff) = site();
    let mut phone = Collector::new(&site, staff.field[0], 1).await;
    let (visit, stop) = (phone.visit(0), phone.stops[0].clone());
    let records = [
        phone.make(visit, "arrival", &json!({ "lease": phone.lease(0) })),
        phone.make(visit, "doorstep", &doorstep()),
        phone.make(visit, "means", &means(9_000)),
        phone.make(visit, "plan", &signed(&stop, &json!("ab".repeat(32)))),
    ];
    let first = phone.sync(&records).await;
    assert_eq!(states(&first), vec![("recorded", vec![]); 4], "{first}");
    assert_eq!(phone.sync(&records).await["receipts"], first["receipts"]);
    let events = phone.events(visit);
    let agreed: Vec<_> = events
        .iter()
        .filter_map(|event| if let Event::PlanAgreed { agreement, .. } = event { agreement.clone() } else { None })
        .collect();
    assert_eq!(agreed.len(), 1, "agreed once");
    assert!(matches!(agreed[0].accepted, domain::plan::Accepted::Door { visit: at, .. } if at == visit));
    assert_eq!(json!(agreed[0].way), signed(&stop, &Value::Null)["way"]);
    assert!(
        events
            .iter()
            .any(|event| matches!(event, Event::MeansStated { taken: Some(domain::means::Taken::Door(at)), .. } if *at == visit))
    );
    assert!(site.store.verify(&mut |_, _| {}).unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn creditors_told_at_the_door_get_their_share_as_at_the_desk() {
    let (site, staff) = site();
    let mut phone = Collector::new(&site, staff.field[0], 1).await;
    let (visit, stop) = (phone.visit(0), phone.stops[0].clone());
    let plan = signed(&stop, &json!("ab".repeat(32)));
    // As much is left as the plan takes with the tenth for a bad month, and a little: enough where nobody else is owed.
    let left = plan["a_month_minor"].as_i64().unwrap() / 90 + 2;
    let with = |creditors: Value| {
        let mut stated = means(left);
        stated["creditors"] = creditors;
        stated
    };
    let records = [
        phone.make(visit, "arrival", &json!({ "lease": phone.lease(0) })),
        phone.make(visit, "doorstep", &doorstep()),
        phone.make(visit, "means", &with(json!([{ "kind": "credit", "owed_minor": stop["owed_minor"] }]))),
        phone.make(visit, "plan", &plan),
        phone.make(visit, "means", &with(json!([{ "kind": "home", "a_month_minor": 100_000 }]))),
        phone.make(visit, "plan", &plan),
        phone.make(visit, "means", &with(json!([{ "kind": "private", "owed_minor": -1 }]))),
        phone.make(visit, "means", &with(json!([]))),
        phone.make(visit, "plan", &plan),
    ];
    let answer = phone.sync(&records).await;
    let (recorded, beside) = (("recorded", vec![]), |rule| ("beside", vec![rule]));
    let expected = [
        recorded.clone(),
        recorded.clone(),
        recorded.clone(),
        beside("PLAN-ABOVE-CAPACITY"),
        recorded.clone(),
        beside("PLAN-ABOVE-CAPACITY"),
        beside("MEANS-UNLIKELY"),
        recorded.clone(),
        recorded,
    ];
    assert_eq!(states(&answer), expected, "half goes to the other creditor; the home comes first; alone it fits");
    let events = phone.events(visit);
    let stated = events.iter().find_map(|event| if let Event::MeansStated { means, .. } = event { Some(means) } else { None });
    assert_eq!(stated.unwrap().owed_elsewhere().minor(), stop["owed_minor"].as_i64().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_taken_along_and_agreed_by_who_can_keep_no_plan() {
    let (site, staff) = site();
    let mut phone = Collector::new(&site, staff.field[0], 1).await;
    let (visit, stop) = (phone.visit(0), phone.stops[0].clone());
    let token = stop["options"].as_array().unwrap().iter().rfind(|it| it["way"]["way"] == "token").expect("a token");
    assert_eq!(token["a_month_minor"], 10_000, "what fits is chosen on the phone, by the means stated there");
    let body = json!({
        "way": token["way"], "a_month_minor": token["a_month_minor"], "total_minor": token["total_minor"],
        "signature": "ab".repeat(32), "signed_name": "林浩然",
    });
    let records = [
        phone.make(visit, "arrival", &json!({ "lease": phone.lease(0) })),
        phone.make(visit, "doorstep", &doorstep()),
        phone.make(visit, "means", &means(120)),
        phone.make(visit, "plan", &body),
    ];
    assert_eq!(states(&phone.sync(&records).await), vec![("recorded", vec![]); 4]);
    let agreed = |event: &Event| matches!(event, Event::PlanAgreed { overridden: None, .. });
    assert_eq!(phone.events(visit).iter().filter(|event| agreed(event)).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_nobody_signed_or_can_afford_is_kept_beside_and_not_agreed() {
    let (site, staff) = site();
    let mut phone = Collector::new(&site, staff.field[0], 1).await;
    let (visit, stop) = (phone.visit(0), phone.stops[0].clone());
    let signature = json!("ab".repeat(32));
    let mut other = signed(&stop, &signature);
    other["total_minor"] = json!(other["total_minor"].as_i64().unwrap() - 1);
    let records = [
        phone.make(visit, "means", &means(9_000)),
        phone.make(visit, "plan", &signed(&stop, &Value::Null)),
        phone.make(visit, "plan", &other),
        phone.make(visit, "means", &means(0)),
        phone.make(visit, "plan", &signed(&stop, &signature)),
        phone.make(visit, "means", &json!({ "income": [], "outgoings": [], "household": 0 })),
    ];
    let answer = phone.sync(&records).await;
    let beside = |rule| ("beside", vec![rule]);
    assert_eq!(
        states(&answer),
        [
            ("recorded", vec![]),
            beside("PLAN-NOT-SIGNED"),
            beside("PLAN-CHANGED-SINCE"),
            ("recorded", vec![]),
            beside("PLAN-ABOVE-CAPACITY"),
            beside("MEANS-UNLIKELY"),
        ]
    );
    assert!(!phone.events(visit).iter().any(|event| matches!(event, Event::PlanAgreed { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_duress_pin_is_answered_as_the_other_and_raises_the_alarm() {
    let (site, staff) = site();
    let phone = Collector::new(&site, staff.field[0], 1).await;
    let device = phone.device.to_string();
    let pins = json!({ "device": device, "pin": "2468", "duress": "1357" });
    assert_eq!(phone.post("/phone/pins", &pins).await.status, StatusCode::OK);
    let safe = async |pin: &str| phone.post("/phone/safe", &json!({ "device": device, "pin": pin })).await.body;
    let normal = safe("2468").await;
    assert!(site.store.reader().open_watches().unwrap().is_empty());
    assert_eq!(safe("1357").await, normal);
    let open = site.store.reader().open_watches().unwrap();
    assert_eq!((open.len(), open[0].raised.as_deref()), (1, Some("duress")));
    assert_ne!(safe("0000").await, normal);
}
