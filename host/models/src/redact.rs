//! Removes a key from data that arrives in pieces.

use crate::secret::Secret;

/// What stands in its place.
const GONE: &[u8] = b"[redacted]";

/// Holds back what may be the beginning of the key until it is known.
pub(crate) struct Redactor {
    key: Option<Vec<u8>>,
    held: Vec<u8>,
}

impl Redactor {
    pub(crate) fn new(key: Option<&Secret>) -> Redactor {
        let key = key.filter(|key| key.is_unmistakable()).map(|key| key.expose().as_bytes().to_vec());
        Redactor { key, held: Vec::new() }
    }

    /// What may be shown now.
    pub(crate) fn pass(&mut self, piece: &[u8]) -> Vec<u8> {
        let Some(key) = &self.key else { return piece.to_vec() };
        self.held.extend_from_slice(piece);
        let (mut shown, mut from) = (Vec::with_capacity(self.held.len()), 0);
        while let Some(rest) = self.held.get(from..)
            && let Some(at) = memchr::memmem::find(rest, key)
        {
            shown.extend_from_slice(rest.get(..at).unwrap_or_default());
            shown.extend_from_slice(GONE);
            from += at + key.len();
        }
        let rest = self.held.split_off(from.min(self.held.len()));
        // The longest end of the text that the key begins with.
        let longest = rest.len().min(key.len().saturating_sub(1));
        let held = (1..=longest).rev().find(|length| key.get(..*length).is_some_and(|start| rest.ends_with(start)));
        let (open, held) = rest.split_at(rest.len() - held.unwrap_or(0));
        shown.extend_from_slice(open);
        self.held = held.to_vec();
        shown
    }

    /// The same of text. A key is ASCII, so that nothing is cut within a character.
    pub(crate) fn pass_text(&mut self, piece: &str) -> String {
        String::from_utf8_lossy(&self.pass(piece.as_bytes())).into_owned()
    }

    /// What was held back, once nothing follows.
    pub(crate) fn end(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.held)
    }

    pub(crate) fn end_text(&mut self) -> String {
        String::from_utf8_lossy(&self.end()).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(pieces: &[&str]) -> (String, Vec<String>) {
        let key = Secret::new("sk-canary-0123456789");
        let mut redactor = Redactor::new(Some(&key));
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
}
