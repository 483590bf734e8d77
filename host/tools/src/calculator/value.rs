//! What an expression comes to.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value as Json};

/// The beginning of a word, for messages.
pub fn short(word: &str) -> String {
    word.chars().take(60).collect()
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    Number(f64),
    Truth(bool),
    /// Of a variable whose value is not known: whatever is made of it is not known, either.
    Unknown,
}

/// Beyond, a float does not hold every integer.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Value {
    pub fn read_all(variables: &Map<String, Json>) -> Result<BTreeMap<&str, Value>, String> {
        let read = |(name, value): (&'_ String, &'_ Json)| {
            match value {
                Json::Number(number) => number.as_f64().map(Value::Number),
                Json::Bool(truth) => Some(Value::Truth(*truth)),
                Json::String(text) => match text.as_str() {
                    "NaN" => Some(Value::Number(f64::NAN)),
                    "Infinity" => Some(Value::Number(f64::INFINITY)),
                    "-Infinity" => Some(Value::Number(f64::NEG_INFINITY)),
                    text => text.trim().parse().ok().filter(|number: &f64| number.is_finite()).map(Value::Number),
                },
                _ => None,
            }
            .ok_or_else(|| format!("the variable '{}' must be a number or true or false", short(name)))
        };
        variables.iter().map(|(name, value)| Ok((name.as_str(), read((name, value))?))).collect()
    }

    /// Integers as such; what JSON has no number for as a text.
    pub fn show(self) -> Json {
        match self {
            Value::Unknown => Json::Null,
            Value::Truth(truth) => truth.into(),
            Value::Number(number) if number.is_nan() => "NaN".into(),
            Value::Number(f64::INFINITY) => "Infinity".into(),
            Value::Number(f64::NEG_INFINITY) => "-Infinity".into(),
            #[expect(clippy::cast_possible_truncation, reason = "it is an integer that a float holds exactly")]
            Value::Number(number) if is_integer(number) => (number as i64).into(),
            Value::Number(number) => Number::from_f64(number).map_or(Json::Null, Json::Number),
        }
    }

    pub fn kind(self) -> &'static str {
        match self {
            Value::Truth(_) => "boolean",
            Value::Number(number) if is_integer(number) => "integer",
            Value::Number(_) | Value::Unknown => "float",
        }
    }
}

fn is_integer(number: f64) -> bool {
    number.fract() == 0.0 && number.abs() < EXACT
}
