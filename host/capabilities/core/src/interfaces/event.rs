//! `event`: what happens in the runs of a tenant, for spells that emit and subscribe.

use llmspell_kernel::args::Arg;
use llmspell_kernel::bindings::types::Failure;
use llmspell_kernel::event::Draft;
use llmspell_kernel::hook::Point;
use llmspell_kernel::operation::Operation;
use llmspell_kernel::{Capability, Import, ImportData, ImportOf, Linker, Options, Run, RunState};
use llmspell_policy::{Permission, Right};
use wasmtime::component::Resource;

mod inbox;
mod publish;

use bindings::llmspell::spell::event::{self, Emitted};

mod bindings {
    #![allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]

    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "package llmspell:capability; world capability { import llmspell:spell/event@0.1.0; }",
        imports: { default: async | trappable },
        wasmtime_crate: llmspell_kernel::engine,
        with: {
            "llmspell:spell/types": llmspell_kernel::bindings::types,
            "llmspell:spell/operation": llmspell_kernel::bindings::operation,
        },
    });
}

/// The interface `event`.
pub struct EventCapability;

impl Capability for EventCapability {
    type Instance = Event;

    fn link(linker: &mut Linker<RunState>, import: ImportOf<Event>) -> wasmtime::Result<()> {
        event::add_to_linker::<_, ImportData<Event>>(linker, import)
    }

    fn prepare(&self, _: &mut Run, _: &Options) -> wasmtime::Result<Event> {
        Ok(Event)
    }
}

/// Has nothing of its own: the run's events are the kernel's.
pub struct Event;

llmspell_kernel::crossing!(variant Emitted { Done, Waiting });

