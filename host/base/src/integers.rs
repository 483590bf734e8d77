//! Integers that guests can't take: beyond 64 bits with a sign. A parser takes some of them, and rounds the rest.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

/// No integer with fewer digits is too long.
const DIGITS: usize = 19;

/// The first integer of a JSON text, outside of its strings, that does not fit into 64 bits.
pub fn find_long(json: &str) -> Option<&str> {
    let mut longs = longs(json.as_bytes()).peekable();
    let mut next = longs.peek().map(|long| start(json, long))?;
    let (mut in_text, mut escaped) = (false, false);
    for (at, byte) in json.bytes().enumerate() {
        if at == next {
            let long = longs.next()?;
            if !in_text {
                return Some(long);
            }
            next = longs.peek().map(|long| start(json, long))?;
        }
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ => {}
        }
    }
    None
}

fn start(text: &str, part: &str) -> usize {
    part.as_ptr() as usize - text.as_ptr() as usize
}

/// The long integers in what arrived, wherever they stand in it: parsed, some are floats like others. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct LongIntegers(Arc<Mutex<HashSet<u64>>>);

/// So many are told from floats; where there are more, all floats of their size are taken for one.
const MOST: usize = 10_000;

impl LongIntegers {
    /// Remembers those of a text. It costs next to nothing where there are none.
    pub fn note(&self, text: &[u8]) {
        // As a parser rounds them.
        let mut rounded = longs(text).filter_map(|digits| serde_json::from_str::<f64>(digits).ok()).peekable();
        if rounded.peek().is_none() {
            return;
        }
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for float in rounded {
            if seen.len() > MOST {
                return;
            }
            seen.insert(float.to_bits());
        }
    }

    /// Remembers those of another text, too.
    pub fn add(&self, others: &LongIntegers) {
        let others = others.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(others);
    }

    /// What is wrong with a value that was parsed from such a text: an integer in it that guests can't take.
    pub fn problem(&self, value: &Value) -> Option<String> {
        find(value, &|float| self.has(float))
    }

    /// A parsed value as text, where they are integers again. Their last digits are those that rounding left.
    pub fn text_of(&self, value: &Value) -> String {
        let mut text = Vec::new();
        let written = value.serialize(&mut Serializer::with_formatter(&mut text, WithLong(self)));
        match written.map(|()| String::from_utf8(text)) {
            Ok(Ok(text)) => text,
            _ => value.to_string(),
        }
    }

    fn has(&self, float: f64) -> bool {
        float.abs() >= LEAST && {
            let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            seen.len() > MOST || seen.contains(&float.to_bits())
        }
    }
}

struct WithLong<'a>(&'a LongIntegers);

impl Formatter for WithLong<'_> {
    fn write_f64<W: ?Sized + std::io::Write>(&mut self, to: &mut W, float: f64) -> std::io::Result<()> {
        match self.0.has(float) {
            true => write!(to, "{float:.0}"),
            false => CompactFormatter.write_f64(to, float),
        }
    }
}

/// 2^63.
const LEAST: f64 = 9_223_372_036_854_775_808.0;

/// What is wrong with a parsed value, as far as it can be told: an integer from 2^63 to 2^64-1.
pub fn problem(value: &Value) -> Option<String> {
    find(value, &|_| false)
}

fn find(value: &Value, is_long: &dyn Fn(f64) -> bool) -> Option<String> {
    match value {
        Value::Number(number) if number.is_i64() => None,
        Value::Number(number) if number.is_u64() => Some(too_long(&number.to_string())),
        Value::Number(number) => {
            number.as_f64().filter(|float| is_long(*float)).map(|float| too_long(&format!("of about {float:e}")))
        }
        Value::Array(items) => items.iter().find_map(|item| find(item, is_long)),
        Value::Object(map) => map.values().find_map(|item| find(item, is_long)),
        _ => None,
    }
}

/// What is said of one.
pub fn too_long(digits: &str) -> String {
    let shown: String = digits.chars().take(40).collect();
    let more = if shown.len() < digits.len() { "…" } else { "" };
    format!("the integer {shown}{more} does not fit into 64 bits: write it as a string")
}

/// The runs of digits, with their sign, that are integers beyond 64 bits.
fn longs(text: &[u8]) -> impl Iterator<Item = &str> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            // A long run has a digit at each multiple of its least length: few bytes have to be looked at.
            let window = text.get(at..at + DIGITS)?;
            if !window.last().is_some_and(u8::is_ascii_digit) {
                at += DIGITS;
                continue;
            }
            let start = at + window.iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |before| before + 1);
            at = start + text.get(start..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if let Some(long) = long_at(text, start, at) {
                return Some(long);
            }
        }
    })
}

/// The digits from `start` to `end`, if they are an integer, and a long one.
fn long_at(text: &[u8], start: usize, end: usize) -> Option<&str> {
    let before = |back: usize| start.checked_sub(back).and_then(|at| text.get(at));
    let goes_on = matches!(text.get(end), Some(b'.' | b'e' | b'E'));
    let negative = before(1) == Some(&b'-');
    let is_fraction = matches!(before(if negative { 2 } else { 1 }), Some(b'.' | b'e' | b'E' | b'+'));
    if end - start < DIGITS || goes_on || is_fraction {
        return None;
    }
    let digits = std::str::from_utf8(text.get(start - usize::from(negative)..end)?).ok()?;
    digits.parse::<i64>().is_err().then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_integer_beyond_64_bits_is_found_outside_of_strings() {
        for (json, found) in [
            ("9223372036854775807", None),
            ("-9223372036854775808", None),
            ("9223372036854775808", Some("9223372036854775808")),
            ("-9223372036854775809", Some("-9223372036854775809")),
            (r#"{"a": [1, 18446744073709551616], "b": 99999999999999999999}"#, Some("18446744073709551616")),
            (r#"{"a": "18446744073709551616 \" 18446744073709551616"}"#, None),
            (r#"["\\", 18446744073709551616]"#, Some("18446744073709551616")),
            ("[18446744073709551616.0, 18446744073709551616e1, 0.18446744073709551616, 1e-18446744073709551616]", None),
            ("[1, 2, 3]", None),
            ("", None),
        ] {
            assert_eq!(find_long(json), found, "{json}");
        }
    }

    #[test]
    fn a_run_is_found_wherever_it_begins() {
        for before in 0..60 {
            let text = format!("{}[18446744073709551616]", " ".repeat(before));
            assert_eq!(find_long(&text), Some("18446744073709551616"), "{before}");
        }
    }

    #[test]
    fn what_was_rounded_is_known_by_the_text_that_it_came_in() {
        let text = r#"{"arguments": "{\"id\": 123456789012345678901234567890, \"mass\": 1e30}"}"#;
        let longs = LongIntegers::default();
        longs.note(text.as_bytes());
        let problem = |json: &str| longs.problem(&serde_json::from_str(json).unwrap());
        assert!(problem(r#"{"a": [123456789012345678901234567890]}"#).is_some());
        let value: Value = serde_json::from_str("[123456789012345678901234567890, 1e24, 0.5]").unwrap();
        assert_eq!(longs.text_of(&value), "[123456789012345677877719597056,1e+24,0.5]");
        assert_eq!(problem(r#"{"mass": 6.022e23, "n": 9223372036854775807}"#), None);
        assert!(problem("18446744073709551615").is_some_and(|told| told.contains("18446744073709551615")));
    }
}
