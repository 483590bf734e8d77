//! `output`: what the spell prints.

use llmspell_kernel::args::Arg;
use llmspell_kernel::{Capability, Import, ImportData, ImportOf, Linker, Options, Run, RunState, Stop};

use bindings::llmspell::spell::output;

mod bindings {
    #![allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]

    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "package llmspell:capability; world capability { import llmspell:spell/output@0.1.0; }",
        imports: { default: async | trappable },
        wasmtime_crate: llmspell_kernel::engine,
    });
}

/// The interface `output`.
pub struct OutputCapability;

impl Capability for OutputCapability {
    type Instance = Output;

    fn link(linker: &mut Linker<RunState>, import: ImportOf<Output>) -> wasmtime::Result<()> {
        output::add_to_linker::<_, ImportData<Output>>(linker, import)
    }

    fn prepare(&self, _: &mut Run, _: &Options) -> wasmtime::Result<Output> {
        Ok(Output)
    }
}

/// Has nothing of its own: the run's listener is the kernel's.
pub struct Output;

impl output::Host for Import<'_, Output> {
    async fn write(&mut self, bytes: Vec<u8>) -> wasmtime::Result<()> {
        write(self, &bytes)
    }

    async fn print(&mut self, text: String) -> wasmtime::Result<()> {
        write(self, text.as_bytes())
    }
}

/// The call `output.write`, whichever way it came.
fn write(import: &mut Import<'_, Output>, bytes: &[u8]) -> wasmtime::Result<()> {
    if let Ok(admitted) = import.call("output.write").arg("text", Arg::Bytes(bytes)).admit()? {
        import.run.count_output(bytes.len())?;
        import.run.listener.output(bytes).map_err(Stop::output)?;
        let _ = import.settle(admitted, Ok(()))?;
    }
    Ok(())
}
