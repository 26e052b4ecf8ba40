//! What holds for every pack and everybody: nothing that is added, missing or turned round makes a yes out of a no.

use domain::law::{Answer, Fact, Law, Pack, PackKind, Ruling, Situation, Word};

use crate::packs::{SHIPPED, law, pack, zone};
use crate::people::{Dice, plain, somebody};

fn answer(ruling: &Ruling) -> Answer {
    match ruling {
        Ruling::Allowed(_) => Answer::Permit,
        Ruling::Forbidden { .. } => Answer::Deny,
        Ruling::NeedsApproval { .. } => Answer::NeedsApproval,
        Ruling::Unsettled { .. } => Answer::Unsettled,
    }
}

fn is_allowed(law: &Law, situation: &Situation) -> bool {
    answer(&law.rule(situation)) == Answer::Permit
}

/// Everybody under every pack that ships.
fn everybody(mut check: impl FnMut(&str, &Pack, &Law, &Situation, &mut Dice)) {
    for id in SHIPPED {
        let (law, pack) = (law(&[id]), pack(id));
        for person in 0..400 {
            let mut dice = Dice::new(person * 31 + 7);
            let situation = somebody(&pack, &mut dice);
            check(id, &pack, &law, &situation, &mut dice);
        }
    }
}

#[test]
fn forgetting_a_fact_never_turns_a_refusal_into_a_permission() {
    everybody(|id, _, law, situation, _| {
        if is_allowed(law, situation) {
            return;
        }
        for fact in Fact::ALL {
            let mut forgetful = situation.clone();
            forgetful.facts.forget(*fact);
            assert!(!is_allowed(law, &forgetful), "{id}: without `{}` it is allowed: {situation:#?}", fact.name());
        }
        let forgotten: [fn(&mut Situation); 6] = [
            |situation| situation.history = None,
            |situation| situation.agreed_times = None,
            |situation| situation.closed_times = None,
            |situation| situation.closed_channels = None,
            |situation| situation.counts = domain::law::Counts::unknown(situation.moment.day()),
            |situation| situation.days = domain::law::Days::UNKNOWN,
        ];
        for (number, forget) in forgotten.iter().enumerate() {
            let mut forgetful = situation.clone();
            forget(&mut forgetful);
            assert!(!is_allowed(law, &forgetful), "{id}: forgetting {number} allows it: {situation:#?}");
        }
    });
}

#[test]
fn of_somebody_about_whom_nothing_is_known_nothing_is_allowed() {
    for id in SHIPPED {
        let (law, pack) = (law(&[id]), pack(id));
        let known = plain(&pack, "visit");
        let unknown = Situation::new(known.person, known.moment.clone(), known.channel, known.purpose);
        assert_eq!(answer(&law.rule(&unknown)), Answer::Unsettled, "{id}");
    }
}

#[test]
fn the_order_of_packs_makes_no_difference_and_another_pack_only_adds() {
    let forward = law(&["cn", "tw", "uk"]);
    let backward = law(&["uk", "tw", "cn"]);
    everybody(|id, _, law, situation, _| {
        let (one, other) = (forward.rule(situation), backward.rule(situation));
        let sorted = |ruling: &Ruling| {
            let mut rules = ruling.rules();
            rules.sort();
            rules
        };
        assert_eq!((answer(&one), sorted(&one)), (answer(&other), sorted(&other)), "{id}");
        if ["cn", "tw", "uk"].contains(&id) && answer(&one) == Answer::Permit {
            assert!(is_allowed(law, situation), "{id}: more packs allow what one forbids: {situation:#?}");
        }
    });
}

/// A house that has taken over some rules of a law, as its own.
fn house_of(id: &str, dice: &mut Dice) -> Pack {
    let mut house = pack(id);
    house.id = String::from("house");
    house.kind = PackKind::House;
    house.rules.retain(|rule| rule.lifts.is_some() || dice.one_in(3));
    let present: Vec<String> = house.rules.iter().map(|rule| rule.id.clone()).collect();
    for rule in &mut house.rules {
        if let Some(lift) = &mut rule.lifts {
            lift.rules.retain(|id| present.contains(id));
        }
    }
    house
}

