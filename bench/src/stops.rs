//! The product's guest and compiler settings with single stops taken out, to see what each costs.
//!
//! Nothing but the guest itself is here: no limits on memory, no gate, no services.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use llmspell_wasm::{engine, guest};
use wasmtime::component::{Component, InstancePre, Linker, Val};
use wasmtime::{Engine, Store};

#[derive(Debug, Clone, Copy)]
pub struct Stops {
    pub fuel: bool,
    pub epoch: bool,
}

pub struct Bare {
    stops: Stops,
    ready: InstancePre<()>,
    tokio: tokio::runtime::Runtime,
}

/// The WIT package, with the version that the guest was built against.
const PACKAGE: &str = "llmspell:spell";
const VERSION: &str = "0.1.0";

impl Bare {
    /// `hash` is that of the language's guest in the product: another one would be compared with it in vain.
    pub fn new(stops: Stops, language: &str, hash: &str) -> Result<Bare> {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../target/guests/{language}.wasm"));
        let wasm = std::fs::read(&file).with_context(|| format!("{}: run `make build`", file.display()))?;
        let same = guest::hash(&wasm) == hash;
        ensure!(same, "{} is not the guest in the binary: run `make build`", file.display());

        let mut config = engine::compiler_config()?;
        config.consume_fuel(stops.fuel).epoch_interruption(stops.epoch);
        let engine = Engine::new(&config)?;
        if stops.epoch {
            tick(&engine);
        }
        let component = Component::new(&engine, &wasm)?;
        let mut linker = Linker::new(&engine);
        linker.allow_shadowing(true);
        linker.define_unknown_imports_as_traps(&component)?;
        // The only import that a run calls on its own: for the seed of the random numbers.
        linker.instance(&format!("{PACKAGE}/random@{VERSION}"))?.func_wrap("number", |_, ()| Ok((7u64,)))?;
        let ready = linker.instantiate_pre(&component)?;
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Bare { stops, ready, tokio })
    }

    /// The result of a spell that returns text.
    pub fn run(&self, source: &str) -> Result<String> {
        self.tokio.block_on(self.call(source))
    }

    async fn call(&self, source: &str) -> Result<String> {
        let mut store = Store::new(self.ready.engine(), ());
        if self.stops.fuel {
            store.set_fuel(i64::MAX as u64)?;
        }
        if self.stops.epoch {
            store.set_epoch_deadline(1);
            store.epoch_deadline_async_yield_and_update(1);
        }
        let instance = self.ready.instantiate_async(&mut store).await?;
        let interface = instance.get_export_index(&mut store, None, &format!("{PACKAGE}/guest@{VERSION}"));
        let run = interface.and_then(|interface| instance.get_export_index(&mut store, Some(&interface), "run"));
        let run = run.and_then(|run| instance.get_func(&mut store, run)).context("the guest has no `run`")?;
        let text = |text: &str| Val::String(text.into());
        let record = |fields: Vec<(&str, Val)>| {
            Val::Record(fields.into_iter().map(|(name, value)| (name.into(), value)).collect())
        };
        let source = record(vec![("name", text("bench")), ("text", text(source))]);
        let arguments = Val::List(Vec::new());
        let request = record(vec![("source", source), ("parameters", text("{}")), ("arguments", arguments)]);
        let mut results = [Val::Bool(false)];
        run.call_async(&mut store, &[request], &mut results).await?;
        match results {
            [Val::Result(Ok(Some(value)))] => match *value {
                Val::Option(Some(json)) => match *json {
                    Val::String(json) => Ok(serde_json::from_str(&json)?),
                    other => bail!("a result that is no text: {other:?}"),
                },
                other => bail!("a spell without a result: {other:?}"),
            },
            other => bail!("the spell failed: {other:?}"),
        }
    }
}

/// As the product does it.
fn tick(engine: &Engine) {
    let engine = engine.weak();
    std::thread::spawn(move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            std::thread::sleep(engine::TICK);
        }
    });
}
