use std::sync::Arc;

use serde_json::{Value, json};
use wasmtime::component::Resource;

use crate::bindings::llmspell::spell::agent::{Host, HostAgent};
use crate::bindings::llmspell::spell::types::Failure;
use llmspell_base::slots::Slot;
use llmspell_kernel::gate::{Answer, Call, Need};
use crate::runtime::spell_state::SpellState;
use crate::Agent;
use llmspell_kernel::operation::Operation;

impl Host for SpellState {
    async fn complete(&mut self, request: String, within: Option<u64>) -> wasmtime::Result<Resource<Operation>> {
        let ask = self.gate.value(&request).and_then(|()| self.services.agent.request(&request));
        let model = ask.as_ref().map(|ask| ask.model.to_string()).unwrap_or_default();
        let need = if ask.is_ok() { Need::Model(&model) } else { Need::Nothing };
        let call = Call { name: "agent.complete", need, bytes: request.len(), arguments: || parse(&request) };
        self.start_with(call, within, &[&request], |services, context| {
            Ok(services.agent.clone().complete(ask?, context.spell, context.gate))
        })
    }

    async fn create(
        &mut self,
        definition: String,
        within: Option<u64>,
    ) -> wasmtime::Result<Result<(Resource<Open>, Option<Resource<Operation>>), Failure>> {
        let defined = self.gate.value(&definition).and_then(|()| self.services.agent.define(&definition));
        let model = defined.as_ref().map(|defined| defined.model.to_string()).unwrap_or_default();
        let need = if defined.is_ok() { Need::Model(&model) } else { Need::Nothing };
        let call = Call { name: "agent.create", need, bytes: definition.len(), arguments: || parse(&definition) };
        let pass = match self.gate.admit(call)? {
            Ok(pass) => pass,
            Err(denied) => return Ok(Err(denied.into())),
        };
        let open = defined.and_then(|defined| {
            let (place, kept) = (self.gate.handle()?, self.gate.hold(&[&definition])?);
            let number = self.gate.number_agent();
            Ok(Open { agent: self.services.agent.make(number, defined, kept), number, _place: place })
        });
        let open = match self.gate.settle(pass, open)? {
            Ok(open) => open,
            Err(failure) => return Ok(Err(failure.into())),
        };
        let (agent, number) = (open.agent.clone(), open.number);
        let handle = self.table.push(open)?;
        if !self.services.agent.is_begun_by_hooks(&agent.definition().name) {
            return Ok(Ok((handle, None)));
        }
        agent.hold();
        let arguments = || json!({ "agent": number });
        let call = Call { name: "agent.begin", need: Need::Nothing, bytes: 0, arguments };
        let begun = self.start(call, within, |services, context| {
            Ok(services.agent.clone().begin(agent, context.spell, context.gate))
        })?;
        Ok(Ok((handle, Some(begun))))
    }

    async fn providers(&mut self) -> wasmtime::Result<String> {
        let call = Call { name: "agent.providers", need: Need::Nothing, bytes: 0, arguments: || json!({}) };
        let listing = self.gated(call, |state| {
            let (model, some) =
                (|name: &str| state.gate.grants_model(name), |name: &str| state.gate.grants_some_model(name));
            Ok(state.services.agent.providers(model, some).to_string())
        });
        Ok(listing?.unwrap_or_default())
    }

    async fn embed(&mut self, request: String, within: Option<u64>) -> wasmtime::Result<Resource<Operation>> {
        let embed = self.gate.value(&request).and_then(|()| self.services.agent.embedding(&request));
        let model = embed.as_ref().map(|embed| embed.model.to_string()).unwrap_or_default();
        let need = if embed.is_ok() { Need::Model(&model) } else { Need::Nothing };
        let call = Call { name: "agent.embed", need, bytes: request.len(), arguments: || parse(&request) };
        self.start_with(call, within, &[&request], |services, context| {
            Ok(services.agent.clone().embed(embed?, context.spell, context.gate))
        })
    }

    async fn rerank(&mut self, request: String, within: Option<u64>) -> wasmtime::Result<Resource<Operation>> {
        let rerank = self.gate.value(&request).and_then(|()| self.services.agent.reranking(&request));
        let model = rerank.as_ref().map(|rerank| rerank.model.to_string()).unwrap_or_default();
        let need = if rerank.is_ok() { Need::Model(&model) } else { Need::Nothing };
        let call = Call { name: "agent.rerank", need, bytes: request.len(), arguments: || parse(&request) };
        self.start_with(call, within, &[&request], |services, context| {
            Ok(services.agent.clone().rerank(rerank?, context.spell, context.gate))
        })
    }
}

