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

/// What the fields of the statement are called, for a summary of those that were wrong.
pub(crate) fn means_labels(reader: &Reader, form: &Form) -> Vec<(String, String)> {
    let lines = form.lines.iter().map(|line| (line.category.name().to_owned(), rule::said(reader, &line.says).to_owned()));
    let beside = [("household", "means-household"), ("other_debts", "means-other-debts")];
    let debts = DEBTS.iter().zip(CreditorKind::ALL).map(|(name, kind)| (*name, debt_key(kind)));
    let asked = beside.into_iter().chain(debts).map(|(name, key)| (name.to_owned(), reader.text(key)));
    lines.chain(asked).collect()
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use store::Role;

    use crate::pages::tests::faults;
    use crate::web::testing::{CONSUMER, cookie_of, in_arrears, post, send, signed_in_consumer, site};

    /// The lines of a page's summary of what was wrong, each with the field it leads to.
    fn summary(html: &str) -> Vec<(String, String)> {
        let summary = html.split("<div class=\"summary\"").nth(1).unwrap_or("").split("</div>").next().unwrap_or("");
        let lines = summary.split("<a href=\"#").skip(1).filter_map(|line| line.split("</a>").next()?.split_once("\">"));
        lines.map(|(field, says)| (field.to_owned(), says.to_owned())).collect()
    }

    #[tokio::test]
    async fn each_line_of_what_was_wrong_with_a_statement_of_means_names_its_field() {
        let site = site();
        in_arrears(&site).await;
        let (desk, mine) = (cookie_of(&site, Role::Desk), signed_in_consumer(&site, CONSUMER));
        let sent = "wages=much&rent=much&household=x&debt_home=much";
        for lang in ["zh-Hans", "zh-Hant", "en"] {
            let pages = [
                (format!("/people/{CONSUMER}/means?lang={lang}"), &desk, format!("key=1&{sent}")),
                (format!("/me/plan?lang={lang}"), &mine, "at=income&wages=much".to_owned()),
            ];
            for (path, cookie, form) in pages {
                let page = send(&site, post(&path, &[("cookie", cookie)], &form)).await;
                let lines = summary(&page.body);
                assert_eq!(faults(&page.body), [""; 0], "{path}");
                assert!(!lines.is_empty() && !page.body.contains('⟨'), "{path}: {}", page.body);
                let said: BTreeSet<&String> = lines.iter().map(|(_, says)| says).collect();
                assert_eq!(said.len(), lines.len(), "no line stands twice: {lines:?}");
                for (field, says) in &lines {
                    assert!(says.contains(['：', ':']), "{path}: {says}");
                    assert!(page.body.contains(&format!("id=\"{field}\"")), "{path} leads nowhere: {field}");
                }
            }
        }
    }
}
