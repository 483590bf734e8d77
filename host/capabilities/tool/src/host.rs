//! The imports of the interface `tool`: each reads its arguments, passes the gate and calls `Tools`.

use std::sync::Arc;

use llmspell_base::Failure;
use llmspell_kernel::bindings::types;
use llmspell_kernel::operation::Operation;
use llmspell_kernel::{Capability, Import, ImportData, ImportOf, Linker, Options, Run, RunState};
use llmspell_policy::Permission;
use serde_json::Value;
use wasmtime::component::Resource;

use crate::tools::{Chance, HostTools, Observers, Sources, Tool, ToolSource, Tools};
use bindings::llmspell::spell::tool;

mod bindings {
    #![allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]

    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "package llmspell:capability; world capability { import llmspell:spell/tool@0.1.0; }",
        imports: { default: async | trappable },
        wasmtime_crate: llmspell_kernel::engine,
        with: {
            "llmspell:spell/types": llmspell_kernel::bindings::types,
            "llmspell:spell/operation": llmspell_kernel::bindings::operation,
        },
    });
}

/// The interface `tool`.
pub struct ToolCapability {
    /// The tools of the host program.
    pub registry: Arc<HostTools>,
    /// Other programs that offer tools.
    pub source: Option<Arc<dyn ToolSource>>,
}

impl Capability for ToolCapability {
    type Instance = Tools;

    fn link(linker: &mut Linker<RunState>, import: ImportOf<Tools>) -> wasmtime::Result<()> {
        tool::add_to_linker::<_, ImportData<Tools>>(linker, import)
    }

    /// Offers the run's [`Tools`].
    fn prepare(&self, run: &mut Run, options: &Options) -> wasmtime::Result<Tools> {
        let observers = Observers { hooks: run.hooks.clone(), events: run.events.clone(), clock: run.clock.clone() };
        let chance = Chance::new(run.clock.clone(), options.seed);
        let sources = Sources::of(self.source.clone(), run.tenant(), &run.grants);
        let tools = Tools::new(self.registry.all(), sources, run.grants.clone(), chance, observers);
        run.offer(tools.clone());
        Ok(tools)
    }
}

impl tool::Host for Import<'_, Tools> {
    async fn define(&mut self, definition: String, handler: u64) -> wasmtime::Result<Result<(), types::Failure>> {
        let call = self.call("tool.define").json("definition", &definition).number("handler", handler);
        let defined = call.answer(|import| {
            import.run.check_json(&definition)?;
            // Its schema is there twice: as it was given, and as what its references lead into.
            let kept = import.run.hold([definition.as_str(), &definition])?;
            import.own.define(&definition, handler, kept)
        })?;
        Ok(defined.map_err(Into::into))
    }

    async fn check(&mut self, definition: String) -> wasmtime::Result<Result<(), types::Failure>> {
        let checked = self.call("tool.check").json("definition", &definition).answer(|import| {
            import.run.check_json(&definition)?;
            import.own.check(&definition)
        })?;
        Ok(checked.map_err(Into::into))
    }

    async fn remove(&mut self, name: String) -> wasmtime::Result<Result<Option<u64>, types::Failure>> {
        let removed = self.call("tool.remove").text("name", &name).answer(|import| import.own.remove(&name))?;
        Ok(removed.map_err(Into::into))
    }

    async fn list(&mut self) -> wasmtime::Result<String> {
        let (tools, marker) = (self.own.clone(), self.run.marker("tool.list"));
        let listed = self.call("tool.list").answer_when(async {
            tools.all_ready(&marker).await;
            Ok(tools.list().to_string())
        });
        let listed = listed.await?;
        Ok(listed.unwrap_or_else(|_| "[]".into()))
    }

    async fn describe(&mut self, name: String) -> wasmtime::Result<Result<String, types::Failure>> {
        self.own.ready(&name, &self.run.marker("tool.describe")).await;
        let tool = self.own.resolve(&name);
        let reach = tool.as_ref().map_or(Ok(()), |tool| self.own.not_withheld(tool));
        let call = self.call("tool.describe").text("name", &name).needs(permission(&tool));
        let described = call.answer(|_| reach.and_then(|()| Ok(known(&tool)?.show().to_string())))?;
        Ok(described.map_err(Into::into))
    }

    async fn validate(&mut self, name: String, arguments: String) -> wasmtime::Result<Result<(), types::Failure>> {
        self.own.ready(&name, &self.run.marker("tool.validate")).await;
        let (tool, tools) = (self.own.resolve(&name), self.own.clone());
        let checked = self.run.check_json(&arguments).and_then(|()| read(&arguments));
        let call = self.call("tool.validate").text("name", &name).json("arguments", &arguments);
        let validated = call.needs(permission(&tool)).answer_when(async {
            let tool = known(&tool)?;
            tools.not_withheld(tool)?;
            tools.validate(tool, tools.with_lists(&name, checked?)).await.map(drop)
        });
        Ok(validated.await?.map_err(Into::into))
    }

    async fn invoke(
        &mut self,
        name: String,
        arguments: String,
        parent_call: Option<u64>,
    ) -> wasmtime::Result<Resource<Operation>> {
        let call = self.call("tool.invoke").text("name", &name).json("arguments", &arguments).parent(parent_call);
        call.start(|import, cx| {
            import.run.check_json(&arguments)?;
            let (tools, arguments, name) = (import.own.clone(), arguments.clone(), name.clone());
            // Parsed where it begins, which may be later: text takes less while it waits.
            Ok(async move {
                tools.ready(&name, &cx.marker("tool.invoke")).await;
                tools.invoke(&name, tools.with_lists(&name, read(&arguments)?), &cx).await
            })
        })
    }

    async fn discover(&mut self, filter: String, parent_call: Option<u64>) -> wasmtime::Result<Resource<Operation>> {
        let call = self.call("tool.discover").json("filter", &filter).parent(parent_call).charge_json_memory();
        call.start(|import, cx| {
            import.run.check_json(&filter)?;
            let (tools, filter) = (import.own.clone(), filter.clone());
            Ok(async move { tools.discover_with_hooks(&filter, &cx).await })
        })
    }
}

fn read(arguments: &str) -> Result<Value, Failure> {
    let problem = |error| Failure::invalid(format!("the tool's arguments are not valid JSON: {error}"));
    serde_json::from_str(arguments).map_err(problem)
}

/// What there is to be granted for it. Of a tool that is not there, every spell is told so.
fn permission(tool: &Result<Tool, Failure>) -> Permission<'_> {
    tool.as_ref().map_or(Permission::NOTHING, |tool| tool.permission().to_look())
}

fn known(tool: &Result<Tool, Failure>) -> Result<&Tool, Failure> {
    tool.as_ref().map_err(Clone::clone)
}
