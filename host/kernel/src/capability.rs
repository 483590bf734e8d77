//! One interface of the WIT world as one unit.

use std::path::PathBuf;

use wasmtime::component::Linker;

use crate::import::Import;
use crate::run::Run;

/// One interface of the WIT world: what is kept for all runs (`self`), and its instance in each run.
///
/// Adding one is a crate or folder with this trait and the interface's generated `Host` trait implemented, and one line
/// where the host composes its capabilities.
pub trait Capability: Send + Sync + 'static {
    /// Its state in one run. The interface's `Host` trait is implemented on `Import<'_, Self::Instance>`.
    type Instance: Send + 'static;

    /// Adds the interface's functions to a linker; `view` finds the instance and the run in the store's data.
    fn link<T: Send + 'static>(
        linker: &mut Linker<T>,
        view: fn(&mut T) -> Import<'_, Self::Instance>,
    ) -> wasmtime::Result<()>;

    /// Makes the instance for one run. What it offers to capabilities that are prepared after it goes to [`Run::offer`].
    fn prepare(&self, run: &mut Run, options: &Options) -> wasmtime::Result<Self::Instance>;
}

/// What the caller says of one run, for capabilities.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Extensions of the language's files, without the dot.
    pub extensions: Vec<String>,
    /// Where the spell's modules lie. `None`: it has none.
    pub folder: Option<PathBuf>,
    /// Asked in place of the model that the spell names.
    pub model: Option<String>,
    /// Makes randomness repeatable. `None`: the operating system's.
    pub seed: Option<u64>,
}