impl HostAgent for SpellState {
    async fn run(
        &mut self,
        agent: Resource<Open>,
        prompt: String,
        options: String,
        within: Option<u64>,
    ) -> wasmtime::Result<Resource<Operation>> {
        let Open { agent, number, .. } = self.table.get(&agent)?;
        let (agent, number, bytes) = (agent.clone(), *number, prompt.len() + options.len());
        let asked = self.gate.value(&prompt).and_then(|()| self.gate.value(&options));
        let asked = asked.and_then(|()| self.services.agent.options(&prompt, &options));
        let model = asked.as_ref().map(|asked| asked.model(&agent.definition()).to_string()).unwrap_or_default();
        let need = if asked.is_ok() { Need::Model(&model) } else { Need::Nothing };
        let arguments = || json!({ "agent": number, "prompt": parse(&prompt), "options": parse(&options) });
        self.start_with(
            Call { name: "agent.run", need, bytes, arguments },
            within,
            &[&prompt, &options],
            |services, context| Ok(services.agent.clone().run(agent, asked?, context.spell, context.gate)),
        )
    }

    async fn describe(&mut self, agent: Resource<Open>) -> wasmtime::Result<String> {
        let open = self.table.get(&agent)?.look();
        Ok(self.gated(open.call("agent.describe"), |_| Ok(open.agent.describe().to_string()))?.unwrap_or_default())
    }

    async fn status(&mut self, agent: Resource<Open>) -> wasmtime::Result<String> {
        let open = self.table.get(&agent)?.look();
        Ok(self.gated(open.call("agent.status"), |_| Ok(open.agent.show_status().to_string()))?.unwrap_or_default())
    }

    async fn history(&mut self, agent: Resource<Open>) -> wasmtime::Result<String> {
        let open = self.table.get(&agent)?.look();
        Ok(self.gated(open.call("agent.history"), |_| Ok(open.agent.history().to_string()))?.unwrap_or_default())
    }

    async fn set_state(
        &mut self,
        agent: Resource<Open>,
        state: String,
        message: Option<String>,
    ) -> wasmtime::Result<Result<(), Failure>> {
        let Look { agent, number } = self.table.get(&agent)?.look();
        let bytes = state.len() + message.as_ref().map_or(0, String::len);
        let arguments = || json!({ "agent": number, "state": state, "message": message });
        let call = Call { name: "agent.set-state", need: Need::Nothing, bytes, arguments };
        let set = self.gated(call, |all| {
            all.gate.text(&state)?;
            all.gate.text(message.as_deref().unwrap_or_default())?;
            agent.set_state(&state, message.clone())
        });
        Ok(set?.map_err(Into::into))
    }

    async fn set_history(&mut self, agent: Resource<Open>, messages: String) -> wasmtime::Result<Result<(), Failure>> {
        let Look { agent, number } = self.table.get(&agent)?.look();
        let arguments = || json!({ "agent": number, "messages": parse(&messages) });
        let call = Call { name: "agent.set-history", need: Need::Nothing, bytes: messages.len(), arguments };
        let set = self.gated(call, |all| {
            all.gate.value(&messages)?;
            agent.set_history(&messages, all.gate.memory())
        });
        Ok(set?.map_err(Into::into))
    }

    async fn shutdown(&mut self, agent: Resource<Open>, within: Option<u64>) -> wasmtime::Result<Resource<Operation>> {
        let Open { agent, number, .. } = self.table.get(&agent)?;
        let (agent, number) = (agent.clone(), *number);
        let arguments = || json!({ "agent": number });
        let call = Call { name: "agent.shutdown", need: Need::Nothing, bytes: 0, arguments };
        self.start(call, within, |services, context| {
            Ok(services.agent.clone().shutdown(agent, context.spell, context.gate))
        })
    }

    async fn drop(&mut self, agent: Resource<Open>) -> wasmtime::Result<()> {
        self.table.delete(agent)?;
        Ok(())
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
    agent: Arc<Agent>,
    _place: Slot,
}

/// An agent that is looked at.
struct Look {
    agent: Arc<Agent>,
    number: u64,
}

impl Open {
    fn look(&self) -> Look {
        Look { agent: self.agent.clone(), number: self.number }
    }
}

impl Look {
    fn call(&self, name: &'static str) -> Call<'static, impl FnOnce() -> Value> {
        let number = self.number;
        Call { name, need: Need::Nothing, bytes: 0, arguments: move || json!({ "agent": number }) }
    }
}

impl Answer for Open {
    fn bytes(&self) -> usize {
        4
    }
    fn record(&self) -> Value {
        json!({ "agent": self.number, "definition": self.agent.describe() })
    }
}
