//! Types that every crate of the host uses: failures, limits, money, time, units, and bounds on JSON.
//!
//! Nothing in this crate knows what a spell may do or how it is run.

#![deny(missing_docs)]

pub mod clock;
pub mod config;
pub mod fields;
pub mod file;
pub mod hash;
pub mod hook_pattern;
pub mod hook_point;
pub mod host_memory;
pub mod integers;
pub mod limits;
pub mod money;
pub mod nearest;
pub mod provider_kind;
pub mod random;
pub mod slots;
pub mod text;
pub mod toml_span;
pub mod units;
pub mod value;

pub use limits::{Limit, Limits};
pub use llmspell_api::{Code, Failure};
pub use money::NanoDollars;
