//! What the engine's store holds for one run.

use llmspell_kernel::Run;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use crate::capabilities::{HoldsRun, Instances, RunParts};
use crate::memory::Memory;

/// One run, the instances of its capabilities, and the guest's memory.
pub struct RunState {
    pub run: Run,
    pub instances: Instances,
    pub memory: Memory,
    nothing: (),
    /// For third parties' guests, made when one asks for it.
    wasi: Option<WasiCtx>,
}

impl RunState {
    pub fn new(run: Run, instances: Instances, memory: Memory) -> RunState {
        RunState { run, instances, memory, nothing: (), wasi: None }
    }
}

impl HoldsRun for RunState {
    fn parts(&mut self) -> RunParts<'_> {
        RunParts { run: &mut self.run, instances: &mut self.instances, nothing: &mut self.nothing }
    }
}

impl WasiView for RunState {
    /// Of WASI, a guest gets a world in which there is nothing: no files, arguments, variables, sockets or input.
    fn ctx(&mut self) -> WasiCtxView<'_> {
        let ctx = self.wasi.get_or_insert_with(|| WasiCtx::builder().max_random_size(1 << 16).build());
        WasiCtxView { ctx, table: &mut self.run.table }
    }
}
