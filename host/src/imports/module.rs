use serde_json::{Value, json};

use crate::bindings::llmspell::spell::module;
use crate::bindings::llmspell::spell::types::{Failure, Source};
use crate::gate::{Answer, Call, Need};
use crate::runtime::spell_state::SpellState;

impl module::Host for SpellState {
    async fn load(&mut self, path: String) -> wasmtime::Result<Result<Source, Failure>> {
        let arguments = || json!({ "path": path });
        let call = Call { name: "module.load", need: Need::Modules, bytes: path.len(), arguments };
        let pass = match self.gate.admit(call)? {
            Ok(pass) => pass,
            Err(denied) => return Ok(Err(denied.into())),
        };
        let loaded = self.services.module.load(&path).await.map(|text| Source { name: path, text });
        Ok(self.gate.settle(pass, loaded.map_err(Into::into))?.map_err(Into::into))
    }
}

impl Answer for Source {
    fn bytes(&self) -> usize {
        self.name.len() + self.text.len()
    }
    fn record(&self) -> Value {
        json!({ "name": self.name, "text": self.text })
    }
}