impl event::Host for Import<'_, Event> {
    async fn emit(&mut self, event: String, parent_call: Option<u64>) -> wasmtime::Result<Result<Emitted, Failure>> {
        let draft = self.run.check_json(&event).and_then(|()| Draft::parse(&event));
        // Within its own run a spell may emit what it likes: no denial, but others do not hear of it.
        let mut authorised = None;
        if let Ok(draft) = &draft
            && self.run.events.has_other_runs()
        {
            if let Some(denied) = self.run.decide("event.emit", &Permission::of(Right::EMIT, &draft.name))?
                && self.run.events.first_withheld()
            {
                self.run.notice(&denied.message)?;
            }
            authorised = Some(draft.name.clone());
        }
        let asked = |point, name: &str| self.run.hooks.any(&point, name);
        if let Ok(draft) = &draft
            && (asked(Point::BEFORE_EVENT_EMIT, &draft.name) || asked(Point::AFTER_EVENT_EMIT, &draft.name))
        {
            let call = self.call("event.emit").body(&event).parent(parent_call).charge_json_memory();
            let operation = call.start(|import, cx| {
                let (events, hooks) = (import.run.events.clone(), import.run.hooks.clone());
                Ok(publish::publish(events, hooks, draft.clone(), authorised, cx))
            })?;
            return Ok(Ok(Emitted::Waiting(operation)));
        }
        let depth = self.run.depth(parent_call);
        let nested = self.run.check_nesting(depth);
        let emitted = self.call("event.emit").body(&event).answer(|import| {
            nested?;
            Ok(u64::from(import.run.events.emit(draft?, depth)))
        })?;
        Ok(emitted.map(|reached| Emitted::Done(reached as u32)).map_err(Into::into))
    }

    async fn subscribe(
        &mut self,
        pattern: String,
        handler: Option<u64>,
        options: String,
    ) -> wasmtime::Result<Result<u64, Failure>> {
        let call = self.call("event.subscribe").text("pattern", &pattern);
        let call = call.arg("handler", Arg::OptionalHandle(handler)).json("options", &options);
        let subscribed = call.answer(|import| {
            import.run.check_text(&pattern)?;
            import.run.check_json(&options)?;
            let id = import.run.events.subscribe(&pattern, handler, &options)?;
            // From now on, events of other runs may come.
            if import.run.grants.may_have(Right::SUBSCRIBE, "*") {
                import.run.mark("events", "event.subscribe", &pattern);
            }
            Ok(id)
        })?;
        Ok(subscribed.map_err(Into::into))
    }

    async fn unsubscribe(&mut self, id: u64) -> wasmtime::Result<bool> {
        let call = self.call("event.unsubscribe").number("id", id);
        Ok(call.answer(|import| Ok(import.run.events.unsubscribe(id)))?.unwrap_or_default())
    }

    async fn receive(
        &mut self,
        subscription: u64,
        milliseconds: u64,
        parent_call: Option<u64>,
    ) -> wasmtime::Result<Resource<Operation>> {
        let call = self.call("event.receive").number("subscription", subscription);
        call.number("milliseconds", milliseconds).parent(parent_call).start(|import, _| {
            Ok(import.run.events.clone().receive(subscription, import.run.clock.sleep(milliseconds)))
        })
    }

    async fn take(&mut self, subscription: u64, most: u32) -> wasmtime::Result<Result<String, Failure>> {
        let call = self.call("event.take").number("subscription", subscription).arg("most", Arg::U32(most));
        let taken = call.answer(|import| {
            let bytes = import.run.limits().reply_bytes / 2;
            import.run.events.take(subscription, most, bytes)
        })?;
        Ok(taken.map_err(Into::into))
    }

    async fn inbox(&mut self) -> wasmtime::Result<Resource<Operation>> {
        self.call("event.inbox")
            .start(|import, cx| Ok(inbox::serve(import.run.events.open_inbox()?, import.run.hooks.clone(), cx)))
    }

    async fn finish(&mut self) -> wasmtime::Result<()> {
        let _ = self.call("event.finish").answer(|import| {
            import.run.events.finish();
            Ok(())
        })?;
        Ok(())
    }

    async fn subscriptions(&mut self) -> wasmtime::Result<String> {
        let list =
            self.call("event.subscriptions").answer(|import| Ok(import.run.events.subscriptions().to_string()))?;
        Ok(list.unwrap_or_else(|_| "[]".into()))
    }

    async fn stats(&mut self) -> wasmtime::Result<String> {
        let stats = self.call("event.stats").answer(|import| Ok(import.run.events.stats().to_string()))?;
        Ok(stats.unwrap_or_else(|_| "{}".into()))
    }

    async fn clear(&mut self, pattern: String) -> wasmtime::Result<Result<u64, Failure>> {
        let cleared = self.call("event.clear").text("pattern", &pattern).answer(|import| {
            import.run.check_text(&pattern)?;
            import.run.events.clear(&pattern)
        })?;
        Ok(cleared.map_err(Into::into))
    }

    async fn record(&mut self, pattern: String, options: String) -> wasmtime::Result<Result<u64, Failure>> {
        let call = self.call("event.record").text("pattern", &pattern).json("options", &options);
        let recording = call.answer(|import| {
            import.run.check_text(&pattern)?;
            import.run.check_json(&options)?;
            let id = import.run.events.record(&pattern, &options)?;
            if import.run.grants.may_have(Right::SUBSCRIBE, "*") {
                import.run.mark("events", "event.record", &pattern);
            }
            Ok(id)
        })?;
        Ok(recording.map_err(Into::into))
    }

    async fn replay(
        &mut self,
        recording: u64,
        options: String,
        parent_call: Option<u64>,
    ) -> wasmtime::Result<Resource<Operation>> {
        let call = self.call("event.replay").number("recording", recording).json("options", &options);
        call.parent(parent_call).start(|import, cx| {
            import.run.check_json(&options)?;
            let (events, listener) = (import.run.events.clone(), import.run.listener.clone());
            Ok(events.replay(recording, options.clone(), listener, cx))
        })
    }
}
