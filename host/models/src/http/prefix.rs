//! Tells while a JSON text arrives whether it still can become one.

/// How deep a parser goes.
const DEEPEST: usize = 127;

/// No number has more signs.
const NUMBER_BYTES: usize = 512;

/// A JSON text as far as it has come. It knows what a parser of the whole would say, and keeps none of the text.
#[derive(Debug, Default)]
pub struct Prefix {
    /// What is open; true for an object.
    open: Vec<bool>,
    state: State,
    number: String,
    /// The first half of a character beyond the first 65,536 has come, which the second has to follow.
    half: bool,
    deep: bool,
    values: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Value,
    /// Behind "[": an item, or the end.
    FirstItem,
    /// Behind "{": a key, or the end.
    FirstKey,
    Key,
    Colon,
    /// Behind a value.
    After,
    Text {
        key: bool,
    },
    Escape {
        key: bool,
    },
    /// Within the digits of a character's number.
    Digits {
        key: bool,
        left: u8,
        number: u16,
    },
    Number,
    /// Within a word, of which this is left.
    Word(&'static [u8]),
    Broken,
}

impl Prefix {
    pub fn push(&mut self, text: &str) {
        let mut rest = text.as_bytes();
        while let Some((byte, behind)) = rest.split_first() {
            if self.state == State::Broken {
                return;
            }
            self.state = self.next(*byte);
            rest = behind;
        }
    }

    /// How many values it holds, about.
    pub fn values(&self) -> usize {
        self.values
    }

    /// Whether no parser takes it, whatever follows.
    pub fn is_broken(&self) -> bool {
        self.state == State::Broken
    }

    /// Whether it is nested deeper than parsers go.
    pub fn is_deep(&self) -> bool {
        self.deep
    }

    /// Whether it is a whole object, list or text.
    pub fn is_whole(&self) -> bool {
        self.state == State::After && self.open.is_empty()
    }

    fn next(&mut self, byte: u8) -> State {
        let state = self.state;
        match (state, byte) {
            (State::Text { key }, _) => self.in_text(key, byte),
            (State::Escape { key }, b'u') => State::Digits { key, left: 4, number: 0 },
            (State::Escape { key }, b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') if !self.half => {
                State::Text { key }
            }
            (State::Digits { key, left, number }, _) => self.digit(key, left, number, byte),
            (State::Number, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E') if self.number.len() < NUMBER_BYTES => {
                self.number.push(byte.into());
                state
            }
            (State::Number, _) => {
                if serde_json::from_str::<serde_json::Number>(&self.number).is_err() {
                    return State::Broken;
                }
                self.state = State::After;
                self.next(byte)
            }
            (State::Word([first, rest @ ..]), _) if byte == *first => match rest {
                [] => State::After,
                rest => State::Word(rest),
            },
            (State::Escape { .. } | State::Word(_) | State::Broken, _) => State::Broken,
            (_, b' ' | b'\n' | b'\r' | b'\t') => state,
            (State::Value | State::FirstItem, b'{') => self.enter(true),
            (State::Value | State::FirstItem, b'[') => self.enter(false),
            (State::Value | State::FirstItem, b'"') => State::Text { key: false },
            (State::Value | State::FirstItem, b't') => State::Word(b"rue"),
            (State::Value | State::FirstItem, b'f') => State::Word(b"alse"),
            (State::Value | State::FirstItem, b'n') => State::Word(b"ull"),
            (State::Value | State::FirstItem, b'-' | b'0'..=b'9') => {
                self.number = char::from(byte).into();
                State::Number
            }
            (State::FirstKey | State::Key, b'"') => State::Text { key: true },
            (State::Colon, b':') => State::Value,
            (State::FirstItem, b']') | (State::FirstKey, b'}') => self.leave(byte),
            (State::After, b'}' | b']') => self.leave(byte),
            (State::After, b',') => {
                self.values += 1;
                match self.open.last() {
                    Some(true) => State::Key,
                    Some(false) => State::Value,
                    None => State::Broken,
                }
            }
            _ => State::Broken,
        }
    }

