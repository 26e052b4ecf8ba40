//! Questions, one a page. The answers so far travel in the form itself: no draft is kept anywhere, and no words that
//! somebody wrote stand in an address.

use maud::{Markup, html};

use super::{form, papers};
use crate::texts::{Reader, value};
use crate::web::Answers;

/// One question.
pub(crate) struct Step {
    /// Its name, in the form.
    pub(crate) name: &'static str,
    /// The fields it asks for.
    pub(crate) fields: &'static [&'static str],
    /// Says what is wrong with them.
    pub(crate) check: fn(&mut Answers),
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// This question, by its place.
    Ask(usize),
    /// All answers once more, before they are sent.
    Check,
    /// They were checked and are complete.
    Send,
}

/// The step that stands for the answers as a whole.
const CHECK: &str = "check";

/// What comes after these answers. A question that was answered wrongly is asked again, with the fault named.
pub(crate) fn turn(steps: &[Step], answers: &mut Answers) -> Turn {
    let place = |name: &str| steps.iter().position(|step| step.name == name);
    if let Some(wanted) = place(answers.get("to")) {
        return Turn::Ask(wanted);
    }
    let is_last = answers.has("at", CHECK);
    let Some(at) = place(answers.get("at")).or(is_last.then_some(0)) else { return Turn::Ask(0) };
    for (place, step) in steps.iter().enumerate() {
        let is_answered = place == at || is_last || answers.has("done", step.name);
        if !is_answered {
            return Turn::Ask(place);
        }
        (step.check)(answers);
        if !answers.faults().is_empty() {
            return Turn::Ask(place);
        }
    }
    if is_last { Turn::Send } else { Turn::Check }
}

/// The page of one question, as a form that goes to `action`; `labels` are of those fields that can be wrong in the same way.
pub(crate) fn ask(
    reader: &Reader,
    action: &str,
    steps: &[Step],
    at: usize,
    answers: &Answers,
    labels: &form::Labels,
    question: Markup,
) -> Markup {
    let step = &steps[at];
    html! {
        form method="post" action=(action) novalidate {
            (carried(answers, step.fields, Some(step.name)))
            p.dim { (reader.fill("wizard-place", [("at", value((at + 1).to_string())), ("of", value(steps.len().to_string()))])) }
            (form::summary_naming(reader, answers, labels))
            (question)
            div.actions {
                button.primary name="at" value=(step.name) { (reader.text("wizard-continue")) }
                @if at > 0 { button.link name="to" value=(steps[at - 1].name) { (reader.text("wizard-back")) } }
            }
        }
    }
}

/// All answers before they are sent: question, answer, and a way to change each. `send` names the act. With `papers` there is a
/// place to hand some in; they travel only when all is sent, and whoever goes back to change an answer chooses them again.
pub(crate) fn check(
    reader: &Reader,
    action: &str,
    steps: &[Step],
    answers: &Answers,
    given: &[(String, String)],
    send: &str,
    papers: Option<Markup>,
) -> Markup {
    let with_files = papers.is_some().then_some("multipart/form-data");
    let without = papers.is_some().then_some("application/x-www-form-urlencoded");
    html! {
        form method="post" action=(action) enctype=[with_files] {
            (carried(answers, &[], None))
            (form::summary(reader, answers))
            dl.answers {
                @for ((question, answer), step) in given.iter().zip(steps) {
                    div {
                        dt { (question) }
                        dd { (answer) }
                        dd { button.link name="to" value=(step.name) formenctype=[without] { (reader.text("change")) span.unseen { " " (question) } } }
                    }
                }
            }
            @if let Some(papers) = papers { (papers) }
            div.actions { button.primary name="at" value=(CHECK) { (send) } }
        }
    }
}

/// Everything answered so far but `but`, as hidden fields, and the steps that are done.
fn carried(answers: &Answers, but: &[&str], done: Option<&str>) -> Markup {
    let kept = answers.pairs().filter(|(name, value)| {
        !matches!(*name, "at" | "to")
            && !name.starts_with(papers::FIELD)
            && !but.contains(name)
            && (*name != "done" || Some(*value) != done)
    });
    html! {
        @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
        @if let Some(done) = done { input type="hidden" name="done" value=(done); }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [Step; 2] = [
        Step { name: "about", fields: &["about"], check: |answers| _ = answers.words("about", 10, "missing") },
        Step { name: "words", fields: &["words"], check: |answers| _ = answers.words("words", 10, "missing") },
    ];

    fn check(sent: &str, expected: Turn) {
        assert_eq!(turn(&STEPS, &mut Answers::parse(sent.as_bytes())), expected, "{sent}");
    }

    #[test]
    fn questions_come_one_after_the_other_and_are_checked_before_sending() {
        check("", Turn::Ask(0));
        check("at=about&about=visit&done=about", Turn::Ask(1));
        check("at=words&about=visit&words=hello&done=about&done=words", Turn::Check);
        check("at=check&about=visit&words=hello&done=about&done=words", Turn::Send);
    }

    #[test]
    fn a_wrong_answer_is_asked_again_and_nothing_is_sent_without_all() {
        check("at=about&about=", Turn::Ask(0));
        check("at=words&about=visit&done=about&words=far+too+long+for+this", Turn::Ask(1));
        check("at=check&words=hello", Turn::Ask(0));
        check("at=check&about=visit", Turn::Ask(1));
    }

    #[test]
    fn a_change_leads_to_its_question_and_from_there_back_to_the_check() {
        check("to=about&about=visit&words=hello&done=about&done=words", Turn::Ask(0));
        check("at=about&about=call&words=hello&done=about&done=words", Turn::Check);
    }
}
