//! Log lines without personal data or secrets, whatever was put into them. Our own sentences are English and their numbers
//! short, so that what is left out is easy to tell: Han characters, which are names, addresses or words; long numbers, which
//! are phones, resident ids and bank cards; mail addresses; and long strings of letters and digits, which are tokens.

use std::io::{self, Write};

use tracing_subscriber::fmt::MakeWriter;

/// Standard error, with every line redacted.
pub(crate) struct Redacted;

impl<'a> MakeWriter<'a> for Redacted {
    type Writer = Redacted;

    fn make_writer(&'a self) -> Redacted {
        Redacted
    }
}

impl Write for Redacted {
    // A line comes whole: the formatter writes each event by one call.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        io::stderr().write_all(redact(&String::from_utf8_lossy(line)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// What stands in the place of what is left out.
const LEFT_OUT: &str = "•••";

/// A line with what nobody may read in a log left out.
pub(crate) fn redact(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let kind = kind(first);
        let length = rest.find(|c| self::kind(c) != kind).unwrap_or(rest.len());
        let (run, after) = rest.split_at(length);
        out.push_str(if is_private(kind, run) { LEFT_OUT } else { run });
        rest = after;
    }
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Han,
    Other,
}

fn kind(c: char) -> Kind {
    match c {
        // What tokens, numbers and mail addresses are made of, with what people put between the digits of a phone.
        'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '-' | '@' | '+' | '.' => Kind::Word,
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}' => Kind::Han,
        _ => Kind::Other,
    }
}

fn is_private(kind: Kind, run: &str) -> bool {
    match kind {
        Kind::Han => true,
        Kind::Other => false,
        Kind::Word => {
            let digits = run.bytes().filter(u8::is_ascii_digit).count();
            let letters = run.bytes().filter(u8::is_ascii_alphabetic).count();
            let is_moment = run.starts_with("20")
                && run.as_bytes().get(4) == Some(&b'-')
                && run.as_bytes().get(10).is_none_or(|c| *c == b'T');
            let is_second = run.len() == 10 && run.as_bytes()[2] == b'.' && run.ends_with('Z');
            let is_phone_or_id = digits >= 7 && letters <= 1 && !is_moment && !is_second;
            let is_token = run.len() >= 32 && digits > 0 && letters > 0;
            is_phone_or_id || is_token || run.contains('@')
        }
    }
}

/// The path of a request without what could open something or point at somebody: only plain words stay.
pub(crate) fn path(path: &str) -> String {
    let is_plain = |part: &&str| part.len() <= 24 && part.bytes().all(|c| c.is_ascii_lowercase() || c == b'-' || c == b'.');
    path.split('/').map(|part| if is_plain(&part) { part } else { "…" }).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_phones_ids_cards_mail_and_tokens_are_left_out() {
        for (line, told) in [
            ("no identity for 林浩然 (欧阳娜娜)", "no identity for ••• (•••)"),
            ("phone 13812341234 is wrong", "phone ••• is wrong"),
            ("phone 138-1234-1234, +86.13812341234", "phone •••, •••"),
            ("resident id 11010119900307123X", "resident id •••"),
            ("card 6222020200112233445", "card •••"),
            ("from a.person@example.com", "from •••"),
            ("/in/3q2-7wAAAABBBBccccDDDDeeee1111FFFFgggg2222h", "/in/•••"),
            ("地址 上海市静安区1号", "••• •••1•••"),
        ] {
            assert_eq!(redact(line), told);
        }
    }

    #[test]
    fn what_a_log_is_read_for_stays() {
        for line in [
            "2026-11-26T15:03:34.123456Z  INFO request{id=\"k3v9q2ab\" method=GET path=\"/people/…\"}: answered status=200 us=1234",
            "the book was written by a newer Forbear; use that one",
            "COMPLAINT-STOPS CN-TIME-1 night-2026-11-25",
            "SQLite 3.51.3 listens on 127.0.0.1:8420",
        ] {
            assert_eq!(redact(line), line);
        }
    }

    #[test]
    fn a_path_is_logged_without_tokens_ids_and_names() {
        for (sent, told) in [
            ("/", "/"),
            ("/people/0000000000005/contact", "/people/…/contact"),
            ("/in/3q2-7wAAAABBBB", "/in/…"),
            ("/queue/林浩然", "/queue/…"),
            ("/assets/forbear.1a2b3c4d.css", "/assets/…"),
            ("/api/openapi.json", "/api/openapi.json"),
        ] {
            assert_eq!(path(sent), told);
        }
    }

    #[test]
    fn a_line_written_by_the_log_goes_through_the_redaction() {
        use std::sync::{Arc, Mutex};

        #[derive(Clone, Default)]
        struct Kept(Arc<Mutex<Vec<u8>>>);
        impl Write for Kept {
            fn write(&mut self, line: &[u8]) -> io::Result<usize> {
                self.0.lock().unwrap().extend(redact(&String::from_utf8_lossy(line)).as_bytes());
                Ok(line.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let kept = Kept::default();
        let writer = kept.clone();
        // A time may hold any digits.
        let subscriber = tracing_subscriber::fmt().without_time().with_ansi(false).with_writer(move || writer.clone()).finish();
        tracing::subscriber::with_default(subscriber, || {
            let span = tracing::info_span!("request", path = path("/in/secret9"));
            span.in_scope(|| tracing::error!(name = "林浩然", phone = "13812341234", "nobody at 上海市静安区"));
        });
        let told = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        assert!(told.contains("nobody at •••") && told.contains("/in/…"), "{told}");
        for private in ["林", "138", "上海", "secret9"] {
            assert!(!told.contains(private), "{private} stands in {told}");
        }
    }
}
