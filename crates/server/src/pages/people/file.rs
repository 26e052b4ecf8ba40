//! The statement of means, as a part of a person's page.

use domain::means::Category;
use maud::{Markup, html};

use crate::pages::parts::form;
use crate::texts::Reader;
use crate::web::Answers;

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
