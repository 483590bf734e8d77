//! The environment variables that were granted by name.

use std::collections::{BTreeMap, BTreeSet};

/// Granted names with what they hold, and the names that were asked for in vain.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    granted: BTreeMap<String, Option<String>>,
    refused: BTreeSet<String>,
}

/// How many names are remembered, so that each is told of only once; a spell could invent any number.
const REMEMBERED: usize = 100;

/// How much of a name is remembered: as much as the operator is told.
pub const NAME_CHARS: usize = 80;

/// What became of a question.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    Value(String),
    /// Granted, and not set.
    Unset,
    /// Not granted, and asked for the first time.
    Refused,
    /// Not granted, and the operator has been told.
    RefusedAgain,
}

impl Environment {
    pub fn new(granted: BTreeMap<String, Option<String>>) -> Environment {
        Environment { granted, refused: BTreeSet::new() }
    }

    pub fn get(&mut self, name: &str) -> Found {
        match self.granted.get(name) {
            Some(Some(value)) => Found::Value(value.clone()),
            Some(None) => Found::Unset,
            None if self.refused.len() < REMEMBERED && self.refused.insert(name.chars().take(NAME_CHARS).collect()) => {
                Found::Refused
            }
            None => Found::RefusedAgain,
        }
    }

    /// The granted names that are set, sorted.
    pub fn names(&self) -> Vec<String> {
        self.granted.iter().filter(|(_, value)| value.is_some()).map(|(name, _)| name.clone()).collect()
    }
}
