//! Tools for the network: for spells that are granted some host, and for those alone.

use llmspell_capability_tool::HostTool;
use tool::tool;

mod requester;
mod tool;

/// All of them.
pub fn all() -> Vec<HostTool> {
    vec![tool::<requester::HttpRequester>()]
}
