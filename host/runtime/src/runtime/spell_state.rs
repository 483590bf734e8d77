//! What one spell's store holds.

use std::future::Future;

use serde_json::{Value, json};
use wasmtime::component::{Resource, ResourceTable};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use super::memory::Memory;
use llmspell_base::Failure;
use llmspell_kernel::gate::{Answer, Call, Gate, Inside};
use crate::services::Services;
use llmspell_kernel::operation::{self, Calls, Channel, Operation, Places, Spell};

pub struct SpellState {
    pub gate: Gate,
    pub services: Services,
    pub table: ResourceTable,
    pub memory: Memory,
    pub calls: Calls,
    /// Where the next wait for several operations begins.
    pub turn: u64,
    /// For third parties' guests, made when one asks for it.
    wasi: Option<WasiCtx>,
}

/// What the work of an operation has of the run.
pub struct Context {
    pub spell: Spell,
    pub gate: Inside,
}

impl SpellState {
    pub fn new(gate: Gate, services: Services, table: ResourceTable, memory: Memory, calls: Calls) -> SpellState {
        SpellState { gate, services, table, memory, calls, turn: 0, wasi: None }
    }

    /// Through the gate, then the service, which answers at once.
    pub fn gated<T: Answer>(
        &mut self,
        call: Call<'_, impl FnOnce() -> Value>,
        service: impl FnOnce(&mut SpellState) -> Result<T, Failure>,
    ) -> wasmtime::Result<Result<T, Failure>> {
        let pass = match self.gate.admit(call)? {
            Ok(pass) => pass,
            Err(denied) => return Ok(Err(denied)),
        };
        let answer = service(self);
        Ok(self.gate.settle(pass, answer)?)
    }

    /// Through the gate, then the work, as an operation; whatever keeps it from starting is its first step.
    ///
    /// `within` is the call of its functions that the spell does this for, if any.
    pub fn start<Work>(
        &mut self,
        call: Call<'_, impl FnOnce() -> Value>,
        within: Option<u64>,
        work: impl FnOnce(&mut Services, Context) -> Result<Work, Failure>,
    ) -> wasmtime::Result<Resource<Operation>>
    where
        Work: Future<Output = operation::Result> + Send + 'static,
    {
        self.start_with(call, within, &[], work)
    }

    /// The same for work that keeps what it was given: `kept` are JSON texts.
    pub fn start_with<Work>(
        &mut self,
        call: Call<'_, impl FnOnce() -> Value>,
        within: Option<u64>,
        kept: &[&str],
        work: impl FnOnce(&mut Services, Context) -> Result<Work, Failure>,
    ) -> wasmtime::Result<Resource<Operation>>
    where
        Work: Future<Output = operation::Result> + Send + 'static,
    {
        let number = self.gate.number_operation();
        let started = match self.gate.admit(call)? {
            Err(denied) => Err(denied),
            Ok(pass) => {
                let started = self.prepare(number, within, kept, work);
                self.gate.settle(pass, started)?
            }
        };
        let operation = match started {
            Ok(Started { places, channel, work, .. }) => Operation::start(number, places, channel, work),
            Err(failure) => Operation::ready(number, failure),
        };
        Ok(self.table.push(operation)?)
    }

    fn prepare<Work>(
        &mut self,
        number: u64,
        within: Option<u64>,
        kept: &[&str],
        work: impl FnOnce(&mut Services, Context) -> Result<Work, Failure>,
    ) -> Result<Started<Work>, Failure> {
        let depth = self.calls.depth(within);
        self.gate.nest(depth)?;
        let (at_work, open) = (Some(self.gate.work()?), Some(self.gate.handle()?));
        let places = Places { at_work, open, arguments: Some(self.gate.hold(kept)?) };
        let (spell, channel) = self.calls.way_within(within);
        let context = Context { spell, gate: self.gate.inside(number) };
        Ok(Started { number, places, channel, work: work(&mut self.services, context)? })
    }
}

struct Started<Work> {
    number: u64,
    places: Places,
    channel: Channel,
    work: Work,
}

impl<Work> Answer for Started<Work> {
    fn bytes(&self) -> usize {
        4
    }
    fn record(&self) -> Value {
        json!({ "operation": self.number })
    }
}

impl WasiView for SpellState {
    /// Of WASI, a guest gets a world in which there is nothing: no files, arguments, variables, sockets or input.
    fn ctx(&mut self) -> WasiCtxView<'_> {
        let ctx = self.wasi.get_or_insert_with(|| WasiCtx::builder().max_random_size(1 << 16).build());
        WasiCtxView { ctx, table: &mut self.table }
    }
}
