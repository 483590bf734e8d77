use serde_json::{Value, json};
use wasmtime::component::Resource;

use crate::bindings::llmspell::spell::tool::Host;
use crate::bindings::llmspell::spell::types::Failure;
use llmspell_base::failure;
use llmspell_kernel::gate::{Call, Need};
use crate::runtime::spell_state::SpellState;
use llmspell_kernel::operation::Operation;
use crate::{Surroundings, Tool};

impl Host for SpellState {
    async fn define(&mut self, definition: String, handler: u64) -> wasmtime::Result<Result<(), Failure>> {
        let (bytes, recorded) =
            (definition.len() + 8, || json!({ "definition": parse(&definition), "handler": handler }));
        let defined = self.gated(plain("tool.define", bytes, recorded), |state| {
            state.gate.value(&definition)?;
            // Its schema is there twice: as it was given, and as what its references lead into.
            let kept = state.gate.hold(&[&definition, &definition])?;
            state.services.tool.define(&definition, handler, kept)
        });
        Ok(defined?.map_err(Into::into))
    }

    async fn check(&mut self, definition: String) -> wasmtime::Result<Result<(), Failure>> {
        let (bytes, recorded) = (definition.len(), || json!({ "definition": parse(&definition) }));
        let checked = self.gated(plain("tool.check", bytes, recorded), |state| {
            state.gate.value(&definition)?;
            state.services.tool.check(&definition)
        });
        Ok(checked?.map_err(Into::into))
    }

    async fn remove(&mut self, name: String) -> wasmtime::Result<Result<Option<u64>, Failure>> {
        let call = plain("tool.remove", name.len(), || json!({ "name": name }));
        let removed = self.gated(call, |state| state.services.tool.remove(&name));
        Ok(removed?.map_err(Into::into))
    }

    async fn list(&mut self) -> wasmtime::Result<String> {
        let call = plain("tool.list", 0, || json!({}));
        let listed = self.gated(call, |state| Ok(state.services.tool.list().to_string()));
        Ok(listed?.unwrap_or_else(|_| "[]".into()))
    }

    async fn describe(&mut self, name: String) -> wasmtime::Result<Result<String, Failure>> {
        let tool = self.services.tool.resolve(&name);
        let call = plain("tool.describe", name.len(), || json!({ "name": name }));
        let described = self.gated(Call { need: need(&tool), ..call }, |_| Ok(known(&tool)?.show().to_string()));
        Ok(described?.map_err(Into::into))
    }

    async fn validate(&mut self, name: String, arguments: String) -> wasmtime::Result<Result<(), Failure>> {
        let tool = self.services.tool.resolve(&name);
        let recorded = || json!({ "name": name, "arguments": parse(&arguments) });
        let call = plain("tool.validate", name.len() + arguments.len(), recorded);
        let pass = match self.gate.admit(Call { need: need(&tool), ..call })? {
            Ok(pass) => pass,
            Err(denied) => return Ok(Err(denied.into())),
        };
        let checked = match (known(&tool), self.arguments(&arguments)) {
            (Ok(tool), Ok(arguments)) => self.services.tool.validate(tool, arguments).await.map(drop),
            (Err(failure), _) | (_, Err(failure)) => Err(failure),
        };
        Ok(self.gate.settle(pass, checked)?.map_err(Into::into))
    }

    async fn invoke(
        &mut self,
        name: String,
        arguments: String,
        within: Option<u64>,
    ) -> wasmtime::Result<Resource<Operation>> {
        let bounded = self.gate.value(&arguments);
        let bytes = name.len() + arguments.len();
        let recorded = || json!({ "name": name, "arguments": parse(&arguments) });
        let call = Call { name: "tool.invoke", need: Need::Nothing, bytes, arguments: recorded };
        self.start(call, within, |services, context| {
            bounded?;
            let (tools, arguments, name) = (services.tool.clone(), arguments.clone(), name.clone());
            let around = Surroundings { spell: context.spell, gate: context.gate };
            // Parsed where it begins, which may be later: text takes less while it waits.
            Ok(async move { tools.invoke(&name, read(&arguments)?, &around).await })
        })
    }

    async fn discover(&mut self, filter: String, within: Option<u64>) -> wasmtime::Result<Resource<Operation>> {
        let bounded = self.gate.value(&filter);
        let recorded = || json!({ "filter": parse(&filter) });
        let call = Call { name: "tool.discover", need: Need::Nothing, bytes: filter.len(), arguments: recorded };
        self.start_with(call, within, &[&filter], |services, context| {
            let (tools, filter) = (services.tool.clone(), filter.clone());
            bounded?;
            let around = Surroundings { spell: context.spell, gate: context.gate };
            Ok(async move { tools.discover_with_hooks(&filter, &around).await })
        })
    }
}

impl SpellState {
    fn arguments(&self, json: &str) -> Result<Value, failure::Failure> {
        self.gate.value(json)?;
        read(json)
    }
}

fn read(arguments: &str) -> Result<Value, failure::Failure> {
    let problem = |error| failure::Failure::invalid(format!("the tool's arguments are not valid JSON: {error}"));
    serde_json::from_str(arguments).map_err(problem)
}

fn plain<Arguments>(name: &'static str, bytes: usize, arguments: Arguments) -> Call<'static, Arguments> {
    Call { name, need: Need::Nothing, bytes, arguments }
}

/// What there is to be granted for it. Of a tool that is not there, whoever asks is told so.
fn need(tool: &Result<Tool, failure::Failure>) -> Need<'_> {
    tool.as_ref().map_or(Need::Nothing, Tool::need)
}

fn known(tool: &Result<Tool, failure::Failure>) -> Result<&Tool, failure::Failure> {
    tool.as_ref().map_err(Clone::clone)
}

/// For the journal only.
fn parse(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_else(|_| json.into())
}
