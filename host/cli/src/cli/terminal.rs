//! Escapes untrusted text for terminals and logs.
//!
//! A spell, a model or a file name can hold escape sequences that move the cursor, set the clipboard or answer to a
//! terminal's questions, and format characters that hide text or turn it around.

use std::fmt::Write as _;
use std::io::{self, BufRead, IsTerminal, Read, Write};

use llmspell_wasm::invisible;
use serde_json::Value;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Escapes a stream of bytes on its way to a terminal. Keeps a character that was cut by the end of a write.
#[derive(Debug, Default)]
pub struct Escaper {
    cut: Vec<u8>,
}

impl Escaper {
    /// What to show for these bytes.
    pub fn push(&mut self, bytes: &[u8]) -> String {
        let joined = [std::mem::take(&mut self.cut).as_slice(), bytes].concat();
        let mut shown = String::with_capacity(joined.len());
        let mut rest = joined.as_slice();
        while !rest.is_empty() {
            let (good, bad, complete) = match std::str::from_utf8(rest) {
                Ok(_) => (rest.len(), 0, true),
                Err(error) => (error.valid_up_to(), error.error_len().unwrap_or(0), error.error_len().is_some()),
            };
            let (text, after) = rest.split_at(good);
            for sign in String::from_utf8_lossy(text).chars() {
                match sign {
                    '\n' | '\t' => shown.push(sign),
                    _ => escape(sign, &mut shown),
                }
            }
            if !complete {
                self.cut = after.to_vec();
                break;
            }
            let (wrong, after) = after.split_at(bad);
            show_bytes(wrong, &mut shown);
            rest = after;
        }
        shown
    }

    /// What to show for a character that never came to its end.
    pub fn finish(&mut self) -> String {
        let mut shown = String::new();
        show_bytes(&std::mem::take(&mut self.cut), &mut shown);
        shown
    }
}

fn show_bytes(bytes: &[u8], shown: &mut String) {
    for byte in bytes {
        let _ = write!(shown, "\\x{byte:02x}");
    }
}

/// One line, whatever the text holds: no text can forge a second line of a log.
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    text.chars().for_each(|sign| escape(sign, &mut line));
    line
}

/// JSON in which nothing is invisible: the same value, as `\u` is part of JSON.
pub fn plain_json(json: &str) -> String {
    let mut plain = String::with_capacity(json.len());
    for sign in json.chars() {
        // Line breaks are layout: within its strings JSON has them escaped already.
        if sign != '\n' && hides(sign) {
            for unit in sign.encode_utf16(&mut [0; 2]) {
                let _ = write!(plain, "\\u{unit:04x}");
            }
        } else {
            plain.push(sign);
        }
    }
    plain
}

/// JSON for people: indented, and nothing in it invisible.
pub fn pretty(value: &Value) -> String {
    plain_json(&format!("{value:#}"))
}

/// One line on standard error. Where that is closed, the line is lost.
pub fn tell(text: &str) {
    let _ = writeln!(io::stderr(), "{}", one_line(text));
}

/// An answer that somebody types, without what is around it; `None` where nobody can be asked, or nothing was typed.
pub fn ask(question: &str) -> Option<String> {
    let (input, mut to) = (io::stdin(), io::stderr());
    if !input.is_terminal() || !to.is_terminal() {
        return None;
    }
    write!(to, "{}", one_line(question)).and_then(|()| to.flush()).ok()?;
    let mut answer = String::new();
    let read = input.lock().take(MOST_ANSWER).read_line(&mut answer).ok()?;
    Some(answer.trim()).filter(|answer| read > 0 && !answer.is_empty()).map(Into::into)
}

/// A longer answer is none: bytes.
const MOST_ANSWER: u64 = 64 << 10;

/// The host's own text, which may hold untrusted names, on standard output. A closed pipe is no error.
pub fn print(text: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    let escaped = output.is_terminal().then(|| Escaper::default().push(text.as_bytes()));
    let written = output.write_all(escaped.as_deref().unwrap_or(text).as_bytes()).and_then(|()| output.flush());
    written.or_else(|error| if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) })
}

fn escape(sign: char, shown: &mut String) {
    match sign {
        '\n' | '\r' | '\t' => shown.extend(sign.escape_default()),
        _ if hides(sign) => {
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(sign));
        }
        _ => shown.push(sign),
    }
}

/// The joiners are left alone: Persian, Hindi and emoji can't be written without them, and they move nothing.
fn hides(sign: char) -> bool {
    invisible(sign) && !matches!(sign, '\u{200c}' | '\u{200d}')
}

/// How many columns of a terminal a text takes.
pub fn columns(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// The beginning of a text, in so many columns.
pub fn cut_to(text: &str, most: usize) -> String {
    if columns(text) <= most {
        return text.to_owned();
    }
    let (mut cut, mut taken) = (String::new(), 0);
    for sign in text.chars() {
        taken += UnicodeWidthChar::width(sign).unwrap_or(0);
        if taken >= most {
            break;
        }
        cut.push(sign);
    }
    if most > 0 {
        cut.push('…');
    }
    cut
}

/// Whether lines on this stream can be taken back.
pub fn moves(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("TERM").is_some_and(|term| term != "dumb" && !term.is_empty())
}

/// Whether to use colour on this stream: see <https://no-color.org>.
pub fn colour(stream: &impl IsTerminal) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    stream.is_terminal() && !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(writes: &[&[u8]]) -> String {
        let mut escaper = Escaper::default();
        let mut shown: String = writes.iter().map(|bytes| escaper.push(bytes)).collect();
        shown.push_str(&escaper.finish());
        shown
    }

    #[test]
    fn control_sequences_are_spelt_out() {
        assert_eq!(shown(&[b"\x1b]52;c;aGk=\x07\r\x08\x7f"]), "\\u{1b}]52;c;aGk=\\u{7}\\r\\u{8}\\u{7f}");
        assert_eq!(shown(&["\u{9b}2J\u{85}".as_bytes()]), "\\u{9b}2J\\u{85}");
        assert_eq!(
            shown(&["a\u{202e}b\u{2066}c\u{200b}d\u{e0041}".as_bytes()]),
            "a\\u{202e}b\\u{2066}c\\u{200b}d\\u{e0041}"
        );
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        for text in ["a\tb\nc\\n", "é 漢字 🎉", "می\u{200c}خواهم", "👩\u{200d}👧"] {
            assert_eq!(shown(&[text.as_bytes()]), text);
        }
    }

    #[test]
    fn a_character_may_be_split_at_every_byte() {
        let text = "é漢🎉\u{9b}x";
        let single: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        assert_eq!(shown(&single), "é漢🎉\\u{9b}x");
    }

    #[test]
    fn what_is_no_utf8_is_shown_as_bytes() {
        assert_eq!(shown(&[b"a\xffb\x9b2J"]), "a\\xffb\\x9b2J");
        assert_eq!(shown(&[b"\xe2\x82", b"A"]), "\\xe2\\x82A");
        assert_eq!(shown(&[b"end\xf0\x9f"]), "end\\xf0\\x9f");
    }

    #[test]
    fn a_line_stays_one_line() {
        assert_eq!(one_line("a\nerror: b\r\u{2028}\u{1b}[2K"), "a\\nerror: b\\r\\u{2028}\\u{1b}[2K");
    }

    #[test]
    fn json_without_invisible_characters_is_the_same_value() {
        let value = serde_json::json!({ "\u{202e}key": ["\u{9b}", "\u{e0041}", "é\n\u{1b}"] });
        let text = pretty(&value);
        assert!(!text.chars().any(|sign| sign != '\n' && hides(sign)), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
