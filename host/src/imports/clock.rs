use serde_json::json;

use crate::bindings::llmspell::spell::clock;
use crate::gate::{Call, Need};
use crate::runtime::spell_state::SpellState;

impl clock::Host for SpellState {
    async fn now(&mut self) -> wasmtime::Result<u64> {
        let call = Call { name: "clock.now", need: Need::Nothing, bytes: 0, arguments: || json!({}) };
        let Ok(pass) = self.gate.admit(call)? else { return Ok(0) };
        Ok(self.gate.settle(pass, Ok(self.services.clock.now()))?.unwrap_or_default())
    }

    async fn elapsed(&mut self) -> wasmtime::Result<u64> {
        let call = Call { name: "clock.elapsed", need: Need::Nothing, bytes: 0, arguments: || json!({}) };
        let Ok(pass) = self.gate.admit(call)? else { return Ok(0) };
        Ok(self.gate.settle(pass, Ok(self.services.clock.elapsed()))?.unwrap_or_default())
    }
}
