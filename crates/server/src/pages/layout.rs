//! The three shells that every page stands in: the desk (wide, five entries at most), the portal (narrow, one thing at a
//! time, no menu) and the field (a phone at a door).

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::texts::{Lang, Reader, value};
use crate::web::page::{Nights, Theme};
use crate::web::{Page, Role, Viewer, assets};

/// One page in a menu: its path and the key of its text.
type Place = (&'static str, &'static str);

/// One entry of the menu, with the pages that stand beside it under the same entry. More than five entries nobody reads:
/// a new page goes beside the entry it belongs to.
struct Entry {
    place: Place,
    beside: &'static [Place],
}

const fn entry(place: Place, beside: &'static [Place]) -> Entry {
    Entry { place, beside }
}

const OVERVIEW: Place = ("/overview", "nav-overview");
const QUEUE: Place = ("/queue", "nav-queue");
const VISITS: Place = ("/visits", "nav-visits");
const ALARMS: Place = ("/alarms", "alarms-title");
const COMPLAINTS: Place = ("/complaints", "nav-complaints");
const ALERTS: Place = ("/alerts", "nav-alerts");
const REFUSALS: Place = ("/refusals", "nav-refusals");
const LAW: Place = ("/law", "nav-law");
const CREDIT: Place = ("/credit", "nav-credit");
const TODAY: Place = ("/today", "nav-today");
const RUNS: Place = ("/runs", "nav-runs");
const PAYMENTS: Place = ("/payments", "payments-title");
const OUTBOX: Place = ("/outbox", "outbox-title");
const STAFF: Place = ("/staff", "nav-staff");
const APPROVALS: Place = ("/approvals", "approvals-title");

/// The menu of a role: five entries at most.
fn menu(role: Role) -> &'static [Entry] {
    const MANAGER: &[Entry] = &[
        entry(OVERVIEW, &[REFUSALS, RUNS, STAFF]),
        entry(QUEUE, &[APPROVALS, OUTBOX, PAYMENTS, CREDIT]),
        entry(VISITS, &[ALARMS]),
        entry(COMPLAINTS, &[ALERTS]),
        entry(LAW, &[]),
    ];
    const DESK: &[Entry] =
        &[entry(QUEUE, &[APPROVALS, OUTBOX, PAYMENTS]), entry(VISITS, &[ALARMS]), entry(CREDIT, &[]), entry(LAW, &[])];
    const FIELD: &[Entry] = &[entry(TODAY, &[])];
    const COMPLIANCE: &[Entry] = &[
        entry(COMPLAINTS, &[ALERTS, ALARMS]),
        entry(OVERVIEW, &[REFUSALS]),
        entry(QUEUE, &[APPROVALS, OUTBOX]),
        entry(LAW, &[]),
    ];
    const LENDER: &[Entry] = &[entry(CREDIT, &[]), entry(QUEUE, &[]), entry(LAW, &[])];
    const DATA: &[Entry] = &[entry(RUNS, &[]), entry(STAFF, &[]), entry(LAW, &[])];
    const AUDITOR: &[Entry] =
        &[entry(OVERVIEW, &[REFUSALS]), entry(QUEUE, &[]), entry(VISITS, &[]), entry(RUNS, &[]), entry(LAW, &[])];
    match role {
        Role::Manager => MANAGER,
        Role::Desk => DESK,
        Role::Field => FIELD,
        Role::Compliance => COMPLIANCE,
        Role::Credit => LENDER,
        Role::Data => DATA,
        Role::Auditor => AUDITOR,
    }
}

/// A page at the desk. `here` is its path in the menu, or that of the page it was reached from.
pub(crate) fn desk(page: &Page, title: &str, here: &str, body: Markup) -> Markup {
    let reader = &page.reader;
    document(
        page,
        title,
        "desk",
        html! {
            header.bar {
                a.brand href="/" { img src=(assets::mark()) alt="" width="20" height="20"; (reader.text("product")) }
                @if let Some(Viewer::Staff { role, .. }) = &page.viewer {
                    nav aria-label=(reader.text("nav-main")) {
                        @for entry in menu(*role) {
                            a href=(entry.place.0) aria-current=[current(entry, here)] { (reader.text(entry.place.1)) }
                        }
                    }
                    @if !matches!(role, Role::Field | Role::Data | Role::Auditor) { (search(page)) }
                }
                (account_menu(page))
            }
            (beside(page, here))
            main #main tabindex="-1" { (nights(page)) (body) }
            (foot(page, true))
        },
    )
}

