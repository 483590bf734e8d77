//! What the engine's store holds for one run.

use std::any::{Any, TypeId};

use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use crate::guest_memory::GuestMemory;
use crate::import::Import;
use crate::run::Run;
use crate::seam::Seam;

/// One run, the instances of its capabilities, and the guest's memory.
pub struct RunState {
    /// The run that the guest works for.
    pub run: Run,
    /// The guest's memory.
    pub memory: GuestMemory,
    instances: Instances,
    /// For third parties' guests, made when one asks for it.
    wasi: Option<Box<WasiCtx>>,
}

/// How the engine gets from a run to the imports of one capability. Only the kernel makes one, for an instance that it prepares.
pub type ImportOf<C> = fn(&mut RunState) -> Import<'_, C>;

/// The instances of all capabilities, each of a type of its own.
pub(crate) type Instances = Vec<(TypeId, Box<dyn Any + Send>)>;

impl RunState {
    pub(crate) fn new(run: Run, memory: GuestMemory, instances: Instances) -> RunState {
        RunState { run, memory, instances, wasi: None }
    }

    /// The instance of a capability; `None` where no capability that was prepared has this type.
    pub fn instance<C: 'static>(&self) -> Option<&C> {
        let (_, instance) = self.instances.iter().find(|(id, _)| *id == TypeId::of::<C>())?;
        instance.downcast_ref()
    }

    /// What is done where an import returns to the guest.
    pub(crate) fn seam(&mut self) -> &Seam {
        self.run.seam()
    }

    /// The view of an interface that was linked by [`Capabilities::linker`](crate::Capabilities::linker). Only the kernel names it, and
    /// only for what it prepares.
    pub(crate) fn import<C: 'static>(&mut self) -> Import<'_, C> {
        let RunState { run, instances, .. } = self;
        let instance = instances.iter_mut().find(|(id, _)| *id == TypeId::of::<C>());
        match instance.and_then(|(_, instance)| instance.downcast_mut()) {
            Some(own) => Import { own, run },
            // `Capabilities` prepares what it links.
            None => unreachable!("{} is linked and was not prepared", std::any::type_name::<C>()),
        }
    }
}

impl WasiView for RunState {
    /// Of WASI, a guest gets a world in which there is nothing: no files, arguments, variables, sockets or input.
    fn ctx(&mut self) -> WasiCtxView<'_> {
        let ctx = self.wasi.get_or_insert_with(|| Box::new(WasiCtx::builder().max_random_size(1 << 16).build()));
        WasiCtxView { ctx, table: &mut self.run.table }
    }
}
