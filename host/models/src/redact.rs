//! Removes keys from data that arrives in pieces, however they are escaped in it.

use serde_json::{Map, Value};

use crate::secret::Secret;

/// What stands in its place.
const GONE: &[u8] = b"[redacted]";

/// JSON within JSON within JSON has more backslashes each time.
const MOST_BACKSLASHES: usize = 15;

/// Removes the keys of providers, and other secrets of the operator, from what is shown. It holds back what may be the beginning of one until that is known.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    keys: Vec<Secret>,
    held: Vec<u8>,
}

/// What a text is at some place.
#[derive(Debug, PartialEq, Eq)]
enum Match {
    /// The key, in so many bytes.
    Whole(usize),
    /// Its beginning, with which the text ends.
    Beginning,
    No,
}

impl Redactor {
    /// Removes these, but for those that may be ordinary words: local servers are given keys such as "ollama".
    pub fn new<'a>(keys: impl IntoIterator<Item = &'a Secret>) -> Redactor {
        let keys = keys.into_iter().filter(|key| key.is_unmistakable()).cloned().collect();
        Redactor { keys, held: Vec::new() }
    }

    /// Whether there is nothing to remove.
    pub fn is_idle(&self) -> bool {
        self.keys.is_empty()
    }

    /// What may be shown now.
    pub fn pass(&mut self, piece: &[u8]) -> Vec<u8> {
        if self.is_idle() {
            return piece.to_vec();
        }
        let text = match self.held.is_empty() {
            true => piece.to_vec(),
            false => [&std::mem::take(&mut self.held), piece].concat(),
        };
        let mut shown = self.without(text);
        let open = self.beginning(&shown).unwrap_or(shown.len());
        self.held = shown.split_off(open);
        shown
    }

    /// The same of text. A key is ASCII, so that nothing is cut within a character.
    pub(crate) fn pass_text(&mut self, piece: &str) -> String {
        String::from_utf8_lossy(&self.pass(piece.as_bytes())).into_owned()
    }

    /// What was held back, once nothing follows.
    pub fn end(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.held)
    }

    pub(crate) fn end_text(&mut self) -> String {
        String::from_utf8_lossy(&self.end()).into_owned()
    }

    /// A whole text without the keys.
    pub fn clean(&self, text: &mut String) {
        if !self.is_idle() {
            let cleaned = self.without(std::mem::take(text).into_bytes());
            *text = String::from_utf8(cleaned)
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        }
    }

    /// A value without the keys, in its texts and in the names of its fields.
    pub fn clean_value(&self, value: &mut Value) {
        match value {
            _ if self.is_idle() => {}
            Value::String(text) => self.clean(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.clean_value(item)),
            Value::Object(fields) => self.clean_fields(fields),
            _ => {}
        }
    }

    /// The same of an object.
    pub fn clean_fields(&self, fields: &mut Map<String, Value>) {
        if self.is_idle() {
            return;
        }
        fields.values_mut().for_each(|value| self.clean_value(value));
        if fields.keys().any(|name| self.first(name.as_bytes()).is_some()) {
            let cleaned = std::mem::take(fields).into_iter().map(|(mut name, value)| {
                self.clean(&mut name);
                (name, value)
            });
            *fields = cleaned.collect();
        }
    }

    fn without(&self, mut text: Vec<u8>) -> Vec<u8> {
        let mut from = 0;
        while let Some((at, length)) = text.get(from..).and_then(|rest| self.first(rest)) {
            text.splice(from + at..from + at + length, GONE.iter().copied());
            from += at + GONE.len();
        }
        text
    }

    /// The first key: where it begins, and its length.
    fn first(&self, text: &[u8]) -> Option<(usize, usize)> {
        let plain = self.keys.iter().filter_map(|key| {
            let key = key.expose().as_bytes();
            memchr::memmem::find(text, key).map(|at| (at, key.len()))
        });
        let plain = plain.min();
        if memchr::memchr(b'\\', text).is_none() {
            return plain;
        }
        let escaped = self.keys.iter().filter_map(|key| self.first_escaped(text, key.expose().as_bytes()));
        plain.into_iter().chain(escaped).min()
    }

    fn first_escaped(&self, text: &[u8], key: &[u8]) -> Option<(usize, usize)> {
        places(text, *key.first()?).find_map(|at| match match_at(text.get(at..)?, key) {
            Match::Whole(length) => Some((at, length)),
            _ => None,
        })
    }

    /// Where the beginning of a key begins that the text ends with.
    fn beginning(&self, text: &[u8]) -> Option<usize> {
        let beginnings = self.keys.iter().filter_map(|key| {
            let key = key.expose().as_bytes();
            let tail = text.len().saturating_sub(key.len().saturating_mul(MOST_BACKSLASHES + 5));
            let end = text.get(tail..)?;
            let at = places(end, *key.first()?)
                .find(|at| end.get(*at..).map(|end| match_at(end, key)) == Some(Match::Beginning))?;
            Some(tail + at)
        });
        beginnings.min()
    }
}

