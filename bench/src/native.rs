//! The same interpreters, built for this machine, in this process, and without any limit.

pub mod javascript;
pub mod lua;

use std::collections::BTreeMap;

/// Variables by name, as spells are granted them.
pub type Environment = BTreeMap<String, Option<String>>;
