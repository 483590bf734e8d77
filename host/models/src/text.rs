//! Untrusted text, made safe to show.

use llmspell_base::text::invisible;

use crate::redact::remove;
use crate::secret::Secret;

/// How much of a provider's text is repeated. Enough for its message, too little to fill a log with.
const SAID_CHARS: usize = 300;

/// Makes untrusted text fit for one line of a terminal or a log: without the key, without what moves the cursor or
/// turns text around, and short. The key goes first, or the cut could leave most of it standing.
pub(crate) fn clean(text: &str, key: Option<&Secret>) -> String {
    let text = match key {
        Some(key) => remove(key, text),
        None => text.to_owned(),
    };
    let mut visible = text.trim().chars();
    let mut cleaned: String =
        (visible.by_ref().take(SAID_CHARS)).map(|sign| if invisible(sign) { ' ' } else { sign }).collect();
    if visible.next().is_some() {
        cleaned.push('…');
    }
    cleaned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn untrusted_text_is_one_short_visible_line() {
        let text = "\u{1b}[2Jone\ntwo\u{202e}three";
        assert_eq!(clean(text, None), " [2Jone two three");
        let long = clean(&"é".repeat(1000), None);
        assert_eq!(long.chars().count(), SAID_CHARS + 1);
        assert!(long.ends_with('…'));
    }

    #[test]
    fn a_key_across_the_cut_leaves_no_part() {
        let key = Secret::new("sk-canary-0123456789");
        let text = format!("{}{}", "x".repeat(SAID_CHARS - 8), key.expose());
        assert!(!clean(&text, Some(&key)).contains("sk-"));
    }
}