/// Takes a key out of a provider's text: some echo it in their errors, and a gateway may echo the whole request.
pub(crate) fn remove(key: &Secret, text: &str) -> String {
    // No secret is this short, and taking "k" out of a message only makes it unreadable.
    if key.expose().len() < 4 {
        return text.to_owned();
    }
    let mut cleaned = text.replace(key.expose(), "[redacted]");
    Redactor::new([key]).clean(&mut cleaned);
    cleaned
}

/// Where a key may begin.
fn places(text: &[u8], first: u8) -> impl Iterator<Item = usize> {
    memchr::memchr2_iter(first, b'\\', text)
}

/// Whether a text begins with the key, of which any letter may be escaped: at any depth of JSON within JSON.
fn match_at(text: &[u8], key: &[u8]) -> Match {
    let mut rest = text;
    for letter in key {
        let backslashes = rest.iter().take_while(|byte| **byte == b'\\').take(MOST_BACKSLASHES + 1).count();
        let escaped = rest.get(backslashes..).unwrap_or_default();
        let used = match (backslashes, escaped) {
            (_, []) => return Match::Beginning,
            (0, [byte, ..]) if byte == letter => 1,
            (1..=MOST_BACKSLASHES, [b'/', ..]) if *letter == b'/' => 1,
            (1..=MOST_BACKSLASHES, [b'u', digits @ ..]) => {
                let wanted = format!("{:04x}", letter).into_bytes();
                let length = digits.len().min(4);
                let fits = digits.iter().zip(&wanted).all(|(digit, wanted)| digit.eq_ignore_ascii_case(wanted));
                match fits {
                    true if length < 4 => return Match::Beginning,
                    true => 5,
                    false => return Match::No,
                }
            }
            _ => return Match::No,
        };
        rest = escaped.get(used..).unwrap_or_default();
    }
    Match::Whole(text.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redactor() -> Redactor {
        Redactor::new(&[
            Secret::new("sk-canary-0123456789"),
            Secret::new("gsk/canary-0123456789"),
            Secret::new("ollama"),
        ])
    }

    fn all(pieces: &[&str]) -> (String, Vec<String>) {
        let mut redactor = redactor();
        let mut shown: Vec<String> = pieces.iter().map(|piece| redactor.pass_text(piece)).collect();
        shown.push(redactor.end_text());
        (shown.concat(), shown)
    }

    #[test]
    fn a_key_in_pieces_does_not_get_through() {
        let (text, _) = all(&["You sent s", "k-can", "ary-0123456", "789, and s", "k-", "ill"]);
        assert_eq!(text, "You sent [redacted], and sk-ill");
        let (text, _) = all(&["sk-canary-0123456789sk-canary-0123456789 ssk-canary-012345678", "9"]);
        assert_eq!(text, "[redacted][redacted] s[redacted]");
    }

    #[test]
    fn other_text_is_not_held_back() {
        assert_eq!(all(&["Hello ", "wörld"]).1, ["Hello ", "wörld", ""]);
    }

    #[test]
    fn a_key_is_known_however_deep_it_is_escaped() {
        let mut text = serde_json::json!("it is sk-canary-0123456789!")
            .to_string()
            .replace('k', "\\u006B")
            .replace('8', "\\u0038");
        for _ in 0..3 {
            let wanted = text.replace("s\\u006B", "sk");
            let (shown, _) = all(&[&text]);
            assert!(shown.contains("it is [redacted]!"), "{shown} {wanted}");
            for size in [1, 3, 7] {
                let pieces: Vec<&str> =
                    text.as_bytes().chunks(size).map(|piece| std::str::from_utf8(piece).unwrap()).collect();
                assert_eq!(all(&pieces).0, shown);
            }
            text = serde_json::json!({ "a": text }).to_string();
        }
        assert_eq!(all(&["a gsk\\/canary-0123456789 b, sk\\u002d, ollama"]).0, "a [redacted] b, sk\\u002d, ollama");
    }

    #[test]
    fn values_lose_it_in_texts_and_names() {
        let mut value = serde_json::json!({"a": ["sk-canary-0123456789", 1], "sk-canary-0123456789": {"b": "x sk-canary-0123456789"}});
        redactor().clean_value(&mut value);
        assert_eq!(value, serde_json::json!({"a": ["[redacted]", 1], "[redacted]": {"b": "x [redacted]"}}));
    }
}
