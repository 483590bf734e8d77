//! The words of a spell, without its comments and texts.

use crate::table::Language;

/// A name or a sign.
#[derive(Debug, Clone, Copy)]
pub struct Word<'a> {
    pub text: &'a str,
    pub is_name: bool,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

struct Reader<'a> {
    language: Language,
    text: &'a str,
    at: usize,
    line: usize,
    /// Where the line begins.
    start: usize,
}

/// All of them. What is left open goes to the end: the language's own check says so.
pub fn words(language: Language, text: &str) -> Vec<Word<'_>> {
    let mut reader = Reader { language, text, at: 0, line: 1, start: 0 };
    let mut all: Vec<Word<'_>> = Vec::new();
    while let Some(sign) = reader.rest().chars().next() {
        if reader.skips(all.last()) {
            continue;
        }
        if sign.is_whitespace() {
            reader.forward(sign.len_utf8());
            continue;
        }
        let is_part = |sign: char| sign.is_alphanumeric() || sign == '_' || sign == '$';
        let is_name = is_part(sign);
        let length = if is_name {
            reader.rest().find(|sign| !is_part(sign)).unwrap_or(reader.rest().len())
        } else {
            let long = ["?.", "==", "=>", "::", ".."].iter().find(|one| reader.rest().starts_with(**one));
            long.map_or(sign.len_utf8(), |one| one.len())
        };
        let column = reader.text.get(reader.start..reader.at).unwrap_or_default().chars().count() + 1;
        let word = reader.rest().get(..length).unwrap_or_default();
        all.push(Word { text: word, is_name, line: reader.line, column });
        reader.forward(length);
    }
    all
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn forward(&mut self, bytes: usize) {
        let passed = self.rest().get(..bytes).unwrap_or(self.rest());
        self.line += passed.matches('\n').count();
        if let Some(last) = passed.rfind('\n') {
            self.start = self.at + last + 1;
        }
        self.at += passed.len();
    }

    /// Goes behind this sign, or to the end.
    fn behind(&mut self, from: usize, sign: &str) {
        let rest = self.rest().get(from..).unwrap_or_default();
        let length = rest.find(sign).map_or(rest.len(), |place| place + sign.len());
        self.forward(from + length);
    }

    /// Skips a comment or a text, where one begins.
    fn skips(&mut self, before: Option<&Word<'_>>) -> bool {
        let rest = self.rest();
        match self.language {
            Language::Lua => {
                if let Some(comment) = rest.strip_prefix("--") {
                    let long = long_bracket(comment);
                    let (open, close) = long.map_or((0, "\n".to_owned()), |(open, close)| (2 + open, close));
                    self.behind(open, &close);
                    return true;
                }
                if let Some((open, close)) = long_bracket(rest) {
                    self.behind(open, &close);
                    return true;
                }
            }
            Language::JavaScript => {
                if rest.starts_with("//") || self.at == 0 && rest.starts_with("#!") {
                    self.behind(0, "\n");
                    return true;
                }
                if rest.starts_with("/*") {
                    self.behind(2, "*/");
                    return true;
                }
                if rest.starts_with('/') && begins_value(before) {
                    self.quoted('/', true);
                    return true;
                }
                // What is put into a template is a program as well, and is passed over: nothing is said of it.
                if rest.starts_with('`') {
                    self.quoted('`', false);
                    return true;
                }
            }
        }
        let quote = rest.chars().next().filter(|sign| ['"', '\''].contains(sign));
        if let Some(quote) = quote {
            self.quoted(quote, true);
        }
        quote.is_some()
    }

    /// Goes behind a text in quotes. One on a line ends with the line.
    fn quoted(&mut self, quote: char, on_a_line: bool) {
        let (mut escaped, mut in_class) = (false, false);
        for (place, sign) in self.rest().char_indices().skip(1) {
            if escaped {
                escaped = false;
            } else if sign == '\\' {
                escaped = true;
            } else if quote == '/' && (sign == '[' || sign == ']') {
                in_class = sign == '[';
            } else if sign == quote && !in_class || on_a_line && sign == '\n' {
                self.forward(place + sign.len_utf8());
                return;
            }
        }
        self.forward(self.rest().len());
    }
}

/// The length of `[==[`, and what ends it.
fn long_bracket(text: &str) -> Option<(usize, String)> {
    let inner = text.strip_prefix('[')?;
    let signs = inner.len() - inner.trim_start_matches('=').len();
    inner.get(signs..)?.starts_with('[').then(|| (signs + 2, format!("]{}]", "=".repeat(signs))))
}

/// Whether a slash begins a regular expression here, and does not divide.
fn begins_value(before: Option<&Word<'_>>) -> bool {
    const WORDS: &[&str] = &["return", "typeof", "case", "in", "of", "await", "yield", "delete", "void", "else", "do"];
    before.is_none_or(
        |word| if word.is_name { WORDS.contains(&word.text) } else { ![")", "]", "}"].contains(&word.text) },
    )
}
