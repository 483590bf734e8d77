use serde_json::json;

use crate::bindings::llmspell::spell::output;
use crate::gate::{Call, Need, Stop};
use crate::runtime::spell_state::SpellState;

impl output::Host for SpellState {
    async fn write(&mut self, bytes: Vec<u8>) -> wasmtime::Result<()> {
        let arguments = || json!({ "text": String::from_utf8_lossy(&bytes) });
        let call = Call { name: "output.write", need: Need::Nothing, bytes: bytes.len(), arguments };
        if let Ok(pass) = self.gate.admit(call)? {
            self.gate.print(bytes.len())?;
            self.services.listener.output(&bytes).map_err(unheard)?;
            let _ = self.gate.settle(pass, Ok(()))?;
        }
        Ok(())
    }
}

/// Nobody takes what the spell says any more: there is no use in going on.
pub fn unheard(error: std::io::Error) -> Stop {
    Stop::Cancelled(format!("the output can't be written: {error}"))
}
