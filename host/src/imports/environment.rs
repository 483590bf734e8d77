use serde_json::json;

use super::output::unheard;
use crate::bindings::llmspell::spell::environment;
use crate::gate::{Call, Need};
use crate::runtime::spell_state::SpellState;
use crate::services::environment::{Found, NAME_CHARS};

impl environment::Host for SpellState {
    async fn get(&mut self, name: String) -> wasmtime::Result<Option<String>> {
        let arguments = || json!({ "name": name });
        let call = Call { name: "environment.get", need: Need::Nothing, bytes: name.len(), arguments };
        let Ok(pass) = self.gate.admit(call)? else { return Ok(None) };
        let denied = self.gate.decide("environment.get", Need::Variable(&name))?;
        let value = match self.services.environment.get(&name) {
            Found::Value(value) => Some(value),
            Found::Unset | Found::RefusedAgain => None,
            Found::Refused => {
                let name = name.escape_debug().take(NAME_CHARS).collect::<String>();
                self.gate.print(name.len())?;
                let notice = match denied {
                    // A policy says where the grant goes.
                    Some(denied) if denied.details.is_some() => denied.message,
                    _ => format!("the spell asked for the environment variable {name}: --allow-env {name} grants it"),
                };
                self.services.listener.notice(&notice).map_err(unheard)?;
                None
            }
        };
        Ok(self.gate.settle(pass, Ok(value))?.unwrap_or_default())
    }

    async fn names(&mut self) -> wasmtime::Result<Vec<String>> {
        let call = Call { name: "environment.names", need: Need::Nothing, bytes: 0, arguments: || json!({}) };
        let Ok(pass) = self.gate.admit(call)? else { return Ok(Vec::new()) };
        Ok(self.gate.settle(pass, Ok(self.services.environment.names()))?.unwrap_or_default())
    }
}
