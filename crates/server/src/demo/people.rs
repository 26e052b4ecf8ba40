//! The people of the demonstration book. They are made up: names are drawn from common ones, addresses from street names
//! that many cities have, resident numbers and telephone numbers are drawn in a form that passes the audit.

use domain::day::Day;
use domain::identity::{Address, Identity, check_character};

use super::chance::Chance;

const FAMILY_NAMES: [&str; 40] = [
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何", "林", "罗", "高", "郑",
    "梁", "谢", "宋", "唐", "许", "韩", "冯", "邓", "曹", "彭", "曾", "肖", "田", "董", "潘", "袁", "蔡", "蒋", "余",
];
const GIVEN_NAMES: [&str; 48] = [
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超", "秀兰", "霞", "平",
    "刚", "桂英", "浩然", "子轩", "梓涵", "欣怡", "雨桐", "思远", "嘉怡", "文博", "晓东", "建国", "志强", "海燕", "春梅", "立新",
    "家豪", "若曦", "一鸣", "佳琪", "晨曦", "俊杰", "美玲", "国庆", "小红", "玉兰", "振华", "慧敏",
];
const STREETS: [&str; 16] = [
    "人民路",
    "中山路",
    "解放路",
    "建设路",
    "和平路",
    "新华路",
    "青年路",
    "文化路",
    "幸福路",
    "长江路",
    "朝阳路",
    "花园路",
    "工农路",
    "胜利路",
    "育才路",
    "滨河路",
];
const ESTATES: [&str; 12] = [
    "幸福里小区",
    "阳光花园",
    "翠湖苑",
    "锦绣家园",
    "丽景新城",
    "桂花园",
    "金色家园",
    "和顺苑",
    "书香名邸",
    "东方明珠苑",
    "望江新村",
    "梧桐雅居",
];

/// Beginnings of numbers that are assigned.
const PREFIXES: [&str; 12] = ["130", "131", "135", "136", "138", "139", "150", "158", "180", "186", "188", "189"];

/// A city of the demonstration: name, division code, and the middle of it in millionths of a degree (WGS-84).
pub(super) struct City {
    pub(super) name: &'static str,
    division: u32,
    middle: (i32, i32),
}

/// The three cities.
pub(super) const CITIES: [City; 3] = [
    City { name: "合肥", division: 340_103, middle: (117_227_000, 31_821_000) },
    City { name: "武汉", division: 420_106, middle: (114_305_000, 30_593_000) },
    City { name: "成都", division: 510_112, middle: (104_066_000, 30_573_000) },
];

/// Draws somebody who is a grown-up on `today`.
pub(super) fn identity(chance: &mut Chance, city: &City, today: Day) -> Identity {
    let name = format!("{}{}", chance.pick(&FAMILY_NAMES), chance.pick(&GIVEN_NAMES));
    let born_on = today.plus_days(-chance.between(22 * 366, 63 * 365));
    let (year, month, day) = born_on.civil();
    let first = format!("{:06}{year:04}{month:02}{day:02}00{}", city.division, chance.between(0, 9));
    let resident_id = format!("{first}{}", check_character(&first));
    let phone = format!("{}0000{:04}", chance.pick(&PREFIXES), chance.between(0, 9999));
    Identity { name, resident_id: Some(resident_id), phone: Some(phone), ..Identity::default() }
}

/// Draws an address within some kilometres of the middle of `city`.
pub(super) fn address(chance: &mut Chance, city: &City) -> Address {
    let line = format!(
        "{}市{}{}号{}{}栋{}室",
        city.name,
        chance.pick(&STREETS),
        chance.between(1, 399),
        chance.pick(&ESTATES),
        chance.between(1, 28),
        chance.between(1, 18) * 100 + chance.between(1, 6)
    );
    let mut near = |middle: i32| middle + chance.between(-60_000, 60_000);
    let micro_degrees = Some((near(city.middle.0), near(city.middle.1)));
    Address { line, city: city.name.to_owned(), micro_degrees }
}

#[cfg(test)]
mod tests {
    use domain::identity::{Standing, is_mobile, read_resident_id};

    use super::*;

    #[test]
    fn everybody_has_papers_that_pass_the_audit() {
        let today = Day::parse("2026-11-23").unwrap();
        let mut chance = Chance::new(7);
        for index in 0..500 {
            let who = identity(&mut chance, &CITIES[index % 3], today);
            let id = read_resident_id(who.resident_id.as_deref().unwrap(), today).unwrap();
            assert_eq!(id.standing, Standing::InForce, "{who:?}");
            assert!(is_mobile(who.phone.as_deref().unwrap()), "{who:?}");
        }
    }
}
