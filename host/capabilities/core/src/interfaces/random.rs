//! `random`: numbers that no spell can predict, unless the run was given a seed.

pub use llmspell_base::random::Random;
use llmspell_kernel::args::Arg;
use llmspell_kernel::{Capability, Import, ImportData, ImportOf, Linker, Options, Run, RunState, Stop};

use bindings::llmspell::spell::random;

mod bindings {
    #![allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]

    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "package llmspell:capability; world capability { import llmspell:spell/random@0.1.0; }",
        imports: { default: async | trappable },
        wasmtime_crate: llmspell_kernel::engine,
    });
}

/// As `wit/random.wit` says.
const MOST_BYTES: usize = 65_536;

/// The interface `random`.
pub struct RandomCapability;

impl Capability for RandomCapability {
    type Instance = Random;

    fn link(linker: &mut Linker<RunState>, import: ImportOf<Random>) -> wasmtime::Result<()> {
        random::add_to_linker::<_, ImportData<Random>>(linker, import)
    }

    fn prepare(&self, _: &mut Run, options: &Options) -> wasmtime::Result<Random> {
        Ok(Random::new(options.seed))
    }
}

impl random::Host for Import<'_, Random> {
    async fn number(&mut self) -> wasmtime::Result<u64> {
        Ok(self.call("random.number").answer(|import| Ok(import.own.number() >> 11))?.unwrap_or_default())
    }

    async fn bytes(&mut self, length: u32) -> wasmtime::Result<Vec<u8>> {
        bytes(self, length.into())
    }
}

/// The call `random.bytes`, whichever way it came.
pub fn bytes(import: &mut Import<'_, Random>, length: u64) -> wasmtime::Result<Vec<u8>> {
    let Some(count) = usize::try_from(length).ok().filter(|count| *count <= MOST_BYTES) else {
        return Err(Stop::Guest(format!("random.bytes({length}): at most {MOST_BYTES}")).into());
    };
    let drawn = import.call("random.bytes").arg("length", Arg::Handle(length));
    Ok(drawn.answer(|import| Ok(import.own.bytes(count)))?.unwrap_or_default())
}
