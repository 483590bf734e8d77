//! JSON: as it stands, or else as it is meant.

use llmspell_base::integers;
use serde_json::Value;

use crate::answer::not_json;
use crate::repair::{Recovery, Repair};
use crate::scan;

/// How deep lists and objects lie in each other, at most: as for JSON anywhere else here.
pub const DEPTH: usize = 127;

/// A value, and what had to be mended or left out for it, each kind once.
#[derive(Debug, Clone, PartialEq)]
pub struct Recovered {
    pub value: Value,
    pub repairs: Vec<Repair>,
}

/// The value in a text, or one line that says what is wrong.
pub fn json(text: &str, recovery: Recovery) -> Result<Recovered, String> {
    let whole = text.trim_start_matches('\u{feff}');
    let error = match serde_json::from_str(whole) {
        Ok(value) => {
            return match integers::find_long(whole) {
                Some(long) => Err(integers::too_long(long)),
                None => Ok(Recovered { value, repairs: Vec::new() }),
            };
        }
        Err(error) => error,
    };
    if recovery == Recovery::Strict {
        return Err(not_json(text, &error.to_string()));
    }
    scan::best(whole, recovery)
}
