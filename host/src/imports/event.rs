use serde_json::{Value, json};
use wasmtime::component::Resource;

use super::output::unheard;
use crate::bindings::llmspell::spell::event::{Emitted, Host};
use crate::bindings::llmspell::spell::types::Failure;
use crate::gate::{Call, Need};
use crate::runtime::spell_state::SpellState;
use crate::services::event::{self, Draft};
use crate::services::hook::Point;
use crate::services::operation::Operation;

impl Host for SpellState {
    async fn emit(&mut self, event: String, within: Option<u64>) -> wasmtime::Result<Result<Emitted, Failure>> {
        let draft = self.gate.value(&event).and_then(|()| Draft::parse(&event));
        // Within its own run a spell may emit what it likes: no denial, but others do not hear of it.
        if let Ok(draft) = &draft
            && self.services.event.has_company()
            && let Some(denied) = self.gate.decide("event.emit", Need::Emit(&draft.name))?
            && self.services.event.keeps_to_itself()
        {
            self.gate.print(denied.message.len())?;
            self.services.listener.notice(&denied.message).map_err(unheard)?;
        }
        let call = Call { name: "event.emit", need: Need::Nothing, bytes: event.len(), arguments: || parse(&event) };
        let asked = |point, name: &str| self.services.hook.any(&point, name);
        if let Ok(draft) = &draft
            && (asked(Point::BEFORE_EVENT_EMIT, &draft.name) || asked(Point::AFTER_EVENT_EMIT, &draft.name))
        {
            let draft = draft.clone();
            let operation = self.start_with(call, within, &[&event], |services, context| {
                let (events, hooks) = (services.event.clone(), services.hook.clone());
                Ok(event::publish(events, hooks, draft, context.spell, context.gate))
            })?;
            return Ok(Ok(Emitted::Waiting(operation)));
        }
        let depth = self.calls.depth(within);
        let nested = self.gate.nest(depth);
        let emitted = self.gated(call, |state| {
            nested?;
            Ok(u64::from(state.services.event.emit(draft?, depth)))
        })?;
        Ok(emitted.map(|reached| Emitted::Done(reached as u32)).map_err(Into::into))
    }

    async fn subscribe(
        &mut self,
        pattern: String,
        handler: Option<u64>,
        options: String,
    ) -> wasmtime::Result<Result<u64, Failure>> {
        let valid = self.gate.text(&pattern).and_then(|()| self.gate.value(&options));
        let bytes = pattern.len() + options.len();
        let arguments = || json!({ "pattern": pattern, "handler": handler, "options": parse(&options) });
        let call = Call { name: "event.subscribe", need: Need::Nothing, bytes, arguments };
        let subscribed = self.gated(call, |state| {
            valid?;
            state.services.event.subscribe(&pattern, handler, &options)
        })?;
        Ok(subscribed.map_err(Into::into))
    }

    async fn unsubscribe(&mut self, id: u64) -> wasmtime::Result<bool> {
        let call = Call { name: "event.unsubscribe", need: Need::Nothing, bytes: 8, arguments: || json!({ "id": id }) };
        Ok(self.gated(call, |state| Ok(state.services.event.unsubscribe(id)))?.unwrap_or_default())
    }

    async fn receive(
        &mut self,
        subscription: u64,
        milliseconds: u64,
        within: Option<u64>,
    ) -> wasmtime::Result<Resource<Operation>> {
        let arguments = || json!({ "subscription": subscription, "milliseconds": milliseconds });
        let call = Call { name: "event.receive", need: Need::Nothing, bytes: 16, arguments };
        self.start(call, within, |services, _| {
            let (events, time) = (services.event.clone(), services.clock.sleep(milliseconds));
            Ok(events.receive(subscription, time))
        })
    }

    async fn take(&mut self, subscription: u64, most: u32) -> wasmtime::Result<Result<String, Failure>> {
        let arguments = || json!({ "subscription": subscription, "most": most });
        let call = Call { name: "event.take", need: Need::Nothing, bytes: 12, arguments };
        let bytes = self.gate.reply_bytes() / 2;
        let taken = self.gated(call, |state| state.services.event.take(subscription, most, bytes))?;
        Ok(taken.map_err(Into::into))
    }

    async fn inbox(&mut self) -> wasmtime::Result<Resource<Operation>> {
        let call = Call { name: "event.inbox", need: Need::Nothing, bytes: 0, arguments: || json!({}) };
        self.start(call, None, |services, context| {
            let (inbox, hooks) = (services.event.open_inbox()?, services.hook.clone());
            Ok(event::serve(inbox, hooks, context.spell, context.gate))
        })
    }

    async fn finish(&mut self) -> wasmtime::Result<()> {
        let call = Call { name: "event.finish", need: Need::Nothing, bytes: 0, arguments: || json!({}) };
        let _ = self.gated(call, |state| {
            state.services.event.finish();
            Ok(())
        })?;
        Ok(())
    }

    async fn subscriptions(&mut self) -> wasmtime::Result<String> {
        let call = Call { name: "event.subscriptions", need: Need::Nothing, bytes: 0, arguments: || json!({}) };
        let list = self.gated(call, |state| Ok(state.services.event.subscriptions().to_string()))?;
        Ok(list.unwrap_or_else(|_| "[]".into()))
    }

    async fn stats(&mut self) -> wasmtime::Result<String> {
        let call = Call { name: "event.stats", need: Need::Nothing, bytes: 0, arguments: || json!({}) };
        let stats = self.gated(call, |state| Ok(state.services.event.stats().to_string()))?;
        Ok(stats.unwrap_or_else(|_| "{}".into()))
    }

    async fn clear(&mut self, pattern: String) -> wasmtime::Result<Result<u64, Failure>> {
        let valid = self.gate.text(&pattern);
        let arguments = || json!({ "pattern": pattern });
        let call = Call { name: "event.clear", need: Need::Nothing, bytes: pattern.len(), arguments };
        let cleared = self.gated(call, |state| {
            valid?;
            state.services.event.clear(&pattern)
        })?;
        Ok(cleared.map_err(Into::into))
    }

    async fn record(&mut self, pattern: String, options: String) -> wasmtime::Result<Result<u64, Failure>> {
        let valid = self.gate.text(&pattern).and_then(|()| self.gate.value(&options));
        let bytes = pattern.len() + options.len();
        let arguments = || json!({ "pattern": pattern, "options": parse(&options) });
        let call = Call { name: "event.record", need: Need::Nothing, bytes, arguments };
        let recording = self.gated(call, |state| {
            valid?;
            state.services.event.record(&pattern, &options)
        })?;
        Ok(recording.map_err(Into::into))
    }

    async fn replay(
        &mut self,
        recording: u64,
        options: String,
        within: Option<u64>,
    ) -> wasmtime::Result<Resource<Operation>> {
        let valid = self.gate.value(&options);
        let arguments = || json!({ "recording": recording, "options": parse(&options) });
        let call = Call { name: "event.replay", need: Need::Nothing, bytes: 8 + options.len(), arguments };
        self.start(call, within, |services, context| {
            valid?;
            Ok(services.event.clone().replay(recording, options.clone(), context.spell, context.gate))
        })
    }
}

/// For the journal only.
fn parse(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_else(|_| json.into())
}
