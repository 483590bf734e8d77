//! The interfaces `types` and `operation`, as guests import them.

use std::future::poll_fn;
use std::task::Poll;

use llmspell_api::journal as api;
use serde_json::{Value, json};
use wasmtime::component::Resource;

use crate::args::{Arg, parse_or_text};
use crate::bindings::operation::{self as wit, Host, HostOperation, Step};
use crate::bindings::types::{self, Failure};
use crate::gate::Recordable;
use crate::import::{Import, ImportData};
use crate::linker::Linker;
use crate::operation::{self, Operation};
use crate::run::Run;
use crate::run_state::RunState;
use crate::stop::Stop;

/// Adds the interfaces that every guest has: the types, and operations.
pub fn link_operations(linker: &mut Linker<RunState>) -> wasmtime::Result<()> {
    types::add_to_linker::<_, ImportData<()>>(linker, RunState::import)?;
    wit::add_to_linker::<_, ImportData<()>>(linker, RunState::import)
}

impl types::Host for Import<'_, ()> {}

impl Host for Import<'_, ()> {
    async fn wait_any(&mut self, operations: Vec<Resource<Operation>>) -> wasmtime::Result<(u32, Step)> {
        if operations.is_empty() {
            return Err(Stop::Guest("wait-any of no operation".into()).into());
        }
        self.wait(&operations).await
    }

    async fn sleep(&mut self, milliseconds: u64) -> wasmtime::Result<Resource<Operation>> {
        self.call("operation.sleep").number("milliseconds", milliseconds).start(|import, _| {
            let time = import.run.clock.sleep(milliseconds);
            Ok(async move {
                tokio::time::sleep(time).await;
                Ok(Value::Null)
            })
        })
    }
}

impl HostOperation for Import<'_, ()> {
    async fn next(&mut self, operation: Resource<Operation>) -> wasmtime::Result<Step> {
        Ok(self.wait(&[operation]).await?.1)
    }

    async fn answer(
        &mut self,
        operation: Resource<Operation>,
        call: u64,
        outcome: Result<String, Failure>,
    ) -> wasmtime::Result<()> {
        let bytes = outcome
            .as_ref()
            .map_or_else(|failure| failure.code.len() + failure.message.len() + size(&failure.details), String::len);
        let outcome = read_answer(self.run, outcome);
        let args = self
            .call("operation.answer")
            .arg("call", Arg::Handle(call))
            .arg("answer", Arg::Outcome { outcome: &outcome, bytes });
        if let Ok(admitted) = args.admit()? {
            self.run.table.get_mut(&operation)?.answer(call, outcome);
            let _ = self.settle(admitted, Ok(()))?;
        }
        Ok(())
    }

    async fn cancel(&mut self, operation: Resource<Operation>) -> wasmtime::Result<()> {
        let number = self.run.table.get(&operation)?.number;
        if let Ok(admitted) = self.call("operation.cancel").arg("operation", Arg::Handle(number)).admit()? {
            self.run.table.get_mut(&operation)?.cancel().await;
            let _ = self.settle(admitted, Ok(()))?;
        }
        Ok(())
    }

    async fn drop(&mut self, operation: Resource<Operation>) -> wasmtime::Result<()> {
        self.run.table.delete(operation)?.cancel().await;
        Ok(())
    }
}

fn size(details: &Option<String>) -> usize {
    details.as_ref().map_or(0, String::len)
}

/// A step on its way to the guest.
struct Delivered {
    operation: u64,
    /// Among the operations that were waited for.
    index: u32,
    step: Step,
}

/// What a function of the spell answered. What it can't have answered is its failure.
fn read_answer(run: &Run, outcome: Result<String, Failure>) -> operation::Result {
    match outcome {
        Ok(json) => {
            run.check_json(&json)?;
            let problem =
                |error| llmspell_base::Failure::invalid(format!("what the function returned is no JSON: {error}"));
            serde_json::from_str(&json).map_err(problem)
        }
        Err(Failure { code, message, details }) => {
            run.check_text(&code)?;
            run.check_text(&message)?;
            let details = details.filter(|json| run.check_json(json).is_ok());
            let details = details.and_then(|json| serde_json::from_str(&json).ok());
            Err(llmspell_base::Failure::of_spell(code, message, details))
        }
    }
}

