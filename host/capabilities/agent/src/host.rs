//! The imports of the interface `agent`: each reads its arguments, passes the gate and calls `Agents`.

use std::sync::Arc;

use llmspell_api::journal::AgentCreateOutcome;
use llmspell_base::slots::Slot;
use llmspell_budget::Account;
use llmspell_kernel::args::Arg;
use llmspell_kernel::bindings::types::Failure;
use llmspell_kernel::operation::Operation;
use llmspell_kernel::{Capability, Import, ImportData, ImportOf, Linker, Options, Recordable, Run, RunState};
use llmspell_models::Models;
use serde_json::{Value, json};
use wasmtime::component::Resource;

use crate::agents::{Agent, Agents, Bounds, ModelChoice, of_model};
use bindings::llmspell::spell::agent;

/// The interface as wasmtime generates it, for interfaces that borrow its agents.
pub mod bindings {
    #![allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]

    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "package llmspell:capability; world capability { import llmspell:spell/agent@0.1.0; }",
        imports: { default: async | trappable },
        wasmtime_crate: llmspell_kernel::engine,
        with: {
            "llmspell:spell/types": llmspell_kernel::bindings::types,
            "llmspell:spell/operation": llmspell_kernel::bindings::operation,
            "llmspell:spell/agent.agent": super::AgentHandle,
        },
    });
}

/// The interface `agent`.
pub struct AgentCapability {
    /// The models that agents can use, by provider.
    pub models: Models,
}

impl Capability for AgentCapability {
    type Instance = Agents;

    fn link(linker: &mut Linker<RunState>, import: ImportOf<Agents>) -> wasmtime::Result<()> {
        agent::add_to_linker::<_, ImportData<Agents>>(linker, import)
    }

    /// Needs the run's tools, and its tenant's account. Offers the run's [`Agents`].
    fn prepare(&self, run: &mut Run, options: &Options) -> wasmtime::Result<Agents> {
        let agents = Agents {
            models: ModelChoice { models: self.models.clone(), instead: options.model.clone() },
            tools: run.offered()?,
            hooks: run.hooks.clone(),
            events: run.events.clone(),
            clock: run.clock.clone(),
            tenant: run.tenant().into(),
            bounds: Bounds { spell_memory: run.limits().memory_bytes as u64, host_memory: run.memory().clone() },
            account: run.offered::<Option<Account>>()?,
            named: Arc::default(),
            memory: run.offered()?,
        };
        run.offer(agents.clone());
        Ok(agents)
    }
}

impl agent::Host for Import<'_, Agents> {
    async fn complete(&mut self, request: String, parent_call: Option<u64>) -> wasmtime::Result<Resource<Operation>> {
        let ask = self.run.check_json(&request).and_then(|()| self.own.request(&request));
        let model = name(&ask, |ask| ask.model.to_string());
        let call = self.call("agent.complete").body(&request).needs(of_model(&model).to_look()).parent(parent_call);
        call.charge_json_memory().start(|import, cx| Ok(import.own.clone().complete(ask?, cx)))
    }

    async fn create(
        &mut self,
        definition: String,
        parent_call: Option<u64>,
    ) -> wasmtime::Result<Result<(Resource<AgentHandle>, Option<Resource<Operation>>), Failure>> {
        let defined = match self.run.check_json(&definition) {
            Ok(()) => self.own.define(&definition, &self.run.marker("agent.create")).await,
            Err(failure) => Err(failure),
        };
        let model = name(&defined, |defined| defined.model.to_string());
        let created =
            self.call("agent.create").body(&definition).needs(of_model(&model).to_look()).answer(|import| {
                let defined = defined?;
                let (place, kept) = (import.run.handle_slot()?, import.run.hold([definition.as_str()])?);
                let number = import.run.number_agent();
                Ok(AgentHandle { agent: import.own.make(number, defined, kept), number, _place: place })
            })?;
        let open = match created {
            Ok(open) => open,
            Err(failure) => return Ok(Err(failure.into())),
        };
        let (agent, number) = (open.agent.clone(), open.number);
        let handle = self.run.table.push(open)?;
        if !self.own.has_init_hooks(&agent.definition().name) {
            return Ok(Ok((handle, None)));
        }
        agent.hold();
        let begun = self.call("agent.begin").arg("agent", Arg::Handle(number)).parent(parent_call);
        let begun = begun.start(|import, cx| Ok(import.own.clone().begin(agent, cx)))?;
        Ok(Ok((handle, Some(begun))))
    }

    async fn providers(&mut self) -> wasmtime::Result<String> {
        let listing = self.call("agent.providers").answer(|import| {
            let run = &import.run;
            let (model, some) = (|name: &str| run.grants_model(name), |name: &str| run.grants_some_model(name));
            Ok(import.own.providers(model, some).to_string())
        });
        Ok(listing?.unwrap_or_default())
    }

    async fn embed(&mut self, request: String, parent_call: Option<u64>) -> wasmtime::Result<Resource<Operation>> {
        let embed = self.run.check_json(&request).and_then(|()| self.own.embedding(&request));
        let model = name(&embed, |embed| embed.model.to_string());
        let call = self.call("agent.embed").body(&request).needs(of_model(&model)).parent(parent_call);
        call.charge_json_memory().start(|import, cx| Ok(import.own.clone().embed(embed?, cx)))
    }

    async fn rerank(&mut self, request: String, parent_call: Option<u64>) -> wasmtime::Result<Resource<Operation>> {
        let rerank = self.run.check_json(&request).and_then(|()| self.own.reranking(&request));
        let model = name(&rerank, |rerank| rerank.model.to_string());
        let call = self.call("agent.rerank").body(&request).needs(of_model(&model)).parent(parent_call);
        call.charge_json_memory().start(|import, cx| Ok(import.own.clone().rerank(rerank?, cx)))
    }

    async fn count_tokens(&mut self, request: String) -> wasmtime::Result<Result<String, Failure>> {
        let read = self.run.check_json(&request).and_then(|()| self.own.counting(&request));
        let (model, agents) = (name(&read, |(model, _)| model.to_string()), self.own.clone());
        let call = self.call("agent.count-tokens").body(&request).needs(of_model(&model));
        let counted = call.answer_when(async {
            let (model, texts) = read?;
            Ok(json!(agents.count(&model, &texts).await).to_string())
        });
        Ok(counted.await?.map_err(Into::into))
    }
}

