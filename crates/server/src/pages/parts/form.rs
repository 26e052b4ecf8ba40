//! Forms: the label on top, the hint below it, what is wrong below that, and a summary that leads to each field.

use maud::{Markup, html};

use crate::texts::{Reader, value};
use crate::web::Answers;

/// One field that takes text.
pub(crate) struct Field<'a> {
    reader: &'a Reader,
    answers: &'a Answers,
    name: &'a str,
    label: String,
    hint: Option<String>,
    kind: &'a str,
    inputmode: Option<&'a str>,
    autocomplete: &'a str,
    optional: bool,
    rows: Option<u32>,
    width: &'a str,
}

/// A field called `name` under the label `label` (a key).
pub(crate) fn text<'a>(reader: &'a Reader, answers: &'a Answers, name: &'a str, label: &str) -> Field<'a> {
    Field {
        reader,
        answers,
        name,
        label: reader.text(label),
        hint: None,
        kind: "text",
        inputmode: None,
        autocomplete: "off",
        optional: false,
        rows: None,
        width: "",
    }
}

/// A field for an amount of money.
pub(crate) fn money<'a>(reader: &'a Reader, answers: &'a Answers, name: &'a str, label: &str) -> Field<'a> {
    Field { inputmode: Some("decimal"), width: "short", ..text(reader, answers, name, label) }
}

/// A field for an amount of money under a label that is data rather than a text of ours.
pub(crate) fn money_said<'a>(reader: &'a Reader, answers: &'a Answers, name: &'a str, label: String) -> Field<'a> {
    Field { inputmode: Some("decimal"), width: "short", label, ..text(reader, answers, name, "amount") }
}

/// A field for a day, with the device's own calendar.
pub(crate) fn day<'a>(reader: &'a Reader, answers: &'a Answers, name: &'a str, label: &str) -> Field<'a> {
    Field { kind: "date", width: "short", ..text(reader, answers, name, label) }
}

/// A field for several lines.
pub(crate) fn words<'a>(reader: &'a Reader, answers: &'a Answers, name: &'a str, label: &str) -> Field<'a> {
    Field { rows: Some(4), ..text(reader, answers, name, label) }
}

impl<'a> Field<'a> {
    /// With a line under the label that helps to answer.
    pub(crate) fn hint(mut self, key: &str) -> Field<'a> {
        self.hint = Some(self.reader.text(key));
        self
    }

    /// May be left empty, and says so.
    pub(crate) fn optional(mut self) -> Field<'a> {
        self.optional = true;
        self
    }

    /// Of another type than text.
    pub(crate) fn kind(mut self, kind: &'a str) -> Field<'a> {
        self.kind = kind;
        self
    }

    /// With digits as the keyboard on phones.
    pub(crate) fn digits(mut self) -> Field<'a> {
        self.inputmode = Some("numeric");
        self.width = "short";
        self
    }

    /// What the browser may fill in.
    pub(crate) fn autocomplete(mut self, what: &'a str) -> Field<'a> {
        self.autocomplete = what;
        self
    }

    /// The HTML.
    pub(crate) fn render(self) -> Markup {
        let (reader, name) = (self.reader, self.name);
        let fault = self.answers.fault_of(name);
        let described = described_by(name, self.hint.is_some(), fault.is_some());
        // A password that was wrong is not sent back.
        let sent = if self.kind == "password" { "" } else { self.answers.get(name) };
        html! {
            div.question.faulty[fault.is_some()] {
                label for=(name) {
                    (self.label)
                    @if self.optional { " " span.dim { (reader.text("optional")) } }
                }
                @if let Some(hint) = &self.hint { p.hint id={ (name) "-hint" } { (hint) } }
                @if let Some(fault) = fault { p.fault id={ (name) "-fault" } { (reader.text(fault.text)) } }
                @match self.rows {
                    Some(rows) => {
                        textarea id=(name) name=(name) rows=(rows) aria-describedby=[described] aria-invalid=[fault.map(|_| "true")] { (sent) }
                    }
                    None => {
                        input.(self.width) id=(name) name=(name) type=(self.kind) value=(sent) inputmode=[self.inputmode]
                            autocomplete=(self.autocomplete) aria-describedby=[described] aria-invalid=[fault.map(|_| "true")];
                    }
                }
            }
        }
    }
}

/// A field in which several files can be chosen. A page cannot fill it in: after a fault they are chosen again.
pub(crate) fn files(reader: &Reader, answers: &Answers, name: &str, label: &str, accept: &str) -> Markup {
    let fault = answers.fault_of(name);
    html! {
        div.question.faulty[fault.is_some()] {
            label for=(name) { (reader.text(label)) }
            @if let Some(fault) = fault { p.fault id={ (name) "-fault" } { (reader.text(fault.text)) } }
            input id=(name) name=(name) type="file" multiple accept=(accept)
                aria-describedby=[described_by(name, false, fault.is_some())] aria-invalid=[fault.map(|_| "true")];
        }
    }
}

