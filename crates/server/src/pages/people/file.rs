//! The statement of means, as a part of a person's page.

use domain::means::{Form, Side};
use maud::{Markup, html};

use crate::pages::parts::form;
use crate::pages::parts::rule;
use crate::texts::Reader;
use crate::web::Answers;

/// Income and outgoings, each of which may be left empty for "I do not know".
pub(super) fn means_form(reader: &Reader, form: &Form, answers: &Answers, action: &str, key: &str) -> Markup {
    html! {
        form.stack method="post" action=(action) {
            input type="hidden" name="key" value={ "means-" (key) };
            p.dim { (reader.text("means-hint")) }
            @for side in [Side::Income, Side::Fixed, Side::Flexible] {
                fieldset {
                    legend { (reader.text(side_key(side))) }
                    @for line in form.of(side) {
                        (form::money_said(reader, answers, line.category.name(), rule::said(reader, &line.says).to_owned()).optional().render())
                    }
                }
            }
            (form::money(reader, answers, "other_debts", "means-other-debts").optional().render())
            (form::text(reader, answers, "household", "means-household").digits().render())
            button { (reader.text("act-save")) }
        }
    }
}

/// The text of a side of the form.
pub(crate) const fn side_key(side: Side) -> &'static str {
    match side {
        Side::Income => "means-side-income",
        Side::Fixed => "means-side-fixed",
        Side::Flexible => "means-side-flexible",
    }
}