    fn in_text(&self, key: bool, byte: u8) -> State {
        match byte {
            b'\\' => State::Escape { key },
            _ if self.half || byte < b' ' => State::Broken,
            b'"' if key => State::Colon,
            b'"' => State::After,
            _ => State::Text { key },
        }
    }

    fn digit(&mut self, key: bool, left: u8, number: u16, byte: u8) -> State {
        let Some(digit) = char::from(byte).to_digit(16) else { return State::Broken };
        let number = number << 4 | digit as u16;
        if left > 1 {
            return State::Digits { key, left: left - 1, number };
        }
        let (was_half, is_second) = (self.half, (0xdc00..=0xdfff).contains(&number));
        self.half = (0xd800..=0xdbff).contains(&number);
        if was_half == is_second { State::Text { key } } else { State::Broken }
    }

    fn enter(&mut self, object: bool) -> State {
        self.open.push(object);
        self.values += 1;
        match object {
            _ if self.open.len() > DEEPEST => {
                self.deep = true;
                State::Broken
            }
            true => State::FirstKey,
            false => State::FirstItem,
        }
    }

    fn leave(&mut self, byte: u8) -> State {
        if self.open.pop() == Some(byte == b'}') { State::After } else { State::Broken }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn prefix(text: &str) -> Prefix {
        let mut prefix = Prefix::default();
        // In pieces, as it may arrive.
        text.chars().for_each(|sign| prefix.push(sign.encode_utf8(&mut [0; 4])));
        prefix
    }

    #[test]
    fn it_says_what_a_parser_says() {
        for text in [
            r#"{"a": [1, -2.5e3, true, false, null, "x\n\"é\u00e9\ud83d\ude00"], "b": {}, "c": []}"#,
            " [ ] ",
            r#""text""#,
            r#"{"a":1e400}"#,
            r#"{"a":01}"#,
            r#"{"a":1.}"#,
            r#"{"a":--1}"#,
            r#"{"a":nul}"#,
            r#"{"a":tru3}"#,
            r#"{"a" 1}"#,
            r#"{"a":1,}"#,
            r#"[1,]"#,
            "[1}",
            "{]",
            "{} {}",
            "{},",
            r#"{a: 1}"#,
            r#"{'a': 1}"#,
            r#"["\x"]"#,
            r#"["\u12g4"]"#,
            r#"["\ud800"]"#,
            r#"["\ud800x"]"#,
            r#"["\ud800\n"]"#,
            r#"["\udc00"]"#,
            r#"["\ud800\ud800"]"#,
            "[\"a\nb\"]",
            "]",
        ] {
            let parsed = serde_json::from_str::<Value>(text);
            let prefix = prefix(text);
            assert_eq!((prefix.is_broken(), prefix.is_whole()), (parsed.is_err(), parsed.is_ok()), "{text}");
        }
    }

    #[test]
    fn each_start_of_a_json_text_can_still_become_one() {
        let text = r#"{"a": [1, -2.5e3, true, null, "x\n\ud83d\ude00"], "b": {"c": {}}} "#;
        for end in 0..text.len() {
            let prefix = prefix(&text[..end]);
            assert!(!prefix.is_broken(), "{}", &text[..end]);
            assert_eq!(prefix.is_whole(), end + 1 >= text.len(), "{}", &text[..end]);
        }
    }

    #[test]
    fn it_is_deep_where_parsers_stop() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        let [fits, deep] = [DEEPEST, DEEPEST + 1].map(|depth| (prefix(&nested(depth)), nested(depth)));
        assert!(fits.0.is_whole() && serde_json::from_str::<Value>(&fits.1).is_ok());
        assert!(deep.0.is_deep() && serde_json::from_str::<Value>(&deep.1).is_err());
    }
}
