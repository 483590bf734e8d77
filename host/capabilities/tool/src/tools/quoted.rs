//! Untrusted texts in messages.

/// Characters of a text that are shown: as many as the longest name of a tool has.
const MOST_SHOWN: usize = 64;

/// An untrusted text in quotes, cut and escaped for a message.
pub fn quoted(text: &str) -> String {
    let shown: String = text.chars().take(MOST_SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().nth(MOST_SHOWN).is_some() { format!("'{shown}…'") } else { format!("'{shown}'") }
}
