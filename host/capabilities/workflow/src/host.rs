//! The imports of the interface `workflow`: each reads its arguments, passes the gate and calls the workflow.

use std::sync::Arc;

use llmspell_api::journal::WorkflowCreateOutcome;
use llmspell_api::workflow::{Remark, Validation};
use llmspell_base::Failure;
use llmspell_base::fields::Fields;
use llmspell_base::slots::Slot;
use llmspell_capability_agent::{AgentHandle, Agents};
use llmspell_capability_tool::Tools;
use llmspell_kernel::args::Arg;
use llmspell_kernel::bindings::types;
use llmspell_kernel::operation::Operation;
use llmspell_kernel::{Capability, Import, ImportData, ImportOf, Linker, Options, Recordable, Run, RunState};
use llmspell_policy::{Permission, Right};
use llmspell_state::Store;
use serde_json::{Value, json};
use wasmtime::component::Resource;

use crate::checkpoint::{Site, check_id};
use crate::diagram::Format;
use crate::engine::Services;
use crate::plan::{Plan, Problem, Remarks, Shape, remarks_on_tools, tools_of};
use crate::workflow::{Request, Workflow};
use bindings::llmspell::spell::workflow;

mod bindings {
    #![allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]

    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "package llmspell:capability; world capability { import llmspell:spell/workflow@0.1.0; }",
        imports: { default: async | trappable },
        wasmtime_crate: llmspell_kernel::engine,
        with: {
            "llmspell:spell/types": llmspell_kernel::bindings::types,
            "llmspell:spell/operation": llmspell_kernel::bindings::operation,
            "llmspell:spell/agent": llmspell_capability_agent::bindings::llmspell::spell::agent,
            "llmspell:spell/workflow.workflow": super::WorkflowHandle,
        },
    });
}

/// The interface `workflow`.
pub struct WorkflowCapability {
    /// Where checkpoints are kept.
    pub store: Store,
}

/// What a run has for its workflows.
pub struct Workflows {
    services: Services,
    created: u64,
    executed: u64,
}

/// A workflow that the guest holds.
pub struct WorkflowHandle {
    /// In order of creation, from 1.
    number: u64,
    workflow: Arc<Workflow>,
    _place: Slot,
}

impl Capability for WorkflowCapability {
    type Instance = Workflows;

    fn link(linker: &mut Linker<RunState>, import: ImportOf<Workflows>) -> wasmtime::Result<()> {
        workflow::add_to_linker::<_, ImportData<Workflows>>(linker, import)
    }

    /// Needs the run's agents and tools.
    fn prepare(&self, run: &mut Run, options: &Options) -> wasmtime::Result<Workflows> {
        let services = Services {
            agents: run.offered::<Agents>()?,
            tools: run.offered::<Tools>()?,
            hooks: run.hooks.clone(),
            events: run.events.clone(),
            clock: run.clock.clone(),
            site: Site {
                store: self.store.clone(),
                tenant: run.tenant().into(),
                listener: run.listener.clone(),
                spell: options.spell.clone(),
            },
        };
        Ok(Workflows { services, created: 0, executed: 0 })
    }
}

impl workflow::Host for Import<'_, Workflows> {
    async fn create(
        &mut self,
        definition: String,
        agents: Vec<Resource<AgentHandle>>,
    ) -> wasmtime::Result<Result<Resource<WorkflowHandle>, types::Failure>> {
        let borrowed = agents.iter().map(|agent| Ok(self.run.table.get(agent)?.agent()));
        let borrowed = borrowed.collect::<wasmtime::Result<Vec<_>>>()?;
        let created = self.call("workflow.create").body(&definition).answer(|import| {
            import.run.check_json(&definition)?;
            let (place, kept) = (import.run.handle_slot()?, import.run.hold([definition.as_str()])?);
            let plan = Plan::create(read("the workflow", &definition)?, borrowed.len())?;
            let mut kept = kept;
            kept.grow(plan.weight)?;
            let workflow = Workflow::new(plan, definition.clone(), borrowed, import.run.memory(), kept)?;
            let workflow = Arc::new(workflow);
            import.own.created += 1;
            Ok(WorkflowHandle { number: import.own.created, workflow, _place: place })
        })?;
        Ok(match created {
            Ok(handle) => Ok(self.run.table.push(handle)?),
            Err(failure) => Err(failure.into()),
        })
    }

    async fn validate(&mut self, definition: String) -> wasmtime::Result<String> {
        let held = self.run.check_json(&definition).and_then(|()| self.run.hold([definition.as_str()]));
        let (tools, marker) = (self.own.services.tools.clone(), self.run.marker("workflow.validate"));
        let validated = self.call("workflow.validate").body(&definition).answer_when(async {
            let _held = held?;
            let (plan, remarks) = Plan::read(read("the workflow", &definition)?, None);
            for name in plan.iter().flat_map(tools_of) {
                tools.ready(&name, &marker).await;
            }
            Ok(json!(validation(plan, remarks, &tools)).to_string())
        });
        Ok(validated.await?.unwrap_or_else(|failure| {
            let errors = vec![Remark { path: String::new(), message: failure.message }];
            json!(Validation { valid: false, errors, warnings: Vec::new(), order: Vec::new() }).to_string()
        }))
    }
}

