//! A key taken out of text that comes in pieces.

use super::Secret;

/// Holds back what may be the beginning of the key until it is known.
pub(super) struct Redactor<'a> {
    key: Option<&'a str>,
    held: String,
}

impl<'a> Redactor<'a> {
    pub(super) fn new(key: Option<&'a Secret>) -> Redactor<'a> {
        Redactor { key: key.filter(|key| key.is_unmistakable()).map(Secret::expose), held: String::new() }
    }

    /// What may be shown now.
    pub(super) fn pass(&mut self, piece: &str) -> String {
        let Some(key) = self.key else { return piece.to_owned() };
        self.held.push_str(piece);
        let clean = self.held.replace(key, "[redacted]");
        // The longest end of the text that the key begins with.
        let longest = clean.len().min(key.len().saturating_sub(1));
        let held = (1..=longest).rev().find(|length| key.get(..*length).is_some_and(|start| clean.ends_with(start)));
        let (shown, rest) = clean.split_at(clean.len() - held.unwrap_or(0));
        let shown = shown.to_owned();
        self.held = rest.to_owned();
        shown
    }

    /// What was held back, once nothing follows.
    pub(super) fn end(&mut self) -> String {
        std::mem::take(&mut self.held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(pieces: &[&str]) -> (String, Vec<String>) {
        let key = Secret::new("sk-canary-0123456789");
        let mut redactor = Redactor::new(Some(&key));
        let mut shown: Vec<String> = pieces.iter().map(|piece| redactor.pass(piece)).collect();
        shown.push(redactor.end());
        (shown.concat(), shown)
    }

    #[test]
    fn a_key_in_pieces_does_not_get_through() {
        let (text, _) = all(&["You sent s", "k-can", "ary-0123456", "789, and s", "k-", "ill"]);
        assert_eq!(text, "You sent [redacted], and sk-ill");
    }

    #[test]
    fn other_text_is_not_held_back() {
        assert_eq!(all(&["Hello ", "wörld"]).1, ["Hello ", "wörld", ""]);
    }
}
