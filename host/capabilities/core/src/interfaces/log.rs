//! `log`: messages of the spell, with a level.

use llmspell_api::event::LeftOut;
use llmspell_kernel::args::Arg;
use llmspell_kernel::listener::Level;
use llmspell_kernel::{Capability, Import, ImportData, ImportOf, Linker, Options, Run, RunState, Stop};
use serde_json::{Value, json};

use bindings::llmspell::spell::log::{self, Level as WitLevel};

mod bindings {
    #![allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]

    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "package llmspell:capability; world capability { import llmspell:spell/log@0.1.0; }",
        imports: { default: async | trappable },
        wasmtime_crate: llmspell_kernel::engine,
        with: {
            "llmspell:spell/types": llmspell_kernel::bindings::types,
        },
    });
}

/// The interface `log`.
pub struct LogCapability;

impl Capability for LogCapability {
    type Instance = Log;

    fn link(linker: &mut Linker<RunState>, import: ImportOf<Log>) -> wasmtime::Result<()> {
        log::add_to_linker::<_, ImportData<Log>>(linker, import)
    }

    fn prepare(&self, _: &mut Run, _: &Options) -> wasmtime::Result<Log> {
        Ok(Log)
    }
}

/// Has nothing of its own: the run's listener is the kernel's.
pub struct Log;

llmspell_kernel::crossing!(
    enum WitLevel {
        Trace,
        Debug,
        Info,
        Warn,
        Error,
    }
);

impl log::Host for Import<'_, Log> {
    async fn write(&mut self, level: log::Level, message: String, fields: Option<String>) -> wasmtime::Result<()> {
        let bytes = message.len() + fields.as_ref().map_or(0, String::len);
        let level = level_of(level);
        let call = self.call("log.write").arg("level", Arg::Word(level.word())).text("message", &message);
        let call = call.optional_text("fields", fields.as_deref());
        if let Ok(admitted) = call.admit()? {
            self.run.count_output(bytes)?;
            let fields = fields.map(|fields| match self.run.check_json(&fields) {
                // Fields that are no JSON come from a broken guest: they are shown as they are, rather than lost.
                Ok(()) => serde_json::from_str(&fields).unwrap_or_else(|_| Value::from(fields)),
                Err(failure) => json!(LeftOut { left_out: failure.message }),
            });
            self.run.listener.log(level, &message, fields.as_ref()).map_err(Stop::output)?;
            let _ = self.settle(admitted, Ok(()))?;
        }
        Ok(())
    }
}

fn level_of(level: log::Level) -> Level {
    match level {
        log::Level::Trace => Level::Trace,
        log::Level::Debug => Level::Debug,
        log::Level::Info => Level::Info,
        log::Level::Warn => Level::Warn,
        log::Level::Error => Level::Error,
    }
}
