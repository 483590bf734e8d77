//! WASI for guests of third parties.

use llmspell_kernel::{Linker, RunState};

/// Adds WASI's interfaces to the linker of a guest that imports some of them: no files, arguments, variables, sockets or
/// input, as [`RunState`] has none. It takes a moment.
pub fn link(linker: &mut Linker<RunState>) -> wasmtime::Result<()> {
    wasmtime_wasi::p2::add_to_linker_async(linker.unseen())
}
