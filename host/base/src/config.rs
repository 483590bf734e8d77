//! What the sections of a configuration have in common: errors with their place, and checks of single values.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::money::NanoDollars;
use crate::toml_span;
use crate::units::parse_duration;

/// What is wrong with a configuration, where, and what to do. One line.
#[derive(Debug, thiserror::Error)]
#[error("{}", toml_span::one_line(&format!("{}{problem}", self.place())))]
pub struct ConfigError {
    /// The configuration file as the caller named it; `None` where the error is not about a file.
    pub file: Option<String>,
    /// 1-based; 0 where it is about no place in the file.
    pub line: usize,
    /// 1-based, in characters.
    pub column: usize,
    /// What is wrong and what to do, without the place.
    pub problem: String,
}

impl ConfigError {
    /// An error that is about no place in a file.
    pub fn new(problem: impl Into<String>) -> ConfigError {
        ConfigError { file: None, line: 0, column: 0, problem: problem.into() }
    }

    /// With the place of what it is about: what is wrong with a value begins with the keys that lead to it.
    pub fn within(mut self, text: &str) -> ConfigError {
        let keys = match self.problem.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
            Some((section, rest)) => {
                let key = rest.split_once(':').map(|(key, _)| key).filter(|key| !key.contains(' '));
                section.split('.').chain(key).collect::<Vec<_>>()
            }
            None => self.problem.split(':').next().unwrap_or_default().split('.').collect(),
        };
        if let Some(span) = toml_span::place(text, &keys).filter(|_| self.line == 0) {
            (self.line, self.column) = toml_span::position(text, span.start);
        }
        self
    }

    fn place(&self) -> String {
        match (&self.file, self.line) {
            (None, 0) => String::new(),
            (None, line) => format!("line {line}, column {}: ", self.column),
            (Some(file), 0) => format!("{file}: "),
            (Some(file), line) => format!("{file}:{line}:{}: ", self.column),
        }
    }
}

/// Reads one environment variable. Tests give their own.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A number within its range, or an error that names the key.
pub fn bounded(name: &str, value: Option<u64>, range: RangeInclusive<u64>) -> Result<Option<u64>, ConfigError> {
    match value {
        Some(value) if !range.contains(&value) => {
            Err(ConfigError::new(format!("{name}: must be from {} to {}, not {value}", range.start(), range.end())))
        }
        value => Ok(value),
    }
}

/// Decimal dollars, as text: a number would be a float.
pub fn money(name: &str, text: Option<String>) -> Result<Option<NanoDollars>, String> {
    let read = |text: String| match text.parse() {
        Ok(NanoDollars(0)) => Err(format!("{name}: must be more than 0")),
        Ok(money) => Ok(money),
        Err(problem) => Err(format!("{name}: {problem}")),
    };
    text.map(read).transpose()
}

/// A duration such as "30s", or an error that names the key.
pub fn duration(name: &str, text: Option<String>) -> Result<Option<Duration>, String> {
    text.map(|text| parse_duration(&text).map_err(|problem| format!("{name}: {problem}"))).transpose()
}
