//! Words that stand where JSON has a literal or a number.

use serde_json::{Number, Value};

use crate::repair::Repair;

/// What a word means, whatever language it is of.
pub fn literal(word: &str) -> Option<(Value, Option<Repair>)> {
    Some(match word {
        "true" => (Value::Bool(true), None),
        "false" => (Value::Bool(false), None),
        "null" => (Value::Null, None),
        "True" | "TRUE" => (Value::Bool(true), Some(Repair::Literal)),
        "False" | "FALSE" => (Value::Bool(false), Some(Repair::Literal)),
        "None" | "NULL" | "Null" | "nil" | "undefined" => (Value::Null, Some(Repair::Literal)),
        "NaN" | "nan" | "Infinity" | "inf" | "-Infinity" | "+Infinity" | "-inf" | "-NaN" => {
            (Value::Null, Some(Repair::NotANumber))
        }
        _ => return None,
    })
}

/// The start of a literal, where the text ends.
pub fn literal_cut_off(word: &str) -> Option<Value> {
    let whole = ["true", "false", "null", "True", "False", "None"];
    let whole = whole.into_iter().find(|whole| whole.starts_with(word) && !word.is_empty())?;
    literal(whole).map(|(value, _)| value)
}

/// What an unquoted word of a number's letters is.
pub enum Numeral {
    Number(Number, Option<Repair>),
    /// Digits whose zeros or whose length would be lost: it stays a text.
    Text,
    TooLong,
    None,
}

pub fn numeral(word: &str) -> Numeral {
    if let Ok(number) = serde_json::from_str::<Number>(word) {
        let is_integer = !word.contains(['.', 'e', 'E']);
        return if is_integer && !number.is_i64() { Numeral::TooLong } else { Numeral::Number(number, None) };
    }
    let (sign, digits) = match word.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", word.strip_prefix('+').unwrap_or(word)),
    };
    if let Some(hex) = digits.strip_prefix("0x").or(digits.strip_prefix("0X")) {
        // The sign and the digits as one text: only so the least integer fits, and only so there is one sign.
        let is_hex = !hex.is_empty() && hex.bytes().all(|digit| digit.is_ascii_hexdigit());
        return match i64::from_str_radix(&format!("{sign}{hex}"), 16) {
            Ok(number) if is_hex => Numeral::Number(number.into(), Some(Repair::Number)),
            _ => Numeral::None,
        };
    }
    let is_number = |letter: char| letter.is_ascii_digit() || "._eE+-".contains(letter);
    if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') || !digits.chars().all(is_number) {
        return Numeral::None;
    }
    if digits.len() > 1 && digits.chars().all(|letter| letter.is_ascii_digit()) && digits.starts_with('0') {
        return Numeral::Text;
    }
    // 1_000, .5 and 5.
    let mut plain = format!("{sign}{}", if digits.starts_with('.') { "0" } else { "" });
    plain.extend(digits.chars().filter(|letter| *letter != '_'));
    if plain.ends_with('.') {
        plain.push('0');
    }
    match serde_json::from_str::<Number>(&plain) {
        Ok(number) if plain.contains(['.', 'e', 'E']) || number.is_i64() => {
            Numeral::Number(number, Some(Repair::Number))
        }
        Ok(_) => Numeral::TooLong,
        Err(_) => Numeral::None,
    }
}
