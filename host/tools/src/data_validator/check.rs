//! Checks data by rules, and collects what is wrong.

use std::collections::HashSet;

use jiff::fmt::strtime;
use regex::Regex;
use serde_json::{Value, json};

use super::rule::{Kind, Rule, shown};
use crate::standard::{Problem, size};

#[derive(Default)]
pub struct Check {
    /// The first of them.
    pub errors: Vec<Value>,
    /// How many there are beyond.
    pub more: usize,
    /// Of values looked at, and of the bytes that patterns looked at.
    work: usize,
}

/// Beyond, telling more is of no use.
const MOST_ERRORS: usize = 100;
const MOST_WORK: usize = 4_000_000;
/// What a pattern makes of a byte at worst.
const PATTERN_WORK: usize = 32;

impl Check {
    pub fn all(&mut self, rules: &[Rule], path: &str, value: &Value) -> Result<(), Problem> {
        self.of(rules, path, Some(value))
    }

    /// `None`: there is no such value.
    fn of(&mut self, rules: &[Rule], path: &str, value: Option<&Value>) -> Result<(), Problem> {
        for rule in rules {
            self.spend((path.len() + rule.field.len()) / 8)?;
            let place = match (path, rule.field.as_str()) {
                (path, "") => path.to_owned(),
                ("", field) => field.to_owned(),
                (path, field) => format!("{path}.{field}"),
            };
            self.one(rule, &place, value.and_then(|value| find(value, &rule.field)))?;
        }
        Ok(())
    }

    fn spend(&mut self, work: usize) -> Result<(), Problem> {
        self.work = self.work.saturating_add(work);
        match self.work > MOST_WORK {
            true => Err(Problem::too_large("'input' is too large to be checked by so many rules")),
            false => Ok(()),
        }
    }

    fn one(&mut self, rule: &Rule, path: &str, value: Option<&Value>) -> Result<(), Problem> {
        self.spend(1)?;
        let is_absent = value.is_none_or(|value| value.is_null() || value.as_str() == Some(""));
        let wrong = match (&rule.kind, value) {
            (Kind::Required, _) => is_absent.then(|| "is required".to_owned()),
            // Only `required` is about what is not there.
            (_, None) => None,
            (Kind::Type(expected), Some(value)) => {
                (!is(value, expected)).then(|| format!("must be of the type {expected}"))
            }
            (_, Some(Value::Null)) => None,
            (Kind::Array(rules), Some(Value::Array(items))) => {
                for (at, item) in items.iter().enumerate() {
                    self.all(rules, &format!("{path}[{at}]"), item)?;
                }
                None
            }
            (Kind::Array(_), Some(_)) => Some("must be a list".into()),
            (Kind::Object(properties), Some(value @ Value::Object(_))) => {
                for (name, rules) in properties {
                    let place = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    self.of(rules, &place, value.get(name))?;
                }
                None
            }
            (Kind::Object(_), Some(_)) => Some("must be an object".into()),
            (Kind::Pattern(pattern), Some(value)) => self.pattern(pattern, value)?,
            (Kind::Enum(values), Some(value)) => {
                self.spend(values.len().saturating_mul(size(value)) / 16 + 1)?;
                (!values.contains(value)).then(|| "is none of the values that are allowed".into())
            }
            (Kind::Unique, Some(value)) => {
                self.spend(size(value))?;
                unique(value)
            }
            (kind, Some(value)) => {
                self.spend(size(value) / 16)?;
                plain(kind, value)
            }
        };
        if let Some(wrong) = wrong {
            let subject = if path.is_empty() { "the data".into() } else { format!("'{}'", shown(path)) };
            let message = rule.message.clone().unwrap_or_else(|| format!("{subject} {wrong}"));
            match self.errors.len() < MOST_ERRORS {
                true => self.errors.push(json!({ "field": shown(path), "rule": rule.name, "message": message })),
                false => self.more += 1,
            }
        }
        Ok(())
    }

    fn pattern(&mut self, pattern: &Regex, value: &Value) -> Result<Option<String>, Problem> {
        let Some(text) = value.as_str() else { return Ok(Some("must be a text".into())) };
        self.spend(text.len().saturating_mul(PATTERN_WORK))?;
        Ok((!pattern.is_match(text)).then(|| format!("does not match '{}'", shown(pattern.as_str()))))
    }
}

/// `a.b.0` of a value.
fn find<'a>(value: &'a Value, field: &str) -> Option<&'a Value> {
    field.split('.').filter(|step| !step.is_empty()).try_fold(value, |value, step| match value {
        Value::Object(map) => map.get(step),
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        _ => None,
    })
}

fn is(value: &Value, expected: &str) -> bool {
    match expected {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => value.is_null(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "no length comes near what a float can't hold")]
fn plain(kind: &Kind, value: &Value) -> Option<String> {
    let text = value.as_str();
    match kind {
        Kind::Length(min, max) => {
            let length = match value {
                Value::String(text) => text.chars().count(),
                Value::Array(items) => items.len(),
                Value::Object(map) => map.len(),
                _ => return Some("must be a text, a list or an object".into()),
            };
            outside(length as f64, *min, *max).map(|bounds| format!("must have a length of {bounds}, not {length}"))
        }
        Kind::Range(min, max) => match value.as_f64() {
            Some(number) => outside(number, *min, *max).map(|bounds| format!("must be {bounds}, not {value}")),
            None => Some("must be a number".into()),
        },
        Kind::Email => (!text.is_some_and(is_email)).then(|| "must be an e-mail address".into()),
        Kind::Url => {
            let is_url = text.is_some_and(|text| url::Url::parse(text).is_ok_and(|url| url.has_host()));
            (!is_url).then(|| "must be a URL".into())
        }
        Kind::Date(format) => {
            let format = format.as_deref().unwrap_or("%Y-%m-%d");
            let is_date = text.is_some_and(|text| {
                text.len() < 256 && strtime::parse(format, text).is_ok_and(|read| read.to_date().is_ok())
            });
            (!is_date).then(|| format!("must be a date of the format '{}'", shown(format)))
        }
        _ => None,
    }
}

fn outside(number: f64, min: f64, max: f64) -> Option<String> {
    if (min..=max).contains(&number) {
        return None;
    }
    Some(match (min.is_finite(), max.is_finite()) {
        (true, true) => format!("{min} to {max}"),
        (true, false) => format!("at least {min}"),
        _ => format!("at most {max}"),
    })
}

fn unique(value: &Value) -> Option<String> {
    let Some(items) = value.as_array() else { return Some("must be a list".into()) };
    let mut seen = HashSet::new();
    let twice = items.iter().position(|item| !seen.insert(item.to_string()))?;
    Some(format!("has an item twice, at {twice}"))
}

/// A name, `@`, and a domain with a dot: who the mail is for, only its server knows.
fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.rsplit_once('@') else { return false };
    let plain = |one: char| !one.is_whitespace() && !one.is_control() && one != '@';
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|one| one.is_alphanumeric() || one == '-')
    };
    (1..=64).contains(&name.len()) && name.chars().all(plain) && domain.contains('.') && domain.split('.').all(label)
}
