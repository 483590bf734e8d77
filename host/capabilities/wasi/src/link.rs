//! WASI for guests of third parties.

use llmspell_kernel::{Linker, RunState};
use wasmtime_wasi::p2::bindings::{clocks, random};

use crate::services::{Services, ServicesData};

/// Adds WASI's interfaces to the linker of a guest that imports some of them: no files, arguments, variables, sockets or
/// input, as [`RunState`] has none; time and randomness are the run's own. It takes a moment.
pub fn link(linker: &mut Linker<RunState>) -> wasmtime::Result<()> {
    let linker = linker.unseen();
    wasmtime_wasi::p2::add_to_linker_async(linker)?;
    linker.allow_shadowing(true);
    clocks::wall_clock::add_to_linker::<_, ServicesData>(linker, |state| Services(state))?;
    clocks::monotonic_clock::add_to_linker::<_, ServicesData>(linker, |state| Services(state))?;
    random::random::add_to_linker::<_, ServicesData>(linker, |state| Services(state))?;
    random::insecure::add_to_linker::<_, ServicesData>(linker, |state| Services(state))?;
    random::insecure_seed::add_to_linker::<_, ServicesData>(linker, |state| Services(state))?;
    linker.allow_shadowing(false);
    Ok(())
}