/// Says on pages of figures and work that nights are missing, because what they show is then old or empty.
fn nights(page: &Page) -> Markup {
    let path = page.uri.path();
    let is_of_work =
        matches!(path, "/overview" | "/queue" | "/runs") || path.strip_prefix("/people/").is_some_and(|it| !it.contains('/'));
    let is_of_work = is_of_work && page.viewer.is_some() && page.made == 100;
    let says = match page.nights {
        Nights::Never => Some(page.reader.text("nights-never")),
        Nights::MissingSince(last) => Some(page.reader.fill("nights-missing", [("day", value(page.reader.day(last)))])),
        Nights::Ended => None,
    };
    html! { @if let Some(says) = says.filter(|_| is_of_work) { p.notice { (says) } } }
}

/// Marks the entry under which we are: the very page, or one beside it.
fn current(entry: &Entry, here: &str) -> Option<&'static str> {
    if entry.place.0 == here { Some("page") } else { entry.beside.iter().any(|(path, _)| *path == here).then_some("true") }
}

/// The pages beside this one, where there are some.
fn beside(page: &Page, here: &str) -> Markup {
    let role = match &page.viewer {
        Some(Viewer::Staff { role, .. }) => Some(*role),
        _ => None,
    };
    let entry = role.and_then(|role| menu(role).iter().find(|entry| !entry.beside.is_empty() && current(entry, here).is_some()));
    html! {
        @if let Some(entry) = entry {
            nav.beside aria-label=(page.reader.text("nav-beside")) {
                @for (path, key) in std::iter::once(&entry.place).chain(entry.beside) {
                    a href=(path) aria-current=[(*path == here).then_some("page")] { (page.reader.text(key)) }
                }
            }
        }
    }
}

/// A page of the consumer's: 640 px wide, calm.
pub(crate) fn portal(page: &Page, title: &str, body: Markup) -> Markup {
    document(
        page,
        title,
        "portal",
        html! {
            header.bar {
                a.brand href="/me" { img src=(assets::mark()) alt="" width="20" height="20"; (page.reader.text("portal-name")) }
                (languages(page))
            }
            main #main tabindex="-1" { (body) }
            (foot(page, false))
        },
    )
}

/// A page on a collector's phone. `back` is where its back link leads.
pub(crate) fn field(page: &Page, title: &str, back: Option<&str>, body: Markup) -> Markup {
    document(
        page,
        title,
        "field",
        html! {
            header.bar {
                @match back {
                    Some(back) => { a.back href=(back) { (page.reader.text("back")) } }
                    None => { a.brand href="/today" { img src=(assets::mark()) alt="" width="20" height="20"; (page.reader.text("product")) } }
                }
                (account_menu(page))
            }
            main #main tabindex="-1" { (body) }
            (foot(page, false))
        },
    )
}

fn document(page: &Page, title: &str, shell: &str, body: Markup) -> Markup {
    let reader = &page.reader;
    html! {
        (DOCTYPE)
        html lang=(reader.lang.tag()) data-theme=(page.theme.name()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (reader.fill("page-title", [("title", value(title))])) }
                link rel="icon" href=(assets::mark()) type="image/svg+xml";
                link rel="stylesheet" href=(assets::style());
                script src=(assets::script()) defer {}
            }
            body.(shell) {
                a.skip href="#main" { (reader.text("skip")) }
                @if page.demo { (demonstration(page)) }
                (body)
                p #announcer .unseen role="status" aria-live="polite" {}
            }
        }
    }
}

/// The strip that says that nothing here is real, with the roles to look through.
fn demonstration(page: &Page) -> Markup {
    let reader = &page.reader;
    let is_now = |role: Role| matches!(&page.viewer, Some(Viewer::Staff { role: now, .. }) if *now == role);
    html! {
        aside.demo aria-label=(reader.text("demo-label")) {
            strong { "DEMO" } " "
            @if page.made < 100 {
                span #making data-poll="2" { (reader.fill("demo-making", [("percent", value(page.made.to_string()))])) }
            } @else {
                span.wide { (reader.text("demo-says")) }
                a href="/demo" { (reader.text("demo-stories")) }
                form method="post" action="/demo/day" { button title=(reader.text("demo-day-says")) { (reader.text("demo-day")) } }
            }
            form method="post" action="/sign-in/demo" {
                span #see-as { (reader.text("demo-see-as")) }
                @for role in Role::ALL {
                    button name="role" value=(role.name()) aria-pressed=(is_now(role)) aria-describedby="see-as" { (role_name(reader, role)) }
                }
                button name="role" value="consumer" aria-pressed=(matches!(page.viewer, Some(Viewer::Consumer { .. }))) aria-describedby="see-as" {
                    (reader.text("role-consumer"))
                }
            }
        }
    }
}

