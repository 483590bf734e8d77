use serde_json::json;

use crate::bindings::llmspell::spell::config;
use crate::gate::{Call, Need};
use crate::runtime::spell_state::SpellState;

impl config::Host for SpellState {
    async fn get(&mut self, path: String) -> wasmtime::Result<Option<String>> {
        let arguments = || json!({ "path": path });
        let call = Call { name: "config.get", need: Need::Nothing, bytes: path.len(), arguments };
        let Ok(pass) = self.gate.admit(call)? else { return Ok(None) };
        let value = self.services.config.get(&path).map(ToString::to_string);
        Ok(self.gate.settle(pass, Ok(value))?.unwrap_or_default())
    }
}
