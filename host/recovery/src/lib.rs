//! The JSON in what a model says: read as it is meant, within bounds, as strictly as is asked for.
//!
//! It takes time in proportion to the text, nests no deeper than [`DEPTH`], and makes nothing larger than what was there.

mod answer;
mod fence;
mod reader;
mod repair;
mod scan;
mod word;

#[cfg(test)]
mod tests;

use serde_json::Value;

pub use answer::{not_json, unwrapped};
pub use fence::{Fence, fences};
pub use repair::{Recovery, Repair};

use llmspell_base::integers;

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
