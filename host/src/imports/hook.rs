use serde_json::{Value, json};
use wasmtime::component::Resource;

use super::output::unheard;
use crate::bindings::llmspell::spell::hook::{Host, Registered};
use crate::bindings::llmspell::spell::types::Failure;
use crate::gate::{Answer, Call, Need};
use crate::runtime::spell_state::SpellState;
use crate::services::hook::Pattern;
use crate::services::operation::Operation;

impl Host for SpellState {
    async fn register(
        &mut self,
        point: String,
        handler: u64,
        options: String,
    ) -> wasmtime::Result<Result<Registered, Failure>> {
        let valid = self.gate.text(&point).and_then(|()| self.gate.value(&options));
        let bytes = point.len() + options.len();
        let arguments = || json!({ "point": point, "handler": handler, "options": parse(&options) });
        // What is no point is told by the service.
        let pattern = valid.is_ok().then(|| Pattern::parse(&point).ok()).flatten();
        let need = pattern.as_ref().map_or(Need::Nothing, Need::Hook);
        let call = Call { name: "hook.register", need, bytes, arguments };
        let registered = self.gated(call, |state| {
            valid?;
            state.services.hook.register(&point, handler, &options).map(|(id, point)| Registered { id, point })
        })?;
        if let Ok(registered) = &registered
            && Pattern::parse(&registered.point).is_ok_and(|pattern| pattern.is_silent())
        {
            let notice = format!("the spell has a hook on {}, which nothing in this build fires", registered.point);
            self.gate.print(notice.len())?;
            self.services.listener.notice(&notice).map_err(unheard)?;
        }
        Ok(registered.map_err(Into::into))
    }

    async fn unregister(&mut self, id: u64) -> wasmtime::Result<bool> {
        let call = Call { name: "hook.unregister", need: Need::Nothing, bytes: 8, arguments: || json!({ "id": id }) };
        Ok(self.gated(call, |state| Ok(state.services.hook.unregister(id)))?.unwrap_or_default())
    }

    async fn set_enabled(&mut self, id: u64, enabled: bool) -> wasmtime::Result<bool> {
        let arguments = || json!({ "id": id, "enabled": enabled });
        let call = Call { name: "hook.set-enabled", need: Need::Nothing, bytes: 9, arguments };
        Ok(self.gated(call, |state| Ok(state.services.hook.set_enabled(id, enabled)))?.unwrap_or_default())
    }

    async fn list(&mut self, filter: String) -> wasmtime::Result<Result<String, Failure>> {
        let valid = self.gate.value(&filter);
        let arguments = || json!({ "filter": parse(&filter) });
        let call = Call { name: "hook.list", need: Need::Nothing, bytes: filter.len(), arguments };
        let list = self.gated(call, |state| {
            valid?;
            Ok(state.services.hook.list(&filter)?.to_string())
        })?;
        Ok(list.map_err(Into::into))
    }

    async fn execute(
        &mut self,
        point: String,
        data: String,
        within: Option<u64>,
    ) -> wasmtime::Result<Resource<Operation>> {
        let valid = self.gate.text(&point).and_then(|()| self.gate.value(&data));
        let bytes = point.len() + data.len();
        let arguments = || json!({ "point": point, "data": parse(&data) });
        let call = Call { name: "hook.execute", need: Need::Nothing, bytes, arguments };
        self.start_with(call, within, &[&data], |services, context| {
            valid?;
            let (pattern, hooks) = (Pattern::parse(&point)?, services.hook.clone());
            Ok(hooks.execute(pattern, parse(&data), context.spell, context.gate))
        })
    }

    async fn start_up(&mut self, id: u64, within: Option<u64>) -> wasmtime::Result<Resource<Operation>> {
        let call = Call { name: "hook.start-up", need: Need::Nothing, bytes: 8, arguments: || json!({ "id": id }) };
        self.start(call, within, |services, context| {
            Ok(services.hook.clone().start_up(id, context.spell, context.gate))
        })
    }
}

/// Text that is no JSON comes from a broken guest: it is taken as it is.
fn parse(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_else(|_| json.into())
}

impl Answer for Registered {
    fn bytes(&self) -> usize {
        8 + self.point.len()
    }
    fn record(&self) -> Value {
        json!({ "id": self.id, "point": self.point })
    }
}