impl workflow::HostWorkflow for Import<'_, Workflows> {
    async fn execute(
        &mut self,
        workflow: Resource<WorkflowHandle>,
        input: String,
        options: String,
        parent_call: Option<u64>,
    ) -> wasmtime::Result<Resource<Operation>> {
        let (workflow, number) = look(self, &workflow)?;
        let read_options = read_options(&options);
        let scope = read_options.as_ref().ok().and_then(|options| Some(format!("checkpoint:{}", options.id.as_ref()?)));
        let call = self.call("workflow.execute").arg("workflow", Arg::Handle(number)).json("input", &input);
        let call = call.json("options", &options).parent(parent_call).charge_json_memory();
        let call = match &scope {
            // What is kept is the tenant's state.
            Some(scope) => call.needs(Permission::of(Right::STATE, scope)),
            None => call,
        };
        call.start(|import, cx| {
            import.run.check_json(&input)?;
            let options = read_options?;
            import.own.executed += 1;
            if let (true, Some(id)) = (options.resumes, &options.id) {
                // What the earlier run had taken in is in what is recorded.
                import.run.mark_all("workflow.execute", id);
            }
            let (services, number) = (import.own.services.clone(), import.own.executed);
            let input = read("the workflow's input", &input)?;
            let input = Some(input).filter(|_| !options.resumes);
            Ok(workflow.execute(services, Request { number, input, checkpoint: options.id }, cx))
        })
    }

    async fn look(&mut self, workflow: Resource<WorkflowHandle>, path: String) -> wasmtime::Result<Option<String>> {
        let (workflow, number) = look(self, &workflow)?;
        let call = self.call("workflow.look").arg("workflow", Arg::Handle(number)).text("path", &path);
        let found =
            call.answer(|import| Ok(workflow.look(&path, import.run.memory())?.map(|value| value.to_string())))?;
        Ok(found.unwrap_or_default())
    }

    async fn set_state(
        &mut self,
        workflow: Resource<WorkflowHandle>,
        key: String,
        value: String,
    ) -> wasmtime::Result<Result<(), types::Failure>> {
        let (workflow, number) = look(self, &workflow)?;
        let call = self.call("workflow.set-state").arg("workflow", Arg::Handle(number)).text("key", &key);
        let set = call.json("value", &value).answer(|import| {
            import.run.check_json(&value)?;
            workflow.set_state(&key, read("the value", &value)?)
        })?;
        Ok(set.map_err(Into::into))
    }

    async fn diagram(
        &mut self,
        workflow: Resource<WorkflowHandle>,
        format: String,
    ) -> wasmtime::Result<Result<String, types::Failure>> {
        let (workflow, number) = look(self, &workflow)?;
        let call = self.call("workflow.diagram").arg("workflow", Arg::Handle(number)).text("format", &format);
        let drawn = call.answer(|_| Ok(workflow.diagram(Format::read(&format)?)))?;
        Ok(drawn.map_err(Into::into))
    }

    async fn pause(&mut self, workflow: Resource<WorkflowHandle>) -> wasmtime::Result<Result<bool, types::Failure>> {
        let (workflow, number) = look(self, &workflow)?;
        let call = self.call("workflow.pause").arg("workflow", Arg::Handle(number));
        Ok(call.answer(|_| workflow.pause())?.map_err(Into::into))
    }

    async fn cancel(&mut self, workflow: Resource<WorkflowHandle>) -> wasmtime::Result<bool> {
        let (workflow, number) = look(self, &workflow)?;
        let call = self.call("workflow.cancel").arg("workflow", Arg::Handle(number));
        Ok(call.answer(|_| Ok(workflow.cancel()))?.unwrap_or_default())
    }

    async fn drop(&mut self, workflow: Resource<WorkflowHandle>) -> wasmtime::Result<()> {
        self.run.table.delete(workflow)?;
        Ok(())
    }
}

fn look(import: &Import<'_, Workflows>, handle: &Resource<WorkflowHandle>) -> wasmtime::Result<(Arc<Workflow>, u64)> {
    let handle = import.run.table.get(handle)?;
    Ok((handle.workflow.clone(), handle.number))
}

fn read(what: &str, json: &str) -> Result<Value, Failure> {
    serde_json::from_str(json).map_err(|error| Failure::invalid(format!("{what} is not valid JSON: {error}")))
}

/// The options of an execution.
struct ExecuteOptions {
    id: Option<String>,
    /// Whether the input is the one that the checkpoint was begun with.
    resumes: bool,
}

fn read_options(options: &str) -> Result<ExecuteOptions, Failure> {
    let mut fields = Fields::parse("the options", options)?;
    let (id, resumes) = (fields.text("checkpoint")?, fields.flag("resume")?.unwrap_or(false));
    fields.end()?;
    id.as_deref().map_or(Ok(()), check_id)?;
    if resumes && id.is_none() {
        return Err(Failure::invalid("the options: 'resume' needs the 'checkpoint' that is resumed"));
    }
    Ok(ExecuteOptions { id, resumes })
}

fn validation(plan: Option<Plan>, remarks: Remarks, tools: &Tools) -> Validation {
    let mut warnings: Vec<_> = remarks.warnings.iter().map(Problem::show).collect();
    let mut order = Vec::new();
    if let Some(plan) = &plan {
        warnings.extend(remarks_on_tools(plan, &|name| tools.usable(name).err()));
        if let Shape::Dag(graph) = &plan.shape {
            let name = |at: &usize| plan.steps.get(*at).map(|step| step.name.clone());
            order = graph.order.iter().filter_map(name).collect();
        }
    }
    let errors: Vec<_> = remarks.errors.iter().map(Problem::show).collect();
    Validation { valid: errors.is_empty(), errors, warnings, order }
}

impl Recordable for WorkflowHandle {
    fn bytes(&self) -> usize {
        4
    }
    fn record(&self) -> Value {
        json!(WorkflowCreateOutcome { workflow: self.number })
    }
}
