//! The JSON in what a model says: read as it is meant, within bounds, as strictly as is asked for.
//!
//! It takes time in proportion to the text, nests no deeper than [`DEPTH`], and makes nothing larger than what was there.

mod answer;
mod fence;
mod json;
mod reader;
mod repair;
mod scan;
mod word;

#[cfg(test)]
mod tests;

pub use answer::{not_json, unwrapped};
pub use fence::{Fence, fences};
pub use json::json;
pub use reader::DEPTH;
pub use repair::{Recovered, Recovery, Repair};
