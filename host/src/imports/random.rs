use serde_json::json;

use crate::bindings::llmspell::spell::random;
use crate::gate::{Call, Need, Stop};
use crate::runtime::spell_state::SpellState;

/// As `wit/random.wit` says.
const MOST_BYTES: u32 = 65_536;

impl random::Host for SpellState {
    async fn number(&mut self) -> wasmtime::Result<u64> {
        let call = Call { name: "random.number", need: Need::Nothing, bytes: 0, arguments: || json!({}) };
        let Ok(pass) = self.gate.admit(call)? else { return Ok(0) };
        Ok(self.gate.settle(pass, Ok(self.services.random.number()))?.unwrap_or_default())
    }

    async fn bytes(&mut self, length: u32) -> wasmtime::Result<Vec<u8>> {
        if length > MOST_BYTES {
            return Err(Stop::Guest(format!("random.bytes({length}): at most {MOST_BYTES}")).into());
        }
        let call =
            Call { name: "random.bytes", need: Need::Nothing, bytes: 0, arguments: || json!({ "length": length }) };
        let Ok(pass) = self.gate.admit(call)? else { return Ok(Vec::new()) };
        Ok(self.gate.settle(pass, Ok(self.services.random.bytes(length as usize)))?.unwrap_or_default())
    }
}
