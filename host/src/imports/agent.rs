use serde_json::{Value, json};
use wasmtime::component::Resource;

use crate::bindings::llmspell::spell::agent::{Host, HostAgent};
use crate::bindings::llmspell::spell::types::Failure;
use crate::failure;
use crate::gate::slots::Slot;
use crate::gate::{Answer, Call, Need};
use crate::runtime::spell_state::SpellState;
use crate::services::agent::{Agent, Asked};
use crate::services::operation::Operation;

impl Host for SpellState {
    async fn complete(&mut self, request: String) -> wasmtime::Result<Resource<Operation>> {
        let asked = self.gate.value(&request).and_then(|()| self.services.agent.question(&request));
        self.ask("agent.complete", asked, request.len(), || parse(&request))
    }

    async fn create(&mut self, definition: String) -> wasmtime::Result<Result<Resource<Open>, Failure>> {
        let agent = self.gate.value(&definition).and_then(|()| self.services.agent.define(&definition));
        let model = agent.as_ref().map(|agent| agent.model.to_string()).unwrap_or_default();
        let need = if agent.is_ok() { Need::Model(&model) } else { Need::Nothing };
        let call = Call { name: "agent.create", need, bytes: definition.len(), arguments: || parse(&definition) };
        let pass = match self.gate.admit(call)? {
            Ok(pass) => pass,
            Err(denied) => return Ok(Err(denied.into())),
        };
        let open =
            agent.and_then(|agent| Ok(Open { agent, _place: self.gate.handle()?, number: self.gate.number_agent() }));
        match self.gate.settle(pass, open)? {
            Ok(open) => Ok(Ok(self.table.push(open)?)),
            Err(failure) => Ok(Err(failure.into())),
        }
    }
}

impl HostAgent for SpellState {
    async fn run(
        &mut self,
        agent: Resource<Open>,
        prompt: String,
        options: String,
    ) -> wasmtime::Result<Resource<Operation>> {
        let Open { agent, number, .. } = self.table.get(&agent)?;
        let asked = self.gate.text(&prompt).and_then(|()| self.gate.value(&options));
        let asked = asked.and_then(|()| agent.question(prompt.clone(), &options));
        let (number, bytes) = (*number, prompt.len() + options.len());
        self.ask("agent.run", asked, bytes, || json!({ "agent": number, "prompt": prompt, "options": parse(&options) }))
    }

    async fn describe(&mut self, agent: Resource<Open>) -> wasmtime::Result<String> {
        let Open { agent, number, .. } = self.table.get(&agent)?;
        let arguments = || json!({ "agent": number });
        let call = Call { name: "agent.describe", need: Need::Nothing, bytes: 0, arguments };
        let Ok(pass) = self.gate.admit(call)? else { return Ok("{}".into()) };
        let description = agent.describe().to_string();
        Ok(self.gate.settle(pass, Ok(description))?.unwrap_or_default())
    }

    async fn drop(&mut self, agent: Resource<Open>) -> wasmtime::Result<()> {
        self.table.delete(agent)?;
        Ok(())
    }
}

impl SpellState {
    fn ask(
        &mut self,
        name: &'static str,
        asked: Result<Asked, failure::Failure>,
        bytes: usize,
        arguments: impl FnOnce() -> Value,
    ) -> wasmtime::Result<Resource<Operation>> {
        let model = asked.as_ref().map(|asked| asked.model.to_string()).unwrap_or_default();
        let need = if asked.is_ok() { Need::Model(&model) } else { Need::Nothing };
        self.start(Call { name, need, bytes, arguments }, None, |services, context| {
            Ok(services.agent.clone().ask(asked?, context.gate.meter().clone(), services.clock.clone()))
        })
    }
}

/// For the journal only.
fn parse(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_else(|_| json.into())
}

/// An agent that the guest holds.
pub struct Open {
    /// In order of creation, from 1.
    number: u64,
    agent: Agent,
    _place: Slot,
}

impl Answer for Open {
    fn bytes(&self) -> usize {
        4
    }
    fn record(&self) -> Value {
        json!({ "agent": self.number, "definition": self.agent.describe() })
    }
}
