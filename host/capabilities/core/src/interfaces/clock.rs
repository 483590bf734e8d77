//! `clock`: the time of day, and the time since the run began.

use llmspell_kernel::{Capability, Import, ImportData, ImportOf, Linker, Options, Run, RunState};

use bindings::llmspell::spell::clock;

mod bindings {
    #![allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]

    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "package llmspell:capability; world capability { import llmspell:spell/clock@0.1.0; }",
        imports: { default: async | trappable },
        wasmtime_crate: llmspell_kernel::engine,
    });
}

/// The interface `clock`.
pub struct ClockCapability;

impl Capability for ClockCapability {
    type Instance = Clock;

    fn link(linker: &mut Linker<RunState>, import: ImportOf<Clock>) -> wasmtime::Result<()> {
        clock::add_to_linker::<_, ImportData<Clock>>(linker, import)
    }

    fn prepare(&self, _: &mut Run, _: &Options) -> wasmtime::Result<Clock> {
        Ok(Clock)
    }
}

/// Has nothing of its own: the run's clock is the kernel's.
pub struct Clock;

impl clock::Host for Import<'_, Clock> {
    async fn now(&mut self) -> wasmtime::Result<u64> {
        Ok(now(self)? / 1_000)
    }

    async fn elapsed(&mut self) -> wasmtime::Result<u64> {
        elapsed(self)
    }
}

/// The call `clock.now`, whichever way it came: nanoseconds since 1970.
pub fn now(import: &mut Import<'_, Clock>) -> wasmtime::Result<u64> {
    Ok(import.call("clock.now").answer(|import| Ok(import.run.clock.now()))?.unwrap_or_default())
}

/// The call `clock.elapsed`, whichever way it came: nanoseconds since the run began.
pub fn elapsed(import: &mut Import<'_, Clock>) -> wasmtime::Result<u64> {
    Ok(import.call("clock.elapsed").answer(|import| Ok(import.run.clock.elapsed()))?.unwrap_or_default())
}
