//! The statement of means, as a part of a person's page.

use domain::means::{CreditorKind, Form, Side};
use maud::{Markup, html};

use crate::pages::parts::form;
use crate::pages::parts::papers;
use crate::pages::parts::rule;
use crate::texts::Reader;
use crate::web::Answers;

/// Income and outgoings, each of which may be left empty for "I do not know".
pub(super) fn means_form(reader: &Reader, form: &Form, answers: &Answers, action: &str, key: &str) -> Markup {
    html! {
        form.stack method="post" action=(action) enctype="multipart/form-data" {
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
            (debts(reader, answers))
            (form::text(reader, answers, "household", "means-household").digits().render())
            (papers::question(reader, answers, "evidence-voluntary"))
            button { (reader.text("act-save")) }
        }
    }
}

/// Other creditors by sort: what is paid a month to those that come first, what is owed in all to those that share.
pub(crate) fn debts(reader: &Reader, answers: &Answers) -> Markup {
    let is_open = DEBTS.iter().any(|name| !answers.get(name).is_empty());
    html! {
        details open[is_open] {
            summary { (reader.text("means-debts")) }
            p.hint { (reader.text("means-debts-hint")) }
            @for (name, kind) in DEBTS.iter().zip(CreditorKind::ALL) {
                (form::money(reader, answers, name, debt_key(kind)).optional().render())
            }
        }
    }
}

/// What is asked beside income and outgoings: how many live there, what other debts cost, and the fields of [`debts`].
pub(crate) const BESIDE: [&str; 8] =
    ["household", "other_debts", "debt_home", "debt_utility", "debt_state", "debt_maintenance", "debt_credit", "debt_private"];

/// The fields of [`debts`], in the order of [`CreditorKind::ALL`].
pub(crate) const DEBTS: &[&str] = BESIDE.split_at(2).1;

/// What is asked of a sort of creditor.
pub(crate) const fn debt_key(kind: CreditorKind) -> &'static str {
    match kind {
        CreditorKind::Home => "means-debt-home",
        CreditorKind::Utility => "means-debt-utility",
        CreditorKind::State => "means-debt-state",
        CreditorKind::Maintenance => "means-debt-maintenance",
        CreditorKind::Credit => "means-debt-credit",
        CreditorKind::Private => "means-debt-private",
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
