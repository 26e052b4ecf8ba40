//! Cash at the desk: a receipt each, paid in by one person, found on a statement by another.

use std::sync::Arc;

use domain::event::Actor;
use domain::money::Money;
use store::{BankFile, BankLine, LineState, Role};

use crate::web::Site;
use crate::web::testing::{self, Answered, cookie_of, get, post, send};

async fn asks(site: &Arc<Site>, role: Role, path: &str, form: Option<&str>) -> Answered {
    let cookie = cookie_of(site, role);
    let headers = [("cookie", cookie.as_str()), ("accept-language", "en")];
    send(site, form.map_or_else(|| get(path, &headers), |form| post(path, &headers, form))).await
}

async fn takes(site: &Arc<Site>, key: &str, amount: &str) -> u16 {
    asks(site, Role::Desk, "/cash", Some(&format!("key={key}&number=B-0009&amount={amount}"))).await.status.as_u16()
}

/// A line of the bank's, open.
fn bank_line(site: &Site, line: &str, minor: i64) {
    let file = BankFile { file: line.into(), name: line.into(), kind: "camt", by: Actor::Import };
    let line = BankLine {
        line: line.into(),
        file: line.into(),
        account: "622200".into(),
        statement: "S-1".into(),
        reference: line.into(),
        on: site.today(),
        amount: Money::from_minor(minor),
        currency: "CNY".into(),
        is_credit: true,
        is_reversal: false,
        known_as: vec![],
        words: None,
        payer: None,
    };
    site.store.keep_bank_lines(file, vec![line], site.now()).unwrap();
}

#[tokio::test]
async fn each_taking_has_a_receipt_of_its_own_number_and_counts_once() {
    let site = testing::site_with_an_account().await;
    assert_eq!(takes(&site, "AAAAAAAA", "100.00").await, 303);
    assert_eq!(takes(&site, "AAAAAAAA", "100.00").await, 303, "sent twice");
    assert_eq!(takes(&site, "AAAAAAAA", "200.00").await, 409, "another amount under the same key");
    assert_eq!(takes(&site, "BBBBBBBB", "50.00").await, 303);
    assert_eq!(testing::paid(&site), Money::from_minor(15_000));
    let in_hand = site.store.reader().cash_in_hand().unwrap();
    assert_eq!(in_hand.iter().map(|receipt| receipt.number).collect::<Vec<_>>(), [1, 2]);
    let paper = asks(&site, Role::Desk, &format!("/cash/{}/receipt?in=zh-Hans", in_hand[0].line), None).await;
    assert!(paper.body.starts_with("%PDF"), "{}", paper.status);
    assert_eq!(takes(&site, "EEEEEEEE", "1050.01").await, 409, "a cent more than is owed");
    let wrong = asks(&site, Role::Desk, "/cash", Some("key=CCCCCCCC&number=B-1&amount=5")).await;
    assert!(wrong.status == 200 && site.store.reader().cash_in_hand().unwrap().len() == 2);
}

#[tokio::test]
async fn what_is_paid_in_is_what_was_counted_and_somebody_else_finds_it() {
    let site = testing::site_with_an_account().await;
    takes(&site, "AAAAAAAA", "100.00").await;
    takes(&site, "BBBBBBBB", "50.00").await;
    let pays_in = |counted: &'static str| format!("deposit=DDDDDDDD&counted={counted}");
    assert_eq!(asks(&site, Role::Desk, "/cash/deposits", Some(&pays_in("149.00"))).await.status, 200, "a yuan is missing");
    assert_eq!(site.store.reader().cash_in_hand().unwrap().len(), 2);
    for _ in 0..2 {
        assert_eq!(asks(&site, Role::Desk, "/cash/deposits", Some(&pays_in("150.00"))).await.status, 303);
    }
    assert_eq!(site.store.reader().cash_in_hand().unwrap(), []);
    assert_eq!(site.store.reader().cash_deposits(9).unwrap().len(), 1);
    bank_line(&site, "other", 14_000);
    bank_line(&site, "right", 15_000);
    let check = async |role, line: &str| asks(&site, role, "/cash/deposits/DDDDDDDD", Some(&format!("line={line}"))).await;
    assert_eq!(check(Role::Desk, "right").await.status, 409, "who paid it in does not check it");
    assert_eq!(check(Role::Manager, "other").await.status, 409, "another amount");
    assert_eq!(check(Role::Manager, "right").await.status, 303);
    assert_eq!(check(Role::Manager, "right").await.status, 409, "found already");
    assert_eq!(site.store.reader().bank_line("right").unwrap().unwrap().state, LineState::SetAside);
    assert!(site.store.reader().cash_deposits(9).unwrap()[0].checked.is_some());
    assert!(asks(&site, Role::Manager, "/cash", None).await.body.contains("Found on a statement"));
}
