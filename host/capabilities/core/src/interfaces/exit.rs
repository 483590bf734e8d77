//! `exit`: the spell asks for its end.

use llmspell_kernel::args::Arg;
use llmspell_kernel::{Capability, Import, ImportData, ImportOf, Options, Run, RunState, Stop};
use wasmtime::component::Linker;

use bindings::llmspell::spell::exit;

mod bindings {
    #![allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]

    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "package llmspell:capability; world capability { import llmspell:spell/exit@0.1.0; }",
        imports: { default: async | trappable },
    });
}

/// The interface `exit`.
pub struct ExitCapability;

impl Capability for ExitCapability {
    type Instance = Exit;

    fn link(linker: &mut Linker<RunState>, import: ImportOf<Exit>) -> wasmtime::Result<()> {
        exit::add_to_linker::<_, ImportData<Exit>>(linker, import)
    }

    fn prepare(&self, _: &mut Run, _: &Options) -> wasmtime::Result<Exit> {
        Ok(Exit)
    }
}

/// Has nothing of its own.
pub struct Exit;

impl exit::Host for Import<'_, Exit> {
    async fn exit(&mut self, code: u8) -> wasmtime::Result<()> {
        let _ = self.call("exit.exit").arg("code", Arg::Handle(code.into())).answer(|_| Ok(()))?;
        Err(Stop::Exit(code).into())
    }
}
