//! Breaking lines. Between Chinese characters a line may break anywhere, but closing marks do not begin a line and opening
//! marks do not end one (GB/T 15834-2011, 5.1); Latin words and figures stay whole.

use crate::Script;
use crate::face::{self, Set};

/// A line of characters, each as it is set.
pub(crate) struct Line {
    pub(crate) characters: Vec<(char, Set)>,
    pub(crate) width: f32,
}

/// Breaks `text` to `width` at `size`; a newline in it breaks too.
pub(crate) fn broken(script: Script, text: &str, size: f32, width: f32) -> Vec<Line> {
    text.split('\n').flat_map(|paragraph| wrapped(script, paragraph.trim(), size, width)).collect()
}

fn wrapped(script: Script, text: &str, size: f32, width: f32) -> Vec<Line> {
    // What has no form, such as a tab or a byte order mark that somebody pasted, is a space.
    let has_no_form = |character: char| character.is_control() || matches!(character, '\u{feff}' | '\u{fffe}');
    let text = &text.replace(has_no_form, " ");
    let mut lines = vec![];
    let mut line: Vec<(char, Set)> = vec![];
    for piece in pieces(text) {
        let set: Vec<(char, Set)> = piece.chars().map(|character| (character, face::set(script, character))).collect();
        let fits = |line: &[(char, Set)], more: &[(char, Set)]| measured(line, size) + measured(trimmed(more), size) <= width;
        if !line.is_empty() && !fits(&line, &set) {
            lines.push(finished(std::mem::take(&mut line), size));
        }
        for character in set {
            // A word wider than the line breaks where it must.
            if !line.is_empty() && !fits(&line, &[character]) {
                lines.push(finished(std::mem::take(&mut line), size));
            }
            if !(line.is_empty() && character.0 == ' ') {
                line.push(character);
            }
        }
    }
    lines.push(finished(line, size));
    lines
}

/// Pieces that must not break inside.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = vec![];
    let mut start = 0;
    let mut before: Option<char> = None;
    for (at, character) in text.char_indices() {
        if before.is_some_and(|before| may_break(before, character)) {
            pieces.push(&text[start..at]);
            start = at;
        }
        before = Some(character);
    }
    pieces.push(&text[start..]);
    pieces
}

fn may_break(before: char, after: char) -> bool {
    if closes(after) || opens(before) || after == ' ' {
        return false;
    }
    before == ' ' || is_wide(before) || is_wide(after)
}

fn is_wide(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '“' | '”' | '—' | '…')
}

fn closes(character: char) -> bool {
    "，。、；：？！）」』》〉】〕”’%％‰…—·,.;:?!)]".contains(character)
}

fn opens(character: char) -> bool {
    "（「『《〈【〔“‘([¥$￥".contains(character)
}

fn trimmed(line: &[(char, Set)]) -> &[(char, Set)] {
    let end = line.iter().rposition(|(character, _)| *character != ' ').map_or(0, |at| at + 1);
    &line[..end]
}

fn finished(line: Vec<(char, Set)>, size: f32) -> Line {
    let characters = trimmed(&line).to_vec();
    Line { width: measured(&characters, size), characters }
}

/// The width of characters set one after the other.
pub(crate) fn measured(line: &[(char, Set)], size: f32) -> f32 {
    line.iter().map(|(_, set)| set.width).sum::<f32>() * size
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, width: f32, expected: &[&str]) {
        let lines = broken(Script::Simplified, text, 10.0, width);
        let found: Vec<String> =
            lines.iter().map(|line| line.characters.iter().map(|(character, _)| *character).collect()).collect();
        assert_eq!(found, expected, "{text}");
        assert!(lines.iter().all(|line| line.width <= width), "{text}");
    }

    #[test]
    fn chinese_breaks_anywhere_but_not_before_a_closing_mark() {
        check("您可以随时申请延期", 40.0, &["您可以随", "时申请延", "期"]);
        check("您可以随，时申请", 40.0, &["您可以", "随，时申", "请"]);
        check("请看（附件）第一条", 40.0, &["请看（附", "件）第一", "条"]);
        check("请看看（附件）", 40.0, &["请看看", "（附件）"]);
    }

    #[test]
    fn words_and_amounts_stay_whole() {
        check("pay by the day", 40.0, &["pay by", "the day"]);
        check("应还¥1,234.56元", 50.0, &["应还", "¥1,234.56", "元"]);
    }

    #[test]
    fn a_word_wider_than_the_line_breaks_where_it_must() {
        let lines = broken(Script::Simplified, "https://example.com/a/very/long/address", 10.0, 60.0);
        assert!(lines.len() > 2 && lines.iter().all(|line| line.width <= 60.0));
    }

    #[test]
    fn what_has_no_form_is_a_space() {
        check("一\t二\u{feff}三\u{0}", 90.0, &["一 二 三"]);
    }

    #[test]
    fn a_newline_breaks_and_an_empty_line_stays() {
        check("一\n\n二", 40.0, &["一", "", "二"]);
    }
}
