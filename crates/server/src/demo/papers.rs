//! Somebody whose plea of hardship was turned down states their means on their own page, this time with a payslip.

use std::io::Cursor;
use std::sync::Arc;

use domain::event::Actor;
use domain::means::{self, Category, Line, Means, Taken};
use domain::moment::Timestamp;
use domain::money::Money;
use domain::refusal::Refusal;
use image::{ImageFormat, Rgb, RgbImage};
use jiff::SignedDuration;
use store::{Asker, Command, Error, Note, QueueView, Role, Sorting, Store, Wanted};

use super::Staff;
use crate::evidence::sha256;
use crate::pages::parts::papers;
use crate::phone::Phones;

/// The story whose person it is, by the name they have in it.
const NAME: &str = "邓丽华";

/// States means yesterday evening, with a drawn payslip. Done again, it changes nothing.
pub(super) fn hand_in(store: &Arc<Store>, staff: &Staff, phones: &Phones, now: Timestamp) -> Result<(), Error> {
    let book = store.book();
    let yesterday = book.day_of(now).plus_days(-1);
    let wanted = Wanted {
        view: QueueView::All,
        search: Some(NAME.to_owned()),
        buckets: vec![],
        sorting: Sorting::MostOverdue,
        skip: 0,
        limit: 1,
        today: book.day_of(now),
    };
    let found = store.reader().queue(Asker::Staff(staff.desk[0], Role::Desk), &wanted)?.rows;
    let Some(person) = found.first().map(|row| row.person) else { return Ok(()) };
    let slip = drawn_payslip();
    let slip = papers::sealed(&phones.vault, "payslip", sha256(&slip), "image/jpeg", &slip);
    let slip = slip.map_err(|error| Error::Broken(error.to_string()))?;
    let shown = [&slip].map(Note::reference).into();
    let line = |category, yuan: i64| Line { category, amount: Some(Money::from_minor(yuan * 100)) };
    let stated = Means {
        income: vec![line(Category::Wages, 3_900)],
        outgoings: vec![line(Category::Rent, 1_500), line(Category::Food, 1_400), line(Category::Health, 400)],
        household: 2,
        ..Means::default()
    };
    let command = Command {
        person,
        actor: Actor::Consumer(person),
        key: String::from("demo-payslip"),
        body_hash: [0; 32],
        intent: "demo",
        recorded_at: book.start_of(yesterday) + SignedDuration::from_mins(20 * 60 + 15),
        night: None,
        notes: vec![slip],
        decide: Box::new(move |_| {
            means::state(stated, Some(Taken::Portal), shown, yesterday).map_err(|_| Refusal::by("MEANS-UNLIKELY"))
        }),
    };
    store.run(command).map(drop)
}

/// A sheet with a heading and rows on it, of nobody's wages.
fn drawn_payslip() -> Vec<u8> {
    let picture = RgbImage::from_fn(420, 300, |x, y| match (x, y) {
        (30..=200, 28..=44) => Rgb([52, 70, 110]),
        (30..=389, 70..=269) if (y - 70) % 40 < 2 || (x - 30) % 120 < 2 => Rgb([150, 156, 168]),
        (45..=110, 70..=269) if (84..=94).contains(&((y - 70) % 40 + 70)) => Rgb([96, 102, 116]),
        (285..=340, 70..=269) if (84..=94).contains(&((y - 70) % 40 + 70)) => Rgb([96, 102, 116]),
        _ => Rgb([250, 250, 246]),
    });
    let mut out = Cursor::new(vec![]);
    // Writing to memory fails only where there is none.
    picture.write_to(&mut out, ImageFormat::Jpeg).unwrap_or_default();
    out.into_inner()
}
