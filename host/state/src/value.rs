//! Checks of values: JSON that every spell can read back.

use std::borrow::Cow;

use serde_json::Value;

use llmspell_base::toml_span::shown;

/// Checks a JSON text. The error is one line: what is wrong, and where.
pub fn check(json: &str) -> Result<(), String> {
    check_within(json, MOST_DEEP, MOST_PARTS)
}

/// The same for a text whose depth and parts were checked against the limits of a run.
pub fn check_numbers(json: &str) -> Result<(), String> {
    check_within(json, usize::MAX, u32::MAX)
}

fn check_within(json: &str, deepest: usize, most_parts: u32) -> Result<(), String> {
    let parsed: Result<Value, _> = serde_json::from_str(json);
    parsed.map_err(|error| format!("the value is not valid JSON: {error}"))?;
    // From here on it is known to be whole.
    let mut walk = Walk { json: json.as_bytes(), at: 0, parts: 0, path: Vec::new(), deepest, most_parts };
    walk.value().map_err(|what| format!("the value {what} at {}", walk.shown()))
}

/// The most that a value is nested, and has values in it: by the usual limits no spell reads more.
const MOST_DEEP: usize = 64;
const MOST_PARTS: u32 = 100_000;

enum Step<'a> {
    Item(usize),
    Field(Cow<'a, str>),
}

/// Goes through JSON that was parsed once, and looks at each number as it is written.
struct Walk<'a> {
    json: &'a [u8],
    at: usize,
    parts: u32,
    path: Vec<Step<'a>>,
    deepest: usize,
    most_parts: u32,
}

impl<'a> Walk<'a> {
    fn peek(&mut self) -> u8 {
        while self.json.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.json.get(self.at).copied().unwrap_or(0)
    }

    fn value(&mut self) -> Result<(), String> {
        self.parts += 1;
        if self.parts > self.most_parts {
            return Err("has more than 100,000 parts: too many,".into());
        }
        match self.peek() {
            b'{' => self.list(b'}', |walk| {
                let name = walk.text();
                // The colon.
                walk.peek();
                walk.at += 1;
                Step::Field(serde_json::from_slice(name).map_or(Cow::Borrowed("?"), Cow::<str>::Owned))
            }),
            b'[' => {
                let mut number = 0;
                self.list(b']', move |_| {
                    number += 1;
                    Step::Item(number - 1)
                })
            }
            b'"' => {
                self.text();
                Ok(())
            }
            _ => self.number(),
        }
    }

    fn list(&mut self, end: u8, mut step: impl FnMut(&mut Walk<'a>) -> Step<'a>) -> Result<(), String> {
        if self.path.len() == self.deepest {
            return Err(format!("is nested more than {MOST_DEEP} deep"));
        }
        self.at += 1;
        while self.peek() != end && self.at < self.json.len() {
            if self.peek() == b',' {
                self.at += 1;
                self.peek();
            }
            let step = step(self);
            self.path.push(step);
            self.value()?;
            self.path.pop();
        }
        self.at += 1;
        Ok(())
    }

    /// With its quotes.
    fn text(&mut self) -> &'a [u8] {
        let from = self.at;
        self.at += 1;
        while let Some(byte) = self.json.get(self.at) {
            match byte {
                b'\\' => self.at += 2,
                b'"' => break,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        self.json.get(from..self.at).unwrap_or_default()
    }

    /// A number, or true, false and null.
    fn number(&mut self) -> Result<(), String> {
        let rest = self.json.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| b",]}".contains(byte) || byte.is_ascii_whitespace());
        let word = rest.get(..length.unwrap_or(rest.len())).unwrap_or_default();
        self.at += word.len().max(1);
        let digits = word.strip_prefix(b"-").unwrap_or(word);
        let word = std::str::from_utf8(word).unwrap_or_default();
        // Its digits all count: to round it would lose some of an id or an amount without a word.
        if digits.len() > 18 && digits.iter().all(u8::is_ascii_digit) && word.parse::<i64>().is_err() {
            let shown: String = word.chars().take(40).collect();
            return Err(format!("holds {shown}, an integer that does not fit into 64 bits,"));
        }
        Ok(())
    }

    /// `$.a[0]`.
    fn shown(&self) -> String {
        let mut text = String::from("$");
        for step in &self.path {
            match step {
                Step::Item(number) => text += &format!("[{number}]"),
                Step::Field(name) => text += &format!(".{}", shown(name)),
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn an_integer_that_no_spell_can_read_is_refused_with_its_place() {
        for good in [
            "1",
            "-0",
            "null",
            "\"99999999999999999999\"",
            "9223372036854775807",
            "-9223372036854775808",
            "1e300",
            "18446744073709551616.0",
            " { \"a\" : [ ] , \"b\" : { } } ",
            r#"{"\"":["\\",true,1],"9999999999999999999":2}"#,
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for (bad, part) in [
            ("9223372036854775808", "64 bits, at $"),
            ("-9223372036854775809", "64 bits, at $"),
            (r#"{"a":[1, {"b c":18446744073709551616}]}"#, "holds 18446744073709551616, an integer"),
            (r#"{"a":[1, {"b c":18446744073709551616}]}"#, "at $.a[1].b c"),
            (r#"[[1,[2]],{"x":"]"}, 10000000000000000000 ]"#, "at $[2]"),
            ("1 2", "not valid JSON"),
            ("1e999", "not valid JSON"),
        ] {
            let told = check(bad).unwrap_err();
            assert!(told.contains(part), "{bad}: {told}");
        }
        assert!(check(&format!("[{}0]", "0,".repeat(100_000))).unwrap_err().contains("100,000 parts"));
        let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert_eq!(check(&deep(64)), Ok(()));
        assert!(check(&deep(65)).unwrap_err().contains("nested more than 64 deep"));
    }
}
