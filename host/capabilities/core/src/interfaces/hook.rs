//! `hook`: functions of the spell that are asked before and after what the host does for it.

use llmspell_api::journal::HookRegisterOutcome;
use llmspell_kernel::args::{Arg, parse_or_text};
use llmspell_kernel::bindings::types::Failure;
use llmspell_kernel::hook::Pattern;
use llmspell_kernel::operation::Operation;
use llmspell_kernel::{Capability, Import, ImportData, ImportOf, Linker, Options, Recordable, Run, RunState};
use llmspell_policy::{Permission, Right};
use serde_json::{Value, json};
use wasmtime::component::Resource;

use bindings::llmspell::spell::hook::{self, Registered};

mod bindings {
    #![allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]

    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "package llmspell:capability; world capability { import llmspell:spell/hook@0.1.0; }",
        imports: { default: async | trappable },
        wasmtime_crate: llmspell_kernel::engine,
        with: {
            "llmspell:spell/types": llmspell_kernel::bindings::types,
            "llmspell:spell/operation": llmspell_kernel::bindings::operation,
        },
    });
}

/// The interface `hook`.
pub struct HookCapability;

impl Capability for HookCapability {
    type Instance = Hook;

    fn link(linker: &mut Linker<RunState>, import: ImportOf<Hook>) -> wasmtime::Result<()> {
        hook::add_to_linker::<_, ImportData<Hook>>(linker, import)
    }

    fn prepare(&self, _: &mut Run, _: &Options) -> wasmtime::Result<Hook> {
        Ok(Hook)
    }
}

/// Has nothing of its own: the run's hooks are the kernel's.
pub struct Hook;

llmspell_kernel::crossing!(record Registered { id, point });

impl hook::Host for Import<'_, Hook> {
    async fn register(
        &mut self,
        point: String,
        handler: u64,
        options: String,
    ) -> wasmtime::Result<Result<Registered, Failure>> {
        let valid = self.run.check_text(&point).and_then(|()| self.run.check_json(&options));
        // What is no point is told by the service.
        let pattern = valid.is_ok().then(|| Pattern::parse(&point).ok()).flatten();
        let permission = pattern.map_or(Permission::NOTHING, |pattern| Permission::each(Right::HOOK, pattern.points()));
        let call = self.call("hook.register").text("point", &point).arg("handler", Arg::Handle(handler));
        let registered = call.json("options", &options).needs(permission).answer(|import| {
            valid?;
            let registered = import.run.hooks.register(&point, handler, &options)?;
            Ok(Registered { id: registered.0, point: registered.1 })
        })?;
        if let Ok(registered) = &registered
            && Pattern::parse(&registered.point).is_ok_and(|pattern| pattern.is_silent())
        {
            let notice = format!("the spell has a hook on {}, which nothing in this build fires", registered.point);
            self.run.notice(&notice)?;
        }
        Ok(registered.map_err(Into::into))
    }

    async fn unregister(&mut self, id: u64) -> wasmtime::Result<bool> {
        let call = self.call("hook.unregister").number("id", id);
        Ok(call.answer(|import| Ok(import.run.hooks.unregister(id)))?.unwrap_or_default())
    }

    async fn set_enabled(&mut self, id: u64, enabled: bool) -> wasmtime::Result<bool> {
        let call = self.call("hook.set-enabled").number("id", id).flag("enabled", enabled);
        Ok(call.answer(|import| Ok(import.run.hooks.set_enabled(id, enabled)))?.unwrap_or_default())
    }

    async fn list(&mut self, filter: String) -> wasmtime::Result<Result<String, Failure>> {
        let list = self.call("hook.list").json("filter", &filter).answer(|import| {
            import.run.check_json(&filter)?;
            Ok(import.run.hooks.list(&filter)?.to_string())
        })?;
        Ok(list.map_err(Into::into))
    }

    async fn execute(
        &mut self,
        point: String,
        data: String,
        parent_call: Option<u64>,
    ) -> wasmtime::Result<Resource<Operation>> {
        let call = self.call("hook.execute").text("point", &point).json("data", &data).parent(parent_call);
        call.charge_json_memory().start(|import, cx| {
            import.run.check_text(&point)?;
            import.run.check_json(&data)?;
            let (pattern, hooks) = (Pattern::parse(&point)?, import.run.hooks.clone());
            Ok(hooks.execute(pattern, parse_or_text(&data), cx))
        })
    }

    async fn start_up(&mut self, id: u64, parent_call: Option<u64>) -> wasmtime::Result<Resource<Operation>> {
        let call = self.call("hook.start-up").number("id", id).parent(parent_call);
        call.start(|import, cx| Ok(import.run.hooks.clone().start_up(id, cx)))
    }
}

impl Recordable for Registered {
    fn bytes(&self) -> usize {
        8 + self.point.len()
    }
    fn record(&self) -> Value {
        json!(HookRegisterOutcome { id: self.id, point: &self.point })
    }
}
