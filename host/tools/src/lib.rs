//! The standard tools: functions that spells and models have without anybody writing them.
//!
//! Each is a module with one type, its input, whose fields make the JSON Schema. Most only compute something of their
//! arguments, so every spell has them that no policy denies them. Those of [`files`] are there for spells that are granted
//! files.

#![deny(missing_docs)]

mod calculator;
mod files;
mod standard;

use llmspell_capability_tool::HostTool;
use standard::tool;

/// All of them, to be registered.
pub fn all() -> Vec<HostTool> {
    let mut all = vec![tool::<calculator::Calculator>()];
    all.extend(files::all());
    all
}
