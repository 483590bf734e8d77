//! One interface of the WIT world as one unit, and all of them together.

use std::any::{Any, TypeId};
use std::path::PathBuf;

use llmspell_api::workflow::SpellFile;
use wasmtime::Engine;

use crate::guest_memory::GuestMemory;
use crate::linker::Linker;
use crate::operation_host::link_operations;
use crate::run::Run;
use crate::run_state::{ImportOf, RunState};

/// One interface of the WIT world: what is kept for all runs (`self`), and its instance in each run.
///
/// Adding one is a crate or folder with this trait and the interface's generated `Host` trait implemented, and one line
/// where the host composes its capabilities.
pub trait Capability: Send + Sync + 'static {
    /// Its state in one run, a type that no other capability has. The interface's `Host` trait is implemented on
    /// `Import<'_, Self::Instance>`.
    type Instance: Send + 'static;

    /// Adds the interface's functions to a linker: `add_to_linker::<_, ImportData<Self::Instance>>(linker, import)`.
    fn link(linker: &mut Linker<RunState>, import: ImportOf<Self::Instance>) -> wasmtime::Result<()>;

    /// Makes the instance for one run. What it offers to capabilities that are prepared after it goes to [`Run::offer`].
    fn prepare(&self, run: &mut Run, options: &Options) -> wasmtime::Result<Self::Instance>;
}

/// What the caller says of one run, for capabilities.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Extensions of the language's files, without the dot.
    pub extensions: Vec<String>,
    /// Where the spell's modules and data lie. `None`: it has none.
    pub folder: Option<PathBuf>,
    /// Asked in place of the model that the spell names.
    pub model: Option<String>,
    /// Makes randomness repeatable. `None`: the operating system's.
    pub seed: Option<u64>,
    /// The session that it begins in. `None`: in none.
    pub session: Option<String>,
    /// The file that it was read from, for what is to run it again. `None`: it is no file.
    pub spell: Option<SpellFile>,
}

/// All capabilities of a host, in the order in which they are prepared.
#[derive(Default)]
pub struct Capabilities(Vec<Box<dyn AnyCapability>>);

impl Capabilities {
    /// Adds one. What it takes from another one comes after that.
    pub fn with(mut self, capability: impl Capability) -> Capabilities {
        self.0.push(Box::new(capability));
        self
    }

    /// A linker by which guests import every interface, and those of the kernel itself.
    pub fn linker(&self, engine: &Engine) -> wasmtime::Result<Linker<RunState>> {
        let mut linker = Linker::with_seam(engine, RunState::seam);
        link_operations(&mut linker)?;
        self.0.iter().try_for_each(|capability| capability.link(&mut linker))?;
        Ok(linker)
    }

    /// What the engine's store holds for one run: each capability gets an instance.
    pub fn prepare(&self, mut run: Run, memory: GuestMemory, options: &Options) -> wasmtime::Result<RunState> {
        let mut instances: Vec<(TypeId, Box<dyn Any + Send>)> = Vec::with_capacity(self.0.len() + 1);
        // The interfaces of the kernel have no state of their own.
        instances.push((TypeId::of::<()>(), Box::new(())));
        for capability in &self.0 {
            instances.push(capability.prepare(&mut run, options)?);
        }
        Ok(RunState::new(run, memory, instances))
    }
}

/// A capability whose instance may be of any type.
trait AnyCapability: Send + Sync {
    fn link(&self, linker: &mut Linker<RunState>) -> wasmtime::Result<()>;
    fn prepare(&self, run: &mut Run, options: &Options) -> wasmtime::Result<(TypeId, Box<dyn Any + Send>)>;
}

impl<C: Capability> AnyCapability for C {
    fn link(&self, linker: &mut Linker<RunState>) -> wasmtime::Result<()> {
        C::link(linker, RunState::import)
    }

    fn prepare(&self, run: &mut Run, options: &Options) -> wasmtime::Result<(TypeId, Box<dyn Any + Send>)> {
        Ok((TypeId::of::<C::Instance>(), Box::new(Capability::prepare(self, run, options)?)))
    }
}
