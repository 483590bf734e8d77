//! Runs a guest's initialisation once and keeps the memory it leaves, so that a run starts at the spell's first line.

use anyhow::{Context, Result, bail};
use wasmtime::{Collector, Config, Engine, Instance, Linker, Module, Store, Val};
use wasmtime_wizer::{InstanceState, SnapshotVal, ValType, Wizer};

/// The export of the core module that sets the interpreter up.
const INITIALISE: &str = "wizer-initialize";

/// The core module `wasm`, as it is after its initialisation. Any import that is called meanwhile is an error.
pub fn take(wasm: &[u8]) -> Result<Vec<u8>> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(take_async(wasm))
}

async fn take_async(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut wizer = Wizer::new();
    wizer.init_func(INITIALISE);
    let (context, instrumented) = wizer.instrument(wasm)?;

    let mut config = Config::new();
    config.wasm_exceptions(true);
    // Thrown exceptions live on the collected heap.
    config.collector(Collector::DeferredReferenceCounting);
    let engine = Engine::new(&config)?;
    let module = Module::new(&engine, &instrumented)?;
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);
    linker.define_unknown_imports_as_traps(&module)?;
    let instance = linker.instantiate_async(&mut store, &module).await?;
    // The C runtime's own start comes first.
    for name in ["_initialize", INITIALISE] {
        let function = instance.get_typed_func::<(), ()>(&mut store, name)?;
        let called = function.call_async(&mut store, ()).await.map_err(anyhow::Error::from);
        called.with_context(|| format!("the guest's `{name}` failed"))?;
    }

    let mut state = State { store, instance, missing: None };
    let snapshot = wizer.snapshot(&context, &mut state).await?;
    match state.missing {
        None => Ok(snapshot),
        Some(name) => bail!("the instrumented guest does not export `{name}` as expected"),
    }
}

struct State {
    store: Store<()>,
    instance: Instance,
    /// The first export that was not there: the trait has no way to say so itself.
    missing: Option<String>,
}

impl InstanceState for State {
    async fn global_get(&mut self, name: &str, _: ValType) -> SnapshotVal {
        let global = self.instance.get_global(&mut self.store, name);
        match global.map(|global| global.get(&mut self.store)) {
            Some(Val::I32(value)) => SnapshotVal::I32(value),
            Some(Val::I64(value)) => SnapshotVal::I64(value),
            Some(Val::F32(value)) => SnapshotVal::F32(value),
            Some(Val::F64(value)) => SnapshotVal::F64(value),
            Some(Val::V128(value)) => SnapshotVal::V128(value.as_u128()),
            _ => {
                self.missing.get_or_insert(name.to_owned());
                SnapshotVal::I32(0)
            }
        }
    }

    async fn memory_contents(&mut self, name: &str, contents: impl FnOnce(&[u8]) + Send) {
        match self.instance.get_memory(&mut self.store, name) {
            Some(memory) => contents(memory.data(&self.store)),
            None => {
                self.missing.get_or_insert(name.to_owned());
            }
        }
    }
}
