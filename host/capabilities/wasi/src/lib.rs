//! WASI 0.2 for guests that ask for it: no files, arguments, variables, sockets or input, as `RunState` has none.
//!
//! A crate of its own, as the engine's code for all of its functions takes long to compile.

#![deny(missing_docs)]

use llmspell_kernel::RunState;
use wasmtime::component::Linker;

/// Adds WASI's interfaces to the linker of a guest that imports some of them. It takes a moment.
pub fn link(linker: &mut Linker<RunState>) -> wasmtime::Result<()> {
    wasmtime_wasi::p2::add_to_linker_async(linker)
}
