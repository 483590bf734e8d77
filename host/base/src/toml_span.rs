//! Source positions in TOML files, for error messages.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::text::invisible;

/// An error in a TOML text: the byte range that it is about, and what is wrong.
pub type Wrong = (Range<usize>, String);

/// The text with every control and invisible character escaped, so that a message that quotes a file stays on one line.
pub fn one_line(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for sign in text.chars() {
        match invisible(sign) {
            true => shown.extend(sign.escape_unicode()),
            false => shown.push(sign),
        }
    }
    shown
}

/// Line and column of a byte, both from 1; the column in characters.
pub fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

/// A name or value in a message: short, on one line, and nothing that a terminal obeys.
pub fn shown(text: &str) -> String {
    const MOST: usize = 60;
    let mut shown: String = text.escape_debug().take(MOST).collect();
    if text.escape_debug().nth(MOST).is_some() {
        shown.push('…');
    }
    shown
}

/// What a value is, for messages: "a text", "a list", ...
pub fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a section",
    }
}

/// Where the value at these keys stands; of a section, its name. As far as they lead: the rest need not be there.
pub fn place(text: &str, keys: &[&str]) -> Option<Range<usize>> {
    let document = DeTable::parse(text).ok()?;
    let (mut table, mut found) = (document.get_ref(), None);
    for name in keys {
        let entry = table.iter().find(|(key, _)| key.get_ref() == name);
        let Some((key, value)) = entry else { break };
        found = Some(span(key, value));
        match value.get_ref() {
            DeValue::Table(inner) => table = inner,
            _ => break,
        }
    }
    found
}

fn span(key: &Spanned<std::borrow::Cow<'_, str>>, value: &Spanned<DeValue<'_>>) -> Range<usize> {
    match value.get_ref() {
        DeValue::Table(_) => key.span(),
        _ => value.span(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_and_control_characters_are_spelt_out() {
        assert_eq!(shown("a\nb"), "a\\nb");
        assert_eq!(shown(&"x".repeat(70)).chars().count(), 61);
    }

    #[test]
    fn a_place_is_as_deep_as_the_keys_lead() {
        let text = "a = 1\n[b.c]\nd = \"é\"\n";
        let at = |keys: &[&str]| place(text, keys).map(|span| position(text, span.start));
        assert_eq!(at(&["a"]), Some((1, 5)));
        assert_eq!(at(&["b", "c", "d"]), Some((3, 5)));
        assert_eq!((at(&["b", "c"]), at(&["b", "c", "x"]), at(&["x"])), (Some((2, 4)), Some((2, 4)), None));
    }
}
