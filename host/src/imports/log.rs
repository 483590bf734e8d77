use serde_json::{Value, json};

use super::output::unheard;
use crate::bindings::llmspell::spell::log;
use crate::gate::{Call, Need};
use crate::runtime::spell_state::SpellState;
use crate::services::listener::Level;

impl log::Host for SpellState {
    async fn write(&mut self, level: log::Level, message: String, fields: Option<String>) -> wasmtime::Result<()> {
        let bytes = message.len() + fields.as_ref().map_or(0, String::len);
        let arguments = || json!({ "level": word(level).word(), "message": message, "fields": fields });
        let call = Call { name: "log.write", need: Need::Nothing, bytes, arguments };
        if let Ok(pass) = self.gate.admit(call)? {
            self.gate.print(bytes)?;
            let fields = fields.map(|fields| match self.gate.value(&fields) {
                // Fields that are no JSON come from a broken guest: they are shown as they are, rather than lost.
                Ok(()) => serde_json::from_str(&fields).unwrap_or_else(|_| Value::from(fields)),
                Err(failure) => json!({ "left_out": failure.message }),
            });
            self.services.listener.log(word(level), &message, fields.as_ref()).map_err(unheard)?;
            let _ = self.gate.settle(pass, Ok(()))?;
        }
        Ok(())
    }
}

fn word(level: log::Level) -> Level {
    match level {
        log::Level::Trace => Level::Trace,
        log::Level::Debug => Level::Debug,
        log::Level::Info => Level::Info,
        log::Level::Warn => Level::Warn,
        log::Level::Error => Level::Error,
    }
}