/// One choice of several: its value, what it says, and a line of help.
#[derive(Clone)]
pub(crate) struct Choice {
    /// What is sent.
    pub(crate) value: String,
    /// What is read.
    pub(crate) says: String,
    /// What it means, below.
    pub(crate) hint: Option<String>,
}

impl Choice {
    /// A choice that says `says`.
    pub(crate) fn new(value: impl Into<String>, says: impl Into<String>) -> Choice {
        Choice { value: value.into(), says: says.into(), hint: None }
    }

    /// With a line of help.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Choice {
        self.hint = Some(hint.into());
        self
    }
}

/// Radio buttons under a question (a key); the first has the field's id, so that the error summary leads to it.
pub(crate) fn radios(reader: &Reader, answers: &Answers, name: &str, question: &str, choices: &[Choice]) -> Markup {
    options(reader, answers, name, question, choices, "radio")
}

/// Tick boxes under a question (a key).
pub(crate) fn boxes(reader: &Reader, answers: &Answers, name: &str, question: &str, choices: &[Choice]) -> Markup {
    options(reader, answers, name, question, choices, "checkbox")
}

fn options(reader: &Reader, answers: &Answers, name: &str, question: &str, choices: &[Choice], kind: &str) -> Markup {
    let fault = answers.fault_of(name);
    html! {
        fieldset.question.faulty[fault.is_some()] aria-describedby=[described_by(name, false, fault.is_some())] {
            legend { (reader.text(question)) }
            @if let Some(fault) = fault { p.fault id={ (name) "-fault" } { (reader.text(fault.text)) } }
            @for (at, choice) in choices.iter().enumerate() {
                @let id = if at == 0 { name.to_owned() } else { format!("{name}-{at}") };
                div.option {
                    input id=(id) type=(kind) name=(name) value=(choice.value) checked[answers.has(name, &choice.value)]
                        aria-describedby=[choice.hint.as_ref().map(|_| format!("{id}-hint"))];
                    label for=(id) { (choice.says) }
                    @if let Some(hint) = &choice.hint { p.hint id={ (id) "-hint" } { (hint) } }
                }
            }
        }
    }
}

/// A list to choose one from.
pub(crate) fn select(reader: &Reader, answers: &Answers, name: &str, label: &str, choices: &[Choice]) -> Markup {
    let fault = answers.fault_of(name);
    html! {
        div.question.faulty[fault.is_some()] {
            label for=(name) { (reader.text(label)) }
            @if let Some(fault) = fault { p.fault id={ (name) "-fault" } { (reader.text(fault.text)) } }
            select id=(name) name=(name) aria-describedby=[described_by(name, false, fault.is_some())] {
                @for choice in choices {
                    option value=(choice.value) selected[answers.get(name) == choice.value] { (choice.says) }
                }
            }
        }
    }
}

/// What is wrong, above everything, with a link to each field. Takes the focus where scripts run.
pub(crate) fn summary(reader: &Reader, answers: &Answers) -> Markup {
    summary_naming(reader, answers, &[])
}

/// The same where several fields can be wrong in the same way: each line begins with what its field is called in `labels`, so
/// that "enter an amount" three times says which three.
pub(crate) fn summary_naming(reader: &Reader, answers: &Answers, labels: &Labels) -> Markup {
    let faults = answers.faults();
    let says = |field: &str, fault: &str| match labels.iter().find(|(name, _)| name == field) {
        Some((_, label)) => reader.fill("summary-line", [("field", value(label.as_str())), ("fault", value(reader.text(fault)))]),
        None => reader.text(fault),
    };
    html! {
        @if !faults.is_empty() {
            div.summary role="alert" tabindex="-1" data-focus {
                h2 { (reader.text("summary-title")) }
                ul { @for fault in faults { li { a href={ "#" (fault.field) } { (says(&fault.field, fault.text)) } } } }
            }
        }
    }
}

/// Names of fields, each with its label as printed.
pub(crate) type Labels = [(String, String)];

/// The title of a page whose form has faults says so first, because a screen reader reads it first.
pub(crate) fn title(reader: &Reader, answers: &Answers, title: &str) -> String {
    if answers.faults().is_empty() { title.to_owned() } else { reader.fill("title-with-fault", [("title", value(title))]) }
}

fn described_by(name: &str, hint: bool, fault: bool) -> Option<String> {
    match (hint, fault) {
        (true, true) => Some(format!("{name}-hint {name}-fault")),
        (true, false) => Some(format!("{name}-hint")),
        (false, true) => Some(format!("{name}-fault")),
        (false, false) => None,
    }
}
