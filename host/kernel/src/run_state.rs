//! What the engine's store holds for one run.

use std::any::{Any, TypeId};

use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use crate::guest_memory::GuestMemory;
use crate::import::Import;
use crate::run::Run;
use crate::seam::Seam;
use crate::standard_error::StandardError;

/// One run, the instances of its capabilities, and the guest's memory.
pub struct RunState {
    /// The run that the guest works for.
    pub run: Run,
    /// The guest's memory.
    pub memory: GuestMemory,
    instances: Instances,
    /// For third parties' guests, made when one asks for it.
    wasi: Option<Box<WasiCtx>>,
    standard_error: StandardError,
    /// Grows with each call that the guest makes of the host, WASI and those of a replay included: not with what the host does
    /// meanwhile.
    calls: u64,
}

/// How the engine gets from a run to the imports of one capability. Only the kernel makes one, for an instance that it prepares.
pub type ImportOf<C> = fn(&mut RunState) -> Import<'_, C>;

/// The instances of all capabilities, each of a type of its own.
pub(crate) type Instances = Vec<(TypeId, Box<dyn Any + Send>)>;

impl RunState {
    pub(crate) fn new(run: Run, memory: GuestMemory, instances: Instances) -> RunState {
        let shared = run.shared.clone();
        let standard_error = StandardError::new(move |bytes| {
            let mut gate = shared.gate();
            gate.count_bytes(bytes)?;
            gate.count_output(bytes)
        });
        RunState { run, memory, instances, wasi: None, standard_error, calls: 0 }
    }

    /// The instance of a capability; `None` where no capability that was prepared has this type.
    pub fn instance<C: 'static>(&self) -> Option<&C> {
        let (_, instance) = self.instances.iter().find(|(id, _)| *id == TypeId::of::<C>())?;
        instance.downcast_ref()
    }

    /// The guest's memory, as its next growth is to be seen.
    pub fn limiter(&mut self) -> &mut GuestMemory {
        self.memory.after(self.calls)
    }

    /// Whether the guest was last seen asking for memory in vain.
    pub fn growth_refused(&self) -> bool {
        self.memory.growth_refused(self.calls)
    }

    /// The last lines that the guest wrote to WASI's standard error.
    pub fn standard_error(&self) -> Vec<String> {
        self.standard_error.lines()
    }

    /// The imports of a capability, for another way to the same service; `None` where no capability that was prepared has
    /// this instance.
    pub fn reach<C: 'static>(&mut self) -> Option<Import<'_, C>> {
        self.calls += 1;
        let RunState { run, instances, .. } = self;
        let (_, instance) = instances.iter_mut().find(|(id, _)| *id == TypeId::of::<C>())?;
        Some(Import { own: instance.downcast_mut()?, run })
    }

    /// What is done where an import returns to the guest. Each of its calls asks for it, also where the record answers it.
    pub(crate) fn seam(&mut self) -> &Seam {
        self.calls += 1;
        self.run.seam()
    }

    /// The view of an interface that was linked by [`Capabilities::linker`](crate::Capabilities::linker). Only the kernel names it, and
    /// only for what it prepares.
    pub(crate) fn import<C: 'static>(&mut self) -> Import<'_, C> {
        match self.reach() {
            Some(import) => import,
            // `Capabilities` prepares what it links.
            None => unreachable!("{} is linked and was not prepared", std::any::type_name::<C>()),
        }
    }
}

impl WasiView for RunState {
    /// Of WASI, a guest gets a world in which there is nothing: no files, arguments, variables, sockets or input. Clocks and
    /// randomness are the run's own (the capability `wasi`).
    fn ctx(&mut self) -> WasiCtxView<'_> {
        self.calls += 1;
        let error = &self.standard_error;
        let ctx = self.wasi.get_or_insert_with(|| Box::new(WasiCtx::builder().stderr(error.clone()).build()));
        WasiCtxView { ctx, table: &mut self.run.table }
    }
}
