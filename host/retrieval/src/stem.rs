//! A light stemmer for English: what differs only in the ending of a word is found.

/// The stem of a word in lower case. What is no plain word of ASCII letters stays as it is.
pub fn stem(word: &str) -> &str {
    if word.len() < 4 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return word;
    }
    without_e(without_ending(without_plural(word)))
}

fn without_plural(word: &str) -> &str {
    match word.strip_suffix('s') {
        Some(rest) if !["s", "u", "i"].iter().any(|end| rest.ends_with(end)) => match rest.strip_suffix("ie") {
            // "batteries" and "battery" have "batter" in common; see `without_e`.
            Some(short) if short.len() >= 3 => short,
            _ => rest,
        },
        _ => word,
    }
}

fn without_ending(word: &str) -> &str {
    for ending in ["ing", "edly", "ed", "ly"] {
        if let Some(rest) = word.strip_suffix(ending)
            && rest.len() >= 3
            && rest.bytes().any(|byte| b"aeiouy".contains(&byte))
        {
            return without_double(rest);
        }
    }
    word
}

/// "hopp" of "hopping".
fn without_double(word: &str) -> &str {
    match word.as_bytes() {
        [.., one, other] if one == other && !b"aeiouslz".contains(other) => word.get(..word.len() - 1).unwrap_or(word),
        _ => word,
    }
}

/// The last letter of "store" goes, because "stored" and "storing" have lost it, and that of "battery".
fn without_e(word: &str) -> &str {
    match word.strip_suffix(['e', 'y', 'i']) {
        Some(rest) if rest.len() >= 3 => rest,
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn forms_of_a_word_have_one_stem() {
        for forms in [
            &["store", "stores", "stored", "storing"][..],
            &["battery", "batteries"],
            &["hop", "hopping", "hopped"],
            &["box", "boxes"],
            &["class", "classes"],
            &["quick", "quickly"],
        ] {
            let stems: Vec<_> = forms.iter().map(|word| stem(word)).collect();
            assert!(stems.iter().all(|one| one == &stems[0]), "{stems:?}");
        }
        for same in ["bus", "is", "gas", "rx204", "größe", "ring", "red"] {
            assert_eq!(stem(same), same);
        }
    }
}
