//! Lua's text as tokens: as much as it takes to find where statements begin and what they mention.

use std::ops::Range;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Name,
    Keyword,
    /// A number or a text.
    Value,
    Symbol,
}

#[derive(Clone, Debug)]
pub struct Token<'a> {
    pub kind: Kind,
    pub text: &'a [u8],
    pub bytes: Range<usize>,
    pub line: usize,
    pub first_of_line: bool,
}

impl Token<'_> {
    pub fn is(&self, text: &str) -> bool {
        self.kind != Kind::Value && self.text == text.as_bytes()
    }
}

const KEYWORDS: &[&str] = &[
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil",
    "not", "or", "repeat", "return", "then", "true", "until", "while",
];

const LONG_SYMBOLS: &[&str] = &["...", "..", "==", "~=", "<=", ">=", "//", "::", "<<", ">>"];

/// All tokens. What is no Lua gives single symbols: that the text is wrong is the interpreter's to say.
pub fn of(text: &[u8]) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token> = Vec::new();
    let (mut place, mut line, mut first_of_line) = (0, 1, true);
    if text.starts_with(b"#") {
        place = text.iter().position(|byte| *byte == b'\n').unwrap_or(text.len());
    }
    while let Some(rest) = text.get(place..).filter(|rest| !rest.is_empty()) {
        let (kind, length) = next(rest);
        let (token, _) = rest.split_at(length.clamp(1, rest.len()));
        if let Some(kind) = kind {
            let bytes = place..place + token.len();
            tokens.push(Token { kind, text: token, bytes, line, first_of_line });
            first_of_line = false;
        }
        let ends = token.iter().filter(|byte| **byte == b'\n').count();
        line += ends;
        first_of_line |= ends > 0;
        place += token.len();
    }
    tokens
}

/// What stands at the beginning, and how long it is. Space and comments are no tokens.
fn next(rest: &[u8]) -> (Option<Kind>, usize) {
    let while_length = |rest: &[u8], is: fn(u8) -> bool| rest.iter().take_while(|byte| is(**byte)).count();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    match rest {
        [b'-', b'-', after @ ..] => {
            let long = long_bracket(after).map(|length| length + 2);
            (None, long.unwrap_or_else(|| while_length(rest, |byte| byte != b'\n')))
        }
        [b'[', ..] => match long_bracket(rest) {
            Some(length) => (Some(Kind::Value), length),
            None => (Some(Kind::Symbol), 1),
        },
        [quote @ (b'"' | b'\''), ..] => (Some(Kind::Value), quoted(rest, *quote)),
        [first, ..] if first.is_ascii_whitespace() || *first == 0x0b => {
            (None, while_length(rest, |byte| byte.is_ascii_whitespace() || byte == 0x0b))
        }
        [first, ..] if first.is_ascii_digit() => (Some(Kind::Value), number(rest)),
        [b'.', second, ..] if second.is_ascii_digit() => (Some(Kind::Value), number(rest)),
        [first, ..] if is_word(*first) => {
            let length = while_length(rest, is_word);
            let is_keyword = rest.get(..length).is_some_and(|word| KEYWORDS.iter().any(|one| one.as_bytes() == word));
            (Some(if is_keyword { Kind::Keyword } else { Kind::Name }), length)
        }
        _ => {
            let long = LONG_SYMBOLS.iter().find(|symbol| rest.starts_with(symbol.as_bytes()));
            (Some(Kind::Symbol), long.map_or(1, |symbol| symbol.len()))
        }
    }
}

/// The length of `[[…]]`, `[=[…]=]`, and so on.
fn long_bracket(rest: &[u8]) -> Option<usize> {
    let after = rest.strip_prefix(b"[")?;
    let level = after.iter().take_while(|byte| **byte == b'=').count();
    let content = after.get(level..)?.strip_prefix(b"[")?;
    let closing = [b"]".as_slice(), &vec![b'='; level], b"]"].concat();
    let end = content.windows(closing.len()).position(|window| window == closing);
    Some(end.map_or(rest.len(), |end| level + 2 + end + closing.len()))
}

fn quoted(rest: &[u8], quote: u8) -> usize {
    let mut bytes = rest.iter().enumerate().skip(1);
    while let Some((place, byte)) = bytes.next() {
        match byte {
            b'\\' => {
                bytes.next();
            }
            _ if *byte == quote => return place + 1,
            _ => {}
        }
    }
    rest.len()
}

fn number(rest: &[u8]) -> usize {
    let is_hexadecimal = matches!(rest, [b'0', b'x' | b'X', ..]);
    let mut before = 0;
    let length = rest.iter().take_while(|byte| {
        let is_exponent = if is_hexadecimal { matches!(before, b'p' | b'P') } else { matches!(before, b'e' | b'E') };
        before = **byte;
        byte.is_ascii_alphanumeric() || **byte == b'.' || (is_exponent && matches!(**byte, b'+' | b'-'))
    });
    length.count()
}
