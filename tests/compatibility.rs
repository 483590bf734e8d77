//! The table of the names that other dialects have: `tests/compatibility.toml` is the data, `docs/compatibility.md` is made of it
//! (`BLESS=1`), and spells of each language look whether what it says is so.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

#[path = "compatibility/offered.rs"]
mod offered;
#[path = "compatibility/page.rs"]
mod page;
#[path = "compatibility/probe.rs"]
mod probe;
#[path = "standard_names.rs"]
mod standard_names;
#[path = "compatibility/table.rs"]
mod table;

fn root() -> PathBuf {
    std::fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap()
}
