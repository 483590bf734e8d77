//! The words of a text, as the index knows them.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use crate::stem::stem;

/// The version of these rules. What another version indexed has to be indexed anew.
pub const TOKENIZER: u32 = 1;

/// A longer word is known by its beginning.
const MOST_BYTES: usize = 256;

/// Signs that may stand within a code, such as "rx-204b" and "10.0.0.1".
const JOINS: [char; 5] = ['-', '_', '.', '/', ':'];

/// Calls `each` with every term: words without their endings; codes whole and in parts; of Chinese, Japanese and Korean,
/// which write no blanks or compounds, each two signs that stand together.
pub fn terms(text: &str, each: &mut dyn FnMut(&str)) {
    let mut compound = Compound::default();
    let mut signs = Vec::new();
    for sign in text.nfkc().flat_map(char::to_lowercase) {
        if is_east_asian(sign) {
            compound.end(each);
            signs.push(sign);
            continue;
        }
        pairs(&mut signs, each);
        compound.add(sign, each);
    }
    pairs(&mut signs, each);
    compound.end(each);
}

/// The terms of a query, each once: without those that stand in every text, unless there are no others.
pub fn query_terms(text: &str) -> Vec<String> {
    let (mut meant, mut common) = (Vec::<String>::new(), Vec::<String>::new());
    terms(text, &mut |term| {
        let list = if is_common(term) { &mut common } else { &mut meant };
        if list.len() < MOST_QUERY_TERMS && !list.iter().any(|known| known == term) {
            list.push(term.into());
        }
    });
    if meant.is_empty() { common } else { meant }
}

/// More words of a query are not looked up.
const MOST_QUERY_TERMS: usize = 256;

#[derive(Default)]
struct Compound {
    /// Words with single joining signs between them.
    text: String,
    /// Where the word that is being read begins.
    word: usize,
    has_digit: bool,
    parts: usize,
    /// A joining sign of which it is not known yet whether a word follows.
    join: Option<char>,
}

impl Compound {
    fn add(&mut self, sign: char, each: &mut dyn FnMut(&str)) {
        if sign.is_alphanumeric() {
            if let Some(join) = self.join.take() {
                self.end_word(each);
                self.text.push(join);
                self.word = self.text.len();
            }
            self.has_digit |= sign.is_numeric();
            // Without a bound, a text without blanks would be held a second time.
            if self.text.len() < 2 * MOST_BYTES {
                self.text.push(sign);
            }
        } else if canonical_combining_class(sign) == 0 {
            if JOINS.contains(&sign) && self.join.is_none() && !self.text.is_empty() {
                self.join = Some(sign);
            } else {
                self.end(each);
            }
        }
    }

    fn end_word(&mut self, each: &mut dyn FnMut(&str)) {
        let word = self.text.get(self.word..).unwrap_or_default();
        if !word.is_empty() {
            each(stem(cut(word)));
            self.parts += 1;
        }
    }

    fn end(&mut self, each: &mut dyn FnMut(&str)) {
        self.end_word(each);
        if self.parts > 1 && (self.has_digit || self.text.contains('_')) {
            each(cut(&self.text));
        }
        self.text.clear();
        (self.word, self.has_digit, self.parts, self.join) = (0, false, 0, None);
    }
}

fn pairs(signs: &mut Vec<char>, each: &mut dyn FnMut(&str)) {
    let mut term = String::new();
    if let [one] = signs.as_slice() {
        term.push(*one);
        each(&term);
    }
    for pair in signs.windows(2) {
        term.clear();
        term.extend(pair);
        each(&term);
    }
    signs.clear();
}

fn cut(word: &str) -> &str {
    word.get(..word.floor_char_boundary(MOST_BYTES)).unwrap_or(word)
}

fn is_east_asian(sign: char) -> bool {
    matches!(sign, '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
        && sign.is_alphanumeric()
}

/// Stems of words that say nothing about what a question is about.
fn is_common(term: &str) -> bool {
    COMMON.binary_search(&term).is_ok()
}

const COMMON: &[&str] = &[
    "a", "about", "after", "all", "also", "am", "an", "and", "any", "ar", "are", "as", "at", "be", "been", "befor",
    "but", "by", "can", "could", "d", "did", "do", "doe", "does", "for", "from", "get", "had", "has", "hav", "have",
    "he", "her", "here", "his", "how", "i", "if", "in", "into", "is", "it", "its", "ll", "m", "may", "me", "more",
    "most", "my", "no", "not", "of", "on", "or", "our", "out", "over", "re", "s", "she", "should", "so", "some",
    "such", "t", "than", "that", "the", "their", "them", "then", "ther", "there", "thes", "they", "thi", "this",
    "thos", "to", "too", "up", "us", "ve", "was", "we", "were", "what", "when", "wher", "where", "which", "whil",
    "who", "whom", "why", "will", "with", "would", "you", "your",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        terms(text, &mut |term| all.push(term.to_string()));
        all
    }

    #[test]
    fn common_words_are_in_order() {
        assert!(COMMON.is_sorted(), "{:?}", COMMON.windows(2).find(|pair| pair[0] > pair[1]));
    }

    #[test]
    fn codes_are_known_whole_and_in_parts() {
        assert_eq!(all("RX-204B, E24/E25."), ["rx", "204b", "rx-204b", "e24", "e25", "e24/e25"]);
        assert_eq!(all("get_user 10.0.0.1"), ["get", "user", "get_user", "10", "0", "0", "1", "10.0.0.1"]);
        assert_eq!(all("a-b--c."), ["a", "b", "c"]);
    }

    #[test]
    fn words_are_known_in_every_writing() {
        assert_eq!(all("\u{fb01}nal Größe CAFE\u{301}"), ["final", "größe", "café"]);
        assert_eq!(all("東京都 x 中"), ["東京", "京都", "x", "中"]);
        assert_eq!(all(""), [] as [&str; 0]);
    }

    #[test]
    fn a_query_of_common_words_alone_is_looked_up() {
        assert_eq!(query_terms("How do I bleed the brakes? brakes"), ["ble", "brak"]);
        assert_eq!(query_terms("to be or not to be"), ["to", "be", "or", "not"]);
    }

    #[test]
    fn a_long_word_is_known_by_its_beginning() {
        let long = "é".repeat(100_000);
        assert!(all(&long).iter().all(|term| term.len() <= MOST_BYTES));
    }
}
