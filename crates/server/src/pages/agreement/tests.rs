//! The paper of a plan: the person's, the desk's, nobody else's; and whoever holds it can have it checked.

use std::sync::Arc;

use domain::event::{Actor, Event};
use domain::id::{AccountId, PersonId, PlanId, PromiseId};
use domain::loan::Terms;
use domain::money::Money;
use domain::options::Way;
use domain::plan::{Accepted, Agreement};
use domain::promise::Origin;
use store::Role;

use crate::web::Site;
use crate::web::act::Deed;
use crate::web::testing::{self, cookie_of, get, send};

const PLAN: PlanId = PlanId(5);
const CODE: &str = "7K2M9P4Q";

/// A consumer who agreed on their page to two payments: their cookie.
async fn agreed(site: &Arc<Site>) -> String {
    let way = Way::Instalments { months: 2, first_on: site.today().plus_months(1) };
    agreed_to(site, way, Money::from_minor(120_000)).await
}

/// The same of another way, by which so much is paid in all.
async fn agreed_to(site: &Arc<Site>, way: Way, total: Money) -> String {
    let cookie = testing::consumer(site);
    let (today, half) = (site.today(), Money::from_minor(60_000));
    let first_on = today.plus_months(1);
    let agreement = Agreement {
        number: format!("A20261126-{PLAN}"),
        code: CODE.into(),
        way,
        a_month: half,
        total,
        extra: Money::ZERO,
        ends_on: today.plus_months(2),
        entries: vec![],
        accepted: Accepted::Page,
    };
    let promise = |id, due_on| Event::PromiseMade {
        promise: PromiseId(id),
        amount: half,
        due_on,
        origin: Origin::Plan(PLAN),
        made_on: today,
    };
    let terms = Terms::interest_free(half + half, today.plus_days(-70), 2);
    let events = vec![
        Event::AccountOpened { account: AccountId(9), number: "B-9".into(), terms, annual_cost_percent: None },
        Event::PlanAgreed { plan: PLAN, on: today, capacity: None, overridden: None, agreement: Some(agreement) },
        promise(1, first_on),
        promise(2, today.plus_months(2)),
    ];
    let person = testing::CONSUMER;
    let deed = Deed { actor: Actor::Import, person, intent: "t", key: "t".into(), body: String::new(), notes: vec![] };
    site.act(deed, move |_| Ok(events)).await.unwrap();
    cookie
}

#[tokio::test]
async fn the_person_and_the_desk_get_the_same_paper_and_nobody_else_does() {
    let site = testing::site();
    let mine = agreed(&site).await;
    let stranger = testing::consumer_called(&site, PersonId(78));
    let at_me = format!("/me/plan/{PLAN}/agreement");
    let at_desk = format!("/people/{}/plans/{PLAN}/agreement", testing::CONSUMER);
    let ask = async |path: &str, cookie: &str, language: &str| {
        send(&site, get(path, &[("cookie", cookie), ("accept-language", language)])).await
    };
    let paper = ask(&at_me, &mine, "zh-CN").await;
    assert_eq!((paper.status.as_u16(), &paper.body[..5]), (200, "%PDF-"));
    assert_eq!(paper.headers["content-type"], "application/pdf");
    let desk = ask(&format!("{at_desk}?in=zh-Hans"), &cookie_of(&site, Role::Desk), "en").await;
    assert_eq!(desk.body, paper.body);
    assert_ne!(ask(&at_me, &mine, "en").await.body, paper.body);
    assert_eq!(ask(&at_me, &stranger, "en").await.status, 404);
    assert_eq!(ask(&format!("/me/plan/{}/agreement", PlanId(6)), &mine, "en").await.status, 404);
    // The page and the account page lead there.
    assert!(ask(&format!("/me/plan/{PLAN}"), &mine, "en").await.body.contains(&at_me));
    let file = ask(&format!("/people/{}", testing::CONSUMER), &cookie_of(&site, Role::Desk), "en").await;
    assert!(file.body.contains(&format!("{at_desk}?in=zh-Hant")));
}

#[tokio::test]
async fn a_paper_is_checked_by_number_and_code_and_tells_nothing_of_whom() {
    let site = testing::site();
    agreed(&site).await;
    let ask = async |number: &str, code: &str| {
        let path = format!("/v/agreement?number={number}&code={code}");
        send(&site, get(&path, &[("accept-language", "en")])).await.body
    };
    let number = format!("A20261126-{PLAN}");
    let yes = ask(&number.to_uppercase(), &CODE.to_lowercase()).await;
    assert!(yes.contains("Genuine") && yes.contains("¥1,200.00") && yes.contains("2 payments"), "{yes}");
    assert!(!yes.contains("林浩然"), "{yes}");
    let other_day = format!("A20261127-{PLAN}");
    for (number, code) in
        [(number.as_str(), ""), (&number, "7K2M9P4R"), (&other_day, CODE), ("x", CODE), ("A-0000000000001", CODE)]
    {
        let no = ask(number, code).await;
        assert!(no.contains("We know no agreement") && !no.contains("1,200"), "{number} {code}");
    }
}

#[tokio::test]
async fn codes_cannot_be_read_out_by_trying() {
    let site = testing::site();
    agreed(&site).await;
    let mut last = 200;
    for at in 0..30 {
        let path = format!("/v/agreement?number=A20261126-{PLAN}&code=AAAA{at}");
        last = send(&site, get(&path, &[])).await.status.as_u16();
    }
    assert_eq!(last, 429);
}

#[tokio::test]
async fn an_auditor_reads_the_paper_without_the_name() {
    let site = testing::site();
    agreed(&site).await;
    let path = format!("/people/{}/plans/{PLAN}/agreement?in=en", testing::CONSUMER);
    let paper = async |role| send(&site, get(&path, &[("cookie", &cookie_of(&site, role))])).await.body;
    assert_ne!(paper(Role::Auditor).await, paper(Role::Desk).await);
}

#[tokio::test]
async fn a_total_above_the_sum_of_the_table_says_what_falls_due_as_before() {
    let page = async |way, total| {
        let site = testing::site();
        let mine = agreed_to(&site, way, Money::from_minor(total)).await;
        send(&site, get(&format!("/me/plan/{PLAN}"), &[("cookie", &mine), ("accept-language", "en")])).await.body
    };
    let rest = "of which falls due as agreed before";
    let all = page(Way::PayNow, 300_000).await;
    assert!(all.contains("3,000.00") && all.contains(rest) && all.contains("1,800.00"), "{all}");
    assert!(!page(Way::PayNow, 120_000).await.contains(rest), "the table is all of it");
}