#[test]
fn a_house_can_only_be_stricter_than_the_law() {
    let mut dice = Dice::new(5);
    for id in SHIPPED {
        let alone = law(&[id]);
        for taken_from in SHIPPED {
            let with_house = Law::new(vec![pack(id), house_of(taken_from, &mut dice)], &zone).unwrap();
            for person in 0..60 {
                let situation = somebody(&pack(id), &mut Dice::new(person * 13));
                if is_allowed(&with_house, &situation) {
                    assert!(is_allowed(&alone, &situation), "{id}: the house allows what the law does not: {situation:#?}");
                }
            }
        }
    }
}

#[test]
fn a_house_cannot_lift_a_rule_of_the_law_not_even_by_copying_it() {
    let lift = |rules: &str| {
        format!(
            r#"
            [[rule]]
            id = "HOUSE-LIFT"
            force = "house_default"
            cites = [{{ text = "our own" }}]
            provenance = {{ seen = "derived", sure = "low" }}
            says = {{ zh-Hans = "", zh-Hant = "", en = "" }}
            lifts = {{ rules = [{rules}], when = [{{ channels = ["call"] }}] }}
            allowed = [{{ channel = "call", contact_time_local = "2026-03-10T23:00" }}]
            "#
        )
    };
    let house = |body: &str| -> Pack {
        let head = r#"
            id = "house"
            version = "1"
            kind = "house"
            in_force_from = "2021-01-01"
            title = { zh-Hans = "", zh-Hant = "", en = "" }
            defaults = { timezone = "Asia/Shanghai", institution_type = "bank", actor = "in_house", product = "credit_card" }
        "#;
        toml::from_str(&format!("{head}{body}")).unwrap()
    };
    let other = Law::new(vec![pack("cn"), house(&lift(r#""CN-TIME-1""#))], &zone);
    assert!(other.is_err_and(|invalid| invalid.field == "HOUSE-LIFT"));
    let copy = r#"
        [[rule]]
        id = "CN-TIME-1"
        force = "house_default"
        cites = [{ text = "our own" }]
        provenance = { seen = "derived", sure = "low" }
        says = { zh-Hans = "", zh-Hant = "", en = "" }
        check = [{ deny = { quiet_hours = { from = "22:00", to = "08:00" } } }]
        allowed = [{ channel = "sms", contact_time_local = "2026-03-10T12:00" }]
        forbidden = [{ channel = "sms", contact_time_local = "2026-03-10T23:00" }]
    "#;
    let law = Law::new(vec![pack("cn"), house(&format!("{}{copy}", lift(r#""CN-TIME-1""#)))], &zone).unwrap();
    let night = plain(&pack("cn"), "call").at("2026-03-10T15:00:00Z".parse().unwrap());
    assert_eq!(law.rule(&night).rules(), ["CN-TIME-1"]);
}

#[test]
fn without_a_law_in_force_nothing_is_allowed() {
    let none = Law::new(Vec::new(), &zone).unwrap();
    let situation = plain(&pack("cn"), "call");
    assert_eq!(answer(&none.rule(&situation)), Answer::Unsettled);
    assert_eq!(none.rule(&situation).rules(), ["LAW-PACK"]);
    assert_eq!(none.windows(&situation, situation.moment.at(), 14), []);
    let before = situation.at("2020-12-31T04:00:00Z".parse().unwrap());
    assert_eq!(answer(&law(&["cn"]).rule(&before)), Answer::Unsettled);
}

#[test]
fn the_version_in_force_on_the_day_of_the_act_judges_it() {
    let old = pack("cn");
    let mut new = pack("cn");
    new.version = String::from("2026-06-01");
    new.in_force_from = domain::day::Day::parse("2026-06-01").unwrap();
    new.rules.retain(|rule| rule.id != "CN-TIME-1");
    let law = Law::new(vec![new, old], &zone).unwrap();
    let night = |at: &str| plain(&pack("cn"), "call").at(at.parse().unwrap());
    assert_eq!(law.rule(&night("2026-05-31T15:00:00Z")).rules(), ["CN-TIME-1"]);
    assert!(is_allowed(&law, &night("2026-06-01T15:00:00Z")));
    let packs = law.packs_on(domain::day::Day::parse("2026-06-02").unwrap());
    assert_eq!(packs.iter().map(|pack| pack.version.as_str()).collect::<Vec<_>>(), ["2026-06-01"]);
}
