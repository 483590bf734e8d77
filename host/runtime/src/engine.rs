//! The wasmtime engine: its stops, the memory that it reserves, and the thread that advances the epoch.

use std::thread;
use std::time::Duration;

use wasmtime::{
    Collector, Config, Enabled, Engine, InstanceAllocationStrategy, OperatorCost, OptLevel, PoolingAllocationConfig,
};

use llmspell_base::limits::Limits;

/// The wasm stack of one spell, in bytes. Lua and QuickJS keep limits of their own below it, which can be caught.
pub const STACK_BYTES: usize = 4 << 20;

/// Time between two looks at the deadline while guest code runs.
///
/// Also the longest that one spell keeps a thread from others, as each tick lets them go on.
pub const TICK: Duration = Duration::from_millis(10);

/// A component of a guest may hold this many core instances: ours hold 1 and 2, and what `wit-component` adds around them;
/// the rest is room for third parties' guests, such as CPython with 14, or 38 with WASI left out. Only counted, never set
/// aside.
const CORE_INSTANCES: u32 = 48;

/// As many tables: ours and CPython hold 2, and what `wit-component` adds. Each slot of the pool has address space for all.
const TABLES: u32 = 8;

/// What guests are compiled for: any x86-64 processor since about 2009 (x86-64-v2), any 64-bit ARM.
const X86_64_V2: [&str; 6] = ["has_sse3", "has_ssse3", "has_sse41", "has_sse42", "has_popcnt", "has_cmpxchg16b"];

/// Everything that the code of a guest depends on. The same for compiling and for running.
fn config() -> Config {
    let mut config = Config::new();
    config
        .wasm_exceptions(true)
        .collector(Collector::DeferredReferenceCounting)
        .concurrency_support(false)
        .consume_fuel(true)
        .epoch_interruption(true)
        .operator_cost(costs())
        .cranelift_opt_level(OptLevel::Speed)
        // Traps are told apart by their kind; the interpreter's own frames say nothing about a spell. Without the map
        // from code to frames the image is smaller, and a run starts sooner.
        .generate_address_map(false)
        .wasm_backtrace_max_frames(None)
        .max_wasm_stack(STACK_BYTES)
        // Host functions run on the same stack, above the wasm frames.
        .async_stack_size(STACK_BYTES + (1 << 20));
    config
}

/// Growing memory is free by default, though each page is cleared by the host.
fn costs() -> OperatorCost {
    let mut costs = OperatorCost::new();
    costs.variable.memory_grow_per_page = 255;
    costs
}

/// An engine that compiles guests.
pub(super) fn compiler() -> wasmtime::Result<Engine> {
    Engine::new(&compiler_config()?)
}

/// What guests are compiled with, for a stated baseline instead of the machine at hand.
///
/// Public for `bench/` alone, which measures what each stop costs by taking it out of its own copy.
#[doc(hidden)]
pub fn compiler_config() -> wasmtime::Result<Config> {
    let mut config = config();
    config.target(&target())?;
    if cfg!(target_arch = "x86_64") {
        for flag in X86_64_V2 {
            #[expect(
                unsafe_code,
                reason = "the flags only say what the baseline has; loading checks that the machine has it"
            )]
            unsafe {
                config.cranelift_flag_enable(flag)
            };
        }
    }
    Ok(config)
}

/// The triple of this machine. Naming it keeps cranelift from using features that only this processor has.
fn target() -> String {
    let system = match std::env::consts::OS {
        "macos" => "apple-darwin",
        "windows" => "pc-windows-msvc",
        _ => "unknown-linux-gnu",
    };
    format!("{}-{system}", std::env::consts::ARCH)
}

/// An engine that runs what guests are compiled as, outside of any pool.
pub(super) fn plain() -> wasmtime::Result<Engine> {
    let mut config = config();
    // Calls run on the stack of a thread, which is 2 MiB.
    config.max_wasm_stack(1 << 20);
    Engine::new(&config)
}

/// An engine that runs at most `instances` spells at once, each within `limits`.
pub(super) fn runner(limits: &Limits, instances: u32) -> wasmtime::Result<Engine> {
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(instances)
        .total_core_instances(instances.saturating_mul(CORE_INSTANCES))
        // The first exception that is thrown takes a heap of the collector, which lives in a memory slot of its own.
        .total_memories(instances.saturating_mul(2))
        .total_tables(instances.saturating_mul(TABLES))
        .total_stacks(instances)
        .total_gc_heaps(instances)
        // No guest takes more than its share.
        .max_core_instances_per_component(CORE_INSTANCES)
        .max_memories_per_component(1)
        .max_tables_per_component(TABLES)
        // The interpreter's own, and that of its imports.
        .max_tables_per_module(2)
        .max_memory_size(limits.memory_bytes)
        // Keeping pages between runs pays only where the kernel tells which of them are dirty.
        .pagemap_scan(Enabled::Auto)
        .linear_memory_keep_resident(2 << 20)
        .table_keep_resident(64 << 10)
        .async_stack_keep_resident(64 << 10);
    let mut config = config();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    let engine = Engine::new(&config)?;
    tick(&engine)?;
    Ok(engine)
}

/// Starts the thread that advances the engine's epoch. It ends with the engine.
fn tick(engine: &Engine) -> wasmtime::Result<()> {
    let engine = engine.weak();
    thread::Builder::new().name("epoch".into()).spawn(move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            thread::sleep(TICK);
        }
    })?;
    Ok(())
}
