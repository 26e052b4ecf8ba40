//! The file audit and the statement of means, as parts of a person's page.

use domain::file::{Subject, Verdict};
use domain::means::Category;
use domain::person::Person;
use maud::{Markup, html};

use crate::pages::parts::form;
use crate::pages::parts::lists::{Tone, chip};
use crate::texts::{Reader, value};
use crate::web::Answers;

/// The last audit with each check, how to mend what is missing, and what can be done next.
pub(super) fn checks(reader: &Reader, person: &Person, key: &str, may_act: bool) -> Markup {
    let is_ready = person.audit.as_ref().is_some_and(|audit| audit.is_complete() && !audit.is_void);
    html! {
        @if person.open_case().is_some() {
            section.card #audit {
                h2 { (reader.text("audit-title")) }
                @match &person.audit {
                    None => { p { (reader.text("audit-none")) } }
                    Some(audit) => {
                        p { (reader.fill("audit-as-of", [("day", value(reader.day(audit.as_of)))]))
                            @if audit.is_void { " " (chip(Tone::Warn, &reader.text("audit-void"))) } }
                        ul.checks { @for check in &audit.checks { li {
                            (verdict(reader, check.verdict)) " " (reader.text(subject_key(check.subject)))
                            @if check.verdict != Verdict::Passed { div.dim { (reader.text(mend_key(check.subject))) } }
                        } } }
                    }
                }
                @if may_act { form.actions method="post" action={ "/people/" (person.id) "/audit" } {
                    input type="hidden" name="key" value={ "audit-" (key) };
                    button { (reader.text("audit-do")) }
                } }
                @if may_act && is_ready && person.open_visit().is_none() {
                    form.actions method="post" action={ "/people/" (person.id) "/visit" } {
                        input type="hidden" name="key" value={ "visit-" (key) };
                        button.primary { (reader.text("audit-propose")) }
                    }
                }
                @if let Some(visit) = person.open_visit() {
                    p { (reader.text("audit-visit-open")) " "
                        @match visit.agreed {
                            Some(slot) => { (reader.long_moment(slot.from)) }
                            None => { (reader.text("audit-visit-waiting")) }
                        }
                    }
                }
            }
        }
    }
}

fn verdict(reader: &Reader, verdict: Verdict) -> Markup {
    match verdict {
        Verdict::Passed => chip(Tone::Good, &reader.text("audit-passed")),
        Verdict::Failed => chip(Tone::Stop, &reader.text("audit-failed")),
        Verdict::Missing => chip(Tone::Warn, &reader.text("audit-missing")),
    }
}

/// Income and outgoings, each of which may be left empty for "I do not know".
pub(super) fn means_form(reader: &Reader, answers: &Answers, action: &str, key: &str) -> Markup {
    html! {
        form.stack method="post" action=(action) {
            input type="hidden" name="key" value={ "means-" (key) };
            p.dim { (reader.text("means-hint")) }
            @for category in Category::INCOME.into_iter().chain(Category::OUTGOINGS) {
                (form::money(reader, answers, category_name(category), category_key(category)).optional().render())
            }
            (form::money(reader, answers, "other_debts", "means-other-debts").optional().render())
            (form::text(reader, answers, "household", "means-household").digits().render())
            button { (reader.text("act-save")) }
        }
    }
}

/// The name of a category in forms.
pub(crate) const fn category_name(category: Category) -> &'static str {
    match category {
        Category::Wages => "wages",
        Category::Pension => "pension",
        Category::Benefits => "benefits",
        Category::OtherIncome => "other_income",
        Category::Rent => "rent",
        Category::Food => "food",
        Category::Utilities => "utilities",
        Category::Transport => "transport",
        Category::Health => "health",
        Category::School => "school",
        Category::Care => "care",
        Category::Other => "other",
    }
}

/// The text of a category.
pub(crate) const fn category_key(category: Category) -> &'static str {
    match category {
        Category::Wages => "means-wages",
        Category::Pension => "means-pension",
        Category::Benefits => "means-benefits",
        Category::OtherIncome => "means-other-income",
        Category::Rent => "means-rent",
        Category::Food => "means-food",
        Category::Utilities => "means-utilities",
        Category::Transport => "means-transport",
        Category::Health => "means-health",
        Category::School => "means-school",
        Category::Care => "means-care",
        Category::Other => "means-other",
    }
}

const fn subject_key(subject: Subject) -> &'static str {
    match subject {
        Subject::Identity => "check-identity",
        Subject::Phone => "check-phone",
        Subject::Amount => "check-amount",
        Subject::DaysPastDue => "check-days",
        Subject::Address => "check-address",
        Subject::Dispute => "check-dispute",
        Subject::Complaint => "check-complaint",
        Subject::Hardship => "check-hardship",
        Subject::Promise => "check-promise",
        Subject::Limitation => "check-limitation",
        Subject::LighterChannel => "check-lighter",
    }
}

const fn mend_key(subject: Subject) -> &'static str {
    match subject {
        Subject::Identity => "mend-identity",
        Subject::Phone => "mend-phone",
        Subject::Amount => "mend-amount",
        Subject::DaysPastDue => "mend-days",
        Subject::Address => "mend-address",
        Subject::Dispute | Subject::Complaint | Subject::Hardship => "mend-answer",
        Subject::Promise => "mend-promise",
        Subject::Limitation => "mend-limitation",
        Subject::LighterChannel => "mend-lighter",
    }
}
