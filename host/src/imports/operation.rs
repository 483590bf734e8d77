use std::future::poll_fn;
use std::task::Poll;

use serde_json::{Value, json};
use wasmtime::component::Resource;

use crate::bindings::llmspell::spell::operation::{self as wit, Host, HostOperation, Step};
use crate::bindings::llmspell::spell::types::Failure;
use crate::failure;
use crate::gate::{Answer, Call, Need, Stop};
use crate::runtime::spell_state::SpellState;
use crate::services::operation::{self, Operation};

impl Host for SpellState {
    async fn wait_any(&mut self, operations: Vec<Resource<Operation>>) -> wasmtime::Result<(u32, Step)> {
        if operations.is_empty() {
            return Err(Stop::Guest("wait-any of no operation".into()).into());
        }
        self.wait(&operations).await
    }

    async fn sleep(&mut self, milliseconds: u64) -> wasmtime::Result<Resource<Operation>> {
        let arguments = || json!({ "milliseconds": milliseconds });
        let call = Call { name: "operation.sleep", need: Need::Nothing, bytes: 8, arguments };
        self.start(call, None, |services, _| {
            let time = services.clock.sleep(milliseconds);
            Ok(async move {
                tokio::time::sleep(time).await;
                Ok(Value::Null)
            })
        })
    }
}

impl HostOperation for SpellState {
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
        let answer = self.read_answer(outcome);
        let arguments = || {
            let answer =
                answer.as_ref().map_or_else(|failure| json!({ "failure": failure }), |value| json!({ "ok": value }));
            json!({ "call": call, "answer": answer })
        };
        let call_of_gate = Call { name: "operation.answer", need: Need::Nothing, bytes, arguments };
        if let Ok(pass) = self.gate.admit(call_of_gate)? {
            self.table.get_mut(&operation)?.answer(call, answer);
            let _ = self.gate.settle(pass, Ok(()))?;
        }
        Ok(())
    }

    async fn cancel(&mut self, operation: Resource<Operation>) -> wasmtime::Result<()> {
        let operation = self.table.get_mut(&operation)?;
        let arguments = || json!({ "operation": operation.number });
        let call = Call { name: "operation.cancel", need: Need::Nothing, bytes: 0, arguments };
        if let Ok(pass) = self.gate.admit(call)? {
            operation.cancel().await;
            let _ = self.gate.settle(pass, Ok(()))?;
        }
        Ok(())
    }

    async fn drop(&mut self, operation: Resource<Operation>) -> wasmtime::Result<()> {
        self.table.delete(operation)?.cancel().await;
        Ok(())
    }
}

fn size(details: &Option<String>) -> usize {
    details.as_ref().map_or(0, String::len)
}

/// A step on its way to the guest.
struct Delivered {
    operation: u64,
    step: Step,
}

impl SpellState {
    /// What a function of the spell answered. What it can't have answered is its failure.
    fn read_answer(&self, outcome: Result<String, Failure>) -> operation::Result {
        match outcome {
            Ok(json) => {
                self.gate.value(&json)?;
                serde_json::from_str(&json).map_err(|error| {
                    failure::Failure::invalid(format!("what the function returned is no JSON: {error}"))
                })
            }
            Err(Failure { code, message, details }) => {
                self.gate.text(&code)?;
                self.gate.text(&message)?;
                let details = details.filter(|json| self.gate.value(json).is_ok());
                let details = details.and_then(|json| serde_json::from_str(&json).ok());
                Err(failure::Failure::of_spell(code, message, details))
            }
        }
    }

    /// The first of these that has a step: its index, and the step.
    async fn wait(&mut self, operations: &[Resource<Operation>]) -> wasmtime::Result<(u32, Step)> {
        let numbers: Vec<u64> =
            operations.iter().map(|one| Ok(self.table.get(one)?.number)).collect::<wasmtime::Result<_>>()?;
        let arguments = || json!({ "operations": numbers });
        let call = Call { name: "operation.step", need: Need::Nothing, bytes: 4 * operations.len(), arguments };
        let pass = match self.gate.admit(call)? {
            Ok(pass) => pass,
            Err(denied) => return Ok((0, Step::Done(Err(denied.into())))),
        };
        // Only now does the inbox choose what comes first, among all that was emitted up to here.
        self.services.event.waits(true);
        if operations.len() > 1 {
            // All work that can go on does so first: or which step comes first would depend on when the engine last gave
            // others the thread, and a run could not be repeated.
            tokio::task::yield_now().await;
        }
        // In the order in which they began, from behind the one that had its turn last: a chatty operation starves nobody,
        // and how a guest keeps its list does not matter.
        let mut order: Vec<(u64, usize)> = numbers.iter().copied().zip(0..).collect();
        order.sort_unstable_by_key(|(number, _)| (*number <= self.turn, *number));
        let (number, index, step) = poll_fn(|context| {
            for (number, index) in &order {
                let Some(one) = operations.get(*index) else { continue };
                let operation = match self.table.get_mut(one) {
                    Ok(operation) => operation,
                    Err(error) => return Poll::Ready(Err(error)),
                };
                if let Poll::Ready(step) = operation.poll_step(context) {
                    return Poll::Ready(Ok((*number, *index, step)));
                }
            }
            Poll::Pending
        })
        .await?;
        self.services.event.waits(false);
        self.turn = number;
        // Whether the work had ended the run before this call or while it waited is chance: as with the one, so with the
        // other, the call that hears of it has no line in the journal.
        self.gate.go_on()?;
        let step = match step {
            operation::Step::Chunk(text) => Step::Chunk(text),
            operation::Step::Call { id, handler, arguments } => Step::Call(wit::Call { id, handler, arguments }),
            operation::Step::Done(result) => Step::Done(result.map_err(Into::into)),
        };
        let delivered = Delivered { operation: number, step };
        match self.gate.settle(pass, Ok(delivered))? {
            Ok(delivered) => Ok((index as u32, delivered.step)),
            Err(failure) => Ok((index as u32, Step::Done(Err(failure.into())))),
        }
    }
}

impl Answer for Delivered {
    fn bytes(&self) -> usize {
        match &self.step {
            Step::Chunk(text) | Step::Other(text) | Step::Done(Ok(text)) => text.len(),
            Step::Call(call) => call.arguments.len(),
            Step::Done(Err(failure)) => failure.message.len() + failure.details.as_ref().map_or(0, String::len),
        }
    }

    fn record(&self) -> Value {
        let parse = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
        let mut record = match &self.step {
            Step::Chunk(text) => json!({ "chunk": parse(text) }),
            Step::Other(text) => json!({ "other": parse(text) }),
            Step::Call(call) => {
                json!({ "call": { "id": call.id, "handler": call.handler, "arguments": parse(&call.arguments) } })
            }
            Step::Done(Ok(text)) => json!({ "done": parse(text) }),
            Step::Done(Err(failure)) => json!({ "failed": { "code": failure.code, "message": failure.message } }),
        };
        if let Some(record) = record.as_object_mut() {
            record.insert("operation".into(), self.operation.into());
        }
        record
    }
}
