//! JSON: as it stands, or else as it is meant.

use llmspell_base::integers;

use crate::answer::not_json;
use crate::repair::{Recovered, Recovery};
use crate::scan;

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
