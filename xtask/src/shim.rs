pub mod guest {
    pub fn config() -> wasmtime::Config {
        let mut c = wasmtime::Config::new();
        c.wasm_exceptions(true);
        c.collector(wasmtime::Collector::DeferredReferenceCounting);
        c.consume_fuel(true);
        c.epoch_interruption(true);
        c.max_wasm_stack(2 << 20);
        c.async_stack_size(4 << 20);
        c
    }
    pub fn compile(bytes: &[u8]) -> wasmtime::Result<Vec<u8>> {
        wasmtime::Engine::new(&config())?.precompile_component(bytes)
    }
    pub fn compatibility() -> String { "shim".into() }
}
