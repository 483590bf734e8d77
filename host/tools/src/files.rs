//! Tools for files: for spells that are granted some, and for those alone.

use llmspell_capability_tool::HostTool;
pub use tool::RunFiles;
use tool::tool;

mod archive;
mod convert;
mod operations;
mod read;
mod search;
mod tool;
mod write;

/// All of them.
pub fn all() -> Vec<HostTool> {
    vec![
        tool::<operations::FileOperations>(),
        tool::<read::FileRead>(),
        tool::<write::FileWrite>(),
        tool::<search::FileSearch>(),
        tool::<archive::ArchiveHandler>(),
        tool::<convert::FileConverter>(),
    ]
}
