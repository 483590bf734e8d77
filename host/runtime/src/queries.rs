//! Runs programs of jq, each in a fresh instance of jq's own code, compiled to WebAssembly (guests/jq-wasm).

use std::sync::OnceLock;

use llmspell_tools::queries::{Queries, Query, QueryError};
use wasmtime::{
    Engine, Extern, Func, ImportType, Instance, Memory, Module, Store, StoreLimits, StoreLimitsBuilder, Trap,
};

use crate::{engine, guest};

/// The module, compiled when the first query comes.
#[derive(Default)]
pub struct Jq(OnceLock<Option<(Engine, Module)>>);

/// What `query` gives; guests/jq-wasm/src/answer.h.
const KINDS: &[fn(String) -> QueryError] =
    &[QueryError::Program, QueryError::Value, QueryError::Input, |_| QueryError::Results];

impl Queries for Jq {
    fn query(&self, query: Query<'_>) -> (Result<String, QueryError>, u64) {
        let loaded = self.0.get_or_init(|| {
            // Not the engine of the spells: a query takes no place of theirs.
            let engine = engine::plain().ok()?;
            let module = guest::load_jq(&engine)?.ok()?;
            Some((engine, module))
        });
        let Some((engine, module)) = loaded else { return (Err(QueryError::Missing), query.fuel) };
        let limits = StoreLimitsBuilder::new().memory_size(query.memory).trap_on_grow_failure(true).build();
        let mut store = Store::new(engine, limits);
        store.limiter(|limits| limits);
        // Nothing advances this engine's epoch: fuel alone stops it.
        store.set_epoch_deadline(1);
        let run = store.set_fuel(query.fuel).and_then(|()| run(&mut store, module, query));
        let left = store.get_fuel().unwrap_or_default();
        let results = match run {
            Ok((0, text)) => Ok(text),
            Ok((kind, text)) => {
                let place = usize::try_from(kind - 1).unwrap_or(usize::MAX);
                Err(KINDS.get(place).map_or(QueryError::Memory, |error| error(text)))
            }
            Err(error) if error.downcast_ref::<Trap>() == Some(&Trap::OutOfFuel) => Err(QueryError::Fuel),
            // What jq does without memory is to stop, and a stack that ends is a trap as well.
            Err(_) => Err(QueryError::Memory),
        };
        (results, left)
    }
}

/// The kind of the answer, and its text.
fn run(store: &mut Store<StoreLimits>, module: &Module, query: Query<'_>) -> wasmtime::Result<(i32, String)> {
    let imports = module.imports().map(|import| refusal(store, &import)).collect::<wasmtime::Result<Vec<Extern>>>()?;
    let instance = Instance::new(&mut *store, module, &imports)?;
    let memory = instance.get_memory(&mut *store, "memory").ok_or_else(|| wasmtime::format_err!("no memory"))?;
    let program = put(store, &instance, &memory, &[query.program.as_bytes(), b"\0"].concat())?;
    let input = put(store, &instance, &memory, query.input.as_bytes())?;
    let length = u32::try_from(query.input.len())?;
    let most = u32::try_from(query.results)?;
    let work = instance.get_typed_func::<(u32, u32, u32, u32, u64), i32>(&mut *store, "query")?;
    let kind = work.call(&mut *store, (program, input, length, most, query.now))?;
    let begin = instance.get_typed_func::<(), u32>(&mut *store, "answer")?.call(&mut *store, ())?;
    let length = instance.get_typed_func::<(), u32>(&mut *store, "answer-length")?.call(&mut *store, ())?;
    let bytes = memory.data(&*store).get(begin as usize..).and_then(|bytes| bytes.get(..length as usize));
    let bytes = bytes.ok_or_else(|| wasmtime::format_err!("an answer outside of the memory"))?;
    Ok((kind, String::from_utf8_lossy(bytes).into_owned()))
}

/// There is nothing to close. Nothing else is imported.
fn refusal(store: &mut Store<StoreLimits>, import: &ImportType<'_>) -> wasmtime::Result<Extern> {
    const BAD_FILE: i32 = 8;
    match import.name() {
        "fd_close" => Ok(Func::wrap(&mut *store, |_: i32| BAD_FILE).into()),
        other => Err(wasmtime::format_err!("jq asks for {other}")),
    }
}

/// Where the bytes are now.
fn put(store: &mut Store<StoreLimits>, instance: &Instance, memory: &Memory, bytes: &[u8]) -> wasmtime::Result<u32> {
    let allocate = instance.get_typed_func::<u32, u32>(&mut *store, "allocate")?;
    let place = allocate.call(&mut *store, u32::try_from(bytes.len())?)?;
    if place == 0 {
        return Err(wasmtime::format_err!("no memory for the input"));
    }
    memory.write(&mut *store, place as usize, bytes)?;
    Ok(place)
}