impl Import<'_, ()> {
    /// The first of these that has a step: its index, and the step.
    async fn wait(&mut self, operations: &[Resource<Operation>]) -> wasmtime::Result<(u32, Step)> {
        let table = &self.run.table;
        let numbers: Vec<u64> =
            operations.iter().map(|one| Ok(table.get(one)?.number)).collect::<wasmtime::Result<_>>()?;
        let call = self.call("operation.step").arg("operations", Arg::Handles(&numbers));
        let admitted = match call.admit()? {
            Ok(admitted) => admitted,
            Err(denied) => return Ok((0, Step::Done(Err(denied.into())))),
        };
        let delivered = next(self.run, operations, &numbers).await?;
        let index = delivered.index;
        match self.settle(admitted, Ok(delivered))? {
            Ok(delivered) => Ok((index, delivered.step)),
            Err(failure) => Ok((index, Step::Done(Err(failure.into())))),
        }
    }
}

async fn next(run: &mut Run, operations: &[Resource<Operation>], numbers: &[u64]) -> wasmtime::Result<Delivered> {
    // Only now does the inbox choose what comes first, among all that was emitted up to here.
    run.events.set_waiting(true);
    if operations.len() > 1 {
        // All work that can go on does so first: or which step comes first would depend on when the engine last gave
        // others the thread, and a run could not be repeated.
        tokio::task::yield_now().await;
    }
    // In the order in which they began, from behind the one that had its turn last: a chatty operation starves no other,
    // and how a guest keeps its list does not matter.
    let mut order: Vec<(u64, usize)> = numbers.iter().copied().zip(0..).collect();
    order.sort_unstable_by_key(|(number, _)| (*number <= run.last_served, *number));
    let (number, index, step) = match run.interrupt() {
        None => first(run, operations, &order).await?,
        Some(interrupt) => {
            let step = tokio::select! {
                biased;
                () = interrupt.cancelled() => None,
                step = first(run, operations, &order) => Some(step?),
            };
            match step {
                Some(step) => step,
                None => {
                    for one in operations {
                        run.table.get_mut(one)?.interrupt().await;
                    }
                    first(run, operations, &order).await?
                }
            }
        }
    };
    run.events.set_waiting(false);
    run.last_served = number;
    // The work may have ended the run before this call or while it waited, which is chance. Both are treated alike, so that journals
    // repeat: the call that hears of it has no line.
    run.check_stopped()?;
    let step = match step {
        operation::Step::Chunk(text) => Step::Chunk(text),
        operation::Step::Call { id, handler, arguments } => Step::Call(wit::Call { id, handler, arguments }),
        operation::Step::Done(result) => Step::Done(result.map_err(Into::into)),
    };
    Ok(Delivered { operation: number, index: index as u32, step })
}

/// The first step that there is, of operations in this order: by their numbers and places.
async fn first(
    run: &mut Run,
    operations: &[Resource<Operation>],
    order: &[(u64, usize)],
) -> wasmtime::Result<(u64, usize, operation::Step)> {
    poll_fn(|context| {
        for (number, index) in order {
            let Some(one) = operations.get(*index) else { continue };
            let operation = match run.table.get_mut(one) {
                Ok(operation) => operation,
                Err(error) => return Poll::Ready(Err(error.into())),
            };
            if let Poll::Ready(step) = operation.poll_step(context) {
                return Poll::Ready(Ok((*number, *index, step)));
            }
        }
        Poll::Pending
    })
    .await
}

impl Recordable for Delivered {
    fn bytes(&self) -> usize {
        match &self.step {
            Step::Chunk(text) | Step::Other(text) | Step::Done(Ok(text)) => text.len(),
            Step::Call(call) => call.arguments.len(),
            Step::Done(Err(failure)) => failure.message.len() + failure.details.as_ref().map_or(0, String::len),
        }
    }

    fn record(&self) -> Value {
        let step = match &self.step {
            Step::Chunk(text) => api::Step::Chunk(parse_or_text(text)),
            Step::Other(text) => api::Step::Other(parse_or_text(text)),
            Step::Call(wit::Call { id, handler, arguments }) => {
                let arguments = parse_or_text(arguments);
                api::Step::Call(api::FunctionCall { id: *id, handler: *handler, arguments })
            }
            Step::Done(Ok(text)) => api::Step::Done(parse_or_text(text)),
            Step::Done(Err(Failure { code, message, .. })) => {
                api::Step::Failed(api::StepFailure { code: code.clone(), message: message.clone() })
            }
        };
        json!(api::StepOutcome { step, operation: self.operation })
    }
}
