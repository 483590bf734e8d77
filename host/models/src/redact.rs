//! Removes keys from data that arrives in pieces, however they are escaped in it.

use std::sync::Arc;

use serde_json::{Map, Value};

use self::finder::{Finder, Scan};
use crate::secret::Secret;

mod finder;
mod unit;

/// What stands in its place.
const GONE: &[u8] = b"[redacted]";

/// Removes the keys of providers, and other secrets of the operator, from what is shown. It holds back what may be the beginning of one until that is known.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    /// `None` where there is nothing to remove.
    finder: Option<Arc<Finder>>,
    is_steady: bool,
    scan: Scan,
    held: Vec<u8>,
    /// Where that begins in all that has passed.
    base: usize,
}

impl Redactor {
    /// Removes these, but for those that may be ordinary words: local servers are given keys such as "ollama".
    pub fn new<'a>(keys: impl IntoIterator<Item = &'a Secret>) -> Redactor {
        let keys = keys.into_iter().filter(|key| key.is_unmistakable()).map(|key| key.expose().as_bytes());
        Redactor { finder: Finder::new(keys).map(Arc::new), ..Redactor::default() }
    }

    /// The same for what a stranger sends: how much is held back says nothing of the keys. Else whoever guesses their beginnings could see which
    /// guess is right.
    pub fn steady(self) -> Redactor {
        Redactor { is_steady: true, ..self }
    }

    /// Whether there is nothing to remove.
    pub fn is_idle(&self) -> bool {
        self.finder.is_none()
    }

    /// What may be shown now.
    pub fn pass(&mut self, piece: &[u8]) -> Vec<u8> {
        let Some(finder) = self.finder.clone() else { return piece.to_vec() };
        self.held.extend_from_slice(piece);
        self.scan.read(&finder, &self.held, self.base, false);
        let open = self.scan.open(&finder);
        let shown = if self.is_steady { open.min(self.known(&finder)) } else { open };
        self.show(shown)
    }

    /// The same of text. A key is ASCII, so that nothing is cut within a character.
    pub(crate) fn pass_text(&mut self, piece: &str) -> String {
        String::from_utf8_lossy(&self.pass(piece.as_bytes())).into_owned()
    }

    /// What was held back, once nothing follows.
    pub fn end(&mut self) -> Vec<u8> {
        let Some(finder) = self.finder.clone() else { return Vec::new() };
        self.scan.read(&finder, &self.held, self.base, true);
        let shown = self.show(self.base + self.held.len());
        (self.scan, self.base) = (Scan::default(), 0);
        shown
    }

    pub(crate) fn end_text(&mut self) -> String {
        String::from_utf8_lossy(&self.end()).into_owned()
    }

    /// Up to where no key can be that is not there as a whole, whatever the text: no key goes over the end of a line, and none is longer than so.
    fn known(&self, finder: &Finder) -> usize {
        let line = memchr::memrchr(b'\n', &self.held).filter(|_| !finder.has_lines()).map_or(0, |at| at + 1);
        self.base + line.max(self.held.len().saturating_sub(finder.most_open()))
    }

    /// What is held, up to there. A key is shown, or rather not shown, as a whole.
    fn show(&mut self, mut end: usize) -> Vec<u8> {
        let (base, mut shown, mut from) = (self.base, Vec::new(), self.base);
        if let Some((start, _)) = self.scan.keys.iter().find(|(start, stop)| *start < end && *stop > end) {
            end = *start;
        }
        while let Some((start, stop)) = self.scan.keys.pop_front_if(|(_, stop)| *stop <= end) {
            shown.extend_from_slice(self.held.get(from - base..start - base).unwrap_or_default());
            shown.extend_from_slice(GONE);
            from = stop;
        }
        shown.extend_from_slice(self.held.get(from - base..end - base).unwrap_or_default());
        self.held.drain(..end - base);
        self.base = end;
        shown
    }

    /// A whole text without the keys.
    pub fn clean(&self, text: &mut String) {
        if self.finds(text) {
            let mut whole = Redactor { finder: self.finder.clone(), ..Redactor::default() };
            let mut cleaned = whole.pass(text.as_bytes());
            cleaned.append(&mut whole.end());
            *text = String::from_utf8(cleaned)
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        }
    }

    /// Whether there is a key in it.
    fn finds(&self, text: &str) -> bool {
        self.finds_in(text.as_bytes())
    }

    /// Whether there is a key in these bytes.
    pub fn finds_in(&self, bytes: &[u8]) -> bool {
        let Some(finder) = &self.finder else { return false };
        let mut scan = Scan::default();
        scan.read(finder, bytes, 0, true);
        !scan.keys.is_empty()
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
        if fields.keys().any(|name| self.finds(name)) {
            let cleaned = std::mem::take(fields).into_iter().map(|(mut name, value)| {
                self.clean(&mut name);
                (name, value)
            });
            *fields = cleaned.collect();
        }
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

    #[test]
    fn how_much_is_held_back_of_a_strangers_text_says_nothing() {
        let lengths = |text: &str| {
            let mut redactor = redactor().steady();
            let shown = text.as_bytes().iter().map(|byte| redactor.pass(&[*byte]).len());
            shown.collect::<Vec<usize>>()
        };
        let wrong = lengths(&"xx-wrong-012345678".repeat(60));
        assert_eq!(lengths(&"sk-canary-01234567".repeat(60)), wrong);
        assert!(wrong.iter().sum::<usize>() > 0, "a long text is shown before its end");
        let mut redactor = redactor().steady();
        assert_eq!(redactor.pass(b"data: 1\n\nsk-canary-"), b"data: 1\n\n");
        assert_eq!(redactor.pass(b"0123456789"), b"");
        assert_eq!(redactor.end(), b"[redacted]");
    }

    #[test]
    fn a_key_is_known_as_servers_echo_it() {
        let redactor = Redactor::new(&[Secret::confidential("p\"a\\ss/w&rd+1")]);
        for echo in [
            r#"p"a\ss/w&rd+1"#,
            r#"p\"a\\ss/w&rd+1"#,
            r#"p\\\"a\\\\ss\\/w&rd+1"#,
            r#"p\u0022a\u005css/w\u0026rd+1"#,
            "p%22a%5Css%2Fw%26rd%2B1",
            "p%22a%5css%2fw%26rd%2b1",
            "p%2522a%255Css%252Fw%2526rd%252B1",
            r#"p&quot;a\ss/w&amp;rd+1"#,
            r#"p&#34;a\ss&#x2F;w&#38;rd+1"#,
        ] {
            let mut text = format!("({echo})");
            redactor.clean(&mut text);
            assert_eq!(text, "([redacted])", "{echo}");
        }
        for other in ["100% & more; &amp; \\u00e4 %zz \\", "%", "&", "\\u00", "p%22a", ""] {
            let mut text = other.to_owned();
            redactor.clean(&mut text);
            assert_eq!(text, other);
        }
    }

    #[test]
    fn keys_that_overlap_are_taken_out_together() {
        let keys = ["canary-0123456789", "canary-0123456789-and-more", "more-than-0123456789"].map(Secret::new);
        let mut text = "a canary-0123456789-and-more-than-0123456789 b canary-0123456789-and".to_owned();
        Redactor::new(&keys).clean(&mut text);
        assert_eq!(text, "a [redacted] b [redacted]-and");
    }
}