/// What a role is called.
pub(crate) fn role_name(reader: &Reader, role: Role) -> String {
    reader.text(match role {
        Role::Manager => "role-manager",
        Role::Desk => "role-desk",
        Role::Field => "role-field",
        Role::Compliance => "role-compliance",
        Role::Credit => "role-credit",
        Role::Data => "role-data",
        Role::Auditor => "role-auditor",
    })
}

fn search(page: &Page) -> Markup {
    let reader = &page.reader;
    html! {
        form.find role="search" action="/queue" {
            label.unseen for="find" { (reader.text("find-label")) }
            input #find name="q" type="search" placeholder=(reader.text("find-hint")) data-key="/" autocomplete="off";
            button.unseen { (reader.text("find")) }
        }
    }
}

fn account_menu(page: &Page) -> Markup {
    let reader = &page.reader;
    html! {
        details.menu {
            summary {
                @match &page.viewer {
                    Some(Viewer::Staff { name, role, .. }) => {
                        span { (name) } " " span.dim.wide { (role_name(reader, *role)) }
                    }
                    Some(Viewer::Consumer { .. }) | None => { (reader.text("menu")) }
                }
            }
            div {
                (languages(page))
                (themes(page))
                @if page.viewer.is_some() {
                    form method="post" action="/sign-out" { button.link { (reader.text("sign-out")) } }
                }
            }
        }
    }
}

fn languages(page: &Page) -> Markup {
    html! {
        nav.choices aria-label=(page.reader.text("language")) {
            @for lang in Lang::ALL {
                a href=(page.with_query("lang", lang.tag())) lang=(lang.tag()) hreflang=(lang.tag())
                    aria-current=[(lang == page.reader.lang).then_some("true")] { (lang.own_name()) }
            }
        }
    }
}

fn themes(page: &Page) -> Markup {
    let reader = &page.reader;
    html! {
        nav.choices aria-label=(reader.text("theme")) {
            @for theme in Theme::ALL {
                a href=(page.with_query("theme", theme.name())) aria-current=[(theme == page.theme).then_some("true")] {
                    (reader.text(match theme {
                        Theme::Device => "theme-device",
                        Theme::Light => "theme-light",
                        Theme::Dark => "theme-dark",
                    }))
                }
            }
        }
    }
}

fn foot(page: &Page, with_keys: bool) -> Markup {
    let reader = &page.reader;
    html! {
        footer.foot {
            span { (reader.text("product")) " " (env!("CARGO_PKG_VERSION")) }
            @if with_keys {
                details.keys {
                    summary data-key="?" { (reader.text("keys")) }
                    dl {
                        @for (keys, key) in KEYS {
                            div { dt { (PreEscaped(keys)) } dd { (reader.text(key)) } }
                        }
                    }
                }
            }
            span { (reader.fill("reference", [("id", value(page.request_id.as_str()))])) }
            // A phone may be lent or lost: who came by a link can leave again.
            @if matches!(page.viewer, Some(Viewer::Consumer { .. })) {
                form method="post" action="/sign-out" { button.link { (reader.text("sign-out")) } }
            }
        }
    }
}

/// The keys that the enhancer knows.
const KEYS: [(&str, &str); 6] = [
    ("<kbd>/</kbd> <kbd>Ctrl</kbd>+<kbd>K</kbd>", "key-search"),
    ("<kbd>j</kbd> <kbd>k</kbd>", "key-move"),
    ("<kbd>o</kbd> <kbd>Enter</kbd>", "key-open"),
    ("<kbd>[</kbd> <kbd>]</kbd>", "key-page"),
    ("<kbd>g</kbd> <kbd>q</kbd>", "key-queue"),
    ("<kbd>?</kbd>", "key-list"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_menu_has_more_than_five_entries_or_a_page_twice() {
        for role in Role::ALL {
            let entries = menu(role);
            assert!(entries.len() <= 5, "{role:?} has {} entries; put a page beside the entry it belongs to", entries.len());
            let places: Vec<&str> = entries
                .iter()
                .flat_map(|entry| std::iter::once(entry.place.0).chain(entry.beside.iter().map(|(path, _)| *path)))
                .collect();
            assert_eq!(places.iter().collect::<BTreeSet<_>>().len(), places.len(), "{role:?}: {places:?}");
            assert!(places.contains(&crate::web::session::home(role)), "{role:?} does not find the way home");
        }
    }
}
