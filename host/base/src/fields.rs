//! Reads a JSON object from a spell field by field, with precise messages about what is wrong.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use crate::Failure;
use crate::nearest::nearest;

/// The fields of an object that are not read yet, and the names that were asked for.
pub struct Fields {
    what: Cow<'static, str>,
    map: Map<String, Value>,
    known: Vec<&'static str>,
}

impl Fields {
    /// `what` names the object in messages, such as "the agent's definition".
    pub fn parse(what: impl Into<Cow<'static, str>>, json: &str) -> Result<Fields, Failure> {
        let what = what.into();
        match serde_json::from_str(json) {
            Ok(value) => Fields::of(what, value),
            Err(error) => Err(Failure::invalid(format!("{what} is not valid JSON: {error}"))),
        }
    }

    /// Of a value that is parsed already.
    pub fn of(what: impl Into<Cow<'static, str>>, value: Value) -> Result<Fields, Failure> {
        let what = what.into();
        match value {
            Value::Object(map) => Ok(Fields { what, map, known: Vec::new() }),
            other => Err(Failure::invalid(format!("{what} must be an object, not {}", kind(&other)))),
        }
    }

    /// Whether one of these is set.
    pub fn has(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.map.get(*name).is_some_and(|value| !value.is_null()))
    }

    /// The raw value of a field; null counts as absent.
    pub fn take(&mut self, name: &'static str) -> Option<Value> {
        self.known.push(name);
        self.map.remove(name).filter(|value| !value.is_null())
    }

    /// The same where null is a value.
    pub fn take_raw(&mut self, name: &'static str) -> Option<Value> {
        self.known.push(name);
        self.map.remove(name)
    }

    /// A string field; `None` where it is absent or null. "invalid" where it is anything else.
    pub fn text(&mut self, name: &'static str) -> Result<Option<String>, Failure> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.wrong(name, "a string", &other)),
        }
    }

    /// A boolean field; `None` where it is absent or null. "invalid" where it is anything else.
    pub fn flag(&mut self, name: &'static str) -> Result<Option<bool>, Failure> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(other) => Err(self.wrong(name, "true or false", &other)),
        }
    }

    /// A number within `range`, both ends included; `None` where it is absent or null. "invalid" where it is anything
    /// else.
    pub fn number(&mut self, name: &'static str, range: RangeInclusive<f64>) -> Result<Option<f64>, Failure> {
        let Some(value) = self.take(name) else { return Ok(None) };
        match value.as_f64() {
            Some(number) if range.contains(&number) => Ok(Some(number)),
            _ => Err(self.wrong(name, &format!("a number from {} to {}", range.start(), range.end()), &value)),
        }
    }

    /// A whole number, also where a language wrote it as 100.0.
    pub fn whole(&mut self, name: &'static str, range: RangeInclusive<u64>) -> Result<Option<u64>, Failure> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let exact = |number: f64| (number.fract() == 0.0 && (0.0..=9e15).contains(&number)).then_some(number as u64);
        match value.as_u64().or_else(|| value.as_f64().and_then(exact)) {
            Some(number) if range.contains(&number) => Ok(Some(number)),
            _ => Err(self.wrong(name, &format!("a whole number from {} to {}", range.start(), range.end()), &value)),
        }
    }

    /// One text, or a list of at most `most` texts.
    pub fn texts(&mut self, name: &'static str, most: usize) -> Result<Vec<String>, Failure> {
        match self.take(name) {
            None => Ok(Vec::new()),
            Some(Value::String(text)) => Ok(vec![text]),
            Some(Value::Array(items)) if items.len() > most => {
                let (what, count) = (&self.what, items.len());
                Err(Failure::invalid(format!("{what}: '{name}' must be at most {most} strings, not {count}")))
            }
            Some(Value::Array(items)) => {
                let text =
                    |item: &Value| item.as_str().map(String::from).ok_or_else(|| self.wrong(name, "strings", item));
                items.iter().map(text).collect()
            }
            // An empty table of Lua.
            Some(Value::Object(map)) if map.is_empty() => Ok(Vec::new()),
            Some(other) => Err(self.wrong(name, "a string or a list of strings", &other)),
        }
    }

    /// Refuses ("invalid") a field that was never asked for, with the nearest name of those that were.
    pub fn end(self) -> Result<(), Failure> {
        let Some(name) = self.map.keys().next() else { return Ok(()) };
        Err(Failure::invalid(format!("{}: unknown field '{name}'{}", self.what, nearest(name, &self.known))))
    }

    /// The failure ("invalid") for a field with a value of the wrong type or out of range. `expected` completes "must
    /// be ...".
    pub fn wrong(&self, name: &str, expected: &str, found: &Value) -> Failure {
        Failure::invalid(format!("{}: '{name}' must be {expected}, not {}", self.what, show(found)))
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Small values as they are, others by their kind.
fn show(value: &Value) -> String {
    let text = value.to_string();
    if text.len() <= 40 { text } else { kind(value).into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(json: &str) -> Fields {
        Fields::parse("the options", json).unwrap()
    }

    #[test]
    fn an_unknown_field_names_the_nearest() {
        let mut options = fields(r#"{"temprature": 1}"#);
        assert_eq!(options.number("temperature", 0.0..=2.0), Ok(None));
        let message = options.end().unwrap_err().message;
        assert_eq!(message, "the options: unknown field 'temprature'; did you mean 'temperature'?");
    }

    #[test]
    fn a_wrong_value_is_shown() {
        let message = fields(r#"{"temperature": "hot"}"#).number("temperature", 0.0..=2.0).unwrap_err().message;
        assert_eq!(message, r#"the options: 'temperature' must be a number from 0 to 2, not "hot""#);
    }

    #[test]
    fn a_list_of_texts_has_an_end() {
        assert_eq!(fields(r#"{"stop": ["a", "b"]}"#).texts("stop", 2).unwrap(), ["a", "b"]);
        let message = fields(r#"{"stop": ["a", "b", "c"]}"#).texts("stop", 2).unwrap_err().message;
        assert_eq!(message, "the options: 'stop' must be at most 2 strings, not 3");
    }

    #[test]
    fn a_whole_float_is_whole_and_a_negative_or_broken_one_is_not() {
        assert_eq!(fields(r#"{"n": 100.0}"#).whole("n", 1..=1000), Ok(Some(100)));
        for bad in ["-1", "1.5", "1e300", "0"] {
            assert!(fields(&format!(r#"{{"n": {bad}}}"#)).whole("n", 1..=1000).is_err(), "{bad}");
        }
    }
}
