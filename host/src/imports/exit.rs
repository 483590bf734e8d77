use serde_json::json;

use crate::bindings::llmspell::spell::exit;
use crate::gate::{Call, Need, Stop};
use crate::runtime::spell_state::SpellState;

impl exit::Host for SpellState {
    async fn exit(&mut self, code: u8) -> wasmtime::Result<()> {
        let call = Call { name: "exit.exit", need: Need::Nothing, bytes: 0, arguments: || json!({ "code": code }) };
        if let Ok(pass) = self.gate.admit(call)? {
            let _ = self.gate.settle(pass, Ok(()))?;
        }
        Err(Stop::Exit(code).into())
    }
}