impl agent::HostAgent for Import<'_, Agents> {
    async fn run(
        &mut self,
        agent: Resource<AgentHandle>,
        prompt: String,
        options: String,
        parent_call: Option<u64>,
    ) -> wasmtime::Result<Resource<Operation>> {
        let Look { agent, number } = self.run.table.get(&agent)?.look();
        let asked = self.run.check_json(&prompt).and_then(|()| self.run.check_json(&options));
        let asked = asked.and_then(|()| self.own.options(&prompt, &options));
        let model = name(&asked, |asked| asked.model(&agent.definition()).to_string());
        let call = self.call("agent.run").arg("agent", Arg::Handle(number)).json("prompt", &prompt);
        let call = call.json("options", &options).needs(of_model(&model).to_look()).parent(parent_call);
        call.charge_json_memory().start(|import, cx| Ok(import.own.clone().run(agent, asked?, cx)))
    }

    async fn describe(&mut self, agent: Resource<AgentHandle>) -> wasmtime::Result<String> {
        show(self, "agent.describe", &agent, Agent::describe)
    }

    async fn status(&mut self, agent: Resource<AgentHandle>) -> wasmtime::Result<String> {
        show(self, "agent.status", &agent, Agent::show_status)
    }

    async fn history(&mut self, agent: Resource<AgentHandle>) -> wasmtime::Result<String> {
        show(self, "agent.history", &agent, Agent::history)
    }

    async fn set_state(
        &mut self,
        agent: Resource<AgentHandle>,
        state: String,
        message: Option<String>,
    ) -> wasmtime::Result<Result<(), Failure>> {
        let Look { agent, number } = self.run.table.get(&agent)?.look();
        let call = self.call("agent.set-state").arg("agent", Arg::Handle(number)).text("state", &state);
        let set = call.optional_text("message", message.as_deref()).answer(|import| {
            import.run.check_text(&state)?;
            import.run.check_text(message.as_deref().unwrap_or_default())?;
            agent.set_state(&state, message.clone())
        });
        Ok(set?.map_err(Into::into))
    }

    async fn set_history(
        &mut self,
        agent: Resource<AgentHandle>,
        messages: String,
    ) -> wasmtime::Result<Result<(), Failure>> {
        let Look { agent, number } = self.run.table.get(&agent)?.look();
        let call = self.call("agent.set-history").arg("agent", Arg::Handle(number)).json("messages", &messages);
        let set = call.answer(|import| {
            import.run.check_json(&messages)?;
            agent.set_history(&messages, import.run.memory())
        });
        Ok(set?.map_err(Into::into))
    }

    async fn shutdown(
        &mut self,
        agent: Resource<AgentHandle>,
        parent_call: Option<u64>,
    ) -> wasmtime::Result<Resource<Operation>> {
        let Look { agent, number } = self.run.table.get(&agent)?.look();
        let call = self.call("agent.shutdown").arg("agent", Arg::Handle(number)).parent(parent_call);
        call.start(|import, cx| Ok(import.own.clone().shutdown(agent, cx)))
    }

    async fn drop(&mut self, agent: Resource<AgentHandle>) -> wasmtime::Result<()> {
        self.run.table.delete(agent)?;
        Ok(())
    }
}

/// The model that was asked for, where the call could be understood.
fn name<T>(read: &Result<T, llmspell_base::Failure>, model: impl FnOnce(&T) -> String) -> Option<String> {
    read.as_ref().ok().map(model)
}

/// Looks at an agent.
fn show(
    import: &mut Import<'_, Agents>,
    call: &'static str,
    agent: &Resource<AgentHandle>,
    view: impl FnOnce(&Agent) -> Value,
) -> wasmtime::Result<String> {
    let Look { agent, number } = import.run.table.get(agent)?.look();
    let shown = import.call(call).arg("agent", Arg::Handle(number)).answer(|_| Ok(view(&agent).to_string()))?;
    Ok(shown.unwrap_or_default())
}

/// An agent that the guest holds.
pub struct AgentHandle {
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

impl AgentHandle {
    /// The agent itself.
    pub fn agent(&self) -> Arc<Agent> {
        self.agent.clone()
    }

    fn look(&self) -> Look {
        Look { agent: self.agent.clone(), number: self.number }
    }
}

impl Recordable for AgentHandle {
    fn bytes(&self) -> usize {
        4
    }
    fn record(&self) -> Value {
        json!(AgentCreateOutcome { agent: self.number, definition: self.agent.describe() })
    }
}
